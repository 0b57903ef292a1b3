import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openCrlShelf } from '../../../adapters/crl-shelf/index.ts'
import type { Db } from '../../../adapters/postgres/db.ts'
import { makeUnitOfWork } from '../../../adapters/postgres/db.ts'
import { makePkiStore } from '../../../adapters/postgres/pki-store.ts'
import type { CrlShelf, StoredCrl } from '../../../src/pki/index.ts'
import {
  bridgeCrls,
  currentCrl,
  issueCertificate,
  newestCrl,
  newestDelta,
  publishCrls,
  revokeCertificate,
  trustChain,
} from '../../../src/pki/index.ts'
import { nodeCrypto } from '../../../src/crypto/node.ts'
import { utf8 } from '../../../standards/bytes.ts'
import { parseCertificate, parseCrl, validatePath } from '../../../standards/rfc5280-x509/index.ts'
import type { PostgresServer } from '../../support/database.ts'
import { skipWithoutPostgres, startPostgres } from '../../support/database.ts'
import { ACTOR, DAY, SEAL_SUBJECT, newPublicKey, pkiWorld } from '../../unit/pki/pki-world.ts'

const CA = 'office-ca-sm2'
const request = () => ({ profile: 'seal-signer', subject: SEAL_SUBJECT, publicKey: newPublicKey(), actor: ACTOR })
const HOUR = DAY / 24
const lengthened = (crl: StoredCrl | undefined): StoredCrl | undefined => crl && { ...crl, entries: 6_000 }

describe('CRLs while the database is away', () => {
  let folder: string
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'xinyin-shelf-'))
  })
  afterAll(() => rmSync(folder, { recursive: true }))
  const world = async (name: string, replace: Parameters<typeof pkiWorld>[0] = {}) => {
    const shelf: CrlShelf = openCrlShelf(join(folder, name))
    const w = await pkiWorld({ ...replace, shelf })
    return { ...w, shelf }
  }

  it('are signed again for a day, with the same entries, only when their end is near', async () => {
    const w = await world('a')
    const issued = await issueCertificate(w.deps, request())
    await revokeCertificate(w.deps, { ...issued, reason: 'keyCompromise', actor: ACTOR })
    await publishCrls(w.deps)
    const first = parseCrl(await newestCrl(w.deps, CA))
    for (const days of [1, 3, 1.4]) {
      w.clock.advance(days * DAY)
      // Deltas live a day and are bridged meanwhile.
      await bridgeCrls(w.deps)
      expect(await newestCrl(w.deps, CA)).toEqual(first.der)
    }
    w.clock.advance(0.2 * DAY)
    await bridgeCrls(w.deps)
    const second = parseCrl(await newestCrl(w.deps, CA))
    expect(second.number).toBeGreaterThan(first.number ?? 0n)
    expect((second.nextUpdate?.getTime() ?? 0) - second.thisUpdate.getTime()).toBe(DAY)
    expect(second.findRevoked(parseCertificate(issued.der).serial)).toEqual(
      first.findRevoked(parseCertificate(issued.der).serial),
    )
    w.clock.advance(11 * HOUR)
    expect(await bridgeCrls(w.deps)).toEqual([])
    w.clock.advance(2 * HOUR)
    await bridgeCrls(w.deps)
    expect(parseCrl(await newestCrl(w.deps, CA)).number).toBe((second.number ?? 0n) + 1n)
  })

  it('go on after the deltas, and take in what only a delta knew', async () => {
    const w = await world('f')
    const [early, late] = [await issueCertificate(w.deps, request()), await issueCertificate(w.deps, request())]
    await revokeCertificate(w.deps, { ...early, reason: 'superseded', actor: ACTOR })
    await publishCrls(w.deps)
    // A long list rests an hour: only the delta learns of the second revocation.
    const long = { ...w.store, currentCrl: async (id: string) => lengthened(await w.store.currentCrl(id)) }
    await revokeCertificate(w.deps, { ...late, reason: 'keyCompromise', actor: ACTOR })
    expect(await publishCrls({ ...w.deps, store: long })).toEqual([])
    const serial = parseCertificate(late.der).serial
    expect(parseCrl(await newestCrl(w.deps, CA)).findRevoked(serial)).toBeUndefined()
    expect(parseCrl(await newestDelta(w.deps, CA)).findRevoked(serial)).toMatchObject({ reason: 1 })
    w.clock.advance(5.8 * DAY)
    await bridgeCrls(w.deps)
    const bridged = parseCrl(await newestCrl(w.deps, CA))
    expect(bridged.number).toBe(3n)
    expect(bridged.findRevoked(serial)).toMatchObject({ reason: 1 })
    expect(bridged.findRevoked(parseCertificate(early.der).serial)).toMatchObject({ reason: 4 })
    expect(parseCrl(await newestDelta(w.deps, CA))).toMatchObject({ number: 3n, isDelta: true })
  })

  it('leave the deltas current too, each under a number of its own', async () => {
    const w = await world('g')
    const numbers = new Set<bigint>()
    await publishCrls(w.deps)
    for (let hours = 0; hours < 60; hours += 6) {
      w.clock.advance(6 * HOUR)
      await bridgeCrls(w.deps)
      const delta = parseCrl(await newestDelta(w.deps, CA))
      expect(delta.nextUpdate?.getTime()).toBeGreaterThan(w.clock.now().getTime())
      numbers.add(delta.number ?? 0n)
    }
    expect(numbers.size).toBeGreaterThan(2)
    await publishCrls(w.deps)
    const recorded = w.audit.events.filter((e) => e.action === 'delta.bridged' && e.object.id.startsWith(`${CA}/`))
    expect(recorded.length).toBe(numbers.size - 1)
  })

  it('pass over a stray file, which is neither served nor entered', async () => {
    const w = await world('h')
    await publishCrls(w.deps)
    const good = await newestCrl(w.deps, CA)
    const other = await newestCrl(w.deps, 'infra-ca-sm2')
    for (const [name, bytes] of [
      [`${CA}-999999999999999.crl`, good],
      [`${CA}-77.crl`, other],
      [`${CA}-78.crl`, utf8('not a list')],
      [`${CA}-79.delta.crl`, good],
    ] as const)
      writeFileSync(join(folder, 'h', name), bytes)
    expect(await newestCrl(w.deps, CA)).toEqual(good)
    w.clock.advance(4 * DAY)
    expect(await publishCrls(w.deps)).toContain(`${CA}/2`)
  })

  it('are not made by a clock that jumped, and a list of the future is replaced', async () => {
    const w = await world('i')
    await publishCrls(w.deps)
    w.clock.advance(400 * DAY)
    await publishCrls(w.deps)
    w.clock.advance(-400 * DAY)
    expect(await bridgeCrls(w.deps)).toEqual([])
    expect(await publishCrls(w.deps)).toContain(`${CA}/3`)
    expect(parseCrl(await newestCrl(w.deps, CA)).thisUpdate.getTime()).toBeLessThanOrEqual(w.clock.now().getTime())
  })

  it('are entered into the register when it is back, and numbers go on after them', async () => {
    const w = await world('b')
    await publishCrls(w.deps)
    w.clock.advance(5.8 * DAY)
    await bridgeCrls(w.deps)
    await publishCrls(w.deps)
    expect((await currentCrl(w.deps, CA)).number).toBe(2)
    expect(w.audit.events.filter((e) => e.action === 'crl.bridged').map((e) => e.object.id)).toContain(`${CA}/2`)
    w.clock.advance(13 * HOUR)
    await publishCrls(w.deps)
    const after = await currentCrl(w.deps, CA)
    expect(after.number).toBeGreaterThan(2)
    expect(after.nextUpdate.getTime() - after.thisUpdate.getTime()).toBe(7 * DAY)
    expect(await bridgeCrls(w.deps)).toEqual([])
  })

  it('signed by two processes at once are one list', async () => {
    const w = await world('c')
    await publishCrls(w.deps)
    w.clock.advance(5.8 * DAY)
    await Promise.all([bridgeCrls(w.deps), bridgeCrls(w.deps), bridgeCrls(w.deps)])
    const lists = readdirSync(join(folder, 'c')).filter((n) => n.startsWith(`${CA}-`) && /\d\.crl$/.test(n))
    expect(lists.sort()).toEqual([`${CA}-1.crl`, `${CA}-2.crl`])
  })

  it('that a dead process wrote down and did not sign are finished with the same bytes', async () => {
    const w = await world('d')
    await publishCrls(w.deps)
    w.clock.advance(5.8 * DAY)
    const dying = {
      ...w.deps,
      shelf: { ...w.shelf, put: () => Promise.reject(new Error('killed')) },
    }
    await expect(bridgeCrls(dying)).rejects.toThrow('killed')
    const intended = await w.shelf.intend(CA, 2, new Uint8Array())
    w.clock.advance(HOUR)
    await bridgeCrls(w.deps)
    expect(parseCrl(await newestCrl(w.deps, CA)).tbs).toEqual(intended)
  })

  it('of a key that is kept elsewhere are left alone, of a root only', async () => {
    const w = await world('e')
    await publishCrls(w.deps)
    w.clock.advance(5.8 * DAY)
    const { TrustError } = await import('../../../src/errors.ts')
    const without = (gone: string) => ({
      ...w.deps,
      authorities: w.deps.authorities.map((a) =>
        a.id === gone ? { ...a, signer: () => Promise.reject(new TrustError('KEY_NOT_FOUND', 'offline')) } : a,
      ),
    })
    expect(await bridgeCrls(without('root-sm2'))).not.toContain('root-sm2/2')
    await expect(bridgeCrls(without('infra-ca-sm2'))).resolves.toEqual(['root-sm2/2'])
    w.clock.advance(DAY)
    await expect(bridgeCrls(without('infra-ca-sm2'))).rejects.toMatchObject({ code: 'KEY_NOT_FOUND' })
  })

  describe.skipIf(skipWithoutPostgres())('on PostgreSQL', () => {
    let server: PostgresServer
    let db: Db
    beforeAll(async () => {
      server = startPostgres()
      db = await server.fresh()
    })
    afterAll(() => db.close().catch(() => undefined))

    it('still clear a good certificate and name a revoked one ten days after the server died', async () => {
      const w = await world('pg', { store: makePkiStore(db), work: makeUnitOfWork(db) })
      const [good, bad] = [await issueCertificate(w.deps, request()), await issueCertificate(w.deps, request())]
      await revokeCertificate(w.deps, { ...bad, reason: 'keyCompromise', actor: ACTOR })
      await publishCrls(w.deps)
      server.stop()
      await expect(publishCrls(w.deps)).rejects.toThrow()
      for (let hours = 0; hours < 240; hours += 12) {
        w.clock.advance(12 * HOUR)
        await bridgeCrls(w.deps)
      }
      const [ca, root] = trustChain(w.deps, CA)
      const crls = await Promise.all([CA, 'root-sm2'].map(async (id) => parseCrl(await newestCrl(w.deps, id))))
      const judge = (der: Uint8Array) =>
        validatePath({
          leaf: parseCertificate(der),
          intermediates: ca === undefined ? [] : [ca],
          anchors: root === undefined ? [] : [root],
          crls,
          at: w.clock.now(),
          purpose: 'digital-signature',
          crypto: nodeCrypto,
        }).checks.find((c) => c.name === 'revocation')
      expect(judge(good.der)).toMatchObject({ outcome: 'pass' })
      expect(judge(bad.der)).toMatchObject({ outcome: 'fail', reason: 'REVOKED' })
    })
  })
})
