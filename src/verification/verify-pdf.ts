/**
 * Verifies a PDF: every signature's own structure and coverage, its signer at the times that matter, and the seal it carries.
 * A P-256 twin for readers without SM2 is a signature like any other; the worst one leads.
 */
import { isMalformed, FormatError } from '../../standards/errors.ts'
import type { Certificate } from '../../standards/rfc5280-x509/index.ts'
import { commonName, parseCertificate } from '../../standards/rfc5280-x509/index.ts'
import type { PdfSignature, PdfSignatureStructure } from '../document/index.ts'
import { findPdfSignatures, verifyPdfSignatureStructure } from '../document/index.ts'
import type { Check } from '../kernel/index.ts'
import { fail, pass, unknown, verdictOf, worst } from '../kernel/index.ts'
import { judgeCertificate, judgeTimeStamp, proofOfTime, verifyAppliedSeal } from '../seal/offline.ts'
import { chainNotes, pdfNotes } from './container-notes.ts'
import type { DocumentReport, SignatureReport } from './document-report.ts'
import type { DocumentQuestion } from './question.ts'

const CITE = 'ISO 32000-1 12.8'

export const verifyPdf = (question: DocumentQuestion): DocumentReport => {
  const base = { kind: 'pdf' as const, at: question.at, leniencies: [] }
  try {
    const signatures = findPdfSignatures(question.bytes)
    const checks = [presence(signatures), ...pdfNotes(question.bytes, signatures)]
    const reports = signatures.map((s) => judgeSignature(s, question))
    return { ...base, verdict: worst([verdictOf(checks), ...reports.map((r) => r.verdict)]), checks, reports }
  } catch (error) {
    if (!isMalformed(error)) throw error
    const fault = error instanceof FormatError ? error.reason : 'DER'
    const checks = [fail('pdf.structure', 'FORMAT_FAILURE', 'ISO 32000-1 7.5', { detail: { fault } })]
    return { ...base, verdict: 'invalid', checks, reports: [] }
  }
}

const presence = ({ length }: readonly PdfSignature[]): Check =>
  length === 0
    ? unknown('file.signature', 'NO_SIGNATURE', CITE)
    : pass('file.signature', CITE, { detail: { count: length } })

const judgeSignature = (signature: PdfSignature, question: DocumentQuestion): SignatureReport => {
  const structure = verifyPdfSignatureStructure(question.bytes, signature, question)
  const { certificate, claimedTime } = structure
  const stamp = judgeStamp(structure, question)
  const timed = { ...question, ...(stamp?.provenAt === undefined ? {} : { provenAt: stamp.provenAt }) }
  const seal = judgeSeal(structure, timed)
  const checks = [
    ...structure.checks,
    ...(stamp === undefined ? [] : [stamp.check]),
    ...(certificate === undefined ? [] : signerChecks(certificate, structure, timed)),
    ...(seal?.checks ?? []),
  ]
  return {
    verdict: verdictOf(checks),
    checks,
    ...(seal?.sealName === undefined ? {} : { sealName: seal.sealName }),
    ...(certificate === undefined ? {} : { signerName: commonName(certificate) ?? '' }),
    ...(claimedTime === undefined ? {} : { signedAt: claimedTime }),
  }
}

/** A question together with what a time stamp has proven. */
type Timed = DocumentQuestion & { readonly provenAt?: Date }

const judgeStamp = ({ timeStamp, signatureValue, claimedTime }: PdfSignatureStructure, question: DocumentQuestion) =>
  timeStamp === undefined || signatureValue === undefined
    ? undefined
    : judgeTimeStamp(
        { ...question, timeStamp, stamped: signatureValue, signingTime: claimedTime },
        { name: 'cms.timestamp', cite: 'ETSI EN 319 122-1 5.3', ignored: true },
      )

const CLOCK_SKEW = 5 * 60_000

const signerChecks = (
  certificate: Certificate,
  { chain, claimedTime }: PdfSignatureStructure,
  question: Timed,
): Check[] => {
  const { crypto, at } = question
  const { anchors, intermediates } = question.trust
  const along = chain.map((der) => readable(der, question))
  const trust = { ...question.trust, intermediates: [...intermediates, ...along.flatMap((c) => c ?? [])] }
  const judge = (time: Date | undefined) => judgeCertificate({ certificate, trust, crypto, at }, 'signer', time)
  const { checks, needsProof } = judge(claimedTime)
  const early =
    claimedTime !== undefined && claimedTime.getTime() > at.getTime() + CLOCK_SKEW
      ? [fail('signer.signing-time', 'NOT_YET_VALID', CITE, { detail: { signingTime: claimedTime.toISOString() } })]
      : []
  const proof = proofOfTime({
    name: 'signer.proof-of-time',
    cite: 'EN 319 102-1 5.6.2',
    needed: needsProof,
    provenAt: question.provenAt,
    claimed: checks,
    judge: (time) => judge(time).checks,
  })
  const proofs = needsProof === undefined ? [] : [proof]
  return [...early, ...checks, ...proofs, ...chainNotes(along, [...anchors, ...intermediates], crypto)]
}

const readable = (der: Uint8Array, { mode }: DocumentQuestion): Certificate | undefined => {
  try {
    return parseCertificate(der, mode)
  } catch (error) {
    if (!isMalformed(error)) throw error
    return undefined
  }
}

/** Only what a signed attribute says was signed counts as the seal of this signature. */
const judgeSeal = ({ sealDer, certificate, claimedTime }: PdfSignatureStructure, question: Timed) =>
  sealDer === undefined || certificate === undefined
    ? undefined
    : verifyAppliedSeal({ ...question, seal: sealDer, signerCert: certificate.der, signingTime: claimedTime })
