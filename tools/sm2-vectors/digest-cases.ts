/** sm2_verify_digest_test.json: signatures over a given e, because only so the arithmetic's edges can be reached on purpose. */
import { toHex } from '../../standards/bytes.ts'
import { encodeSm2PublicKey } from '../../standards/gbt-32918-sm2/index.ts'
import type { Point } from './arithmetic.ts'
import { add, bytes32, drawn, encoded, G, inverse, mod, multiply, n, negate, p, pointAt } from './arithmetic.ts'
import type { Signature } from './sm2-by-hand.ts'
import { der, digestFor, signDigest } from './sm2-by-hand.ts'
import type { Case, Group, Result } from './wycheproof.ts'

const D = drawn('key of the digest cases')
const P = multiply(D)

interface Made {
  readonly comment: string
  readonly flag: string
  readonly e: bigint
  readonly signature: Signature
  readonly result: Result
  readonly reason: string
}

const groupOf = (point: Point, made: readonly Made[]): Group => {
  const spki = encodeSm2PublicKey(encoded(point))
  return {
    type: 'Sm2VerifyDigest',
    publicKey: { type: 'EcPublicKey', curve: 'sm2p256v1', keySize: 256, uncompressed: toHex(encoded(point)) },
    publicKeyDer: spki,
    tests: made.map(({ comment, flag, e, signature, result, reason }): Case => ({
      comment,
      flags: [flag],
      e: bytes32(e),
      sig: der(signature),
      result,
      reason,
    })),
  }
}

const FITS = 'the equation holds'

/** r and s chosen, e after them. */
const chosen = (comment: string, flag: string, signature: Signature): Made => ({
  comment,
  flag,
  signature,
  e: digestFor(P, signature),
  result: 'valid',
  reason: FITS,
})

const edgesOfE = (): Made[] =>
  Object.entries({
    '0': 0n,
    '1': 1n,
    'n-1': n - 1n,
    n,
    'n+1': n + 1n,
    p,
    'p-1': p - 1n,
    '2^256-1': (1n << 256n) - 1n,
  }).map(([name, e]) => ({
    comment: `e = ${name}`,
    flag: 'EdgeDigest',
    e,
    signature: signDigest(D, e, drawn(`e ${name}`)),
    result: 'valid',
    reason: 'e is reduced modulo n, not refused',
  }))

const edgesOfNumbers = (): Made[] => {
  const pairs: Readonly<Record<string, Signature>> = {
    'r = 1, s = 1': { r: 1n, s: 1n },
    'r = 1, s = 2': { r: 1n, s: 2n },
    'r = 1, s = n-2: t = n-1': { r: 1n, s: n - 2n },
    'r = 2, s = n-1: t = 1': { r: 2n, s: n - 1n },
    'r = n-1, s = 2: t = 1': { r: n - 1n, s: 2n },
    'r = n-1, s = n-1: t = n-2': { r: n - 1n, s: n - 1n },
    'r = n-2, s = 1: t = n-1': { r: n - 2n, s: 1n },
    'r = 2^128, s = 2^128': { r: 1n << 128n, s: 1n << 128n },
    'r = 2^255, s = 2^255': { r: 1n << 255n, s: 1n << 255n },
  }
  return Object.entries(pairs).map(([name, signature]) => chosen(name, 'EdgeNumbers', signature))
}

/** Accepted by whoever leaves one check out. */
const missingChecks = (): Made[] => {
  const draw = drawn('missing checks')
  const refused = (comment: string, reason: string, fits: Signature, shown = fits): Made => ({
    comment,
    flag: 'MissingCheck',
    e: digestFor(P, fits),
    signature: shown,
    result: 'invalid',
    reason,
  })
  const [zeroR, zeroS, zeroT] = [
    { r: 0n, s: draw },
    { r: draw, s: 0n },
    { r: n - draw, s: draw },
  ]
  const range = 'outside [1, n-1]; all else holds'
  return [
    refused('r = 0 and the equation holds', range, zeroR),
    refused('r = n and the equation holds modulo n', range, zeroR, { ...zeroR, r: n }),
    refused('s = 0 and the equation holds', range, zeroS),
    refused('s = n and the equation holds modulo n', range, zeroS, { ...zeroS, s: n }),
    refused('r + s = n and x of sG fits', 't = 0: the public key plays no part, anybody can make it', zeroT),
    refused('r + n for a small r that fits', range, { r: 5n, s: draw }, { r: 5n + n, s: draw }),
    refused('s + n for a small s that fits', range, { r: draw, s: 5n }, { r: draw, s: 5n + n }),
    refused('r - n, negative, for an r that fits', range, { r: draw, s: 7n }, { r: draw - n, s: 7n }),
    refused('s - n, negative, for an s that fits', range, { r: 7n, s: draw }, { r: 7n, s: draw - n }),
    refused(
      'r = 2^256 - 1 and the equation holds modulo n',
      range,
      { r: (1n << 256n) - 1n - n, s: draw },
      { r: (1n << 256n) - 1n, s: draw },
    ),
  ]
}

const infinity = (): Made[] => {
  const t = drawn('infinity')
  const s = mod(-t * D, n)
  const r = mod(t - s, n)
  const at = (comment: string, e: bigint): Made => ({
    comment,
    flag: 'PointAtInfinity',
    e,
    signature: { r, s },
    result: 'invalid',
    reason: 'sG + tP is the point at infinity, which has no x',
  })
  return [
    at('sG = -tP, e = r: infinity read as x = 0', r),
    at('sG = -tP, e = r - 1: infinity read as x = 1', mod(r - 1n, n)),
    at('sG = -tP, e + x of sG is r', mod(r - multiply(s).x, n)),
    at('sG = -tP, e + x of 2sG is r', mod(r - multiply(2n * s).x, n)),
  ]
}

const doubling = (): Made[] => {
  const t = drawn('doubling')
  const s = mod(t * D, n)
  const signature = { r: mod(t - s, n), s }
  const [right, wrong] = [multiply(2n * s), multiply(s)]
  const e = mod(signature.r - right.x, n)
  const refused = { flag: 'Doubling', signature, result: 'invalid', reason: 'not the x of 2sG' } as const
  return [
    { comment: 'sG = tP: the sum is a doubling', flag: 'Doubling', e, signature, result: 'valid', reason: FITS },
    { ...refused, comment: 'sG = tP, e fits the sum read as infinity', e: signature.r },
    { ...refused, comment: 'sG = tP, e fits the x of sG', e: mod(signature.r - wrong.x, n) },
  ]
}

/** A key made for a point R = sG + tP that was chosen first. */
const forPoint = (comment: string, point: Point, flag: string): Group => {
  const [s, t] = [drawn(`${comment} s`), drawn(`${comment} t`)]
  const key = multiply(inverse(t, n), add(point, negate(multiply(s))))
  const signature = { r: mod(t - s, n), s }
  const e = mod(signature.r - point.x, n)
  return groupOf(key, [
    { comment, flag, e, signature, result: 'valid', reason: `${FITS}: (e + x1) mod n = r` },
    {
      comment: `${comment}, e + 1`,
      flag,
      e: e + 1n,
      signature,
      result: 'invalid',
      reason: 'e does not fit',
    },
  ])
}

const firstPoint = (from: bigint, step: bigint): Point => {
  for (let x = from; ; x += step) {
    const found = pointAt(x)
    if (found !== undefined) return found
  }
}

const edgesOfX = (): Group[] => {
  const points: Readonly<Record<string, Point>> = {
    'x1 the smallest': firstPoint(0n, 1n),
    'x1 just below n': firstPoint(n - 1n, -1n),
    'x1 = n or just above: x1 must be reduced modulo n': firstPoint(n, 1n),
    'x1 the largest, above n': firstPoint(p - 1n, -1n),
    'x1 near the middle between n and p': firstPoint((n + p) / 2n, 1n),
    'x1 near 2^255': firstPoint(1n << 255n, 1n),
    'x1 = 2^224 - 1 or near': firstPoint((1n << 224n) - 1n, 1n),
  }
  const flagOf = (point: Point): string => (point.x >= n ? 'XAboveOrder' : 'EdgeX')
  return Object.entries(points).map(([name, point]) =>
    forPoint(`${name} (${toHex(bytes32(point.x))})`, point, flagOf(point)),
  )
}

/** sG + tP = ±G, ±2G, ±P: sums that end in the tables of multiples. */
const endsInTable = (): Group =>
  groupOf(
    P,
    Object.entries({ G, '-G': negate(G), '2G': multiply(2n), P, '-P': negate(P), '2P': multiply(2n, P) }).map(
      ([name, point]) => {
        const t = drawn(`table ${name}`)
        const target: Readonly<Record<string, bigint>> = { G: 1n, '-G': -1n, '2G': 2n, P: D, '-P': -D, '2P': 2n * D }
        const s = mod((target[name] as bigint) - t * D, n)
        const signature = { r: mod(t - s, n), s }
        const e = mod(signature.r - point.x, n)
        return { comment: `sG + tP = ${name}`, flag: 'EndsInTable', e, signature, result: 'valid', reason: FITS }
      },
    ),
  )

export const digestGroups = (): Group[] => [
  groupOf(P, [...edgesOfE(), ...edgesOfNumbers(), ...missingChecks(), ...infinity(), ...doubling()]),
  endsInTable(),
  ...edgesOfX(),
]
