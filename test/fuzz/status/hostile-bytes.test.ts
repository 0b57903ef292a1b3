/** OCSP and time-stamp bytes with anything changed: parsers throw only DerError, verdicts never throw, and none takes long. */
import fc from 'fast-check'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { nodeCrypto } from '../../../src/crypto/node.ts'
import { DerError } from '../../../standards/errors.ts'
import { validatePath } from '../../../standards/rfc5280-x509/index.ts'
import { parseOcspRequest, parseOcspResponse } from '../../../standards/rfc6960-ocsp/index.ts'
import {
  encodeTimeStampRefusal,
  encodeTimeStampResponse,
  parseTimeStamp,
  parseTimeStampRequest,
  parseTimeStampResponse,
  parseTstInfo,
  verifyTimeStamp,
} from '../../../standards/rfc3161-tsp/index.ts'
import { OID } from '../../../standards/oid/index.ts'
import { encodeOcspError, encodeOcspRequest } from '../../../standards/rfc6960-ocsp/index.ts'
import { AT, CA, cn, make } from '../../unit/pki/path-world.ts'
import { certIdOf, responderOf, responseOf } from '../../unit/ocsp/ocsp-world.ts'
import { NOW, days, makeCa } from '../../unit/seal/trust-world.ts'
import { tokenOf } from '../../unit/timestamp/token-of.ts'
import { queryOf } from '../../unit/timestamp/tsa-world.ts'

const RUNS = process.env['XINYIN_EXTENDED'] === '1' ? 50_000 : 1_500
const SLOWEST_MS = 250
// The extended runs take a minute or two.
vi.setConfig({ testTimeout: 300_000 })

/** One to four octets changed, cut, repeated or put in. */
const bent = (corpus: readonly Uint8Array[]): fc.Arbitrary<Uint8Array> =>
  fc
    .tuple(
      fc.constantFrom(...corpus),
      fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(255), fc.nat(3)), {
        minLength: 1,
        maxLength: 4,
      }),
    )
    .map(([bytes, changes]) => {
      const out = [...bytes]
      for (const [where, octet, how] of changes) {
        const at = Math.floor(where * out.length)
        if (how === 0) out[at] = octet
        else if (how === 1) out.splice(at, 1 + (octet % 8))
        else if (how === 2) out.splice(at, 0, ...out.slice(at, at + (octet % 64)))
        else out.splice(at, 0, octet)
      }
      return Uint8Array.from(out)
    })

const onlyDerErrors = (parse: (bytes: Uint8Array) => unknown, bytes: Uint8Array): void => {
  const started = performance.now()
  try {
    parse(bytes)
  } catch (error) {
    expect(error).toBeInstanceOf(DerError)
  }
  expect(performance.now() - started).toBeLessThan(SLOWEST_MS)
}

describe('hostile OCSP bytes', () => {
  const ca = make({ subject: cn('ca'), extensions: CA })
  const leaf = make({ subject: cn('leaf'), by: ca })
  const about = { certificate: leaf.certificate, issuer: ca.certificate }
  const responder = responderOf(ca)
  const responses = [
    responseOf(responder, [about, { ...about, status: { kind: 'revoked', at: AT, reason: 6 } }], {
      delegated: true,
      nonce: new Uint8Array(32),
    }),
    responseOf(ca, [{ ...about, archiveCutoff: AT }]),
    encodeOcspError('tryLater'),
  ]
  const requests = [encodeOcspRequest({ certIds: [certIdOf(about), certIdOf(about)], nonce: new Uint8Array(32) })]

  it('are read or refused', () => {
    fc.assert(
      fc.property(bent(requests), (bytes) => onlyDerErrors(parseOcspRequest, bytes)),
      { numRuns: RUNS },
    )
    fc.assert(
      fc.property(bent(responses), (bytes) => onlyDerErrors(parseOcspResponse, bytes)),
      { numRuns: RUNS },
    )
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => onlyDerErrors(parseOcspResponse, bytes)),
      {
        numRuns: RUNS,
      },
    )
  })

  it('never make path validation throw, nor say good of what nobody signed', () => {
    fc.assert(
      fc.property(bent(responses.slice(0, 2)), (bytes) => {
        let answers
        try {
          answers = parseOcspResponse(bytes).answers
        } catch (error) {
          if (!(error instanceof DerError)) throw error
        }
        if (answers === undefined) return
        const { checks } = validatePath({
          leaf: leaf.certificate,
          intermediates: [],
          anchors: [ca.certificate],
          crls: [],
          ocspResponses: [answers],
          at: AT,
          purpose: 'any',
          crypto: nodeCrypto,
        })
        const said = checks.find((c) => c.name === 'revocation')?.outcome
        // What is outside the signature (certificates, the order of nothing) may be bent without harm.
        if (said === 'pass') expect(originals).toContain(Buffer.from(answers.tbs).toString('hex'))
      }),
      { numRuns: RUNS },
    )
  })
  const originals = responses
    .slice(0, 2)
    .map((r) => Buffer.from(parseOcspResponse(r).answers?.tbs ?? '').toString('hex'))
})

describe('hostile time stamps', () => {
  let corpus: Uint8Array[]
  let token: Uint8Array
  let trust: Pick<Parameters<typeof verifyTimeStamp>[0], 'anchors' | 'intermediates' | 'crls'>
  const message = new Uint8Array([1, 2, 3])
  beforeAll(async () => {
    const ca = await makeCa()
    const tsa = await ca.issue({ name: 'TSA', purposes: [OID.timeStamping], critical: true })
    token = await tokenOf(tsa, message, { genTime: days(-1), nonce: Uint8Array.of(5) })
    corpus = [token, encodeTimeStampResponse(token), encodeTimeStampRefusal('badAlg', 'no')]
    trust = { anchors: [ca.root], intermediates: [ca.issuing], crls: await ca.crls() }
  })

  it('are read or refused', () => {
    const compat = (bytes: Uint8Array) => parseTimeStamp(bytes, 'compat')
    fc.assert(
      fc.property(bent(corpus), (bytes) => onlyDerErrors(compat, bytes)),
      { numRuns: RUNS },
    )
    fc.assert(
      fc.property(bent(corpus), (bytes) => onlyDerErrors(parseTimeStampResponse, bytes)),
      { numRuns: RUNS },
    )
    fc.assert(
      fc.property(bent([queryOf({ nonce: Uint8Array.of(9) })]), (bytes) => onlyDerErrors(parseTimeStampRequest, bytes)),
      {
        numRuns: RUNS,
      },
    )
    const info = parseTimeStamp(token).signedData.content ?? new Uint8Array()
    fc.assert(
      fc.property(bent([info]), (bytes) => onlyDerErrors(parseTstInfo, bytes)),
      { numRuns: RUNS },
    )
  })

  it('never make verification throw, and prove nothing else than the token did', () => {
    fc.assert(
      fc.property(bent([token]), (timeStamp) => {
        const started = performance.now()
        const verdict = verifyTimeStamp({
          ...trust,
          timeStamp,
          stamped: message,
          at: NOW,
          crypto: nodeCrypto,
          mode: 'compat',
        })
        expect(performance.now() - started).toBeLessThan(SLOWEST_MS)
        if (verdict.outcome === 'proven') expect(verdict.genTime).toEqual(days(-1))
      }),
      { numRuns: RUNS },
    )
  })
})
