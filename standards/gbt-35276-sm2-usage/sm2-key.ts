/** GB/T 35276 §7.1: SM2PublicKey and SM2PrivateKey. Refuses points off the curve and scalars outside [1, n-2]. */
import { concat } from '../bytes.ts'
import { bitString, decode, encode, integerBytes, mapped } from '../der/index.ts'
import { DerError } from '../errors.ts'
import { isSm2PrivateKey, parseSm2Point } from '../gbt-32918-sm2/index.ts'

const SIZE = 32

const requirePoint = (point: Uint8Array): Uint8Array => {
  parseSm2Point(point)
  return point
}

const requireScalar = (d: Uint8Array): Uint8Array => {
  if (!isSm2PrivateKey(d)) throw new DerError('SM2PrivateKey', 'outside [1, n-2]')
  return d
}

/** BIT STRING of `04 || X || Y`. */
export const SM2PublicKey = mapped(bitString(), requirePoint, requirePoint)

const fromInteger = (content: Uint8Array): Uint8Array => {
  const digits = content[0] === 0 ? content.subarray(1) : content
  if ((content[0] as number) >= 0x80 || digits.length > SIZE) throw new DerError('SM2PrivateKey', 'outside [1, n-2]')
  const d = new Uint8Array(SIZE)
  d.set(digits, SIZE - digits.length)
  return requireScalar(d)
}

const toInteger = (d: Uint8Array): Uint8Array => {
  const first = requireScalar(d).findIndex((octet) => octet !== 0)
  const digits = d.subarray(first)
  return (digits[0] as number) >= 0x80 ? concat(Uint8Array.of(0), digits) : digits
}

/** INTEGER, as the 32 bytes of d. */
export const SM2PrivateKey = mapped(integerBytes(), fromInteger, toInteger)

/** `04 || X || Y`. @throws DerError */
export const parseSm2PublicKeyBits = (der: Uint8Array): Uint8Array => decode(SM2PublicKey, der, 'SM2PublicKey')
/** @throws DerError for a point off the curve */
export const encodeSm2PublicKeyBits = (point: Uint8Array): Uint8Array => encode(SM2PublicKey, point)

/** d, 32 bytes. @throws DerError */
export const parseSm2PrivateKey = (der: Uint8Array): Uint8Array => decode(SM2PrivateKey, der, 'SM2PrivateKey')
/** @throws DerError outside [1, n-2] */
export const encodeSm2PrivateKey = (d: Uint8Array): Uint8Array => encode(SM2PrivateKey, d)
