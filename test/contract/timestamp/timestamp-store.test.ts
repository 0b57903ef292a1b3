/** The journal of time stamps keeps its rules on both databases, and two services on one database keep them together. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeAuditStore } from '../../../adapters/postgres/audit-store.ts'
import type { Db } from '../../../adapters/postgres/db.ts'
import { makeUnitOfWork, sqlState } from '../../../adapters/postgres/db.ts'
import { makeTimeStampStore } from '../../../adapters/postgres/timestamp-store.ts'
import { checkAudit, makeAuditTrail, startSequencer } from '../../../src/audit/index.ts'
import { nodeCrypto } from '../../../src/crypto/node.ts'
import { makeIds, silentLogger, systemRandom } from '../../../src/kernel/index.ts'
import type { ClockHalt, TimeStampBatch } from '../../../src/pki/node.ts'
import { confirmClock, makeTimeStampService, sweepTimeStamps } from '../../../src/pki/node.ts'
import { toHex } from '../../../standards/bytes.ts'
import { parseTimeStampResponse } from '../../../standards/rfc3161-tsp/index.ts'
import type { PostgresServer } from '../../support/database.ts'
import { freshEmbedded, skipWithoutPostgres, startPostgres } from '../../support/database.ts'
import { ACTOR } from '../../unit/pki/pki-world.ts'
import { queryOf, tsaWorld } from '../../unit/timestamp/tsa-world.ts'

const AT = new Date('2026-11-22T01:02:03.456Z')
const later = (ms: number): Date => new Date(AT.getTime() + ms)
let number = 0
const batchOf = (genTime: Date, count = 1): TimeStampBatch => ({
  id: makeIds({ now: () => AT }, systemRandom).next(),
  keyId: 'tsa-sm2',
  genTime,
  intents: Array.from({ length: count }, () => ({
    serialHex: (++number).toString(16).padStart(32, '4'),
    tstInfo: Uint8Array.of(1, 0, 255),
    toSign: Uint8Array.of(2),
  })),
})
const haltOf = (): ClockHalt => ({
  id: makeIds({ now: () => AT }, systemRandom).next(),
  at: AT,
  reason: 'clock-jumped',
  driftMs: -3000,
})

const rules = (open: () => Promise<Db>) => {
  let db: Db
  let store: ReturnType<typeof makeTimeStampStore>
  let run: ReturnType<typeof makeUnitOfWork>['run']
  beforeAll(async () => {
    db = await open()
    store = makeTimeStampStore(db)
    run = makeUnitOfWork(db).run
  })
  afterAll(() => db.close())
  const intend = (batch: TimeStampBatch) => run((tx) => store.intend(tx, batch))
  const complete = (batch: TimeStampBatch, id = batch.id) =>
    run((tx) =>
      store.complete(
        tx,
        id,
        batch.intents.map(({ serialHex }) => ({ serialHex, signature: Uint8Array.of(9, 0) })),
      ),
    )
  const state = (error: unknown) => sqlState(error)

  it('takes whole batches, completes each once, and never uses a serial number twice', async () => {
    const batch = batchOf(AT, 3)
    await intend(batch)
    await expect(intend({ ...batch, id: batchOf(AT).id }).catch(state)).resolves.toBe('23505')
    await complete(batch)
    expect(await store.countIssued()).toBe(3)
    await expect(complete(batch)).rejects.toMatchObject({ code: 'CONFLICT' })
    const [row] = await db.query('SELECT tst_info, signature, gen_time FROM time_stamp LIMIT 1')
    expect([row?.['tst_info'], row?.['signature'], row?.['gen_time']].map(String)).toEqual(
      [Uint8Array.of(1, 0, 255), Uint8Array.of(9, 0), AT].map(String),
    )
  })

  it('completes no batch of another, and none in part', async () => {
    const [a, b] = [batchOf(AT), batchOf(AT)]
    await intend(a)
    await intend(b)
    await expect(complete(a, b.id)).rejects.toMatchObject({ code: 'CONFLICT' })
    const mixed = { ...a, intents: [...a.intents, ...b.intents] }
    await expect(complete(mixed)).rejects.toMatchObject({ code: 'CONFLICT' })
    expect(await store.countIssued()).toBe(3)
    await complete(a)
    await complete(b)
  })

  it("tells the database's own time, not that of a transaction's beginning", async () => {
    const before = Date.now()
    const [a, b] = await run(async (tx) => {
      const first = await store.databaseTime(tx)
      await new Promise((resolve) => setTimeout(resolve, 20))
      return [first, await store.databaseTime(tx)]
    })
    expect(a?.getTime()).toBeGreaterThanOrEqual(before - 1000)
    expect((b?.getTime() ?? 0) - (a?.getTime() ?? 0)).toBeGreaterThanOrEqual(10)
  })

  it('closes what a crash left, once; it is not completed afterwards', async () => {
    const [old, young] = [batchOf(later(-120_000)), batchOf(AT)]
    await intend(old)
    await intend(young)
    const sweep = () => run((tx) => store.abandonIntents(tx, later(-60_000)))
    expect(await sweep()).toEqual(old.intents.map((i) => i.serialHex))
    expect(await sweep()).toEqual([])
    await expect(complete(old)).rejects.toMatchObject({ code: 'CONFLICT' })
    await complete(young)
  })

  it('changes and removes nothing that is written', async () => {
    const refused = (sql: string) => expect(db.query(sql).catch(state)).resolves.toBe('42501')
    await refused('DELETE FROM time_stamp')
    await refused(`UPDATE time_stamp SET gen_time = now() WHERE state = 'issued'`)
    await refused(`UPDATE time_stamp SET signature = NULL, state = 'open' WHERE state = 'issued'`)
  })

  it('stops once, whoever sees it first, and forgets earlier times when an operator has confirmed the clock', async () => {
    await intend(batchOf(later(5_000)))
    expect(await store.lastGenTime()).toEqual(later(5_000))
    expect(await store.openHalt()).toBeUndefined()
    const halts = await Promise.all([1, 2, 3].map(() => run((tx) => store.halt(tx, haltOf()))))
    expect(halts.filter(Boolean)).toHaveLength(1)
    expect(await store.openHalt()).toMatchObject({ reason: 'clock-jumped', driftMs: -3000, at: AT })
    expect(await run((tx) => store.confirmClock(tx, later(60_000)))).toMatchObject({ driftMs: -3000 })
    expect(await run((tx) => store.confirmClock(tx, later(60_000)))).toBeUndefined()
    expect(await store.openHalt()).toBeUndefined()
    expect(await store.lastGenTime()).toBeUndefined()
    await intend(batchOf(later(-50)))
    expect(await store.lastGenTime()).toEqual(later(-50))
    await expect(db.query('DELETE FROM time_stamp_halt').catch(state)).resolves.toBe('42501')
    await expect(db.query('UPDATE time_stamp_halt SET drift_ms = 0').catch(state)).resolves.toBe('42501')
  })
}

describe('the journal of time stamps, embedded', () => rules(freshEmbedded))

describe.skipIf(skipWithoutPostgres())('the journal of time stamps, PostgreSQL', () => {
  let server: PostgresServer
  beforeAll(() => {
    server = startPostgres()
  })
  afterAll(() => server.stop())
  describe('alone', () => rules(() => server.fresh(4)))

  it('two services on one database: no number twice, a jump seen by one stops both, all is audited', async () => {
    const dbs = [await server.fresh(6)]
    const [db] = dbs as [Db]
    const work = makeUnitOfWork(db)
    const auditStore = makeAuditStore(db)
    const w = await tsaWorld()
    const sequencer = startSequencer({
      store: auditStore,
      work,
      digests: nodeCrypto,
      logger: silentLogger,
      holder: 'a',
    })
    const { clock, ids } = w.parts
    const audit = makeAuditTrail({ store: auditStore, clock, ids, digests: nodeCrypto, nudge: () => sequencer.nudge() })
    const store = makeTimeStampStore(db)
    const parts = { ...w.parts, work, audit, store }
    let jumped = 0
    const other = { ...parts, clock: { now: () => new Date(w.clock.now().getTime() + jumped) } }
    const services = [makeTimeStampService(parts), makeTimeStampService(other)] as const
    const ask = async (i: 0 | 1) =>
      parseTimeStampResponse((await services[i].answer('sm2', queryOf())) ?? new Uint8Array())
    const all = await Promise.all(Array.from({ length: 200 }, (_, i) => ask((i % 2) as 0 | 1)))
    expect(new Set(all.map((r) => toHex(r.token?.info.serial ?? new Uint8Array()))).size).toBe(200)
    expect(await store.countIssued()).toBe(200)
    jumped = 60_000
    expect((await ask(1)).failures).toEqual(['timeNotAvailable'])
    expect((await ask(0)).failures).toEqual(['timeNotAvailable'])
    jumped = 0
    await confirmClock(parts, ACTOR)
    expect((await ask(0)).status).toBe('granted')
    expect(await sweepTimeStamps(parts)).toEqual([])
    await sequencer.stop()
    expect(await checkAudit(auditStore, nodeCrypto)).toMatchObject({ intact: true })
    const [row] = await db.query<{ n: number }>(
      `SELECT sum((detail->>'count')::int) AS n FROM audit_event WHERE action = 'timestamp.issued'`,
    )
    expect(Number(row?.n)).toBe(201)
    await db.close()
  })
})
