/**
 * SubjectPublicKeyInfo (RFC 5480, RFC 3279; SM2: GB/T 35276 §7.1). Says which kind of key the bytes hold.
 * Refuses compressed points and other curves; explicit parameters only where they equal the SM2 curve.
 */
import type { Infer } from '../der/index.ts'
import { attempt, bitString, bytesToBigInt, decode, integerBytes, objectIdentifier, sequence } from '../der/index.ts'
import { parseSm2PublicKey } from '../gbt-32918-sm2/index.ts'
import { OID } from '../oid/index.ts'
import { AlgorithmIdentifier } from './algorithm.ts'

export const SubjectPublicKeyInfo = sequence({ algorithm: AlgorithmIdentifier, subjectPublicKey: bitString() })
export type SubjectPublicKeyInfo = Infer<typeof SubjectPublicKeyInfo>

export type PublicKeyKind = 'SM2' | 'P-256' | 'P-384' | 'RSA'

const NIST_CURVES: Readonly<Record<string, readonly [PublicKeyKind, number]>> = {
  [OID.p256]: ['P-256', 65],
  [OID.p384]: ['P-384', 97],
}
const OBJECT_IDENTIFIER = 0x06
const UNCOMPRESSED = 0x04

const kindOf = (spki: Uint8Array): PublicKeyKind | undefined => {
  const { algorithm, subjectPublicKey } = decode(SubjectPublicKeyInfo, spki, 'SubjectPublicKeyInfo')
  if (algorithm.algorithm === OID.rsaEncryption) return 'RSA'
  // Tongsuo and OpenSSL 1.1 wrote the curve's identifier as the key's algorithm too.
  const isEc = algorithm.algorithm === OID.ecPublicKey || algorithm.algorithm === OID.sm2Curve
  if (!isEc || algorithm.parameters === undefined) return undefined
  const { tag, der } = algorithm.parameters
  const nist = tag === OBJECT_IDENTIFIER ? NIST_CURVES[decode(objectIdentifier(), der, 'curve')] : undefined
  if (nist !== undefined)
    return subjectPublicKey.length === nist[1] && subjectPublicKey[0] === UNCOMPRESSED ? nist[0] : undefined
  parseSm2PublicKey(spki)
  return 'SM2'
}

/** Undefined for a key that we do not handle; broken bytes, and an SM2 point off its curve, count as such. */
export const publicKeyKind = (spki: Uint8Array): PublicKeyKind | undefined => attempt(() => kindOf(spki))

/** Content of the subjectPublicKey BIT STRING: what key identifiers are made from (RFC 5280 §4.2.1.2). @throws DerError */
export const publicKeyBits = (spki: Uint8Array): Uint8Array =>
  decode(SubjectPublicKeyInfo, spki, 'SubjectPublicKeyInfo').subjectPublicKey

const RsaPublicKey = sequence({ modulus: integerBytes(), publicExponent: integerBytes() })

/** Bits of the modulus; undefined for other keys. @throws DerError */
export const rsaModulusBits = (spki: Uint8Array): number | undefined => {
  const { algorithm, subjectPublicKey } = decode(SubjectPublicKeyInfo, spki, 'SubjectPublicKeyInfo')
  if (algorithm.algorithm !== OID.rsaEncryption) return undefined
  return bytesToBigInt(decode(RsaPublicKey, subjectPublicKey, 'RSAPublicKey').modulus).toString(2).length
}
