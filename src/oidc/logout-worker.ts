/**
 * Tells portals that a session ended, until they confirm, refuse, or their own sessions have run out anyway. Runs in every process:
 * rows are leased, so no two workers tell one portal at once, and what a killed worker held comes back when its lease is over.
 */
import { makeCircuitBreaker } from './circuit-breaker.ts'
import { deliverLogout, type DeliveryDeps } from './deliver-logout.ts'
import type { Delivery } from './ports.ts'

export interface LogoutWorkerOptions {
  readonly pollMs?: number
  /** Longer than a call to a portal can take. */
  readonly leaseMs?: number
  readonly concurrency?: number
  readonly perHost?: number
}

export interface LogoutWorker {
  start(): void
  /** Waits for attempts under way. */
  stop(): Promise<void>
  /** Looks for work now. */
  nudge(): void
}

const GIVE_UP_EVERY = 60_000

interface State {
  readonly active: Map<Delivery, Promise<void>>
  looking: boolean
  again: boolean
  stopped: boolean
  gaveUpAt: number
}

const busyHosts = (active: Iterable<Delivery>, perHost: number): string[] => {
  const counts = new Map<string, number>()
  for (const { host } of active) counts.set(host, (counts.get(host) ?? 0) + 1)
  return [...counts].filter(([, n]) => n >= perHost).map(([host]) => host)
}

const giveUp = async (deps: DeliveryDeps, at: Date): Promise<void> => {
  const dead = await deps.work.run(async (tx) => {
    const rows = await deps.store.logouts.giveUp(tx, at)
    for (const { id, clientId } of rows)
      await deps.audit.record(tx, {
        action: 'logout.dead',
        actor: { kind: 'system', id: 'logout-worker' },
        object: { kind: 'client', id: clientId },
        detail: { delivery: id, error: 'GAVE_UP' },
      })
    return rows
  })
  for (const { clientId } of dead) deps.logger.error('logout.dead', { clientId, error: 'GAVE_UP' })
}

export const makeLogoutWorker = (deps: DeliveryDeps, options: LogoutWorkerOptions = {}): LogoutWorker => {
  const { pollMs = 500, leaseMs = 10_000, concurrency = 32, perHost = 4 } = options
  const breaker = makeCircuitBreaker()
  const state: State = { active: new Map(), looking: false, again: false, stopped: true, gaveUpAt: 0 }
  let timer: ReturnType<typeof setInterval> | undefined

  const claim = async (): Promise<readonly Delivery[]> => {
    const at = deps.clock.now()
    const limit = concurrency - state.active.size
    if (limit <= 0) return []
    const notHosts = [...breaker.resting(at), ...busyHosts(state.active.keys(), perHost)]
    const leaseUntil = new Date(at.getTime() + leaseMs)
    return deps.store.logouts.claim({ at, leaseUntil, limit, perHost, notHosts })
  }
  const run = async (delivery: Delivery): Promise<void> => {
    try {
      breaker.record(delivery.host, await deliverLogout(deps, delivery), deps.clock.now())
    } catch (error) {
      // Ours, not the portal's: the lease brings the row back.
      deps.logger.error('logout.failed-here', { error: error instanceof Error ? error.name : 'unknown' })
    }
    state.active.delete(delivery)
    nudge()
  }
  const look = async (): Promise<void> => {
    const at = deps.clock.now()
    if (at.getTime() - state.gaveUpAt >= GIVE_UP_EVERY) {
      state.gaveUpAt = at.getTime()
      await giveUp(deps, at)
    }
    for (const delivery of await claim()) state.active.set(delivery, run(delivery))
  }
  const nudge = (): void => {
    if (state.stopped) return
    if (state.looking) {
      state.again = true
      return
    }
    state.looking = true
    look()
      .catch((error: unknown) =>
        deps.logger.error('logout.worker-failed', { error: error instanceof Error ? error.name : 'unknown' }),
      )
      .finally(() => {
        state.looking = false
        if (state.again) {
          state.again = false
          nudge()
        }
      })
  }
  return {
    nudge,
    start: () => {
      state.stopped = false
      timer = setInterval(nudge, pollMs)
      timer.unref()
      nudge()
    },
    stop: async () => {
      state.stopped = true
      clearInterval(timer)
      await Promise.allSettled(state.active.values())
    },
  }
}
