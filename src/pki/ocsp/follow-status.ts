/**
 * Follows the changes of status that any process of this database commits, asking when somebody wants an answer and at most every 0.7 s:
 * what was signed before a change is thus given out for no more than about a second after it. A database that does not answer within two
 * seconds counts as away, and is asked again after a second.
 */
import type { MonotonicClock } from '../../kernel/index.ts'
import type { StatusChange } from '../ports.ts'
import type { StatusRegister } from './ports.ts'

const EVERY_MS = 700
const RETRY_MS = 1_000
const PATIENCE_MS = 2_000
/** A change that was announced is committed within this time, or not at all. */
const EAGER_MS = 2_000
const EAGER_EVERY_MS = 50
const PAGE = 1_000

export interface StatusFollower {
  /** False when the database cannot be asked. */
  catchUp(): Promise<boolean>
  /** Another number after every change that was seen. */
  epoch(): number
  noteChange(): void
}

export interface Following {
  readonly store: StatusRegister
  readonly issuerIds: readonly string[]
  readonly monotonic: MonotonicClock
  onChange(change: StatusChange): void
}

const within = <T>(work: Promise<T>, ms: number): Promise<T> => {
  let timer: ReturnType<typeof setTimeout>
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('the database does not answer')), ms)
  })
  return Promise.race([work, late]).finally(() => clearTimeout(timer))
}

/** The newest change there is: what is signed from now on knows it. */
const newestChange = async ({ store, issuerIds }: Following): Promise<number> =>
  Math.max(0, ...(await Promise.all(issuerIds.map((id) => store.lastStatusChange(id)))))

/** Everything after `seq`, reported page by page; gives the last number. */
const readAfter = async ({ store, onChange }: Following, seq: number): Promise<number> => {
  let last = seq
  for (;;) {
    const changes = await store.statusChangesSince(last)
    for (const change of changes) onChange(change)
    last = changes.at(-1)?.seq ?? last
    if (changes.length < PAGE) return last
  }
}

export const makeStatusFollower = (following: Following): StatusFollower => {
  const now = (): number => following.monotonic.milliseconds()
  let seq: number | undefined
  let epoch = 0
  let askedAt = -Infinity
  let failedAt = -Infinity
  let eagerUntil = -Infinity
  let asking: Promise<boolean> | undefined

  // Before what was kept is dropped: whoever read the register earlier must not keep it afterwards.
  const noting: Following = {
    ...following,
    onChange: (change) => {
      epoch++
      following.onChange(change)
    },
  }
  const ask = async (): Promise<boolean> => {
    const started = now()
    try {
      const before = seq
      seq = await within(before === undefined ? newestChange(following) : readAfter(noting, before), PATIENCE_MS)
      askedAt = started
      return true
    } catch {
      // Why it is away is the database's to log; here it only matters that nothing new is known.
      failedAt = now()
      return false
    }
  }

  return {
    catchUp: () => {
      const every = now() < eagerUntil ? EAGER_EVERY_MS : EVERY_MS
      if (now() - askedAt < every) return Promise.resolve(true)
      if (now() - failedAt < RETRY_MS) return Promise.resolve(false)
      asking ??= ask().finally(() => {
        asking = undefined
      })
      return asking
    },
    epoch: () => epoch,
    noteChange: () => {
      eagerUntil = now() + EAGER_MS
    },
  }
}
