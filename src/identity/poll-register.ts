/**
 * Reads a registry's feed from where it was left, one process at a time. Pushes may have been lost or be late: the feed says everything.
 * An event that fails is left for the next round, and what comes after it is not held up.
 */
import type { Logger } from '../kernel/index.ts'
import { applyRegisterEvent, type RegisterDeps } from './apply-register-event.ts'
import type { RegisterFeed } from './ports.ts'
import type { RegistryName } from './register-event.ts'

export interface PollDeps extends RegisterDeps {
  readonly feeds: Readonly<Record<RegistryName, RegisterFeed>>
  readonly logger: Logger
  /** Unique per process. */
  readonly holder: string
}

/** Read again each time: a registry whose writers overtake each other shows a lower number after a higher one. */
const OVERLAP = 50
const PAGE = 100
const MAX_PAGES = 50
const LEASE_MS = 20_000

const applyAll = async (
  deps: PollDeps,
  events: Awaited<ReturnType<RegisterFeed['page']>>['events'],
): Promise<{ readonly applied: number; readonly failedSeq?: number }> => {
  let applied = 0
  let failedSeq: number | undefined
  for (const event of events) {
    try {
      const outcome = await applyRegisterEvent(deps, { event, via: 'poll' })
      if (outcome === 'applied') applied += 1
      if (outcome === 'conflict' || outcome === 'not-understood')
        deps.logger.warn('register.event-not-taken', { registry: event.registry, seq: event.seq, outcome })
    } catch (error) {
      failedSeq ??= event.seq
      const reason = error instanceof Error ? error.name : 'unknown'
      deps.logger.error('register.event-failed', { registry: event.registry, seq: event.seq, reason })
    }
  }
  return { applied, ...(failedSeq === undefined ? {} : { failedSeq }) }
}

/** How many events took effect; undefined when another process reads. @throws TrustError REGISTRY_UNAVAILABLE, REGISTRY_ANSWER_UNDEFINED */
export const pollRegister = async (deps: PollDeps, registry: RegistryName): Promise<number | undefined> => {
  const { registerFeeds } = deps.store
  let after = Math.max(0, (await registerFeeds.cursor(registry)) - OVERLAP)
  let applied = 0
  let failed: number | undefined
  for (let page = 0; page < MAX_PAGES; page++) {
    if (!(await registerFeeds.holdPoll(registry, deps.holder, LEASE_MS))) return undefined
    const { events, more } = await deps.feeds[registry].page({ after, limit: PAGE })
    const done = await applyAll(deps, events)
    applied += done.applied
    failed ??= done.failedSeq
    const last = Math.max(after, ...events.map((e) => e.seq))
    await registerFeeds.moveCursor(registry, failed === undefined ? last : failed - 1)
    if (!more || last === after) break
    after = last
  }
  return applied
}

export interface RegisterPoller {
  start(): void
  stop(): Promise<void>
}

export const makeRegisterPoller = (deps: PollDeps, everyMs = 15_000): RegisterPoller => {
  const running = new Map<RegistryName, Promise<void>>()
  let timer: ReturnType<typeof setInterval> | undefined
  const round = async (registry: RegistryName): Promise<void> => {
    try {
      await pollRegister(deps, registry)
    } catch (error) {
      const code = (error as { readonly code?: unknown } | undefined)?.code
      deps.logger.warn('register.poll-failed', { registry, code: typeof code === 'string' ? code : 'unknown' })
    }
    running.delete(registry)
  }
  const tick = (): void => {
    for (const registry of ['population', 'legal-entity'] as const)
      if (!running.has(registry)) running.set(registry, round(registry))
  }
  return {
    start: () => {
      tick()
      timer = setInterval(tick, everyMs)
      timer.unref()
    },
    stop: async () => {
      clearInterval(timer)
      await Promise.all(running.values())
    },
  }
}
