/**
 * So many requests a second from one client address (IPv6: one /64), with a reserve for bursts; more are answered 429 with Retry-After.
 * Counted in memory, by this process alone: it keeps one stranger from filling the disk or the key's time, and is no quota.
 */
import { makeBoundedCache } from '../crypto/node.ts'
import { TrustError } from '../errors.ts'
import { addressGroup } from '../identity/index.ts'
import type { MonotonicClock } from '../kernel/index.ts'
import { problemOf } from './problem.ts'
import type { Reply } from './reply.ts'
import type { Route } from './route.ts'

type Handler<B> = Route<B>['handler']
/** The handler, asked only by those who have not asked too often. */
export type AddressLimit = <B>(handler: Handler<B>) => Handler<B>

/** Whoever was forgotten begins with a full reserve: with more addresses than this the limit is no longer one. */
const ADDRESSES = 50_000
const BURST_SECONDS = 5

/** One second fills at least one place. */
const tooMany = (): Reply => {
  const { problem } = problemOf(new TrustError('TOO_MANY_REQUESTS', 'too many requests from this address'))
  return {
    type: 'bytes',
    status: problem.status,
    mediaType: 'application/problem+json',
    bytes: JSON.stringify(problem),
    headers: { 'retry-after': '1' },
  }
}

/** @param perSecond at least 1; five seconds' worth may come at once */
export const makeAddressLimit = (perSecond: number, monotonic: MonotonicClock): AddressLimit => {
  const burst = perSecond * BURST_SECONDS
  const buckets = makeBoundedCache<{ left: number; at: number }>(ADDRESSES)
  const admits = (address: string): boolean => {
    const group = addressGroup(address)
    const at = monotonic.milliseconds()
    const { left, at: before } = buckets.get(group) ?? { left: burst, at }
    const filled = Math.min(burst, left + ((at - before) / 1000) * perSecond)
    const isAdmitted = filled >= 1
    buckets.set(group, { left: isAdmitted ? filled - 1 : filled, at })
    return isAdmitted
  }
  return (handler) => (request) => (admits(request.address) ? handler(request) : Promise.resolve(tooMany()))
}
