/** What licences promise over a real register, whatever database is below: one case, one licence, even at once and after a crash. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Db } from '../../../adapters/postgres/db.ts'
import { isTrustError } from '../../../src/errors.ts'
import type { Licence, LicenceDeps } from '../../../src/licence/index.ts'
import {
  changeLicenceStatus,
  findLicence,
  findLicences,
  issueLicence,
  licenceFile,
  licenceSnapshotEntries,
  sweepLicenceDrafts,
} from '../../../src/licence/index.ts'
import { DAY, MINUTE } from '../../support/world-clock.ts'
import { licenceRequest } from '../../support/world-acts.ts'
import type { World } from '../../support/world.ts'
import { makeWorld } from '../../support/world.ts'

const codes = (results: readonly PromiseSettledResult<unknown>[]): string[] =>
  results
    .map((r) => (r.status === 'fulfilled' ? 'done' : isTrustError(r.reason) ? r.reason.code : String(r.reason)))
    .sort()

export const licenceContract = (open: () => Promise<Db>): void => {
  let w: World
  let sealId: string
  beforeAll(async () => {
    w = await makeWorld({ db: await open() })
    sealId = (await w.officeSeal()).id
  })
  beforeEach(() => w.db.script('TRUNCATE licence, licence_status CASCADE'))
  afterAll(() => w.close())

  const agent = { kind: 'client', clientId: 'approval-scjg' } as const
  const ask = (n: number) => ({ ...licenceRequest(n), issuerId: w.office(), agent, sealId })
  const count = async (): Promise<number> =>
    (await w.db.query<{ n: number }>('SELECT count(*)::int AS n FROM licence'))[0]?.n ?? -1
  /** Everything but that the seal fails: what a crash leaves. */
  const crashing: () => LicenceDeps = () => ({
    ...w.licences,
    sealing: { seal: () => Promise.reject(new Error('crash')) },
  })

  describe('requests of one case', () => {
    it('two at once give one licence and one file', async () => {
      const [a, b] = await Promise.all([w.issueLicence(), w.issueLicence()])
      expect(await count()).toBe(1)
      expect(a.licence.licenceId).toBe(b.licence.licenceId)
      expect(a.document).toEqual(b.document)
      expect((await findLicence(w.licences, a.licence.id)).timeline).toHaveLength(1)
    })

    it('six at once give one licence', async () => {
      const all = await Promise.all(Array.from({ length: 6 }, () => w.issueLicence()))
      expect(new Set(all.map((i) => i.licence.documentId)).size).toBe(1)
      expect(await count()).toBe(1)
    })

    it('asked again give the same bytes, tomorrow too', async () => {
      const first = await w.issueLicence()
      w.clock.advance(DAY)
      const again = await w.issueLicence()
      expect(again.licence).toEqual(first.licence)
      expect(again.document).toEqual(first.document)
    })

    it('with other content are refused, at once too', async () => {
      const other = {
        holder: { kind: 'entity', name: '澄州样本精密制造有限公司', code: '91990100MA5QRT2B9A' },
      } as const
      expect(codes(await Promise.allSettled([w.issueLicence(), w.issueLicence(other)]))).toEqual([
        'LICENCE_DUPLICATE',
        'done',
      ])
      await expect(w.issueLicence({ validFrom: '2027-01-01' })).rejects.toMatchObject({ code: 'LICENCE_DUPLICATE' })
      expect(await count()).toBe(1)
    })

    it('a number that another case has is refused', async () => {
      await w.issueLicence()
      const { number } = licenceRequest(1)
      await expect(w.issueLicence({ ...licenceRequest(2), number })).rejects.toMatchObject({
        code: 'LICENCE_DUPLICATE',
      })
      expect(await count()).toBe(1)
    })
  })

  describe('a draft that a crash left', () => {
    it('is no licence: not found, not listed, not in the snapshot, not changeable', async () => {
      await expect(issueLicence(crashing(), ask(3))).rejects.toThrow('crash')
      const [row] = await w.db.query<{ id: string; licence_id: string }>('SELECT id, licence_id FROM licence')
      for (const id of [row?.id ?? '', row?.licence_id ?? ''])
        await expect(findLicence(w.licences, id)).rejects.toMatchObject({ code: 'LICENCE_NOT_FOUND' })
      const change = { id: row?.id ?? '', to: 'revoked', agent, reason: '试验' } as const
      await expect(changeLicenceStatus(w.licences, change)).rejects.toMatchObject({ code: 'LICENCE_NOT_FOUND' })
      expect(await findLicences(w.licences, { issuerId: w.office() })).toEqual([])
      expect(await findLicences(w.licences, { holderCode: ask(3).holder.code })).toEqual([])
      expect(await licenceSnapshotEntries(w.licences)).toEqual([])
    })

    it('is finished by the next request of its case, under the identifier that it had', async () => {
      await expect(issueLicence(crashing(), ask(3))).rejects.toThrow('crash')
      const [row] = await w.db.query<{ licence_id: string }>('SELECT licence_id FROM licence')
      w.clock.advance(DAY)
      const { licence, document } = await issueLicence(w.licences, ask(3))
      expect([licence.licenceId, licence.status]).toEqual([row?.licence_id, 'valid'])
      expect(await licenceFile(w.licences, licence)).toEqual(document)
      expect(await count()).toBe(1)
    })

    it('is reported by the sweep after ten minutes', async () => {
      await expect(issueLicence(crashing(), ask(3))).rejects.toThrow('crash')
      expect(await sweepLicenceDrafts(w.licences)).toEqual([])
      w.clock.advance(11 * MINUTE)
      expect(await sweepLicenceDrafts(w.licences)).toMatchObject([{ status: 'draft', caseNumber: 'case-0003' }])
    })
  })

  describe('the register', () => {
    let licence: Licence
    beforeEach(async () => {
      ;({ licence } = await w.issueLicence())
    })

    it('finds a licence by id, identifier, holder, issuer and case', async () => {
      const { store } = w.licences
      expect((await findLicence(w.licences, licence.id)).licence).toEqual(licence)
      expect((await findLicence(w.licences, licence.licenceId)).licence).toEqual(licence)
      expect(await store.findByCase(licence.issuerId, licence.caseNumber)).toEqual(licence)
      expect(await findLicences(w.licences, { holderCode: licence.holder.code })).toEqual([licence])
      expect(await findLicences(w.licences, { issuerId: licence.issuerId })).toEqual([licence])
      expect(await findLicences(w.licences, { holderCode: 'somebody else' })).toEqual([])
    })

    it('holds no name, number or field of the holder in clear', async () => {
      const [row] = await w.db.query<{ row: string }>(
        "SELECT encode(convert_to(licence::text, 'UTF8'), 'escape') || encode(content, 'escape') AS row FROM licence",
      )
      const bytes = Buffer.from(String(row?.row), 'utf8').toString()
      for (const secret of [licence.holder.code, '样例路', 'FDDBR']) expect(bytes).not.toContain(secret)
    })

    it('changes a status only from the one it was in', async () => {
      const change = (from: Licence['status']) =>
        w.licences.work.run((tx) => w.licences.store.setStatus(tx, licence.id, { from, to: 'suspended' }))
      expect(await change('suspended')).toBe(false)
      expect([await change('valid'), await change('valid')]).toEqual([true, false])
    })

    it('of two changes at once lets one through', async () => {
      const revoke = () => w.changeLicence(licence.id, 'revoked')
      expect(codes(await Promise.allSettled([revoke(), revoke(), revoke()]))).toEqual([
        'LICENCE_STATE',
        'LICENCE_STATE',
        'done',
      ])
      expect((await findLicence(w.licences, licence.id)).timeline.map((t) => t.status)).toEqual(['valid', 'revoked'])
    })

    it('keeps the timeline in order, with reasons', async () => {
      for (const to of ['suspended', 'valid', 'revoked'] as const) {
        w.clock.advance(MINUTE)
        await w.changeLicence(licence.id, to)
      }
      const { timeline } = await findLicence(w.licences, licence.id)
      expect(timeline.map((t) => [t.status, t.reason])).toEqual([
        ['valid', 'issued'],
        ['suspended', '试验'],
        ['valid', '试验'],
        ['revoked', '试验'],
      ])
      const [entry] = await licenceSnapshotEntries(w.licences)
      expect(entry).toMatchObject({
        id: licence.licenceId,
        timeline: timeline.map((t) => ({ status: t.status, from: t.at })),
      })
    })

    it.each([
      ['an unknown status', "UPDATE licence SET status = 'resting'"],
      ['an issued licence without file', 'UPDATE licence SET document_id = NULL'],
      ['a draft with a file', "UPDATE licence SET status = 'draft'"],
      ['a version of none', 'UPDATE licence SET version = 0'],
    ])('refuses %s by itself', async (_, sql) => {
      await expect(w.db.query(sql)).rejects.toMatchObject({ code: '23514' })
    })
  })

  describe('who may', () => {
    it.each([
      [
        'issue without a mandate',
        () => w.issueLicence({ ...licenceRequest(5), agent: w.person('tang') }),
        'MANDATE_MISSING',
      ],
      ['issue for an office that is none', () => w.issueLicence({ issuerId: crypto.randomUUID() }), 'ENTITY_NOT_FOUND'],
      [
        'issue for an enterprise',
        () => w.issueLicence({ issuerId: w.office('shili'), agent: w.person('zhou') }),
        'MANDATE_MISSING',
      ],
      [
        'use a seal that is none',
        () => w.issueLicence({ ...licenceRequest(6), sealId: crypto.randomUUID() }),
        'SEAL_NOT_FOUND',
      ],
    ])('nobody may %s', async (_, act, code) => {
      await expect(act()).rejects.toMatchObject({ code })
      expect(await findLicences(w.licences, { issuerId: w.office() })).toEqual([])
    })

    it('nobody changes a licence without a mandate of its issuer', async () => {
      const { licence } = await w.issueLicence()
      const change = { id: licence.id, to: 'revoked', agent: w.person('zhou'), reason: '试验' } as const
      await expect(changeLicenceStatus(w.licences, change)).rejects.toMatchObject({ code: 'MANDATE_MISSING' })
    })
  })
}
