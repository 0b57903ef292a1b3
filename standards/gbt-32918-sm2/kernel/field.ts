/** The field that the kernel is built on: `field-fma.ts` where it is compiled with relaxed SIMD, `field-integer.ts` elsewhere. Same names, same results. */
import * as fma from './field-fma'
import * as integer from './field-integer'
import * as fmaSums from './sums-fma'
import * as integerSums from './sums-integer'

/** Bytes of an element. */
export const SIZE: usize = ASC_FEATURE_RELAXED_SIMD ? fma.SIZE : integer.SIZE
/** Limbs of an element, and bits of a limb. */
export const LIMBS: usize = ASC_FEATURE_RELAXED_SIMD ? 5 : 9
export const LIMB_BITS: usize = ASC_FEATURE_RELAXED_SIMD ? 52 : 29

/** o0 = x0·y0, o1 = x1·y1. o0 must not be x1 or y1. */
// @ts-ignore: decorator
@inline export function mul2(o0: usize, x0: usize, y0: usize, o1: usize, x1: usize, y1: usize): void {
  if (ASC_FEATURE_RELAXED_SIMD) fma.mul2(o0, x0, y0, o1, x1, y1)
  else {
    integer.mul(o0, x0, y0)
    integer.mul(o1, x1, y1)
  }
}

/** o0 = x0², o1 = x1². o0 must not be x1. */
// @ts-ignore: decorator
@inline export function sqr2(o0: usize, x0: usize, o1: usize, x1: usize): void {
  if (ASC_FEATURE_RELAXED_SIMD) fma.sqr2(o0, x0, o1, x1)
  else {
    integer.sqr(o0, x0)
    integer.sqr(o1, x1)
  }
}

// @ts-ignore: decorator
@inline export function mul(o: usize, a: usize, b: usize): void {
  if (ASC_FEATURE_RELAXED_SIMD) fma.mul2(o, a, b, o, a, b)
  else integer.mul(o, a, b)
}

// @ts-ignore: decorator
@inline export function sqr(o: usize, a: usize): void {
  if (ASC_FEATURE_RELAXED_SIMD) fma.sqr2(o, a, o, a)
  else integer.sqr(o, a)
}

// Sums whose growth is 1 again.

/** o = 3a. */
// @ts-ignore: decorator
@inline export function triple(o: usize, a: usize): void {
  if (ASC_FEATURE_RELAXED_SIMD) fmaSums.triple(o, a)
  else integerSums.triple(o, a)
}

/** o = a - 8b. */
// @ts-ignore: decorator
@inline export function minusEight(o: usize, a: usize, b: usize): void {
  if (ASC_FEATURE_RELAXED_SIMD) fmaSums.minusEight(o, a, b)
  else integerSums.minusEight(o, a, b)
}

/** o = a - b. */
// @ts-ignore: decorator
@inline export function minusTwo(o: usize, a: usize, b: usize): void {
  if (ASC_FEATURE_RELAXED_SIMD) fmaSums.minusTwo(o, a, b)
  else integerSums.minusTwo(o, a, b)
}

/** o = a - b - c. */
// @ts-ignore: decorator
@inline export function minusThree(o: usize, a: usize, b: usize, c: usize): void {
  if (ASC_FEATURE_RELAXED_SIMD) fmaSums.minusThree(o, a, b, c)
  else integerSums.minusThree(o, a, b, c)
}

/** o = a - b - 2c. */
// @ts-ignore: decorator
@inline export function minusTwice(o: usize, a: usize, b: usize, c: usize): void {
  if (ASC_FEATURE_RELAXED_SIMD) fmaSums.minusTwice(o, a, b, c)
  else integerSums.minusTwice(o, a, b, c)
}

/** o = a + b. */
// @ts-ignore: decorator
@inline export function plusTwo(o: usize, a: usize, b: usize): void {
  if (ASC_FEATURE_RELAXED_SIMD) fmaSums.plusTwo(o, a, b)
  else integerSums.plusTwo(o, a, b)
}

/** o = 3(a - b). */
// @ts-ignore: decorator
@inline export function tripleMinus(o: usize, a: usize, b: usize): void {
  if (ASC_FEATURE_RELAXED_SIMD) fmaSums.tripleMinus(o, a, b)
  else integerSums.tripleMinus(o, a, b)
}

/** o = 3(a - 3b - c). */
// @ts-ignore: decorator
@inline export function tripleMix(o: usize, a: usize, b: usize, c: usize): void {
  if (ASC_FEATURE_RELAXED_SIMD) fmaSums.tripleMix(o, a, b, c)
  else integerSums.tripleMix(o, a, b, c)
}

// Sums that only add up: growths too (field-integer.ts).

/** o = a + b. */
// @ts-ignore: decorator
@inline export function add(o: usize, a: usize, b: usize): void {
  if (ASC_FEATURE_RELAXED_SIMD) fmaSums.add(o, a, b)
  else integerSums.add(o, a, b)
}

/** o = a - b. */
// @ts-ignore: decorator
@inline export function sub(o: usize, a: usize, b: usize): void {
  if (ASC_FEATURE_RELAXED_SIMD) fmaSums.sub(o, a, b)
  else integerSums.sub(o, a, b)
}

/** o = -(a + b). */
// @ts-ignore: decorator
@inline export function minusSum(o: usize, a: usize, b: usize): void {
  if (ASC_FEATURE_RELAXED_SIMD) fmaSums.minusSum(o, a, b)
  else integerSums.minusSum(o, a, b)
}

/** o = 4a - b. */
// @ts-ignore: decorator
@inline export function fourMinus(o: usize, a: usize, b: usize): void {
  if (ASC_FEATURE_RELAXED_SIMD) fmaSums.fourMinus(o, a, b)
  else integerSums.fourMinus(o, a, b)
}

/** o = 2a. */
// @ts-ignore: decorator
@inline export function twice(o: usize, a: usize): void {
  if (ASC_FEATURE_RELAXED_SIMD) fmaSums.twice(o, a)
  else integerSums.twice(o, a)
}

/** o = -a. */
// @ts-ignore: decorator
@inline export function negate(o: usize, a: usize): void {
  if (ASC_FEATURE_RELAXED_SIMD) fmaSums.negate(o, a)
  else integerSums.negate(o, a)
}
