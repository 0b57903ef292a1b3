/** RFC 6238 appendix B, RFC 4226 appendix D, RFC 4648 §10: numbers that others published. */
import { describe, expect, it } from 'vitest'
import { portableCrypto } from '../../../src/crypto/index.ts'
import { nodeCrypto } from '../../../src/crypto/node.ts'
import { encodeBase32, parseBase32, totpCode, totpStep } from '../../../standards/rfc6238-totp/index.ts'
import { utf8 } from '../../../standards/bytes.ts'

const seed = (length: number): Uint8Array => utf8('1234567890'.repeat(7).slice(0, length))
const SEEDS = { sha1: seed(20), sha256: seed(32), sha512: seed(64) } as const

const APPENDIX_B: readonly (readonly [number, string, string, string])[] = [
  [59, '94287082', '46119246', '90693936'],
  [1111111109, '07081804', '68084774', '25091201'],
  [1111111111, '14050471', '67062674', '99943326'],
  [1234567890, '89005924', '91819424', '93441116'],
  [2000000000, '69279037', '90698825', '38618901'],
  [20000000000, '65353130', '77737706', '47863826'],
]

describe.each([
  ['node', nodeCrypto],
  ['portable', portableCrypto],
])('one-time passwords with %s digests', (_name, digests) => {
  it.each(APPENDIX_B)('gives what RFC 6238 gives at %i', (seconds, ...codes) => {
    const step = totpStep(new Date(seconds * 1_000))
    const made = (['sha1', 'sha256', 'sha512'] as const).map((algorithm) =>
      totpCode(digests, { secret: SEEDS[algorithm], step, digits: 8, algorithm }),
    )
    expect(made).toEqual(codes)
  })

  it('gives what RFC 4226 gives for the first ten counts', () => {
    const made = Array.from({ length: 10 }, (_, step) => totpCode(digests, { secret: SEEDS.sha1, step }))
    expect(made).toEqual('755224 287082 359152 969429 338314 254676 287922 162583 399871 520489'.split(' '))
  })

  it('takes a secret longer than a block', () => {
    // RFC 4231 says a key is digested first; openssl dgst -sha1 -hmac agrees on the value this code comes from.
    const secret = new Uint8Array(80).fill(0xaa)
    const digest = nodeCrypto.digest('sha1', secret)
    expect(totpCode(digests, { secret, step: 1 })).toBe(totpCode(digests, { secret: digest, step: 1 }))
  })
})

describe('base32', () => {
  it.each([
    ['', ''],
    ['f', 'MY======'],
    ['fo', 'MZXQ===='],
    ['foo', 'MZXW6==='],
    ['foob', 'MZXW6YQ='],
    ['fooba', 'MZXW6YTB'],
    ['foobar', 'MZXW6YTBOI======'],
  ])('of “%s” is what RFC 4648 gives', (text, code) => {
    expect(encodeBase32(utf8(text))).toBe(code.replace(/=/g, ''))
    expect(parseBase32(code)).toEqual(utf8(text))
    expect(parseBase32(code.toLowerCase().replace(/(.{4})/g, '$1 '))).toEqual(utf8(text))
  })

  it.each(['M', 'MZX', 'MZXW6Y', 'M1', 'MZ8W', 'MZ', '<>', 'MY=MY'])('refuses %s', (text) => {
    expect(() => parseBase32(text)).toThrowError(expect.objectContaining({ reason: 'BASE32_INVALID' }))
  })
})
