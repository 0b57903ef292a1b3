/** Stops time stamping in all processes of this database, and lets it go on when an operator has looked at the clock. Both are audited. */
import type { Actor } from '../../audit/index.ts'
import { TrustError } from '../../errors.ts'
import type { Tx } from '../../kernel/index.ts'
import type { ClockHalt, TimeStampDeps } from './ports.ts'

type Parts = Pick<TimeStampDeps, 'work' | 'store' | 'audit' | 'clock' | 'ids'>

const SYSTEM: Actor = { kind: 'system', id: 'timestamp' }

export type Jump = Pick<ClockHalt, 'reason' | 'driftMs'>

/** One halt at a time: where one is open this adds nothing. */
export const stopClock = ({ work, store, audit, clock, ids }: Parts, jump: Jump): Promise<void> =>
  work.run(async (tx: Tx) => {
    const halt = { ...jump, id: ids.next(), at: clock.now() }
    if (!(await store.halt(tx, halt))) return
    await audit.record(tx, {
      action: 'timestamp.halted',
      actor: SYSTEM,
      object: { kind: 'time-stamp-halt', id: halt.id },
      detail: { reason: halt.reason, driftMs: halt.driftMs },
    })
  })

/** An operator says that the clock is right now. @throws TrustError NOT_FOUND when nothing is stopped */
export const confirmClock = ({ work, store, audit, clock }: Omit<Parts, 'ids'>, actor: Actor): Promise<ClockHalt> =>
  work.run(async (tx) => {
    const halt = await store.confirmClock(tx, clock.now())
    if (halt === undefined) throw new TrustError('NOT_FOUND', 'time stamping is not stopped')
    await audit.record(tx, {
      action: 'timestamp.clock-confirmed',
      actor,
      object: { kind: 'time-stamp-halt', id: halt.id },
      detail: { reason: halt.reason, driftMs: halt.driftMs },
    })
    return halt
  })
