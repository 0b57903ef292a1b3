/** The seal store on both databases: what must hold when two act at once, and when the process ends in between. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Db } from '../../../adapters/postgres/db.ts'
import { isUniqueViolation, sqlState } from '../../../adapters/postgres/db.ts'
import { TrustError } from '../../../src/errors.ts'
import {
  applySeal,
  approveSeal,
  changeSealStatus,
  findSeal,
  findSealApplication,
  findSealHistory,
  makeSealReactions,
  sealStatusSnapshot,
  sweepSealIntents,
} from '../../../src/seal/index.ts'
import type { PostgresServer } from '../../support/database.ts'
import { freshEmbedded, skipWithoutPostgres, startPostgres } from '../../support/database.ts'
import type { DomainWorld } from '../../unit/seal/domain-world.ts'
import { PLACE, makeDomainWorld, people, smallOfd } from '../../unit/seal/domain-world.ts'
import { NOW } from '../../unit/seal/trust-world.ts'

const codes = (results: readonly PromiseSettledResult<unknown>[]): (string | undefined)[] =>
  results.map((r) =>
    r.status === 'fulfilled' ? 'done' : r.reason instanceof TrustError ? r.reason.code : String(r.reason),
  )
const stateOf = async (work: Promise<unknown>): Promise<string | undefined> => work.then(() => undefined, sqlState)

const suite = (open: () => Promise<Db>): void => {
  let w: DomainWorld
  beforeAll(async () => {
    w = await makeDomainWorld(await open())
  })
  afterAll(() => w.db.close())
  const sealing = (sealId: string) => ({
    sealId,
    agent: people.officer,
    reason: '准予',
    document: smallOfd(),
    placements: PLACE,
  })
  const sweep = (deps = w.deps) => sweepSealIntents({ ...deps, log: w.log }, 1_000)
  const later = (seconds: number) => ({ ...w.deps, clock: { now: () => new Date(NOW.getTime() + seconds * 1000) } })

  it('gives back what was stored, from the database', async () => {
    const seal = await w.make()
    expect(await findSeal(w.deps, seal.id)).toEqual(seal)
    const application = await findSealApplication(w.deps, seal.id)
    expect(application).toMatchObject({ status: 'made', approval: { by: people.chief, at: NOW, code: seal.code } })
    expect(await findSealHistory(w.deps, seal.id)).toEqual([
      { status: 'active', from: NOW, reason: 'made', agent: people.chief },
    ])
  })

  it('suspends every active seal of an entity that its register ended, once, and says who', async () => {
    const [first, second] = [await w.make(), await w.make()]
    await changeSealStatus(w.deps, { sealId: second.id, agent: people.head, change: 'revoke', reason: '换章' })
    const reactions = makeSealReactions(w.deps)
    const event = { entityId: first.entityId, change: 'deregistered' } as const
    for (let times = 0; times < 2; times++)
      await w.deps.work.run((tx) => reactions.entityChanged(tx, { ...event, change: 'renamed' }))
    expect(await findSeal(w.deps, first.id)).toMatchObject({ status: 'active' })
    for (let times = 0; times < 2; times++) await w.deps.work.run((tx) => reactions.entityChanged(tx, event))
    expect(await findSeal(w.deps, first.id)).toMatchObject({ status: 'suspended' })
    expect(await findSeal(w.deps, second.id)).toMatchObject({ status: 'revoked' })
    const history = await findSealHistory(w.deps, first.id)
    expect(history).toHaveLength(2)
    expect(history[1]).toMatchObject({ status: 'suspended', agent: { kind: 'system', id: 'register' } })
    await expect(applySeal(w.deps, sealing(first.id))).rejects.toMatchObject({ code: 'SEAL_SUSPENDED' })
  })

  it('of two approvals at once, lets one win', async () => {
    const { id } = await w.apply()
    const results = await Promise.allSettled(
      [people.chief, people.head].map((agent) => approveSeal(w.deps, { applicationId: id, agent })),
    )
    expect(codes(results).sort()).toEqual(['SEAL_APPLICATION_STATE', 'done'])
    expect(await findSeal(w.deps, id)).toMatchObject({ status: 'active' })
  })

  it('of two status changes at once, applies one', async () => {
    const { id } = await w.make()
    const suspend = () =>
      changeSealStatus(w.deps, { sealId: id, agent: people.chief, change: 'suspend', reason: '遗失' })
    expect(codes(await Promise.allSettled([suspend(), suspend()])).sort()).toEqual(['SEAL_STATE', 'done'])
    expect(await findSealHistory(w.deps, id)).toHaveLength(2)
  })

  it('finds a use whose process ended between journal and completion, and reports it once', async () => {
    const { id } = await w.make()
    const keys = {
      ...w.deps.keys,
      signer: async (k: string) => ({
        ...(await w.deps.keys.signer(k)),
        sign: () => Promise.reject(new Error('killed')),
      }),
    }
    await expect(applySeal({ ...w.deps, keys }, sealing(id))).rejects.toThrow('killed')
    expect(await sweep()).toEqual([])
    const after = later(10)
    expect(await sweep(after)).toEqual([expect.objectContaining({ kind: 'apply', sealId: id, at: NOW })])
    expect(await sweep(after)).toEqual([])
    expect(w.events.filter((e) => e.action === 'seal.intent-orphaned')).toHaveLength(1)
  })

  it('leaves no open intent behind a use that went well', async () => {
    await applySeal(w.deps, sealing((await w.make()).id))
    expect(await sweep(later(20))).toEqual([])
  })

  it('lists every seal with its timeline', async () => {
    const { id, code } = await w.make()
    await changeSealStatus(w.deps, { sealId: id, agent: people.chief, change: 'revoke', reason: '撤销机构' })
    const entries = await sealStatusSnapshot(w.deps)
    expect(entries.find((e) => e.id === code)?.timeline.map((s) => s.status)).toEqual(['active', 'revoked'])
    expect(entries.map((e) => e.id)).toEqual(entries.map((e) => e.id).toSorted())
  })

  it('refuses in the database itself what the domain refuses', async () => {
    const { id } = await w.make()
    await changeSealStatus(w.deps, { sealId: id, agent: people.chief, change: 'revoke', reason: '撤销机构' })
    const { db } = w
    expect(await stateOf(db.query(`UPDATE seal SET status = 'active' WHERE id = $1`, [id]))).toBe('42501')
    expect(await stateOf(db.query(`UPDATE seal SET der = '\\x00' WHERE id = $1`, [id]))).toBe('42501')
    expect(await stateOf(db.query(`DELETE FROM seal_status WHERE seal_id = $1`, [id]))).toBe('42501')
    expect(await stateOf(db.query(`UPDATE seal_status SET status = 'active' WHERE seal_id = $1`, [id]))).toBe('42501')
    expect(await stateOf(db.query(`UPDATE seal_intent SET to_sign = '\\x00' WHERE seal_id = $1`, [id]))).toBe('42501')
    expect(await stateOf(db.query(`DELETE FROM seal_intent WHERE seal_id = $1`, [id]))).toBe('42501')
    const open = await w.apply()
    const samePerson = `UPDATE seal_application SET status = 'approved', approved_by = applied_by, approved_at = now(), code = '99010199999999' WHERE id = $1`
    expect(await stateOf(db.query(samePerson, [open.id]))).toBe('23514')
    const sameCode = `UPDATE seal_application SET status = 'approved', approved_by = 'x', approved_at = now(), code = (SELECT code FROM seal WHERE id = $2) WHERE id = $1`
    expect(await db.query(sameCode, [open.id, id]).then(() => false, isUniqueViolation)).toBe(true)
  })
}

describe('seals on the embedded database', () => suite(freshEmbedded))
describe.skipIf(skipWithoutPostgres())('seals on PostgreSQL', () => {
  let server: PostgresServer
  beforeAll(() => {
    server = startPostgres()
  })
  afterAll(() => server.stop())
  describe('contract', () => suite(() => server.fresh()))
})
