/** SM2 encryption: what is refused, and what nothing may be learnt from. */
import { describe, expect, it } from 'vitest'
import { randomBytes } from 'node:crypto'
import { portableCrypto as digests } from '../../../src/crypto/index.ts'
import { concat, fromHex, toHex } from '../../../standards/bytes.ts'
import { DerError } from '../../../standards/errors.ts'
import { encodeElement } from '../../../standards/der/index.ts'
import type { Sm2Ciphertext } from '../../../standards/gbt-32918-sm2/index.ts'
import {
  decryptSm2,
  deriveSm2Key,
  encodeRawSm2Ciphertext,
  encryptSm2,
  isSm2PrivateKey,
  parseRawSm2Ciphertext,
  referenceScalars,
  SM2_CURVE,
} from '../../../standards/gbt-32918-sm2/index.ts'
import { encodeSm2Cipher, normaliseSm2Cipher, parseSm2Cipher } from '../../../standards/gbt-35276-sm2-usage/index.ts'

const random = (length: number): Uint8Array => new Uint8Array(randomBytes(length))
const hex32 = (value: bigint): string => value.toString(16).padStart(64, '0')
const scalar = (value: bigint): Uint8Array => fromHex(hex32(value))
const privateKey = fromHex('3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8')
const publicKey = referenceScalars.multiplyBase(privateKey)
const message = Uint8Array.of(1, 2, 3)
const encrypt = (text: Uint8Array = message): Sm2Ciphertext => encryptSm2({ digests, publicKey, message: text, random })
const decrypt = (ciphertext: Sm2Ciphertext, key = privateKey): Uint8Array =>
  decryptSm2({ digests, privateKey: key, ciphertext })
const failed = expect.objectContaining({ reason: 'SM2_DECRYPTION_FAILED' })
const flip = (bytes: Uint8Array, at: number): Uint8Array => bytes.map((b, i) => (i === at ? b ^ 1 : b))

describe('encryptSm2', () => {
  it('is undone by decryptSm2 around every block of the KDF and for long texts', () => {
    for (const length of [1, 2, 3, 31, 32, 33, 63, 64, 65, 96, 10_000]) {
      const text = random(length)
      expect(decrypt(encrypt(text))).toEqual(text)
    }
  })

  it('never repeats a ciphertext', () => {
    expect(toHex(encodeSm2Cipher(encrypt()))).not.toBe(toHex(encodeSm2Cipher(encrypt())))
  })

  it('refuses an empty message, and keys that are no point of the curve', () => {
    expect(() => encrypt(new Uint8Array())).toThrow(expect.objectContaining({ reason: 'SM2_MESSAGE_EMPTY' }))
    for (const bad of [
      flip(publicKey, 64),
      publicKey.subarray(0, 64),
      concat(Uint8Array.of(2), publicKey.subarray(1, 33)),
    ])
      expect(() => encryptSm2({ digests, publicKey: bad, message, random })).toThrow(DerError)
  })

  it('throws away nonces of 0, n and above, and gives up on a source that has no other', () => {
    const draws = [0n, SM2_CURVE.n, (1n << 256n) - 1n, 5n].map(scalar)
    const made = encryptSm2({ digests, publicKey, message, random: () => draws.shift() as Uint8Array })
    expect(made.c1).toEqual(referenceScalars.multiplyBase(scalar(5n)))
    for (const bad of [() => new Uint8Array(32), () => scalar(SM2_CURVE.n), () => new Uint8Array(31).fill(1)])
      expect(() => encryptSm2({ digests, publicKey, message, random: bad })).toThrow(
        expect.objectContaining({ reason: 'RANDOM_UNUSABLE' }),
      )
  })

  /** The smallest nonce whose one byte of t is zero. */
  const nonceOfZero = (): bigint => {
    for (let k = 1n; ; k++)
      if (deriveSm2Key(digests, 1, referenceScalars.multiply(scalar(k), publicKey).subarray(1))[0] === 0) return k
  }

  it('draws again where t is all zero, and refuses to decrypt such a text', () => {
    const k = nonceOfZero()
    const draws = [scalar(k), scalar(7n)]
    const made = encryptSm2({
      digests,
      publicKey,
      message: Uint8Array.of(9),
      random: () => draws.shift() as Uint8Array,
    })
    expect(made.c1).toEqual(referenceScalars.multiplyBase(scalar(7n)))
    const shared = referenceScalars.multiply(scalar(k), publicKey).subarray(1)
    const c3 = digests.digest('sm3', shared.subarray(0, 32), Uint8Array.of(9), shared.subarray(32))
    const forged = { c1: referenceScalars.multiplyBase(scalar(k)), c3, c2: Uint8Array.of(9) }
    expect(() => decrypt(forged)).toThrow(failed)
  })
})

describe('decryptSm2', () => {
  it('refuses any flipped bit of C1, C2 and C3, another key and another order', () => {
    const whole = encodeRawSm2Ciphertext(encrypt())
    for (let at = 1; at < whole.length; at++) {
      const attempt = (): Uint8Array => decrypt(parseRawSm2Ciphertext(flip(whole, at)))
      if (at < 65) expect(attempt).toThrow(DerError)
      else expect(attempt).toThrow(failed)
    }
    expect(() => decrypt(encrypt(), scalar(77n))).toThrow(failed)
    expect(() => decrypt(parseRawSm2Ciphertext(whole, { order: 'C1C2C3' }))).toThrow(failed)
  })

  it('refuses C1 = -C1, on the curve but with the other y', () => {
    const { c1, c3, c2 } = encrypt()
    const y = SM2_CURVE.p - BigInt(`0x${toHex(c1.subarray(33))}`)
    expect(() => decrypt({ c1: concat(c1.subarray(0, 33), scalar(y)), c3, c2 })).toThrow(failed)
  })

  it('refuses keys outside [1, n-2]', () => {
    const { n } = SM2_CURVE
    for (const bad of [scalar(0n), scalar(n - 1n), scalar(n), scalar((1n << 256n) - 1n), new Uint8Array(31).fill(1)]) {
      expect(isSm2PrivateKey(bad)).toBe(false)
      expect(() => decrypt(encrypt(), bad)).toThrow(expect.objectContaining({ reason: 'SM2_KEY_RANGE' }))
    }
    for (const good of [1n, 2n, n - 2n, 1n << 255n]) expect(isSm2PrivateKey(scalar(good))).toBe(true)
  })

  it('refuses texts too short to be one, and an enormous KDF', () => {
    const whole = encodeRawSm2Ciphertext(encrypt())
    for (let length = 0; length <= 97; length++)
      expect(() => parseRawSm2Ciphertext(whole.subarray(0, length))).toThrow(DerError)
    expect(() => deriveSm2Key(digests, 2 ** 31, publicKey)).toThrow(
      expect.objectContaining({ reason: 'SM2_MESSAGE_TOO_LONG' }),
    )
  })
})

const integer = (bytes: Uint8Array): Uint8Array => encodeElement(0x02, bytes)
const der = (...parts: readonly Uint8Array[]): Uint8Array => encodeElement(0x30, ...parts)
const octets = (bytes: Uint8Array): Uint8Array => encodeElement(0x04, bytes)

describe('SM2Cipher', () => {
  /** Nonce 1 of which x is 32c4… (no pad) and y is bc37… (pad). */
  const { c1, c3, c2 } = encryptSm2({ digests, publicKey, message, random: () => scalar(1n) })
  const [x, y] = [c1.subarray(1, 33), c1.subarray(33)]
  const padded = concat(Uint8Array.of(0), y)
  const tail = [octets(c3), octets(c2)]
  const strict = der(integer(x), integer(padded), ...tail)

  it('is written in strict DER and read back', () => {
    expect(toHex(encodeSm2Cipher({ c1, c3, c2 }))).toBe(toHex(strict))
    expect(parseSm2Cipher(strict)).toEqual({ c1, c3, c2 })
    expect(normaliseSm2Cipher(strict, 'compat').leniencies).toEqual([])
  })

  it('keeps short coordinates short and fills them up again', () => {
    for (let k = 1n; k < 700n; k++) {
      const point = referenceScalars.multiplyBase(scalar(k))
      if (point[1] !== 0 && point[33] !== 0) continue
      const made = { c1: point, c3, c2 }
      expect(parseSm2Cipher(encodeSm2Cipher(made))).toEqual(made)
      return
    }
    expect.unreachable('no short coordinate among 700 points')
  })

  it.each([
    ['SM2_INTEGER_UNSIGNED', der(integer(x), integer(y), ...tail)],
    ['INTEGER_NOT_MINIMAL', der(integer(concat(Uint8Array.of(0, 0), x)), integer(padded), ...tail)],
    ['SM2_CIPHER_RAW', concat(c1, c3, c2)],
    ['SM2_CIPHER_RAW', concat(x, y, c3, c2)],
  ])('admits %s in compatible mode only, and says so', (code, bytes) => {
    expect(() => normaliseSm2Cipher(bytes, 'strict')).toThrow(DerError)
    const { ciphertext, leniencies } = normaliseSm2Cipher(bytes, 'compat')
    expect([ciphertext, leniencies.map((l) => l.code)]).toEqual([{ c1, c3, c2 }, [code]])
  })

  const bad: Record<string, Uint8Array> = {
    empty: new Uint8Array(),
    'a sequence of nothing': der(),
    'trailing bytes': concat(strict, Uint8Array.of(0)),
    'a missing text': der(integer(x), integer(padded), octets(c3)),
    'an extra element': der(integer(x), integer(padded), ...tail, octets(c2)),
    'a hash of 31 bytes': der(integer(x), integer(padded), octets(c3.subarray(1)), octets(c2)),
    'a hash of 33 bytes': der(integer(x), integer(padded), octets(concat(c3, c2.subarray(0, 1))), octets(c2)),
    'an empty text': der(integer(x), integer(padded), octets(c3), octets(new Uint8Array())),
    'swapped coordinates': der(integer(padded), integer(x), ...tail),
    'a coordinate of 33 bytes': der(integer(concat(Uint8Array.of(1), x)), integer(padded), ...tail),
    'x + p': der(integer(concat(Uint8Array.of(1), x)), integer(padded), ...tail),
    'the point (0, 0)': der(integer(Uint8Array.of(0)), integer(Uint8Array.of(0)), ...tail),
    'an empty INTEGER': der(integer(new Uint8Array()), integer(padded), ...tail),
    'C1C2C3 order in raw form with a broken point': concat(flip(c1, 40), c2, c3),
  }
  it.each(Object.entries(bad))('refuses %s in both modes', (_, bytes) => {
    for (const mode of ['strict', 'compat'] as const) expect(() => normaliseSm2Cipher(bytes, mode)).toThrow(DerError)
  })

  it('throws only DerError on any truncation and any flipped byte', () => {
    for (let i = 0; i < strict.length; i++) {
      expect(() => parseSm2Cipher(strict.subarray(0, i))).toThrow(DerError)
      try {
        parseSm2Cipher(strict.map((b, j) => (j === i ? b ^ 0xff : b)))
      } catch (error) {
        expect(error).toBeInstanceOf(DerError)
      }
    }
  })
})
