/** GB/T 32918.2 §7: the verification equation on a given digest e. Reference implementation: plain, not fast. */
import { bytesToBigInt } from '../der/index.ts'
import { multiplyAdd, SM2_CURVE } from './curve.ts'
import { parseSm2Point } from './public-key.ts'
import type { Sm2Signature } from './signature.ts'

export interface Sm2DigestCheck {
  /** `04 || X || Y`. */
  readonly point: Uint8Array
  /** e = SM3(Z || M), 32 bytes. */
  readonly e: Uint8Array
  readonly signature: Sm2Signature
}

/** @throws DerError for a point off the curve */
export const isSm2DigestSignedBy = ({ point, e, signature: { r, s } }: Sm2DigestCheck): boolean => {
  const { n } = SM2_CURVE
  const q = parseSm2Point(point)
  if (r < 1n || r >= n || s < 1n || s >= n) return false
  const t = (r + s) % n
  if (t === 0n) return false
  const point1 = multiplyAdd(s, t, q)
  return point1 !== undefined && (bytesToBigInt(e) + point1.x) % n === r
}
