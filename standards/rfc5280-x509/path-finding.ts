/** What path validation says: values of its own, so that this folder knows nothing of reports. Reasons are those of ETSI EN 319 102-1 §5.1. */

export type PathFindingName = 'path' | 'constraints' | 'algorithms' | 'validity' | 'purpose' | 'revocation'

export type PathReason =
  | 'NO_CERTIFICATE_CHAIN_FOUND'
  | 'CERTIFICATE_CHAIN_GENERAL_FAILURE'
  | 'CHAIN_CONSTRAINTS_FAILURE'
  | 'CRYPTO_CONSTRAINTS_FAILURE'
  | 'POLICY_PROCESSING_ERROR'
  | 'EXPIRED'
  | 'NOT_YET_VALID'
  | 'REVOKED'
  | 'NO_REVOCATION_EVIDENCE'
  | 'STALE_EVIDENCE'

export type PathOutcome = 'pass' | 'fail' | 'unknown' | 'notice' | 'notRun'

export interface PathFinding {
  readonly name: PathFindingName
  readonly outcome: PathOutcome
  readonly reason?: PathReason
  readonly cite: string
  /** `certificate` is the common name of the certificate that the finding is about. */
  readonly detail?: Readonly<Record<string, string | number>>
}

export type Detail = NonNullable<PathFinding['detail']>

/** Short forms for the checks of one name, which share a clause. */
export const findings = (name: PathFindingName, cite: string) => ({
  pass: (detail?: Detail): PathFinding => ({
    name,
    outcome: 'pass',
    cite,
    ...(detail === undefined ? {} : { detail }),
  }),
  fail: (reason: PathReason, detail: Detail): PathFinding => ({ name, outcome: 'fail', reason, cite, detail }),
  unknown: (reason: PathReason, detail: Detail): PathFinding => ({ name, outcome: 'unknown', reason, cite, detail }),
  notice: (reason: PathReason, detail: Detail): PathFinding => ({ name, outcome: 'notice', reason, cite, detail }),
  notRun: (): PathFinding => ({ name, outcome: 'notRun', cite }),
})

const RANK: Readonly<Record<PathOutcome, number>> = { pass: 0, notRun: 0, notice: 1, unknown: 2, fail: 3 }

/** 0 nothing against it, 2 something unknown, 3 something failed. */
export const severity = (list: readonly PathFinding[]): number => Math.max(0, ...list.map((f) => RANK[f.outcome]))

/** Nothing failed and nothing is unknown. */
export const isFavourable = (list: readonly PathFinding[]): boolean => severity(list) <= RANK.notice

/** The finding that decides, among several of one name. */
export const worstFinding = (list: readonly PathFinding[]): PathFinding | undefined =>
  list.reduce<PathFinding | undefined>(
    (worst, f) => (worst === undefined || RANK[f.outcome] > RANK[worst.outcome] ? f : worst),
    undefined,
  )

/** From the least to the most telling: what to say of several paths that end alike. */
const SPECIFIC: readonly PathReason[] = [
  'NO_CERTIFICATE_CHAIN_FOUND',
  'CERTIFICATE_CHAIN_GENERAL_FAILURE',
  'NO_REVOCATION_EVIDENCE',
  'STALE_EVIDENCE',
  'POLICY_PROCESSING_ERROR',
  'CRYPTO_CONSTRAINTS_FAILURE',
  'CHAIN_CONSTRAINTS_FAILURE',
  'NOT_YET_VALID',
  'EXPIRED',
  'REVOKED',
]
export const specificity = (list: readonly PathFinding[]): number =>
  Math.max(-1, ...list.map((f) => (f.reason === undefined ? -1 : SPECIFIC.indexOf(f.reason))))
