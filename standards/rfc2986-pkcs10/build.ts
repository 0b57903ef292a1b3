/** Writing certification requests: the bytes to sign first, the whole after the signature is there. Strict DER. */
import { decode, encode } from '../der/index.ts'
import { Name, SubjectPublicKeyInfo, algorithmIdentifierFor } from '../rfc5280-x509/index.ts'
import type { SignedBytes } from '../rfc5280-x509/index.ts'
import type { Attribute } from './attribute.ts'
import { CertificationRequestInfo, CertificationRequestSchema } from './certification-request.ts'

export interface RequestDraft {
  /** DER Name. */
  readonly subject: Uint8Array
  /** DER SubjectPublicKeyInfo. */
  readonly publicKey: Uint8Array
  readonly attributes?: readonly Attribute[]
}

/** The bytes to sign. @throws DerError when a given Name or key is not DER */
export const encodeCertificationRequestInfo = ({ subject, publicKey, attributes = [] }: RequestDraft): Uint8Array =>
  encode(CertificationRequestInfo, {
    version: 0,
    subject: { value: decode(Name, subject, 'subject'), der: subject },
    subjectPKInfo: { value: decode(SubjectPublicKeyInfo, publicKey, 'subjectPKInfo'), der: publicKey },
    attributes,
  })

/** The whole request around the bytes that were signed. @throws DerError */
export const encodeCertificationRequest = ({ tbs, algorithm, signature }: SignedBytes): Uint8Array =>
  encode(CertificationRequestSchema, {
    certificationRequestInfo: { value: decode(CertificationRequestInfo, tbs, 'certificationRequestInfo'), der: tbs },
    signatureAlgorithm: algorithmIdentifierFor(algorithm),
    signature,
  })
