/**
 * Notices when the clock on the wall was moved: it and the monotonic clock must have gone equally far since they were last looked at.
 * (NTP slews both alike; only a step sets them apart.) Half a second apart is a jump; a sleeping machine is one too.
 */
import type { Clock, MonotonicClock } from '../../kernel/index.ts'

export const TOLERANCE_MS = 500

export interface ClockGuard {
  /** How far the wall clock jumped since the last look, in milliseconds; undefined: it did not. */
  look(): number | undefined
}

export const makeClockGuard = ({
  clock,
  monotonic,
}: {
  readonly clock: Clock
  readonly monotonic: MonotonicClock
}): ClockGuard => {
  let wall = clock.now().getTime()
  let steady = monotonic.milliseconds()
  return {
    look: () => {
      const [wallNow, steadyNow] = [clock.now().getTime(), monotonic.milliseconds()]
      const drift = wallNow - wall - (steadyNow - steady)
      wall = wallNow
      steady = steadyNow
      return Math.abs(drift) > TOLERANCE_MS ? Math.round(drift) : undefined
    },
  }
}
