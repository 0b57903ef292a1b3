import { beforeAll, describe, expect, it } from 'vitest'
import { rawFromDer } from '../../../src/crypto/index.ts'
import type { Check } from '../../../src/kernel/index.ts'
import { verdictOf } from '../../../src/kernel/index.ts'
import type { SealSignatureQuestion, TrustMaterial } from '../../../src/seal/index.ts'
import { verifySeal, verifySealSignature } from '../../../src/seal/index.ts'
import { utf8 } from '../../../standards/bytes.ts'
import { ES_ID, ORIGINAL, makeSealBytes, makeSealWorld, signWith } from './seal-world.ts'
import { MAKER, NOW, crypto, days, makeCa, trustIn } from './trust-world.ts'

const ACTIVE = { [ES_ID]: [{ status: 'active', from: days(-10) }] }
let world: Awaited<ReturnType<typeof makeSealWorld>>
let trust: TrustMaterial

beforeAll(async () => {
  world = await makeSealWorld()
  trust = await trustIn(world.ca, { timelines: ACTIVE })
})

const ask = (wish: Partial<SealSignatureQuestion> = {}) => {
  const question = {
    signature: world.signature,
    original: ORIGINAL,
    crypto,
    trust,
    at: NOW,
    mode: 'strict',
    ...wish,
  } as const
  const { checks } = verifySealSignature(question)
  return { checks, verdict: verdictOf(checks), faults: faultsOf(checks) }
}
const faultsOf = (checks: readonly Check[]): string[] =>
  checks
    .filter((c) => c.outcome === 'fail' || c.outcome === 'unknown')
    .map((c) => `${c.name} ${c.outcome} ${c.reason ?? ''}`)
const signed = (wish: Partial<Parameters<typeof signWith>[0]>) =>
  signWith({ seal: world.seal, signer: world.signer, ...wish })
const sealed = (wish: Partial<Parameters<typeof makeSealBytes>[0]>) =>
  makeSealBytes({ maker: world.maker, signers: { kind: 'certs', certs: [world.signer.certificate.der] }, ...wish })

describe('a good signature', () => {
  it('is valid with revocation and status evidence', () => {
    expect(ask()).toMatchObject({ verdict: 'valid', faults: [] })
  })

  it('reports the steps in the order of the standard', () => {
    const order = [
      'signature.format',
      'seal.maker-signature',
      'signature.value',
      'signature.signer-in-seal',
      'seal.maker.path',
    ]
    const then = [
      'seal.validity',
      'seal.status',
      'signature.signer.path',
      'signature.data-hash',
      'signature.time-stamp',
    ]
    const names = ask().checks.map((c) => c.name)
    const places = [...order, ...then].map((n) => names.indexOf(n))
    expect(places.every((p) => p >= 0)).toBe(true)
    expect(places).toEqual(places.toSorted((a, b) => a - b))
  })

  it('gives the seal, the signer and the claimed time', () => {
    const result = verifySealSignature({
      signature: world.signature,
      original: ORIGINAL,
      crypto,
      trust,
      at: NOW,
      mode: 'strict',
    })
    expect(result).toMatchObject({ signingTime: NOW, seal: { layout: 'V4', esID: ES_ID } })
    expect(result.signerCertificate?.der).toEqual(world.signer.certificate.der)
  })

  it('takes the digest of the original as well as its bytes', () => {
    expect(ask({ original: { digest: crypto.digest('sm3', ORIGINAL) } }).verdict).toBe('valid')
  })

  it('accepts a seal that lists its signers by SM3 digest', async () => {
    const digests = [{ type: 'SM3', value: crypto.digest('sm3', world.signer.certificate.der) }]
    const signature = await signed({ seal: await sealed({ signers: { kind: 'digests', digests } }) })
    expect(ask({ signature }).verdict).toBe('valid')
  })
})

describe('steps a to c', () => {
  it('calls broken bytes a format failure and runs nothing else', () => {
    const { checks, faults } = ask({ signature: utf8('no DER at all') })
    expect(faults).toEqual(['signature.format fail FORMAT_FAILURE'])
    expect(checks.slice(1).every((c) => c.outcome === 'notRun')).toBe(true)
  })

  it('refuses trailing bytes', () => {
    const signature = new Uint8Array([...world.signature, 0])
    expect(ask({ signature }).faults).toEqual(['signature.format fail FORMAT_FAILURE'])
  })

  it('refuses a seal whose maker did not sign it', async () => {
    const other = await world.ca.issue({ name: 'Other Maker', ...MAKER })
    const seal = await sealed({ maker: { signer: other.signer, certificate: world.maker.certificate } })
    expect(ask({ signature: await signed({ seal }) }).faults).toEqual(['seal.maker-signature fail SIG_CRYPTO_FAILURE'])
  })

  it('refuses a signature by another key than the certificate says', async () => {
    const other = await world.ca.issue({ name: ES_ID })
    const signer = { signer: other.signer, certificate: world.signer.certificate }
    expect(ask({ signature: await signed({ signer }) }).faults).toEqual(['signature.value fail SIG_CRYPTO_FAILURE'])
  })

  it('refuses a signer whom the seal does not list, however good the certificate', async () => {
    const renewed = await world.ca.issue({ name: ES_ID })
    const { faults } = ask({ signature: await signed({ signer: renewed }) })
    expect(faults).toEqual(['signature.signer-in-seal fail SIGNER_NOT_IN_SEAL'])
  })

  it('refuses a signer listed by a digest of another certificate', async () => {
    const seal = await sealed({ signers: { kind: 'digests', digests: [{ type: 'SM3', value: new Uint8Array(32) }] } })
    expect(ask({ signature: await signed({ seal }) }).faults).toEqual([
      'signature.signer-in-seal fail SIGNER_NOT_IN_SEAL',
    ])
  })

  it('takes a SHA-1 list of signers in compatible mode only, and says so', async () => {
    const digests = [{ type: 'whatever', value: crypto.digest('sha1', world.signer.certificate.der) }]
    const signature = await signed({ seal: await sealed({ signers: { kind: 'digests', digests } }) })
    expect(ask({ signature }).faults).toEqual(['signature.signer-in-seal fail SIGNER_NOT_IN_SEAL'])
    const compat = ask({ signature, mode: 'compat' })
    expect(compat.verdict).toBe('valid')
    expect(leniencies(compat.checks)).toContain('SIGNER_DIGEST_SHA1')
  })

  it('takes a raw signature value in compatible mode only, and says so', async () => {
    const signature = await signed({ reshape: (der) => rawFromDer(der, 32) })
    expect(ask({ signature }).faults).toEqual(['signature.value fail FORMAT_FAILURE'])
    const compat = ask({ signature, mode: 'compat' })
    expect(compat.verdict).toBe('valid')
    expect(leniencies(compat.checks)).toContain('SM2_SIGNATURE_RAW')
  })

  it('refuses an unknown critical extension, and in compatible mode mentions it', async () => {
    const extDatas = [{ extnID: '1.2.3.4', critical: true, extnValue: Uint8Array.of(1) }]
    const signature = await signed({ seal: await sealed({ extDatas }) })
    expect(ask({ signature }).faults).toContain('seal.extensions fail SIG_CONSTRAINTS_FAILURE')
    expect(ask({ signature, mode: 'compat' }).verdict).toBe('valid')
  })

  it('does not hide a changed original behind an earlier fault', async () => {
    const renewed = await world.ca.issue({ name: ES_ID })
    const { faults } = ask({ signature: await signed({ signer: renewed }), original: utf8('changed') })
    expect(faults).toContain('signature.data-hash fail HASH_FAILURE')
  })
})

const leniencies = (checks: readonly Check[]): unknown =>
  checks.find((c) => c.reason === 'COMPATIBILITY' && c.name === 'signature.compatibility')?.detail?.['leniencies']

describe('steps d to f: people and times', () => {
  it('is indeterminate when nobody trusts the chain', async () => {
    const other = await makeCa('Other')
    const strange = { ...(await trustIn(other, { timelines: ACTIVE })), intermediates: [] }
    const { verdict, faults } = ask({ trust: strange })
    expect(verdict).toBe('indeterminate')
    expect(faults).toContain('signature.signer.path unknown NO_CERTIFICATE_CHAIN_FOUND')
  })

  it('is indeterminate without revocation evidence', () => {
    const { verdict, faults } = ask({ trust: { ...trust, crls: [] } })
    expect(verdict).toBe('indeterminate')
    expect(faults).toContain('signature.signer.revocation unknown NO_REVOCATION_EVIDENCE')
  })

  it('is indeterminate when nothing is known of the status of the seal', () => {
    expect(ask({ trust: { ...trust, statuses: [] } }).faults).toEqual(['seal.status unknown STATUS_UNKNOWN'])
  })

  it('is indeterminate when the status list does not know the seal', async () => {
    const others = await trustIn(world.ca, { timelines: { '99010100000002': [{ status: 'active', from: days(-10) }] } })
    expect(ask({ trust: others }).faults).toEqual(['seal.status unknown STATUS_UNKNOWN'])
  })

  it('says how old a stale status list is', async () => {
    const stale = await trustIn(world.ca, { timelines: ACTIVE, statusIssuedAt: days(-3), statusNextUpdate: days(-2) })
    const { faults, checks } = ask({ trust: stale })
    expect(faults).toEqual(['seal.status unknown STALE_EVIDENCE'])
    expect(checks.find((c) => c.name === 'seal.status')?.detail).toMatchObject({ ageHours: 72 })
  })

  it.each([
    ['suspended', 'SUSPENDED'],
    ['revoked', 'REVOKED'],
  ])('refuses a seal that was %s when it was used', async (status, reason) => {
    const timelines = { [ES_ID]: [...ACTIVE[ES_ID]!, { status, from: days(-1) }] }
    expect(ask({ trust: await trustIn(world.ca, { timelines }) }).faults).toEqual([`seal.status fail ${reason}`])
  })

  it('keeps what a stale list says against a seal', async () => {
    const timelines = { [ES_ID]: [...ACTIVE[ES_ID]!, { status: 'revoked', from: days(-5) }] }
    const stale = await trustIn(world.ca, { timelines, statusIssuedAt: days(-3), statusNextUpdate: days(-2) })
    expect(ask({ trust: stale }).faults).toEqual(['seal.status fail REVOKED'])
  })

  it('refuses a seal used before it was there', async () => {
    const timelines = { [ES_ID]: [{ status: 'active', from: days(0.5) }] }
    expect(ask({ trust: await trustIn(world.ca, { timelines }) }).faults).toEqual(['seal.status fail NOT_YET_VALID'])
  })

  it('stays valid when the seal is suspended later, and mentions it', async () => {
    const timelines = { [ES_ID]: [...ACTIVE[ES_ID]!, { status: 'suspended', from: days(2) }] }
    const at = days(3)
    const later = await trustIn(world.ca, {
      timelines,
      thisUpdate: days(3),
      nextUpdate: days(4),
      statusIssuedAt: at,
      statusNextUpdate: days(4),
    })
    const { verdict, checks } = ask({ trust: later, at })
    expect(verdict).toBe('valid')
    expect(checks).toContainEqual(
      expect.objectContaining({ name: 'seal.status-since', outcome: 'notice', reason: 'SUSPENDED' }),
    )
  })

  it('asks for a proof of time when the seal was revoked later', async () => {
    const timelines = { [ES_ID]: [...ACTIVE[ES_ID]!, { status: 'revoked', from: days(2) }] }
    const at = days(3)
    const later = await trustIn(world.ca, {
      timelines,
      thisUpdate: days(3),
      nextUpdate: days(4),
      statusIssuedAt: at,
      statusNextUpdate: days(4),
    })
    expect(ask({ trust: later, at }).faults).toEqual(['signature.proof-of-time unknown REVOKED_NO_POE'])
  })

  it('asks for a proof of time when the signer was revoked later', async () => {
    const wish = { thisUpdate: days(3), nextUpdate: days(4), statusIssuedAt: days(3), statusNextUpdate: days(4) }
    const revoked = [[world.signer.certificate, days(2)]] as const
    const later = await trustIn(world.ca, { timelines: ACTIVE, ...wish, revoked })
    expect(ask({ trust: later, at: days(3) }).faults).toEqual(['signature.proof-of-time unknown REVOKED_NO_POE'])
  })

  it('refuses a signer who was revoked before signing', async () => {
    const revoked = [[world.signer.certificate, days(-1)]] as const
    const { verdict, faults } = ask({ trust: await trustIn(world.ca, { timelines: ACTIVE, revoked }) })
    expect(verdict).toBe('invalid')
    expect(faults).toContain('signature.signer.revocation fail REVOKED')
  })

  it('refuses a signing time outside the certificate of the signer', async () => {
    const old = await world.ca.issue({ name: ES_ID, notBefore: days(-30), notAfter: days(-2) })
    const seal = await sealed({ signers: { kind: 'certs', certs: [old.certificate.der] } })
    const { faults } = ask({ signature: await signed({ seal, signer: old }) })
    expect(faults).toContain('signature.signer.validity fail EXPIRED')
  })

  it('asks for a proof of time when the signer expired since, and no more than that', async () => {
    const old = await world.ca.issue({ name: ES_ID, notBefore: days(-30), notAfter: days(-2) })
    const seal = await sealed({ signers: { kind: 'certs', certs: [old.certificate.der] } })
    const { verdict, faults } = ask({ signature: await signed({ seal, signer: old, at: days(-3) }) })
    expect(verdict).toBe('indeterminate')
    expect(faults).toContain('signature.proof-of-time unknown OUT_OF_BOUNDS_NO_POE')
  })

  it('refuses a signer whose key may not sign', async () => {
    const encipherer = await world.ca.issue({ name: ES_ID, keyUsage: [2] })
    const seal = await sealed({ signers: { kind: 'certs', certs: [encipherer.certificate.der] } })
    const { faults } = ask({ signature: await signed({ seal, signer: encipherer }) })
    expect(faults).toEqual(['signature.signer.purpose fail CHAIN_CONSTRAINTS_FAILURE'])
  })

  it('refuses a maker whose key may not sign', async () => {
    const maker = await world.ca.issue({ name: 'Encipherer', keyUsage: [2] })
    const { faults } = ask({ signature: await signed({ seal: await sealed({ maker }) }) })
    expect(faults).toEqual(['seal.maker.purpose fail CHAIN_CONSTRAINTS_FAILURE'])
  })

  it('is at best indeterminate when the maker had expired before signing (d2)', async () => {
    const maker = await world.ca.issue({ name: 'Old Maker', ...MAKER, notBefore: days(-30), notAfter: days(-2) })
    const { verdict, checks } = ask({ signature: await signed({ seal: await sealed({ maker }) }) })
    expect(verdict).toBe('indeterminate')
    expect(checks).toContainEqual(
      expect.objectContaining({ name: 'seal.maker.validity', outcome: 'unknown', cite: 'GB/T 38540-2020 7.3 d2' }),
    )
  })

  it('refuses a signing time after the end of the seal', async () => {
    const seal = await sealed({ validEnd: days(-1) })
    expect(ask({ signature: await signed({ seal }) }).faults).toEqual(['seal.validity fail EXPIRED'])
  })

  it('refuses a signing time before the seal', () => {
    return signed({ at: days(-11) }).then((signature) =>
      expect(ask({ signature }).faults).toContain('seal.validity fail NOT_YET_VALID'),
    )
  })

  it('refuses a signing time in the future', async () => {
    const { faults } = ask({ signature: await signed({ at: days(0.5) }) })
    expect(faults).toContain('signature.signing-time fail NOT_YET_VALID')
  })
})

describe('steps g and h', () => {
  it('refuses any other original', () => {
    expect(ask({ original: utf8('changed') }).faults).toEqual(['signature.data-hash fail HASH_FAILURE'])
  })

  it('is indeterminate without the original', () => {
    expect(ask({ original: undefined }).faults).toEqual(['signature.data-hash unknown SIGNED_DATA_NOT_FOUND'])
  })

  it('does not take a time stamp that it cannot verify for proof', async () => {
    const { faults } = ask({ signature: await signed({ timeStamp: Uint8Array.of(0x30, 0) }) })
    expect(faults).toEqual(['signature.time-stamp unknown FORMAT_FAILURE'])
  })
})

describe('a seal by itself', () => {
  const alone = (wish: Partial<Parameters<typeof verifySeal>[0]> = {}) =>
    faultsOf(verifySeal({ seal: world.seal, crypto, trust, at: NOW, mode: 'strict', ...wish }))

  it('passes', () => {
    expect(alone()).toEqual([])
  })
  it('stops at broken bytes', () => {
    expect(alone({ seal: world.seal.subarray(1) })).toEqual(['seal.format fail FORMAT_FAILURE'])
  })
  it('has expired after its end, at whole seconds', () => {
    expect(alone({ at: days(300), trust: { ...trust, crls: [] } })).not.toContain('seal.validity fail EXPIRED')
    expect(alone({ at: new Date(days(300).getTime() + 1000) })).toContain('seal.validity fail EXPIRED')
  })
  it('stops at a maker who is revoked', async () => {
    const revoked = [[world.maker.certificate, days(-1)]] as const
    const checks = verifySeal({
      seal: world.seal,
      crypto,
      trust: await trustIn(world.ca, { revoked }),
      at: NOW,
      mode: 'strict',
    })
    expect(faultsOf(checks)).toEqual(['seal.maker.revocation fail REVOKED'])
    expect(checks).toContainEqual(expect.objectContaining({ name: 'seal.validity', outcome: 'notRun' }))
  })
})
