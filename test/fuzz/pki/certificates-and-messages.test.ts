/**
 * Bytes that others made, broken: certificates, CRLs, CMS and GB/T 35275 messages, SM2 ciphers. A parser throws its own errors only, in
 * bounded time, and says where. XINYIN_EXTENDED=1 tries a hundred times as many.
 */
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { fromPem } from '../../../standards/bytes.ts'
import type { Mode } from '../../../standards/der/index.ts'
import { decode, integer, objectIdentifier, octetString, sequence } from '../../../standards/der/index.ts'
import { DerError, FormatError } from '../../../standards/errors.ts'
import { normaliseSm2Cipher } from '../../../standards/gbt-35276-sm2-usage/index.ts'
import { readIdentity } from '../../../standards/gbt-20518-certificate/index.ts'
import { normaliseSm2Signature } from '../../../standards/gbt-32918-sm2/index.ts'
import { parseSignedData } from '../../../standards/rfc5652-cms/index.ts'
import { parseCertificate, parseCrl, publicKeyKind } from '../../../standards/rfc5280-x509/index.ts'
import { skipWithoutVectors, vectorsDir } from '../../support/outside.ts'

const TRIES = process.env['XINYIN_EXTENDED'] === '1' ? 200_000 : 2_000
const LONGEST_MS = 500

/** A repeatable generator: a failure can be run again. */
const makeRandom =
  (seed: number) =>
  (below: number): number => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0
    return Math.floor((seed / 2 ** 32) * below)
  }

const spliced = (bytes: Uint8Array, at: number, gone: number, put: Uint8Array): Uint8Array =>
  Uint8Array.from([...bytes.subarray(0, at), ...put, ...bytes.subarray(at + gone)])

/** Octets that mean something in DER: lengths that lie, indefinite and negative ones, tags of other types. */
const TELLING = [0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x30, 0x31, 0x7f, 0x80, 0x81, 0x84, 0x88, 0xa0, 0xa3, 0xff]

const broken = (bytes: Uint8Array, random: (below: number) => number): Uint8Array => {
  const at = random(bytes.length)
  const telling = TELLING[random(TELLING.length)] as number
  switch (random(6)) {
    case 0:
      return bytes.map((b, i) => (i === at ? b ^ (1 << random(8)) : b))
    case 1:
      return bytes.map((b, i) => (i === at ? telling : b))
    case 2:
      return bytes.subarray(0, at)
    case 3:
      return spliced(bytes, at, 0, Uint8Array.of(telling))
    case 4:
      return spliced(bytes, at, 1 + random(8), new Uint8Array())
    default:
      return spliced(bytes, at, 0, bytes.subarray(at, at + 1 + random(64)))
  }
}

const pems = (folder: string, label: string): Uint8Array[] =>
  readdirSync(join(vectorsDir() ?? '', folder))
    .filter((name) => /\.(pem|crt)$/.test(name))
    .flatMap((name) => fromPem(readFileSync(join(vectorsDir() ?? '', folder, name), 'latin1'), label))
const files = (folder: string, end: RegExp): Uint8Array[] =>
  readdirSync(join(vectorsDir() ?? '', folder))
    .filter((name) => end.test(name))
    .map((name) => new Uint8Array(readFileSync(join(vectorsDir() ?? '', folder, name))))

const onlyOwnErrors = (work: () => unknown, bytes: Uint8Array): boolean => {
  const started = performance.now()
  try {
    work()
    return true
  } catch (error) {
    if (!(error instanceof DerError || error instanceof FormatError))
      throw new Error(`${String(error)} for ${Buffer.from(bytes).toString('hex')}`, { cause: error })
    return false
  } finally {
    expect(performance.now() - started).toBeLessThan(LONGEST_MS)
  }
}

const attack = (corpus: readonly Uint8Array[], parse: (bytes: Uint8Array) => unknown): void => {
  expect(corpus.length).toBeGreaterThan(0)
  const random = makeRandom(corpus.length)
  let read = 0
  for (let i = 0; i < TRIES; i++) {
    let bytes = broken(corpus[i % corpus.length] as Uint8Array, random)
    for (let more = random(3); more > 0 && bytes.length > 0; more--) bytes = broken(bytes, random)
    if (onlyOwnErrors(() => parse(bytes), bytes)) read++
  }
  // Some survive: else the mutations would all die at the first octet and prove nothing.
  expect(read).toBeGreaterThan(TRIES / 1_000)
}

describe.skipIf(skipWithoutVectors())('broken bytes', () => {
  const certificates = () => [
    ...pems('tongsuo', 'CERTIFICATE'),
    ...pems('gmsm', 'CERTIFICATE'),
    ...files('pkits/certs', /\.crt$/).slice(0, 120),
  ]
  it.each(['strict', 'compat'] as const)('of certificates are refused, and only refused (%s)', (mode: Mode) =>
    attack(certificates(), (bytes) => {
      const certificate = parseCertificate(bytes, mode)
      publicKeyKind(certificate.publicKey)
      readIdentity(certificate)
    }),
  )
  it('of CRLs are refused, and only refused', () => attack(files('pkits/crls', /\.crl$/), (bytes) => parseCrl(bytes)))
  it('of CMS and GB/T 35275 messages are refused, and only refused', () =>
    attack(files('gmsm', /\.p7s$/), (bytes) => parseSignedData(bytes)))
  it('of SM2 signatures and ciphers are refused, and only refused', () => {
    const signatures = certificates().map((der) => parseCertificate(der, 'compat').signature)
    attack(signatures, (bytes) => normaliseSm2Signature(bytes, 'compat'))
    const cipher = Buffer.from(
      '307c022004ebfc718e8d1798620432268e77feb6415e2ede0e073c0f4f640ecd2e149a73022100e858f9d81e5430a57b36daab8f950a3c64e6ee6a63094d99283aff767e124df0042059983c18f809e262923c53aec295d30383b54e39d609d160afcb1908d0bd8766041321886ca989ca9c7d58087307ca93092d651efa',
      'hex',
    )
    attack([new Uint8Array(cipher)], (bytes) => normaliseSm2Cipher(bytes, 'compat'))
  })
})

const hex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text.replaceAll(' ', ''), 'hex'))

describe('DER', () => {
  const Pair = sequence({ number: integer(), name: objectIdentifier() })
  const deep = (levels: number): Uint8Array => {
    let bytes = hex('0500')
    for (let i = 0; i < levels; i++)
      bytes = Uint8Array.from(
        bytes.length < 128
          ? [0x30, bytes.length, ...bytes]
          : [0x30, 0x82, bytes.length >> 8, bytes.length & 255, ...bytes],
      )
    return bytes
  }
  it.each([
    ['nothing', '', ''],
    ['half a header', '30', ''],
    ['a length past the end', '3009 020101 0603 2a0304', ''],
    ['bytes after the end', '3008 020101 0603 2a0304 00', ''],
    ['an indefinite length', '3080 020101 0603 2a0304 0000', ''],
    ['a length with zeros before it', '308108 020101 0603 2a0304', ''],
    ['a length of five octets', '308500000000 08 020101 06032a0304', ''],
    ['a length of nearly four gigabytes', '3084ffffffff 020101 06032a0304', ''],
    ['a high tag number', '3f01 00', ''],
    ['another tag', '3108 020101 06032a0304', ''],
    ['a missing field', '3003 020101', 'Pair.name'],
    ['a field too many', '300a 020101 06032a0304 0500', 'Pair'],
    ['an empty number', '3007 0200 06032a0304', 'Pair.number'],
    ['a number with a needless zero', '3009 02020001 06032a0304', 'Pair.number'],
    ['a number with a needless ff', '3009 0202ff80 06032a0304', 'Pair.number'],
    ['an empty OID', '3005 020101 0600', 'Pair.name'],
    ['an OID arc with zeros before it', '3009 020101 06042a800304', 'Pair.name'],
    ['an OID that stops within an arc', '3007 020101 06022a83', 'Pair.name'],
    ['another type in a field', '3008 020101 0403 2a0304', 'Pair.name'],
  ])('with %s is refused, and the error names the place', (_what, bytes, path) => {
    try {
      decode(Pair, hex(bytes), 'Pair')
      expect.unreachable()
    } catch (error) {
      expect(error).toBeInstanceOf(DerError)
      expect((error as DerError).path).toBe(path === '' ? 'Pair' : path)
    }
  })
  it('refuses an OID of many octets and one arc of many digits alike, fast', () => {
    const long = Uint8Array.from([0x06, 0x81, 0xff, ...new Array<number>(254).fill(0xff), 0x7f])
    expect(() => decode(objectIdentifier(), long, 'oid')).toThrow(DerError)
    const largest = Uint8Array.from([0x06, 0x7f, 0x69, ...new Array<number>(125).fill(0xff), 0x7f])
    expect(decode(objectIdentifier(), largest, 'oid').length).toBeGreaterThan(200)
  })
  it('refuses nesting beyond its depth, in a certificate too, without a stack overflow', () => {
    for (const levels of [40, 400, 2_000])
      expect(() => parseCertificate(deep(levels)), String(levels)).toThrow(DerError)
    expect(decode(octetString(), hex('0400'))).toEqual(new Uint8Array())
  })
})
