/** What tests reach into both binaries by: products and sums of field elements at given addresses, and elements in and out. Public values only. */
import {
  LIMBS,
  LIMB_BITS,
  SIZE,
  add,
  fourMinus,
  minusEight,
  minusSum,
  minusThree,
  minusTwice,
  minusTwo,
  mul2,
  negate,
  plusTwo,
  sqr2,
  sub,
  triple,
  tripleMinus,
  tripleMix,
  twice,
} from './field'
import { enter, invert, leave } from './curve'
import { countExceptions } from './verify'

const AREA = memory.data(1024, 16)

/** 1024 bytes for elements and words. */
export function probeArea(): usize {
  return AREA
}

/** Bytes of an element, its limbs, bits of a limb: as 1000000·bytes + 1000·limbs + bits. */
export function probeShape(): usize {
  return 1000000 * SIZE + 1000 * LIMBS + LIMB_BITS
}

/** o0 = x0·y0/R, o1 = x1·y1/R. */
export function probeProducts(o0: usize, x0: usize, y0: usize, o1: usize, x1: usize, y1: usize): void {
  mul2(o0, x0, y0, o1, x1, y1)
}

export function probeSquares(o0: usize, x0: usize, o1: usize, x1: usize): void {
  sqr2(o0, x0, o1, x1)
}

/** o = the sum of this number, in the order of field.ts. */
export function probeSum(which: i32, o: usize, a: usize, b: usize, c: usize): void {
  switch (which) {
    case 0:
      return triple(o, a)
    case 1:
      return minusEight(o, a, b)
    case 2:
      return minusTwo(o, a, b)
    case 3:
      return minusThree(o, a, b, c)
    case 4:
      return minusTwice(o, a, b, c)
    case 5:
      return plusTwo(o, a, b)
    case 6:
      return tripleMinus(o, a, b)
    case 7:
      return tripleMix(o, a, b, c)
    case 8:
      return add(o, a, b)
    case 9:
      return sub(o, a, b)
    case 10:
      return minusSum(o, a, b)
    case 11:
      return fourMinus(o, a, b)
    case 12:
      return twice(o, a)
    default:
      return negate(o, a)
  }
}

/** Four words, least first → an element, and back as the number in [0, p). */
export function probeEnter(o: usize, words: usize): void {
  enter(o, words)
}

export function probeLeave(words: usize, a: usize): void {
  leave(words, a)
}

export function probeInvert(o: usize, a: usize): void {
  invert(o, a)
}

/** How often the complete sums had to decide a verification. */
export function probeExceptions(): i32 {
  return countExceptions()
}
