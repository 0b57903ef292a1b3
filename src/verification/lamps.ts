/**
 * The four lamps a person sees: authentic, in force, competent and recognised, holder. A lamp is as bad as its worst check;
 * one without checks is dark, never green. A name nobody placed counts for authenticity, so that no failure goes unseen.
 */
import type { Check, Outcome } from '../kernel/index.ts'

export const LAMP_IDS = ['authentic', 'in-force', 'competent', 'holder'] as const
export type LampId = (typeof LAMP_IDS)[number]
export type LampState = 'pass' | 'fail' | 'unknown' | 'dark'

export interface LampCheck {
  readonly check: Check
  /** Index of the signature in `reports`; absent for checks of the file as a whole. */
  readonly signature?: number
}

export interface Lamp {
  readonly id: LampId
  readonly state: LampState
  readonly checks: readonly LampCheck[]
}

export interface LampInput {
  readonly checks: readonly Check[]
  readonly reports: readonly { readonly checks: readonly Check[] }[]
}

/** The first rule that matches places the check. */
const RULES: readonly (readonly [RegExp, LampId])[] = [
  [/^holder\.|\.holder$/, 'holder'],
  [/^recognition\.|^licence\.(type|issuer|authority|catalogue)|\.(competence|competent|authority)$/, 'competent'],
  [/^licence\.(status|validity|period)/, 'in-force'],
  [/(^|[.-])(status|validity|revocation|freshness)(-since)?$/, 'in-force'],
]

export const lampOf = (checkName: string): LampId =>
  RULES.find(([pattern]) => pattern.test(checkName))?.[1] ?? 'authentic'

function stateOf(outcomes: readonly Outcome[]): LampState {
  if (outcomes.includes('fail')) return 'fail'
  if (outcomes.includes('unknown')) return 'unknown'
  return outcomes.includes('pass') ? 'pass' : 'dark'
}

/** All four, in their order; every check of the report stands in exactly one. */
export function lampsOf(report: LampInput): readonly Lamp[] {
  const all: readonly LampCheck[] = [
    ...report.checks.map((check) => ({ check })),
    ...report.reports.flatMap(({ checks }, signature) => checks.map((check) => ({ check, signature }))),
  ]
  return LAMP_IDS.map((id) => {
    const checks = all.filter(({ check }) => lampOf(check.name) === id)
    return { id, state: stateOf(checks.map(({ check }) => check.outcome)), checks }
  })
}
