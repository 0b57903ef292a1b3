/** The field of both kernels against BigInt, with limbs at the edges that the bounds proofs allow (kernel/field-*.ts). */
import { describe, expect, it } from 'vitest'
import { SM2_CURVE } from '../../../standards/gbt-32918-sm2/index.ts'
import type { KernelName } from '../../../standards/gbt-32918-sm2/index.ts'
import { draw, probeKernel } from './sm2-kernel-probe.ts'

const { p } = SM2_CURVE
const mod = (value: bigint): bigint => ((value % p) + p) % p

/** Results of products of growths g and h lie in these (bound (1) of each field), as multiples of 2^253. */
const RESULT: Readonly<Record<KernelName, (gh: bigint) => readonly [bigint, bigint]>> = {
  integer: (gh) => [-gh, 8n + gh],
  fma: () => [0n, 10n],
}
/** Growths of two factors that formulas use. */
const GROWTHS = [
  [1, 1],
  [2, 2],
  [2, 4],
  [5, 1],
  [3, 3],
  [7, 2],
] as const
const EDGES = [0n, 1n, 2n, p - 1n, p, p + 1n, 2n ** 256n - 1n, 2n ** 255n, 2n ** 64n, 2n ** 224n, 2n ** 256n - p]

describe.each(['fma', 'integer'] as const)('the field of the kernel “%s”', (name) => {
  const probe = probeKernel(name)
  const { limbs, size, inverseR } = probe
  const at = (i: number): number => probe.area + i * size

  /** An element with limbs at or near what `growth` allows, and its value. */
  const extreme = (growth: number): bigint[] => {
    const top = name === 'integer' ? BigInt(growth) << 28n : BigInt(growth) << 57n
    const highest = name === 'integer' ? BigInt(growth) << 25n : (BigInt(growth) * 5n) << 46n
    return Array.from({ length: limbs }, (_, i) => {
      const limit = i === limbs - 1 ? highest : top
      const kind = draw.below(6)
      if (kind === 0) return -limit
      if (kind === 1) return limit - 1n
      if (kind === 2) return BigInt(draw.below(3)) - 1n
      return (draw.number() % (2n * limit)) - limit
    })
  }

  it('multiplies and squares what lies at the edges of its limbs, in both places', () => {
    for (let round = 0; round < 6000; round++) {
      const [g, h] = GROWTHS[round % GROWTHS.length] as readonly [number, number]
      const [a, b, c, d] = [extreme(g), extreme(h), extreme(h), extreme(g)].map((e, i) => probe.write(at(i), e))
      probe.kernel.probeProducts(at(4), at(0), at(1), at(5), at(2), at(3))
      const results = [4, 5].map((i) => probe.read(at(i)))
      expect(results.map(mod)).toEqual([
        mod((a as bigint) * (b as bigint) * inverseR),
        mod((c as bigint) * (d as bigint) * inverseR),
      ])
      const [lowest, highest] = RESULT[name](BigInt(g * h))
      for (const result of results) expect(result >= lowest << 253n && result <= highest << 253n).toBe(true)
      if (g * g > 14) continue
      probe.kernel.probeSquares(at(4), at(0), at(5), at(3))
      expect([4, 5].map((i) => mod(probe.read(at(i))))).toEqual(
        [a, d].map((x) => mod((x as bigint) * (x as bigint) * inverseR)),
      )
    }
  })

  it('keeps limbs of results where the proof has them', () => {
    const limit = name === 'integer' ? 1n << 28n : 1n << 57n
    for (let round = 0; round < 2000; round++) {
      probe.write(at(0), extreme(3))
      probe.write(at(1), extreme(3))
      probe.kernel.probeProducts(at(2), at(0), at(1), at(3), at(1), at(1))
      const all = [...probe.limbsAt(at(2)), ...probe.limbsAt(at(3))]
      expect(all.every((limb) => limb >= -limit && limb <= limit)).toBe(true)
    }
  })

  it('takes every pair of edge values, in and out again', () => {
    for (const a of EDGES)
      for (const b of EDGES) {
        probe.enter(at(0), a)
        probe.enter(at(1), b)
        expect(probe.leave(at(0))).toBe(mod(a))
        probe.kernel.probeProducts(at(2), at(0), at(1), at(3), at(1), at(1))
        expect([probe.leave(at(2)), probe.leave(at(3))]).toEqual([mod(a * b), mod(b * b)])
        probe.kernel.probeSum(2, at(2), at(0), at(1), 0)
        expect(probe.leave(at(2))).toBe(mod(a - b))
      }
  })

  it('stays right through long chains without anything being brought into range', () => {
    probe.enter(at(0), p - 1n)
    probe.enter(at(1), 2n ** 256n - 1n)
    let [x, y] = [p - 1n, mod(2n ** 256n - 1n)]
    for (let round = 0; round < 3000; round++) {
      probe.kernel.probeSum(9, at(2), at(0), at(1), 0)
      probe.kernel.probeSum(8, at(3), at(0), at(1), 0)
      probe.kernel.probeProducts(at(0), at(2), at(3), at(1), at(0), at(1))
      // the second product reads the first factor of its own lane as it was, or as it became: formulas never ask
      probe.kernel.probeProducts(at(1), at(2), at(2), at(4), at(3), at(3))
      ;[x, y] = [mod((x - y) * (x + y)), mod((x - y) * (x - y))]
    }
    expect([probe.leave(at(0)), probe.leave(at(1))]).toEqual([x, y])
  })

  it('adds as its list of sums says, from operands that are sums themselves', () => {
    const sums: readonly ((a: bigint, b: bigint, c: bigint) => bigint)[] = [
      (a) => 3n * a,
      (a, b) => a - 8n * b,
      (a, b) => a - b,
      (a, b, c) => a - b - c,
      (a, b, c) => a - b - 2n * c,
      (a, b) => a + b,
      (a, b) => 3n * (a - b),
      (a, b, c) => 3n * (a - 3n * b - c),
      (a, b) => a + b,
      (a, b) => a - b,
      (a, b) => -a - b,
      (a, b) => 4n * a - b,
      (a) => 2n * a,
      (a) => -a,
    ]
    for (let round = 0; round < 300; round++)
      sums.forEach((sum, which) => {
        const [a, b, c] = [0, 1, 2].map((i) => probe.write(at(i), extreme(1))) as [bigint, bigint, bigint]
        probe.kernel.probeSum(which, at(3), at(0), at(1), at(2))
        expect([which, mod(probe.read(at(3)))]).toEqual([which, mod(sum(a, b, c))])
      })
  })

  it('inverts, and gives 0 for 0 and for p', () => {
    for (const a of [...EDGES, ...Array.from({ length: 20 }, () => draw.number())]) {
      probe.enter(at(0), a)
      probe.kernel.probeInvert(at(1), at(0))
      const inverse = probe.leave(at(1))
      expect(mod(inverse * a)).toBe(mod(a) === 0n ? 0n : 1n)
    }
  })
})
