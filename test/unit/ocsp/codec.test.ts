/** OCSP requests and responses as bytes: both directions, and what is refused. */
import { describe, expect, it } from 'vitest'
import { concat, fromHex } from '../../../standards/bytes.ts'
import { encodeElement } from '../../../standards/der/index.ts'
import { DerError } from '../../../standards/errors.ts'
import {
  encodeOcspError,
  encodeOcspRequest,
  parseOcspRequest,
  parseOcspResponse,
} from '../../../standards/rfc6960-ocsp/index.ts'
import { CA, cn, hours, make } from '../pki/path-world.ts'
import { answersOf, certIdOf, responderOf, responseOf } from './ocsp-world.ts'

const ca = make({ subject: cn('ca'), extensions: CA })
const leaf = make({ subject: cn('leaf'), by: ca })
const about = { certificate: leaf.certificate, issuer: ca.certificate }
const request = (nonce?: Uint8Array, count = 1) =>
  encodeOcspRequest({
    certIds: Array.from({ length: count }, () => certIdOf(about)),
    ...(nonce === undefined ? {} : { nonce }),
  })

describe('a request', () => {
  it('keeps the bytes of its questions, their digests and the nonce', () => {
    const nonce = new Uint8Array(32).fill(9)
    const { certIds, nonce: read } = parseOcspRequest(request(nonce, 3))
    expect(certIds.map((c) => c.hash)).toEqual(['sha1', 'sha1', 'sha1'])
    expect(certIds[0]?.der).toEqual(certIdOf(about))
    expect(read).toEqual(nonce)
  })

  it('may have a nonce of 1 to 128 octets and no other (RFC 9654)', () => {
    for (const n of [1, 16, 32, 128]) expect(parseOcspRequest(request(new Uint8Array(n))).nonce).toHaveLength(n)
    for (const n of [0, 129, 5000]) expect(() => parseOcspRequest(request(new Uint8Array(n)))).toThrow(DerError)
  })

  it('asks 1 to 64 questions', () => {
    expect(parseOcspRequest(request(undefined, 64)).certIds).toHaveLength(64)
    for (const n of [0, 65]) expect(() => parseOcspRequest(request(undefined, n))).toThrow(DerError)
  })

  it('leaves a digest unnamed that it does not know or whose length does not fit', () => {
    const id = certIdOf(about)
    const md5 = concat(id)
    // sha1 1.3.14.3.2.26 → 1.3.14.3.2.27
    md5[md5.findIndex((b, i) => b === 0x1a && md5[i - 1] === 0x02)] = 0x1b
    expect(parseOcspRequest(encodeOcspRequest({ certIds: [md5] })).certIds[0]?.hash).toBeUndefined()
  })

  it('is refused when truncated, with trailing bytes, or with another tag', () => {
    const whole = request(new Uint8Array(32))
    for (let i = 0; i < whole.length; i++) expect(() => parseOcspRequest(whole.subarray(0, i))).toThrow(DerError)
    expect(() => parseOcspRequest(concat(whole, Uint8Array.of(0)))).toThrow(DerError)
    expect(() => parseOcspRequest(Uint8Array.of(0x31, ...whole.subarray(1)))).toThrow(DerError)
    expect(() => parseOcspRequest(fromHex('3080'.repeat(40)))).toThrow(DerError)
    expect(() => parseOcspRequest(new Uint8Array(20_000))).toThrow(DerError)
  })

  it('is refused with a version, with a critical extension, and when nested without end', () => {
    const explicitVersion = encodeElement(0x30, encodeElement(0x30, fromHex('a003020100'), encodeElement(0x30)))
    expect(() => parseOcspRequest(explicitVersion)).toThrow(/version|questions/)
    let deep: Uint8Array = new Uint8Array()
    for (let i = 0; i < 40; i++) deep = encodeElement(0x30, deep)
    expect(() => parseOcspRequest(deep)).toThrow(DerError)
  })
})

describe('a response', () => {
  it('gives back what was written', () => {
    const responder = responderOf(ca)
    const nonce = fromHex('0102')
    const answers = answersOf(
      responder,
      [
        { ...about, archiveCutoff: hours(-50) },
        { ...about, status: { kind: 'revoked', at: hours(-3), reason: 6 } },
        { ...about, status: { kind: 'revoked', at: hours(-3), reason: 0 } },
        { ...about, status: { kind: 'unknown' } },
      ],
      { nonce, delegated: true },
    )
    expect(answers.singles.map((s) => s.status)).toEqual([
      { kind: 'good' },
      { kind: 'revoked', at: hours(-3), reason: 6 },
      { kind: 'revoked', at: hours(-3) },
      { kind: 'unknown' },
    ])
    expect(answers.singles[0]?.archiveCutoff).toEqual(hours(-50))
    expect(answers.nonce).toEqual(nonce)
    expect(answers.certificates.map((c) => c.der)).toEqual([responder.certificate.der])
  })

  it('may be a refusal', () => {
    for (const status of ['malformedRequest', 'internalError', 'tryLater', 'unauthorized'] as const)
      expect(parseOcspResponse(encodeOcspError(status))).toEqual({ status })
  })

  it('is refused as a success without answers, a refusal with them, or of another status or type', () => {
    const whole = responseOf(ca, [about])
    for (const status of [1, 4, 7, 200]) {
      const other = whole.slice()
      const at = other.indexOf(0x0a)
      other[at + 2] = status
      expect(() => parseOcspResponse(other)).toThrow(DerError)
    }
    expect(() => parseOcspResponse(fromHex('30030a0100'))).toThrow(DerError)
    for (let i = 0; i < whole.length; i += 3) expect(() => parseOcspResponse(whole.subarray(0, i))).toThrow(DerError)
    expect(() => parseOcspResponse(concat(whole, Uint8Array.of(5, 0)))).toThrow(DerError)
  })
})
