/** Sums of elements of field-fma.ts, the same list as sums-integer.ts. Nothing carries: `mul2` does that on entry (bound (2) there). */

// @ts-ignore: decorator
@inline function times3(x: v128): v128 {
  return i64x2.add(x, i64x2.shl(x, 1))
}

export function triple(o: usize, a: usize): void {
  v128.store(o, times3(v128.load(a)))
  v128.store(o, times3(v128.load(a, 16)), 16)
  store<i64>(o, 3 * load<i64>(a, 32), 32)
}

export function minusEight(o: usize, a: usize, b: usize): void {
  v128.store(o, i64x2.sub(v128.load(a), i64x2.shl(v128.load(b), 3)))
  v128.store(o, i64x2.sub(v128.load(a, 16), i64x2.shl(v128.load(b, 16), 3)), 16)
  store<i64>(o, load<i64>(a, 32) - (load<i64>(b, 32) << 3), 32)
}

export function minusTwo(o: usize, a: usize, b: usize): void {
  v128.store(o, i64x2.sub(v128.load(a), v128.load(b)))
  v128.store(o, i64x2.sub(v128.load(a, 16), v128.load(b, 16)), 16)
  store<i64>(o, load<i64>(a, 32) - load<i64>(b, 32), 32)
}

export function minusThree(o: usize, a: usize, b: usize, c: usize): void {
  v128.store(o, i64x2.sub(i64x2.sub(v128.load(a), v128.load(b)), v128.load(c)))
  v128.store(o, i64x2.sub(i64x2.sub(v128.load(a, 16), v128.load(b, 16)), v128.load(c, 16)), 16)
  store<i64>(o, load<i64>(a, 32) - load<i64>(b, 32) - load<i64>(c, 32), 32)
}

export function minusTwice(o: usize, a: usize, b: usize, c: usize): void {
  v128.store(o, i64x2.sub(i64x2.sub(v128.load(a), v128.load(b)), i64x2.shl(v128.load(c), 1)))
  v128.store(o, i64x2.sub(i64x2.sub(v128.load(a, 16), v128.load(b, 16)), i64x2.shl(v128.load(c, 16), 1)), 16)
  store<i64>(o, load<i64>(a, 32) - load<i64>(b, 32) - (load<i64>(c, 32) << 1), 32)
}

export function plusTwo(o: usize, a: usize, b: usize): void {
  v128.store(o, i64x2.add(v128.load(a), v128.load(b)))
  v128.store(o, i64x2.add(v128.load(a, 16), v128.load(b, 16)), 16)
  store<i64>(o, load<i64>(a, 32) + load<i64>(b, 32), 32)
}

export function tripleMinus(o: usize, a: usize, b: usize): void {
  v128.store(o, times3(i64x2.sub(v128.load(a), v128.load(b))))
  v128.store(o, times3(i64x2.sub(v128.load(a, 16), v128.load(b, 16))), 16)
  store<i64>(o, 3 * (load<i64>(a, 32) - load<i64>(b, 32)), 32)
}

export function tripleMix(o: usize, a: usize, b: usize, c: usize): void {
  v128.store(o, times3(i64x2.sub(i64x2.sub(v128.load(a), times3(v128.load(b))), v128.load(c))))
  v128.store(o, times3(i64x2.sub(i64x2.sub(v128.load(a, 16), times3(v128.load(b, 16))), v128.load(c, 16))), 16)
  store<i64>(o, 3 * (load<i64>(a, 32) - 3 * load<i64>(b, 32) - load<i64>(c, 32)), 32)
}

export function add(o: usize, a: usize, b: usize): void {
  v128.store(o, i64x2.add(v128.load(a), v128.load(b)))
  v128.store(o, i64x2.add(v128.load(a, 16), v128.load(b, 16)), 16)
  store<i64>(o, load<i64>(a, 32) + load<i64>(b, 32), 32)
}

export function sub(o: usize, a: usize, b: usize): void {
  v128.store(o, i64x2.sub(v128.load(a), v128.load(b)))
  v128.store(o, i64x2.sub(v128.load(a, 16), v128.load(b, 16)), 16)
  store<i64>(o, load<i64>(a, 32) - load<i64>(b, 32), 32)
}

export function minusSum(o: usize, a: usize, b: usize): void {
  v128.store(o, i64x2.neg(i64x2.add(v128.load(a), v128.load(b))))
  v128.store(o, i64x2.neg(i64x2.add(v128.load(a, 16), v128.load(b, 16))), 16)
  store<i64>(o, -(load<i64>(a, 32) + load<i64>(b, 32)), 32)
}

export function fourMinus(o: usize, a: usize, b: usize): void {
  v128.store(o, i64x2.sub(i64x2.shl(v128.load(a), 2), v128.load(b)))
  v128.store(o, i64x2.sub(i64x2.shl(v128.load(a, 16), 2), v128.load(b, 16)), 16)
  store<i64>(o, (load<i64>(a, 32) << 2) - load<i64>(b, 32), 32)
}

export function twice(o: usize, a: usize): void {
  v128.store(o, i64x2.shl(v128.load(a), 1))
  v128.store(o, i64x2.shl(v128.load(a, 16), 1), 16)
  store<i64>(o, load<i64>(a, 32) << 1, 32)
}

export function negate(o: usize, a: usize): void {
  v128.store(o, i64x2.neg(v128.load(a)))
  v128.store(o, i64x2.neg(v128.load(a, 16)), 16)
  store<i64>(o, -load<i64>(a, 32), 32)
}
