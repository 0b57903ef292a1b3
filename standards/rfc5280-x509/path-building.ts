/**
 * Finds chains from a certificate to a trust anchor: by name, key identifiers first, and only over signatures that hold.
 * Refuses loops, chains of more than ten certificates, and more work than the budget allows.
 */
import { equalBytes } from '../bytes.ts'
import type { Certificate } from './certificate.ts'
import { matchesName } from './name-matching.ts'
import type { SignatureBudget } from './signature-budget.ts'

const MAX_LENGTH = 10
const MAX_PATHS = 20

export interface PathSearch {
  readonly leaf: Certificate
  readonly intermediates: readonly Certificate[]
  readonly anchors: readonly Certificate[]
  readonly budget: SignatureBudget
}

export interface FoundPaths {
  /** Leaf first, anchor last. */
  readonly paths: readonly (readonly Certificate[])[]
  /** A certificate whose issuer is here by name and key identifier, and did not sign it. */
  readonly forged?: Certificate
  /** A certificate whose issuer is here, signed with an algorithm that we do not know. */
  readonly unjudged?: Certificate
}

const sameCertificate = (a: Certificate, b: Certificate): boolean => equalBytes(a.der, b.der)

type Fit = 'identified' | 'possible' | 'other-key'
/** Key identifiers are a hint (§4.2.1.1): another key is tried last, and its failure says nothing. */
const fitOf = (certificate: Certificate, issuer: Certificate): Fit => {
  if (certificate.authorityKeyId === undefined || issuer.subjectKeyId === undefined) return 'possible'
  return equalBytes(certificate.authorityKeyId, issuer.subjectKeyId) ? 'identified' : 'other-key'
}
const FIT_ORDER: Readonly<Record<Fit, number>> = { identified: 0, possible: 1, 'other-key': 2 }

interface Candidate {
  readonly issuer: Certificate
  readonly isAnchor: boolean
  readonly fit: Fit
}

const candidatesFor = (certificate: Certificate, { anchors, intermediates }: PathSearch): Candidate[] => {
  const named = (list: readonly Certificate[], isAnchor: boolean): Candidate[] =>
    list
      .filter((c) => matchesName(c.subject, certificate.issuer))
      .map((issuer) => ({ issuer, isAnchor, fit: fitOf(certificate, issuer) }))
  return [...named(anchors, true), ...named(intermediates, false)].sort((a, b) => FIT_ORDER[a.fit] - FIT_ORDER[b.fit])
}

/** All chains, in the order in which they should be tried. */
export const findPaths = (search: PathSearch): FoundPaths => {
  const paths: Certificate[][] = []
  let forged: Certificate | undefined
  let unjudged: Certificate | undefined
  const extend = (path: readonly Certificate[]): void => {
    const last = path[path.length - 1] as Certificate
    for (const { issuer, isAnchor, fit } of candidatesFor(last, search)) {
      if (paths.length >= MAX_PATHS || !search.budget.step()) return
      if (!isAnchor && path.some((c) => sameCertificate(c, issuer))) continue
      if (!search.budget.isSignedBy(last, issuer.publicKey)) {
        if (last.signatureAlgorithm === undefined) unjudged ??= last
        else if (fit !== 'other-key') forged ??= last
        continue
      }
      if (isAnchor) paths.push([...path, issuer])
      else if (path.length < MAX_LENGTH - 1) extend([...path, issuer])
    }
  }
  if (search.anchors.some((a) => sameCertificate(a, search.leaf))) paths.push([search.leaf])
  else extend([search.leaf])
  return { paths, ...(forged === undefined ? {} : { forged }), ...(unjudged === undefined ? {} : { unjudged }) }
}
