/**
 * Complete sums on y² = x³ - 3x + b in homogeneous coordinates (X : Y : Z), infinity (0 : 1 : 0): Renes, Costello, Batina 2016,
 * algorithms 4 and 5. On a curve of odd order no pair of points is an exception, so the same steps run whatever the points are.
 * Coordinates have growth 1 before and after; in brackets the growths of the operands.
 */
import { B, ONE } from './curve'
import { SIZE, add, minusThree, minusTwo, mul, mul2, plusTwo, sub, tripleMinus, tripleMix } from './field'

const T = memory.data(9 * 48, 16)
// @ts-ignore: decorator
@inline function t(i: usize): usize {
  return T + i * SIZE
}

/** (0 : 1 : 0) */
export function setInfinity(o: usize): void {
  memory.fill(o, 0, 3 * SIZE)
  memory.copy(o + SIZE, ONE, SIZE)
}

/** o = p + q. `o` may be `p` and `q`, and they each other. */
export function addComplete(o: usize, p: usize, q: usize): void {
  const y: usize = SIZE
  const z: usize = 2 * SIZE
  const xx = t(0)
  const yy = t(1)
  const zz = t(2)
  const xy = t(3)
  const yz = t(4)
  const xz = t(5)
  const u = t(6)
  const v = t(7)
  add(u, p, p + y)
  add(v, q, q + y)
  mul2(xx, p, q, xy, u, v) // [1] [4]
  mul2(yy, p + y, q + y, zz, p + z, q + z) // [1] [1]
  minusThree(xy, xy, xx, yy)
  add(u, p + y, p + z)
  add(v, q + y, q + z)
  add(xz, p, p + z)
  add(t(8), q, q + z)
  mul2(yz, u, v, xz, xz, t(8)) // [4] [4]
  minusThree(yz, yz, yy, zz)
  minusThree(xz, xz, xx, zz)
  mul2(u, B, zz, v, B, xz) // [1] [1]
  tripleMinus(u, xz, u)
  finish(o)
}

/** o = p + q for an affine q. `o` may be `p`. */
export function addCompleteAffine(o: usize, p: usize, q: usize): void {
  const y: usize = SIZE
  const z: usize = 2 * SIZE
  const xx = t(0)
  const yy = t(1)
  const xy = t(3)
  const yz = t(4)
  const xz = t(5)
  const u = t(6)
  const v = t(7)
  add(u, p, p + y)
  add(v, q, q + y)
  mul2(xx, p, q, xy, u, v) // [1] [4]
  mul2(yy, p + y, q + y, yz, q + y, p + z) // [1] [1]
  minusThree(xy, xy, xx, yy)
  mul2(xz, q, p + z, u, B, p + z) // [1] [1]
  plusTwo(yz, yz, p + y)
  plusTwo(xz, xz, p)
  mul(v, B, xz) // [1]
  memory.copy(t(2), p + z, SIZE)
  tripleMinus(u, xz, u)
  finish(o)
}

/** From xx, yy, zz, xy, yz, u = 3(xz - b·zz) and v = b·xz to the sum. */
// @ts-ignore: decorator
@inline function finish(o: usize): void {
  const xx = t(0)
  const yy = t(1)
  const zz = t(2)
  const xy = t(3)
  const yz = t(4)
  const up = t(5)
  const u = t(6)
  const v = t(7)
  const down = t(8)
  tripleMix(v, v, zz, xx) // 3(b·xz - 3zz - xx)
  tripleMinus(xx, xx, zz)
  add(up, yy, u)
  sub(down, yy, u)
  mul2(zz, xy, up, yy, yz, v) // [2] [1]
  mul2(u, up, down, v, xx, v) // [4] [1]
  minusTwo(o, zz, yy)
  plusTwo(o + SIZE, u, v)
  mul2(u, yz, down, v, xy, xx) // [2] [1]
  plusTwo(o + 2 * SIZE, u, v)
}

/** Leaves nothing behind of what passed through. */
export function forgetSums(): void {
  memory.fill(T, 0, 9 * 48)
}
