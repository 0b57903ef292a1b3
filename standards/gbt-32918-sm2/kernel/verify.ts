/**
 * GB/T 32918.2 §7 on a given digest e: is r = e + x(sG + tQ) mod n, t = r + s? Without inversion: x·Z² is compared.
 * Public values only. Where the incomplete sums meet an exception the complete ones decide, an order of magnitude slower and rare
 * unless someone means it.
 */
import { SIZE, minusTwo, mul } from './field'
import { BASE, N, ONE, P, enter, enterPoint, isZero } from './curve'
import { AFFINE, addProduct, combSize, makeComb } from './comb'
import { addComplete, setInfinity } from './complete'
import { toNaf } from './naf'
import { ENTRY, addEntry, completeEntry, double, toSquares } from './point'
import { addModulo, addWords, fromBytes, isBelow, isZeroWords, pickWords, subtractModulo, subtractWords } from './words'

const BASE_WIDTH: usize = 8
const BASE_WINDOWS: usize = 32
const KEY_WIDTH: usize = 6
const KEY_WINDOWS: usize = 43

/** A check is 160 bytes, numbers big endian: X ‖ Y ‖ e ‖ r ‖ s. */
export const CHECK: usize = 160

const BASE_TABLE = memory.data(128 * 32 * 80, 16)
const R = memory.data(32)
const S = memory.data(32)
const E = memory.data(32)
const T = memory.data(32)
const X = memory.data(32)
const Q = memory.data(80, 16)
const ODD = memory.data(9 * 200, 16)
const ACC = memory.data(160, 16)
const LEFT = memory.data(40, 16)
const NAF = memory.data(264)

export function startVerify(): void {
  makeComb(BASE_TABLE, BASE, BASE_WIDTH, BASE_WINDOWS)
}

/** Bytes of a key's table. */
export function keyTableSize(): usize {
  return combSize(KEY_WIDTH, KEY_WINDOWS)
}

/** The table of the key of a check, at `o`; false for no point of the curve. */
export function makeKeyTable(o: usize, check: usize): bool {
  if (!enterPoint(Q, check)) return false
  makeComb(o, Q, KEY_WIDTH, KEY_WINDOWS)
  return true
}

/** r, s, t and the x that the sum must have mod n; false where §7 refuses at once. */
function readNumbers(check: usize): bool {
  fromBytes(E, check + 64)
  fromBytes(R, check + 96)
  fromBytes(S, check + 128)
  if (isZeroWords(R) != 0 || isZeroWords(S) != 0 || isBelow(R, N) == 0 || isBelow(S, N) == 0) return false
  addModulo(T, R, S, N)
  if (isZeroWords(T) != 0) return false
  // e < 2^256 < 2n
  const isReduced = subtractWords(X, E, N)
  pickWords(E, isReduced, E, X)
  subtractModulo(X, R, E, N)
  return true
}

/** Whether one of the numbers below p that are X mod n, times `z`, is `x`. */
function isX(x: usize, z: usize): bool {
  enter(LEFT, X)
  mul(LEFT, LEFT, z)
  minusTwo(LEFT, LEFT, x)
  if (isZero(LEFT)) return true
  if (addWords(X, X, N) != 0 || isBelow(X, P) == 0) return false
  enter(LEFT, X)
  mul(LEFT, LEFT, z)
  minusTwo(LEFT, LEFT, x)
  return isZero(LEFT)
}

/** ACC ± sG, then the comparison. s above n/2 is taken as -(n-s), so that no carry leaves the highest window. */
function finish(isEmpty: bool): bool {
  const isFlipped = (load<u64>(S, 24) >> 63) != 0
  memory.copy(E, S, 32)
  if (isFlipped) subtractWords(E, N, S)
  addProduct(ACC, BASE_TABLE, E, BASE_WIDTH, BASE_WINDOWS, isFlipped, isEmpty)
  return isZero(ACC + 2 * SIZE) ? isSignedSlowly() : isX(ACC, ACC + 2 * SIZE)
}

/** By the check's own key. */
export function isSigned(check: usize): bool {
  if (!readNumbers(check) || !enterPoint(Q, check)) return false
  // 1Q, 3Q … 15Q, and 2Q behind them
  const two = ODD + 8 * ENTRY
  memory.copy(ODD, Q, AFFINE)
  memory.copy(ODD + 2 * SIZE, ONE, SIZE)
  completeEntry(ODD)
  double(two, ODD)
  completeEntry(two)
  for (let i: usize = 1; i < 8; i++) {
    addEntry(ODD + i * ENTRY, ODD + (i - 1) * ENTRY, two, false)
    completeEntry(ODD + i * ENTRY)
  }
  let i = toNaf(NAF, T) - 1
  // the highest digit is positive
  memory.copy(ACC, ODD + ((load<i8>(NAF + (i as usize)) as usize) >> 1) * ENTRY, 3 * SIZE)
  for (i--; i >= 0; i--) {
    double(ACC, ACC)
    const digit = load<i8>(NAF + (i as usize)) as i32
    if (digit != 0) addEntry(ACC, ACC, ODD + (((digit < 0 ? -digit : digit) as usize) >> 1) * ENTRY, digit < 0)
  }
  toSquares(ACC)
  return finish(false)
}

/** By the key whose table this is; it must be the key of the check. */
export function isSignedByTable(check: usize, table: usize): bool {
  if (!readNumbers(check)) return false
  const isEmpty = addProduct(ACC, table, T, KEY_WIDTH, KEY_WINDOWS, false, true)
  // the exceptional way needs the key itself: the first entry of its table
  memory.copy(Q, table, AFFINE)
  return finish(isEmpty)
}

const SUM = memory.data(120, 16)
const POINT = memory.data(120, 16)
const BOTH = memory.data(120, 16)

let exceptions: i32 = 0

/** How often the complete sums had to decide. */
export function countExceptions(): i32 {
  return exceptions
}

/** sG + tQ by complete sums only, and the comparison X = x·Z. Infinity has no x. */
function isSignedSlowly(): bool {
  exceptions++
  setInfinity(SUM)
  setInfinity(POINT)
  setInfinity(BOTH)
  memory.copy(POINT, Q, AFFINE)
  memory.copy(POINT + 2 * SIZE, ONE, SIZE)
  memory.copy(BOTH, BASE, AFFINE)
  memory.copy(BOTH + 2 * SIZE, ONE, SIZE)
  for (let i = 255; i >= 0; i--) {
    addComplete(SUM, SUM, SUM)
    const at: usize = (i >> 6) << 3
    if (((load<u64>(S + at) >> ((i & 63) as u64)) & 1) != 0) addComplete(SUM, SUM, BOTH)
    if (((load<u64>(T + at) >> ((i & 63) as u64)) & 1) != 0) addComplete(SUM, SUM, POINT)
  }
  return !isZero(SUM + 2 * SIZE) && isX(SUM, SUM + 2 * SIZE)
}
