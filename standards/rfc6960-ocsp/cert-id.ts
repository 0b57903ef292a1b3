/** CertID (RFC 6960 §4.1.1): a certificate by digests of its issuer's name and key, and its serial number. SHA-1 is usual, SHA-256 and SM3 occur. */
import { encode, nullValue, readSingle } from '../der/index.ts'
import type { Infer } from '../der/index.ts'
import { OID } from '../oid/index.ts'
import type { Digests } from '../ports.ts'
import { digestAlgorithmOf } from '../rfc5652-cms/index.ts'
import type { Certificate, OcspCertId } from '../rfc5280-x509/index.ts'
import { positiveInteger, publicKeyBits } from '../rfc5280-x509/index.ts'
import { CertID } from './schema.ts'

export const CERT_ID_HASHES = {
  sha1: OID.sha1,
  sha256: OID.sha256,
  sha384: OID.sha384,
  sha512: OID.sha512,
  sm3: OID.sm3,
} as const
export type CertIdHash = keyof typeof CERT_ID_HASHES

/** MD5 names nothing. */
const LENGTHS: Readonly<Record<string, number>> = { sha1: 20, sha256: 32, sm3: 32, sha384: 48, sha512: 64 }

/** The hash is left out where it is unknown, and where the digests are not as long as it makes them. */
export const readCertId = ({
  value,
  der,
}: {
  readonly value: Infer<typeof CertID>
  readonly der: Uint8Array
}): OcspCertId => {
  const hash = digestAlgorithmOf(value.hashAlgorithm.algorithm)
  const fits =
    hash !== undefined && value.issuerNameHash.length === LENGTHS[hash] && value.issuerKeyHash.length === LENGTHS[hash]
  return {
    der,
    ...(fits ? { hash } : {}),
    issuerNameHash: value.issuerNameHash,
    issuerKeyHash: value.issuerKeyHash,
    serial: value.serialNumber,
  }
}

export interface IssuerDigests {
  readonly issuerNameHash: Uint8Array
  readonly issuerKeyHash: Uint8Array
}

/** What a CertID says of this CA. @throws DerError when its key is not one */
export const issuerDigests = (digests: Digests, hash: CertIdHash, issuer: Certificate): IssuerDigests => ({
  issuerNameHash: digests.digest(hash, issuer.subject),
  issuerKeyHash: digests.digest(hash, publicKeyBits(issuer.publicKey)),
})

const NULL = readSingle(encode(nullValue(), null), { path: '' })

/** @param serial magnitude, big-endian. Parameters are NULL, as every client in the field writes them. */
export const encodeCertId = (hash: CertIdHash, issuer: IssuerDigests, serial: Uint8Array): Uint8Array =>
  encode(CertID, {
    hashAlgorithm: { algorithm: CERT_ID_HASHES[hash], parameters: NULL },
    ...issuer,
    serialNumber: positiveInteger(serial),
  })
