/**
 * GB/T 32907-2016 SM4: the block cipher, one S-box of 256 bytes and rotations. Which S-box entry is read depends on key
 * and data, so the cache can tell something of both: for the browser, where nobody else shares the process (README.md).
 */
import { FormatError } from '../errors.ts'

export const BLOCK = 16
const ROUNDS = 32

const rotl = (x: number, n: number): number => (x << n) | (x >>> (32 - n))

const multiply = (a: number, b: number): number => {
  let product = 0
  for (let [left, right] = [a, b]; right > 0; right >>= 1) {
    if ((right & 1) === 1) product ^= left
    left <<= 1
    if (left > 0xff) left ^= 0x1f5
  }
  return product
}

/** x^254 in GF(2^8) modulo x^8+x^7+x^6+x^5+x^4+x^2+1; 0 for 0. */
const inverse = (x: number): number => {
  let power = 1
  for (let i = 0; i < 254; i++) power = multiply(power, x)
  return power
}

/** Multiplication with the circulant bit matrix whose first row is A7, then addition of D3. */
const affine = (x: number): number => {
  let out = 0xd3
  for (let i = 0; i < 8; i++) {
    let bits = x & (((0xa7 << i) | (0xa7 >> (8 - i))) & 0xff)
    for (; bits > 0; bits &= bits - 1) out ^= 1 << i
  }
  return out
}

/** §6.2: the S-box, from its algebraic form (Liu, Ji and others); the vectors prove it. */
const SBOX = Uint8Array.from({ length: 256 }, (_, x) => affine(inverse(affine(x))))

const tau = (x: number): number =>
  ((SBOX[x >>> 24] as number) << 24) |
  ((SBOX[(x >>> 16) & 0xff] as number) << 16) |
  ((SBOX[(x >>> 8) & 0xff] as number) << 8) |
  (SBOX[x & 0xff] as number)

/** §6.2 T and §7.3 T'. */
const mix = (x: number): number => {
  const b = tau(x)
  return b ^ rotl(b, 2) ^ rotl(b, 10) ^ rotl(b, 18) ^ rotl(b, 24)
}
const mixKey = (x: number): number => {
  const b = tau(x)
  return b ^ rotl(b, 13) ^ rotl(b, 23)
}

/** §7.3: system parameter FK and fixed parameter CK, whose octets are 7·i mod 256. */
const FK = [0xa3b1bac6, 0x56aa3350, 0x677d9197, 0xb27022dc] as const
const CK = Int32Array.from({ length: ROUNDS }, (_, i) =>
  [0, 1, 2, 3].reduce((word, j) => (word << 8) | ((7 * (4 * i + j)) & 0xff), 0),
)

/** §7.3: the round keys of a key of 16 bytes, in the order of encryption. @throws FormatError SM4_KEY_LENGTH */
export const expandSm4Key = (key: Uint8Array): Int32Array => {
  if (key.length !== BLOCK) throw new FormatError('SM4_KEY_LENGTH', 'an SM4 key is 16 bytes')
  const view = new DataView(key.buffer, key.byteOffset)
  let [a = 0, b = 0, c = 0, d = 0] = FK.map((fk, i) => view.getInt32(4 * i) ^ fk)
  return CK.map((ck) => {
    const next = a ^ mixKey(b ^ c ^ d ^ ck)
    ;[a, b, c, d] = [b, c, d, next]
    return next
  })
}

/** §7.2: decryption is encryption with the round keys reversed. */
export const reverseSm4Key = (roundKeys: Int32Array): Int32Array => roundKeys.slice().reverse()

/** §7.1: one block of `from` at `at` into `to` at the same place; they may be the same array. */
export const sm4Block = (roundKeys: Int32Array, from: DataView, to: DataView, at: number): void => {
  let a = from.getInt32(at)
  let b = from.getInt32(at + 4)
  let c = from.getInt32(at + 8)
  let d = from.getInt32(at + 12)
  for (let i = 0; i < ROUNDS; i += 4) {
    a ^= mix(b ^ c ^ d ^ (roundKeys[i] as number))
    b ^= mix(c ^ d ^ a ^ (roundKeys[i + 1] as number))
    c ^= mix(d ^ a ^ b ^ (roundKeys[i + 2] as number))
    d ^= mix(a ^ b ^ c ^ (roundKeys[i + 3] as number))
  }
  to.setInt32(at, d)
  to.setInt32(at + 4, c)
  to.setInt32(at + 8, b)
  to.setInt32(at + 12, a)
}

export const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
