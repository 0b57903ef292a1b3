/**
 * Verification through both kernels, without and with a table of the key, against the reference on BigInt and the group law of
 * @noble/curves. The exceptions of the incomplete sums are reached on purpose: two equal points, opposite ones, infinity on the way and at the end.
 */
import { weierstrass } from '@noble/curves/abstract/weierstrass.js'
import { describe, expect, it } from 'vitest'
import { concat, fromHex, toHex } from '../../../standards/bytes.ts'
import type { Sm2Check, Sm2Verifier } from '../../../standards/gbt-32918-sm2/index.ts'
import {
  encodeRawSm2Signature,
  isOnCurve,
  isSm2DigestSignedBy,
  makeSm2Verifier,
  openKernel,
  parseRawSm2Signature,
  SM2_CURVE,
} from '../../../standards/gbt-32918-sm2/index.ts'
import type { ProbeExports } from './sm2-kernel-probe.ts'
import { draw } from './sm2-kernel-probe.ts'

const { p, n, h, a, b, gx: Gx, gy: Gy } = SM2_CURVE
const Point = weierstrass({ p, n, h, a, b, Gx, Gy })
type CurvePoint = typeof Point.BASE

const mod = (value: bigint, m: bigint): bigint => ((value % m) + m) % m
const power = (base: bigint, exponent: bigint, m: bigint): bigint => {
  let result = 1n
  for (let [x, e] = [mod(base, m), exponent]; e > 0n; e >>= 1n, x = (x * x) % m) if (e & 1n) result = (result * x) % m
  return result
}
const inverse = (value: bigint): bigint => power(value, n - 2n, n)
const be = (value: bigint): Uint8Array => fromHex(value.toString(16).padStart(64, '0'))
const times = (k: bigint, q: CurvePoint = Point.BASE): CurvePoint =>
  mod(k, n) === 0n ? Point.ZERO : q.multiplyUnsafe(mod(k, n))

interface Given {
  readonly point: Uint8Array
  readonly e: Uint8Array
  readonly signature: Uint8Array
}

const made = new Map<string, Given>()

/** With the digest that makes (t - s, s) good under q; where the sum is infinity there is none, and e is anything. */
const fitting = (q: CurvePoint, s: bigint, t: bigint): Given => {
  const name = [q.toHex(), s, t].join()
  const given = made.get(name) ?? makeFitting(q, s, t)
  made.set(name, given)
  return given
}

const makeFitting = (q: CurvePoint, s: bigint, t: bigint): Given => {
  const sum = times(s).add(times(t, q))
  const r = mod(t - s, n)
  const e = mod(r - (sum.equals(Point.ZERO) ? 7n : sum.toAffine().x), n)
  return { point: q.toBytes(false), e: be(e), signature: encodeRawSm2Signature({ r, s: mod(s, n) }) }
}

const changedLast = (bytes: Uint8Array): Uint8Array =>
  Uint8Array.from(bytes, (x, i) => (i === bytes.length - 1 ? x ^ 1 : x))

const byReference = ({ point, e, signature }: Given): boolean =>
  isSm2DigestSignedBy({ point, e, signature: parseRawSm2Signature(signature) })

/** The verdict of a verifier for a key never seen, and for one with a table. */
const verdicts = (verifier: Sm2Verifier, given: Given): boolean[] => {
  const key = verifier.keyOf(given.point)
  const check: Sm2Check = { key, e: given.e, signature: given.signature }
  return [1, 2, 3, 4].map(() => verifier.isSigned(check))
}

const small = [1n, 2n, 15n, 16n, 17n, 32n, 127n, 128n, 129n, 257n, 1n << 128n, 1n << 255n]

describe.each(['fma', 'integer'] as const)('verification by the kernel “%s”', (name) => {
  const kernel = openKernel(name)
  if (kernel === undefined) throw new Error(`this engine does not take the kernel “${name}”`)
  const verifier = makeSm2Verifier(kernel)
  const exceptions = (): number => (kernel as ProbeExports).probeExceptions()
  const expectVerdict = (given: Given, expected: boolean): void => {
    expect([byReference(given), ...verdicts(verifier, given)]).toEqual(Array(5).fill(expected))
  }

  it('agrees with the reference where the sum meets an exception: equal points, opposite ones', () => {
    const before = exceptions()
    for (const j of [1n, 7n, -2n, 1n << 200n])
      for (const c of [1n, -1n, 128n, -128n, 255n, -257n, 32768n]) {
        const q = times(j)
        const t = mod(c * inverse(mod(j, n)), n)
        // tQ = cG: the first window of s doubles it, or takes it to infinity before the next window
        for (const s of [c, mod(c, n) + (3n << 8n), mod(-c, n) + (5n << 8n), c + 256n]) {
          if (mod(t - s, n) === 0n || mod(s, n) === 0n || mod(s + c, n) === 0n) continue
          const given = fitting(q, mod(s, n), t)
          expect(verdicts(verifier, given)).toEqual([true, true, true, true])
          expect(verdicts(verifier, { ...given, e: changedLast(given.e) })).toEqual([false, false, false, false])
        }
      }
    // not every case is one, as windows are signed; most are
    expect(exceptions() - before).toBeGreaterThan(200)
  })

  it('refuses a sum that is infinity, whatever e', () => {
    for (const j of [1n, 3n, -5n, 1n << 100n])
      for (const c of [1n, 2n, 128n, -77n, 1n << 254n]) {
        const t = mod(c * inverse(mod(j, n)), n)
        if (mod(t + c, n) === 0n) continue
        const given = fitting(times(j), mod(-c, n), t)
        const before = exceptions()
        for (const e of [given.e, be(0n), be(mod(t + c, n))]) expectVerdict({ ...given, e }, false)
        expect(exceptions() - before).toBe(12)
      }
  })

  it('accepts small and large s and t, where windows are empty or full', () => {
    const q = times(0x1234567890abcdefn)
    for (const s of small)
      for (const t of [...small, n - 1n, n - 2n, (n - 1n) / 2n, (n + 1n) / 2n]) {
        if (s === t) continue
        const given = fitting(q, s % n, t)
        expect(verdicts(verifier, given)).toEqual([true, true, true, true])
        expect(
          verifier.isSigned({
            key: verifier.keyOf(q.toBytes(false)),
            e: changedLast(given.e),
            signature: given.signature,
          }),
        ).toBe(false)
      }
    for (const s of [n - 1n, n - 2n, (n - 1n) / 2n, (n + 1n) / 2n, n - 128n])
      expect(verdicts(verifier, fitting(q, s, 12345n))).toEqual([true, true, true, true])
  })

  it('finds x of the sum between n and p, where two numbers stand for one', () => {
    let found = 0
    for (let x: bigint = n; found < 4; x++) {
      const yy = mod((x * x + a) * x + b, p)
      const y = power(yy, (p + 1n) / 4n, p)
      if (mod(y * y, p) !== yy) continue
      found += 1
      const [s, t] = [draw.number() % n, draw.number() % n]
      const sum = Point.fromHex(toHex(concat(Uint8Array.of(4), be(x), be(y))))
      const q = sum.subtract(times(s)).multiplyUnsafe(inverse(t))
      const given = fitting(q, s, t)
      expectVerdict(given, true)
      expectVerdict({ ...given, e: changedLast(given.e) }, false)
    }
  })

  it('takes a digest of any size, also above n and p', () => {
    const d = draw.number() % n
    const q = times(d)
    for (const e of [0n, 1n, n - 1n, n, n + 1n, p - 1n, p, p + 1n, (1n << 256n) - 1n]) {
      const k = draw.number() % n
      const r = mod(e + times(k).toAffine().x, n)
      const s = mod((k - r * d) * inverse(1n + d), n)
      expectVerdict({ point: q.toBytes(false), e: be(e), signature: encodeRawSm2Signature({ r, s }) }, true)
    }
  })

  it('refuses r and s outside [1, n-1], and r + s = n', () => {
    const good = fitting(times(99n), draw.number() % n, draw.number() % n)
    const { r, s } = parseRawSm2Signature(good.signature)
    const edges = [0n, 1n, n - 1n, n, n + 1n, (1n << 256n) - 1n, n - r, n - s]
    for (const one of [r, ...edges] as bigint[])
      for (const two of [s, ...edges] as bigint[]) {
        const signature = encodeRawSm2Signature({ r: one, s: two })
        expect(verdicts(verifier, { ...good, signature })).toEqual(Array(4).fill(one === r && two === s))
      }
    // what would fit if the range were not asked for: the same numbers plus n
    const raised: readonly (readonly [bigint, bigint])[] = [
      [r + n, s],
      [r, s + n],
    ]
    for (const [one, two] of raised)
      if (one < 1n << 256n && two < 1n << 256n)
        expect(verdicts(verifier, { ...good, signature: encodeRawSm2Signature({ r: one, s: two }) })).not.toContain(
          true,
        )
  })

  it('refuses keys off the curve, on its twist, out of range, at infinity, of another form or length', () => {
    const good = fitting(times(5n), 77n, 99n)
    const { x, y } = times(5n).toAffine()
    let twisted = 1n
    while (isOnCurve({ x: twisted, y: power((twisted * twisted + a) * twisted + b, (p + 1n) / 4n, p) })) twisted += 1n
    const points = [
      [x, y + 1n],
      [y, x],
      [0n, 0n],
      [twisted, power(-((twisted * twisted + a) * twisted + b), (p + 1n) / 4n, p)],
      [x + p < 1n << 256n ? x + p : p, y],
      [x, y + p < 1n << 256n ? y + p : (1n << 256n) - 1n],
      [p, p],
    ].map(([px, py]) => concat(Uint8Array.of(4), be(px as bigint), be(py as bigint)))
    const forms = [
      good.point.subarray(0, 64),
      concat(good.point, Uint8Array.of(0)),
      Uint8Array.of(0),
      Uint8Array.from(good.point, (v, i) => (i === 0 ? 6 : v)),
      times(5n).toBytes(true),
      new Uint8Array(0),
    ]
    for (const point of [...points, ...forms]) expect(verdicts(verifier, { ...good, point })).not.toContain(true)
    expect(verdicts(verifier, good)).not.toContain(false)
  })

  it('refuses digests and signatures of another length', () => {
    const good = fitting(times(5n), 77n, 99n)
    for (const change of [
      { e: good.e.subarray(1) },
      { e: concat(good.e, Uint8Array.of(0)) },
      { signature: good.signature.subarray(0, 63) },
      { signature: concat(good.signature, Uint8Array.of(0)) },
    ])
      expect(verdicts(verifier, { ...good, ...change })).not.toContain(true)
  })

  it('keeps the right table when keys come and go, more of them than tables', () => {
    const all = Array.from({ length: 70 }, (_, i) =>
      fitting(times(BigInt(i) + 1000n), draw.number() % n, draw.number() % n),
    )
    const checks = all.map((given) => ({ key: verifier.keyOf(given.point), e: given.e, signature: given.signature }))
    for (let round = 0; round < 5; round++)
      checks.forEach((check, i) => {
        expect(verifier.isSigned(check)).toBe(true)
        const other = checks[(i + 1) % checks.length] as Sm2Check
        expect(verifier.isSigned({ ...check, e: other.e, signature: other.signature })).toBe(false)
      })
  })

  it('gives one verdict for each check of a batch, in order', () => {
    const keys = Array.from({ length: 5 }, (_, i) => times(BigInt(i) + 3n))
    const verifying = keys.map((q) => verifier.keyOf(q.toBytes(false)))
    const expected: boolean[] = []
    const checks = Array.from({ length: 100 }, (_, i): Sm2Check => {
      const given = fitting(keys[i % 5] as CurvePoint, draw.number() % n, draw.number() % n)
      expected.push(i % 3 !== 0)
      const e = i % 3 === 0 ? changedLast(given.e) : given.e
      return {
        key: verifying[i % 5] as Sm2Check['key'],
        e,
        signature: i % 7 === 6 ? given.signature.subarray(1) : given.signature,
      }
    })
    expect(verifier.areSigned(checks)).toEqual(expected.map((good, i) => good && i % 7 !== 6))
    expect(verifier.areSigned([])).toEqual([])
  })
})
