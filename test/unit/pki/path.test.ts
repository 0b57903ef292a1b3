import { describe, expect, it } from 'vitest'
import { syncSignerFromPkcs8 } from '../../../src/crypto/native-signer.ts'
import { generatePkcs8, nodeCrypto } from '../../../src/crypto/node.ts'
import type { SignatureCheck } from '../../../standards/ports.ts'
import { OID } from '../../../standards/oid/index.ts'
import type { Certificate, Crl, Extension } from '../../../standards/rfc5280-x509/index.ts'
import {
  KEY_USAGE,
  basicConstraintsExtension,
  encodeCertificate,
  encodeCrl,
  encodeName,
  encodeTbsCertificate,
  encodeTbsCrl,
  extKeyUsageExtension,
  keyUsageExtension,
  parseCertificate,
  parseCrl,
  validatePath,
} from '../../../standards/rfc5280-x509/index.ts'

const AT = new Date('2026-06-01T00:00:00Z')
const YEAR = 365 * 86_400_000

interface Party {
  readonly certificate: Certificate
  readonly key: ReturnType<typeof syncSignerFromPkcs8>
}
interface Options {
  readonly issuer?: Party
  readonly key?: Party['key']
  readonly extensions?: readonly Extension[]
  readonly notBefore?: Date
  readonly notAfter?: Date
  readonly serial?: number
}

const nameOf = (text: string): Uint8Array => encodeName([{ oid: OID.commonName, text }])
const ca = (pathLen?: number): Extension[] => [
  basicConstraintsExtension({ ca: true, ...(pathLen === undefined ? {} : { pathLen }) }),
  keyUsageExtension([KEY_USAGE.keyCertSign, KEY_USAGE.crlSign]),
]
const SIGNER = [basicConstraintsExtension({ ca: false }), keyUsageExtension([0, 1])]
const newKey = (): Party['key'] => syncSignerFromPkcs8(generatePkcs8('P-256'))

const make = (name: string, options: Options = {}): Party => {
  const key = options.key ?? newKey()
  const by = options.issuer?.key ?? key
  const tbs = encodeTbsCertificate({
    serial: Uint8Array.of(options.serial ?? 5),
    algorithm: by.algorithm,
    issuer: options.issuer?.certificate.subject ?? nameOf(name),
    notBefore: options.notBefore ?? new Date(AT.getTime() - YEAR),
    notAfter: options.notAfter ?? new Date(AT.getTime() + YEAR),
    subject: nameOf(name),
    publicKey: key.publicKey,
    extensions: options.extensions ?? SIGNER,
  })
  return {
    key,
    certificate: parseCertificate(encodeCertificate({ tbs, algorithm: by.algorithm, signature: by.sign(tbs) })),
  }
}
const crlOf = (issuer: Party, revoked: readonly number[] = []): Crl => {
  const tbs = encodeTbsCrl({
    algorithm: issuer.key.algorithm,
    issuer: issuer.certificate.subject,
    thisUpdate: new Date(AT.getTime() - 3_600_000),
    nextUpdate: new Date(AT.getTime() + 3_600_000),
    revoked: revoked.map((n) => ({ serial: Uint8Array.of(n), date: new Date(AT.getTime() - 7_200_000) })),
    extensions: [],
  })
  return parseCrl(encodeCrl({ tbs, algorithm: issuer.key.algorithm, signature: issuer.key.sign(tbs) }))
}

const root = make('root', { extensions: ca(2) })
const middle = make('middle', { issuer: root, extensions: ca(0) })
const judge = (
  leaf: Party,
  {
    intermediates = [middle],
    anchors = [root],
    at = AT,
    crls = [crlOf(root), crlOf(middle)] as Crl[],
    crypto = nodeCrypto,
  } = {},
) => {
  const { checks, path } = validatePath({
    leaf: leaf.certificate,
    intermediates: intermediates.map((p) => p.certificate),
    anchors: anchors.map((p) => p.certificate),
    crls,
    at,
    purpose: 'digital-signature',
    crypto,
  })
  const bad = checks.filter((c) => c.outcome === 'fail' || c.outcome === 'unknown')
  return {
    path,
    bad: bad.map((c) => `${c.name} ${c.outcome} ${c.reason ?? ''}`),
    details: bad.map((c) => c.detail?.['fault']),
  }
}
const leaf = make('leaf', { issuer: middle })

describe('path validation', () => {
  it('accepts a chain with fresh lists of both CAs', () => {
    expect(judge(leaf)).toMatchObject({ bad: [], path: { length: 3 } })
  })

  it('accepts the anchor itself, and nothing that merely looks like it', () => {
    expect(judge(root).path).toHaveLength(1)
    const twin = make('root', { extensions: ca(2) })
    expect(judge(twin).bad[0]).toBe('path fail CERTIFICATE_CHAIN_GENERAL_FAILURE')
  })

  it('says unknown, not invalid, when no anchor leads here', () => {
    expect(judge(leaf, { anchors: [] }).bad).toEqual(['path unknown NO_CERTIFICATE_CHAIN_FOUND'])
    expect(judge(leaf, { intermediates: [] }).bad).toEqual(['path unknown NO_CERTIFICATE_CHAIN_FOUND'])
  })

  it('refuses a certificate that its issuer did not sign', () => {
    const forged = make('leaf', { issuer: { certificate: middle.certificate, key: newKey() } })
    expect(judge(forged)).toMatchObject({
      bad: ['path fail CERTIFICATE_CHAIN_GENERAL_FAILURE'],
      details: ['signature'],
    })
  })

  it('refuses a certificate whose two signature algorithms differ', () => {
    const leafWith = { ...leaf, certificate: { ...leaf.certificate, algorithmsAgree: false } }
    expect(judge(leafWith).bad).toEqual(['path fail CERTIFICATE_CHAIN_GENERAL_FAILURE'])
  })

  it('refuses issuers that are no CA, may not sign certificates, or have too many below them', () => {
    for (const [extensions, fault] of [
      [SIGNER, 'not-a-ca'],
      [[], 'not-a-ca'],
      [[basicConstraintsExtension({ ca: true }), keyUsageExtension([0, 6])], 'key-cert-sign'],
    ] as const) {
      const bad = make('bad', {
        issuer: root,
        extensions: extensions.length === 0 ? [keyUsageExtension([5])] : extensions,
      })
      const below = make('below', { issuer: bad })
      const result = judge(below, { intermediates: [bad], crls: [crlOf(root), crlOf(bad)] })
      expect(result.bad[0]).toBe('constraints fail CHAIN_CONSTRAINTS_FAILURE')
      expect(result.details[0]).toBe(fault)
    }
    const deep = make('deep', { issuer: middle, extensions: ca() })
    const below = make('below', { issuer: deep })
    const result = judge(below, { intermediates: [deep, middle], crls: [crlOf(root), crlOf(middle), crlOf(deep)] })
    expect(result).toMatchObject({ bad: ['constraints fail CHAIN_CONSTRAINTS_FAILURE'], details: ['path-length'] })
  })

  it('refuses critical extensions that it does not know, anywhere in the chain', () => {
    const odd: Extension = { extnID: '1.2.3.4', critical: true, extnValue: Uint8Array.of(5, 0) }
    expect(judge(make('x', { issuer: middle, extensions: [...SIGNER, odd] })).bad).toEqual([
      'constraints fail CHAIN_CONSTRAINTS_FAILURE',
    ])
    const oddCa = make('odd', { issuer: root, extensions: [...ca(), odd] })
    const result = judge(make('x', { issuer: oddCa }), { intermediates: [oddCa], crls: [crlOf(root), crlOf(oddCa)] })
    expect(result.bad).toEqual(['constraints fail CHAIN_CONSTRAINTS_FAILURE'])
  })

  it('judges the validity of every certificate, the anchor too, at the given time; both ends are inside', () => {
    const end = new Date(AT.getTime() + 10_000)
    const short = make('short', { issuer: middle, notBefore: AT, notAfter: end })
    const outcome = (at: Date): string[] => judge(short, { at }).bad
    expect(outcome(AT)).toEqual([])
    expect(outcome(end)).toEqual([])
    expect(outcome(new Date(end.getTime() + 999))).toEqual([])
    expect(outcome(new Date(end.getTime() + 1000))).toEqual(['validity fail EXPIRED'])
    expect(outcome(new Date(AT.getTime() - 1))).toContain('validity fail NOT_YET_VALID')
    const oldRoot = make('old', { extensions: ca(), notAfter: new Date(AT.getTime() - 1000) })
    const fromOld = make('x', { issuer: oldRoot })
    expect(judge(fromOld, { anchors: [oldRoot], crls: [crlOf(oldRoot)] }).bad).toEqual(['validity fail EXPIRED'])
  })

  it('refuses to take an encryption or a time-stamping certificate for a signature', () => {
    for (const extensions of [
      [keyUsageExtension([KEY_USAGE.keyEncipherment, KEY_USAGE.keyAgreement])],
      [...SIGNER, extKeyUsageExtension([OID.timeStamping])],
      [...SIGNER, extKeyUsageExtension([OID.ocspSigning])],
    ])
      expect(judge(make('x', { issuer: middle, extensions })).bad).toEqual(['purpose fail CHAIN_CONSTRAINTS_FAILURE'])
    for (const extensions of [
      [basicConstraintsExtension({ ca: false })],
      [...SIGNER, extKeyUsageExtension([OID.documentSigning])],
    ])
      expect(judge(make('x', { issuer: middle, extensions })).bad).toEqual([])
  })

  it('refuses a revoked intermediate as well as a revoked leaf', () => {
    expect(judge(leaf, { crls: [crlOf(root, [5]), crlOf(middle)] }).bad).toEqual(['revocation fail REVOKED'])
    expect(judge(leaf, { crls: [crlOf(root), crlOf(middle, [5])] }).bad).toEqual(['revocation fail REVOKED'])
  })

  it('does not believe a list that the CA may not sign', () => {
    const noCrl = make('nocrl', {
      issuer: root,
      extensions: [basicConstraintsExtension({ ca: true }), keyUsageExtension([KEY_USAGE.keyCertSign])],
    })
    const result = judge(make('x', { issuer: noCrl }), { intermediates: [noCrl], crls: [crlOf(root), crlOf(noCrl)] })
    expect(result.bad).toEqual(['revocation unknown NO_REVOCATION_EVIDENCE'])
  })

  it('takes the good path when there is a bad one beside it', () => {
    const expired = make('middle', {
      issuer: root,
      key: middle.key,
      extensions: ca(0),
      notAfter: new Date(AT.getTime() - YEAR / 2),
    })
    for (const intermediates of [
      [expired, middle],
      [middle, expired],
    ])
      expect(judge(leaf, { intermediates }).bad).toEqual([])
    expect(judge(leaf, { intermediates: [expired] }).bad).toEqual(['validity fail EXPIRED'])
  })

  it('tells the most specific reason of several bad paths', () => {
    const expired = make('middle', {
      issuer: root,
      key: middle.key,
      extensions: ca(0),
      notAfter: new Date(AT.getTime() - YEAR / 2),
      serial: 6,
    })
    const notCa = make('middle', { issuer: root, key: middle.key, extensions: SIGNER, serial: 7 })
    const revoked = make('middle', { issuer: root, key: middle.key, extensions: ca(0), serial: 8 })
    const crls = [crlOf(root, [8]), crlOf(middle)]
    for (const intermediates of [
      [notCa, expired, revoked],
      [revoked, notCa, expired],
    ])
      expect(judge(leaf, { intermediates, crls }).bad).toEqual(['revocation fail REVOKED'])
    expect(judge(leaf, { intermediates: [notCa, expired], crls }).bad).toEqual(['validity fail EXPIRED'])
  })

  it('stops after a hundred signature checks in a web of CAs that sign each other', () => {
    let count = 0
    const crypto = { ...nodeCrypto, isSignedBy: (check: SignatureCheck) => (count++, nodeCrypto.isSignedBy(check)) }
    const parties = Array.from({ length: 12 }, (_, i) => make(`web${i}`, { extensions: ca() }))
    const web = parties.flatMap((a, i) =>
      parties.filter((b) => b !== a).map((issuer) => make(`web${i}`, { issuer, key: a.key, extensions: ca() })),
    )
    const stranger = make('stranger', { issuer: parties[0] as Party })
    const result = judge(stranger, { intermediates: web, crypto })
    expect(result.bad).toEqual(['path unknown CERTIFICATE_CHAIN_GENERAL_FAILURE'])
    expect(result.details).toEqual(['too-much-work'])
    expect(count).toBeLessThanOrEqual(100)
  })

  it('is not led astray by self-signed certificates with the right names', () => {
    const impostors = Array.from({ length: 5 }, () => make('middle', { extensions: ca() }))
    expect(judge(leaf, { intermediates: [...impostors, middle] }).bad).toEqual([])
  })
})
