/** Stamps that were about to be signed when a process died: closed, counted, audited. Their serial numbers stay used. */
import type { TimeStampDeps } from './ports.ts'

const PATIENCE_MS = 60_000

/** Returns the serial numbers of those older than a minute, once. */
export const sweepTimeStamps = ({
  work,
  store,
  audit,
  clock,
}: Pick<TimeStampDeps, 'work' | 'store' | 'audit' | 'clock'>): Promise<readonly string[]> =>
  work.run(async (tx) => {
    const serials = await store.abandonIntents(tx, new Date(clock.now().getTime() - PATIENCE_MS))
    for (const serial of serials)
      await audit.record(tx, {
        action: 'timestamp.intent-abandoned',
        actor: { kind: 'system', id: 'timestamp' },
        object: { kind: 'time-stamp', id: serial },
      })
    return serials
  })
