/**
 * Revocation at a time, which may lie in the past: by CRL (RFC 5280 §6.3), full, partitioned and delta lists, several together; and by
 * OCSP answers (path-ocsp.ts). What either says against a certificate counts, whatever the other says.
 * A list issued after `at` is good evidence: it still names what was revoked before, unless the certificate expired in between.
 * No list, lists that do not cover the certificate for all reasons, one with critical parts we do not know, and indirect lists prove
 * nothing: unknown, with the reason.
 */
import { equalBytes } from '../bytes.ts'
import { OID } from '../oid/index.ts'
import type { Digests } from '../ports.ts'
import type { Certificate } from './certificate.ts'
import { titleOf } from './certificate.ts'
import { ALL_REASONS, coveredReasons } from './crl-scope.ts'
import type { Reasons } from './crl-scope.ts'
import { findListSigner } from './crl-signer.ts'
import type { ListView } from './crl-view.ts'
import { entriesAgainst, viewsOf } from './crl-view.ts'
import type { Crl, RevokedEntry } from './crl.ts'
import { matchesName } from './name-matching.ts'
import type { OcspAnswers } from './ocsp-facts.ts'
import type { AlgorithmPolicy } from './path-algorithms.ts'
import { chainAlgorithms, signatureEnd } from './path-algorithms.ts'
import { findPaths } from './path-building.ts'
import type { Chain } from './path-constraints.ts'
import { chainConstraints, chainValidity } from './path-constraints.ts'
import type { PathFinding } from './path-finding.ts'
import { findings, isFavourable, specificity, worstFinding } from './path-finding.ts'
import type { OcspVerdict } from './path-ocsp.ts'
import { judgeOcsp } from './path-ocsp.ts'
import type { SignatureBudget } from './signature-budget.ts'

const revocation = findings('revocation', 'RFC 5280 6.3.3')
const HOUR = 3_600_000
/** A signer of lists whose own status needs a list of another signer, and no further. */
const MAX_SIGNER_DEPTH = 2

export interface Evidence {
  readonly crls: readonly Crl[]
  readonly ocsp: readonly OcspAnswers[]
  readonly digests: Digests
  readonly intermediates: readonly Certificate[]
  readonly at: Date
  readonly budget: SignatureBudget
  readonly policy: AlgorithmPolicy
  /** Signers of lists that are being judged: they cannot vouch for themselves. */
  readonly asked?: readonly Certificate[]
}

interface Subject {
  readonly certificate: Certificate
  /** Issuer first, anchor last. */
  readonly above: Chain
}

/**
 * A certificate that leads to the same anchor and is good itself. Narrower than §6.3.3 f: it must come from the CA in question or from one
 * above it, else any CA under the anchor could certify a signer of its neighbour's name and whitewash the neighbour's revocations.
 */
const isTrustedSigner = (signer: Certificate, crl: Crl, above: Chain, evidence: Evidence): boolean => {
  const { asked = [], intermediates, budget, policy } = evidence
  if (asked.length >= MAX_SIGNER_DEPTH) return false
  const at = crl.thisUpdate > evidence.at ? crl.thisUpdate : evidence.at
  const { paths } = findPaths({ leaf: signer, intermediates, anchors: above.slice(-1), budget })
  const isFromAbove = (path: Chain): boolean =>
    above.some((c) => equalBytes(c.publicKey, (path[1] ?? signer).publicKey))
  return paths
    .filter(isFromAbove)
    .some((path) =>
      isFavourable([
        chainConstraints(path),
        chainAlgorithms(path, { at, policy }),
        chainValidity(path, at),
        chainRevocation(path, { ...evidence, at, asked: [...asked, signer] }),
      ]),
    )
}

/** Lists of the certificate's issuer whose signature holds and whose every critical part we understand. */
const usableLists = (lists: readonly Crl[], { certificate, above }: Subject, evidence: Evidence): Crl[] => {
  const barred = [certificate, ...(evidence.asked ?? [])]
  const others = evidence.intermediates.filter((c) => !barred.some((b) => equalBytes(b.publicKey, c.publicKey)))
  return lists.filter(
    (crl) =>
      crl.unknownCritical.length === 0 &&
      crl.issuingDistributionPoint?.indirectCRL !== true &&
      findListSigner(crl, {
        above,
        others,
        budget: evidence.budget,
        isTrusted: (signer) => isTrustedSigner(signer, crl, above, evidence),
      }) !== undefined,
  )
}

/** The earlier of the two: a signature made with a lost key is not saved by a late report. */
const effectiveDate = ({ date, invalidityDate }: RevokedEntry): Date =>
  invalidityDate !== undefined && invalidityDate < date ? invalidityDate : date

const fromEntry = (entry: RevokedEntry, certificate: Certificate, at: Date): PathFinding => {
  const date = effectiveDate(entry)
  const detail = { certificate: titleOf(certificate), revokedAt: date.toISOString(), reasonCode: entry.reason ?? 0 }
  return date <= at ? revocation.fail('REVOKED', detail) : revocation.notice('REVOKED', detail)
}

/** The certificate is not on this list: what that says about `at`. */
const fromAbsence = ({ list, current }: ListView, certificate: Certificate, { at, policy }: Evidence): PathFinding => {
  const detail = { certificate: titleOf(certificate), thisUpdate: current.thisUpdate.toISOString() }
  if (policy !== 'legacy' && signatureEnd(list.signatureAlgorithm, at) !== undefined)
    return revocation.unknown('CRYPTO_CONSTRAINTS_FAILURE', { ...detail, algorithm: list.signatureAlgorithm ?? '' })
  if (current.thisUpdate > at) {
    const keepsExpired = list.expiredCertsSince !== undefined && list.expiredCertsSince <= certificate.notAfter
    if (current.thisUpdate > certificate.notAfter && !keepsExpired)
      return revocation.unknown('NO_REVOCATION_EVIDENCE', { ...detail, fault: 'list-after-expiry' })
    return revocation.pass({ ...detail, evidence: 'issued-after-validation-time' })
  }
  const { nextUpdate } = current
  if (nextUpdate === undefined) return revocation.unknown('STALE_EVIDENCE', { ...detail, fault: 'no-next-update' })
  const ageHours = Math.floor((at.getTime() - current.thisUpdate.getTime()) / HOUR)
  const dated = { ...detail, nextUpdate: nextUpdate.toISOString(), ageHours }
  return at > nextUpdate ? revocation.unknown('STALE_EVIDENCE', dated) : revocation.pass(dated)
}

interface Absence {
  readonly reasons: Reasons
  readonly finding: PathFinding
}

/** The first that speaks for all reasons; else those that do so together (§6.3.3, reasons_mask): as good as the worst of them. */
const togetherOf = (absences: readonly Absence[]): PathFinding | undefined => {
  const whole = absences.find((a) => a.reasons.size === ALL_REASONS.size)
  if (whole !== undefined) return whole.finding
  const open = new Set(ALL_REASONS)
  const used: PathFinding[] = []
  for (const { reasons, finding } of absences) {
    const before = open.size
    for (const r of reasons) open.delete(r)
    if (open.size < before) used.unshift(finding)
  }
  return open.size === 0 ? worstFinding(used) : undefined
}

const fromAbsences = (absences: readonly Absence[]): PathFinding | undefined =>
  togetherOf(absences.filter((a) => a.finding.outcome === 'pass')) ?? togetherOf(absences)

/** Nothing decides: why. */
const withoutEvidence = (certificate: Certificate, ofIssuer: readonly Crl[], usable: readonly Crl[]): PathFinding => {
  const about = { certificate: titleOf(certificate) }
  const isIndirect =
    ofIssuer.some((crl) => crl.issuingDistributionPoint?.indirectCRL === true) ||
    certificate.distributionPoints.some((p) => p.cRLIssuer !== undefined)
  const because = (fault: string): PathFinding => revocation.unknown('NO_REVOCATION_EVIDENCE', { ...about, fault })
  if (isIndirect) return because('indirect-crl')
  if (usable.some((crl) => !crl.isDelta)) return because('list-does-not-cover')
  if (usable.length > 0) return because('delta-without-base')
  if (ofIssuer.some((crl) => crl.signatureAlgorithm === undefined))
    return revocation.unknown('CRYPTO_CONSTRAINTS_FAILURE', { ...about, fault: 'list-algorithm' })
  if (ofIssuer.some((crl) => crl.unknownCritical.length > 0)) return because('unknown-critical-extension')
  return ofIssuer.length > 0 ? because('list-signer') : revocation.unknown('NO_REVOCATION_EVIDENCE', about)
}

const listRevocation = (subject: Subject, evidence: Evidence): PathFinding => {
  const { certificate } = subject
  const ofIssuer = evidence.crls.filter((crl) => matchesName(crl.issuer, certificate.issuer))
  const lists = usableLists(ofIssuer, subject, evidence)
  const entries = entriesAgainst(certificate.serial, { lists, at: evidence.at })
  const revoked = worstFinding(entries.map((e) => fromEntry(e, certificate, evidence.at)))
  if (revoked !== undefined) return revoked
  const absences = viewsOf(lists)
    .map((view) => ({ view, reasons: coveredReasons(view.list, certificate) }))
    .filter(({ reasons }) => reasons.size > 0)
    .sort((a, b) => b.view.current.thisUpdate.getTime() - a.view.current.thisUpdate.getTime())
    .map(({ view, reasons }) => ({ reasons, finding: fromAbsence(view, certificate, evidence) }))
  return fromAbsences(absences) ?? withoutEvidence(certificate, ofIssuer, lists)
}

/**
 * A responder's certificate, when it signed (RFC 6960 §4.2.2.2.1). With nocheck nobody has to say that it is good, but what evidence
 * says against it counts all the same.
 */
const isTrustedResponder = (
  responder: Certificate,
  answers: OcspAnswers,
  above: Chain,
  evidence: Evidence,
): boolean => {
  const { asked = [], policy } = evidence
  if (asked.length >= MAX_SIGNER_DEPTH) return false
  const at = answers.producedAt > evidence.at ? answers.producedAt : evidence.at
  const chain = [responder, ...above]
  const status = certificateRevocation(
    { certificate: responder, above },
    { ...evidence, at, ocsp: evidence.ocsp.filter((o) => o !== answers), asked: [...asked, responder] },
  )
  const isExempt = responder.extensions.some((e) => e.extnID === OID.ocspNoCheck) && status.outcome !== 'fail'
  return isFavourable([
    chainConstraints(chain),
    chainAlgorithms(chain, { at, policy }),
    chainValidity([responder], at),
    ...(isExempt ? [] : [status]),
  ])
}

const ocspRevocation = ({ certificate, above }: Subject, evidence: Evidence): OcspVerdict =>
  judgeOcsp({
    ...evidence,
    certificate,
    above,
    answers: evidence.ocsp,
    others: evidence.intermediates,
    isTrusted: (responder, answers) => isTrustedResponder(responder, answers, above, evidence),
  })

/** The more specific reason; of equals the one that says what was wrong. */
const moreTelling = (byOcsp: PathFinding, byList: PathFinding): PathFinding => {
  const difference = specificity([byOcsp]) - specificity([byList])
  if (difference !== 0) return difference > 0 ? byOcsp : byList
  return byList.detail?.['fault'] === undefined ? byOcsp : byList
}

/** Revoked by either; then a responder that has never heard of it; then good by either; then the more telling reason. */
const certificateRevocation = (subject: Subject, evidence: Evidence): PathFinding => {
  const byList = listRevocation(subject, evidence)
  const { revoked, good, unheardOf, undecided } = ocspRevocation(subject, evidence)
  if (byList.reason === 'REVOKED') return revoked === undefined ? byList : (worstFinding([byList, revoked]) ?? byList)
  if (revoked !== undefined) return revoked
  if (unheardOf !== undefined) return unheardOf
  if (byList.outcome === 'pass') return byList
  if (good !== undefined) return good
  return undecided === undefined ? byList : moreTelling(undecided, byList)
}

/** Every certificate below the anchor: one finding that decides. */
export function chainRevocation(chain: Chain, evidence: Evidence): PathFinding {
  const all = chain
    .slice(0, -1)
    .map((certificate, i) => certificateRevocation({ certificate, above: chain.slice(i + 1) }, evidence))
  const worst = worstFinding(all) ?? revocation.pass()
  // A list that was not checked for want of budget may be the one that revokes.
  return evidence.budget.exhausted && isFavourable([worst])
    ? revocation.unknown('NO_REVOCATION_EVIDENCE', { fault: 'too-much-work' })
    : worst
}

export const revocationNotRun = (): PathFinding => revocation.notRun()
