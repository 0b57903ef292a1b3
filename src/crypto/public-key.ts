/**
 * Public keys as both crypto ports understand them, so that both refuse the same ones.
 * Refuses curves outside the table, points that are not uncompressed, RSA outside 1024 to 8192 bits or with an exponent
 * that is even, below 3 or above 64 bits (what a stranger's key may cost us is bounded).
 */
import type { Element } from '../../standards/der/index.ts'
import { any, bitString, decode, integer, objectIdentifier, optional, sequence } from '../../standards/der/index.ts'
import { DerError } from '../../standards/errors.ts'
import { parseSm2PublicKey } from '../../standards/gbt-32918-sm2/index.ts'
import { OID } from '../../standards/oid/index.ts'
import { EC_CURVES } from './suites.ts'
import type { KeyKind } from './suites.ts'

export interface EcPublicKey {
  readonly kind: 'SM2' | 'P-256' | 'P-384'
  /** `04 || X || Y`. On the curve for SM2; for the others the implementation behind the port checks it. */
  readonly point: Uint8Array
}
export interface RsaPublicKey {
  readonly kind: 'RSA'
  readonly modulus: bigint
  readonly exponent: bigint
  /** Bytes of the modulus, and of a signature. */
  readonly size: number
}
export type PublicKey = EcPublicKey | RsaPublicKey

const SubjectPublicKeyInfo = sequence({
  algorithm: sequence({ algorithm: objectIdentifier(), parameters: optional(any()) }),
  subjectPublicKey: bitString(),
})
const RSAPublicKey = sequence({ modulus: integer(), publicExponent: integer() })

const PATH = 'SubjectPublicKeyInfo'
const MIN_RSA_BITS = 1024
const MAX_RSA_BITS = 8192
const NULL = 0x05
/** Explicit curve parameters: read for SM2 only, and only if they are its own. */
const SEQUENCE = 0x30

const parseRsa = (bytes: Uint8Array): RsaPublicKey => {
  const { modulus, publicExponent: exponent } = decode(RSAPublicKey, bytes, PATH)
  const bits = modulus > 0n ? modulus.toString(2).length : 0
  if (bits < MIN_RSA_BITS || bits > MAX_RSA_BITS || modulus % 2n === 0n) throw new DerError(PATH, 'RSA modulus')
  if (exponent < 3n || exponent >= 1n << 64n || exponent % 2n === 0n) throw new DerError(PATH, 'RSA exponent')
  return { kind: 'RSA', modulus, exponent, size: Math.ceil(bits / 8) }
}

const parseNist = (oid: string, point: Uint8Array): EcPublicKey => {
  const kind = (['P-256', 'P-384'] as const).find((k) => EC_CURVES[k].oid === oid)
  if (kind === undefined) throw new DerError(PATH, 'curve not supported')
  if (point[0] !== 4 || point.length !== 1 + 2 * EC_CURVES[kind].size)
    throw new DerError(PATH, 'not an uncompressed point')
  return { kind, point }
}

const namesSm2 = (algorithm: string, parameters: Element): boolean =>
  algorithm === OID.sm2Curve || parameters.tag === SEQUENCE || curveName(parameters) === OID.sm2Curve

const curveName = (parameters: Element): string => decode(objectIdentifier(), parameters.der, PATH)

/** @throws DerError for malformed keys and for kinds that we do not verify with */
export const parsePublicKey = (spki: Uint8Array): PublicKey => {
  const { algorithm, subjectPublicKey } = decode(SubjectPublicKeyInfo, spki, PATH)
  const parameters = algorithm.parameters
  if (algorithm.algorithm === OID.rsaEncryption) {
    if (parameters?.tag !== NULL || parameters.content.length > 0) throw new DerError(PATH, 'RSA parameters')
    return parseRsa(subjectPublicKey)
  }
  const isEc = algorithm.algorithm === OID.ecPublicKey || algorithm.algorithm === OID.sm2Curve
  if (!isEc || parameters === undefined) throw new DerError(PATH, 'key algorithm not supported')
  return namesSm2(algorithm.algorithm, parameters)
    ? { kind: 'SM2', point: parseSm2PublicKey(spki) }
    : parseNist(curveName(parameters), subjectPublicKey)
}

/** The kind of a DER SubjectPublicKeyInfo, or undefined where we support none. */
export const keyKindOf = (spki: Uint8Array): KeyKind | undefined => {
  try {
    return parsePublicKey(spki).kind
  } catch (error) {
    if (error instanceof DerError) return undefined
    throw error
  }
}
