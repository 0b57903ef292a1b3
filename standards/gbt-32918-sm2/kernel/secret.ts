/**
 * What secrets pass through: signing (GB/T 32918.2 §6), and products of a secret number with a point, for decryption and key agreement.
 * Only in the binary on integers. Neither an instruction nor an address depends on a secret: every digit is odd and never zero, every
 * look-up reads the whole row and keeps one entry by masks, sums are complete, numbers modulo n run a fixed course. README.md argues it,
 * test/unit/crypto/sm2-timing.test.ts measures it. What was secret is overwritten before a function returns.
 */
import { BASE, N, enterPoint, forgetElements, invert, leave, startCurve } from './curve'
import { makeOddComb } from './comb'
import { addComplete, addCompleteAffine, forgetSums, setInfinity } from './complete'
import { SIZE, mul } from './field'
import { ONE } from './curve'
import { enterOrder, forgetOrder, invertOrder, mulOrder, reduceOrder, reduceWide } from './order'
import {
  addModulo,
  addWords,
  forgetWords,
  fromBytes,
  isBelow,
  isZeroWords,
  pickWords,
  subtractModulo,
  subtractWords,
  toBytes,
} from './words'

/** The base point's table: 52 windows of five bits, a row of sixteen odd multiples for each. */
const BASE_BITS: usize = 5
const BASE_WINDOWS: usize = 52
const BASE_ROW: usize = 16
/** Any other point: 64 windows of four bits over one row of eight. */
const BITS: usize = 4
const WINDOWS: usize = 64
const ROW: usize = 8
const AFFINE: usize = 2 * SIZE
/** A row entry of a point that is not fixed: three coordinates, filled up to a multiple of eight. */
const WIDE: usize = (3 * SIZE + 7) & ~7

const BUFFER = memory.data(256, 16)
const BASE_ODDS = memory.data(52 * 16 * 72, 16)
const MASKS = memory.data(16 * 8)
const ODDS = memory.data(8 * 112, 16)
const TWICE = memory.data(112, 16)
const K = memory.data(40)
const OTHER = memory.data(32)
const SUM = memory.data(112, 16)
const ENTRY = memory.data(112, 16)
const INVERSE = memory.data(48, 16)
const WORDS = memory.data(6 * 32)
const UNITY = memory.data<u64>([1, 0, 0, 0])
const HIGHEST = memory.data<u64>([0x53bbf40939d54122, 0x7203df6b21c6052b, 0xffffffffffffffff, 0xfffffffeffffffff])

export function startSecret(): void {
  startCurve()
  makeOddComb(BASE_ODDS, BASE, BASE_BITS, BASE_WINDOWS)
}

/** 256 bytes for what goes in and comes out; the caller overwrites it. */
export function buffer(): usize {
  return BUFFER
}

/** An odd number with the same product up to sign: K = k, or n - k where k is even (n is odd). Returns 1 for the second. */
function toOdd(k: usize): u64 {
  subtractWords(OTHER, N, k)
  const isEven = (load<u64>(k) & 1) ^ 1
  pickWords(K, isEven, OTHER, k)
  store<u64>(K, 0, 32)
  return isEven
}

/**
 * With W bits to a window, K = Σ (2w_i + 1 - 2^W)·2^(Wi) over all windows but the last, plus (2w + 1)·2^(Wi) of the last, where w_i are the W
 * bits above bit Wi: K is odd, and every digit is odd. ENTRY = the entry for |digit| of the row of 2^(W-1), its y turned by the sign.
 */
// @ts-ignore: decorator
@inline function lookUp(row: usize, size: usize, bits: usize, window: usize, isLast: bool): void {
  const at = bits * window + 1
  const each: i32 = 1 << ((bits as i32) - 1)
  const w = ((load<u64>(K + ((at >> 6) << 3)) >> ((at & 63) as u64)) | straddle(at, bits)) as i32 & (2 * each - 1)
  // all ones for a negative digit
  const minus = isLast ? 0 : ((w >> ((bits as i32) - 1)) - 1)
  const index = (w ^ minus) & (each - 1)
  for (let j: i32 = 0; j < each; j++) store<i64>(MASKS + 8 * (j as usize), (((j ^ index) - 1) >> 31) as i64)
  for (let b: usize = 0; b < size; b += 8) {
    let kept: i64 = 0
    for (let j: usize = 0; j < (each as usize); j++) kept |= load<i64>(row + j * size + b) & load<i64>(MASKS + 8 * j)
    store<i64>(ENTRY + b, kept)
  }
  turn(ENTRY + SIZE, minus)
}

/** The bits of K from the next word, where the window at bit `at` lies over two. */
// @ts-ignore: decorator
@inline function straddle(at: usize, bits: usize): u64 {
  return (at & 63) + bits > 64 ? load<u64>(K + ((at >> 6) << 3), 8) << ((64 - (at & 63)) as u64) : 0
}

/** y = -y where `minus` is all ones. */
function turn(y: usize, minus: i32): void {
  for (let i: usize = 0; i < SIZE; i += 4) store<i32>(y + i, (load<i32>(y + i) ^ minus) - minus)
}

/** SUM = kG, for words k < n. */
function multiplyBase(k: usize): void {
  const isTurned = toOdd(k)
  setInfinity(SUM)
  for (let i: usize = 0; i < BASE_WINDOWS; i++) {
    lookUp(BASE_ODDS + i * BASE_ROW * AFFINE, AFFINE, BASE_BITS, i, i == BASE_WINDOWS - 1)
    addCompleteAffine(SUM, SUM, ENTRY)
  }
  turn(SUM + SIZE, -(isTurned as i32))
}

/** SUM = kQ, for words k < n and the affine point at ODDS, which becomes the row Q, 3Q … 15Q. */
function multiplyPoint(k: usize): void {
  memory.copy(ODDS + 2 * SIZE, ONE, SIZE)
  addComplete(TWICE, ODDS, ODDS)
  for (let j: usize = 1; j < ROW; j++) addComplete(ODDS + j * WIDE, ODDS + (j - 1) * WIDE, TWICE)
  const isTurned = toOdd(k)
  setInfinity(SUM)
  for (let i = WINDOWS; i-- > 0; ) {
    for (let d = 0; d < 4; d++) addComplete(SUM, SUM, SUM)
    lookUp(ODDS, WIDE, BITS, i, i == WINDOWS - 1)
    addComplete(SUM, SUM, ENTRY)
  }
  turn(SUM + SIZE, -(isTurned as i32))
}

/** x and y of SUM as words; 0, 0 for infinity. */
function toAffine(x: usize, y: usize): void {
  invert(INVERSE, SUM + 2 * SIZE)
  mul(SUM, SUM, INVERSE)
  mul(SUM + SIZE, SUM + SIZE, INVERSE)
  leave(x, SUM)
  leave(y, SUM + SIZE)
}

function forget(): void {
  memory.fill(K, 0, 40)
  memory.fill(OTHER, 0, 32)
  memory.fill(SUM, 0, 112)
  memory.fill(ENTRY, 0, 112)
  memory.fill(MASKS, 0, 128)
  memory.fill(INVERSE, 0, 48)
  memory.fill(WORDS, 0, 6 * 32)
  forgetElements()
  forgetSums()
  forgetOrder()
  forgetWords()
}

/** In: k (32 bytes). Out, at 64: X ‖ Y of kG. 0 where that is infinity (k ≡ 0). */
export function basePoint(): i32 {
  fromBytes(WORDS, BUFFER)
  reduceOrder(WORDS, WORDS)
  multiplyBase(WORDS)
  return putPoint()
}

/** In: k (32 bytes), at 64 X ‖ Y of Q. Out, at 64: X ‖ Y of kQ. 0 where Q is no point of the curve, or kQ is infinity (k ≡ 0). */
export function point(): i32 {
  if (!enterPoint(ODDS, BUFFER + 64)) return 0
  fromBytes(WORDS, BUFFER)
  reduceOrder(WORDS, WORDS)
  multiplyPoint(WORDS)
  return putPoint()
}

function putPoint(): i32 {
  toAffine(WORDS + 32, WORDS + 64)
  toBytes(BUFFER + 64, WORDS + 32)
  toBytes(BUFFER + 96, WORDS + 64)
  // (0, 0) is not on the curve, b ≠ 0
  const isInfinite = isZeroWords(WORDS + 32) & isZeroWords(WORDS + 64)
  forget()
  return (isInfinite as i32) ^ 1
}

/** In: d (32 bytes). Out, at 32: 1/(1+d) mod n in Montgomery form, for `sign`; at 64: X ‖ Y of dG. 0 unless 1 ≤ d ≤ n-2. */
export function prepare(): i32 {
  const d = WORDS
  const inverse = WORDS + 96
  fromBytes(d, BUFFER)
  const isInRange = (isZeroWords(d) ^ 1) & isBelow(d, HIGHEST)
  addWords(inverse, d, UNITY)
  enterOrder(inverse, inverse)
  invertOrder(inverse, inverse)
  toBytes(BUFFER + 32, inverse)
  reduceOrder(d, d)
  multiplyBase(d)
  return putPoint() & (isInRange as i32)
}

/**
 * In: what `prepare` gave (32 bytes), at 32: 64 random bytes, at 96: e. Out, at 128: r ‖ s. 0 where the standard asks for another k.
 * k is the 512 bits mod n; s = (k + r)/(1+d) - r, which is (k - rd)/(1+d).
 */
export function sign(): i32 {
  const k = WORDS
  const high = WORDS + 32
  const low = WORDS + 64
  const r = WORDS + 96
  const s = WORDS + 128
  const inverse = WORDS + 160
  fromBytes(high, BUFFER + 32)
  fromBytes(low, BUFFER + 64)
  reduceWide(k, high, low)
  const isNonce = isZeroWords(k) ^ 1
  multiplyBase(k)
  toAffine(r, s)
  reduceOrder(r, r)
  fromBytes(low, BUFFER + 96)
  reduceOrder(low, low)
  addModulo(r, r, low, N)
  addModulo(k, k, r, N)
  fromBytes(inverse, BUFFER)
  mulOrder(s, k, inverse)
  subtractModulo(s, s, r, N)
  toBytes(BUFFER + 128, r)
  toBytes(BUFFER + 160, s)
  const isUsable = isNonce & (isZeroWords(r) ^ 1) & (isZeroWords(k) ^ 1) & (isZeroWords(s) ^ 1)
  forget()
  return isUsable as i32
}
