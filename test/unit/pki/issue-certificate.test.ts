import { beforeAll, describe, expect, it } from 'vitest'
import { issueCertificate, newSerial, sweepIntents } from '../../../src/pki/index.ts'
import type { CertificateRequest } from '../../../src/pki/index.ts'
import { prepareCertificate } from '../../../src/pki/prepare.ts'
import { signPrepared } from '../../../src/pki/sign-prepared.ts'
import { organisationCodeCheckCharacter, usccCheckCharacter } from '../../../standards/gb-32100-uscc/index.ts'
import { findUscc } from '../../../standards/gbt-20518-certificate/index.ts'
import { fromHex, toHex } from '../../../standards/bytes.ts'
import { parseCertificate, publicKeyKind, serialHex, validatePath } from '../../../standards/rfc5280-x509/index.ts'
import { nodeCrypto } from '../../../src/crypto/node.ts'
import { ACTOR, DAY, SEAL_SUBJECT, START, newPublicKey, pkiWorld } from './pki-world.ts'

type World = Awaited<ReturnType<typeof pkiWorld>>
const ORGANISATION = `MB000001${organisationCodeCheckCharacter('MB000001')}`
const USCC = `11990000${ORGANISATION}${usccCheckCharacter(`11990000${ORGANISATION}`)}`

const request = (changes: Partial<CertificateRequest> = {}): CertificateRequest => ({
  profile: 'seal-signer',
  subject: SEAL_SUBJECT,
  publicKey: newPublicKey(),
  actor: ACTOR,
  ...changes,
})

describe('issuing a certificate', () => {
  let w: World
  beforeAll(async () => {
    w = await pkiWorld()
  })
  const refusal = async (changes: Partial<CertificateRequest>): Promise<{ code: string; field?: string }> => {
    const before = [w.ceremony.keyStore.uses.length, w.store.intents.size]
    const error = await issueCertificate(w.deps, request(changes)).catch((e: unknown) => e)
    expect([w.ceremony.keyStore.uses.length, w.store.intents.size], 'no key touched, nothing written').toEqual(before)
    return error as { code: string; field?: string }
  }

  it('makes a certificate of the profile, signed by the CA of the same kind of key', async () => {
    for (const [profile, algorithm, issuerId] of [
      ['seal-signer', 'SM2', 'office-ca-sm2'],
      ['document-signer', 'P-256', 'office-ca-p256'],
    ] as const) {
      const issued = await issueCertificate(w.deps, request({ profile, publicKey: newPublicKey(algorithm) }))
      const certificate = parseCertificate(issued.der)
      const issuer = w.deps.authorities.find((a) => a.id === issuerId)
      expect(issued.issuerId).toBe(issuerId)
      expect(issued.serialHex).toBe(serialHex(certificate.serial))
      expect([...(certificate.keyUsage ?? [])]).toEqual([0, 1])
      const { checks, path } = validatePath({
        leaf: certificate,
        intermediates: [issuer?.certificate ?? certificate],
        anchors: issuer?.above ?? [],
        crls: [],
        at: w.clock.now(),
        purpose: 'digital-signature',
        crypto: nodeCrypto,
      })
      expect(path).toHaveLength(3)
      expect(checks.filter((c) => c.outcome !== 'pass').map((c) => c.name)).toEqual(['revocation'])
    }
  })

  it('hands out a certificate only after its audit row is chained', async () => {
    const { serialHex: serial } = await issueCertificate(w.deps, request())
    const index = w.audit.events.findIndex((e) => e.object.id.endsWith(serial))
    expect(w.audit.events[index]?.action).toBe('certificate.issued')
    expect(w.audit.chainedIds).toContain(String(index + 1))
  })

  it('writes no name into the audit', () => {
    expect(JSON.stringify(w.audit.events)).not.toContain('云湖')
  })

  it('writes a checked unified social credit code where GB/T 20518 has its place', async () => {
    const issued = await issueCertificate(w.deps, request({ subject: { ...SEAL_SUBJECT, uscc: USCC } }))
    expect(findUscc(parseCertificate(issued.der))).toBe(USCC)
  })

  it('refuses a wrong unified social credit code', async () => {
    expect(
      await refusal({ subject: { ...SEAL_SUBJECT, uscc: `${USCC.slice(0, 17)}${USCC.endsWith('X') ? 'Y' : 'X'}` } }),
    ).toMatchObject({
      code: 'CERTIFICATE_REQUEST_REFUSED',
      field: 'uscc',
    })
  })

  it('refuses an unknown profile', async () => {
    expect(await refusal({ profile: 'root' })).toMatchObject({ code: 'CERTIFICATE_PROFILE_UNKNOWN' })
  })

  it('refuses a key that the profile does not take', async () => {
    expect(await refusal({ publicKey: newPublicKey('P-256') })).toMatchObject({ field: 'publicKey' })
    expect(await refusal({ profile: 'document-signer' })).toMatchObject({ field: 'publicKey' })
  })

  it('refuses a public key that is not a point of the curve, or not a key', async () => {
    const key = newPublicKey()
    key[60] = (key[60] as number) ^ 1
    expect(await refusal({ publicKey: key })).toMatchObject({ field: 'publicKey' })
    expect(await refusal({ publicKey: Uint8Array.of(0x30, 0) })).toMatchObject({ field: 'publicKey' })
  })

  it('refuses an SM2 key that is written in another form, though verifiers read it', async () => {
    const point = toHex(newPublicKey()).slice(-130)
    const odd = fromHex(`305a301406082a811ccf5501822d06082a811ccf5501822d034200${point}`)
    expect(publicKeyKind(odd)).toBe('SM2')
    expect(await refusal({ publicKey: odd })).toMatchObject({ field: 'public-key' })
  })

  it("refuses the CA's own key", async () => {
    const ca = w.deps.authorities.find((a) => a.id === 'office-ca-sm2')?.certificate.publicKey ?? new Uint8Array()
    expect(await refusal({ publicKey: ca })).toMatchObject({ code: 'CERTIFICATE_REQUEST_REFUSED', field: 'public-key' })
  })

  it('refuses a certificate that outlives its issuer or the profile, ends before it begins, or is dated back', async () => {
    const after = (days: number): Date => new Date(START.getTime() + days * DAY)
    expect(await refusal({ validity: { notAfter: after(3650 + 30) } })).toMatchObject({
      field: 'validity-within-issuer',
    })
    expect(await refusal({ validity: { notAfter: after(1900) } })).toMatchObject({ field: 'validity-length' })
    expect(await refusal({ validity: { notAfter: after(-1) } })).toMatchObject({ field: 'validity-within-issuer' })
    expect(await refusal({ validity: { notBefore: after(-1), notAfter: after(9) } })).toMatchObject({
      field: 'validity',
    })
  })

  it('refuses subjects without their parts, too long, empty, or with control characters', async () => {
    const { organization: _, ...withoutOrganization } = SEAL_SUBJECT
    for (const subject of [
      withoutOrganization,
      { ...SEAL_SUBJECT, commonName: '印'.repeat(65) },
      { ...SEAL_SUBJECT, commonName: ' ' },
      { ...SEAL_SUBJECT, organization: '云湖省\u0000厅' },
    ])
      expect(await refusal({ subject })).toMatchObject({ code: 'CERTIFICATE_REQUEST_REFUSED', field: 'subject-name' })
  })

  it('never uses a serial number twice, even when the randomness repeats itself', async () => {
    const stuck = await pkiWorld({ random: { bytes: (n) => new Uint8Array(n).fill(7) } })
    await issueCertificate(stuck.deps, request())
    await expect(issueCertificate(stuck.deps, request())).rejects.toMatchObject({ code: 'CONFLICT' })
    expect(stuck.store.intents.size).toBe(1)
  })

  it('makes serial numbers of sixteen bytes that are positive', () => {
    for (const fill of [0x00, 0xff]) {
      const serial = newSerial({ bytes: (n) => new Uint8Array(n).fill(fill) })
      expect(serial).toHaveLength(16)
      expect(serial[0]).toBeGreaterThanOrEqual(0x40)
      expect(serial[0]).toBeLessThan(0x80)
    }
  })

  it('signs a prepared certificate once only', async () => {
    const token = await prepareCertificate(w.deps, request())
    await signPrepared(w.deps, token)
    const uses = w.ceremony.keyStore.uses.length
    await expect(signPrepared(w.deps, token)).rejects.toThrow(TypeError)
    await expect(signPrepared(w.deps, {} as typeof token)).rejects.toThrow(TypeError)
    expect(w.ceremony.keyStore.uses).toHaveLength(uses)
  })

  it('writes the intent down before it touches the key', async () => {
    const order: string[] = []
    const { deps, store, ceremony } = await pkiWorld()
    const watched = {
      ...deps,
      store: {
        ...store,
        intend: (...args: Parameters<typeof store.intend>) => {
          order.push(`intend after ${ceremony.keyStore.uses.filter((u) => u === 'office-ca-sm2').length}`)
          return store.intend(...args)
        },
        complete: (...args: Parameters<typeof store.complete>) => {
          order.push(`complete after ${ceremony.keyStore.uses.filter((u) => u === 'office-ca-sm2').length}`)
          return store.complete(...args)
        },
      },
    }
    const before = ceremony.keyStore.uses.filter((u) => u === 'office-ca-sm2').length
    await issueCertificate(watched, request())
    expect(order).toEqual([`intend after ${before}`, `complete after ${before + 1}`])
  })

  it('reports an intent without result once, and refuses its late completion', async () => {
    const { deps, clock, audit } = await pkiWorld()
    const token = await prepareCertificate(deps, request())
    expect(await sweepIntents(deps)).toHaveLength(0)
    clock.advance(61_000)
    expect(await sweepIntents(deps)).toMatchObject([{ issuerId: 'office-ca-sm2', profile: 'seal-signer' }])
    expect(await sweepIntents(deps)).toHaveLength(0)
    expect(audit.events.map((e) => e.action)).toEqual(['certificate.intent-abandoned'])
    await expect(signPrepared(deps, token)).rejects.toMatchObject({ code: 'CONFLICT' })
  })

  it('refuses a CA key that does not belong to the CA certificate, and a device that signs wrongly', async () => {
    const { deps, ceremony } = await pkiWorld()
    const withSigner = (change: (s: Awaited<ReturnType<typeof ceremony.keyStore.signer>>) => typeof s) => ({
      ...deps,
      authorities: deps.authorities.map((a) => ({ ...a, signer: async () => change(await a.signer()) })),
    })
    const otherKey = withSigner((s) => ({ ...s, publicKey: newPublicKey() }))
    await expect(issueCertificate(otherKey, request())).rejects.toMatchObject({ code: 'KEY_UNUSABLE' })
    const faulty = withSigner((s) => ({ ...s, sign: () => s.sign(Uint8Array.of(1)) }))
    await expect(issueCertificate(faulty, request())).rejects.toMatchObject({ code: 'KEY_UNUSABLE' })
  })
})
