/** A CMS or GB/T 35275 signature over given content: message, attributes, signature, and the signer's certificate at its times. */
import type { Check, Reason } from '../kernel/index.ts'
import { fail, notice } from '../kernel/index.ts'
import { OID } from '../../standards/oid/index.ts'
import { isMalformed } from '../../standards/errors.ts'
import type { CmsFault, CmsFinding, ParsedSignedData } from '../../standards/rfc5652-cms/index.ts'
import { parseLeadingSignedData, signerCertificate, verifySignedData } from '../../standards/rfc5652-cms/index.ts'
import type { Certificate } from '../../standards/rfc5280-x509/index.ts'
import { parseCertificate } from '../../standards/rfc5280-x509/index.ts'
import { judgeCertificate, judgeTimeStamp, proofOfTime } from '../seal/offline.ts'
import type { DocumentQuestion } from './question.ts'

const REASONS: Readonly<Record<CmsFault, Reason>> = {
  ALGORITHM_UNKNOWN: 'UNSUPPORTED',
  ALGORITHM_WEAK: 'CRYPTO_CONSTRAINTS_FAILURE',
  CONTENT_MISSING: 'SIGNED_DATA_NOT_FOUND',
  CONTENT_MISMATCH: 'HASH_FAILURE',
  DIGEST_AS_CONTENT: 'COMPATIBILITY',
  CONTENT_TYPE_MISSING: 'FORMAT_FAILURE',
  CONTENT_TYPE_MISMATCH: 'FORMAT_FAILURE',
  CONTENT_TYPE_FAMILY: 'COMPATIBILITY',
  DIGEST_MISSING: 'FORMAT_FAILURE',
  DIGEST_MISMATCH: 'HASH_FAILURE',
  CERTIFICATE_MISSING: 'NO_CERTIFICATE_CHAIN_FOUND',
  CERTIFICATE_NOT_NAMED: 'COMPATIBILITY',
  CERTIFICATE_HASH_MISMATCH: 'SIG_CONSTRAINTS_FAILURE',
  SIGNATURE_WRONG: 'SIG_CRYPTO_FAILURE',
}

const asCheck = ({ rule, outcome, fault, cite }: CmsFinding): Check => ({
  name: `cms.${rule}`,
  outcome,
  cite,
  ...(fault === undefined || outcome === 'pass' ? {} : { reason: REASONS[fault] }),
})

export interface CmsResult {
  readonly checks: readonly Check[]
  readonly certificate?: Certificate
  readonly signingTime?: Date
}

/** `content` in parts, in order. Never throws on bad bytes. */
export const verifyCms = (value: Uint8Array, content: readonly Uint8Array[], question: DocumentQuestion): CmsResult => {
  let signedData: ParsedSignedData
  try {
    signedData = parseLeadingSignedData(value, question.mode)
  } catch (error) {
    if (!isMalformed(error)) throw error
    return { checks: [fail('cms.format', 'FORMAT_FAILURE', 'RFC 5652 5', { detail: { fault: error.message } })] }
  }
  if (value.subarray(signedData.consumed).some((octet) => octet !== 0))
    return {
      checks: [
        fail('cms.format', 'FORMAT_FAILURE', 'ISO 32000-1 12.8.3', { detail: { fault: 'bytes after the message' } }),
      ],
    }
  const certificateOf = signerCertificate(question.mode)
  const findings = verifySignedData({ signedData, content, crypto: question.crypto, certificateOf }).map(asCheck)
  const certificate = certificateOf(signedData.signer, signedData.certificates)
  const signingTime = signedData.signer.signedAttributes?.signingTime
  const lenient = signedData.leniencies.map((l) => l.code)
  return {
    checks: [
      ...findings,
      ...(lenient.length === 0
        ? []
        : [notice('cms.compatibility', 'COMPATIBILITY', 'RFC 5652', { detail: { leniencies: lenient.join(' ') } })]),
      ...signerChecks(certificate, { signedData, question, signingTime }),
    ],
    ...(certificate === undefined ? {} : { certificate }),
    ...(signingTime === undefined ? {} : { signingTime }),
  }
}

interface SignerContext {
  readonly signedData: ParsedSignedData
  readonly question: DocumentQuestion
  readonly signingTime: Date | undefined
}

const CLOCK_SKEW = 5 * 60_000

const signerChecks = (
  certificate: Certificate | undefined,
  { signedData, question, signingTime }: SignerContext,
): Check[] => {
  if (certificate === undefined) return []
  const { crypto, at } = question
  const embedded = signedData.certificates.flatMap((der) => readable(der, question))
  const trust = { ...question.trust, intermediates: [...question.trust.intermediates, ...embedded] }
  const judge = (time: Date | undefined) => judgeCertificate({ certificate, trust, crypto, at }, 'signer', time)
  const { checks, needsProof } = judge(signingTime)
  const stamp = judgeStamp({ signedData, question, signingTime })
  const early =
    signingTime !== undefined && signingTime.getTime() > at.getTime() + CLOCK_SKEW
      ? [
          fail('signer.signing-time', 'NOT_YET_VALID', 'RFC 5652 11.3', {
            detail: { signingTime: signingTime.toISOString() },
          }),
        ]
      : []
  const proof = proofOfTime({
    name: 'signer.proof-of-time',
    cite: 'EN 319 102-1 5.6.2',
    needed: needsProof,
    provenAt: stamp?.provenAt,
    claimed: checks,
    judge: (time) => judge(time).checks,
  })
  return [
    ...early,
    ...(stamp === undefined ? [] : [stamp.check]),
    ...checks,
    ...(needsProof === undefined ? [] : [proof]),
  ]
}

const judgeStamp = ({ signedData: { signer }, question, signingTime }: SignerContext) => {
  const [timeStamp] = signer.unsignedAttributes.get(OID.timeStampToken) ?? []
  return timeStamp === undefined
    ? undefined
    : judgeTimeStamp(
        { ...question, timeStamp, stamped: signer.signature, signingTime },
        { name: 'cms.timestamp', cite: 'ETSI EN 319 122-1 5.3', ignored: true },
      )
}

const readable = (der: Uint8Array, { mode }: DocumentQuestion): Certificate[] => {
  try {
    return [parseCertificate(der, mode)]
  } catch (error) {
    if (!isMalformed(error)) throw error
    return []
  }
}
