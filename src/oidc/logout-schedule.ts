/** What an answer of a portal means for the next attempt: told, refused for good, or later. Pure. */
import type { Delivery, DeliveryOutcome, PortalAnswer, PortalFault } from './ports.ts'

const SECOND = 1_000
const BACKOFF = [1, 5, 30, 120, 600, 1_800, 3_600].map((s) => s * SECOND)

/** After this many attempts failed, how long until the next; the last step repeats. */
export const backoff = (attempts: number): number => BACKOFF[Math.min(attempts, BACKOFF.length) - 1] ?? SECOND

export type Attempt = PortalAnswer | { readonly fault: PortalFault }

const RETRIED: ReadonlySet<number> = new Set([408, 425, 429])
/** A portal that says the request is wrong says so again tomorrow. */
const isRefusal = (status: number): boolean => status >= 400 && status < 500 && !RETRIED.has(status)

export const outcomeOf = (
  attempt: Attempt,
  { attempts, giveUpAt }: Pick<Delivery, 'attempts' | 'giveUpAt'>,
  at: Date,
): DeliveryOutcome => {
  if ('status' in attempt && (attempt.status === 200 || attempt.status === 204)) return { state: 'confirmed' }
  const lastError = 'status' in attempt ? `HTTP_${attempt.status}` : attempt.fault
  if ('status' in attempt ? isRefusal(attempt.status) : attempt.fault === 'NOT_REGISTERED')
    return { state: 'failed', lastError }
  const asked = 'status' in attempt ? (attempt.retryAfterMs ?? 0) : 0
  const nextAt = new Date(at.getTime() + Math.max(asked, backoff(attempts)))
  return nextAt >= giveUpAt ? { state: 'dead', lastError } : { state: 'pending', nextAt, lastError }
}

/** Whether it speaks of the portal's health: only these open the circuit. */
export const isOutage = (outcome: DeliveryOutcome): boolean => outcome.state === 'pending' || outcome.state === 'dead'
