/** Finds signings that were written down and never completed: the process ended in between, or the key refused. Each is reported once. */
import type { Logger } from '../kernel/index.ts'
import type { SealDeps, SealIntent } from './ports.ts'

export interface SealSweepDeps extends Pick<SealDeps, 'work' | 'store' | 'audit' | 'clock'> {
  readonly log: Logger
}
export type OrphanIntent = Pick<SealIntent, 'id' | 'kind' | 'sealId' | 'at'>

/** `olderThanMs`: what may still be running in another process is left alone. */
export const sweepSealIntents = async (
  { work, store, audit, clock, log }: SealSweepDeps,
  olderThanMs = 60_000,
): Promise<OrphanIntent[]> => {
  const now = clock.now()
  const orphans = await work.run(async (tx) => {
    const found = await store.journal.sweep(tx, new Date(now.getTime() - olderThanMs), now)
    for (const { id, kind, sealId } of found)
      await audit.record(tx, {
        action: 'seal.intent-orphaned',
        actor: { kind: 'system', id: 'seal' },
        object: { kind: 'seal-intent', id },
        detail: { kind, sealId },
      })
    return found
  })
  for (const { id, kind, sealId } of orphans) log.warn('seal.intent-orphaned', { id, kind, sealId })
  return orphans
}
