/**
 * A trust anchor with what it is trusted for (RFC 5280 §6.1.1 d leaves that to the verifier; cf. RFC 5914). An anchor without limits
 * is trusted for everything, at any time of its own validity. Refuses a chain whose anchor is not trusted for the purpose, or was not then.
 */
import type { Certificate } from './certificate.ts'
import { titleOf } from './certificate.ts'
import type { Purpose } from './path-constraints.ts'
import type { PathFinding } from './path-finding.ts'
import { findings } from './path-finding.ts'

export interface AnchorLimits {
  readonly purposes?: readonly Purpose[]
  /** Trusted from, and until before, these moments. */
  readonly from?: Date
  readonly to?: Date
  /** Where the anchor came from: an agreement, a list. */
  readonly source?: string
}

export interface TrustAnchor extends Certificate {
  readonly limits?: AnchorLimits
}

const constraints = findings('constraints', 'RFC 5280 6.1.1 (d)')

/** Undefined where the anchor is trusted for this. */
export const anchorFault = (anchor: TrustAnchor, purpose: Purpose, at: Date): PathFinding | undefined => {
  const { purposes, from, to } = anchor.limits ?? {}
  const refused = (fault: string): PathFinding =>
    constraints.fail('CHAIN_CONSTRAINTS_FAILURE', { certificate: titleOf(anchor), fault })
  if (purposes !== undefined && purpose !== 'any' && !purposes.includes(purpose)) return refused('anchor-purpose')
  const inTime = (from === undefined || at >= from) && (to === undefined || at < to)
  return inTime ? undefined : refused('anchor-period')
}
