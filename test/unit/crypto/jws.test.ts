import { compactVerify, flattenedVerify } from 'jose'
import { createPublicKey } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import type { JwsSigner, ParsedJws } from '../../../src/crypto/index.ts'
import { parseJws, portableCrypto, signJws, isJwsSignatureValid } from '../../../src/crypto/index.ts'
import { generatePkcs8, nodeCrypto, signerFromPkcs8 } from '../../../src/crypto/node.ts'
import { fromUtf8, toBase64, toBase64Url, utf8 } from '../../../standards/bytes.ts'
import { selfSigned } from './self-signed.ts'

const TYP = 'xinyin-status+jws'
const payload = utf8('{"印章":"正常"}')
let sm2: JwsSigner
let p256: JwsSigner
let text = ''

const makeSigner = async (algorithm: 'SM2' | 'P-256'): Promise<JwsSigner> => {
  const signer = signerFromPkcs8(generatePkcs8(algorithm))
  return { signer, chain: [await selfSigned(signer)] }
}

beforeAll(async () => {
  sm2 = await makeSigner('SM2')
  p256 = await makeSigner('P-256')
  text = await signJws(payload, TYP, [sm2, p256])
})

type Json = Record<string, unknown>
interface General {
  payload: string
  signatures: { protected: string; signature: string }[]
}
const general = (): General => JSON.parse(text) as General
const headerOf = (encoded: string): Json => JSON.parse(Buffer.from(encoded, 'base64url').toString()) as Json
/** The first signature (SM2) with another protected header; it no longer verifies, which must not matter here. */
const withHeader = (change: Json | string): string => {
  const jws = general()
  const first = jws.signatures[0] as { protected: string }
  const header = typeof change === 'string' ? change : JSON.stringify({ ...headerOf(first.protected), ...change })
  first.protected = toBase64Url(utf8(header))
  return JSON.stringify(jws)
}
const verifies = (jws: ParsedJws): boolean[] => jws.signatures.map((s) => isJwsSignatureValid(portableCrypto, s))
const reason = (value: string): unknown => expect.objectContaining({ reason: value })

describe('signJws and parseJws', () => {
  it('bring back payload, algorithms, types and chains, and both signatures verify', () => {
    const jws = parseJws(text, TYP)
    expect(fromUtf8(jws.payload)).toBe('{"印章":"正常"}')
    expect(jws.signatures.map((s) => [s.alg, s.typ, s.signature.length])).toEqual([
      ['SM2SM3', TYP, 64],
      ['ES256', TYP, 64],
    ])
    expect(jws.signatures.map((s) => s.chain)).toEqual([sm2.chain, p256.chain])
    for (const crypto of [portableCrypto, nodeCrypto])
      expect(jws.signatures.map((s) => isJwsSignatureValid(crypto, s))).toEqual([true, true])
  })

  it('write an ES256 signature that jose accepts', async () => {
    const jws = general()
    const key = createPublicKey({ key: Buffer.from(p256.signer.publicKey), format: 'der', type: 'spki' })
    const second = jws.signatures[1] as General['signatures'][number]
    const verified = await flattenedVerify({ payload: jws.payload, ...second }, key)
    expect(Buffer.from(verified.payload).equals(payload)).toBe(true)
    const compact = await compactVerify(`${second.protected}.${jws.payload}.${second.signature}`, key)
    expect(compact.protectedHeader.x5c).toEqual(p256.chain.map(toBase64))
  })

  it('refuse to sign under the certificate of another key, or under none', async () => {
    const unusable = expect.objectContaining({ code: 'KEY_UNUSABLE' })
    await expect(signJws(payload, TYP, [{ ...sm2, chain: p256.chain }])).rejects.toEqual(unusable)
    await expect(signJws(payload, TYP, [{ ...sm2, chain: [] }])).rejects.toEqual(unusable)
    await expect(signJws(payload, TYP, [])).rejects.toThrow(RangeError)
  })

  it('refuse to sign with an algorithm that has no name in JWS', async () => {
    const signer = { ...p256.signer, algorithm: 'ECDSA-SHA384' as const }
    await expect(signJws(payload, TYP, [{ ...p256, signer }])).rejects.toEqual(
      expect.objectContaining({ code: 'KEY_UNUSABLE' }),
    )
  })
})

describe('isJwsSignatureValid', () => {
  it('says no when the payload is changed', () => {
    expect(verifies(parseJws(JSON.stringify({ ...general(), payload: toBase64Url(utf8('{"印章":"注销"}')) })))).toEqual(
      [false, false],
    )
  })

  it('says no when the header is changed', () => {
    expect(verifies(parseJws(withHeader({ typ: 'other' })))).toEqual([false, true])
    expect(verifies(parseJws(withHeader({ x5c: p256.chain.map(toBase64) })))).toEqual([false, true])
  })

  it('says no when signatures are exchanged', () => {
    const jws = general()
    const [one, two] = jws.signatures as [General['signatures'][0], General['signatures'][0]]
    ;[one.signature, two.signature] = [two.signature, one.signature]
    expect(verifies(parseJws(JSON.stringify(jws)))).toEqual([false, false])
  })

  it('says no when alg does not fit the key', () => {
    expect(verifies(parseJws(withHeader({ alg: 'ES256' })))).toEqual([false, true])
  })

  it('says no to a signature in DER or of another length', () => {
    const [parsed] = parseJws(text).signatures as [ParsedJws['signatures'][0]]
    for (const length of [0, 63, 65, 70])
      expect(isJwsSignatureValid(portableCrypto, { ...parsed, signature: new Uint8Array(length) })).toBe(false)
  })

  it('uses a given key in place of x5c, and says no to another one', () => {
    const [parsed] = parseJws(text).signatures as [ParsedJws['signatures'][0]]
    expect(isJwsSignatureValid(portableCrypto, { ...parsed, chain: [] }, sm2.signer.publicKey)).toBe(true)
    expect(isJwsSignatureValid(portableCrypto, parsed, p256.signer.publicKey)).toBe(false)
    expect(isJwsSignatureValid(portableCrypto, { ...parsed, chain: [] })).toBe(false)
  })

  it('says no when the first certificate is not one', () => {
    const [parsed] = parseJws(text).signatures as [ParsedJws['signatures'][0]]
    expect(isJwsSignatureValid(portableCrypto, { ...parsed, chain: [Uint8Array.of(0x30, 0)] })).toBe(false)
  })
})

describe('parseJws refuses', () => {
  it.each(['none', 'None', 'HS256', 'RS256', 'ES384', 'sm2sm3', 'toString', '', 1, null, undefined, ['ES256']])(
    'alg %j',
    (alg) => {
      expect(() => parseJws(withHeader({ alg }))).toThrow(reason('JWS_ALGORITHM'))
    },
  )

  it('critical parameters, whichever they are', () => {
    for (const crit of [['b64'], ['exp'], [], null])
      expect(() => parseJws(withHeader({ crit, b64: false }))).toThrow(reason('JWS_CRITICAL'))
  })

  it('a header parameter named twice, by escapes too', () => {
    for (const again of ['"alg"', '"\\u0061lg"'])
      expect(() => parseJws(withHeader(`{"alg":"ES256",${again}:"SM2SM3"}`))).toThrow(reason('JSON_DUPLICATE_MEMBER'))
  })

  it('a member of the JWS named twice', () => {
    const doubled = text.replace('{"payload"', '{"payload":"e30","payload"')
    expect(() => parseJws(doubled)).toThrow(reason('JSON_DUPLICATE_MEMBER'))
  })

  it('another typ than the caller expects, and none', () => {
    expect(() => parseJws(text, 'JWT')).toThrow(reason('JWS_TYPE'))
    expect(() => parseJws(withHeader('{"alg":"ES256"}'), TYP)).toThrow(reason('JWS_TYPE'))
    expect(parseJws(withHeader('{"alg":"ES256"}')).signatures[0]).not.toHaveProperty('typ')
  })

  it.each<[string, (jws: General) => unknown]>([
    ['no signature', (j) => ({ ...j, signatures: [] })],
    ['too many signatures', (j) => ({ ...j, signatures: Array.from({ length: 9 }, () => j.signatures[0]) })],
    ['an unprotected header', (j) => ({ ...j, signatures: [{ ...j.signatures[0], header: { alg: 'ES256' } }] })],
    ['the flattened form', (j) => ({ payload: j.payload, ...j.signatures[0] })],
    ['a stray member', (j) => ({ ...j, kid: '1' })],
    ['no payload', (j) => ({ signatures: j.signatures })],
    ['a payload that is no text', (j) => ({ ...j, payload: 1 })],
    ['a payload with padding', (j) => ({ ...j, payload: 'e30=' })],
    ['a payload in plain base64', (j) => ({ ...j, payload: '+/+/' })],
    ['a payload with white space', (j) => ({ ...j, payload: 'e3 0' })],
    ['a payload whose unused bits are set', (j) => ({ ...j, payload: 'e31' })],
    ['an array', (j) => [j]],
    ['null', () => null],
    ['a signature that is null', (j) => ({ ...j, signatures: [null] })],
  ])('%s', (_, change) => {
    expect(() => parseJws(JSON.stringify(change(general())))).toThrow(reason('JWS_MALFORMED'))
  })

  it.each(['', 'a.b.c', '{', '[]x', 'nul'])('text that is not JSON: %j', (broken) => {
    expect(() => parseJws(broken)).toThrow(reason('JSON_MALFORMED'))
  })

  it.each([
    ['x5c', 'AAAA'],
    ['x5c', []],
    ['x5c', [1]],
    ['x5c', ['A-_A']],
    ['x5c', Array(11).fill('AAAA')],
    ['typ', 5],
  ])('a malformed %s: %j', (name, value) => {
    expect(() => parseJws(withHeader({ [String(name)]: value }))).toThrow(reason('JWS_MALFORMED'))
  })

  it('a header that is not an object, or not UTF-8', () => {
    for (const header of ['[]', '"x"', 'null'])
      expect(() => parseJws(withHeader(header))).toThrow(reason('JWS_MALFORMED'))
    const jws = general()
    ;(jws.signatures[0] as { protected: string }).protected = toBase64Url(Uint8Array.of(0xff))
    expect(() => parseJws(JSON.stringify(jws))).toThrow(reason('JWS_MALFORMED'))
  })
})
