import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openPostgres } from '../../../adapters/postgres/pg.ts'
import { startLegalEntityRegistry } from '../../../examples/simulators/legal-entity-registry.ts'
import { startPopulationRegistry } from '../../../examples/simulators/population-registry.ts'
import type { WorldPerson } from '../../../examples/world.ts'
import { skipWithoutPostgres, startPostgres } from '../../support/database.ts'
import type { PostgresServer } from '../../support/database.ts'
import { runCli } from '../verification/run-cli.ts'

/** Invented people of a province that does not exist either (production refuses the demonstration's): 17 digits and the check character of GB 11643. */
const number = (seventeen: string): string => {
  const sum = [...seventeen].reduce((n, digit, i) => n + Number(digit) * (2 ** (17 - i) % 11), 0)
  return seventeen + '10X98765432'.charAt(sum % 11)
}
const PEOPLE: readonly WorldPerson[] = [
  { id: 'system', name: '冯甲', citizenIdNumber: number('98010119810519001') },
  { id: 'security', name: '褚乙', citizenIdNumber: number('98010119840602002') },
  { id: 'audit', name: '卫丙', citizenIdNumber: number('98010119861224003') },
]
const SECRET = 'a secret of this test, and of nothing else'

const personOf = (id: string, loginName: string) => {
  const found = PEOPLE.find((p) => p.id === id)
  return { loginName, name: found?.name, citizenIdNumber: found?.citizenIdNumber }
}
const ADMINISTRATORS = {
  system: personOf('system', 'feng.system'),
  security: personOf('security', 'chu.security'),
  audit: personOf('audit', 'wei.audit'),
}
const PASSWORDS = { system: 'first-Long-2026', security: 'second-Long-2026', audit: 'third-Long-2026' }

describe.skipIf(skipWithoutPostgres())('xinyin bootstrap and audit check, in production', () => {
  let server: PostgresServer
  let folder: string
  let env: Record<string, string>
  let stop: () => Promise<unknown>
  const file = (name: string, content: unknown): string => {
    const path = join(folder, name)
    writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content))
    return path
  }

  beforeAll(async () => {
    server = startPostgres()
    folder = mkdtempSync(join(tmpdir(), 'xinyin-bootstrap-'))
    const [population, entities] = await Promise.all([
      startPopulationRegistry({ port: 0, people: PEOPLE, secrets: { xinyin: SECRET } }),
      startLegalEntityRegistry({ port: 0, secrets: { xinyin: SECRET } }),
    ])
    stop = () => Promise.all([population.close(), entities.close()])
    env = {
      NODE_ENV: 'production',
      XINYIN_DATA: join(folder, 'data'),
      PUBLIC_URL: 'https://xinyin.yunhu.example',
      DATABASE_URL: await server.newDatabase(),
      MASTER_KEY: Buffer.alloc(32, 7).toString('base64'),
      POPULATION_REGISTRY_URL: population.url,
      POPULATION_REGISTRY_CLIENT: 'xinyin',
      POPULATION_REGISTRY_SECRET: SECRET,
      LEGAL_ENTITY_REGISTRY_URL: entities.url,
      LEGAL_ENTITY_REGISTRY_CLIENT: 'xinyin',
      LEGAL_ENTITY_REGISTRY_SECRET: SECRET,
      PLATFORM_NAME: '云湖省政务信任服务',
      LOG_LEVEL: 'error',
      XINYIN_BOOTSTRAP_PASSWORDS_FILE: file('passwords.json', PASSWORDS),
    }
  })
  afterAll(async () => {
    await stop()
    server.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  const bootstrap = (content: unknown, more: Record<string, string> = {}) =>
    runCli(['bootstrap', file('administrators.json', content)], { ...env, ...more })
  const query = async (sql: string): Promise<readonly Readonly<Record<string, unknown>>[]> => {
    const db = openPostgres(env['DATABASE_URL'] ?? '', 1)
    try {
      return await db.query(sql)
    } finally {
      await db.close()
    }
  }

  it('names every missing setting at once and touches nothing', async () => {
    const { code, err } = await runCli(['bootstrap', file('a.json', ADMINISTRATORS)], { NODE_ENV: 'production' })
    expect(code).toBe(3)
    expect(err).toContain('DATABASE_URL')
    expect(err).toContain('MASTER_KEY')
  })

  it('is refused outside production', async () => {
    const { code } = await bootstrap(ADMINISTRATORS, { NODE_ENV: 'development' })
    expect(code).toBe(3)
  })

  it.each([
    ['is not JSON', 'nonsense'],
    ['lacks a role', { system: ADMINISTRATORS.system }],
    ['names one person twice', { ...ADMINISTRATORS, audit: { ...ADMINISTRATORS.system, loginName: 'other.name' } }],
    ['names one login twice', { ...ADMINISTRATORS, audit: { ...ADMINISTRATORS.audit, loginName: 'Feng.system' } }],
    ['has more than it should', { ...ADMINISTRATORS, root: ADMINISTRATORS.system }],
  ])('refuses a file that %s, without repeating what stands in it', async (_, content) => {
    const { code, err } = await bootstrap(content)
    expect(code).toBe(3)
    expect(err).not.toMatch(/980101|冯甲|nonsense/)
  })

  it('appoints nobody when the registry says no about one of them, and says about which', async () => {
    const { code, err } = await bootstrap({ ...ADMINISTRATORS, audit: { ...ADMINISTRATORS.audit, name: '卫别名' } })
    expect(code).toBe(3)
    expect(err).toContain('PERSON_MISMATCH: audit')
    expect(err).not.toMatch(/卫|9801/)
    expect(await query('SELECT role FROM administrator')).toEqual([])
  })

  it('goes on after that interruption, makes the keys and appoints the three', async () => {
    const { code, err } = await bootstrap(ADMINISTRATORS)
    expect(err).not.toMatch(/[A-Z]+_[A-Z]+:/)
    expect(code).toBe(0)
    const rows = await query('SELECT role FROM administrator ORDER BY role')
    expect(rows.map((r) => r['role'])).toEqual(['audit', 'security', 'system'])
    expect((await query('SELECT issuer_id FROM crl')).length).toBe(11)
  })

  it('is done once', async () => {
    const { code, err } = await bootstrap(ADMINISTRATORS)
    expect(code).toBe(3)
    expect(err).toContain('BOOTSTRAP_DONE')
  })

  it('leaves no name, number or password in what it prints', async () => {
    const all = await bootstrap(ADMINISTRATORS)
    for (const secret of ['冯甲', PEOPLE[0]?.citizenIdNumber ?? '', ...Object.values(PASSWORDS)])
      expect(all.out + all.err).not.toContain(secret)
  })

  describe('audit check', () => {
    const check = () => runCli(['audit', 'check'], env)
    it('finds the chain intact', async () => {
      const { code, out } = await check()
      expect([code, out.split('\n')[0]?.slice(0, 1)]).toEqual([0, '✓'])
    })

    it('finds a changed row, whoever got round the trigger', async () => {
      await query('ALTER TABLE audit_event DISABLE TRIGGER ALL')
      await query(`UPDATE audit_event SET action = 'nothing.happened' WHERE seq = 3`)
      const { code, out } = await check()
      expect(code).toBe(1)
      expect(out).toMatch(/3/)
    })

    it('cannot read what is no database of ours, and does not print its address', async () => {
      const url = 'postgres://somebody:very-secret@127.0.0.1:1/none'
      const { code, err } = await runCli(['audit', 'check'], { ...env, DATABASE_URL: url })
      expect(code).toBe(3)
      expect(err).not.toContain('very-secret')
      const empty = await runCli(['audit', 'check'], { ...env, DATABASE_URL: await server.newDatabase() })
      expect(empty.code).toBe(3)
    })
  })
})
