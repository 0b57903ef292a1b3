/**
 * Notices when the clock on the wall was moved: it and the monotonic clock must have gone equally far, both since they were last looked
 * at and since the first look, so that many small steps are seen as the one large one that they are. Half a second apart is a jump; a
 * sleeping machine is one too.
 */
import type { Clock, MonotonicClock } from '../../kernel/index.ts'

export const TOLERANCE_MS = 500
/**
 * What the sum may grow by. Linux slews both clocks alike (NTP, at most 500 ppm) and would need none; where the monotonic clock is a bare
 * oscillator it runs off by some 100 ppm, and some time services mend that by steps too small to see. The database's clock bounds the rest.
 */
const OSCILLATOR = 200e-6

export interface ClockGuard {
  /** How far the wall clock jumped, in milliseconds, since the last look or by and by; undefined: it did not. */
  look(): number | undefined
}

export const makeClockGuard = ({
  clock,
  monotonic,
}: {
  readonly clock: Clock
  readonly monotonic: MonotonicClock
}): ClockGuard => {
  const read = () => ({ wall: clock.now().getTime(), steady: monotonic.milliseconds() })
  let first = read()
  let last = first
  return {
    look: () => {
      const now = read()
      const steady = now.steady - first.steady
      const step = now.wall - last.wall - (now.steady - last.steady)
      const sum = now.wall - first.wall - steady
      last = now
      const isStep = Math.abs(step) > TOLERANCE_MS
      if (!isStep && Math.abs(sum) <= TOLERANCE_MS + steady * OSCILLATOR) return undefined
      // An operator decides about this one; what comes afterwards is counted anew.
      first = now
      return Math.round(isStep ? step : sum)
    },
  }
}
