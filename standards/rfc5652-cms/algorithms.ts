/**
 * Which digest and which signature algorithm a pair of object identifiers means.
 * Refuses (undefined) what it does not know and pairs that contradict each other, e.g. ecdsa-with-SHA256 over SHA-384.
 */
import type { DigestAlgorithm, SignatureAlgorithm } from '../ports.ts'
import { OID } from '../oid/index.ts'

const DIGESTS: Readonly<Record<string, DigestAlgorithm>> = {
  [OID.sm3]: 'sm3',
  [OID.sha1]: 'sha1',
  [OID.sha256]: 'sha256',
  [OID.sha384]: 'sha384',
  [OID.sha512]: 'sha512',
  [OID.md5]: 'md5',
}

const RSA: Readonly<Partial<Record<DigestAlgorithm, SignatureAlgorithm>>> = {
  sha1: 'RSA-SHA1',
  sha256: 'RSA-SHA256',
  sha384: 'RSA-SHA384',
  sha512: 'RSA-SHA512',
}
const ECDSA: Readonly<Partial<Record<DigestAlgorithm, SignatureAlgorithm>>> = {
  sha256: 'ECDSA-SHA256',
  sha384: 'ECDSA-SHA384',
  sha512: 'ECDSA-SHA512',
}
const SM2: Readonly<Partial<Record<DigestAlgorithm, SignatureAlgorithm>>> = { sm3: 'SM2-SM3' }

/** Signature identifier → what it means with each digest. GB/T 35275 messages carry 301.1, others 501; keys name themselves too. */
const SIGNATURES: Readonly<Record<string, Readonly<Partial<Record<DigestAlgorithm, SignatureAlgorithm>>>>> = {
  [OID.sm2Sign]: SM2,
  [OID.sm2WithSm3]: SM2,
  [OID.rsaEncryption]: RSA,
  [OID.sha1WithRsa]: { sha1: 'RSA-SHA1' },
  [OID.sha256WithRsa]: { sha256: 'RSA-SHA256' },
  [OID.sha384WithRsa]: { sha384: 'RSA-SHA384' },
  [OID.sha512WithRsa]: { sha512: 'RSA-SHA512' },
  [OID.ecPublicKey]: ECDSA,
  [OID.ecdsaWithSha256]: { sha256: 'ECDSA-SHA256' },
  [OID.ecdsaWithSha384]: { sha384: 'ECDSA-SHA384' },
  [OID.ecdsaWithSha512]: { sha512: 'ECDSA-SHA512' },
}

export const digestAlgorithmOf = (oid: string): DigestAlgorithm | undefined =>
  Object.hasOwn(DIGESTS, oid) ? DIGESTS[oid] : undefined

export const signatureAlgorithmOf = (digestOid: string, signatureOid: string): SignatureAlgorithm | undefined => {
  const digest = digestAlgorithmOf(digestOid)
  if (digest === undefined || !Object.hasOwn(SIGNATURES, signatureOid)) return undefined
  return SIGNATURES[signatureOid]?.[digest]
}

export interface CmsSuite {
  readonly algorithm: SignatureAlgorithm
  readonly digest: DigestAlgorithm
  readonly digestOid: string
  readonly signatureOid: string
}

/** What we write. RFC 5754 for P-256; SM2 in CMS shape names sm2-with-sm3, the GM form (GB/T 35275) SM2-1. */
export const CMS_SUITES = {
  'SM2-SM3': { algorithm: 'SM2-SM3', digest: 'sm3', digestOid: OID.sm3, signatureOid: OID.sm2WithSm3 },
  'ECDSA-SHA256': {
    algorithm: 'ECDSA-SHA256',
    digest: 'sha256',
    digestOid: OID.sha256,
    signatureOid: OID.ecdsaWithSha256,
  },
} as const satisfies Readonly<Record<string, CmsSuite>>
export type CmsSuiteName = keyof typeof CMS_SUITES
