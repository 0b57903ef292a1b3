/** The constants of GB/T 32918.5, and field elements in and out of bytes. `startCurve` must have run. */
import { LIMBS, LIMB_BITS, SIZE, minusTwo, mul, mul2, plusTwo, sqr, sqr2, triple } from './field'
import { fromBytes, isBelow, isZeroWords, pickWords, subtractWords } from './words'

/** p, n, b, x and y of the base point, R² mod p for both forms of the field; words, least first. */
export const P = memory.data<u64>([0xffffffffffffffff, 0xffffffff00000000, 0xffffffffffffffff, 0xfffffffeffffffff])
export const N = memory.data<u64>([0x53bbf40939d54123, 0x7203df6b21c6052b, 0xffffffffffffffff, 0xfffffffeffffffff])
const B_WORDS = memory.data<u64>([0xddbcbd414d940e93, 0xf39789f515ab8f92, 0x4d5a9e4bcf6509a7, 0x28e9fa9e9d9f5e34])
const X_WORDS = memory.data<u64>([0x715a4589334c74c7, 0x8fe30bbff2660be1, 0x5f9904466a39c994, 0x32c4ae2c1f198119])
const Y_WORDS = memory.data<u64>([0x02df32e52139f0a0, 0xd0a9877cc62a4740, 0x59bdcee36b692153, 0xbc3736a2f4f6779c])
const R2_WORDS = ASC_FEATURE_RELAXED_SIMD
  ? memory.data<u64>([0x0000020000000300, 0x000002ffffffff00, 0x0000010000000100, 0x0000040000000200])
  : memory.data<u64>([0x0000080000000c00, 0x00000bfffffffc00, 0x0000040000000400, 0x0000100000000800])

/** 1 outside Montgomery form; 1, b and the base point in it. */
const UNIT = memory.data(48, 16)
const R2 = memory.data(48, 16)
export const ONE = memory.data(48, 16)
export const B = memory.data(48, 16)
export const BASE = memory.data(96, 16)

const W = memory.data(40)
const Z = memory.data(32)
const D = memory.data(32)
const T = memory.data(144, 16)

/** o = the limbs of four words. */
function spread(o: usize, words: usize): void {
  for (let i: usize = 0, at: usize = 0; i < LIMBS; i++, at += LIMB_BITS) {
    const word = words + 8 * (at >> 6)
    const shift: u64 = at & 63
    let limb = load<u64>(word) >> shift
    if ((at & 63) + LIMB_BITS > 64 && at < 192) limb |= load<u64>(word, 8) << (64 - shift)
    const low = limb & (((1 as u64) << (LIMB_BITS as u64)) - 1)
    if (ASC_FEATURE_RELAXED_SIMD) store<i64>(o + 8 * i, low)
    else store<i32>(o + 4 * i, low as i32)
  }
}

/** o = words·R mod p. */
export function enter(o: usize, words: usize): void {
  spread(T, words)
  mul(o, T, R2)
}

/** o = a/R as the one number in [0, p), four words. Exact for every element that `mul` accepts. */
export function leave(o: usize, a: usize): void {
  mul(T, a, UNIT)
  // in [0, 2p): one subtraction is enough. Five words, as 2p has 257 bits.
  memory.fill(W, 0, 40)
  let carry: i64 = 0
  for (let i: usize = 0, at: usize = 0; i < LIMBS; i++, at += LIMB_BITS) {
    carry += ASC_FEATURE_RELAXED_SIMD ? load<i64>(T + 8 * i) : (load<i32>(T + 4 * i) as i64)
    const limb = (carry as u64) & (((1 as u64) << (LIMB_BITS as u64)) - 1)
    carry >>= LIMB_BITS as i64
    const word = W + 8 * (at >> 6)
    const shift: u64 = at & 63
    store<u64>(word, load<u64>(word) | (limb << shift))
    if ((at & 63) + LIMB_BITS > 64) store<u64>(word, load<u64>(word, 8) | (limb >> (64 - shift)), 8)
  }
  const borrow = subtractWords(D, W, P)
  pickWords(o, borrow & (load<u64>(W, 32) ^ 1), W, D)
}

/** Whether a ≡ 0 mod p. */
export function isZero(a: usize): bool {
  leave(Z, a)
  return isZeroWords(Z) != 0
}

export function startCurve(): void {
  memory.fill(UNIT, 0, 48)
  store<i32>(UNIT, 1)
  spread(R2, R2_WORDS)
  mul(ONE, R2, UNIT)
  enter(B, B_WORDS)
  enter(BASE, X_WORDS)
  enter(BASE + SIZE, Y_WORDS)
}

/** o = the affine point of the 64 bytes X ‖ Y; false if a coordinate is not below p, or the point is not on the curve. */
export function enterPoint(o: usize, bytes: usize): bool {
  const x = o
  const y = o + SIZE
  fromBytes(D, bytes)
  const inRangeX = isBelow(D, P)
  enter(x, D)
  fromBytes(D, bytes + 32)
  const inRangeY = isBelow(D, P)
  enter(y, D)
  sqr2(T, x, T + SIZE, y)
  mul(T, T, x)
  // x³ - 3x + b - y²
  triple(T + 2 * SIZE, x)
  minusTwo(T, T, T + 2 * SIZE)
  plusTwo(T, T, B)
  minusTwo(T, T, T + SIZE)
  return (inRangeX & inRangeY) != 0 && isZero(T)
}

const POWERS = memory.data(5 * 48, 16)

/** o = a^(2^times), then times b. */
function squareAndMultiply(o: usize, a: usize, times: i32, b: usize): void {
  sqr(o, a)
  for (let i = 1; i < times; i++) sqr(o, o)
  mul(o, o, b)
}

/** o = a^(p-2) = a^-1 mod p, and 0 for 0: the same squarings and products whatever a is. `o` is not `a`. */
export function invert(o: usize, a: usize): void {
  const two = POWERS
  const four = POWERS + SIZE
  const eight = POWERS + 2 * SIZE
  const thirty = POWERS + 3 * SIZE
  const all = POWERS + 4 * SIZE
  squareAndMultiply(two, a, 1, a) // a^(2^2-1), and so on
  squareAndMultiply(four, two, 2, two)
  squareAndMultiply(eight, four, 4, four)
  squareAndMultiply(o, eight, 8, eight)
  squareAndMultiply(o, o, 8, eight)
  squareAndMultiply(o, o, 4, four)
  squareAndMultiply(thirty, o, 2, two)
  squareAndMultiply(o, thirty, 1, a)
  squareAndMultiply(all, o, 1, a)
  // p-2 = FFFFFFFE FFFFFFFF FFFFFFFF FFFFFFFF FFFFFFFF 00000000 FFFFFFFF FFFFFFFD
  sqr(o, o)
  for (let i = 0; i < 4; i++) squareAndMultiply(o, o, 32, all)
  for (let i = 0; i < 32; i++) sqr(o, o)
  squareAndMultiply(o, o, 32, all)
  squareAndMultiply(o, o, 30, thirty)
  squareAndMultiply(o, o, 2, a)
}

/** Leaves nothing behind of what passed through. */
export function forgetElements(): void {
  memory.fill(W, 0, 40)
  memory.fill(Z, 0, 32)
  memory.fill(D, 0, 32)
  memory.fill(T, 0, 144)
  memory.fill(POWERS, 0, 5 * 48)
}
