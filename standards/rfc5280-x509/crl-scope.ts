/**
 * What a CRL covers (RFC 5280 §6.3.3 b, d): which certificates, and for which reasons. Names of distribution points may be whole or
 * relative to the issuer. Indirect CRLs are nobody's business here: see path-revocation.ts.
 */
import type { Element } from '../der/index.ts'
import { DerError } from '../errors.ts'
import type { Certificate } from './certificate.ts'
import type { Crl } from './crl.ts'
import type { DistributionPoint } from './extension.ts'
import { generalNameKey } from './general-name.ts'
import { nameKeys, rdnKey } from './name-matching.ts'

export type Reasons = ReadonlySet<number>

/** ReasonFlags, bit 0 is unused (§4.2.1.13). */
export const ALL_REASONS: Reasons = new Set([1, 2, 3, 4, 5, 6, 7, 8])
const NONE: Reasons = new Set()

type PointName = NonNullable<DistributionPoint['distributionPoint']>

/** A broken name equals nothing. */
const keysOf = (names: readonly Element[]): string[] =>
  names.flatMap((name) => {
    try {
      return [generalNameKey(name)]
    } catch (error) {
      if (!(error instanceof DerError)) throw error
      return []
    }
  })

/** A relative name goes below the issuer's: the same key as the whole directory name. */
const pointKeys = ({ fullName, nameRelativeToCRLIssuer }: PointName, issuer: Uint8Array): string[] =>
  nameRelativeToCRLIssuer === undefined
    ? keysOf(fullName ?? [])
    : [JSON.stringify([...nameKeys(issuer), rdnKey(nameRelativeToCRLIssuer)])]

const intersect = (a: Reasons | undefined, b: Reasons | undefined): Reasons =>
  new Set([...ALL_REASONS].filter((r) => (a ?? ALL_REASONS).has(r) && (b ?? ALL_REASONS).has(r)))

/** §6.3.3 b 2 ii to iv. */
const isOfItsKind = (scope: NonNullable<Crl['issuingDistributionPoint']>, certificate: Certificate): boolean => {
  const isCa = certificate.basicConstraints?.ca === true
  return !(
    scope.onlyContainsAttributeCerts ||
    (scope.onlyContainsUserCerts && isCa) ||
    (scope.onlyContainsCACerts && !isCa)
  )
}

/** For which reasons the absence of the certificate from this complete list means that it is not revoked; none when out of scope. */
export const coveredReasons = (crl: Crl, certificate: Certificate): Reasons => {
  const scope = crl.issuingDistributionPoint
  if (scope === undefined) return ALL_REASONS
  if (!isOfItsKind(scope, certificate)) return NONE
  if (scope.distributionPoint === undefined) return intersect(scope.onlySomeReasons, undefined)
  const listed = new Set(pointKeys(scope.distributionPoint, crl.issuer))
  // The issuer's own name stands for its whole list (§6.3.3, last paragraph).
  const own = listed.has(JSON.stringify(nameKeys(certificate.issuer)))
  const covered = new Set<number>(own ? intersect(scope.onlySomeReasons, undefined) : NONE)
  for (const { distributionPoint, reasons, cRLIssuer } of certificate.distributionPoints) {
    // With cRLIssuer the point speaks of an indirect list.
    if (distributionPoint === undefined || cRLIssuer !== undefined) continue
    if (!pointKeys(distributionPoint, certificate.issuer).some((key) => listed.has(key))) continue
    for (const reason of intersect(scope.onlySomeReasons, reasons)) covered.add(reason)
  }
  return covered
}
