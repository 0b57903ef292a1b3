/**
 * What SM2 encryption and key exchange ask of the curve where a scalar is secret: a small port, because plain arithmetic
 * tells its operands through its time. `referenceScalars` is plain BigInt: for tests, and for public scalars.
 */
import { concat } from '../bytes.ts'
import { bytesToBigInt } from '../der/index.ts'
import { FormatError } from '../errors.ts'
import type { AffinePoint } from './curve.ts'
import { multiplyAdd, SM2_CURVE } from './curve.ts'
import { multiplyAddModN } from './multiply-add-mod-n.ts'
import type { Sm2Secrets } from './open-sm2-secrets.ts'
import { parseSm2Point, to32Bytes } from './public-key.ts'

/** Scalars are 32 bytes in [1, n-1]; points are the 65 bytes `04 || X || Y`, checked by the caller. */
export interface Sm2SecretScalars {
  /** kG. */
  multiplyBase(k: Uint8Array): Uint8Array
  /** kP; never infinity, as the curve's order n is prime and k lies in [1, n-1]. */
  multiply(k: Uint8Array, point: Uint8Array): Uint8Array
  /** (a·b + c) mod n, 32 bytes; c may be zero. */
  multiplyAddModN(a: Uint8Array, b: Uint8Array, c: Uint8Array): Uint8Array
}

/** `04 || X || Y`. */
export const encodePoint = ({ x, y }: AffinePoint): Uint8Array => concat(Uint8Array.of(4), to32Bytes(x), to32Bytes(y))

const orRefused = (point: Uint8Array | undefined): Uint8Array => {
  if (point === undefined) throw new FormatError('SM2_POINT_AT_INFINITY', 'scalar multiplication met infinity')
  return point
}
const finite = (point: AffinePoint | undefined): Uint8Array => orRefused(point && encodePoint(point))

const BASE: AffinePoint = { x: SM2_CURVE.gx, y: SM2_CURVE.gy }

export const referenceScalars: Sm2SecretScalars = {
  multiplyBase: (k) => finite(multiplyAdd(bytesToBigInt(k), 0n, BASE)),
  multiply: (k, point) => finite(multiplyAdd(0n, bytesToBigInt(k), parseSm2Point(point))),
  multiplyAddModN,
}

/** The port on the constant-time kernel. */
export const kernelScalars = (secrets: Sm2Secrets): Sm2SecretScalars => ({
  multiplyBase: (k) => orRefused(secrets.multiplyBase(k)),
  multiply: (k, point) => orRefused(secrets.multiply(k, point)),
  multiplyAddModN,
})

/** 1 when a < b, both 32 bytes, in time that does not depend on them. */
const isBelow = (a: Uint8Array, b: Uint8Array): number => {
  let borrow = 0
  for (let i = 31; i >= 0; i--) borrow = (((a[i] as number) - (b[i] as number) - borrow) >> 8) & 1
  return borrow
}

const isZero = (bytes: Uint8Array): boolean => {
  let bits = 0
  for (const octet of bytes) bits |= octet
  return bits === 0
}

const ORDER = to32Bytes(SM2_CURVE.n)
const HIGHEST_KEY = to32Bytes(SM2_CURVE.n - 1n)

/** GB/T 32918.1 §6.1: 32 bytes in [1, n-2]. n-1 is no key, as 1 + d has no inverse. */
export const isSm2PrivateKey = (d: Uint8Array): boolean =>
  d.length === 32 && !isZero(d) && isBelow(d, HIGHEST_KEY) === 1

const MAX_TRIES = 64

/**
 * A scalar in [1, n-1] by rejection; a draw is refused with a chance below 2^-32.
 * @throws FormatError RANDOM_UNUSABLE when the source keeps giving values outside the range
 */
export const drawScalar = (random: (length: number) => Uint8Array): Uint8Array => {
  for (let i = 0; i < MAX_TRIES; i++) {
    const k = random(32)
    if (k.length === 32 && !isZero(k) && isBelow(k, ORDER) === 1) return k
  }
  throw new FormatError('RANDOM_UNUSABLE', 'the random source gives no scalar of the curve')
}
