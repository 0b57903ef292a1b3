/** Sums of elements of the integer field. The bounds (2) and (3) of field-integer.ts are kept here. */
import { l0, l1, l2, l3, l4, l5, l6, l7, l8 } from './limbs-integer'

const BITS: i64 = 29
const HALF: i64 = 0x10000000

/** Bound (2): carries nine limbs and folds what stands above 2^256. */
// @ts-ignore: decorator
@inline function reduce(o: usize, e0: i64, e1: i64, e2: i64, e3: i64, e4: i64, e5: i64, e6: i64, e7: i64, e8: i64): void {
  const q = e8 >> 24
  let t = e0 + q
  let c = (t + HALF) >> BITS
  store<i32>(o, (t - (c << BITS)) as i32)
  t = e1 + c
  c = (t + HALF) >> BITS
  store<i32>(o, (t - (c << BITS)) as i32, 4)
  t = e2 + c - (q << 6)
  c = (t + HALF) >> BITS
  store<i32>(o, (t - (c << BITS)) as i32, 8)
  t = e3 + c + (q << 9)
  c = (t + HALF) >> BITS
  store<i32>(o, (t - (c << BITS)) as i32, 12)
  t = e4 + c
  c = (t + HALF) >> BITS
  store<i32>(o, (t - (c << BITS)) as i32, 16)
  t = e5 + c
  c = (t + HALF) >> BITS
  store<i32>(o, (t - (c << BITS)) as i32, 20)
  t = e6 + c
  c = (t + HALF) >> BITS
  store<i32>(o, (t - (c << BITS)) as i32, 24)
  t = e7 + c + (q << 21)
  c = (t + HALF) >> BITS
  store<i32>(o, (t - (c << BITS)) as i32, 28)
  store<i32>(o, (e8 - (q << 24) + c) as i32, 32)
}

// Carried: growth 1 again.

export function triple(o: usize, a: usize): void {
  reduce(
    o,
    3 * l0(a),
    3 * l1(a),
    3 * l2(a),
    3 * l3(a),
    3 * l4(a),
    3 * l5(a),
    3 * l6(a),
    3 * l7(a),
    3 * l8(a),
  )
}

export function minusEight(o: usize, a: usize, b: usize): void {
  reduce(
    o,
    l0(a) - 8 * l0(b),
    l1(a) - 8 * l1(b),
    l2(a) - 8 * l2(b),
    l3(a) - 8 * l3(b),
    l4(a) - 8 * l4(b),
    l5(a) - 8 * l5(b),
    l6(a) - 8 * l6(b),
    l7(a) - 8 * l7(b),
    l8(a) - 8 * l8(b),
  )
}

export function minusTwo(o: usize, a: usize, b: usize): void {
  reduce(
    o,
    l0(a) - l0(b),
    l1(a) - l1(b),
    l2(a) - l2(b),
    l3(a) - l3(b),
    l4(a) - l4(b),
    l5(a) - l5(b),
    l6(a) - l6(b),
    l7(a) - l7(b),
    l8(a) - l8(b),
  )
}

export function minusThree(o: usize, a: usize, b: usize, c: usize): void {
  reduce(
    o,
    l0(a) - l0(b) - l0(c),
    l1(a) - l1(b) - l1(c),
    l2(a) - l2(b) - l2(c),
    l3(a) - l3(b) - l3(c),
    l4(a) - l4(b) - l4(c),
    l5(a) - l5(b) - l5(c),
    l6(a) - l6(b) - l6(c),
    l7(a) - l7(b) - l7(c),
    l8(a) - l8(b) - l8(c),
  )
}

export function minusTwice(o: usize, a: usize, b: usize, c: usize): void {
  reduce(
    o,
    l0(a) - l0(b) - 2 * l0(c),
    l1(a) - l1(b) - 2 * l1(c),
    l2(a) - l2(b) - 2 * l2(c),
    l3(a) - l3(b) - 2 * l3(c),
    l4(a) - l4(b) - 2 * l4(c),
    l5(a) - l5(b) - 2 * l5(c),
    l6(a) - l6(b) - 2 * l6(c),
    l7(a) - l7(b) - 2 * l7(c),
    l8(a) - l8(b) - 2 * l8(c),
  )
}

export function plusTwo(o: usize, a: usize, b: usize): void {
  reduce(
    o,
    l0(a) + l0(b),
    l1(a) + l1(b),
    l2(a) + l2(b),
    l3(a) + l3(b),
    l4(a) + l4(b),
    l5(a) + l5(b),
    l6(a) + l6(b),
    l7(a) + l7(b),
    l8(a) + l8(b),
  )
}

export function tripleMinus(o: usize, a: usize, b: usize): void {
  reduce(
    o,
    3 * (l0(a) - l0(b)),
    3 * (l1(a) - l1(b)),
    3 * (l2(a) - l2(b)),
    3 * (l3(a) - l3(b)),
    3 * (l4(a) - l4(b)),
    3 * (l5(a) - l5(b)),
    3 * (l6(a) - l6(b)),
    3 * (l7(a) - l7(b)),
    3 * (l8(a) - l8(b)),
  )
}

export function tripleMix(o: usize, a: usize, b: usize, c: usize): void {
  reduce(
    o,
    3 * (l0(a) - 3 * l0(b) - l0(c)),
    3 * (l1(a) - 3 * l1(b) - l1(c)),
    3 * (l2(a) - 3 * l2(b) - l2(c)),
    3 * (l3(a) - 3 * l3(b) - l3(c)),
    3 * (l4(a) - 3 * l4(b) - l4(c)),
    3 * (l5(a) - 3 * l5(b) - l5(c)),
    3 * (l6(a) - 3 * l6(b) - l6(c)),
    3 * (l7(a) - 3 * l7(b) - l7(c)),
    3 * (l8(a) - 3 * l8(b) - l8(c)),
  )
}

// Not carried: growths add up.

export function add(o: usize, a: usize, b: usize): void {
  store<i32>(o, load<i32>(a) + load<i32>(b))
  store<i32>(o, load<i32>(a, 4) + load<i32>(b, 4), 4)
  store<i32>(o, load<i32>(a, 8) + load<i32>(b, 8), 8)
  store<i32>(o, load<i32>(a, 12) + load<i32>(b, 12), 12)
  store<i32>(o, load<i32>(a, 16) + load<i32>(b, 16), 16)
  store<i32>(o, load<i32>(a, 20) + load<i32>(b, 20), 20)
  store<i32>(o, load<i32>(a, 24) + load<i32>(b, 24), 24)
  store<i32>(o, load<i32>(a, 28) + load<i32>(b, 28), 28)
  store<i32>(o, load<i32>(a, 32) + load<i32>(b, 32), 32)
}

export function sub(o: usize, a: usize, b: usize): void {
  store<i32>(o, load<i32>(a) - load<i32>(b))
  store<i32>(o, load<i32>(a, 4) - load<i32>(b, 4), 4)
  store<i32>(o, load<i32>(a, 8) - load<i32>(b, 8), 8)
  store<i32>(o, load<i32>(a, 12) - load<i32>(b, 12), 12)
  store<i32>(o, load<i32>(a, 16) - load<i32>(b, 16), 16)
  store<i32>(o, load<i32>(a, 20) - load<i32>(b, 20), 20)
  store<i32>(o, load<i32>(a, 24) - load<i32>(b, 24), 24)
  store<i32>(o, load<i32>(a, 28) - load<i32>(b, 28), 28)
  store<i32>(o, load<i32>(a, 32) - load<i32>(b, 32), 32)
}

export function minusSum(o: usize, a: usize, b: usize): void {
  store<i32>(o, -(load<i32>(a) + load<i32>(b)))
  store<i32>(o, -(load<i32>(a, 4) + load<i32>(b, 4)), 4)
  store<i32>(o, -(load<i32>(a, 8) + load<i32>(b, 8)), 8)
  store<i32>(o, -(load<i32>(a, 12) + load<i32>(b, 12)), 12)
  store<i32>(o, -(load<i32>(a, 16) + load<i32>(b, 16)), 16)
  store<i32>(o, -(load<i32>(a, 20) + load<i32>(b, 20)), 20)
  store<i32>(o, -(load<i32>(a, 24) + load<i32>(b, 24)), 24)
  store<i32>(o, -(load<i32>(a, 28) + load<i32>(b, 28)), 28)
  store<i32>(o, -(load<i32>(a, 32) + load<i32>(b, 32)), 32)
}

export function fourMinus(o: usize, a: usize, b: usize): void {
  store<i32>(o, 4 * load<i32>(a) - load<i32>(b))
  store<i32>(o, 4 * load<i32>(a, 4) - load<i32>(b, 4), 4)
  store<i32>(o, 4 * load<i32>(a, 8) - load<i32>(b, 8), 8)
  store<i32>(o, 4 * load<i32>(a, 12) - load<i32>(b, 12), 12)
  store<i32>(o, 4 * load<i32>(a, 16) - load<i32>(b, 16), 16)
  store<i32>(o, 4 * load<i32>(a, 20) - load<i32>(b, 20), 20)
  store<i32>(o, 4 * load<i32>(a, 24) - load<i32>(b, 24), 24)
  store<i32>(o, 4 * load<i32>(a, 28) - load<i32>(b, 28), 28)
  store<i32>(o, 4 * load<i32>(a, 32) - load<i32>(b, 32), 32)
}

export function twice(o: usize, a: usize): void {
  store<i32>(o, 2 * load<i32>(a))
  store<i32>(o, 2 * load<i32>(a, 4), 4)
  store<i32>(o, 2 * load<i32>(a, 8), 8)
  store<i32>(o, 2 * load<i32>(a, 12), 12)
  store<i32>(o, 2 * load<i32>(a, 16), 16)
  store<i32>(o, 2 * load<i32>(a, 20), 20)
  store<i32>(o, 2 * load<i32>(a, 24), 24)
  store<i32>(o, 2 * load<i32>(a, 28), 28)
  store<i32>(o, 2 * load<i32>(a, 32), 32)
}

export function negate(o: usize, a: usize): void {
  store<i32>(o, -load<i32>(a))
  store<i32>(o, -load<i32>(a, 4), 4)
  store<i32>(o, -load<i32>(a, 8), 8)
  store<i32>(o, -load<i32>(a, 12), 12)
  store<i32>(o, -load<i32>(a, 16), 16)
  store<i32>(o, -load<i32>(a, 20), 20)
  store<i32>(o, -load<i32>(a, 24), 24)
  store<i32>(o, -load<i32>(a, 28), 28)
  store<i32>(o, -load<i32>(a, 32), 32)
}
