/**
 * Verification on a given digest through the kernel. A key that comes again and again gets a table of its multiples, which makes its
 * signatures three times as cheap; tables are few and the one not used for longest gives way. Public values only.
 */
import { CHECK_SIZE, MOST_CHECKS } from './open-kernel.ts'
import type { KernelExports } from './open-kernel.ts'

/** A point of the curve with what the verifier knows of it. Made by `keyOf`, kept by whoever verifies with it again. */
export interface Sm2VerifyingKey {
  /** `04 || X || Y`. */
  readonly point: Uint8Array
}

export interface Sm2Check {
  readonly key: Sm2VerifyingKey
  /** e = SM3(Z || M), 32 bytes. */
  readonly e: Uint8Array
  /** r || s, 64 bytes. */
  readonly signature: Uint8Array
}

export interface Sm2Verifier {
  /** The point is checked when it is used: off the curve, nothing is signed by it. */
  keyOf(point: Uint8Array): Sm2VerifyingKey
  /** False for wrong lengths, too. */
  isSigned(check: Sm2Check): boolean
  /** One verdict for each check, at the price of one call for each 32 of them. */
  areSigned(checks: readonly Sm2Check[]): boolean[]
}

interface Key extends Sm2VerifyingKey {
  uses: number
  slot: number
  lastUse: number
}

/** A table costs as much as twenty verifications: it is made for the third, when a key begins to look like an issuer's. */
const TABLE_AT_USE = 3
/** 110 KB each. */
const MOST_TABLES = 64
const NO_SLOT = -1

const fits = ({ key, e, signature }: Sm2Check): boolean =>
  key.point.length === 65 && key.point[0] === 4 && e.length === 32 && signature.length === 64

export const makeSm2Verifier = (kernel: KernelExports): Sm2Verifier => {
  const tables: Key[] = []
  let clock = 0

  const writeCheck = (at: number, { key, e, signature }: Sm2Check): void => {
    const bytes = new Uint8Array(kernel.memory.buffer, kernel.checks() + at * CHECK_SIZE, CHECK_SIZE)
    bytes.set(key.point.subarray(1))
    bytes.set(e, 64)
    bytes.set(signature, 96)
  }
  const oldestSlot = (): number =>
    tables.length < MOST_TABLES
      ? tables.length
      : tables.reduce((slot, { lastUse }, i) => (lastUse < (tables[slot] as Key).lastUse ? i : slot), 0)
  /** The slot of the key's table; the check of that key stands first in the kernel's memory when one has to be made. */
  const slotOf = (check: Sm2Check): number => {
    const key = check.key as Key
    key.lastUse = ++clock
    key.uses += 1
    if (key.slot !== NO_SLOT || key.uses < TABLE_AT_USE) return key.slot
    const slot = oldestSlot()
    writeCheck(0, check)
    if (kernel.keep(slot) === 0) return NO_SLOT
    const gone = tables[slot]
    if (gone !== undefined) Object.assign(gone, { slot: NO_SLOT, uses: 0 })
    tables[slot] = key
    key.slot = slot
    return slot
  }

  const verifySome = (checks: readonly Sm2Check[]): number => {
    const slots = checks.map(slotOf)
    checks.forEach((check, at) => writeCheck(at, check))
    new Int32Array(kernel.memory.buffer, kernel.slots(), checks.length).set(
      slots.map((slot, at) => (tables[slot] === checks[at]?.key ? slot : NO_SLOT)),
    )
    return kernel.verify(checks.length)
  }

  return {
    keyOf: (point) => ({ point: point.slice(), uses: 0, slot: NO_SLOT, lastUse: 0 }) as Key,
    isSigned: (check) => fits(check) && verifySome([check]) === 1,
    areSigned: (checks) => {
      const verdicts: boolean[] = checks.map(fits)
      const sound = checks.map((_, i) => i).filter((i) => verdicts[i])
      for (let from = 0; from < sound.length; from += MOST_CHECKS) {
        const some = sound.slice(from, from + MOST_CHECKS)
        const good = verifySome(some.map((i) => checks[i] as Sm2Check))
        some.forEach((i, at) => (verdicts[i] = ((good >>> at) & 1) === 1))
      }
      return verdicts
    },
  }
}
