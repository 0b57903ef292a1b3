/** The only source of the present. Whole service, one clock: tests move it, verification takes its time as an argument. */
export interface Clock {
  now(): Date
}

export const systemClock: Clock = { now: () => new Date() }
