/** Work that costs as much for many as for one is done for all who wait, a few batches at a time. Refuses when too many wait. */
import { TrustError } from '../../errors.ts'

export interface Batches<T, R> {
  /** @throws TrustError TRY_LATER when too many wait; else what `run` throws */
  add(item: T): Promise<R>
}

interface Limits<T, R> {
  readonly most: number
  readonly atOnce: number
  readonly waiting: number
  /** One result for each item, in order. */
  run(items: readonly T[]): Promise<readonly R[]>
}

interface Waiting<T, R> {
  readonly item: T
  resolve(result: R): void
  reject(error: unknown): void
}

export const makeBatches = <T, R>({ most, atOnce, waiting, run }: Limits<T, R>): Batches<T, R> => {
  const queue: Waiting<T, R>[] = []
  let running = 0
  const next = (): void => {
    if (running >= atOnce || queue.length === 0) return
    const taken = queue.splice(0, most)
    running++
    run(taken.map((w) => w.item))
      .then(
        (results) => taken.forEach((w, i) => w.resolve(results[i] as R)),
        (error: unknown) => taken.forEach((w) => w.reject(error)),
      )
      .finally(() => {
        running--
        next()
      })
  }
  return {
    add: (item) =>
      queue.length >= waiting
        ? Promise.reject(new TrustError('TRY_LATER', 'too many wait for a time stamp'))
        : new Promise((resolve, reject) => {
            queue.push({ item, resolve, reject })
            // Whoever comes in the same turn of the loop goes along.
            queueMicrotask(next)
          }),
  }
}
