/**
 * Verdicts as values. Finding someone else's document false is a successful verification.
 * `invalid` if a check fails, `indeterminate` if none fails and one is unknown, else `valid`.
 * Reasons follow the sub-indications of ETSI EN 319 102-1; a few of our own are marked below.
 */
export type Outcome = 'pass' | 'fail' | 'unknown' | 'notice' | 'notRun'
export type Verdict = 'valid' | 'invalid' | 'indeterminate'

export const REASONS = [
  'FORMAT_FAILURE',
  'HASH_FAILURE',
  'SIG_CRYPTO_FAILURE',
  'SIG_CONSTRAINTS_FAILURE',
  'CHAIN_CONSTRAINTS_FAILURE',
  'CERTIFICATE_CHAIN_GENERAL_FAILURE',
  'CRYPTO_CONSTRAINTS_FAILURE',
  'EXPIRED',
  'NOT_YET_VALID',
  'REVOKED',
  'REVOKED_NO_POE',
  'OUT_OF_BOUNDS_NO_POE',
  'NO_CERTIFICATE_CHAIN_FOUND',
  'NO_POE',
  'TIMESTAMP_ORDER_FAILURE',
  'TRY_LATER',
  'SIGNED_DATA_NOT_FOUND',
  'POLICY_PROCESSING_ERROR',
  // ours
  'NO_SIGNATURE',
  'PARTIAL_COVERAGE',
  'EXTENDED_AFTER',
  'NON_CANONICAL_CONTAINER',
  'COMPATIBILITY',
  'NO_REVOCATION_EVIDENCE',
  'STALE_EVIDENCE',
  'STATUS_UNKNOWN',
  'SUSPENDED',
  'SUPERSEDED',
  'SIGNER_NOT_IN_SEAL',
  'SEAL_EMBEDDED_MISMATCH',
  'REGISTER_MISMATCH',
  'NOT_A_LICENCE',
  'UNSUPPORTED',
] as const
export type Reason = (typeof REASONS)[number]

export interface Check {
  /** Stable, dotted: `ofd.references`, `seal.maker-signature`, `licence.status`. Words for people stand in src/verification/words.ts. */
  readonly name: string
  readonly outcome: Outcome
  readonly reason?: Reason
  /** Clause that the check follows, e.g. `GB/T 38540-2020 7.3 b`. */
  readonly cite: string
  /** Values for the sentence a person reads: counts, dates, names on certificates. Never more than the document itself shows. */
  readonly detail?: Readonly<Record<string, string | number>>
}

export interface Report {
  readonly verdict: Verdict
  /** The validation time, not the time of running. */
  readonly at: Date
  readonly checks: readonly Check[]
}

export const verdictOf = (checks: readonly Check[]): Verdict => {
  if (checks.some((c) => c.outcome === 'fail')) return 'invalid'
  return checks.some((c) => c.outcome === 'unknown') ? 'indeterminate' : 'valid'
}

const RANK: Readonly<Record<Verdict, number>> = { valid: 0, indeterminate: 1, invalid: 2 }

/** The worst verdict leads; none at all is `indeterminate`. */
export const worst = (verdicts: readonly Verdict[]): Verdict =>
  verdicts.length === 0 ? 'indeterminate' : verdicts.reduce((a, b) => (RANK[b] > RANK[a] ? b : a))

export const report = (at: Date, checks: readonly Check[]): Report => ({ verdict: verdictOf(checks), at, checks })

type Extras = Pick<Check, 'detail'>
export const pass = (name: string, cite: string, extras: Extras = {}): Check => ({
  name,
  outcome: 'pass',
  cite,
  ...extras,
})
export const fail = (name: string, reason: Reason, cite: string, extras: Extras = {}): Check => ({
  name,
  outcome: 'fail',
  reason,
  cite,
  ...extras,
})
export const unknown = (name: string, reason: Reason, cite: string, extras: Extras = {}): Check => ({
  name,
  outcome: 'unknown',
  reason,
  cite,
  ...extras,
})
export const notice = (name: string, reason: Reason, cite: string, extras: Extras = {}): Check => ({
  name,
  outcome: 'notice',
  reason,
  cite,
  ...extras,
})
export const notRun = (name: string, cite: string, extras: Extras = {}): Check => ({
  name,
  outcome: 'notRun',
  cite,
  ...extras,
})
