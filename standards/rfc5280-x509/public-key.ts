/**
 * SubjectPublicKeyInfo (RFC 5480, RFC 3279; SM2: GB/T 35276 §7.1). Says which kind of key the bytes hold.
 * Refuses compressed points, other curves, and explicit parameters unless they equal the SM2 curve value by value.
 * That a point lies on its curve is the crypto port's business.
 */
import { equalBytes, fromHex } from '../bytes.ts'
import type { Infer } from '../der/index.ts'
import {
  bitString,
  decode,
  integerBytes,
  objectIdentifier,
  octetString,
  optional,
  sequence,
  smallInteger,
} from '../der/index.ts'
import { DerError } from '../errors.ts'
import { OID } from '../oid/index.ts'
import { AlgorithmIdentifier } from './algorithm.ts'
import { positiveInteger } from './serial.ts'

export const SubjectPublicKeyInfo = sequence({ algorithm: AlgorithmIdentifier, subjectPublicKey: bitString() })
export type SubjectPublicKeyInfo = Infer<typeof SubjectPublicKeyInfo>

export type PublicKeyKind = 'SM2' | 'P-256' | 'P-384' | 'RSA'

/** SEC 1 C.2, with a prime field. */
const ECParameters = sequence({
  version: smallInteger(),
  fieldID: sequence({ fieldType: objectIdentifier(), prime: integerBytes() }),
  curve: sequence({ a: octetString(), b: octetString(), seed: optional(bitString()) }),
  base: octetString(),
  order: integerBytes(),
  cofactor: optional(integerBytes()),
})

const PRIME_FIELD = '1.2.840.10045.1.1'
const hex = (s: string): Uint8Array => fromHex(s.replaceAll(' ', ''))
/** GB/T 32918.5 §A.1. */
const SM2 = {
  p: hex('FFFFFFFE FFFFFFFF FFFFFFFF FFFFFFFF FFFFFFFF 00000000 FFFFFFFF FFFFFFFF'),
  a: hex('FFFFFFFE FFFFFFFF FFFFFFFF FFFFFFFF FFFFFFFF 00000000 FFFFFFFF FFFFFFFC'),
  b: hex('28E9FA9E 9D9F5E34 4D5A9E4B CF6509A7 F39789F5 15AB8F92 DDBCBD41 4D940E93'),
  n: hex('FFFFFFFE FFFFFFFF FFFFFFFF FFFFFFFF 7203DF6B 21C6052B 53BBF409 39D54123'),
  g: hex(
    '04 32C4AE2C 1F198119 5F990446 6A39C994 8FE30BBF F2660BE1 715A4589 334C74C7 BC3736A2 F4F6779C 59BDCEE3 6B692153 D0A9877C C62A4740 02DF32E5 2139F0A0',
  ),
}

const isExplicitSm2 = (der: Uint8Array): boolean => {
  const e = decode(ECParameters, der, 'ECParameters')
  return (
    e.version === 1 &&
    e.fieldID.fieldType === PRIME_FIELD &&
    equalBytes(e.fieldID.prime, positiveInteger(SM2.p)) &&
    equalBytes(e.curve.a, SM2.a) &&
    equalBytes(e.curve.b, SM2.b) &&
    equalBytes(e.base, SM2.g) &&
    equalBytes(e.order, positiveInteger(SM2.n)) &&
    (e.cofactor === undefined || equalBytes(e.cofactor, Uint8Array.of(1)))
  )
}

const CURVES: Readonly<Record<string, readonly [PublicKeyKind, number]>> = {
  [OID.sm2Curve]: ['SM2', 65],
  [OID.p256]: ['P-256', 65],
  [OID.p384]: ['P-384', 97],
}
const OBJECT_IDENTIFIER = 0x06
const SEQUENCE = 0x30
const UNCOMPRESSED = 0x04

const curveOf = (parameters: { readonly tag: number; readonly der: Uint8Array }) => {
  if (parameters.tag === OBJECT_IDENTIFIER) return CURVES[decode(objectIdentifier(), parameters.der, 'curve')]
  if (parameters.tag === SEQUENCE && isExplicitSm2(parameters.der)) return CURVES[OID.sm2Curve]
  return undefined
}

/** Undefined for a key that we do not handle; broken bytes inside count as such. */
export const publicKeyKind = (spki: Uint8Array): PublicKeyKind | undefined => {
  try {
    const { algorithm, subjectPublicKey } = decode(SubjectPublicKeyInfo, spki, 'SubjectPublicKeyInfo')
    if (algorithm.algorithm === OID.rsaEncryption) return 'RSA'
    if (algorithm.algorithm !== OID.ecPublicKey || algorithm.parameters === undefined) return undefined
    const curve = curveOf(algorithm.parameters)
    if (curve === undefined) return undefined
    return subjectPublicKey.length === curve[1] && subjectPublicKey[0] === UNCOMPRESSED ? curve[0] : undefined
  } catch (error) {
    if (error instanceof DerError) return undefined
    throw error
  }
}

/** Content of the subjectPublicKey BIT STRING: what key identifiers are made from (RFC 5280 §4.2.1.2). @throws DerError */
export const publicKeyBits = (spki: Uint8Array): Uint8Array =>
  decode(SubjectPublicKeyInfo, spki, 'SubjectPublicKeyInfo').subjectPublicKey
