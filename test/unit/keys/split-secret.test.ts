import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { invert, multiply } from '../../../keys/backup/gf256.ts'
import { interpolate, joinSecret, splitSecret } from '../../../keys/backup/split-secret.ts'
import type { SecretShare } from '../../../keys/backup/split-secret.ts'
import { systemRandom } from '../../../src/kernel/index.ts'
import { fromHex, toHex } from '../../../standards/bytes.ts'
import vectors from './shamir-vectors.json' with { type: 'json' }

const code = (value: string): unknown => expect.objectContaining({ code: value })
const random = systemRandom

/** Long division by the polynomial, bit by bit: nothing in common with the code under test. */
const slowMultiply = (a: number, b: number): number => {
  let product = 0n
  for (let i = 0n; i < 8n; i++) if ((BigInt(b) >> i) & 1n) product ^= BigInt(a) << i
  for (let i = 15n; i >= 8n; i--) if ((product >> i) & 1n) product ^= 0x11bn << (i - 8n)
  return Number(product)
}

describe('GF(256)', () => {
  it('multiplies as FIPS 197 §4.2 says', () => {
    const examples = [
      [0x57, 0x83, 0xc1],
      [0x57, 0x13, 0xfe],
      [0x57, 0x02, 0xae],
      [0x57, 0x04, 0x47],
      [0x57, 0x08, 0x8e],
      [0x57, 0x10, 0x07],
    ] as const
    for (const [a, b, product] of examples) expect(multiply(a, b)).toBe(product)
  })

  it('agrees with long division on every pair, and inverts every number', () => {
    for (let a = 0; a < 256; a++)
      for (let b = 0; b < 256; b++) if (multiply(a, b) !== slowMultiply(a, b)) expect([a, b]).toBe('equal')
    for (let a = 1; a < 256; a++) expect(multiply(a, invert(a))).toBe(1)
  })
})

describe('a secret in shares', () => {
  it.each(vectors.sets)('of others is put together again: $by, threshold $threshold', ({ at, threshold, shares }) => {
    const theirs = shares.map(({ x, y }) => ({ x, y: fromHex(y) }))
    for (const start of [0, theirs.length - threshold])
      expect(toHex(interpolate(theirs.slice(start, start + threshold), at))).toBe(vectors.secret)
    if (at === 0) expect(toHex(joinSecret(theirs.slice(-threshold)))).toBe(vectors.secret)
  })

  it('is given back by any threshold of its shares, and by none fewer', () => {
    const sets = fc.integer({ min: 2, max: 9 }).chain((n) =>
      fc.record({
        shares: fc.constant(n),
        threshold: fc.integer({ min: 2, max: n }),
        order: fc.shuffledSubarray(
          Array.from({ length: n }, (_, i) => i),
          { minLength: n, maxLength: n },
        ),
        secret: fc.uint8Array({ minLength: 16, maxLength: 48 }),
      }),
    )
    fc.assert(
      fc.property(sets, ({ shares, threshold, order, secret }) => {
        const made = splitSecret({ secret, shares, threshold, random })
        const shuffled = order.map((i) => made[i] as SecretShare)
        const enough = toHex(joinSecret(shuffled.slice(0, threshold))) === toHex(secret)
        const tooFew = threshold > 2 && toHex(joinSecret(shuffled.slice(0, threshold - 1))) === toHex(secret)
        return enough && !tooFew
      }),
      { numRuns: 150 },
    )
  })

  it('leaves every secret possible to whoever lacks one share', () => {
    const [only] = splitSecret({ secret: Uint8Array.of(42), shares: 3, threshold: 2, random })
    const possible = new Set<number>()
    for (let y = 0; y < 256; y++)
      possible.add(joinSecret([only as SecretShare, { x: 2, y: Uint8Array.of(y) }])[0] as number)
    expect(possible.size).toBe(256)
  })

  it.each([
    [1, 1],
    [3, 1],
    [3, 4],
    [256, 2],
    [2.5, 2],
    [3, 2.5],
    [0, 0],
  ])('is not split into %d with threshold %d', (shares, threshold) => {
    expect(() => splitSecret({ secret: random.bytes(32), shares, threshold, random })).toThrow(code('INPUT_INVALID'))
  })

  it('is not put together from shares of one number, of other lengths, or from none', () => {
    const [one, two] = splitSecret({ secret: random.bytes(32), shares: 2, threshold: 2, random }) as [
      SecretShare,
      SecretShare,
    ]
    for (const bad of [
      [],
      [one, one],
      [one, { x: 1, y: two.y }],
      [one, { x: 0, y: two.y }],
      [one, { x: 2, y: two.y.subarray(1) }],
    ])
      expect(() => joinSecret(bad)).toThrow(code('BACKUP_SHARE_INVALID'))
  })
})
