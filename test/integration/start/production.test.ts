/**
 * Production on a real PostgreSQL: set up once by `xinyin bootstrap`, without anything of the demonstration, and two processes on one
 * database. The registries are the simulators with people of their own.
 */
import { randomBytes } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openPostgres } from '../../../adapters/postgres/pg.ts'
import { startLegalEntityRegistry } from '../../../examples/simulators/legal-entity-registry.ts'
import { startPopulationRegistry } from '../../../examples/simulators/population-registry.ts'
import { world } from '../../../examples/world.ts'
import type { PostgresServer } from '../../support/database.ts'
import { skipWithoutPostgres, startPostgres } from '../../support/database.ts'
import type { Env } from './server-process.ts'
import { freePort, killAll, newFolder, removeFolders, startServer } from './server-process.ts'

const LONG = 120_000
const SECRET = 'a secret of the registries, for tests only'

/** Numbers that no division of the demonstration has; the check digits are right, the people are invented. */
const PEOPLE = [
  { id: 'a', name: '系统甲', citizenIdNumber: '110101198001011013' },
  { id: 'b', name: '安全乙', citizenIdNumber: '110101198001012024' },
  { id: 'c', name: '审计丙', citizenIdNumber: '110101198001013035' },
]
const ROLES = ['system', 'security', 'audit'] as const

describe.skipIf(skipWithoutPostgres())('production', () => {
  let postgres: PostgresServer
  let registries: Awaited<ReturnType<typeof startPopulationRegistry>>[]
  let env: Env
  const folder = newFolder()
  const shared = newFolder()

  beforeAll(async () => {
    postgres = startPostgres()
    const secrets = { province: SECRET }
    registries = [
      await startPopulationRegistry({ port: 0, secrets, people: [...PEOPLE, ...world.people] }),
      await startLegalEntityRegistry({ port: 0, secrets }),
    ]
    env = {
      NODE_ENV: 'production',
      LOG_LEVEL: 'warn',
      PORT: '0',
      XINYIN_DATA: folder,
      PUBLIC_URL: 'https://trust.province.example',
      DATABASE_URL: await postgres.newDatabase(),
      MASTER_KEY: randomBytes(32).toString('base64'),
      POPULATION_REGISTRY_URL: registries[0]?.url ?? '',
      POPULATION_REGISTRY_CLIENT: 'province',
      POPULATION_REGISTRY_SECRET: SECRET,
      LEGAL_ENTITY_REGISTRY_URL: registries[1]?.url ?? '',
      LEGAL_ENTITY_REGISTRY_CLIENT: 'province',
      LEGAL_ENTITY_REGISTRY_SECRET: SECRET,
      PLATFORM_NAME: '试验省政务信任服务',
    }
  }, LONG)
  afterAll(async () => {
    killAll()
    for (const registry of registries) await registry.close()
    postgres.stop()
    removeFolders()
  })

  const bootstrap = async (people: readonly { name: string; citizenIdNumber: string }[], passwords: string[]) => {
    const [who, secret] = [join(folder, 'who.json'), join(folder, 'passwords.json')]
    const of = <T>(value: (i: number) => T) => Object.fromEntries(ROLES.map((role, i) => [role, value(i)]))
    writeFileSync(
      who,
      JSON.stringify(
        of((i) => ({
          loginName: `admin-${ROLES[i] ?? ''}`,
          name: people[i]?.name,
          citizenIdNumber: people[i]?.citizenIdNumber,
        })),
      ),
    )
    writeFileSync(secret, JSON.stringify(of((i) => passwords[i])))
    const run = startServer(
      { ...env, XINYIN_BOOTSTRAP_PASSWORDS_FILE: secret },
      { script: 'bin/xinyin.mjs', args: ['bootstrap', who] },
    )
    return { code: (await run.ended).code, said: run.said() }
  }
  const strong = ['Kx7!pale-river-91', 'Qm2!green-stone-47', 'Zt9!quiet-cloud-63']

  it('refuses secrets of the demonstration among its settings', async () => {
    const server = startServer({ ...env, POPULATION_REGISTRY_SECRET: world.registrySecrets.xinyin })
    expect((await server.ended).code).toBe(2)
    expect(server.said()).toContain('POPULATION_REGISTRY_SECRET')
    expect(server.said()).not.toContain(world.registrySecrets.xinyin)
  })

  it(
    'does not start before it was set up, and makes no keys',
    async () => {
      const server = startServer(env)
      expect((await server.ended).code).toBe(2)
      expect(server.said()).toContain('bootstrap')
      expect(readdirSync(folder)).not.toContain('keys')
    },
    LONG,
  )

  it(
    'appoints nobody of the demonstration, and nobody with one of its passwords',
    async () => {
      const demo = await bootstrap(world.people.slice(8, 11), strong)
      expect(demo.code).not.toBe(0)
      expect(demo.said).toContain('CITIZEN_ID_INVALID')
      const words = await bootstrap(
        PEOPLE,
        world.accounts.slice(0, 3).map((a) => a.password),
      )
      expect(words.code).not.toBe(0)
      expect(words.said).toContain('PASSWORD_WEAK')
    },
    LONG,
  )

  it(
    'is set up once',
    async () => {
      expect(await bootstrap(PEOPLE, strong)).toMatchObject({ code: 0 })
      const again = await bootstrap(PEOPLE, strong)
      expect(again.code).not.toBe(0)
      expect(again.said).toContain('BOOTSTRAP_DONE')
    },
    LONG,
  )

  it(
    'serves without demonstration data, routes and clients',
    async () => {
      const port = await freePort()
      const server = startServer({ ...env, PORT: String(port) })
      await server.ready()
      const base = `http://127.0.0.1:${port}`
      expect((await fetch(`${base}/health/ready`)).status).toBe(200)
      expect((await fetch(`${base}/demo.json`)).status).toBe(404)
      for (const { id, authentication } of world.clients) {
        if (authentication.method !== 'client_secret_basic') continue
        const answer = await fetch(`${base}/oidc/token`, {
          method: 'POST',
          headers: { authorization: `Basic ${Buffer.from(`${id}:${authentication.secret}`).toString('base64')}` },
          body: new URLSearchParams({ grant_type: 'client_credentials' }),
        })
        expect(answer.status).toBe(401)
      }
      const db = openPostgres(env['DATABASE_URL'] ?? '', 1)
      expect(await db.query('SELECT login_name FROM account')).toHaveLength(3)
      expect(await db.query('SELECT client_id FROM oidc_client')).toHaveLength(0)
      await db.close()
      expect(server.said()).not.toContain('demo')
      expect((await server.stop()).code).toBe(0)
    },
    LONG,
  )

  it(
    'refuses a folder of keys that this database was not set up with',
    async () => {
      const server = startServer({ ...env, XINYIN_DATA: newFolder() })
      expect((await server.ended).code).toBe(2)
      expect(server.said()).toContain('CONFIG_INVALID')
    },
    LONG,
  )

  it(
    'ends with one hierarchy when two processes set up at once',
    async () => {
      const both = {
        ...env,
        NODE_ENV: 'development',
        XINYIN_DATA: shared,
        DATABASE_URL: await postgres.newDatabase(),
      }
      const ports = [await freePort(), await freePort()]
      const servers = ports.map((port) =>
        startServer({ ...both, PORT: String(port), PUBLIC_URL: `http://localhost:${ports[0] ?? 0}` }),
      )
      await Promise.all(servers.map((s) => s.ready()))
      const db = openPostgres(both.DATABASE_URL, 1)
      const roots = await db.query<{ der: Uint8Array }>("SELECT der FROM certificate WHERE issuer_id LIKE 'root-%'")
      expect(roots.map((r) => r.der).length).toBe(13)
      const transcripts = readdirSync(join(shared, 'ceremony')).filter((n) => n.startsWith('transcript'))
      expect(transcripts).toEqual(['transcript.json'])
      expect(readFileSync(join(shared, 'ceremony', 'transcript.json'), 'utf8')).toContain('"payload"')
      await db.close()
      for (const server of servers) expect((await server.stop()).code).toBe(0)
    },
    LONG,
  )

  it(
    'refuses keys that were made for another database',
    async () => {
      const server = startServer({ ...env, XINYIN_DATA: shared })
      expect((await server.ended).code).toBe(2)
      expect(server.said()).toContain('CONFIG_INVALID')
    },
    LONG,
  )
})
