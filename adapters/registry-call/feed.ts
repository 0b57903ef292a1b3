/** A registry's events, asked for page by page over a registry call (README.md, “Events”). */
import type { ReadEvent, RegisterFeed, RegistryCall, RegistryName } from '../../src/identity/index.ts'
import { TrustError } from '../../src/errors.ts'
import type { Ids } from '../../src/kernel/index.ts'
import { readEvent } from './read-event.ts'

const undefinedAnswer = (what: string): TrustError =>
  new TrustError('REGISTRY_ANSWER_UNDEFINED', `registry feed: ${what}`)

/** One page of events, or one without a number, is nonsense as a whole: the feed stays where it is. */
const eventsOf = (registry: RegistryName, values: unknown, limit: number): readonly ReadEvent[] => {
  if (!Array.isArray(values) || values.length > limit) throw undefinedAnswer('no list of events')
  return values.map((value: unknown) => {
    const event = readEvent(registry, value)
    if (event === undefined) throw undefinedAnswer('an event without id and number')
    return event
  })
}

export const makeRegisterFeed = (registry: RegistryName, call: RegistryCall, ids: Ids): RegisterFeed => ({
  page: async ({ after, limit }) => {
    const answer = await call('/v1/events/feed', { requestId: ids.next(), after, limit })
    if (answer['code'] !== '00' || typeof answer['more'] !== 'boolean') throw undefinedAnswer('a code not defined')
    const events = eventsOf(registry, answer['events'], limit)
    if (events.some((e) => e.seq <= after)) throw undefinedAnswer('an event from before what was asked for')
    return { events, more: answer['more'] }
  },
})
