/** SM2 signing and encryption with everything exposed, so that each step can be done wrongly on purpose. */
import { concat, utf8 } from '../../standards/bytes.ts'
import { encodeElement } from '../../standards/der/index.ts'
import { sm3 } from '../../standards/gbt-32905-sm3/index.ts'
import { SM2_CURVE, SM2_DEFAULT_ID } from '../../standards/gbt-32918-sm2/index.ts'
import type { Point } from './arithmetic.ts'
import { add, bytes32, encoded, inverse, mod, multiply, n, toInt } from './arithmetic.ts'

export interface Signature {
  readonly r: bigint
  readonly s: bigint
}

const { a, b, gx, gy } = SM2_CURVE
export const CURVE_BYTES = concat(...[a, b, gx, gy].map(bytes32))

export const zOf = (point: Point, id: Uint8Array = SM2_DEFAULT_ID): Uint8Array => {
  const bits = 8 * id.length
  return sm3(Uint8Array.of(bits >> 8, bits & 0xff), id, CURVE_BYTES, encoded(point).subarray(1))
}

export const digestOf = (point: Point, message: Uint8Array, id?: Uint8Array): bigint =>
  toInt(sm3(zOf(point, id), message))

/** GB/T 32918.2 §6.1 with a given nonce. */
export const signDigest = (d: bigint, e: bigint, k: bigint): Signature => {
  const r = mod(e + multiply(k).x, n)
  const s = mod(inverse(1n + d, n) * (k - r * d), n)
  if (r === 0n || s === 0n || r + k === n) throw new Error('another nonce is needed')
  return { r, s }
}

/** The digest under which (r, s) is good for this key: any r and s have one. */
export const digestFor = (point: Point, { r, s }: Signature): bigint => {
  const t = mod(r + s, n)
  const parts = [s === 0n ? undefined : multiply(s), t === 0n ? undefined : multiply(t, point)].filter(
    (x) => x !== undefined,
  )
  const [first, second] = parts
  if (first === undefined) throw new Error('infinity')
  return mod(r - (second === undefined ? first : add(first, second)).x, n)
}

/** Content octets of an INTEGER, minimal two's complement. */
export const integerContent = (value: bigint): Uint8Array => {
  let length = 1
  while (value < -(1n << BigInt(8 * length - 1)) || value >= 1n << BigInt(8 * length - 1)) length++
  const unsigned = value < 0n ? value + (1n << BigInt(8 * length)) : value
  return Uint8Array.from({ length }, (_, i) => Number((unsigned >> BigInt(8 * (length - 1 - i))) & 0xffn))
}

export const integer = (value: bigint): Uint8Array => encodeElement(0x02, integerContent(value))
export const sequence = (...parts: readonly Uint8Array[]): Uint8Array => encodeElement(0x30, ...parts)
export const der = ({ r, s }: Signature): Uint8Array => sequence(integer(r), integer(s))

export const kdf = (shared: Uint8Array, length: number, firstCounter = 1): Uint8Array => {
  const blocks = Array.from({ length: Math.ceil(length / 32) }, (_, i) =>
    sm3(shared, Uint8Array.of(0, 0, (i + firstCounter) >> 8, (i + firstCounter) & 0xff)),
  )
  return concat(...blocks).subarray(0, length)
}

export const xor = (one: Uint8Array, two: Uint8Array): Uint8Array => one.map((octet, i) => octet ^ (two[i] as number))

export interface Ciphertext {
  readonly c1: Point
  readonly c3: Uint8Array
  readonly c2: Uint8Array
}

/** What decrypts to `message` where decryption finds `shared` = d·C1, whatever C1 is. */
export const cipherFor = (c1: Point, shared: Point, message: Uint8Array): Ciphertext => {
  const [x, y] = [bytes32(shared.x), bytes32(shared.y)]
  return { c1, c3: sm3(x, message, y), c2: xor(message, kdf(concat(x, y), message.length)) }
}

export const cipherDer = ({ c1, c3, c2 }: Ciphertext): Uint8Array =>
  sequence(integer(c1.x), integer(c1.y), encodeElement(0x04, c3), encodeElement(0x04, c2))
export const cipherRaw = ({ c1, c3, c2 }: Ciphertext): Uint8Array => concat(encoded(c1), c3, c2)

export const text = utf8
