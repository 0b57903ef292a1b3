/**
 * RFC 5652 §5.4, §5.6 and GB/T 35275: is this content signed by this certificate? Path, time and revocation are elsewhere.
 * Every rule gives a finding; nothing is thrown for a wrong signature.
 */
import { equalBytes, toBase64, utf8, concat } from '../bytes.ts'
import type { CryptoPort, DigestAlgorithm } from '../ports.ts'
import { OID } from '../oid/index.ts'
import { digestAlgorithmOf, signatureAlgorithmOf } from './algorithms.ts'
import type { CmsSigner, ParsedSignedData, SignedAttributes } from './parse-signed-data.ts'

export type CmsRule = 'algorithm' | 'content' | 'content-type' | 'digest' | 'certificate' | 'signature'

export interface CmsFinding {
  readonly rule: CmsRule
  readonly outcome: 'pass' | 'fail' | 'unknown' | 'notice'
  /** Stable code of what is wrong or odd. */
  readonly fault?: CmsFault
  readonly cite: string
}

export type CmsFault =
  | 'ALGORITHM_UNKNOWN'
  | 'ALGORITHM_WEAK'
  | 'CONTENT_MISSING'
  | 'CONTENT_MISMATCH'
  | 'DIGEST_AS_CONTENT'
  | 'CONTENT_TYPE_MISSING'
  | 'CONTENT_TYPE_MISMATCH'
  | 'CONTENT_TYPE_FAMILY'
  | 'DIGEST_MISSING'
  | 'DIGEST_MISMATCH'
  | 'CERTIFICATE_MISSING'
  | 'CERTIFICATE_NOT_NAMED'
  | 'CERTIFICATE_HASH_MISMATCH'
  | 'SIGNATURE_WRONG'

export interface SignerCertificate {
  readonly der: Uint8Array
  /** DER SubjectPublicKeyInfo. */
  readonly publicKey: Uint8Array
}

export interface SignedDataCheck {
  readonly signedData: ParsedSignedData
  /** Parts of the detached content in order; undefined: the encapsulated content is what was signed. */
  readonly content?: readonly Uint8Array[]
  readonly crypto: CryptoPort
  /** The certificate that the signer identifier means, or undefined. */
  readonly certificateOf: (signer: CmsSigner, embedded: readonly Uint8Array[]) => SignerCertificate | undefined
}

interface Subject extends SignedDataCheck {
  readonly signed: readonly Uint8Array[]
  readonly digest: DigestAlgorithm
}

const found = (rule: CmsRule, outcome: CmsFinding['outcome'], cite: string, fault?: CmsFault): CmsFinding =>
  fault === undefined ? { rule, outcome, cite } : { rule, outcome, cite, fault }

export const verifySignedData = (check: SignedDataCheck): readonly CmsFinding[] => {
  const { signedData, crypto } = check
  const { signer } = signedData
  const digest = digestAlgorithmOf(signer.digestAlgorithm)
  if (digest === undefined || signatureAlgorithmOf(signer.digestAlgorithm, signer.signatureAlgorithm) === undefined)
    return [found('algorithm', 'unknown', 'RFC 5652 5.3', 'ALGORITHM_UNKNOWN')]
  const weak = digest === 'md5' || digest === 'sha1'
  const algorithm = weak
    ? found('algorithm', 'fail', 'RFC 8933 2', 'ALGORITHM_WEAK')
    : found('algorithm', 'pass', 'RFC 5652 5.3')
  const { signed, finding } = signedContent(signedData, check.content, crypto)
  if (signed === undefined) return [algorithm, finding]
  const subject = { ...check, signed, digest }
  const attributes = signer.signedAttributes
  return [
    algorithm,
    finding,
    ...(attributes === undefined ? [] : attributeFindings(subject, attributes)),
    ...signatureFindings(subject),
  ]
}

/** Which bytes were signed: the file, or the encapsulated content, which must then say the same as the file. */
const signedContent = (
  { content: inside }: ParsedSignedData,
  outside: readonly Uint8Array[] | undefined,
  crypto: CryptoPort,
): { readonly signed?: readonly Uint8Array[]; readonly finding: CmsFinding } => {
  const cite = 'RFC 5652 5.2'
  if (inside === undefined)
    return outside === undefined
      ? { finding: found('content', 'fail', cite, 'CONTENT_MISSING') }
      : { signed: outside, finding: found('content', 'pass', cite) }
  if (outside === undefined || equalBytes(inside, concat(...outside)))
    return { signed: [inside], finding: found('content', 'pass', cite) }
  const digest = crypto.digest('sm3', ...outside)
  // ofdrw's GB/T 35275 container carries the file's SM3, or its base64, in place of the file
  if (equalBytes(inside, digest) || equalBytes(inside, utf8(toBase64(digest))))
    return { signed: [inside], finding: found('content', 'notice', 'GB/T 35275 8', 'DIGEST_AS_CONTENT') }
  return { finding: found('content', 'fail', cite, 'CONTENT_MISMATCH') }
}

const attributeFindings = (subject: Subject, attributes: SignedAttributes): CmsFinding[] => [
  contentTypeFinding(subject.signedData.contentType, attributes.contentType),
  digestFinding(subject, attributes.messageDigest),
]

const DATA: readonly string[] = [OID.data, OID.gmData]

const contentTypeFinding = (inside: string, attribute: string | undefined): CmsFinding => {
  const cite = 'RFC 5652 11.1'
  if (attribute === undefined) return found('content-type', 'fail', cite, 'CONTENT_TYPE_MISSING')
  if (attribute === inside) return found('content-type', 'pass', cite)
  // GM messages in the field name `data` once by each family's identifier; both mean the same
  return DATA.includes(attribute) && DATA.includes(inside)
    ? found('content-type', 'notice', 'GB/T 35275 6', 'CONTENT_TYPE_FAMILY')
    : found('content-type', 'fail', cite, 'CONTENT_TYPE_MISMATCH')
}

const digestFinding = ({ crypto, digest, signed }: Subject, attribute: Uint8Array | undefined): CmsFinding => {
  const cite = 'RFC 5652 11.2'
  if (attribute === undefined) return found('digest', 'fail', cite, 'DIGEST_MISSING')
  return equalBytes(attribute, crypto.digest(digest, ...signed))
    ? found('digest', 'pass', cite)
    : found('digest', 'fail', cite, 'DIGEST_MISMATCH')
}

const signatureFindings = (subject: Subject): CmsFinding[] => {
  const { signedData, crypto, certificateOf, signed } = subject
  const { signer, certificates } = signedData
  const certificate = certificateOf(signer, certificates)
  if (certificate === undefined) return [found('certificate', 'unknown', 'RFC 5652 5.3', 'CERTIFICATE_MISSING')]
  const algorithm = signatureAlgorithmOf(signer.digestAlgorithm, signer.signatureAlgorithm)
  const good =
    algorithm !== undefined &&
    crypto.isSignedBy({
      algorithm,
      publicKey: certificate.publicKey,
      message: signer.signedAttributes?.toBeSigned ?? concat(...signed),
      signature: signer.signature,
    })
  return [
    certificateFinding(subject, certificate),
    good ? found('signature', 'pass', 'RFC 5652 5.6') : found('signature', 'fail', 'RFC 5652 5.6', 'SIGNATURE_WRONG'),
  ]
}

/** RFC 5035 §5.4: where the signer named its certificate by digest, it must be this one. Whether it had to is the format's rule. */
const certificateFinding = ({ signedData, crypto }: Subject, certificate: SignerCertificate): CmsFinding => {
  const cite = 'RFC 5035 5.4'
  const named = signedData.signer.signedAttributes?.signingCertificateV2
  if (named === undefined) return found('certificate', 'notice', cite, 'CERTIFICATE_NOT_NAMED')
  const [first] = named
  const digest = digestAlgorithmOf(first?.hashAlgorithm ?? OID.sha256)
  if (digest === undefined) return found('certificate', 'unknown', cite, 'ALGORITHM_UNKNOWN')
  return first !== undefined && equalBytes(first.certHash, crypto.digest(digest, certificate.der))
    ? found('certificate', 'pass', cite)
    : found('certificate', 'fail', cite, 'CERTIFICATE_HASH_MISMATCH')
}
