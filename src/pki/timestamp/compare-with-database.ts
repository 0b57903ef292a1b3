/**
 * Compares the wall clock with that of the database, which is another machine's in production: so a clock that is wrong from the start,
 * or went wrong too slowly for the clock guard, is noticed too. More than five seconds apart stops all stamping; NTP keeps servers far closer.
 */
import type { TimeStampDeps } from './ports.ts'
import { stopClock } from './stop-clock.ts'

const TOLERANCE_MS = 5_000

export const compareWithDatabase = async (deps: TimeStampDeps): Promise<void> => {
  const before = deps.clock.now().getTime()
  const there = (await deps.store.databaseTime()).getTime()
  const after = deps.clock.now().getTime()
  // It was read between our two looks: how long the answer took says nothing about either clock.
  const driftMs = there < before ? before - there : Math.min(0, after - there)
  if (Math.abs(driftMs) > TOLERANCE_MS) await stopClock(deps, { reason: 'clock-jumped', driftMs })
}
