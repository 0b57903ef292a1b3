/**
 * The field of GB/T 32918.5 on integers: nine signed limbs of 29 bits, Montgomery with R = 2^261.
 * No branch, no address and no operation that depends on a value: what is secret may pass through here, and only here.
 *
 * An element is 36 bytes, a = Σ limb_i·2^(29i), and stands for a/R mod p. It is never brought into [0, p) except on leaving (curve.ts).
 *
 * Bounds. Write g for the growth of an element: |limb_i| ≤ g·2^28 for all nine, and |a| ≤ v·2^256 as a number.
 *  (1) `mul` and `sqr` leave g = 1, given growths with g·h ≤ 14 on entry (9 is the most that a formula has):
 *   a. A column sums at most nine products, 9·gh·2^56 ≤ 126·2^56. The carry of the column before is below 2^35. Quotient digits 0 ≤ m < 2^29
 *      come in as m·2^6 + m·2^24 - m·2^9 - m·2^21, within ±2^53.1. Together below 126·2^56 + 2^54 < 128·2^56 = 2^63: an i64 never overflows.
 *      (A carry bound forgotten here fails once in thousands of signatures, as a prototype did.)
 *   b. p ≡ -1 mod 2^29, so m = t mod 2^29 and adding m·p leaves t - m, a multiple of 2^29, in its column: the carry is t >> 29. The rest of m·p is
 *      m·(2^256 - 2^224 - 2^96 + 2^64), at limbs 8, 7, 3 and 2, shifted by 24, 21, 9 and 6.
 *   c. The upper columns carry to the nearest: limbs 0 to 7 of the result lie in [-2^28, 2^28).
 *   d. As a number the result is (ab + m·p)/R with 0 ≤ m < R: within (v·w/32 + 1)·2^256. Operands of g terms, each a result of `mul` (v ≤ 2) or of
 *      `reduce` (v < 1.01), have v ≤ 2g; with gh ≤ 8, v·w ≤ 32 and the result has v ≤ 2 again. The one call with gh = 9 (R² in `addAffine`)
 *      gives v ≤ 2.13 and goes only into a sum that is reduced; 4β - X (g = 5, v ≤ 9.01) is multiplied by a reduced α. So limb 8 of
 *      any operand is at most 9.01·2^24 + g < 2^28, and that of a result at most 2.13·2^24 + 2.
 *  (2) `reduce` (sums-integer.ts) takes sums Σ c_i·x_i with Σ|c_i| ≤ 15: each column is within 15·2^28 + 2^26, exact in i64. What limb 8 has above
 *      2^24 is q, |q| ≤ 15·2.13 + 1 < 2^6, and q·2^256 ≡ q·(2^224 + 2^96 - 2^64 + 1) comes back below, at most 2^27 on limb 7. Limbs 0 to 7 come out in
 *      [-2^28, 2^28), limb 8 in [-2^5, 2^24 + 2^5]: g = 1, v < 1.01.
 *  (3) Other sums carry nothing: g and v add up. At most 7·2^28 < 2^31 fits a limb of 32 bits; 5 is the most that a formula has.
 * test/unit/crypto/sm2-kernel-field.test.ts drives limbs to these edges.
 */
import { l0, l1, l2, l3, l4, l5, l6, l7, l8 } from './limbs-integer'

export const SIZE: usize = 36

const BITS: i64 = 29
const LOW: i64 = 0x1fffffff
const HALF: i64 = 0x10000000

/** o = a·b/R mod p. `o` may be `a` or `b`: everything is read before anything is written. */
export function mul(o: usize, a: usize, b: usize): void {
  const a0: i64 = l0(a), a1: i64 = l1(a), a2: i64 = l2(a), a3: i64 = l3(a), a4: i64 = l4(a)
  const a5: i64 = l5(a), a6: i64 = l6(a), a7: i64 = l7(a), a8: i64 = l8(a)
  const b0: i64 = l0(b), b1: i64 = l1(b), b2: i64 = l2(b), b3: i64 = l3(b), b4: i64 = l4(b)
  const b5: i64 = l5(b), b6: i64 = l6(b), b7: i64 = l7(b), b8: i64 = l8(b)
  let t: i64, c: i64
  t = a0 * b0
  const m0 = t & LOW
  c = t >> BITS
  t = a0 * b1 + a1 * b0 + c
  const m1 = t & LOW
  c = t >> BITS
  t = a0 * b2 + a1 * b1 + a2 * b0 + c + (m0 << 6)
  const m2 = t & LOW
  c = t >> BITS
  t = a0 * b3 + a1 * b2 + a2 * b1 + a3 * b0 + c + (m1 << 6) - (m0 << 9)
  const m3 = t & LOW
  c = t >> BITS
  t = a0 * b4 + a1 * b3 + a2 * b2 + a3 * b1 + a4 * b0 + c + (m2 << 6) - (m1 << 9)
  const m4 = t & LOW
  c = t >> BITS
  t = a0 * b5 + a1 * b4 + a2 * b3 + a3 * b2 + a4 * b1 + a5 * b0 + c + (m3 << 6) - (m2 << 9)
  const m5 = t & LOW
  c = t >> BITS
  t = a0 * b6 + a1 * b5 + a2 * b4 + a3 * b3 + a4 * b2 + a5 * b1 + a6 * b0 + c + (m4 << 6) - (m3 << 9)
  const m6 = t & LOW
  c = t >> BITS
  t = a0 * b7 + a1 * b6 + a2 * b5 + a3 * b4 + a4 * b3 + a5 * b2 + a6 * b1 + a7 * b0 + c + (m5 << 6) - (m4 << 9) - (m0 << 21)
  const m7 = t & LOW
  c = t >> BITS
  t = a0 * b8 + a1 * b7 + a2 * b6 + a3 * b5 + a4 * b4 + a5 * b3 + a6 * b2 + a7 * b1 + a8 * b0 + c + (m6 << 6) - (m5 << 9) - (m1 << 21) + (m0 << 24)
  const m8 = t & LOW
  c = t >> BITS
  t = a1 * b8 + a2 * b7 + a3 * b6 + a4 * b5 + a5 * b4 + a6 * b3 + a7 * b2 + a8 * b1 + c + (m7 << 6) - (m6 << 9) - (m2 << 21) + (m1 << 24)
  c = (t + HALF) >> BITS
  store<i32>(o, (t - (c << BITS)) as i32)
  t = a2 * b8 + a3 * b7 + a4 * b6 + a5 * b5 + a6 * b4 + a7 * b3 + a8 * b2 + c + (m8 << 6) - (m7 << 9) - (m3 << 21) + (m2 << 24)
  c = (t + HALF) >> BITS
  store<i32>(o, (t - (c << BITS)) as i32, 4)
  t = a3 * b8 + a4 * b7 + a5 * b6 + a6 * b5 + a7 * b4 + a8 * b3 + c - (m8 << 9) - (m4 << 21) + (m3 << 24)
  c = (t + HALF) >> BITS
  store<i32>(o, (t - (c << BITS)) as i32, 8)
  t = a4 * b8 + a5 * b7 + a6 * b6 + a7 * b5 + a8 * b4 + c - (m5 << 21) + (m4 << 24)
  c = (t + HALF) >> BITS
  store<i32>(o, (t - (c << BITS)) as i32, 12)
  t = a5 * b8 + a6 * b7 + a7 * b6 + a8 * b5 + c - (m6 << 21) + (m5 << 24)
  c = (t + HALF) >> BITS
  store<i32>(o, (t - (c << BITS)) as i32, 16)
  t = a6 * b8 + a7 * b7 + a8 * b6 + c - (m7 << 21) + (m6 << 24)
  c = (t + HALF) >> BITS
  store<i32>(o, (t - (c << BITS)) as i32, 20)
  t = a7 * b8 + a8 * b7 + c - (m8 << 21) + (m7 << 24)
  c = (t + HALF) >> BITS
  store<i32>(o, (t - (c << BITS)) as i32, 24)
  t = a8 * b8 + c + (m8 << 24)
  c = (t + HALF) >> BITS
  store<i32>(o, (t - (c << BITS)) as i32, 28)
  store<i32>(o, c as i32, 32)
}

/** o = a²/R mod p. */
export function sqr(o: usize, a: usize): void {
  const a0: i64 = l0(a), a1: i64 = l1(a), a2: i64 = l2(a), a3: i64 = l3(a), a4: i64 = l4(a)
  const a5: i64 = l5(a), a6: i64 = l6(a), a7: i64 = l7(a), a8: i64 = l8(a)
  const d0 = a0 << 1, d1 = a1 << 1, d2 = a2 << 1, d3 = a3 << 1
  const d4 = a4 << 1, d5 = a5 << 1, d6 = a6 << 1, d7 = a7 << 1
  let t: i64, c: i64
  t = a0 * a0
  const m0 = t & LOW
  c = t >> BITS
  t = d0 * a1 + c
  const m1 = t & LOW
  c = t >> BITS
  t = d0 * a2 + a1 * a1 + c + (m0 << 6)
  const m2 = t & LOW
  c = t >> BITS
  t = d0 * a3 + d1 * a2 + c + (m1 << 6) - (m0 << 9)
  const m3 = t & LOW
  c = t >> BITS
  t = d0 * a4 + d1 * a3 + a2 * a2 + c + (m2 << 6) - (m1 << 9)
  const m4 = t & LOW
  c = t >> BITS
  t = d0 * a5 + d1 * a4 + d2 * a3 + c + (m3 << 6) - (m2 << 9)
  const m5 = t & LOW
  c = t >> BITS
  t = d0 * a6 + d1 * a5 + d2 * a4 + a3 * a3 + c + (m4 << 6) - (m3 << 9)
  const m6 = t & LOW
  c = t >> BITS
  t = d0 * a7 + d1 * a6 + d2 * a5 + d3 * a4 + c + (m5 << 6) - (m4 << 9) - (m0 << 21)
  const m7 = t & LOW
  c = t >> BITS
  t = d0 * a8 + d1 * a7 + d2 * a6 + d3 * a5 + a4 * a4 + c + (m6 << 6) - (m5 << 9) - (m1 << 21) + (m0 << 24)
  const m8 = t & LOW
  c = t >> BITS
  t = d1 * a8 + d2 * a7 + d3 * a6 + d4 * a5 + c + (m7 << 6) - (m6 << 9) - (m2 << 21) + (m1 << 24)
  c = (t + HALF) >> BITS
  store<i32>(o, (t - (c << BITS)) as i32)
  t = d2 * a8 + d3 * a7 + d4 * a6 + a5 * a5 + c + (m8 << 6) - (m7 << 9) - (m3 << 21) + (m2 << 24)
  c = (t + HALF) >> BITS
  store<i32>(o, (t - (c << BITS)) as i32, 4)
  t = d3 * a8 + d4 * a7 + d5 * a6 + c - (m8 << 9) - (m4 << 21) + (m3 << 24)
  c = (t + HALF) >> BITS
  store<i32>(o, (t - (c << BITS)) as i32, 8)
  t = d4 * a8 + d5 * a7 + a6 * a6 + c - (m5 << 21) + (m4 << 24)
  c = (t + HALF) >> BITS
  store<i32>(o, (t - (c << BITS)) as i32, 12)
  t = d5 * a8 + d6 * a7 + c - (m6 << 21) + (m5 << 24)
  c = (t + HALF) >> BITS
  store<i32>(o, (t - (c << BITS)) as i32, 16)
  t = d6 * a8 + a7 * a7 + c - (m7 << 21) + (m6 << 24)
  c = (t + HALF) >> BITS
  store<i32>(o, (t - (c << BITS)) as i32, 20)
  t = d7 * a8 + c - (m8 << 21) + (m7 << 24)
  c = (t + HALF) >> BITS
  store<i32>(o, (t - (c << BITS)) as i32, 24)
  t = a8 * a8 + c + (m8 << 24)
  c = (t + HALF) >> BITS
  store<i32>(o, (t - (c << BITS)) as i32, 28)
  store<i32>(o, c as i32, 32)
}
