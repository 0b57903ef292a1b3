/** Reaches into the field of a kernel: elements written limb by limb and read as numbers. */
import type { KernelExports, KernelName } from '../../../standards/gbt-32918-sm2/index.ts'
import { openKernel, SM2_CURVE } from '../../../standards/gbt-32918-sm2/index.ts'

const { p } = SM2_CURVE

export interface ProbeExports extends KernelExports {
  probeArea(): number
  probeShape(): number
  probeProducts(o0: number, x0: number, y0: number, o1: number, x1: number, y1: number): void
  probeSquares(o0: number, x0: number, o1: number, x1: number): void
  probeSum(which: number, o: number, a: number, b: number, c: number): void
  probeEnter(o: number, words: number): void
  probeLeave(words: number, a: number): void
  probeInvert(o: number, a: number): void
  probeExceptions(): number
}

const seed = Number(process.env['SEED'] ?? Math.floor(Math.random() * 2 ** 31))
let state = seed | 1

/** xorshift32 from SEED, which is printed when the process ends badly. */
export const draw = {
  seed,
  below: (limit: number): number => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) % limit
  },
  /** 256 bits. */
  number: (): bigint =>
    Array.from({ length: 16 }, () => BigInt(draw.below(0x10000))).reduce((n, part) => (n << 16n) | part),
}

const power = (base: bigint, exponent: bigint): bigint => {
  let result = 1n
  for (let [b, e] = [base % p, exponent]; e > 0n; e >>= 1n, b = (b * b) % p) if (e & 1n) result = (result * b) % p
  return result
}

export interface FieldProbe {
  readonly kernel: ProbeExports
  readonly area: number
  readonly size: number
  readonly limbs: number
  /** 1/R mod p. */
  readonly inverseR: bigint
  /** Returns the number that the limbs are. */
  write(at: number, limbs: readonly bigint[]): bigint
  read(at: number): bigint
  limbsAt(at: number): bigint[]
  enter(at: number, value: bigint): void
  leave(at: number): bigint
}

export const probeKernel = (name: KernelName): FieldProbe => {
  const kernel = openKernel(name) as ProbeExports | undefined
  if (kernel === undefined) throw new Error(`this engine does not take the kernel “${name}”`)
  const shape = kernel.probeShape()
  const [size, limbs, bits] = [Math.floor(shape / 1e6), Math.floor(shape / 1e3) % 1e3, BigInt(shape % 1e3)]
  const area = kernel.probeArea()
  const words = area + 900
  const view = new DataView(kernel.memory.buffer)
  const valueOf = (all: readonly bigint[]): bigint => all.reduceRight((sum, limb) => (sum << bits) + limb, 0n)
  const limbsAt = (at: number): bigint[] =>
    Array.from({ length: limbs }, (_, i) =>
      name === 'fma' ? view.getBigInt64(at + 8 * i, true) : BigInt(view.getInt32(at + 4 * i, true)),
    )
  return {
    ...{ kernel, area, size, limbs, limbsAt },
    inverseR: power(power(2n, bits * BigInt(limbs)), p - 2n),
    write: (at, all) => {
      all.forEach((limb, i) =>
        name === 'fma' ? view.setBigInt64(at + 8 * i, limb, true) : view.setInt32(at + 4 * i, Number(limb), true),
      )
      return valueOf(all)
    },
    read: (at) => valueOf(limbsAt(at)),
    enter: (at, value) => {
      for (let i = 0; i < 4; i++) view.setBigUint64(words + 8 * i, BigInt.asUintN(64, value >> BigInt(64 * i)), true)
      kernel.probeEnter(at, words)
    },
    leave: (at) => {
      kernel.probeLeave(words, at)
      return [3, 2, 1, 0].reduce((sum, i) => (sum << 64n) | view.getBigUint64(words + 8 * i, true), 0n)
    },
  }
}
