import { describe, expect, it } from 'vitest'
import { nodeCrypto } from '../../../src/crypto/node.ts'
import { TrustError } from '../../../src/errors.ts'
import type { PkiDeps, RevocationReason } from '../../../src/pki/index.ts'
import {
  currentCrl,
  currentDelta,
  issueCertificate,
  listsDueByCeremony,
  parsePemCertificates,
  pathChecks,
  publishCrls,
  recordCeremony,
  revokeCertificate,
  trustChain,
} from '../../../src/pki/index.ts'
import { parseCertificate, parseCrl, validatePath } from '../../../standards/rfc5280-x509/index.ts'
import { ACTOR, DAY, SEAL_SUBJECT, newPublicKey, pkiWorld } from './pki-world.ts'

const issuedWorld = async (own = { ownKeys: false }) => {
  const w = await pkiWorld({}, own)
  await recordCeremony(w.deps, w.certificates)
  const issued = await issueCertificate(w.deps, {
    profile: 'seal-signer',
    subject: SEAL_SUBJECT,
    publicKey: newPublicKey(),
    actor: ACTOR,
  })
  const leaf = parseCertificate(issued.der)
  const crls = async () =>
    Promise.all(['root-sm2', 'office-ca-sm2'].map(async (id) => parseCrl((await currentCrl(w.deps, id)).der)))
  const [issuing, root] = trustChain(w.deps, 'office-ca-sm2')
  const judge = async (at: Date, lists = crls()) => {
    const result = validatePath({
      leaf,
      intermediates: issuing === undefined ? [] : [issuing],
      anchors: root === undefined ? [] : [root],
      crls: await lists,
      at,
      purpose: 'digital-signature',
      crypto: nodeCrypto,
    })
    const checks = pathChecks('signer', result)
    return checks.find((c) => c.name === 'signer.revocation')
  }
  const revoke = (reason: RevocationReason = 'keyCompromise') =>
    revokeCertificate(w.deps, { issuerId: issued.issuerId, serialHex: issued.serialHex, reason, actor: ACTOR })
  return { ...w, issued, leaf, crls, judge, revoke }
}

describe('CRLs', () => {
  it('are published for every CA key, once, and again when half of their time is gone', async () => {
    const { deps, clock } = await pkiWorld()
    expect(await publishCrls(deps)).toEqual(deps.authorities.map((a) => `${a.id}/1`))
    expect(await publishCrls(deps)).toEqual([])
    clock.advance(3.4 * DAY)
    expect(await publishCrls(deps)).toEqual([])
    clock.advance(0.2 * DAY)
    expect(await publishCrls(deps)).toHaveLength(deps.authorities.length)
    const crl = parseCrl((await currentCrl(deps, 'root-p256')).der)
    // 2 was a delta, whose half time is shorter.
    expect(crl.number).toBe(3n)
    expect((crl.nextUpdate?.getTime() ?? 0) - crl.thisUpdate.getTime()).toBe(7 * DAY)
  })

  it('name a revoked certificate at once, and only at its own issuer', async () => {
    const w = await issuedWorld()
    await publishCrls(w.deps)
    await w.revoke()
    expect(await publishCrls(w.deps)).toEqual(['office-ca-sm2/2'])
    const [root, issuing] = await w.crls()
    expect(root?.findRevoked(w.leaf.serial)).toBeUndefined()
    expect(issuing?.findRevoked(w.leaf.serial)).toMatchObject({ reason: 1 })
  })

  it('go on naming what was revoked after it expired', async () => {
    const w = await issuedWorld()
    await w.revoke()
    w.clock.advance(1200 * DAY)
    await publishCrls(w.deps)
    expect((await w.crls())[1]?.findRevoked(w.leaf.serial)).toBeDefined()
  })

  it('are not there before the first was signed', async () => {
    const { deps } = await pkiWorld()
    await expect(currentCrl(deps, 'root-sm2')).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  const withBroken = (deps: PkiDeps, isBroken: (id: string) => boolean, where: 'signer' | 'sign'): PkiDeps => ({
    ...deps,
    authorities: deps.authorities.map((a) => {
      if (!isBroken(a.id)) return a
      const fail = () => Promise.reject(new Error('device'))
      return { ...a, signer: where === 'signer' ? fail : async () => ({ ...(await a.signer()), sign: fail }) }
    }),
  })

  it('come again with a higher number when signing failed in between', async () => {
    const { deps } = await pkiWorld()
    await expect(publishCrls(withBroken(deps, () => true, 'sign'))).rejects.toThrow('device')
    await publishCrls(deps)
    expect((await currentCrl(deps, 'root-sm2')).number).toBe(2)
  })

  it('use up no number while the key is away, and one CA does not keep the others from publishing', async () => {
    const { deps } = await pkiWorld()
    const rootAway = withBroken(deps, (id) => id === 'root-sm2', 'signer')
    for (let i = 0; i < 3; i++) await expect(publishCrls(rootAway)).rejects.toThrow('device')
    expect((await currentCrl(deps, 'office-ca-sm2')).number).toBe(1)
    await publishCrls(deps)
    expect((await currentCrl(deps, 'root-sm2')).number).toBe(1)
  })
})

describe('delta CRLs', () => {
  it('always name a full list that was signed, and one that is still current', async () => {
    const { deps, clock } = await pkiWorld()
    const full = new Map<number, Date>()
    for (let hours = 0; hours < 21 * 24; hours += 5) {
      await publishCrls(deps)
      const crl = await currentCrl(deps, 'entity-ca-sm2')
      full.set(crl.number, crl.nextUpdate)
      const delta = parseCrl((await currentDelta(deps, 'entity-ca-sm2')).der)
      const until = full.get(Number(delta.baseNumber))
      expect([hours, until?.getTime()]).toEqual([hours, expect.any(Number)])
      expect(until?.getTime()).toBeGreaterThan(delta.thisUpdate.getTime())
      clock.advance(5 * (DAY / 24))
    }
    expect(full.size).toBeGreaterThan(5)
  })
})

describe('lists of a root whose key is away', () => {
  it('are named in good time, and only those', async () => {
    const { deps, clock } = await pkiWorld()
    await publishCrls(deps)
    const away = {
      ...deps,
      authorities: deps.authorities.map((a) =>
        a.id === 'root-sm2' ? { ...a, signer: () => Promise.reject(new TrustError('KEY_NOT_FOUND', 'offline')) } : a,
      ),
    }
    expect(await listsDueByCeremony(deps)).toEqual([])
    expect((await listsDueByCeremony(away)).map((d) => d.issuerId)).toEqual(['root-sm2'])
    clock.advance(4 * DAY)
    expect(await publishCrls(away)).not.toContain('root-sm2/3')
    const none = { ...away, store: { ...away.store, currentCrl: () => Promise.resolve(undefined) } }
    expect(await listsDueByCeremony(none)).toEqual([{ issuerId: 'root-sm2' }])
  })
})

describe('revoking', () => {
  it('is done once: the first date and reason stay', async () => {
    const w = await issuedWorld()
    const first = await w.revoke('superseded')
    w.clock.advance(DAY)
    expect(await w.revoke('keyCompromise')).toEqual(first)
    expect(w.audit.events.filter((e) => e.action === 'certificate.revoked')).toHaveLength(1)
  })

  it('refuses certificates that were never issued, and reasons that we do not use', async () => {
    const w = await issuedWorld()
    const request = { issuerId: 'office-ca-sm2', serialHex: '00', reason: 'superseded', actor: ACTOR } as const
    await expect(revokeCertificate(w.deps, request)).rejects.toMatchObject({ code: 'CERTIFICATE_NOT_FOUND' })
    for (const reason of ['certificateHold', 'removeFromCRL', 'toString'])
      await expect(w.revoke(reason as RevocationReason)).rejects.toMatchObject({
        code: 'INPUT_INVALID',
        field: 'reason',
      })
  })

  it('reaches what the ceremony issued', async () => {
    const w = await issuedWorld()
    const maker = w.certificates.find((c) => c.id === 'seal-maker-sm2')
    const serialHex = Buffer.from(parseCertificate(maker?.der ?? new Uint8Array()).serial).toString('hex')
    await revokeCertificate(w.deps, { issuerId: 'seal-maker-ca-sm2', serialHex, reason: 'superseded', actor: ACTOR })
    await publishCrls(w.deps)
    expect(parseCrl((await currentCrl(w.deps, 'seal-maker-ca-sm2')).der).revokedCount).toBe(1)
  })

  it('judges by the validation time: before it invalid, after it a notice', async () => {
    const w = await issuedWorld()
    const before = new Date(w.clock.now().getTime() + 1000)
    w.clock.advance(DAY)
    await w.revoke()
    await publishCrls(w.deps)
    expect(await w.judge(before)).toMatchObject({ outcome: 'notice', reason: 'REVOKED' })
    expect(await w.judge(w.clock.now())).toMatchObject({
      outcome: 'fail',
      reason: 'REVOKED',
      detail: { reasonCode: 1 },
    })
  })
})

describe('revocation evidence', () => {
  it('is fresh until nextUpdate, then stale with its age', async () => {
    const w = await issuedWorld()
    await publishCrls(w.deps)
    const later = (days: number): Date => new Date(w.clock.now().getTime() + days * DAY)
    expect(await w.judge(later(6.9))).toMatchObject({ outcome: 'pass' })
    expect(await w.judge(later(8))).toMatchObject({
      outcome: 'unknown',
      reason: 'STALE_EVIDENCE',
      detail: { ageHours: 192 },
    })
  })

  it('may be issued after the validation time, and says so', async () => {
    const w = await issuedWorld()
    const at = w.clock.now()
    w.clock.advance(30 * DAY)
    await publishCrls(w.deps)
    expect(await w.judge(at)).toMatchObject({ outcome: 'pass', detail: { evidence: 'issued-after-validation-time' } })
  })

  it('is missing without a list, and with the list of only one of the CAs', async () => {
    const w = await issuedWorld()
    await publishCrls(w.deps)
    const lists = await w.crls()
    for (const some of [[], lists.slice(0, 1), lists.slice(1)])
      expect(await w.judge(w.clock.now(), Promise.resolve(some))).toMatchObject({
        outcome: 'unknown',
        reason: 'NO_REVOCATION_EVIDENCE',
      })
  })

  it('is missing when the list was changed, is a delta, or has critical parts that we do not know', async () => {
    const w = await issuedWorld()
    await publishCrls(w.deps)
    const [root, issuing] = await w.crls()
    if (root === undefined || issuing === undefined) throw new Error('no lists')
    const tbs = Uint8Array.from(issuing.tbs)
    tbs[tbs.length - 1] = (tbs[tbs.length - 1] as number) ^ 1
    for (const change of [{ tbs }, { isDelta: true }, { unknownCritical: ['1.2.3'] }, { algorithmsAgree: false }])
      expect(await w.judge(w.clock.now(), Promise.resolve([root, { ...issuing, ...change }]))).toMatchObject({
        outcome: 'unknown',
        reason: 'NO_REVOCATION_EVIDENCE',
      })
  })

  it('of another CA with the same bytes of name does not count', async () => {
    const w = await issuedWorld()
    const other = await issuedWorld({ ownKeys: true })
    await publishCrls(w.deps)
    await publishCrls(other.deps)
    expect(await w.judge(w.clock.now(), other.crls())).toMatchObject({ outcome: 'unknown' })
  })
})

describe('PEM files of certificates', () => {
  it('are read in order, and refused when a block is broken', () => {
    expect(parsePemCertificates('nothing here')).toEqual([])
    for (const body of ['AAAA', '!!!!', 'MAA='])
      expect(() => parsePemCertificates(`-----BEGIN CERTIFICATE-----\n${body}\n-----END CERTIFICATE-----\n`)).toThrow(
        expect.objectContaining({ name: 'DerError' }),
      )
  })
})
