/** A clock that stands still until a test moves it. */
import type { Clock } from '../../src/kernel/index.ts'

export interface SettableClock extends Clock {
  set(at: Date | string): void
  advance(ms: number): void
}

export const START = new Date('2026-11-21T02:00:00Z')
export const SECOND = 1_000
export const MINUTE = 60 * SECOND
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR

export const settableClock = (start: Date = START): SettableClock => {
  let now = start.getTime()
  return {
    now: () => new Date(now),
    set: (at) => {
      now = new Date(at).getTime()
    },
    advance: (ms) => {
      now += ms
    },
  }
}
