/** One figure, and how it is measured: against a yardstick in the same run, in turns, the median of all turns. */
export interface Figure {
  readonly name: string
  /** Null where it is no rate. */
  readonly perSecond: number | null
  readonly yardstick: string
  readonly yardstickPerSecond: number | null
  readonly ratio: number
  readonly unit: string
  /** In `unit`, for what is a duration or a size. */
  readonly value?: number
  readonly yardstickValue?: number
}

export type Say = (figure: Figure) => void
/** Whether this figure was asked for. */
export type Wanted = (name: string) => boolean

export interface Bench {
  bench(say: Say, wanted: Wanted): Promise<void>
}

export const rounded = (value: number): number => Number(value.toPrecision(4))

export const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  const [low = 0, high = 0] = [sorted[sorted.length % 2 === 0 ? middle - 1 : middle], sorted[middle]]
  return (low + high) / 2
}

/** What is done once; `at` is its number among those under way. */
export type Act = (at: number) => unknown

interface Measured {
  readonly act: Act
  /** How many at once; 1 when absent. */
  readonly atOnce?: number
}

const TURN_MS = 400
const TURNS = 7

/** Per second, for about `TURN_MS`. */
const turn = async ({ act, atOnce = 1 }: Measured): Promise<number> => {
  const started = performance.now()
  let count = 0
  const work = async (at: number): Promise<void> => {
    while (performance.now() - started < TURN_MS) {
      await act(at)
      count += 1
    }
  }
  await Promise.all(Array.from({ length: atOnce }, (_, at) => work(at)))
  return (count / (performance.now() - started)) * 1000
}

export interface Comparison extends Measured {
  readonly name: string
  readonly unit: string
  readonly yardstick: string
  readonly yardstickAct: Act
  /** How many of the yardstick at once; 1 when absent. */
  readonly yardstickAtOnce?: number
}

/** Ours and the yardstick in turns, after one of each that does not count: whatever else the machine does falls on both alike. */
export const compare = async ({ name, unit, yardstick, ...measured }: Comparison): Promise<Figure> => {
  const { yardstickAct, yardstickAtOnce = 1, ...ours } = measured
  const theirs = { act: yardstickAct, atOnce: yardstickAtOnce }
  const rates: [number[], number[]] = [[], []]
  await turn(ours)
  await turn(theirs)
  for (let i = 0; i < TURNS; i++) {
    rates[0].push(await turn(ours))
    rates[1].push(await turn(theirs))
  }
  const [perSecond, yardstickPerSecond] = [median(rates[0]), median(rates[1])]
  return {
    name,
    perSecond: rounded(perSecond),
    yardstick,
    yardstickPerSecond: rounded(yardstickPerSecond),
    ratio: rounded(perSecond / yardstickPerSecond),
    unit,
  }
}
