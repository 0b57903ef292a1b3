/**
 * Points for verification, public values only. Jacobian (X, Y, Z) for the doublings, (X, Y, ZZ, ZZZ) for sums with affine points.
 * The formulas are incomplete: where the two summands are equal, opposite or infinite they leave Z = 0, and every later step keeps it
 * (Z is only ever multiplied). So one look at the end tells, and verify.ts goes another way. Each step is two independent products.
 * In brackets: the growths of the operands on the integer field (field-integer.ts, bound (1): g·h at most 14).
 */
import {
  SIZE,
  add,
  fourMinus,
  minusEight,
  minusSum,
  minusTwice,
  mul,
  mul2,
  negate,
  sqr2,
  sub,
  triple,
  twice,
} from './field'
import { ONE } from './curve'

const T = memory.data(12 * 48, 16)
// @ts-ignore: decorator
@inline function t(i: usize): usize {
  return T + i * SIZE
}

/** o = 2p, Jacobian, a = -3 (dbl-2001-b with Z3 = 2YZ). `o` may be `p`. X: 1, Y: 2, Z: 2 on entry; 1, 1, 2 on leaving. */
export function double(o: usize, p: usize): void {
  const x = p
  const y = p + SIZE
  const z = p + 2 * SIZE
  const delta = t(0)
  const gamma = t(1)
  const beta = t(2)
  const alpha = t(3)
  const u = t(4)
  const v = t(5)
  sqr2(delta, z, gamma, y) // [4] [4]
  sub(u, x, delta)
  add(v, x, delta)
  mul2(beta, x, gamma, alpha, u, v) // [1] [4]
  triple(alpha, alpha)
  mul2(v, alpha, alpha, u, y, z) // [1] [4]
  twice(o + 2 * SIZE, u)
  minusEight(o, v, beta)
  fourMinus(u, beta, o) // 5
  mul2(v, alpha, u, u, gamma, gamma) // [5] [1]
  minusEight(o + SIZE, v, u)
}

/** acc = acc ± q for an affine q (madd-2008-s, five pairs). X: 1, Y: 2, ZZ: 1, ZZZ: 1 before and after. */
export function addAffine(acc: usize, q: usize, isNegative: bool): void {
  const x = acc
  const y = acc + SIZE
  const zz = acc + 2 * SIZE
  const zzz = acc + 3 * SIZE
  const h = t(0)
  const r = t(1)
  const hh = t(2)
  const rr = t(3)
  const hhh = t(4)
  const v = t(5)
  mul2(h, q, zz, r, q + SIZE, zzz) // [1] [1]
  sub(h, h, x)
  if (isNegative) minusSum(r, r, y)
  else sub(r, r, y) // 3
  sqr2(hh, h, rr, r) // [4] [9]
  mul2(hhh, h, hh, v, x, hh) // [2] [1]
  mul2(zz, zz, hh, zzz, zzz, hhh) // [1] [1]
  minusTwice(x, rr, hhh, v)
  sub(h, v, x)
  mul2(h, r, h, v, y, hhh) // [6] [2]
  sub(y, h, v) // 2
}

/** Bytes of an entry of a table of Jacobian points with Z² and Z³. */
export const ENTRY: usize = 5 * SIZE

/** Z² and Z³ of the entry at e. */
export function completeEntry(e: usize): void {
  mul(e + 3 * SIZE, e + 2 * SIZE, e + 2 * SIZE) // [4]
  mul(e + 4 * SIZE, e + 2 * SIZE, e + 3 * SIZE) // [2]
}

/** o = p ± q, Jacobian, with q an entry (add-2007 with Z² and Z³ of q at hand, seven pairs). `o` may be `p`. */
export function addEntry(o: usize, p: usize, q: usize, isNegative: bool): void {
  const x = p
  const y = p + SIZE
  const z = p + 2 * SIZE
  const zz = t(0)
  const zZ = t(1)
  const u = t(2)
  const s = t(3)
  const h = t(4)
  const w = t(5)
  const r = t(6)
  const hh = t(7)
  mul2(zz, z, z, zZ, z, q + 2 * SIZE) // [4] [4]
  mul2(u, x, q + 3 * SIZE, s, y, q + 4 * SIZE) // [1] [2]
  mul2(h, q, zz, w, z, zz) // [1] [2]
  sub(h, h, u)
  mul2(r, q + SIZE, w, hh, h, h) // [2] [4]
  if (isNegative) minusSum(r, r, s)
  else sub(r, r, s)
  mul2(w, h, hh, u, u, hh) // [2] [1]
  mul2(zz, r, r, o + 2 * SIZE, zZ, h) // [4] [2]
  minusTwice(o, zz, w, u)
  sub(h, u, o)
  mul2(h, r, h, w, s, w) // [4] [1]
  sub(o + SIZE, h, w) // 2
}

/** o = ±q: an affine point as (X, Y, 1, 1). */
export function fromAffine(o: usize, q: usize, isNegative: bool): void {
  memory.copy(o, q, 2 * SIZE)
  if (isNegative) negate(o + SIZE, o + SIZE)
  memory.copy(o + 2 * SIZE, ONE, SIZE)
  memory.copy(o + 3 * SIZE, ONE, SIZE)
}

/** Jacobian (X, Y, Z) in place → (X, Y, Z², Z³). */
export function toSquares(p: usize): void {
  const z = p + 2 * SIZE
  mul(t(0), z, z) // [4]
  mul(p + 3 * SIZE, z, t(0)) // [2]
  memory.copy(z, t(0), SIZE)
}
