/** Events of registries under races and kill -9: each takes effect once, and none is lost. On a real PostgreSQL. */
import { spawn, type ChildProcess } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openPostgres } from '../../../adapters/postgres/pg.ts'
import { migrate } from '../../../adapters/postgres/migrate.ts'
import {
  applyRegisterEvent,
  pollRegister,
  registerEntity,
  type LegalEntity,
  type RegisterEvent,
} from '../../../src/identity/index.ts'
import { isTrustError } from '../../../src/errors.ts'
import { skipWithoutPostgres, startPostgres, type PostgresServer } from '../../support/database.ts'
import {
  enrol,
  enrolEntity,
  entityNamed,
  makeIdentityWorld,
  type IdentityWorld,
} from '../../unit/identity/identity-world.ts'

const SCRIPT = fileURLToPath(new URL('./poller-process.ts', import.meta.url))
const ROUNDS = Number(process.env['XINYIN_EXTENDED'] === '1' ? 60 : 6)

describe.skipIf(skipWithoutPostgres())('events of registries on PostgreSQL', () => {
  let server: PostgresServer
  let url: string
  let w: IdentityWorld
  let company: LegalEntity
  const children = new Set<ChildProcess>()
  beforeAll(async () => {
    server = startPostgres()
    url = await server.newDatabase()
    const db = openPostgres(url, 8)
    await migrate(db)
    w = await makeIdentityWorld(db)
    company = await enrolEntity(w, 'shili')
  })
  afterAll(async () => {
    for (const child of children) child.kill('SIGKILL')
    await w.close()
    server.stop()
  })

  const effects = () =>
    w.db.query<{ event: string; n: number }>(
      "SELECT detail->>'eventId' AS event, count(*)::int AS n FROM audit_event WHERE action LIKE 'register.%' GROUP BY 1",
    )
  const startPoller = async (holder: string): Promise<ChildProcess> => {
    const child = spawn(process.execPath, [SCRIPT, url, w.urls['legal-entity'], holder, w.fieldKey], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    children.add(child)
    await new Promise((resolve) => child.stdout?.once('data', resolve))
    return child
  }

  it('takes an event once that comes from everywhere at once', async () => {
    const at = new Date(Date.now() + 1_000)
    const events = Array.from({ length: 12 }, (_, i): RegisterEvent => {
      const change = i % 2 === 0 ? 'revoked' : 'restored'
      return { registry: 'legal-entity', id: w.deps.ids.next(), seq: 1_000_000 + i, at, subject: company.uscc, change }
    })
    w.reactions.length = 0
    const shuffled = [...events, ...events, ...events].sort(() => randomInt(3) - 1)
    const outcomes = await Promise.all(shuffled.map((event) => applyRegisterEvent(w.deps, { event, via: 'push' })))
    expect(outcomes.filter((o) => o === 'repeated')).toHaveLength(24)
    expect(outcomes.filter((o) => o === 'applied')).toHaveLength(w.reactions.length)
    expect(await w.deps.store.entities.find(company.id)).toMatchObject({ status: 'active' })
    expect((await effects()).every((e) => e.n === 1)).toBe(true)
  })

  it('lets neither a registration nor an event slip past the other', async () => {
    const entity = entityNamed('xugou')
    const { personId: actor } = await enrol(w, entity.legalRepresentative)
    const event: RegisterEvent = {
      registry: 'legal-entity',
      id: w.deps.ids.next(),
      seq: 2_000_000,
      at: new Date(Date.now() + 1_000),
      subject: entity.uscc,
      change: 'deregistered',
    }
    const [registered, applied] = await Promise.allSettled([
      registerEntity(w.deps, { actor, ...entity }),
      sleep(randomInt(12)).then(() => applyRegisterEvent(w.deps, { event, via: 'push' })),
    ])
    const found = await w.deps.store.entities.findByUscc(entity.uscc)
    if (registered.status === 'fulfilled') {
      expect(applied).toMatchObject({ value: 'applied' })
      expect(found).toMatchObject({ status: 'deregistered' })
    } else {
      expect(isTrustError(registered.reason) && registered.reason.code).toBe('TRY_LATER')
      expect(found).toBeUndefined()
    }
  })

  it(`loses none and repeats none when the process that reads is killed, ${ROUNDS} times`, async () => {
    await w.db.query("DELETE FROM lease WHERE name LIKE 'register-poll-%'")
    const before = (await effects()).length
    const told: string[] = []
    for (let round = 0; round < ROUNDS; round++) {
      const child = await startPoller(`process-${round}`)
      for (let i = 0; i < 12; i++) {
        const name = `样例${'甲乙丙丁戊己庚辛壬癸子丑'[i]}${round + 1}（云湖）有限公司`
        told.push((await w.tell('legal-entity', { code: '23', uscc: company.uscc, name })).eventId)
      }
      await sleep(randomInt(120))
      child.kill('SIGKILL')
      // The dead process holds the feed until its lease ends.
      await w.db.query("UPDATE lease SET until = now() - interval '1 second' WHERE name LIKE 'register-poll-%'")
    }
    await pollRegister(w.events, 'legal-entity')
    const after = await effects()
    expect(after.every((e) => e.n === 1)).toBe(true)
    expect(after.length - before).toBe(told.length)
    const events = new Set(after.map((e) => e.event))
    expect(told.filter((id) => !events.has(id))).toEqual([])
    expect(await w.db.query('SELECT seq FROM register_event WHERE outcome IS NULL')).toEqual([])
  }, 120_000)
})
