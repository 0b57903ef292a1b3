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

/** 32 bytes of an INTEGER that starts at `at`, and where it ends. The same numbers pass as in `parseSm2Signature`. */
const copyInteger = (der: Uint8Array, at: number, raw: Uint8Array): number => {
  const length = der[at + 1] ?? 0
  const first = der[at + 2] ?? 0x80
  const isPadded = first === 0 && length > 1
  const size = isPadded ? length - 1 : length
  const end = at + 2 + length
  const isMinimal = length > 0 && first < 0x80 && !(isPadded && (der[at + 3] ?? 0) < 0x80)
  if (der[at] !== 0x02 || !isMinimal || size > 32 || end > der.length)
    throw new DerError('SM2Signature', 'not an INTEGER of 256 bits in DER')
  raw.set(der.subarray(end - size, end), 32 - size)
  return end
}

/** `r || s`, 64 bytes, without numbers in between: for the hot path. @throws DerError for anything but strict DER */
export const rawFromSm2Signature = (der: Uint8Array): Uint8Array => {
  if (der[0] !== 0x30 || der[1] !== der.length - 2 || der.length > 127)
    throw new DerError('SM2Signature', 'not one SEQUENCE in DER')
  const raw = new Uint8Array(64)
  const middle = copyInteger(der, 2, raw.subarray(0, 32))
  if (copyInteger(der, middle, raw.subarray(32)) !== der.length) throw new DerError('SM2Signature', 'bytes after s')
  return raw
}

const integerOf = (raw: Uint8Array): Uint8Array => {
  let from = 0
  while (from < 31 && raw[from] === 0) from += 1
  const content = raw.subarray(from)
  const pad = (content[0] as number) >= 0x80 ? [0] : []
  return Uint8Array.of(0x02, content.length + pad.length, ...pad, ...content)
}

/** `r || s`, 64 bytes, as DER, the same bytes as `encodeSm2Signature`. @throws DerError for any other length */
export const sm2SignatureFromRaw = (raw: Uint8Array): Uint8Array => {
  if (raw.length !== 64) throw new DerError('SM2Signature', 'raw form is not 64 bytes')
  const body = concat(integerOf(raw.subarray(0, 32)), integerOf(raw.subarray(32)))
  return concat(Uint8Array.of(0x30, body.length), body)
}

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
