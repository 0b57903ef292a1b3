/**
 * Which SM2 verification this process uses: the WebAssembly kernel, in the fastest form that the engine takes; undefined where there is none,
 * before it is ready where a browser compiles only aside, and after it was dismissed because it disagreed with another implementation
 * (self-check.ts). Opened at the first use.
 */
import type { KernelExports, KernelName, Sm2Verifier } from '../../standards/gbt-32918-sm2/index.ts'
import { makeSm2Verifier, openKernel, openKernelLater } from '../../standards/gbt-32918-sm2/index.ts'

export interface Sm2Engine {
  readonly name: KernelName
  readonly verifier: Sm2Verifier
}

const NAMES: readonly KernelName[] = ['fma', 'integer']

let engine: Sm2Engine | undefined
let isSettled = false
let isDismissed = false
const faults: string[] = []

const fault = (name: KernelName, error: unknown): undefined => {
  faults.push(`${name}: ${(error as Error).message}`)
  return undefined
}

const engineOf = (name: KernelName, kernel: KernelExports | undefined): Sm2Engine | undefined =>
  kernel && { name, verifier: makeSm2Verifier(kernel) }

const openLater = async (): Promise<void> => {
  for (const name of NAMES) {
    const opened = await openKernelLater(name).then(
      (kernel) => engineOf(name, kernel),
      (error) => fault(name, error),
    )
    if (opened === undefined) continue
    if (!isDismissed) engine = opened
    return
  }
}

const open = (): Sm2Engine | undefined => {
  for (const name of NAMES)
    try {
      const opened = engineOf(name, openKernel(name))
      if (opened !== undefined) return opened
    } catch (error) {
      if (error instanceof RangeError) {
        void openLater()
        return undefined
      }
      fault(name, error)
    }
  return undefined
}

export const sm2Engine = (): Sm2Engine | undefined => {
  if (isSettled) return engine
  isSettled = true
  engine = open()
  return engine
}

/** From now on verification goes without the kernel. */
export const dismissSm2Engine = (why: string): void => {
  sm2Engine()
  faults.push(why)
  isDismissed = true
  engine = undefined
}

/** Why the kernel, or its faster form, is not in use: empty where all is well. */
export const sm2EngineFaults = (): readonly string[] => faults
