import { beforeAll, describe, expect, it } from 'vitest'
import { concat, toBase64, utf8 } from '../../../standards/bytes.ts'
import {
  encode,
  encodeElement,
  objectIdentifier,
  octetString,
  readElements,
  readSingle,
} from '../../../standards/der/index.ts'
import { parseSm2SignedData, encodeSm2SignedData } from '../../../standards/gbt-35275-sm2-cms/index.ts'
import { OID } from '../../../standards/oid/index.ts'
import { parseCertificate } from '../../../standards/rfc5280-x509/index.ts'
import {
  berToDer,
  buildSignedAttributes,
  encodeSignedData,
  parseLeadingSignedData,
  parseSignedData,
  signerCertificate,
  verifySignedData,
} from '../../../standards/rfc5652-cms/index.ts'
import type { CmsFinding } from '../../../standards/rfc5652-cms/index.ts'
import { nodeCrypto } from '../../../src/crypto/node.ts'
import { makeSigner } from './signers.ts'
import type { TestSigner } from './signers.ts'

const CONTENT = utf8('同意签章')
let sm2: TestSigner
let p256: TestSigner
beforeAll(async () => {
  sm2 = await makeSigner('SM2')
  p256 = await makeSigner('P-256')
})

interface Options {
  readonly attributes?: Uint8Array
  readonly content?: Uint8Array
  readonly signed?: Uint8Array
  readonly as?: TestSigner
}

/** A message by SM2 in GM form. */
const message = async ({ attributes, content, signed = CONTENT, as = sm2 }: Options = {}): Promise<Uint8Array> => {
  const signedAttributes =
    attributes ??
    buildSignedAttributes({
      suite: 'SM2-SM3',
      content: [signed],
      certificate: as.certificate,
      digests: nodeCrypto,
      contentType: OID.gmData,
    })
  const { issuer, serial } = parseCertificate(sm2.certificate)
  return encodeSm2SignedData({
    signedAttributes,
    signature: await sm2.key.sign(signedAttributes),
    signer: { issuer, serial },
    certificates: [sm2.certificate],
    ...(content === undefined ? {} : { content }),
  })
}

const findings = (bytes: Uint8Array, content: Uint8Array | undefined = CONTENT): readonly CmsFinding[] =>
  verifySignedData({
    signedData: parseSignedData(bytes, 'compat'),
    ...(content === undefined ? {} : { content: [content] }),
    crypto: nodeCrypto,
    certificateOf: signerCertificate('strict'),
  })
const faults = (list: readonly CmsFinding[]) => list.filter((f) => f.outcome !== 'pass').map((f) => f.fault)

const attribute = (type: string, ...values: readonly Uint8Array[]): Uint8Array =>
  encodeElement(0x30, encode(objectIdentifier(), type), encodeElement(0x31, ...values))
const digestAttribute = (content = CONTENT): Uint8Array =>
  attribute(OID.messageDigest, encode(octetString(), nodeCrypto.digest('sm3', content)))
const typeAttribute = (type: string = OID.gmData): Uint8Array =>
  attribute(OID.contentType, encode(objectIdentifier(), type))
const set = (...attributes: readonly Uint8Array[]): Uint8Array => encodeElement(0x31, ...attributes)

describe('a SignedData', () => {
  it('of the GM form verifies detached and with its content inside', async () => {
    expect(faults(findings(await message()))).toEqual([])
    const inside = await message({ content: CONTENT })
    expect(faults(findings(inside, undefined))).toEqual([])
    expect(parseSm2SignedData(inside)).toMatchObject({ form: 'gm', contentType: OID.gmData, content: CONTENT })
  })

  it('of the CMS form verifies by P-256', async () => {
    const suite = 'ECDSA-SHA256'
    const { certificate } = p256
    const signedAttributes = buildSignedAttributes({ suite, content: [CONTENT], certificate, digests: nodeCrypto })
    const { issuer, serial } = parseCertificate(certificate)
    const signature = await p256.key.sign(signedAttributes)
    const bytes = encodeSignedData({
      suite,
      signedAttributes,
      signature,
      signer: { issuer, serial },
      certificates: [certificate],
    })
    expect(faults(findings(bytes))).toEqual([])
    expect(() => parseSm2SignedData(bytes)).toThrow(expect.objectContaining({ name: 'DerError' }))
  })

  it('fails by its digest, not its signature, when the content is another', async () => {
    expect(faults(findings(await message(), utf8('不同意')))).toEqual(['DIGEST_MISMATCH'])
  })

  it('fails without the attribute that names the content type', async () => {
    expect(faults(findings(await message({ attributes: set(digestAttribute()) })))).toContain('CONTENT_TYPE_MISSING')
  })

  it('fails without the attribute that carries the digest', async () => {
    expect(faults(findings(await message({ attributes: set(typeAttribute()) })))).toContain('DIGEST_MISSING')
  })

  it('fails when the attribute names another content type', async () => {
    const attributes = set(typeAttribute(OID.tstInfo), digestAttribute())
    expect(faults(findings(await message({ attributes })))).toContain('CONTENT_TYPE_MISMATCH')
  })

  it('notes that the two names of `data` were mixed', async () => {
    const attributes = set(typeAttribute(OID.data), digestAttribute())
    expect(faults(findings(await message({ attributes })))).toEqual(['CONTENT_TYPE_FAMILY', 'CERTIFICATE_NOT_NAMED'])
  })

  it('fails when it names the digest of another certificate as the signer’s', async () => {
    expect(faults(findings(await message({ as: p256 })))).toEqual(['CERTIFICATE_HASH_MISMATCH'])
  })

  it('is unknown, not false, when the certificate is absent', async () => {
    const parsed = parseSignedData(await message())
    const list = verifySignedData({
      signedData: parsed,
      content: [CONTENT],
      crypto: nodeCrypto,
      certificateOf: () => undefined,
    })
    expect(list.find((f) => f.rule === 'certificate')).toMatchObject({
      outcome: 'unknown',
      fault: 'CERTIFICATE_MISSING',
    })
    expect(list.some((f) => f.outcome === 'fail')).toBe(false)
  })

  it('fails when the content inside is not the file', async () => {
    expect(faults(findings(await message({ content: utf8('x') })))).toContain('CONTENT_MISMATCH')
  })

  it.each(['raw', 'base64'])('notes a %s digest in place of the content', async (form) => {
    const digest = nodeCrypto.digest('sm3', CONTENT)
    const content = form === 'raw' ? digest : utf8(toBase64(digest))
    expect(faults(findings(await message({ content, signed: content })))).toEqual(['DIGEST_AS_CONTENT'])
  })

  it.each([
    ['an attribute twice', () => set(typeAttribute(), digestAttribute(), digestAttribute(utf8('x')))],
    [
      'a digest of two values',
      () =>
        set(
          typeAttribute(),
          attribute(OID.messageDigest, encode(octetString(), CONTENT), encode(octetString(), utf8('x'))),
        ),
    ],
    ['a digest without value', () => set(typeAttribute(), attribute(OID.messageDigest))],
    [
      'a digest that is no OCTET STRING',
      () => set(typeAttribute(), attribute(OID.messageDigest, encodeElement(0x0c, CONTENT))),
    ],
  ])('is refused with %s', async (_, attributes) => {
    const bytes = await message({ attributes: attributes() })
    expect(() => parseSignedData(bytes, 'compat')).toThrow(expect.objectContaining({ name: 'DerError' }))
  })

  it('is refused with trailing bytes, which a caller may judge instead', async () => {
    const bytes = await message()
    const padded = concat(bytes, new Uint8Array(5))
    expect(() => parseSignedData(padded)).toThrow(expect.objectContaining({ name: 'DerError' }))
    expect(parseLeadingSignedData(padded).consumed).toBe(bytes.length)
  })
})

/** The same element with an indefinite length, all the way down to certificates. */
const indefinite = (der: Uint8Array, depth: number): Uint8Array => {
  const { tag, content } = readSingle(der, { path: '' })
  if ((tag & 0x20) === 0 || depth === 0) return der
  const children = readElements(content, { path: '' }).map((e) => indefinite(e.der, depth - 1))
  return concat(Uint8Array.of(tag, 0x80), ...children, Uint8Array.of(0, 0))
}

describe('BER lengths', () => {
  it('are read in compatible mode only, as a leniency, and the signature still holds', async () => {
    const ber = indefinite(await message({ content: CONTENT }), 3)
    expect(() => parseSignedData(ber)).toThrow(expect.objectContaining({ name: 'DerError' }))
    expect(parseSignedData(ber, 'compat').leniencies).toContainEqual(expect.objectContaining({ code: 'BER_IN_CMS' }))
    expect(faults(findings(ber, undefined))).toEqual([])
  })

  it('segments of an OCTET STRING are joined', () => {
    const segments = [utf8('ab'), utf8('c')].map((s) => encode(octetString(), s))
    const { der, consumed, converted } = berToDer(
      concat(Uint8Array.of(0x24, 0x80), ...segments, Uint8Array.of(0, 0, 9)),
    )
    expect(der).toEqual(encode(octetString(), utf8('abc')))
    expect([consumed, converted]).toEqual([2 + 4 + 3 + 2, true])
  })

  it.each([
    ['no end', [0x30, 0x80, 0x02, 0x01, 0x01]],
    ['a primitive of indefinite length', [0x04, 0x80, 0x00, 0x00]],
    ['a segment of another type', [0x24, 0x80, 0x02, 0x01, 0x01, 0x00, 0x00]],
    ['nesting without end', Array.from({ length: 200 }, (_, i) => (i % 2 === 0 ? 0x30 : 0x80))],
    ['a child longer than its parent', [0x30, 0x03, 0x02, 0x05, 0x01]],
  ])('are refused with %s', (_, bytes) => {
    expect(() => berToDer(Uint8Array.from(bytes))).toThrow(expect.objectContaining({ name: 'DerError' }))
  })
})
