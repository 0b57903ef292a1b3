/**
 * AlgorithmIdentifier (RFC 5280 §4.1.1.2) and the signature algorithms that certificates carry here.
 * SM2-with-SM3 is met with parameters absent and NULL (GB/T 20518); it is written with them absent (RFC 8998).
 */
import type { Infer } from '../der/index.ts'
import { any, encode, nullValue, objectIdentifier, optional, readSingle, sequence } from '../der/index.ts'
import { OID } from '../oid/index.ts'
import type { SignatureAlgorithm } from '../ports.ts'

export const AlgorithmIdentifier = sequence({ algorithm: objectIdentifier(), parameters: optional(any()) })
export type AlgorithmIdentifier = Infer<typeof AlgorithmIdentifier>

type Parameters = 'absent' | 'null' | 'either'
const SIGNATURE_ALGORITHMS: readonly (readonly [SignatureAlgorithm, string, Parameters])[] = [
  ['SM2-SM3', OID.sm2WithSm3, 'either'],
  ['ECDSA-SHA256', OID.ecdsaWithSha256, 'absent'],
  ['ECDSA-SHA384', OID.ecdsaWithSha384, 'absent'],
  ['ECDSA-SHA512', OID.ecdsaWithSha512, 'absent'],
  ['RSA-SHA1', OID.sha1WithRsa, 'either'],
  ['RSA-SHA256', OID.sha256WithRsa, 'either'],
  ['RSA-SHA384', OID.sha384WithRsa, 'either'],
  ['RSA-SHA512', OID.sha512WithRsa, 'either'],
]

const NULL = 0x05

/** Undefined for an algorithm we do not know, and for parameters that the algorithm does not have. */
export const signatureAlgorithmOf = ({
  algorithm,
  parameters,
}: AlgorithmIdentifier): SignatureAlgorithm | undefined => {
  const row = SIGNATURE_ALGORITHMS.find(([, oid]) => oid === algorithm)
  if (row === undefined) return undefined
  if (parameters === undefined) return row[0]
  const isNull = parameters.tag === NULL && parameters.content.length === 0
  return isNull && row[2] !== 'absent' ? row[0] : undefined
}

/** What we write: absent for SM2 and ECDSA, NULL for RSA (RFC 4055 §5). */
export const algorithmIdentifierFor = (name: SignatureAlgorithm): AlgorithmIdentifier => {
  const [, algorithm] = SIGNATURE_ALGORITHMS.find(([n]) => n === name) as (typeof SIGNATURE_ALGORITHMS)[number]
  if (!name.startsWith('RSA')) return { algorithm }
  return { algorithm, parameters: readSingle(encode(nullValue(), null), { path: '' }) }
}
