/**
 * (a·b + c) mod n for secret numbers: whole 32-bit integers, limbs of 13 bits so that no sum leaves them, and a reduction
 * bit by bit in which every step is done and masks choose. No branch and no address depends on a number.
 */
import { SM2_CURVE } from './curve.ts'

const BITS = 13
const MASK = (1 << BITS) - 1
/** 20 limbs hold 260 bits; twice as many a product. */
const LIMBS = 20

const limbsOf = (bytes: Uint8Array): Int32Array => {
  const limbs = new Int32Array(LIMBS)
  for (let bit = 0; bit < 256; bit++) {
    const at = (bit / BITS) | 0
    const one = ((bytes[31 - (bit >> 3)] as number) >> (bit & 7)) & 1
    limbs[at] = (limbs[at] as number) | (one << (bit - at * BITS))
  }
  return limbs
}

const bytesOf = (limbs: Int32Array): Uint8Array => {
  const bytes = new Uint8Array(32)
  for (let bit = 0; bit < 256; bit++) {
    const at = (bit / BITS) | 0
    const one = ((limbs[at] as number) >> (bit - at * BITS)) & 1
    bytes[31 - (bit >> 3)] = (bytes[31 - (bit >> 3)] as number) | (one << (bit & 7))
  }
  return bytes
}

const ORDER = Int32Array.from({ length: LIMBS }, (_, i) => Number((SM2_CURVE.n >> BigInt(BITS * i)) & BigInt(MASK)))

/** Products of limbs are below 2^26; twenty of them and a carry stay below 2^31. */
const product = (a: Int32Array, b: Int32Array, c: Int32Array): Int32Array => {
  const out = new Int32Array(2 * LIMBS)
  out.set(c)
  for (let i = 0; i < LIMBS; i++)
    for (let j = 0; j < LIMBS; j++) out[i + j] = (out[i + j] as number) + Math.imul(a[i] as number, b[j] as number)
  let carry = 0
  for (let i = 0; i < out.length; i++) {
    const sum = (out[i] as number) + carry
    out[i] = sum & MASK
    carry = sum >> BITS
  }
  return out
}

/** rest = 2·rest + bit, less n where that is not below n. */
const takeBit = (rest: Int32Array, less: Int32Array, bit: number): void => {
  let [carry, borrow] = [bit, 0]
  for (let i = 0; i < LIMBS; i++) {
    const doubled = ((rest[i] as number) << 1) | carry
    rest[i] = doubled & MASK
    carry = doubled >> BITS
    const difference = (doubled & MASK) - (ORDER[i] as number) - borrow
    less[i] = difference & MASK
    borrow = (difference >> BITS) & 1
  }
  const keep = -borrow
  for (let i = 0; i < LIMBS; i++) rest[i] = ((rest[i] as number) & keep) | ((less[i] as number) & ~keep)
}

/** All 32 bytes, big-endian; a, b and c any below 2^256. */
export const multiplyAddModN = (a: Uint8Array, b: Uint8Array, c: Uint8Array): Uint8Array => {
  const parts = [limbsOf(a), limbsOf(b), limbsOf(c)] as const
  const whole = product(...parts)
  const [rest, less] = [new Int32Array(LIMBS), new Int32Array(LIMBS)]
  for (let bit = whole.length * BITS - 1; bit >= 0; bit--) {
    const at = (bit / BITS) | 0
    takeBit(rest, less, ((whole[at] as number) >> (bit - at * BITS)) & 1)
  }
  const out = bytesOf(rest)
  for (const used of [...parts, whole, rest, less]) used.fill(0)
  return out
}
