/**
 * Numbers of 256 bits as four words, least first. No branch and no address depends on a value.
 * Bytes outside are big endian, as everywhere in GB/T 32918.
 */

/** o = the 32 bytes at `bytes`. */
export function fromBytes(o: usize, bytes: usize): void {
  store<u64>(o, bswap<u64>(load<u64>(bytes, 24)))
  store<u64>(o, bswap<u64>(load<u64>(bytes, 16)), 8)
  store<u64>(o, bswap<u64>(load<u64>(bytes, 8)), 16)
  store<u64>(o, bswap<u64>(load<u64>(bytes)), 24)
}

/** The 32 bytes at `bytes` = a. */
export function toBytes(bytes: usize, a: usize): void {
  store<u64>(bytes, bswap<u64>(load<u64>(a, 24)))
  store<u64>(bytes, bswap<u64>(load<u64>(a, 16)), 8)
  store<u64>(bytes, bswap<u64>(load<u64>(a, 8)), 16)
  store<u64>(bytes, bswap<u64>(load<u64>(a)), 24)
}

/** o = a + b mod 2^256; returns the carry, 0 or 1. */
export function addWords(o: usize, a: usize, b: usize): u64 {
  let carry: u64 = 0
  for (let i: usize = 0; i < 32; i += 8) {
    const x = load<u64>(a + i)
    const y = load<u64>(b + i)
    const sum = x + y + carry
    carry = ((x & y) | ((x | y) & ~sum)) >> 63
    store<u64>(o + i, sum)
  }
  return carry
}

/** o = a - b mod 2^256; returns the borrow, 0 or 1. */
export function subtractWords(o: usize, a: usize, b: usize): u64 {
  let borrow: u64 = 0
  for (let i: usize = 0; i < 32; i += 8) {
    const x = load<u64>(a + i)
    const y = load<u64>(b + i)
    const rest = x - y - borrow
    borrow = ((~x & y) | ((~x | y) & rest)) >> 63
    store<u64>(o + i, rest)
  }
  return borrow
}

/** o = a where `bit` is 1, b where it is 0. */
export function pickWords(o: usize, bit: u64, a: usize, b: usize): void {
  const mask: u64 = 0 - bit
  for (let i: usize = 0; i < 32; i += 8)
    store<u64>(o + i, (load<u64>(a + i) & mask) | (load<u64>(b + i) & ~mask))
}

/** 1 if a = 0, else 0. */
export function isZeroWords(a: usize): u64 {
  const all = load<u64>(a) | load<u64>(a, 8) | load<u64>(a, 16) | load<u64>(a, 24)
  return ((all | (0 - all)) >> 63) ^ 1
}

const DIFFERENCE = memory.data(32)

/** 1 if a < b, else 0. */
export function isBelow(a: usize, b: usize): u64 {
  return subtractWords(DIFFERENCE, a, b)
}

/** o = a - b mod m, for a, b < m. */
export function subtractModulo(o: usize, a: usize, b: usize, m: usize): void {
  const borrow = subtractWords(o, a, b)
  addWords(DIFFERENCE, o, m)
  pickWords(o, borrow, DIFFERENCE, o)
}

/** o = a + b mod m, for a, b < m. */
export function addModulo(o: usize, a: usize, b: usize, m: usize): void {
  const carry = addWords(o, a, b)
  const borrow = subtractWords(DIFFERENCE, o, m)
  // below 2m: m goes off once if the sum left 256 bits, or is not below m
  pickWords(o, carry | (borrow ^ 1), DIFFERENCE, o)
}

/** Leaves nothing of a secret difference behind. */
export function forgetWords(): void {
  memory.fill(DIFFERENCE, 0, 32)
}
