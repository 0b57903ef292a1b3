/** GB/T 32918.3 §6.1 A7/B6: P + [x]R, where everything is public; affine and plain. */
import type { AffinePoint } from './curve.ts'
import { multiplyAdd, SM2_CURVE } from './curve.ts'

const { p, a } = SM2_CURVE

const mod = (value: bigint): bigint => ((value % p) + p) % p

const inverse = (value: bigint): bigint => {
  let [result, base] = [1n, mod(value)]
  for (let exponent = p - 2n; exponent > 0n; exponent >>= 1n) {
    if ((exponent & 1n) === 1n) result = (result * base) % p
    base = (base * base) % p
  }
  return result
}

/** Undefined is the point at infinity. */
export const addPoints = (one: AffinePoint, two: AffinePoint): AffinePoint | undefined => {
  const sameX = one.x === two.x
  if (sameX && mod(one.y + two.y) === 0n) return undefined
  const slope = sameX
    ? mod((3n * one.x * one.x + a) * inverse(2n * one.y))
    : mod((two.y - one.y) * inverse(two.x - one.x))
  const x = mod(slope * slope - one.x - two.x)
  return { x, y: mod(slope * (one.x - x) - one.y) }
}

/** `publicKey + [factor]ephemeral`; undefined is the point at infinity. */
export const combinedPeerKey = (
  publicKey: AffinePoint,
  factor: bigint,
  ephemeral: AffinePoint,
): AffinePoint | undefined => {
  const multiple = multiplyAdd(0n, factor, ephemeral)
  return multiple === undefined ? publicKey : addPoints(publicKey, multiple)
}
