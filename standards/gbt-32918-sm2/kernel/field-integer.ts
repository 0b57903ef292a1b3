/**
 * The field of GB/T 32918.5 on integers: nine signed limbs of 29 bits, Montgomery with R = 2^261.
 * No branch, no address and no operation that depends on a value: what is secret may pass through here, and only here.
 *
 * An element is 36 bytes, a = Σ limb_i·2^(29i), and stands for a/R mod p. It is never brought into [0, p) except on leaving.
 *
 * Bounds. Write g for the growth of an element: |limb_i| ≤ g·2^28 for i < 8, and |limb_8| ≤ g·2^26.
 *  (1) `mul` and `sqr` leave g = 1, given growths g·h ≤ 14 on entry:
 *      a column sums at most nine products, 9·gh·2^56 ≤ 126·2^56 < 2^62.98; the carry is below 2^35; the four multiples of
 *      quotient digits 0 ≤ m < 2^29 lie within ±(2^53 + 2^50 + 2^38 + 2^35). Together below 2^63: an i64 never overflows.
 *      Limbs 0…7 are what centred carrying leaves, [-2^28, 2^28). Limb 8: |a|, |b| ≤ g·2^258.01 as numbers, so the result lies within
 *      gh·2^516.02/2^261 + p < 14·2^255.02 + 2^256 < 2^259: |limb_8| ≤ 2^(259-232) is not yet enough, hence (2).
 *  (2) As numbers, elements stay small: |a| ≤ v·2^256 with v ≤ 6 wherever it enters `mul` (point.ts: at most five terms, each a result of
 *      `mul` or of `reduce`). So results of `mul` lie within (36·2^512/2^261 + p)/2^256 < 2.2 of 2^256, and with v ≤ 4, as all but one
 *      call has, within 1.5: |limb_8| ≤ 2.2·2^24 + 1 < 2^26.
 *  (3) `reduce` takes sums Σ c_i·x_i with Σ|c_i|·g_i ≤ 16: limbs within 2^32, exact in i64. The bits of limb 8 above 2^24 are taken off as q,
 *      |q| ≤ 2^7, and q·2^256 ≡ q·(2^224 + 2^96 - 2^64 + 1) is put back below: at most q·2^21 = 2^28 on limb 7. The result has g = 1,
 *      and limb 8 in [-2^4, 2^24 + 2^4]: v ≤ 1.01.
 *  (4) `add`, `sub` and the like carry nothing: g and v add up. At most 7·2^28 < 2^31 fits a limb of 32 bits.
 * test/unit/crypto/sm2-kernel-field.test.ts drives every limb to these edges.
 */
export const SIZE: usize = 36

const BITS: i64 = 29
const LOW: i64 = 0x1fffffff
const HALF: i64 = 0x10000000

// @ts-ignore: decorator
@inline function l0(p: usize): i64 {
  return load<i32>(p) as i64
}
// @ts-ignore: decorator
@inline function l1(p: usize): i64 {
  return load<i32>(p, 4) as i64
}
// @ts-ignore: decorator
@inline function l2(p: usize): i64 {
  return load<i32>(p, 8) as i64
}
// @ts-ignore: decorator
@inline function l3(p: usize): i64 {
  return load<i32>(p, 12) as i64
}
// @ts-ignore: decorator
@inline function l4(p: usize): i64 {
  return load<i32>(p, 16) as i64
}
// @ts-ignore: decorator
@inline function l5(p: usize): i64 {
  return load<i32>(p, 20) as i64
}
// @ts-ignore: decorator
@inline function l6(p: usize): i64 {
  return load<i32>(p, 24) as i64
}
// @ts-ignore: decorator
@inline function l7(p: usize): i64 {
  return load<i32>(p, 28) as i64
}
// @ts-ignore: decorator
@inline function l8(p: usize): i64 {
  return load<i32>(p, 32) as i64
}

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
