/**
 * What a PDF signature proves by itself: its range, its message, and that nothing it covers was changed later.
 * Trust in the signer, revocation, time and the seal's own verification are judged elsewhere. Pure; runs in a browser.
 */
import type { Mode } from '../../standards/der/index.ts'
import { equalBytes } from '../../standards/bytes.ts'
import { isMalformed } from '../../standards/errors.ts'
import { judgeLaterRevisions } from '../../standards/iso-32000-signature/index.ts'
import type { PdfSignature } from '../../standards/iso-32000-signature/index.ts'
import { OID } from '../../standards/oid/index.ts'
import type { CryptoPort, SignatureAlgorithm } from '../../standards/ports.ts'
import type { Certificate } from '../../standards/rfc5280-x509/index.ts'
import {
  parseLeadingSignedData,
  signatureAlgorithmOf,
  signerCertificate,
  verifySignedData,
} from '../../standards/rfc5652-cms/index.ts'
import type { CmsFault, CmsFinding, CmsRule, ParsedSignedData } from '../../standards/rfc5652-cms/index.ts'
import type { Check, Reason } from '../kernel/index.ts'
import { fail, notRun, notice, pass, unknown } from '../kernel/index.ts'

export interface PdfSignatureStructure {
  readonly checks: readonly Check[]
  readonly certificate?: Certificate
  /** DER of the message's other certificates; nobody vouches for them yet. */
  readonly chain: readonly Uint8Array[]
  readonly algorithm?: SignatureAlgorithm
  /** DER of the SESeal that the signer says it applied; present only inside a signed attribute. */
  readonly sealDer?: Uint8Array
  readonly claimedTime?: Date
  /** What a time stamp of this signature is over. */
  readonly signatureValue?: Uint8Array
  /** The first signature-time-stamp (ETSI EN 319 122-1 §5.3); nothing signs that it is here. */
  readonly timeStamp?: Uint8Array
}

const RANGE = 'ISO 32000-1 12.8.1'
const DETACHED: readonly (string | undefined)[] = ['ETSI.CAdES.detached', 'adbe.pkcs7.detached']

/** Never throws for bad input: faults are checks. */
export const verifyPdfSignatureStructure = (
  bytes: Uint8Array,
  signature: PdfSignature,
  { crypto, mode = 'strict' }: { readonly crypto: CryptoPort; readonly mode?: Mode },
): PdfSignatureStructure => {
  const { fault, subFilter, byteRange, contents, claimedTime } = signature
  if (fault !== undefined)
    return { checks: [fail('pdf.byte-range', 'FORMAT_FAILURE', RANGE, { detail: { fault } })], chain: [] }
  const range = [pass('pdf.byte-range', RANGE), ...revisionChecks(bytes, signature)]
  if (!DETACHED.includes(subFilter))
    return { checks: [...range, unknown('pdf.sub-filter', 'UNSUPPORTED', 'ISO 32000-1 table 257')], chain: [] }
  const message = read(contents, mode)
  if (message === undefined)
    return { checks: [...range, fail('cms.format', 'FORMAT_FAILURE', 'RFC 5652 5.1')], chain: [] }
  const [, length = 0, second = 0] = byteRange
  const content = [bytes.subarray(0, length), bytes.subarray(second, signature.revisionEnd)]
  const certificate = signerCertificate(mode)(message.signer, message.certificates)
  const findings = verifySignedData({ signedData: message, content, crypto, certificateOf: () => certificate })
  const checks = [
    ...range,
    contentsCheck(contents, message),
    ...cmsChecks(findings),
    ...profileChecks(message, subFilter),
  ]
  const { digestAlgorithm, signatureAlgorithm, signedAttributes, unsignedAttributes } = message.signer
  const algorithm = signatureAlgorithmOf(digestAlgorithm, signatureAlgorithm)
  const [sealDer, ...others] = signedAttributes?.all.get(OID.xinyinSealAttribute) ?? []
  const [timeStamp] = unsignedAttributes.get(OID.timeStampToken) ?? []
  return {
    checks,
    signatureValue: message.signer.signature,
    ...(timeStamp === undefined ? {} : { timeStamp }),
    chain: message.certificates.filter((der) => certificate === undefined || !equalBytes(der, certificate.der)),
    ...(certificate === undefined ? {} : { certificate }),
    ...(algorithm === undefined ? {} : { algorithm }),
    ...(sealDer === undefined || others.length > 0 ? {} : { sealDer }),
    ...(claimedTime === undefined ? {} : { claimedTime }),
  }
}

const read = (contents: Uint8Array, mode: Mode): ParsedSignedData | undefined => {
  try {
    return parseLeadingSignedData(contents, mode)
  } catch (error) {
    if (isMalformed(error)) return undefined
    throw error
  }
}

/** What follows the message in /Contents is nobody's: it must be zero, or something could hide there. */
const contentsCheck = (contents: Uint8Array, { consumed }: ParsedSignedData): Check =>
  contents.subarray(consumed).every((octet) => octet === 0)
    ? pass('pdf.contents', RANGE)
    : fail('pdf.contents', 'FORMAT_FAILURE', RANGE)

const revisionChecks = (bytes: Uint8Array, signature: PdfSignature): Check[] => {
  const { outcome, changed, signatures, visibleWidgets } = judgeLaterRevisions(bytes, signature)
  const cite = 'ISO 32000-1 12.8.2.2'
  const later = notRun('pdf.later-revisions', cite)
  const detail = { changed: changed.join(' ') }
  // a certifying signature may forbid even further signatures (P = 1)
  const forbidden = outcome === 'forbidden' || (signature.certification === 1 && signatures.length > 0)
  if (forbidden) return [fail('pdf.coverage', 'PARTIAL_COVERAGE', cite, { detail }), later]
  if (outcome === 'undecided') return [unknown('pdf.coverage', 'PARTIAL_COVERAGE', cite, { detail }), later]
  if (outcome === 'none' || (signatures.length === 0 && visibleWidgets === 0))
    return [pass('pdf.coverage', cite), pass('pdf.later-revisions', cite)]
  const added = { signatures: signatures.length, visible: visibleWidgets }
  return [pass('pdf.coverage', cite), notice('pdf.later-revisions', 'EXTENDED_AFTER', cite, { detail: added })]
}

const REASONS: Readonly<Record<CmsFault, Reason>> = {
  ALGORITHM_UNKNOWN: 'UNSUPPORTED',
  ALGORITHM_WEAK: 'CRYPTO_CONSTRAINTS_FAILURE',
  CONTENT_MISSING: 'SIGNED_DATA_NOT_FOUND',
  CONTENT_MISMATCH: 'HASH_FAILURE',
  DIGEST_AS_CONTENT: 'COMPATIBILITY',
  CONTENT_TYPE_MISSING: 'SIG_CONSTRAINTS_FAILURE',
  CONTENT_TYPE_MISMATCH: 'SIG_CONSTRAINTS_FAILURE',
  CONTENT_TYPE_FAMILY: 'COMPATIBILITY',
  DIGEST_MISSING: 'SIG_CONSTRAINTS_FAILURE',
  DIGEST_MISMATCH: 'HASH_FAILURE',
  CERTIFICATE_MISSING: 'NO_CERTIFICATE_CHAIN_FOUND',
  CERTIFICATE_NOT_NAMED: 'COMPATIBILITY',
  CERTIFICATE_HASH_MISMATCH: 'SIG_CONSTRAINTS_FAILURE',
  SIGNATURE_WRONG: 'SIG_CRYPTO_FAILURE',
}
const MAKE = { fail, unknown, notice } as const
const NAMES: Readonly<Record<CmsRule, string>> = {
  algorithm: 'cms.algorithm',
  content: 'cms.content',
  'content-type': 'cms.content-type',
  digest: 'cms.message-digest',
  certificate: 'cms.signing-certificate',
  signature: 'cms.signature',
}

const cmsChecks = (findings: readonly CmsFinding[]): Check[] =>
  findings.map(({ rule, outcome, fault, cite }) =>
    outcome === 'pass' || fault === undefined
      ? pass(NAMES[rule], cite)
      : MAKE[outcome](NAMES[rule], REASONS[fault], cite),
  )

/** What PDF and CAdES ask of a message beyond CMS. */
const profileChecks = ({ content, signer }: ParsedSignedData, subFilter: string | undefined): Check[] => {
  const cades = subFilter === 'ETSI.CAdES.detached'
  const named = signer.signedAttributes?.signingCertificateV2 !== undefined
  const good = content === undefined && (!cades || named)
  const cite = cades ? 'ETSI EN 319 142-1 5.3' : 'ISO 32000-1 12.8.3.3.1'
  return [good ? pass('cms.signed-attributes', cite) : fail('cms.signed-attributes', 'SIG_CONSTRAINTS_FAILURE', cite)]
}
