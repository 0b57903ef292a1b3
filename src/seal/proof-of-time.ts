/**
 * A time stamp over a signature value as proof of time (GB/T 38540-2020 7.3 h, EN 319 102-1 5.6.2): what the claimed signing time cannot
 * prove, the stamped time does, if all that was asked of the signing time holds at the stamped time too.
 */
import type { Mode } from '../../standards/der/index.ts'
import type { CryptoPort } from '../../standards/ports.ts'
import type { TimeStampVerdict } from '../../standards/rfc3161-tsp/index.ts'
import { verifyTimeStamp } from '../../standards/rfc3161-tsp/index.ts'
import type { Check, Reason } from '../kernel/index.ts'
import { fail, notRun, notice, pass, unknown } from '../kernel/index.ts'
import type { TrustMaterial } from './trust-material.ts'

export interface StampQuestion {
  /** Undefined: there is none. */
  readonly timeStamp: Uint8Array | undefined
  /** The signature value. */
  readonly stamped: Uint8Array
  /** As claimed: the stamp cannot be older. */
  readonly signingTime: Date | undefined
  readonly trust: TrustMaterial
  readonly crypto: CryptoPort
  readonly at: Date
  readonly mode: Mode
}

/** Where the check stands in a report. `ignored`: a stamp that proves nothing is only remarked (CAdES), as nothing signs it. */
export interface StampPlace {
  readonly name: string
  readonly cite: string
  readonly ignored?: boolean
}

export interface StampJudgement {
  readonly check: Check
  /** The signature existed at this time. */
  readonly provenAt?: Date
}

/** Two clocks never agree to the second. */
const CLOCK_SKEW = 5 * 60_000

const MAKE = { fail, unknown } as const

const refused = (
  { outcome, reason, fault }: Exclude<TimeStampVerdict, { readonly outcome: 'proven' }>,
  { name, cite, ignored = false }: StampPlace,
): Check => (ignored ? notice : MAKE[outcome])(name, reason, cite, { detail: { fault } })

export const judgeTimeStamp = (question: StampQuestion, place: StampPlace): StampJudgement => {
  const { timeStamp, stamped, signingTime, trust, crypto, at, mode } = question
  const { name, cite } = place
  if (timeStamp === undefined) return { check: notRun(name, cite) }
  const verdict = verifyTimeStamp({ ...trust, timeStamp, stamped, crypto, at, mode })
  if (verdict.outcome !== 'proven') return { check: refused(verdict, place) }
  const { genTime, tsa } = verdict
  if (signingTime !== undefined && genTime.getTime() < signingTime.getTime() - CLOCK_SKEW)
    return { check: refused({ outcome: 'fail', reason: 'TIMESTAMP_ORDER_FAILURE', fault: 'before-signing' }, place) }
  return { check: pass(name, cite, { detail: { genTime: genTime.toISOString(), tsa } }), provenAt: genTime }
}

const isBad = ({ outcome }: Check): boolean => outcome === 'fail' || outcome === 'unknown'

/** Nothing speaks against the stamped time that does not speak against the claimed one. */
const holdsAsWell = (claimed: readonly Check[], proven: readonly Check[]): boolean =>
  proven
    .filter(isBad)
    .every((p) => claimed.some((c) => c.name === p.name && c.outcome === p.outcome && c.reason === p.reason))

export interface ProofQuestion {
  readonly name: string
  readonly cite: string
  /** Why a proof is needed; undefined: it is not. */
  readonly needed: Reason | undefined
  readonly provenAt: Date | undefined
  /** What was found for the claimed time. */
  readonly claimed: readonly Check[]
  /** The same for another time. */
  judge(time: Date): readonly Check[]
}

export const proofOfTime = ({ name, cite, needed, provenAt, claimed, judge }: ProofQuestion): Check => {
  if (needed === undefined) return notRun(name, cite)
  if (provenAt === undefined || !holdsAsWell(claimed, judge(provenAt))) return unknown(name, needed, cite)
  return pass(name, cite, { detail: { genTime: provenAt.toISOString() } })
}
