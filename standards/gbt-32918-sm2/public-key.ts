/**
 * SM2 public keys: `04 || X || Y` (65 bytes) and SubjectPublicKeyInfo (GB/T 35276 §6, RFC 5480).
 * Refuses compressed and hybrid points, points off the curve, other curves, and explicit parameters that are not this curve's.
 */
import { concat, equalBytes, fromHex } from '../bytes.ts'
import {
  any,
  bitString,
  bytesToBigInt,
  decode,
  encode,
  integer,
  objectIdentifier,
  octetString,
  readSingle,
  sequence,
} from '../der/index.ts'
import { DerError } from '../errors.ts'
import { OID } from '../oid/index.ts'
import type { AffinePoint } from './curve.ts'
import { isOnCurve, SM2_CURVE } from './curve.ts'

const PRIME_FIELD = '1.2.840.10045.1.1'

/** A field element or scalar below 2^256 as 32 bytes. */
export const to32Bytes = (value: bigint): Uint8Array => fromHex(value.toString(16).padStart(64, '0'))

/** X9.62 ECParameters as far as this curve needs it: prime field, no seed, cofactor present. */
const ECParameters = sequence({
  version: integer(),
  fieldID: sequence({ fieldType: objectIdentifier(), p: integer() }),
  curve: sequence({ a: octetString(), b: octetString() }),
  base: octetString(),
  order: integer(),
  cofactor: integer(),
})

const EXPLICIT = encode(ECParameters, {
  version: 1n,
  fieldID: { fieldType: PRIME_FIELD, p: SM2_CURVE.p },
  curve: { a: to32Bytes(SM2_CURVE.a), b: to32Bytes(SM2_CURVE.b) },
  base: concat(Uint8Array.of(4), to32Bytes(SM2_CURVE.gx), to32Bytes(SM2_CURVE.gy)),
  order: SM2_CURVE.n,
  cofactor: SM2_CURVE.h,
})

const SubjectPublicKeyInfo = sequence({
  algorithm: sequence({ algorithm: objectIdentifier(), parameters: any() }),
  subjectPublicKey: bitString(),
})

const NAMED = encode(objectIdentifier(), OID.sm2Curve)

/** The affine point of 65 bytes `04 || X || Y`. @throws DerError if they are not a point of the curve */
export const parseSm2Point = (bytes: Uint8Array): AffinePoint => {
  if (bytes.length !== 65 || bytes[0] !== 4) throw new DerError('SM2PublicKey', 'not an uncompressed point of 65 bytes')
  const point = { x: bytesToBigInt(bytes.subarray(1, 33)), y: bytesToBigInt(bytes.subarray(33)) }
  if (!isOnCurve(point)) throw new DerError('SM2PublicKey', 'not on the curve')
  return point
}

/** The 65 bytes `04 || X || Y` out of a DER SubjectPublicKeyInfo, checked. @throws DerError */
export const parseSm2PublicKey = (spki: Uint8Array): Uint8Array => {
  const { algorithm, subjectPublicKey } = decode(SubjectPublicKeyInfo, spki, 'SubjectPublicKeyInfo')
  // Tongsuo and OpenSSL 1.1 wrote the curve's identifier as the key's algorithm too.
  const isEc = algorithm.algorithm === OID.ecPublicKey || algorithm.algorithm === OID.sm2Curve
  if (!isEc) throw new DerError('SubjectPublicKeyInfo', 'not an EC key')
  const parameters = algorithm.parameters.der
  if (!equalBytes(parameters, NAMED) && !equalBytes(parameters, EXPLICIT))
    throw new DerError('SubjectPublicKeyInfo', 'not the SM2 curve')
  parseSm2Point(subjectPublicKey)
  return subjectPublicKey
}

/** `04 || X || Y` as a DER SubjectPublicKeyInfo with the named curve. @throws DerError if it is not a point of the curve */
export const encodeSm2PublicKey = (point: Uint8Array): Uint8Array => {
  parseSm2Point(point)
  return encode(SubjectPublicKeyInfo, {
    algorithm: { algorithm: OID.ecPublicKey, parameters: readSingle(NAMED, { path: '' }) },
    subjectPublicKey: point,
  })
}
