/**
 * The field of GB/T 32918.5 on pairs of doubles: five limbs of 52 bits, Montgomery with R = 2^260, two independent products at once.
 * Needs relaxed SIMD whose multiply-add rounds once (`isFused`): the caller asks first. For what is public only: signatures to verify.
 *
 * An element is 40 bytes, a = Σ limb_i·2^(52i) with signed limbs in 64 bits, and stands for a/R mod p.
 *
 * Bounds. Write g for the growth of an element: |limb_i| ≤ g·2^57, and |a| ≤ 1.26·g·2^256 as a number.
 *  (1) `mul2` and `sqr2` leave g = 1, given growths up to 15 on entry. Step by step, for one factor:
 *   a. Folding. limb_4 is a/2^208 up to what the lower limbs carry, 15·2^57·2^156·1.01/2^208 < 2^9.1: |limb_4| < 19.1·2^48. So limb_4 + 64·2^48
 *      lies in [0, 2^55) and q, its bits from 48 up, in [0, 128). With k = q - 64 = ⌊limb_4/2^48⌋, a - k·2^256 lies in (-2^218, 2^256 + 2^218).
 *      As 2^256 - p = 2^224 + 2^96 - 2^64 + 1 and |k| ≤ 64, a' = a - k·p + p lies in (p - 2^231, 2^256 + p + 2^231): 0 < a' < 2^257.
 *      It is built as limb_4 mod 2^48 + q·2^16, limb_1 + q·(2^44 - 2^12), limb_0 + q, and the constant 65p - 64·2^256 in BIAS.
 *   b. Carrying. BIAS also adds 2^62 to each of limbs 0 to 3 and takes 2^10 off the next, which cancels. Each sum then lies in
 *      (2^62 - 2^61 - 2^52, 2^62 + 2^61 + 2^53): positive as unsigned, and its bits from 52 up are the carry. So digits 0 to 3 lie in
 *      [0, 2^52), and digit 4 in [0, 2^49] as a' < 2^257. `digit` makes doubles of them: 2^52 | d is the double 2^52 + d.
 *   c. Products. For digits x, y < 2^52: h = fma(x, y, 2^104) lies in [2^104, 2^105), where doubles are multiples of 2^52, so
 *      h = 2^104 + c·2^52 with c = ⌊xy/2^52⌉ ≤ 2^52 - 2 (as (2^52-1)² = 2^104 - 2^53 + 1), and as bits h is bits(2^104) + c.
 *      2^104 - 3·2^51 - h = -(2c + 3)·2^51 with 2c + 3 < 2^53 is exact. l = fma(x, y, that) = (xy - c·2^52) - 3·2^51 is exact, as it is an integer
 *      in [-2^53, -2^52]; as bits it is bits(-2^52) + 2^51 - (xy - c·2^52), also at -2^53, where the exponent takes the carry. Columns add the
 *      bits of h above and subtract those of l in place; the constants of K take off all bits(…) at once, modulo 2^64.
 *   d. Columns. Five products at most: |Σ| ≤ 5·2^52 + 5·2^51 < 2^55 apart from the bias of 2^60 on columns 0 to 4, of which 2^8 comes off the next.
 *      p + 1 = 2^64·(1 - 2^32)·(1 - 2^160)… = q_1·2^52 + q_4·2^208 with q_1 = 2^12 - 2^44, q_4 = -16·q_1. For m = t_k mod 2^52, m·q_1 = -(below + above·2^52)
 *      with |below| < 2^52, 0 ≤ above < 2^44; s = below + above of the step before, |s| < 2^52 + 2^44. Adding m·p takes s from column k+1, adds
 *      16s < 2^56.1 to column k+4, and leaves column k a multiple of 2^52. Columns 0 to 4 stay within 2^60 ± 2^57: positive, so that
 *      shifting without sign carries. Columns 5 to 9, the result, end within 2^55 + 2^52.1 + 2^56.1 + 2^9 < 2^57.
 *   e. As a number the result lies in [0, (2^514 + 2^260·p)/2^260) ⊂ [0, 1.26·2^256).
 *  (2) Sums (sums-fma.ts) carry nothing: growths add up, g ≤ 15 in all formulas of point.ts and complete.ts, 15·2^57 < 2^61.
 * The growths that the integer field notes at each call are at least as strict, save where its sums carry: X of `double` is 9, and 4β - X 13.
 * test/unit/crypto/sm2-kernel-field.test.ts drives limbs and digits to these edges.
 */
export const SIZE: usize = 40

/**
 * Each constant twice, for both lanes: 2^52 - 1, the bits of 2^52, of 2^104 and of 2^104 - 3·2^51, 64·2^48, 2^48 - 1, the four of BIAS (limbs 2 and 3
 * share one), then what columns 0 to 9 start from: of `mul2`, and of `sqr2` before its cross products are doubled and after.
 */
const K = memory.data<u64>(
  [
    0xfffffffffffff, 0xfffffffffffff,
    0x4330000000000000, 0x4330000000000000,
    0x4670000000000000, 0x4670000000000000,
    0x466ffffffffffffd, 0x466ffffffffffffd,
    0x40000000000000, 0x40000000000000,
    0xffffffffffff, 0xffffffffffff,
    0x400fffffffffffbf, 0x400fffffffffffbf,
    0x400bf00000040bff, 0x400bf00000040bff,
    0x400ffffffffffbff, 0x400ffffffffffbff,
    0xffffffbefbff, 0xffffffbefbff,
    0xd338000000000000, 0xd338000000000000,
    0x4fffffffffffff00, 0x4fffffffffffff00,
    0xccc7ffffffffff00, 0xccc7ffffffffff00,
    0x498fffffffffff00, 0x498fffffffffff00,
    0xc657ffffffffff00, 0xc657ffffffffff00,
    0xacafffffffffff00, 0xacafffffffffff00,
    0x2fe8000000000000, 0x2fe8000000000000,
    0xb320000000000000, 0xb320000000000000,
    0x3658000000000000, 0x3658000000000000,
    0xb990000000000000, 0xb990000000000000,
    0x0, 0x0,
    0xc338000000000000, 0xc338000000000000,
    0x7cc8000000000000, 0x7cc8000000000000,
    0x4000000000000000, 0x4000000000000000,
    0xf990000000000000, 0xf990000000000000,
    0xf990000000000000, 0xf990000000000000,
    0x3658000000000000, 0x3658000000000000,
    0x7cc8000000000000, 0x7cc8000000000000,
    0xb990000000000000, 0xb990000000000000,
    0x0, 0x0,
    0xd338000000000000, 0xd338000000000000,
    0xc98fffffffffff00, 0xc98fffffffffff00,
    0xd337ffffffffff00, 0xd337ffffffffff00,
    0xc98fffffffffff00, 0xc98fffffffffff00,
    0xd337ffffffffff00, 0xd337ffffffffff00,
    0xb98fffffffffff00, 0xb98fffffffffff00,
    0xc338000000000000, 0xc338000000000000,
    0xb990000000000000, 0xb990000000000000,
    0xc338000000000000, 0xc338000000000000,
    0xb990000000000000, 0xb990000000000000,
  ],
  16,
)

// @ts-ignore: decorator
@inline function high(a: v128, b: v128, c: v128): v128 {
  return v128.relaxed_madd<f64>(a, b, c)
}
// @ts-ignore: decorator
@inline function less(a: v128, b: v128, h: v128, d: v128): v128 {
  return v128.relaxed_madd<f64>(a, b, f64x2.sub(d, h))
}
// @ts-ignore: decorator
@inline function above(m: v128): v128 {
  return i64x2.sub(i64x2.shr_u(m, 8), i64x2.shr_u(m, 40))
}
// @ts-ignore: decorator
@inline function below(m: v128, low: v128): v128 {
  return i64x2.sub(v128.and(i64x2.shl(m, 44), low), v128.and(i64x2.shl(m, 12), low))
}
// @ts-ignore: decorator
@inline function digit(x: v128, low: v128, one: v128): v128 {
  return f64x2.sub(v128.or(v128.and(x, low), one), one)
}
// @ts-ignore: decorator
@inline function pair(p: usize, q: usize, at: usize): v128 {
  return v128.load_lane<u64>(q + at, v128.load_zero<u64>(p + at), 1)
}
// @ts-ignore: decorator
@inline function put(p: usize, q: usize, at: usize, v: v128, w: v128): void {
  v128.store(p + at, v128.shuffle<i64>(v, w, 0, 2))
  v128.store(q + at, v128.shuffle<i64>(v, w, 1, 3))
}

/** Both products: o0 = x0·y0/R and o1 = x1·y1/R mod p. Everything is read before anything is written. */
export function mul2(o0: usize, x0: usize, y0: usize, o1: usize, x1: usize, y1: usize): void {
  const low = v128.load(K, 0), one = v128.load(K, 16), c = v128.load(K, 32), d = v128.load(K, 48), range = v128.load(K, 64), low48 = v128.load(K, 80)
  const bias0 = v128.load(K, 96), bias1 = v128.load(K, 112), bias2 = v128.load(K, 128), bias4 = v128.load(K, 144)
  let u: v128, q: v128, h: v128
  u = i64x2.add(pair(x0, x1, 32), range)
  q = i64x2.shr_u(u, 48)
  const at4 = i64x2.add(v128.and(u, low48), i64x2.shl(q, 16))
  u = i64x2.add(i64x2.add(pair(x0, x1, 0), bias0), q)
  const a0 = digit(u, low, one)
  u = i64x2.add(i64x2.add(pair(x0, x1, 8), bias1), i64x2.add(i64x2.sub(i64x2.shl(q, 44), i64x2.shl(q, 12)), i64x2.shr_u(u, 52)))
  const a1 = digit(u, low, one)
  u = i64x2.add(i64x2.add(pair(x0, x1, 16), bias2), i64x2.shr_u(u, 52))
  const a2 = digit(u, low, one)
  u = i64x2.add(i64x2.add(pair(x0, x1, 24), bias2), i64x2.shr_u(u, 52))
  const a3 = digit(u, low, one)
  const a4 = digit(i64x2.add(i64x2.add(at4, bias4), i64x2.shr_u(u, 52)), low, one)
  u = i64x2.add(pair(y0, y1, 32), range)
  q = i64x2.shr_u(u, 48)
  const bt4 = i64x2.add(v128.and(u, low48), i64x2.shl(q, 16))
  u = i64x2.add(i64x2.add(pair(y0, y1, 0), bias0), q)
  const b0 = digit(u, low, one)
  u = i64x2.add(i64x2.add(pair(y0, y1, 8), bias1), i64x2.add(i64x2.sub(i64x2.shl(q, 44), i64x2.shl(q, 12)), i64x2.shr_u(u, 52)))
  const b1 = digit(u, low, one)
  u = i64x2.add(i64x2.add(pair(y0, y1, 16), bias2), i64x2.shr_u(u, 52))
  const b2 = digit(u, low, one)
  u = i64x2.add(i64x2.add(pair(y0, y1, 24), bias2), i64x2.shr_u(u, 52))
  const b3 = digit(u, low, one)
  const b4 = digit(i64x2.add(i64x2.add(bt4, bias4), i64x2.shr_u(u, 52)), low, one)
  let t0 = v128.load(K, 160)
  let t1 = v128.load(K, 176)
  let t2 = v128.load(K, 192)
  let t3 = v128.load(K, 208)
  let t4 = v128.load(K, 224)
  let t5 = v128.load(K, 240)
  let t6 = v128.load(K, 256)
  let t7 = v128.load(K, 272)
  let t8 = v128.load(K, 288)
  let t9 = v128.load(K, 304)
  h = high(a0, b0, c)
  t0 = i64x2.sub(t0, less(a0, b0, h, d))
  t1 = i64x2.add(t1, h)
  h = high(a0, b1, c)
  t1 = i64x2.sub(t1, less(a0, b1, h, d))
  t2 = i64x2.add(t2, h)
  h = high(a1, b0, c)
  t1 = i64x2.sub(t1, less(a1, b0, h, d))
  t2 = i64x2.add(t2, h)
  h = high(a0, b2, c)
  t2 = i64x2.sub(t2, less(a0, b2, h, d))
  t3 = i64x2.add(t3, h)
  h = high(a1, b1, c)
  t2 = i64x2.sub(t2, less(a1, b1, h, d))
  t3 = i64x2.add(t3, h)
  h = high(a2, b0, c)
  t2 = i64x2.sub(t2, less(a2, b0, h, d))
  t3 = i64x2.add(t3, h)
  h = high(a0, b3, c)
  t3 = i64x2.sub(t3, less(a0, b3, h, d))
  t4 = i64x2.add(t4, h)
  h = high(a1, b2, c)
  t3 = i64x2.sub(t3, less(a1, b2, h, d))
  t4 = i64x2.add(t4, h)
  h = high(a2, b1, c)
  t3 = i64x2.sub(t3, less(a2, b1, h, d))
  t4 = i64x2.add(t4, h)
  h = high(a3, b0, c)
  t3 = i64x2.sub(t3, less(a3, b0, h, d))
  t4 = i64x2.add(t4, h)
  h = high(a0, b4, c)
  t4 = i64x2.sub(t4, less(a0, b4, h, d))
  t5 = i64x2.add(t5, h)
  h = high(a1, b3, c)
  t4 = i64x2.sub(t4, less(a1, b3, h, d))
  t5 = i64x2.add(t5, h)
  h = high(a2, b2, c)
  t4 = i64x2.sub(t4, less(a2, b2, h, d))
  t5 = i64x2.add(t5, h)
  h = high(a3, b1, c)
  t4 = i64x2.sub(t4, less(a3, b1, h, d))
  t5 = i64x2.add(t5, h)
  h = high(a4, b0, c)
  t4 = i64x2.sub(t4, less(a4, b0, h, d))
  t5 = i64x2.add(t5, h)
  h = high(a1, b4, c)
  t5 = i64x2.sub(t5, less(a1, b4, h, d))
  t6 = i64x2.add(t6, h)
  h = high(a2, b3, c)
  t5 = i64x2.sub(t5, less(a2, b3, h, d))
  t6 = i64x2.add(t6, h)
  h = high(a3, b2, c)
  t5 = i64x2.sub(t5, less(a3, b2, h, d))
  t6 = i64x2.add(t6, h)
  h = high(a4, b1, c)
  t5 = i64x2.sub(t5, less(a4, b1, h, d))
  t6 = i64x2.add(t6, h)
  h = high(a2, b4, c)
  t6 = i64x2.sub(t6, less(a2, b4, h, d))
  t7 = i64x2.add(t7, h)
  h = high(a3, b3, c)
  t6 = i64x2.sub(t6, less(a3, b3, h, d))
  t7 = i64x2.add(t7, h)
  h = high(a4, b2, c)
  t6 = i64x2.sub(t6, less(a4, b2, h, d))
  t7 = i64x2.add(t7, h)
  h = high(a3, b4, c)
  t7 = i64x2.sub(t7, less(a3, b4, h, d))
  t8 = i64x2.add(t8, h)
  h = high(a4, b3, c)
  t7 = i64x2.sub(t7, less(a4, b3, h, d))
  t8 = i64x2.add(t8, h)
  h = high(a4, b4, c)
  t8 = i64x2.sub(t8, less(a4, b4, h, d))
  t9 = i64x2.add(t9, h)
  let m: v128, s: v128, g: v128
  m = v128.and(t0, low)
  s = below(m, low)
  g = above(m)
  t1 = i64x2.add(t1, i64x2.sub(i64x2.shr_u(t0, 52), s))
  t4 = i64x2.add(t4, i64x2.shl(s, 4))
  m = v128.and(t1, low)
  s = i64x2.add(below(m, low), g)
  g = above(m)
  t2 = i64x2.add(t2, i64x2.sub(i64x2.shr_u(t1, 52), s))
  t5 = i64x2.add(t5, i64x2.shl(s, 4))
  m = v128.and(t2, low)
  s = i64x2.add(below(m, low), g)
  g = above(m)
  t3 = i64x2.add(t3, i64x2.sub(i64x2.shr_u(t2, 52), s))
  t6 = i64x2.add(t6, i64x2.shl(s, 4))
  m = v128.and(t3, low)
  s = i64x2.add(below(m, low), g)
  g = above(m)
  t4 = i64x2.add(t4, i64x2.sub(i64x2.shr_u(t3, 52), s))
  t7 = i64x2.add(t7, i64x2.shl(s, 4))
  m = v128.and(t4, low)
  s = i64x2.add(below(m, low), g)
  g = above(m)
  t5 = i64x2.add(t5, i64x2.sub(i64x2.shr_u(t4, 52), s))
  t8 = i64x2.add(t8, i64x2.shl(s, 4))
  t6 = i64x2.sub(t6, g)
  t9 = i64x2.add(t9, i64x2.shl(g, 4))
  put(o0, o1, 0, t5, t6)
  put(o0, o1, 16, t7, t8)
  v128.store_lane<u64>(o0, t9, 0, 32)
  v128.store_lane<u64>(o1, t9, 1, 32)
}

/** Both squares: o0 = x0²/R and o1 = x1²/R mod p. */
export function sqr2(o0: usize, x0: usize, o1: usize, x1: usize): void {
  const low = v128.load(K, 0), one = v128.load(K, 16), c = v128.load(K, 32), d = v128.load(K, 48), range = v128.load(K, 64), low48 = v128.load(K, 80)
  const bias0 = v128.load(K, 96), bias1 = v128.load(K, 112), bias2 = v128.load(K, 128), bias4 = v128.load(K, 144)
  let u: v128, q: v128, h: v128
  u = i64x2.add(pair(x0, x1, 32), range)
  q = i64x2.shr_u(u, 48)
  const at4 = i64x2.add(v128.and(u, low48), i64x2.shl(q, 16))
  u = i64x2.add(i64x2.add(pair(x0, x1, 0), bias0), q)
  const a0 = digit(u, low, one)
  u = i64x2.add(i64x2.add(pair(x0, x1, 8), bias1), i64x2.add(i64x2.sub(i64x2.shl(q, 44), i64x2.shl(q, 12)), i64x2.shr_u(u, 52)))
  const a1 = digit(u, low, one)
  u = i64x2.add(i64x2.add(pair(x0, x1, 16), bias2), i64x2.shr_u(u, 52))
  const a2 = digit(u, low, one)
  u = i64x2.add(i64x2.add(pair(x0, x1, 24), bias2), i64x2.shr_u(u, 52))
  const a3 = digit(u, low, one)
  const a4 = digit(i64x2.add(i64x2.add(at4, bias4), i64x2.shr_u(u, 52)), low, one)
  let t1 = v128.load(K, 336)
  let t2 = v128.load(K, 352)
  let t3 = v128.load(K, 368)
  let t4 = v128.load(K, 384)
  let t5 = v128.load(K, 400)
  let t6 = v128.load(K, 416)
  let t7 = v128.load(K, 432)
  let t8 = v128.load(K, 448)
  let t0: v128, t9: v128
  h = high(a0, a1, c)
  t1 = i64x2.sub(t1, less(a0, a1, h, d))
  t2 = i64x2.add(t2, h)
  h = high(a0, a2, c)
  t2 = i64x2.sub(t2, less(a0, a2, h, d))
  t3 = i64x2.add(t3, h)
  h = high(a0, a3, c)
  t3 = i64x2.sub(t3, less(a0, a3, h, d))
  t4 = i64x2.add(t4, h)
  h = high(a1, a2, c)
  t3 = i64x2.sub(t3, less(a1, a2, h, d))
  t4 = i64x2.add(t4, h)
  h = high(a0, a4, c)
  t4 = i64x2.sub(t4, less(a0, a4, h, d))
  t5 = i64x2.add(t5, h)
  h = high(a1, a3, c)
  t4 = i64x2.sub(t4, less(a1, a3, h, d))
  t5 = i64x2.add(t5, h)
  h = high(a1, a4, c)
  t5 = i64x2.sub(t5, less(a1, a4, h, d))
  t6 = i64x2.add(t6, h)
  h = high(a2, a3, c)
  t5 = i64x2.sub(t5, less(a2, a3, h, d))
  t6 = i64x2.add(t6, h)
  h = high(a2, a4, c)
  t6 = i64x2.sub(t6, less(a2, a4, h, d))
  t7 = i64x2.add(t7, h)
  h = high(a3, a4, c)
  t7 = i64x2.sub(t7, less(a3, a4, h, d))
  t8 = i64x2.add(t8, h)
  t0 = v128.load(K, 480)
  t1 = i64x2.add(i64x2.add(t1, t1), v128.load(K, 496))
  t2 = i64x2.add(i64x2.add(t2, t2), v128.load(K, 512))
  t3 = i64x2.add(i64x2.add(t3, t3), v128.load(K, 528))
  t4 = i64x2.add(i64x2.add(t4, t4), v128.load(K, 544))
  t5 = i64x2.add(i64x2.add(t5, t5), v128.load(K, 560))
  t6 = i64x2.add(i64x2.add(t6, t6), v128.load(K, 576))
  t7 = i64x2.add(i64x2.add(t7, t7), v128.load(K, 592))
  t8 = i64x2.add(i64x2.add(t8, t8), v128.load(K, 608))
  t9 = v128.load(K, 624)
  h = high(a0, a0, c)
  t0 = i64x2.sub(t0, less(a0, a0, h, d))
  t1 = i64x2.add(t1, h)
  h = high(a1, a1, c)
  t2 = i64x2.sub(t2, less(a1, a1, h, d))
  t3 = i64x2.add(t3, h)
  h = high(a2, a2, c)
  t4 = i64x2.sub(t4, less(a2, a2, h, d))
  t5 = i64x2.add(t5, h)
  h = high(a3, a3, c)
  t6 = i64x2.sub(t6, less(a3, a3, h, d))
  t7 = i64x2.add(t7, h)
  h = high(a4, a4, c)
  t8 = i64x2.sub(t8, less(a4, a4, h, d))
  t9 = i64x2.add(t9, h)
  let m: v128, s: v128, g: v128
  m = v128.and(t0, low)
  s = below(m, low)
  g = above(m)
  t1 = i64x2.add(t1, i64x2.sub(i64x2.shr_u(t0, 52), s))
  t4 = i64x2.add(t4, i64x2.shl(s, 4))
  m = v128.and(t1, low)
  s = i64x2.add(below(m, low), g)
  g = above(m)
  t2 = i64x2.add(t2, i64x2.sub(i64x2.shr_u(t1, 52), s))
  t5 = i64x2.add(t5, i64x2.shl(s, 4))
  m = v128.and(t2, low)
  s = i64x2.add(below(m, low), g)
  g = above(m)
  t3 = i64x2.add(t3, i64x2.sub(i64x2.shr_u(t2, 52), s))
  t6 = i64x2.add(t6, i64x2.shl(s, 4))
  m = v128.and(t3, low)
  s = i64x2.add(below(m, low), g)
  g = above(m)
  t4 = i64x2.add(t4, i64x2.sub(i64x2.shr_u(t3, 52), s))
  t7 = i64x2.add(t7, i64x2.shl(s, 4))
  m = v128.and(t4, low)
  s = i64x2.add(below(m, low), g)
  g = above(m)
  t5 = i64x2.add(t5, i64x2.sub(i64x2.shr_u(t4, 52), s))
  t8 = i64x2.add(t8, i64x2.shl(s, 4))
  t6 = i64x2.sub(t6, g)
  t9 = i64x2.add(t9, i64x2.shl(g, 4))
  put(o0, o1, 0, t5, t6)
  put(o0, o1, 16, t7, t8)
  v128.store_lane<u64>(o0, t9, 0, 32)
  v128.store_lane<u64>(o1, t9, 1, 32)
}

/** (2^52+1)² - (2^104 + 2^53) is 1 if the multiply-add rounds once, else 0. */
export function isFused(): bool {
  const x = f64x2.splat(4503599627370497)
  return f64x2.extract_lane(v128.relaxed_madd<f64>(x, x, f64x2.splat(-2.0282409603651679431146506027008e31)), 0) == 1
}
