/** Sums of elements of field-fma.ts, the same list as sums-integer.ts. Nothing carries: `mul2` does that on entry (bound (2) there). */
export function triple(o: usize, a: usize): void {
  store<i64>(o, 3 * load<i64>(a))
  store<i64>(o, 3 * load<i64>(a, 8), 8)
  store<i64>(o, 3 * load<i64>(a, 16), 16)
  store<i64>(o, 3 * load<i64>(a, 24), 24)
  store<i64>(o, 3 * load<i64>(a, 32), 32)
}

export function minusEight(o: usize, a: usize, b: usize): void {
  store<i64>(o, load<i64>(a) - (load<i64>(b) << 3))
  store<i64>(o, load<i64>(a, 8) - (load<i64>(b, 8) << 3), 8)
  store<i64>(o, load<i64>(a, 16) - (load<i64>(b, 16) << 3), 16)
  store<i64>(o, load<i64>(a, 24) - (load<i64>(b, 24) << 3), 24)
  store<i64>(o, load<i64>(a, 32) - (load<i64>(b, 32) << 3), 32)
}

export function minusTwo(o: usize, a: usize, b: usize): void {
  store<i64>(o, load<i64>(a) - load<i64>(b))
  store<i64>(o, load<i64>(a, 8) - load<i64>(b, 8), 8)
  store<i64>(o, load<i64>(a, 16) - load<i64>(b, 16), 16)
  store<i64>(o, load<i64>(a, 24) - load<i64>(b, 24), 24)
  store<i64>(o, load<i64>(a, 32) - load<i64>(b, 32), 32)
}

export function minusThree(o: usize, a: usize, b: usize, c: usize): void {
  store<i64>(o, load<i64>(a) - load<i64>(b) - load<i64>(c))
  store<i64>(o, load<i64>(a, 8) - load<i64>(b, 8) - load<i64>(c, 8), 8)
  store<i64>(o, load<i64>(a, 16) - load<i64>(b, 16) - load<i64>(c, 16), 16)
  store<i64>(o, load<i64>(a, 24) - load<i64>(b, 24) - load<i64>(c, 24), 24)
  store<i64>(o, load<i64>(a, 32) - load<i64>(b, 32) - load<i64>(c, 32), 32)
}

export function minusTwice(o: usize, a: usize, b: usize, c: usize): void {
  store<i64>(o, load<i64>(a) - load<i64>(b) - (load<i64>(c) << 1))
  store<i64>(o, load<i64>(a, 8) - load<i64>(b, 8) - (load<i64>(c, 8) << 1), 8)
  store<i64>(o, load<i64>(a, 16) - load<i64>(b, 16) - (load<i64>(c, 16) << 1), 16)
  store<i64>(o, load<i64>(a, 24) - load<i64>(b, 24) - (load<i64>(c, 24) << 1), 24)
  store<i64>(o, load<i64>(a, 32) - load<i64>(b, 32) - (load<i64>(c, 32) << 1), 32)
}

export function plusTwo(o: usize, a: usize, b: usize): void {
  store<i64>(o, load<i64>(a) + load<i64>(b))
  store<i64>(o, load<i64>(a, 8) + load<i64>(b, 8), 8)
  store<i64>(o, load<i64>(a, 16) + load<i64>(b, 16), 16)
  store<i64>(o, load<i64>(a, 24) + load<i64>(b, 24), 24)
  store<i64>(o, load<i64>(a, 32) + load<i64>(b, 32), 32)
}

export function tripleMinus(o: usize, a: usize, b: usize): void {
  store<i64>(o, 3 * (load<i64>(a) - load<i64>(b)))
  store<i64>(o, 3 * (load<i64>(a, 8) - load<i64>(b, 8)), 8)
  store<i64>(o, 3 * (load<i64>(a, 16) - load<i64>(b, 16)), 16)
  store<i64>(o, 3 * (load<i64>(a, 24) - load<i64>(b, 24)), 24)
  store<i64>(o, 3 * (load<i64>(a, 32) - load<i64>(b, 32)), 32)
}

export function tripleMix(o: usize, a: usize, b: usize, c: usize): void {
  store<i64>(o, 3 * (load<i64>(a) - 3 * load<i64>(b) - load<i64>(c)))
  store<i64>(o, 3 * (load<i64>(a, 8) - 3 * load<i64>(b, 8) - load<i64>(c, 8)), 8)
  store<i64>(o, 3 * (load<i64>(a, 16) - 3 * load<i64>(b, 16) - load<i64>(c, 16)), 16)
  store<i64>(o, 3 * (load<i64>(a, 24) - 3 * load<i64>(b, 24) - load<i64>(c, 24)), 24)
  store<i64>(o, 3 * (load<i64>(a, 32) - 3 * load<i64>(b, 32) - load<i64>(c, 32)), 32)
}

export function add(o: usize, a: usize, b: usize): void {
  store<i64>(o, load<i64>(a) + load<i64>(b))
  store<i64>(o, load<i64>(a, 8) + load<i64>(b, 8), 8)
  store<i64>(o, load<i64>(a, 16) + load<i64>(b, 16), 16)
  store<i64>(o, load<i64>(a, 24) + load<i64>(b, 24), 24)
  store<i64>(o, load<i64>(a, 32) + load<i64>(b, 32), 32)
}

export function sub(o: usize, a: usize, b: usize): void {
  store<i64>(o, load<i64>(a) - load<i64>(b))
  store<i64>(o, load<i64>(a, 8) - load<i64>(b, 8), 8)
  store<i64>(o, load<i64>(a, 16) - load<i64>(b, 16), 16)
  store<i64>(o, load<i64>(a, 24) - load<i64>(b, 24), 24)
  store<i64>(o, load<i64>(a, 32) - load<i64>(b, 32), 32)
}

export function minusSum(o: usize, a: usize, b: usize): void {
  store<i64>(o, -(load<i64>(a) + load<i64>(b)))
  store<i64>(o, -(load<i64>(a, 8) + load<i64>(b, 8)), 8)
  store<i64>(o, -(load<i64>(a, 16) + load<i64>(b, 16)), 16)
  store<i64>(o, -(load<i64>(a, 24) + load<i64>(b, 24)), 24)
  store<i64>(o, -(load<i64>(a, 32) + load<i64>(b, 32)), 32)
}

export function fourMinus(o: usize, a: usize, b: usize): void {
  store<i64>(o, (load<i64>(a) << 2) - load<i64>(b))
  store<i64>(o, (load<i64>(a, 8) << 2) - load<i64>(b, 8), 8)
  store<i64>(o, (load<i64>(a, 16) << 2) - load<i64>(b, 16), 16)
  store<i64>(o, (load<i64>(a, 24) << 2) - load<i64>(b, 24), 24)
  store<i64>(o, (load<i64>(a, 32) << 2) - load<i64>(b, 32), 32)
}

export function twice(o: usize, a: usize): void {
  store<i64>(o, load<i64>(a) << 1)
  store<i64>(o, load<i64>(a, 8) << 1, 8)
  store<i64>(o, load<i64>(a, 16) << 1, 16)
  store<i64>(o, load<i64>(a, 24) << 1, 24)
  store<i64>(o, load<i64>(a, 32) << 1, 32)
}

export function negate(o: usize, a: usize): void {
  store<i64>(o, -load<i64>(a))
  store<i64>(o, -load<i64>(a, 8), 8)
  store<i64>(o, -load<i64>(a, 16), 16)
  store<i64>(o, -load<i64>(a, 24), 24)
  store<i64>(o, -load<i64>(a, 32), 32)
}
