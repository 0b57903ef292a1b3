/**
 * SM2Signature of GB/T 35276 §7.3 in strict DER, and the raw 64 bytes `r || s` of devices (GM/T 0018).
 * Refuses negative and over-long numbers; whether r and s lie in [1, n-1] is the verifier's question.
 */
import { bytesToBigInt, decode, encode, integer, sequence } from '../der/index.ts'
import { concat } from '../bytes.ts'
import { DerError } from '../errors.ts'
import { to32Bytes } from './public-key.ts'

export interface Sm2Signature {
  readonly r: bigint
  readonly s: bigint
}

const SM2Signature = sequence({ r: integer(), s: integer() })
const LIMIT = 1n << 256n

const requireRange = (signature: Sm2Signature): Sm2Signature => {
  for (const part of [signature.r, signature.s])
    if (part < 0n || part >= LIMIT) throw new DerError('SM2Signature', 'number outside [0, 2^256)')
  return signature
}

/** @throws DerError for anything but strict DER */
export const parseSm2Signature = (der: Uint8Array): Sm2Signature =>
  requireRange(decode(SM2Signature, der, 'SM2Signature'))

/** @throws DerError outside [0, 2^256) */
export const encodeSm2Signature = (signature: Sm2Signature): Uint8Array => encode(SM2Signature, requireRange(signature))

/** `r || s`, 64 bytes. @throws DerError for any other length */
export const parseRawSm2Signature = (raw: Uint8Array): Sm2Signature => {
  if (raw.length !== 64) throw new DerError('SM2Signature', 'raw form is not 64 bytes')
  return { r: bytesToBigInt(raw.subarray(0, 32)), s: bytesToBigInt(raw.subarray(32)) }
}

/** 64 bytes. @throws DerError outside [0, 2^256) */
export const encodeRawSm2Signature = (signature: Sm2Signature): Uint8Array => {
  const { r, s } = requireRange(signature)
  return concat(to32Bytes(r), to32Bytes(s))
}
