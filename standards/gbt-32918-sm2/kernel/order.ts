/**
 * Numbers modulo the order n, four words each, Montgomery with R = 2^256 on limbs of 32 bits. No branch, no address depends on a value.
 */
import { N } from './curve'
import { addModulo, pickWords, subtractWords } from './words'

const R2 = memory.data<u64>([0x901192af7c114f20, 0x3464504ade6fa2fa, 0x620fc84c3affe0d4, 0x1eb5e412a22b3d3b])
const LESS_TWO = memory.data<u64>([0x53bbf40939d54121, 0x7203df6b21c6052b, 0xffffffffffffffff, 0xfffffffeffffffff])
/** -1/n mod 2^32. */
const NEGATIVE_INVERSE: u64 = 0x72350975

const T = memory.data(40)
const LESS = memory.data(32)
const POWER = memory.data(32)
const LOW: u64 = 0xffffffff

/**
 * o = a·b/R mod n, for a < 2^256 and b < n. Each step adds a product of 32 by 32 bits, a limb and a carry: at most (2^32-1)² + 2(2^32-1) =
 * 2^64 - 1. Before the last subtraction the number is below (2^256·n + 2^256·n)/2^256 = 2n.
 */
export function mulOrder(o: usize, a: usize, b: usize): void {
  memory.fill(T, 0, 40)
  for (let i: usize = 0; i < 32; i += 4) {
    const x = load<u32>(a + i) as u64
    let c: u64 = 0
    for (let j: usize = 0; j < 32; j += 4) {
      c += (load<u32>(T + j) as u64) + x * (load<u32>(b + j) as u64)
      store<u32>(T + j, c as u32)
      c >>= 32
    }
    c += load<u32>(T, 32) as u64
    store<u32>(T, c as u32, 32)
    const top = c >> 32
    const m = ((load<u32>(T) as u64) * NEGATIVE_INVERSE) & LOW
    c = ((load<u32>(T) as u64) + m * (load<u32>(N) as u64)) >> 32
    for (let j: usize = 4; j < 32; j += 4) {
      c += (load<u32>(T + j) as u64) + m * (load<u32>(N + j) as u64)
      store<u32>(T + j - 4, c as u32)
      c >>= 32
    }
    c += load<u32>(T, 32) as u64
    store<u32>(T, c as u32, 28)
    store<u32>(T, ((c >> 32) + top) as u32, 32)
  }
  const borrow = subtractWords(LESS, T, N)
  pickWords(o, borrow & ((load<u32>(T, 32) as u64) ^ 1), T, LESS)
}

/** o = a·R mod n. */
export function enterOrder(o: usize, a: usize): void {
  mulOrder(o, a, R2)
}

/** o = a mod n, for any a. */
export function reduceOrder(o: usize, a: usize): void {
  const borrow = subtractWords(LESS, a, N)
  pickWords(o, borrow, a, LESS)
}

/** o = the number of 512 bits whose low half is at `low` and high half at `high`, mod n. */
export function reduceWide(o: usize, high: usize, low: usize): void {
  mulOrder(POWER, high, R2)
  reduceOrder(o, low)
  addModulo(o, o, POWER, N)
}

/** o = 1/a in Montgomery form, for a in that form: a^(n-2), whose bits are public. */
export function invertOrder(o: usize, a: usize): void {
  memory.copy(POWER, a, 32)
  for (let i = 254; i >= 0; i--) {
    mulOrder(POWER, POWER, POWER)
    const word = load<u64>(LESS_TWO + (((i as usize) >> 6) << 3))
    if (((word >> ((i & 63) as u64)) & 1) != 0) mulOrder(POWER, POWER, a)
  }
  memory.copy(o, POWER, 32)
}

/** Leaves nothing behind of what passed through. */
export function forgetOrder(): void {
  memory.fill(T, 0, 40)
  memory.fill(LESS, 0, 32)
  memory.fill(POWER, 0, 32)
}
