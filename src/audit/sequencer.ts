/**
 * Chains audit rows in order. One process at a time, elected by a lease; the lease row is locked for the length of a step,
 * so two sequencers cannot interleave even when a lease has just run out.
 */
import type { Digests } from '../../standards/ports.ts'
import { concat } from '../../standards/bytes.ts'
import type { Logger, UnitOfWork } from '../kernel/index.ts'
import type { AuditStore, ChainedRow } from './ports.ts'

export interface SequencerDeps {
  readonly store: AuditStore
  readonly work: UnitOfWork
  readonly digests: Digests
  readonly logger: Logger
  /** Unique per process. */
  readonly holder: string
}

export const GENESIS: Uint8Array = new Uint8Array(32)
/** Shorter than a writer waits for its row to be chained, so that the next sequencer takes over in time. */
const LEASE_MS = 2_500
const BATCH = 500
const IDLE_MS = 60

/** hash = SM3(prevHash ‖ seq as 8 octets ‖ digest). */
export const chainHash = (digests: Digests, prevHash: Uint8Array, seq: number, digest: Uint8Array): Uint8Array => {
  const octets = new Uint8Array(8)
  new DataView(octets.buffer).setBigUint64(0, BigInt(seq))
  return digests.digest('sm3', concat(prevHash, octets, digest))
}

/** Chains up to one batch; returns how many rows, or undefined when another process holds the lease. */
export const sequenceOnce = ({ store, work, digests, holder }: SequencerDeps): Promise<number | undefined> =>
  work.run(async (tx) => {
    if (!(await store.holdLease(tx, 'audit-sequencer', holder, LEASE_MS))) return undefined
    const rows = await store.unsequenced(BATCH, tx)
    if (rows.length === 0) return 0
    const last = await store.last(tx)
    let seq = last?.seq ?? 0
    let prevHash = last?.hash ?? GENESIS
    const chained: ChainedRow[] = rows.map((row) => {
      seq += 1
      const hash = chainHash(digests, prevHash, seq, row.digest)
      const link = { ...row, seq, prevHash, hash }
      prevHash = hash
      return link
    })
    await store.link(tx, chained)
    return rows.length
  })

export interface Sequencer {
  nudge(): void
  stop(): Promise<void>
}

/** Runs until stopped; looks every 60 ms, at once when nudged. */
export const startSequencer = (deps: SequencerDeps): Sequencer => {
  let stopped = false
  let wake: () => void = () => undefined
  const pause = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, ms)
      wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  const loop = async (): Promise<void> => {
    let failures = 0
    while (!stopped) {
      try {
        const count = await sequenceOnce(deps)
        failures = 0
        if (count === BATCH) continue
        await pause(count === undefined ? 1_000 : IDLE_MS)
      } catch (error) {
        failures += 1
        if (!stopped) deps.logger.error('audit.sequencer-failed', { failures, reason: (error as Error).name })
        await pause(Math.min(5_000, 100 * 2 ** failures))
      }
    }
  }
  const done = loop()
  return {
    nudge: () => wake(),
    stop: () => {
      stopped = true
      wake()
      return done
    },
  }
}
