import { beforeAll, describe, expect, it } from 'vitest'
import { concat, fromHex, toHex, utf8 } from '../../../standards/bytes.ts'
import { encodeElement } from '../../../standards/der/index.ts'
import { OID } from '../../../standards/oid/index.ts'
import type { CertificateDraft, Extension } from '../../../standards/rfc5280-x509/index.ts'
import {
  basicConstraintsExtension,
  commonName,
  encodeCertificate,
  encodeCrl,
  encodeName,
  encodeTbsCertificate,
  encodeTbsCrl,
  keyUsageExtension,
  nameText,
  parseCertificate,
  parseCrl,
  parseName,
  publicKeyKind,
  sameSerial,
  serialHex,
  signatureAlgorithmOf,
} from '../../../standards/rfc5280-x509/index.ts'
import { newPublicKey } from './pki-world.ts'

const name = encodeName([
  { oid: OID.country, text: 'CN' },
  { oid: OID.commonName, text: '云湖省测试' },
])
let draft: CertificateDraft
beforeAll(() => {
  draft = {
    serial: fromHex('ff01'),
    algorithm: 'SM2-SM3',
    issuer: name,
    notBefore: new Date('2026-01-01T00:00:00Z'),
    notAfter: new Date('2060-01-01T00:00:00Z'),
    subject: name,
    publicKey: newPublicKey(),
    extensions: [basicConstraintsExtension({ ca: false }), keyUsageExtension([0, 1])],
  }
})
const build = (change: Partial<CertificateDraft> = {}): Uint8Array =>
  encodeCertificate({
    tbs: encodeTbsCertificate({ ...draft, ...change }),
    algorithm: 'SM2-SM3',
    signature: fromHex('3000'),
  })
const malformed = expect.objectContaining({ name: 'DerError' })

describe('a certificate', () => {
  it('reads back as it was written', () => {
    const certificate = parseCertificate(build())
    expect(certificate).toMatchObject({
      version: 3,
      signatureAlgorithm: 'SM2-SM3',
      algorithmsAgree: true,
      basicConstraints: { ca: false },
      unknownCritical: [],
      leniencies: [],
      notAfter: draft.notAfter,
    })
    expect(toHex(certificate.serial)).toBe('00ff01')
    expect(commonName(certificate)).toBe('云湖省测试')
    expect(nameText(certificate.subjectFields)).toBe('C=CN, CN=云湖省测试')
  })

  it('writes UTCTime to 2049 and GeneralizedTime from 2050', () => {
    const hex = toHex(build())
    expect(hex).toContain(toHex(encodeElement(0x17, utf8('260101000000Z'))))
    expect(hex).toContain(toHex(encodeElement(0x18, utf8('20600101000000Z'))))
  })

  it('refuses every truncation, and a byte after the end', () => {
    const der = build()
    for (let length = 0; length < der.length; length += 7)
      expect(() => parseCertificate(der.subarray(0, length)), String(length)).toThrow(malformed)
    expect(() => parseCertificate(concat(der, Uint8Array.of(0)))).toThrow(malformed)
  })

  it('throws only DerError, whatever byte is changed', () => {
    const der = build()
    for (let i = 0; i < der.length; i++) {
      const broken = Uint8Array.from(der)
      broken[i] = (broken[i] as number) ^ 0x41
      try {
        parseCertificate(broken)
      } catch (error) {
        expect(error).toMatchObject({ name: 'DerError' })
      }
    }
  })

  it('refuses repeated and empty extensions, and known ones whose value is broken', () => {
    const broken = (extnID: string): Extension => ({ extnID, critical: false, extnValue: Uint8Array.of(0x02, 0x00) })
    const [basic] = draft.extensions as [Extension]
    expect(() => parseCertificate(build({ extensions: [basic, basic] }))).toThrow(malformed)
    expect(() => parseCertificate(build({ extensions: [] }))).toThrow(malformed)
    for (const oid of [OID.keyUsage, OID.basicConstraints, OID.extKeyUsage, OID.authorityKeyIdentifier])
      expect(() => parseCertificate(build({ extensions: [broken(oid)] })), oid).toThrow(malformed)
  })

  it('refuses constraints that are empty or negative', () => {
    for (const [extnID, hex] of [
      [OID.certificatePolicies, '3000'],
      [OID.policyMappings, '3000'],
      [OID.policyConstraints, '30038001ff'],
      [OID.inhibitAnyPolicy, '0201ff'],
      [OID.nameConstraints, '3002a000'],
      [OID.basicConstraints, '30060101ff0201ff'],
    ] as const)
      expect(
        () => parseCertificate(build({ extensions: [{ extnID, critical: true, extnValue: fromHex(hex) }] })),
        extnID,
      ).toThrow(malformed)
  })

  it('reports critical extensions that it does not know, and critical policies with qualifiers that it does not know', () => {
    const extension = (extnID: string, critical: boolean, hex = '3000'): Extension => ({
      extnID,
      critical,
      extnValue: fromHex(hex),
    })
    // One policy, 1.2.3, with one qualifier.
    const policies = (qualifier: string): string => `3014301206022a03300c300a0604${qualifier}16026161`
    const unknownOf = (...extensions: Extension[]): readonly string[] =>
      parseCertificate(build({ extensions })).unknownCritical
    expect(unknownOf(extension('1.2.3.4', true), extension('1.2.3.5', false))).toEqual(['1.2.3.4'])
    expect(unknownOf(extension(OID.certificatePolicies, true, policies('2a030405')))).toEqual([OID.certificatePolicies])
    expect(unknownOf(extension(OID.certificatePolicies, false, policies('2a030405')))).toEqual([])
  })
})

describe('names', () => {
  it('are text for people in each of their string types, and hex where they are none', () => {
    const value = (tag: number, content: Uint8Array): Uint8Array =>
      encodeElement(0x30, encodeElement(0x31, encodeElement(0x30, fromHex('0603550403'), encodeElement(tag, content))))
    for (const [tag, content, text] of [
      [0x0c, utf8('印'), '印'],
      [0x13, utf8('abc'), 'abc'],
      [0x1e, fromHex('5370'), '印'],
      [0x14, fromHex('d3a1'), '印'],
      [0x02, fromHex('05'), '#020105'],
    ] as const)
      expect(parseName(value(tag, content))).toEqual([{ oid: OID.commonName, text }])
  })
})

describe('serial numbers', () => {
  it('are the same number with and without leading zeros', () => {
    expect(sameSerial(fromHex('00ff'), fromHex('ff'))).toBe(true)
    expect(sameSerial(fromHex('ff00'), fromHex('ff'))).toBe(false)
    expect([serialHex(fromHex('0000')), serialHex(fromHex('0001')), serialHex(new Uint8Array())]).toEqual([
      '00',
      '01',
      '00',
    ])
  })
})

describe('algorithms and keys', () => {
  it('know SM2 with parameters absent or NULL, ECDSA only with them absent, and nothing with others', () => {
    const parameters = (hex: string) => ({
      tag: fromHex(hex)[0] as number,
      der: fromHex(hex),
      content: fromHex(hex).subarray(2),
    })
    expect(signatureAlgorithmOf({ algorithm: OID.sm2WithSm3 })).toBe('SM2-SM3')
    expect(signatureAlgorithmOf({ algorithm: OID.sm2WithSm3, parameters: parameters('0500') })).toBe('SM2-SM3')
    expect(signatureAlgorithmOf({ algorithm: OID.sm2WithSm3, parameters: parameters('3000') })).toBeUndefined()
    expect(signatureAlgorithmOf({ algorithm: OID.ecdsaWithSha256, parameters: parameters('0500') })).toBeUndefined()
    for (const algorithm of ['1.2.156.10197.1.502', '1.2.156.10197.1.504', '1.2.156.10197.501', '1.2.840.113549.1.1.4'])
      expect(signatureAlgorithmOf({ algorithm })).toBeUndefined()
  })

  it('know a key only when it is whole and on its curve', () => {
    const sm2 = newPublicKey()
    expect(publicKeyKind(sm2)).toBe('SM2')
    expect(publicKeyKind(newPublicKey('P-256'))).toBe('P-256')
    const off = Uint8Array.from(sm2)
    off[90] = (off[90] as number) ^ 1
    for (const bad of [off, sm2.subarray(0, 90), concat(sm2, Uint8Array.of(0)), new Uint8Array(), fromHex('3000')])
      expect(publicKeyKind(bad)).toBeUndefined()
  })
})

describe('a CRL', () => {
  const crl = {
    algorithm: 'SM2-SM3',
    issuer: name,
    thisUpdate: new Date('2026-01-01T00:00:00Z'),
    nextUpdate: new Date('2026-01-08T00:00:00Z'),
    revoked: [
      { serial: fromHex('ff'), date: new Date('2025-05-05T05:05:05Z'), reason: 1 },
      { serial: fromHex('0a'), date: new Date('2025-06-05T05:05:05Z') },
    ],
    extensions: [],
  } as const
  const sign = (tbs: Uint8Array): Uint8Array => encodeCrl({ tbs, algorithm: 'SM2-SM3', signature: fromHex('3000') })

  it('reads back as it was written, and finds by number', () => {
    const parsed = parseCrl(sign(encodeTbsCrl(crl)))
    expect(parsed).toMatchObject({
      thisUpdate: crl.thisUpdate,
      nextUpdate: crl.nextUpdate,
      revokedCount: 2,
      isDelta: false,
    })
    expect(parsed.findRevoked(fromHex('00ff'))).toEqual({ date: crl.revoked[0].date, reason: 1 })
    expect(parsed.findRevoked(fromHex('0a'))).toEqual({ date: crl.revoked[1].date })
    expect(parsed.findRevoked(fromHex('0b'))).toBeUndefined()
  })

  it('leaves out an empty list and throws only DerError, whatever byte is changed', () => {
    const der = sign(encodeTbsCrl({ ...crl, revoked: [] }))
    expect(parseCrl(der).revokedCount).toBe(0)
    const full = sign(encodeTbsCrl(crl))
    for (let i = 0; i < full.length; i++) {
      const broken = Uint8Array.from(full)
      broken[i] = (broken[i] as number) ^ 0x21
      try {
        parseCrl(broken)
      } catch (error) {
        expect(error).toMatchObject({ name: 'DerError' })
      }
    }
  })

  it('keeps -1 apart from 255, and finds a long number that lost its pad', () => {
    const long = 'f1'.repeat(16)
    const parsed = parseCrl(
      sign(encodeTbsCrl({ ...crl, revoked: ['ff', long].map((n) => ({ ...crl.revoked[0], serial: fromHex(n) })) })),
    )
    expect(parsed.findRevoked(fromHex('00ff'))).toBeDefined()
    expect(parsed.findRevoked(fromHex('ff'))).toBeUndefined()
    for (const written of [`00${long}`, long]) expect(parsed.findRevoked(fromHex(written)), written).toBeDefined()
  })

  it('counts a certificate that is listed twice from the earlier date', () => {
    const twice = [crl.revoked[0], { ...crl.revoked[0], date: new Date('2024-01-01T00:00:00Z') }]
    expect(
      parseCrl(sign(encodeTbsCrl({ ...crl, revoked: twice })))
        .findRevoked(fromHex('00ff'))
        ?.date.getUTCFullYear(),
    ).toBe(2024)
  })
})
