/** ECDSA-Sig-Value (RFC 3279 §2.2.3) in strict DER ↔ the fixed-length `r || s` of JWS and of @noble/curves. */
import { bytesToBigInt, decode, encode, integer, integerBytes, sequence } from '../../standards/der/index.ts'
import { DerError } from '../../standards/errors.ts'

const EcdsaSigValue = sequence({ r: integer(), s: integer() })
const Received = sequence({ r: integerBytes(), s: integerBytes() })

/** The content of a minimal, non-negative INTEGER at the end of `size` octets. */
const place = (content: Uint8Array, into: Uint8Array): void => {
  const magnitude = content[0] === 0 ? content.subarray(1) : content
  if ((content[0] as number) >= 0x80 || magnitude.length > into.length)
    throw new DerError('ECDSA-Sig-Value', 'number out of range')
  into.set(magnitude, into.length - magnitude.length)
}

/** 2·size bytes. @throws DerError for anything but strict DER, and for numbers that do not fit */
export const rawFromDer = (der: Uint8Array, size: number): Uint8Array => {
  const { r, s } = decode(Received, der, 'ECDSA-Sig-Value')
  const raw = new Uint8Array(2 * size)
  place(r, raw.subarray(0, size))
  place(s, raw.subarray(size))
  return raw
}

/** @throws DerError unless there are 2·size bytes */
export const derFromRaw = (raw: Uint8Array, size: number): Uint8Array => {
  if (raw.length !== 2 * size) throw new DerError('ECDSA-Sig-Value', 'raw form of wrong length')
  return encode(EcdsaSigValue, { r: bytesToBigInt(raw.subarray(0, size)), s: bytesToBigInt(raw.subarray(size)) })
}
