/**
 * The pull feed for portals that cannot be called (RFC 8936): what ended comes again at each poll until the portal acknowledges it.
 * A poll may wait for news; how many wait at once is bounded, more are answered at once, which the RFC allows.
 */
import type { FeedAnswer, OidcDeps } from './ports.ts'
import { makeSessionRevokedToken } from './session-revoked-token.ts'

export interface FeedPoll {
  readonly clientId: string
  /** 0: acknowledge only. */
  readonly maxEvents: number
  readonly returnImmediately: boolean
  /** Ids of tokens that were taken in. */
  readonly ack: readonly string[]
  /** Ids of tokens that were refused, with the portal's error code. */
  readonly setErrs: Readonly<Record<string, string>>
  /** Nobody waits for the answer any more. */
  readonly gone: () => boolean
}

export interface FeedPage {
  /** Signed tokens under their ids. */
  readonly sets: Readonly<Record<string, string>>
  readonly moreAvailable: boolean
}

type Deps = Pick<OidcDeps, 'clock' | 'publicUrl' | 'signingKeys' | 'work' | 'store' | 'audit'>

const STEP_MS = 250
const MAX_WAIT_MS = 20_000
const MAX_WAITING = 100
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

const settle = async (deps: Deps, { clientId, ack, setErrs }: FeedPoll): Promise<void> => {
  const answers: FeedAnswer[] = [
    ...ack.map((id) => ({ id })),
    ...Object.entries(setErrs).map(([id, error]) => ({ id, error: `SET_${error}` })),
  ]
  if (answers.length === 0) return
  await deps.work.run(async (tx) => {
    const settled = new Set(await deps.store.logouts.settleFeed(tx, { clientId, answers, at: deps.clock.now() }))
    for (const { id, error } of answers.filter((a) => settled.has(a.id)))
      await deps.audit.record(tx, {
        action: error === undefined ? 'logout.confirmed' : 'logout.failed',
        actor: { kind: 'client', id: clientId },
        object: { kind: 'client', id: clientId },
        detail: { delivery: id, ...(error === undefined ? {} : { error }) },
      })
  })
}

const fetchPage = async (deps: Deps, { clientId, maxEvents }: FeedPoll): Promise<FeedPage> => {
  const items = await deps.store.logouts.feed({ clientId, limit: maxEvents, at: deps.clock.now() })
  const sets: Record<string, string> = {}
  for (const item of items) sets[item.id] = await makeSessionRevokedToken(deps, clientId, item)
  const full = maxEvents > 0 && items.length < maxEvents
  return { sets, moreAvailable: !full && (await deps.store.logouts.feedLength(clientId)) > items.length }
}

/** One feed for a process: it counts who waits. */
export const makePollFeed = (deps: Deps): ((poll: FeedPoll) => Promise<FeedPage>) => {
  let waiting = 0
  const wait = async (poll: FeedPoll): Promise<void> => {
    waiting++
    try {
      for (let waited = 0; waited < MAX_WAIT_MS && !poll.gone(); waited += STEP_MS) {
        if ((await deps.store.logouts.feedLength(poll.clientId)) > 0) return
        await sleep(STEP_MS)
      }
    } finally {
      waiting--
    }
  }
  return async (poll) => {
    await settle(deps, poll)
    if (!poll.returnImmediately && poll.maxEvents > 0 && waiting < MAX_WAITING) await wait(poll)
    return fetchPage(deps, poll)
  }
}
