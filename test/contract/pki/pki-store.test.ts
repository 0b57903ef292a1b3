import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Db } from '../../../adapters/postgres/db.ts'
import { makeUnitOfWork, sqlState } from '../../../adapters/postgres/db.ts'
import { makePkiStore } from '../../../adapters/postgres/pki-store.ts'
import type { UnitOfWork } from '../../../src/kernel/index.ts'
import { makeIds, systemClock } from '../../../src/kernel/index.ts'
import type { PkiStore, StatusChange } from '../../../src/pki/index.ts'
import {
  currentCrl,
  currentDelta,
  issueCertificate,
  publishCrls,
  recordCeremony,
  releaseCertificate,
  revokeCertificate,
  suspendCertificate,
  sweepIntents,
} from '../../../src/pki/index.ts'
import { prepareCertificate } from '../../../src/pki/prepare.ts'
import { parseCertificate, parseCrl } from '../../../standards/rfc5280-x509/index.ts'
import type { PostgresServer } from '../../support/database.ts'
import { freshEmbedded, skipWithoutPostgres, startPostgres } from '../../support/database.ts'
import { ACTOR, DAY, SEAL_SUBJECT, newPublicKey, pkiWorld, random } from '../../unit/pki/pki-world.ts'
import { memoryStore } from '../../unit/pki/memory-pki-store.ts'

interface Opened {
  readonly store: PkiStore
  readonly work: UnitOfWork
  readonly db?: Db
}

const ids = makeIds(systemClock, random)
const request = () => ({ profile: 'seal-signer', subject: SEAL_SUBJECT, publicKey: newPublicKey(), actor: ACTOR })

/** What every register must do; run against memory, the embedded database and PostgreSQL. */
const suite = (open: () => Promise<Opened>): void => {
  let opened: Opened
  let w: Awaited<ReturnType<typeof pkiWorld>>
  beforeAll(async () => {
    opened = await open()
    w = await pkiWorld(opened)
  })
  afterAll(() => opened.db?.close())

  it('never takes the serial number of an issuer twice, also not a ceremonial one', async () => {
    const { store, work } = opened
    const intent = {
      issuerId: 'x',
      serialHex: '0badcafe',
      profile: 'seal-signer',
      tbs: Uint8Array.of(1),
      actor: ACTOR,
      at: new Date(),
    }
    const intend = (change: object = {}) => work.run((tx) => store.intend(tx, { ...intent, id: ids.next(), ...change }))
    expect(await intend()).toBe(true)
    expect(await intend()).toBe(false)
    expect(await intend({ issuerId: 'y' })).toBe(true)
    const ceremonial = { issuerId: 'x', serialHex: '0c', profile: 'ca', der: Uint8Array.of(1), notAfter: new Date() }
    expect(await work.run((tx) => store.recordCeremonial(tx, ceremonial))).toBe(true)
    expect(await work.run((tx) => store.recordCeremonial(tx, ceremonial))).toBe(false)
    expect(await intend({ serialHex: '0c' })).toBe(false)
  })

  it('keeps a certificate as it was issued, and completes an intent once', async () => {
    const issued = await issueCertificate(w.deps, request())
    const stored = await opened.store.findBySerial(issued.issuerId, issued.serialHex)
    expect(stored).toMatchObject({ profile: 'seal-signer', serialHex: issued.serialHex })
    expect(stored?.der).toEqual(issued.der)
    expect(stored?.notAfter).toEqual(parseCertificate(issued.der).notAfter)
    expect(stored).not.toHaveProperty('revocation')
    expect(await opened.store.findBySerial(issued.issuerId, 'ff')).toBeUndefined()
    expect(await opened.store.findBySerial('other', issued.serialHex)).toBeUndefined()
    const { issuerId, serialHex } = issued
    expect(await opened.store.findManyBySerial(issuerId, ['ff', serialHex, serialHex])).toEqual([stored])
    expect(await opened.store.findManyBySerial('other', [serialHex])).toEqual([])
    expect(await opened.store.findManyBySerial(issuerId, [])).toEqual([])
  })

  it('reports an intent whose process died before it signed, once, and never completes it', async () => {
    await prepareCertificate(w.deps, request())
    w.clock.advance(3 * 60_000)
    const abandoned = (await sweepIntents(w.deps)).filter((i) => i.issuerId === 'office-ca-sm2')
    expect(abandoned).toHaveLength(1)
    expect(await sweepIntents(w.deps)).toHaveLength(0)
    const [intent] = abandoned
    if (intent === undefined) throw new Error('nothing')
    const late = { ...intent, der: Uint8Array.of(1), notAfter: new Date() }
    await expect(opened.work.run((tx) => opened.store.complete(tx, intent.id, late))).rejects.toMatchObject({
      code: 'CONFLICT',
    })
    expect(await opened.store.findBySerial(intent.issuerId, intent.serialHex)).toBeUndefined()
  })

  it('refuses to complete with another serial number than was intended', async () => {
    const id = ids.next()
    const intent = {
      id,
      issuerId: 'x',
      serialHex: '0d',
      profile: 'p',
      tbs: Uint8Array.of(1),
      actor: ACTOR,
      at: new Date(),
    }
    await opened.work.run((tx) => opened.store.intend(tx, intent))
    if (opened.db === undefined) return
    const other = { issuerId: 'x', serialHex: '0e', profile: 'p', der: Uint8Array.of(1), notAfter: new Date() }
    await expect(opened.work.run((tx) => opened.store.complete(tx, id, other))).rejects.toMatchObject({
      code: 'CONFLICT',
    })
  })

  it('lists revoked certificates on the next CRL, with rising numbers', async () => {
    await recordCeremony(w.deps, w.certificates)
    await publishCrls(w.deps)
    const first = (await currentCrl(w.deps, 'office-ca-sm2')).number
    const issued = await issueCertificate(w.deps, request())
    await revokeCertificate(w.deps, { ...issued, reason: 'superseded', actor: ACTOR })
    expect(await publishCrls(w.deps)).toEqual([`office-ca-sm2/${first + 1}`])
    expect(await publishCrls(w.deps)).toEqual([])
    const stored = await currentCrl(w.deps, 'office-ca-sm2')
    const crl = parseCrl(stored.der)
    expect([stored.number, Number(crl.number)]).toEqual([first + 1, first + 1])
    expect(crl.nextUpdate).toEqual(stored.nextUpdate)
    expect(crl.findRevoked(parseCertificate(issued.der).serial)).toMatchObject({ reason: 4 })
    w.clock.advance(4 * DAY)
    expect(await publishCrls(w.deps)).toHaveLength(w.deps.authorities.length)
  })

  it('publishes again when a CRL was prepared and never signed', async () => {
    const issued = await issueCertificate(w.deps, request())
    await revokeCertificate(w.deps, { ...issued, reason: 'keyCompromise', actor: ACTOR })
    const dead = {
      ...w.deps,
      authorities: w.deps.authorities.map((a) => ({
        ...a,
        signer: async () => ({ ...(await a.signer()), sign: () => Promise.reject(new Error('died')) }),
      })),
    }
    await expect(publishCrls(dead)).rejects.toThrow('died')
    const before = (await currentCrl(w.deps, 'office-ca-sm2')).number
    expect(await publishCrls(w.deps)).toEqual([`office-ca-sm2/${before + 2}`])
    const crl = parseCrl((await currentCrl(w.deps, 'office-ca-sm2')).der)
    expect(crl.findRevoked(parseCertificate(issued.der).serial)).toBeDefined()
  })

  it('suspends, releases and revokes in order, each change a row with a rising number', async () => {
    const { issuerId, serialHex } = await issueCertificate(w.deps, request())
    const before = await opened.store.lastStatusChange(issuerId)
    const at = new Date(Math.floor(Date.now() / 1000) * 1000)
    const later = new Date(at.getTime() + 60_000)
    const change = (change: StatusChange['change'], reasonCode: number, when = at) =>
      opened.work.run(async (tx) => {
        await opened.store.lockStatus(tx)
        return opened.store.changeStatus(tx, { issuerId, serialHex, change, reasonCode, at: when })
      })
    const status = async () => (await opened.store.findBySerial(issuerId, serialHex))?.revocation
    expect(await change('released', 8)).toBe(false)
    expect([await change('suspended', 6), await change('suspended', 6)]).toEqual([true, false])
    expect(await status()).toEqual({ at, reasonCode: 6 })
    expect(await change('released', 8)).toBe(true)
    expect(await status()).toBeUndefined()
    expect(await change('suspended', 6)).toBe(true)
    expect(await change('revoked', 1, later)).toBe(true)
    expect(await status()).toEqual({ at, reasonCode: 1 })
    expect([await change('released', 8), await change('suspended', 6), await change('revoked', 4)]).toEqual([
      false,
      false,
      false,
    ])
    const changes = await opened.store.statusChangesSince(before)
    expect(changes.map((c) => [c.change, c.reasonCode])).toEqual([
      ['suspended', 6],
      ['released', 8],
      ['suspended', 6],
      ['revoked', 1],
    ])
    expect(changes.at(-1)).toMatchObject({ seq: await opened.store.lastStatusChange(issuerId), issuerId, serialHex })
    expect(await opened.store.statusChangesSince(changes.at(-1)?.seq ?? 0)).toEqual([])
  })

  it('says in a delta what changed since, a release too', async () => {
    const held = await issueCertificate(w.deps, request())
    await suspendCertificate(w.deps, { ...held, actor: ACTOR })
    await publishCrls(w.deps)
    const full = parseCrl((await currentCrl(w.deps, 'office-ca-sm2')).der)
    const serial = parseCertificate(held.der).serial
    expect(full.findRevoked(serial)).toMatchObject({ reason: 6 })
    w.clock.advance(60_000)
    await releaseCertificate(w.deps, { ...held, actor: ACTOR })
    await publishCrls(w.deps)
    const stored = await currentDelta(w.deps, 'office-ca-sm2')
    const delta = parseCrl(stored.der)
    expect(delta.isDelta).toBe(true)
    expect([delta.number, delta.baseNumber]).toEqual([BigInt(stored.number), BigInt(stored.baseNumber)])
    expect(delta.findRevoked(serial)).toMatchObject({ reason: 8 })
    const next = parseCrl((await currentCrl(w.deps, 'office-ca-sm2')).der)
    expect(next.findRevoked(serial)).toBeUndefined()
    expect(next.number).toBe(delta.number)
  })

  it('revokes once: the second attempt changes nothing', async () => {
    const issued = await issueCertificate(w.deps, request())
    const at = new Date(Math.floor(Date.now() / 1000) * 1000)
    const revoke = (reasonCode: number) =>
      opened.work.run((tx) => opened.store.changeStatus(tx, { ...issued, change: 'revoked', at, reasonCode }))
    expect([await revoke(1), await revoke(4)]).toEqual([true, false])
    expect((await opened.store.findBySerial(issued.issuerId, issued.serialHex))?.revocation?.reasonCode).toBe(1)
  })
}

/** Rules that stand in the tables too, so that no other program breaks them. */
const tableRules = (open: () => Promise<Db>): void => {
  let db: Db
  beforeAll(async () => {
    db = await open()
    const w = await pkiWorld({ store: makePkiStore(db), work: makeUnitOfWork(db) })
    const issued = await issueCertificate(w.deps, request())
    await revokeCertificate(w.deps, { ...issued, reason: 'superseded', actor: ACTOR })
    await publishCrls(w.deps)
  })
  afterAll(() => db.close())

  it('refuse to delete or change certificates, intents and CRLs, and to take a revocation back', async () => {
    for (const sql of [
      'DELETE FROM certificate',
      "UPDATE certificate SET der = '\\x00'",
      "UPDATE certificate SET status = 'valid', revoked_at = NULL, reason = NULL",
      'UPDATE certificate SET reason = 1',
      'DELETE FROM certificate_status',
      "UPDATE certificate_status SET change = 'released', reason = 8",
      'DELETE FROM certificate_intent',
      "UPDATE certificate_intent SET state = 'open'",
      'DELETE FROM crl',
      "UPDATE crl SET der = '\\x00'",
      'DELETE FROM crl_delta',
      "UPDATE crl_delta SET der = '\\x00'",
    ])
      expect(sqlState(await db.query(sql).catch((e: unknown) => e)), sql).toBe('42501')
  })

  it('refuse states and reasons that do not exist', async () => {
    const insert = (reason: number, status: string) =>
      db.query(
        `INSERT INTO certificate (issuer_id, serial, profile, der, not_after, status, revoked_at, reason)
         VALUES ('z', 'aa', 'p', '\\x00', now(), $2, now(), $1)`,
        [reason, status],
      )
    for (const [reason, status] of [
      [6, 'revoked'],
      [8, 'revoked'],
      [1, 'suspended'],
      [1, 'valid'],
      [1, 'held'],
    ] as const)
      expect(sqlState(await insert(reason, status).catch((e: unknown) => e)), status).toBe('23514')
  })
}

describe('the register of certificates in memory', () =>
  suite(() => Promise.resolve({ store: memoryStore(), work: { run: (f) => f({} as never) } })))

describe('the register of certificates, embedded database', () => {
  const open = async (): Promise<Opened> => {
    const db = await freshEmbedded()
    return { db, store: makePkiStore(db), work: makeUnitOfWork(db) }
  }
  suite(open)
  tableRules(freshEmbedded)
})

describe.skipIf(skipWithoutPostgres())('the register of certificates, PostgreSQL', () => {
  let server: PostgresServer
  beforeAll(() => {
    server = startPostgres()
  })
  afterAll(() => server.stop())
  suite(async () => {
    const db = await server.fresh()
    return { db, store: makePkiStore(db), work: makeUnitOfWork(db) }
  })
  tableRules(() => server.fresh())

  it('gives two issuers that draw the same numbers at once no serial number twice', async () => {
    const db = await server.fresh(20)
    // Only 24 different numbers: nearly every draw of forty collides with another.
    const poor = { bytes: (n: number) => new Uint8Array(n).fill(1 + ((random.bytes(1)[0] as number) % 24)) }
    const parts = { store: makePkiStore(db), work: makeUnitOfWork(db), random: poor }
    const [a, b] = await Promise.all([pkiWorld(parts), pkiWorld(parts)])
    const deps = { ids, clock: systemClock }
    const results = await Promise.allSettled(
      Array.from({ length: 40 }, (_, i) =>
        issueCertificate({ ...((i % 2 === 0 ? a : b) as typeof a).deps, ...deps }, request()),
      ),
    )
    const issued = results.flatMap((r) => (r.status === 'fulfilled' ? [r.value.serialHex] : []))
    const refused = results.flatMap((r) => (r.status === 'rejected' ? [(r.reason as { code?: string }).code] : []))
    expect(issued.length).toBeGreaterThan(5)
    expect(new Set(issued).size).toBe(issued.length)
    expect(new Set(refused)).toEqual(new Set(['CONFLICT']))
    const rows = await db.query<{ n: number }>('SELECT count(*) AS n FROM certificate')
    expect(rows[0]?.n).toBe(issued.length)
    await db.close()
  })

  it('lets processes that publish at once sign each list once, and lists every revocation', async () => {
    const db = await server.fresh(20)
    const { deps } = await pkiWorld({ store: makePkiStore(db), work: makeUnitOfWork(db) })
    await publishCrls(deps)
    const issued = await Promise.all(Array.from({ length: 8 }, () => issueCertificate(deps, request())))
    await Promise.all(
      issued.flatMap((c) => [revokeCertificate(deps, { ...c, reason: 'superseded', actor: ACTOR }), publishCrls(deps)]),
    )
    await publishCrls(deps)
    const crl = parseCrl((await currentCrl(deps, 'office-ca-sm2')).der)
    expect(crl.revokedCount).toBe(8)
    await db.close()
  })
})
