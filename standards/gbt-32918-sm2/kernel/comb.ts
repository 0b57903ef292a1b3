/**
 * Tables of multiples of one point, so that a product with it needs no doubling: for each window of `width` bits, i-th from below,
 * the affine points d·2^(width·i)·P, d = 1 … 2^(width-1); digits are signed. Public values only: look-ups go by the digit.
 */
import { SIZE, mul, mul2, sqr } from './field'
import { invert } from './curve'
import { addAffine, double, fromAffine, toSquares } from './point'
import { ONE } from './curve'

/** Bytes of an affine point. */
export const AFFINE: usize = 2 * SIZE
const LONG: usize = 4 * SIZE
/** Points made affine with one inversion. */
const GROUP: usize = 1024

const LONGS = memory.data(1024 * 160, 16)
const PREFIXES = memory.data(1024 * 40, 16)
const BASES = memory.data(64 * 80, 16)
const INVERSE = memory.data(40, 16)
const Z = memory.data(40, 16)
const ACC = memory.data(5 * 40, 16)

/** `count` points (X, Y, ZZ, ZZZ) at LONGS → affine at `o`; none is infinite. Montgomery's trick: one inversion for all. */
function makeAffine(o: usize, count: usize): void {
  memory.copy(PREFIXES, LONGS + 3 * SIZE, SIZE)
  for (let i: usize = 1; i < count; i++) mul(PREFIXES + i * SIZE, PREFIXES + (i - 1) * SIZE, LONGS + i * LONG + 3 * SIZE)
  invert(INVERSE, PREFIXES + (count - 1) * SIZE)
  for (let i = count; i-- > 0; ) {
    const p = LONGS + i * LONG
    const to = o + i * AFFINE
    if (i > 0) mul2(Z, INVERSE, PREFIXES + (i - 1) * SIZE, INVERSE, INVERSE, p + 3 * SIZE)
    else memory.copy(Z, INVERSE, SIZE)
    // ZZ/ZZZ = 1/Z, whose square is 1/ZZ
    mul2(to + SIZE, p + SIZE, Z, ACC, p + 2 * SIZE, Z)
    sqr(ACC, ACC)
    mul(to, p, ACC)
  }
}

/** Bytes of a table. */
export function combSize(width: usize, windows: usize): usize {
  return AFFINE * (windows << (width - 1))
}

/** BASES = the affine points 2^(width·i)·P, at most 64. */
function makeBases(p: usize, width: usize, windows: usize): void {
  memory.copy(ACC, p, AFFINE)
  memory.copy(ACC + 2 * SIZE, ONE, SIZE)
  for (let i: usize = 0; i < windows; i++) {
    const to = LONGS + i * LONG
    memory.copy(to, ACC, 3 * SIZE)
    toSquares(to)
    for (let k: usize = 0; k < width; k++) double(ACC, ACC)
  }
  makeAffine(BASES, windows)
}

/** Fills the table at `o` with the multiples of the affine point at `p`; at most 64 windows. */
export function makeComb(o: usize, p: usize, width: usize, windows: usize): void {
  makeBases(p, width, windows)
  const each: usize = 1 << (width - 1)
  let filled: usize = 0
  for (let i: usize = 0; i < windows; i++) {
    makeMultiples(LONGS + filled * LONG, BASES + i * AFFINE, each)
    filled += each
    if (filled + each <= GROUP && i < windows - 1) continue
    makeAffine(o, filled)
    o += filled * AFFINE
    filled = 0
  }
}

/** b, 2b, 3b … as (X, Y, ZZ, ZZZ). No sum is an exception: d·b = ±b for no 2 ≤ d < n-1. */
function makeMultiples(o: usize, b: usize, count: usize): void {
  fromAffine(o, b, false)
  const second = o + LONG
  fromAffine(second, b, false)
  double(second, second)
  toSquares(second)
  for (let i: usize = 2; i < count; i++) {
    memory.copy(o + i * LONG, o + (i - 1) * LONG, LONG)
    addAffine(o + i * LONG, b, false)
  }
}

const SCALAR = memory.data(48)

/**
 * acc = acc ± k·P with the table of P. `isEmpty`: acc is still infinity, in no form of its own; returns whether it is after.
 * k must leave no carry above the last window.
 */
export function addProduct(acc: usize, table: usize, k: usize, width: usize, windows: usize, isFlipped: bool, isEmpty: bool): bool {
  memory.copy(SCALAR, k, 32)
  memory.fill(SCALAR + 32, 0, 16)
  const half: i32 = 1 << ((width as i32) - 1)
  let carry = 0
  for (let i: usize = 0; i < windows; i++, table += (half as usize) * AFFINE) {
    const at = i * width
    const bits = (load<u64>(SCALAR + (at >> 3)) >> ((at & 7) as u64)) as i32
    let digit = (bits & (2 * half - 1)) + carry
    carry = digit > half ? 1 : 0
    digit -= carry * 2 * half
    if (digit == 0) continue
    const isNegative = digit < 0
    const q = table + (((isNegative ? -digit : digit) as usize) - 1) * AFFINE
    if (isEmpty) fromAffine(acc, q, isNegative != isFlipped)
    else addAffine(acc, q, isNegative != isFlipped)
    isEmpty = false
  }
  return isEmpty
}

/**
 * The odd multiples P, 3P … (2^width - 1)P for each window of `width` bits, affine at `o`, for look-ups that read whole rows (secret.ts).
 * At most five bits and 64 windows.
 */
export function makeOddComb(o: usize, p: usize, width: usize, windows: usize): void {
  makeBases(p, width, windows)
  const each: usize = 1 << width
  const most = GROUP / each
  for (let from: usize = 0; from < windows; from += most) {
    const some = min(most, windows - from)
    for (let i: usize = 0; i < some; i++) makeMultiples(LONGS + i * each * LONG, BASES + (from + i) * AFFINE, each)
    // the odd ones stand at the even places; first in one after the other
    const odd = some * (each / 2)
    for (let i: usize = 1; i < odd; i++) memory.copy(LONGS + i * LONG, LONGS + 2 * i * LONG, LONG)
    makeAffine(o, odd)
    o += odd * AFFINE
  }
}
