/** Entry of both binaries: verification. `start` first; checks are written to `checks()`, tables live in slots behind everything else. */
import * as fma from './field-fma'
import { CHECK, isSigned, isSignedByTable, keyTableSize, makeKeyTable, startVerify } from './verify'
import { startCurve } from './curve'

const MOST_CHECKS = 32
const CHECKS = memory.data(32 * 160, 16)
const SLOTS = memory.data(32 * 4, 16)
const PAGE: usize = 65536

/** Whether this engine rounds a multiply-add once: (2^52+1)² - 2^104 - 2^53 is 1, and 0 if the product was rounded first. */
export function isFused(): bool {
  return ASC_FEATURE_RELAXED_SIMD ? fma.isFused() : true
}

export function start(): void {
  startCurve()
  startVerify()
}

/** Where checks of 160 bytes are written, up to 32: X ‖ Y ‖ e ‖ r ‖ s, big endian. */
export function checks(): usize {
  return CHECKS
}

/** Where the slot of each check is written, 4 bytes: -1 for none. */
export function slots(): usize {
  return SLOTS
}

function slot(index: i32): usize {
  return ((__heap_base + 15) & ~15) + (index as usize) * keyTableSize()
}

/** The table of the key of the first check, into a slot (0, 1, 2 …); false for no point of the curve. Memory grows as needed. */
export function keep(index: i32): bool {
  const end = slot(index + 1)
  const has = (memory.size() as usize) * PAGE
  if (end > has && memory.grow(((end - has + PAGE - 1) / PAGE) as i32) < 0) return false
  return makeKeyTable(slot(index), CHECKS)
}

/** Checks the first `count`; bit i of the answer is the i-th verdict. */
export function verify(count: i32): u32 {
  let good: u32 = 0
  for (let i = 0; i < min(count, MOST_CHECKS); i++) {
    const check = CHECKS + (i as usize) * CHECK
    const index = load<i32>(SLOTS + 4 * (i as usize))
    const isGood = index < 0 ? isSigned(check) : isSignedByTable(check, slot(index))
    good |= (isGood ? 1 : 0) << i
  }
  return good
}
