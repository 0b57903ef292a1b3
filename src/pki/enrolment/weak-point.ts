/**
 * Elliptic-curve keys whose private half anybody finds at once: d or n - d is small, as in tests, in broken devices, and in
 * constants that somebody forgot to replace. Both curves have a = -3, so one chord-and-tangent rule serves.
 */
import { bytesToBigInt } from '../../../standards/der/index.ts'
import { SM2_CURVE } from '../../../standards/gbt-32918-sm2/index.ts'
import { publicKeyBits } from '../../../standards/rfc5280-x509/index.ts'

export type WeakCurve = 'SM2' | 'P-256'

interface Curve {
  readonly p: bigint
  readonly b: bigint
  readonly gx: bigint
  readonly gy: bigint
}
const CURVES: Readonly<Record<WeakCurve, Curve>> = {
  SM2: SM2_CURVE,
  // FIPS 186-5 / SP 800-186 §3.2.1.3
  'P-256': {
    p: 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffffn,
    b: 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn,
    gx: 0x6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296n,
    gy: 0x4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5n,
  },
}

const MULTIPLES = 128

const mod = (value: bigint, p: bigint): bigint => ((value % p) + p) % p

const invert = (value: bigint, p: bigint): bigint => {
  let [r0, r1, t0, t1]: [bigint, bigint, bigint, bigint] = [p, mod(value, p), 0n, 1n]
  while (r1 !== 0n) {
    const q: bigint = r0 / r1
    ;[r0, r1, t0, t1] = [r1, r0 - q * r1, t1, t0 - q * t1]
  }
  return mod(t0, p)
}

/** X coordinates of G, 2G … 128G; n - d has the same. */
const smallMultiples = ({ p, gx, gy }: Curve): ReadonlySet<bigint> => {
  const seen = new Set<bigint>([gx])
  let [x, y] = [gx, gy]
  for (let i = 2; i <= MULTIPLES; i++) {
    const slope = x === gx ? mod(3n * (x * x - 1n) * invert(2n * y, p), p) : mod((y - gy) * invert(x - gx, p), p)
    const x3 = mod(slope * slope - x - gx, p)
    y = mod(slope * (x - x3) - y, p)
    x = x3
    seen.add(x)
  }
  return seen
}
const known = new Map<WeakCurve, ReadonlySet<bigint>>()

/** Undefined: nothing is known against the point. @throws DerError when the bytes are not a public key */
export const pointWeakness = (kind: WeakCurve, spki: Uint8Array): 'OFF_CURVE' | 'TRIVIAL_POINT' | undefined => {
  const point = publicKeyBits(spki)
  const curve = CURVES[kind]
  const [x, y] = [bytesToBigInt(point.subarray(1, 33)), bytesToBigInt(point.subarray(33))]
  const isOn = x < curve.p && y < curve.p && mod(y * y - x ** 3n + 3n * x - curve.b, curve.p) === 0n
  if (!isOn) return 'OFF_CURVE'
  const multiples = known.get(kind) ?? smallMultiples(curve)
  known.set(kind, multiples)
  return multiples.has(x) ? 'TRIVIAL_POINT' : undefined
}
