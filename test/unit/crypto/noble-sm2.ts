/** SM2's curve in @noble/curves, as an oracle: it makes digests that a chosen (r, s) fits, with no private key at all. */
import { weierstrass } from '@noble/curves/abstract/weierstrass.js'
import { SM2_CURVE } from '../../../standards/gbt-32918-sm2/index.ts'
import { fromHex, toHex } from '../../../standards/bytes.ts'

const { p, n, h, a, b, gx: Gx, gy: Gy } = SM2_CURVE
const Point = weierstrass({ p, n, h, a, b, Gx, Gy })

/** Any s and t give r = t - s and e = r - x(sG + tP), for which (r, s) verifies. */
export const fittingSignature = (point: Uint8Array, s: bigint, t: bigint): { e: Uint8Array; r: bigint; s: bigint } => {
  const sum = Point.BASE.multiplyUnsafe(s).add(Point.fromHex(toHex(point)).multiplyUnsafe(t))
  const r = (((t - s) % n) + n) % n
  const e = (((r - sum.toAffine().x) % n) + n) % n
  return { e: fromHex(e.toString(16).padStart(64, '0')), r, s }
}
