/**
 * The kernel's constant-time half for this process, with a memory of its own: signing, decryption, key agreement. Undefined without WebAssembly,
 * and after it was dismissed because OpenSSL refused what it made (self-check.ts). Opened at the first use.
 */
import type { Sm2Secrets } from '../../standards/gbt-32918-sm2/index.ts'
import { openSm2Secrets } from '../../standards/gbt-32918-sm2/index.ts'

let secrets: Sm2Secrets | undefined
let isSettled = false
const faults: string[] = []

export const sm2Secrets = (): Sm2Secrets | undefined => {
  if (isSettled) return secrets
  isSettled = true
  try {
    secrets = openSm2Secrets()
  } catch (error) {
    faults.push((error as Error).message)
  }
  return secrets
}

/** From now on nothing secret passes through the kernel. */
export const dismissSm2Secrets = (fault: string): void => {
  sm2Secrets()
  faults.push(fault)
  secrets = undefined
}

/** Why it is not in use: empty where all is well. */
export const sm2SecretsFaults = (): readonly string[] => faults
