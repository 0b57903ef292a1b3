/** Ends sessions whose time is over, through the same door as every ending, so that portals are told; and clears away what is long past. */
import { endSession } from './end-session.ts'
import type { OidcDeps } from './ports.ts'

type Deps = Pick<
  OidcDeps,
  'clock' | 'ids' | 'random' | 'work' | 'audit' | 'store' | 'nudge' | 'logger' | 'refreshSigningKeys'
>

const BATCH = 200
const HOUR = 3_600_000
/** As long as a receipt can be asked for. */
const KEEP_ENDED = 30 * 24 * HOUR

/** Returns how many sessions ended. */
export const sweepSessions = async (deps: Deps): Promise<number> => {
  const uids = await deps.store.sessions.expired(deps.clock.now(), BATCH)
  for (const sessionUid of uids)
    await endSession(deps, {
      scope: { sessionUid },
      reason: 'expired',
      actor: { kind: 'system', id: 'session-sweeper' },
    })
  return uids.length
}

/** Rows that expired more than an hour ago; sessions and receipts of a month ago. A batch of each; returns how many went. */
export const removeLongPast = async ({ store, clock }: Pick<OidcDeps, 'store' | 'clock'>): Promise<number> => {
  const now = clock.now().getTime()
  const monthAgo = new Date(now - KEEP_ENDED)
  const payloads = await store.payloads.removeExpired(new Date(now - HOUR), 500)
  const sessions = await store.sessions.removeEnded(monthAgo, 100)
  return payloads + sessions + (await store.logouts.removeEndings(monthAgo, 100))
}

export interface SessionSweeper {
  start(): void
  stop(): Promise<void>
}

export const makeSessionSweeper = (deps: Deps, everyMs = 5_000): SessionSweeper => {
  let timer: ReturnType<typeof setInterval> | undefined
  let running: Promise<void> | undefined
  const sweep = async (): Promise<void> => {
    try {
      await deps.refreshSigningKeys?.()
      await sweepSessions(deps)
      await removeLongPast(deps)
    } catch (error) {
      deps.logger.error('sessions.sweep-failed', { error: error instanceof Error ? error.name : 'unknown' })
    }
    running = undefined
  }
  return {
    start: () => {
      timer = setInterval(() => {
        running ??= sweep()
      }, everyMs)
      timer.unref()
    },
    stop: async () => {
      clearInterval(timer)
      await running
    },
  }
}
