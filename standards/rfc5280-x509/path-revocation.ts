/**
 * Revocation by CRL at a time, which may lie in the past (RFC 5280 §6.3, thin: direct CRLs signed with the issuer's own key).
 * A list issued after `at` is good evidence: it still names what was revoked before, unless the certificate expired in between.
 * No list, a list that does not cover the certificate, or one with critical parts we do not know, proves nothing: unknown.
 * Delta and partial lists prove a revocation, never its absence.
 */
import { equalBytes } from '../bytes.ts'
import type { Certificate } from './certificate.ts'
import type { Crl, RevokedEntry } from './crl.ts'
import { KEY_USAGE } from './extension.ts'
import { sameName } from './name.ts'
import type { Chain } from './path-constraints.ts'
import { titleOf } from './path-constraints.ts'
import type { PathFinding } from './path-finding.ts'
import { findings, worstFinding } from './path-finding.ts'
import type { SignatureBudget } from './signature-budget.ts'

const revocation = findings('revocation', 'RFC 5280 6.3.3')
const HOUR = 3_600_000
const REMOVE_FROM_CRL = 8

export interface Evidence {
  readonly crls: readonly Crl[]
  readonly at: Date
  readonly budget: SignatureBudget
}

/** Lists of this issuer whose signature holds and whose every critical part we understand. */
const usableLists = (certificate: Certificate, issuer: Certificate, { crls, budget }: Evidence): Crl[] => {
  if (issuer.keyUsage !== undefined && !issuer.keyUsage.has(KEY_USAGE.crlSign)) return []
  return crls.filter(
    (crl) =>
      sameName(crl.issuer, certificate.issuer) &&
      crl.unknownCritical.length === 0 &&
      crl.issuingDistributionPoint?.indirectCRL !== true &&
      budget.isSignedBy(crl, issuer.publicKey),
  )
}

/** Whether the absence of the certificate from this list means something (§6.3.3 b). */
const coversCompletely = (crl: Crl, certificate: Certificate): boolean => {
  if (crl.isDelta) return false
  const point = crl.issuingDistributionPoint
  if (point === undefined) return true
  const isCa = certificate.basicConstraints?.ca === true
  if (point.onlyContainsAttributeCerts || point.onlySomeReasons !== undefined) return false
  if ((point.onlyContainsUserCerts && isCa) || (point.onlyContainsCACerts && !isCa)) return false
  if (point.distributionPoint === undefined) return true
  const names = point.distributionPoint.fullName ?? []
  return names.some((n) => certificate.crlDistributionPoints.some((d) => equalBytes(d, n.der)))
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
const fromAbsence = (crl: Crl, certificate: Certificate, at: Date): PathFinding => {
  const detail = { certificate: titleOf(certificate), thisUpdate: crl.thisUpdate.toISOString() }
  if (crl.thisUpdate > at) {
    const keepsExpired = crl.expiredCertsSince !== undefined && crl.expiredCertsSince <= certificate.notAfter
    if (crl.thisUpdate > certificate.notAfter && !keepsExpired)
      return revocation.unknown('NO_REVOCATION_EVIDENCE', { ...detail, fault: 'list-after-expiry' })
    return revocation.pass({ ...detail, evidence: 'issued-after-validation-time' })
  }
  if (crl.nextUpdate === undefined) return revocation.unknown('STALE_EVIDENCE', { ...detail, fault: 'no-next-update' })
  const ageHours = Math.floor((at.getTime() - crl.thisUpdate.getTime()) / HOUR)
  if (at > crl.nextUpdate)
    return revocation.unknown('STALE_EVIDENCE', { ...detail, nextUpdate: crl.nextUpdate.toISOString(), ageHours })
  return revocation.pass({ ...detail, nextUpdate: crl.nextUpdate.toISOString(), ageHours })
}

const PREFERENCE = ['pass', 'unknown'] as const

const certificateRevocation = (certificate: Certificate, issuer: Certificate, evidence: Evidence): PathFinding => {
  const lists = usableLists(certificate, issuer, evidence)
  const entries = lists.flatMap((crl) => crl.findRevoked(certificate.serial) ?? [])
  const revoked = worstFinding(
    entries.filter((e) => e.reason !== REMOVE_FROM_CRL).map((e) => fromEntry(e, certificate, evidence.at)),
  )
  if (revoked !== undefined) return revoked
  const absences = lists
    .filter((crl) => coversCompletely(crl, certificate) && crl.findRevoked(certificate.serial) === undefined)
    .toSorted((a, b) => b.thisUpdate.getTime() - a.thisUpdate.getTime())
    .map((crl) => fromAbsence(crl, certificate, evidence.at))
  for (const outcome of PREFERENCE) {
    const found = absences.find((f) => f.outcome === outcome)
    if (found !== undefined) return found
  }
  return revocation.unknown('NO_REVOCATION_EVIDENCE', { certificate: titleOf(certificate) })
}

/** Every certificate below the anchor: one finding that decides. */
export const chainRevocation = (chain: Chain, evidence: Evidence): PathFinding => {
  const all = chain
    .slice(0, -1)
    .map((certificate, i) => certificateRevocation(certificate, chain[i + 1] as Certificate, evidence))
  return worstFinding(all) ?? revocation.pass()
}

export const revocationNotRun = (): PathFinding => revocation.notRun()
