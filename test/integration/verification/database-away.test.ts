import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openCrlShelf } from '../../../adapters/crl-shelf/index.ts'
import type { Db } from '../../../adapters/postgres/db.ts'
import { makeUnitOfWork } from '../../../adapters/postgres/db.ts'
import { makePkiStore } from '../../../adapters/postgres/pki-store.ts'
import type { CrlShelf } from '../../../src/pki/index.ts'
import {
  bridgeCrls,
  currentCrl,
  issueCertificate,
  newestCrl,
  publishCrls,
  revokeCertificate,
  trustChain,
} from '../../../src/pki/index.ts'
import { nodeCrypto } from '../../../src/crypto/node.ts'
import { parseCertificate, parseCrl, validatePath } from '../../../standards/rfc5280-x509/index.ts'
import type { PostgresServer } from '../../support/database.ts'
import { skipWithoutPostgres, startPostgres } from '../../support/database.ts'
import { ACTOR, DAY, SEAL_SUBJECT, newPublicKey, pkiWorld } from '../../unit/pki/pki-world.ts'

const CA = 'office-ca-sm2'
const request = () => ({ profile: 'seal-signer', subject: SEAL_SUBJECT, publicKey: newPublicKey(), actor: ACTOR })
const HOUR = DAY / 24

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
      expect(await bridgeCrls(w.deps)).toEqual([])
    }
    w.clock.advance(0.2 * DAY)
    expect(await bridgeCrls(w.deps)).toContain(`${CA}/2`)
    const second = parseCrl(await newestCrl(w.deps, CA))
    expect(second.number).toBe((first.number ?? 0n) + 1n)
    expect((second.nextUpdate?.getTime() ?? 0) - second.thisUpdate.getTime()).toBe(DAY)
    expect(second.findRevoked(parseCertificate(issued.der).serial)).toEqual(
      first.findRevoked(parseCertificate(issued.der).serial),
    )
    w.clock.advance(11 * HOUR)
    expect(await bridgeCrls(w.deps)).toEqual([])
    w.clock.advance(2 * HOUR)
    expect(await bridgeCrls(w.deps)).toContain(`${CA}/3`)
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
    const lists = readdirSync(join(folder, 'c')).filter((n) => n.startsWith(`${CA}-`) && n.endsWith('.crl'))
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
      for (let hours = 0; hours < 240; hours += 6) {
        w.clock.advance(6 * HOUR)
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
