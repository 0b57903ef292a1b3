/** Time that only goes forward, from an arbitrary start: for intervals, and to notice when the clock on the wall was moved. */
export interface MonotonicClock {
  milliseconds(): number
}

export const systemMonotonicClock: MonotonicClock = { milliseconds: () => performance.now() }
