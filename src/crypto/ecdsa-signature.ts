/** ECDSA-Sig-Value (RFC 3279 §2.2.3) in strict DER ↔ the fixed-length `r || s` of JWS and of @noble/curves. */
import { bytesToBigInt, decode, encode, integer, sequence } from '../../standards/der/index.ts'
import { concat, fromHex } from '../../standards/bytes.ts'
import { DerError } from '../../standards/errors.ts'

const EcdsaSigValue = sequence({ r: integer(), s: integer() })

const fixed = (value: bigint, size: number): Uint8Array => {
  if (value < 0n || value >= 1n << BigInt(8 * size)) throw new DerError('ECDSA-Sig-Value', 'number out of range')
  return fromHex(value.toString(16).padStart(2 * size, '0'))
}

/** 2·size bytes. @throws DerError for anything but strict DER, and for numbers that do not fit */
export const rawFromDer = (der: Uint8Array, size: number): Uint8Array => {
  const { r, s } = decode(EcdsaSigValue, der, 'ECDSA-Sig-Value')
  return concat(fixed(r, size), fixed(s, size))
}

/** @throws DerError unless there are 2·size bytes */
export const derFromRaw = (raw: Uint8Array, size: number): Uint8Array => {
  if (raw.length !== 2 * size) throw new DerError('ECDSA-Sig-Value', 'raw form of wrong length')
  return encode(EcdsaSigValue, { r: bytesToBigInt(raw.subarray(0, size)), s: bytesToBigInt(raw.subarray(size)) })
}
