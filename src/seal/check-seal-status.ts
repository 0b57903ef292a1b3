/** The seal's status at the signing moment, from snapshots: GB/T 38540-2020 7.3 d4. Unknown is never "normal". */
import type { Check, Reason } from '../kernel/index.ts'
import { fail, notice, pass, unknown } from '../kernel/index.ts'
import type { StatusSnapshot, StatusStep } from './trust-material.ts'
import { statusAt } from './trust-material.ts'

const NAME = 'seal.status'
const CITE = 'GB/T 38540-2020 7.3 d4'
const HOUR = 3_600_000

export interface StatusQuestion {
  readonly esID: string
  readonly signingTime: Date
  readonly at: Date
  readonly statuses: readonly StatusSnapshot[]
}

export interface StatusJudgement {
  readonly checks: readonly Check[]
  /** Revoked between the claimed signing time and `at`. */
  readonly needsProof?: Extract<Reason, 'REVOKED_NO_POE'>
}

/** The newest list that knows the seal. */
const newest = ({ esID, statuses }: StatusQuestion) =>
  statuses
    .flatMap((snapshot) => {
      const timeline = snapshot.kind === 'seal' ? snapshot.find(esID) : undefined
      return timeline === undefined ? [] : [{ snapshot, timeline }]
    })
    .reduce<{ snapshot: StatusSnapshot; timeline: readonly StatusStep[] } | undefined>(
      (a, b) => (a !== undefined && a.snapshot.issuedAt >= b.snapshot.issuedAt ? a : b),
      undefined,
    )

const thenCheck = (step: StatusStep | undefined, detail: Readonly<Record<string, string | number>>): Check => {
  if (step === undefined) return fail(NAME, 'NOT_YET_VALID', CITE, { detail })
  const since = { ...detail, status: step.status, since: step.from.toISOString() }
  if (step.status === 'active') return pass(NAME, CITE, { detail: since })
  if (step.status === 'suspended') return fail(NAME, 'SUSPENDED', CITE, { detail: since })
  if (step.status === 'revoked') return fail(NAME, 'REVOKED', CITE, { detail: since })
  return unknown(NAME, 'STATUS_UNKNOWN', CITE, { detail: since })
}

/** Normal then, and what has become of it by `at`. */
const laterChange = (timeline: readonly StatusStep[], { signingTime, at }: StatusQuestion): StatusJudgement => {
  const revoked = timeline.find((s) => s.status === 'revoked' && s.from > signingTime && s.from <= at)
  const now = statusAt(timeline, at)
  const changed = revoked ?? (now?.status === 'suspended' ? now : undefined)
  if (changed === undefined) return { checks: [] }
  const detail = { status: changed.status, since: changed.from.toISOString() }
  const reason: Reason = revoked === undefined ? 'SUSPENDED' : 'REVOKED'
  const checks = [notice(`${NAME}-since`, reason, 'GB/T 38540-2020 7.3 d', { detail })]
  return revoked === undefined ? { checks } : { checks, needsProof: 'REVOKED_NO_POE' }
}

export const checkSealStatus = (question: StatusQuestion): StatusJudgement => {
  const found = newest(question)
  if (found === undefined)
    return { checks: [unknown(NAME, 'STATUS_UNKNOWN', CITE, { detail: { seal: question.esID } })] }
  const { snapshot, timeline } = found
  const { at } = question
  const age = Math.max(0, Math.floor((at.getTime() - snapshot.issuedAt.getTime()) / HOUR))
  const detail = {
    issuedAt: snapshot.issuedAt.toISOString(),
    nextUpdate: snapshot.nextUpdate.toISOString(),
    ageHours: age,
  }
  const then = thenCheck(statusAt(timeline, question.signingTime), detail)
  // What an old list says against the seal stays true; what it says for it may have changed.
  if (then.outcome === 'pass' && at > snapshot.nextUpdate)
    return { checks: [unknown(NAME, 'STALE_EVIDENCE', CITE, { detail })] }
  const later = laterChange(timeline, question)
  return { ...later, checks: [then, ...later.checks] }
}
