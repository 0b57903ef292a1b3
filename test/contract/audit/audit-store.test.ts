import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Db } from '../../../adapters/postgres/db.ts'
import { makeUnitOfWork, sqlState } from '../../../adapters/postgres/db.ts'
import { makeAuditStore } from '../../../adapters/postgres/audit-store.ts'
import { checkAudit, makeAuditTrail, sequenceOnce } from '../../../src/audit/index.ts'
import { makeIds, silentLogger, systemClock, systemRandom } from '../../../src/kernel/index.ts'
import type { Digests } from '../../../standards/ports.ts'
import type { PostgresServer } from '../../support/database.ts'
import { freshEmbedded, skipWithoutPostgres, startPostgres } from '../../support/database.ts'

const digests: Digests = {
  digest: (algorithm, ...parts) => {
    const hash = createHash(algorithm)
    for (const p of parts) hash.update(p)
    return new Uint8Array(hash.digest())
  },
}

const world = (db: Db) => {
  const store = makeAuditStore(db)
  const work = makeUnitOfWork(db)
  const trail = makeAuditTrail({ store, clock: systemClock, ids: makeIds(systemClock, systemRandom), digests })
  const step = (holder = 'a') => sequenceOnce({ store, work, digests, logger: silentLogger, holder })
  const write = (n: number, work_ = work) =>
    Promise.all(
      Array.from({ length: n }, (_, i) =>
        work_.run((tx) =>
          trail.record(tx, {
            action: 'test.done',
            actor: { kind: 'system', id: 't' },
            object: { kind: 'x', id: String(i) },
            detail: { i },
          }),
        ),
      ),
    )
  return { db, store, work, trail, step, write }
}

const suite = (open: () => Promise<Db>): void => {
  let w: ReturnType<typeof world>
  beforeAll(async () => {
    w = world(await open())
  })
  afterAll(() => w.db.close())

  it('chains what was written, in order, and finds the chain intact', async () => {
    const ids = await w.write(30)
    expect(await checkAudit(w.store, digests)).toMatchObject({ intact: true, rows: 0, unsequenced: 30 })
    expect(await w.step()).toBe(30)
    expect(await checkAudit(w.store, digests)).toEqual({ intact: true, rows: 30, unsequenced: 0 })
    await w.trail.chained(ids[0] as string)
  })

  it('writes nothing when the change it speaks of is rolled back', async () => {
    const before = await w.store.countUnsequenced()
    const failing = w.work.run(async (tx) => {
      await w.trail.record(tx, {
        action: 'test.lost',
        actor: { kind: 'system', id: 't' },
        object: { kind: 'x', id: '1' },
      })
      throw new Error('rolled back')
    })
    await expect(failing).rejects.toThrow('rolled back')
    expect(await w.store.countUnsequenced()).toBe(before)
  })

  it('refuses a second sequencer while the lease runs', async () => {
    expect(await w.step('a')).toBe(0)
    expect(await w.step('b')).toBeUndefined()
  })

  it('refuses to change or delete a row, chained or not', async () => {
    for (const sql of [
      `UPDATE audit_event SET action = 'x' WHERE seq = 3`,
      `UPDATE audit_event SET seq = 999 WHERE seq = 3`,
      'DELETE FROM audit_event WHERE seq = 3',
    ]) {
      const error = await w.db.query(sql).catch((e: unknown) => e)
      expect(sqlState(error)).toBe('42501')
    }
  })

  it('finds a changed row and a removed row once the guard is taken off', async () => {
    await w.db.script('ALTER TABLE audit_event DISABLE TRIGGER audit_event_guard')
    await w.db.query(`UPDATE audit_event SET detail = '{"i":99}' WHERE seq = 7`)
    expect((await checkAudit(w.store, digests)).brokenAt).toEqual({ seq: 7, what: 'content' })
    await w.db.query('DELETE FROM audit_event WHERE seq = 7')
    expect((await checkAudit(w.store, digests)).brokenAt).toEqual({ seq: 8, what: 'gap' })
    await w.db.script('ALTER TABLE audit_event ENABLE TRIGGER audit_event_guard')
  })
}

describe('audit on the embedded database', () => suite(freshEmbedded))

describe.skipIf(skipWithoutPostgres())('audit on PostgreSQL', () => {
  let server: PostgresServer
  beforeAll(() => {
    server = startPostgres()
  })
  afterAll(() => server.stop())
  describe('contract', () => suite(() => server.fresh()))

  it('two sequencers at once never break the chain', async () => {
    const w = world(await server.fresh(20))
    await w.write(200)
    await w.db.query('DELETE FROM lease')
    await Promise.all(Array.from({ length: 8 }, (_, i) => w.step(`holder-${i % 2}`)))
    await w.write(50)
    await w.db.query('DELETE FROM lease')
    await Promise.all(Array.from({ length: 8 }, (_, i) => w.step(`holder-${i % 3}`)))
    expect(await checkAudit(w.store, digests)).toEqual({ intact: true, rows: 250, unsequenced: 0 })
    await w.db.close()
  })
})
