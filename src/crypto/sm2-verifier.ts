/**
 * Which SM2 verification this process uses: the WebAssembly kernel, in the fastest form that the engine takes; undefined where there is none,
 * or where it was dismissed because it disagreed with another implementation (self-check.ts). Opened at the first use.
 */
import type { KernelName, Sm2Verifier } from '../../standards/gbt-32918-sm2/index.ts'
import { makeSm2Verifier, openKernel } from '../../standards/gbt-32918-sm2/index.ts'

export interface Sm2Engine {
  readonly name: KernelName
  readonly verifier: Sm2Verifier
}

const NAMES: readonly KernelName[] = ['fma', 'integer']

let engine: Sm2Engine | undefined
let isSettled = false
const faults: string[] = []

const open = (name: KernelName): Sm2Engine | undefined => {
  try {
    const kernel = openKernel(name)
    return kernel === undefined ? undefined : { name, verifier: makeSm2Verifier(kernel) }
  } catch (error) {
    faults.push(`${name}: ${(error as Error).message}`)
    return undefined
  }
}

export const sm2Engine = (): Sm2Engine | undefined => {
  if (isSettled) return engine
  isSettled = true
  for (const name of NAMES) {
    engine = open(name)
    if (engine !== undefined) break
  }
  return engine
}

/** From now on verification goes without the kernel. */
export const dismissSm2Engine = (fault: string): void => {
  sm2Engine()
  faults.push(fault)
  engine = undefined
}

/** Why the kernel, or its faster form, is not in use: empty where all is well. */
export const sm2EngineFaults = (): readonly string[] => faults
