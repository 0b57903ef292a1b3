/** What time stamping needs: a journal of what was stamped and of when the clock was stopped, the keys, two clocks. */
import type { CryptoPort } from '../../../standards/ports.ts'
import type { Certificate } from '../../../standards/rfc5280-x509/index.ts'
import type { AuditTrail } from '../../audit/index.ts'
import type { Signer } from '../../crypto/index.ts'
import type { Clock, Ids, Logger, MonotonicClock, RandomSource, Tx, UnitOfWork } from '../../kernel/index.ts'

export type TimeStampSuite = 'sm2' | 'p256'

export interface TimeStampKey {
  /** `tsa-sm2`, `tsa-p256`. */
  readonly id: string
  readonly certificate: Certificate
  /** The CAs above it without the root, nearest first: sent along where certificates are asked for. */
  readonly above: readonly Certificate[]
  /** @throws TrustError KEY_NOT_FOUND, KEY_UNUSABLE */
  signer(): Promise<Signer>
}

export interface TimeStampIntent {
  readonly serialHex: string
  readonly tstInfo: Uint8Array
  /** What is about to be signed. */
  readonly toSign: Uint8Array
}

export interface TimeStampBatch {
  readonly id: string
  readonly keyId: string
  readonly genTime: Date
  readonly intents: readonly TimeStampIntent[]
}

export interface ClockHalt {
  readonly id: string
  readonly at: Date
  /** `clock-jumped`: against the monotonic clock, or that of the database. */
  readonly reason: 'clock-jumped' | 'behind-last-stamp'
  /** How far the clock on the wall went beyond what it should; negative: back. */
  readonly driftMs: number
}

export interface TimeStampStore {
  /** A serial number that was used before is refused by the database. */
  intend(tx: Tx, batch: TimeStampBatch): Promise<void>
  /** @throws TrustError CONFLICT when one of them is not open any more */
  complete(tx: Tx, batchId: string, signed: readonly { serialHex: string; signature: Uint8Array }[]): Promise<void>
  /** Closes open intents older than `before` and returns their serial numbers. */
  abandonIntents(tx: Tx, before: Date): Promise<readonly string[]>
  /** The latest time that was stamped, or about to be, since the clock was last confirmed. */
  lastGenTime(tx?: Tx): Promise<Date | undefined>
  openHalt(tx?: Tx): Promise<ClockHalt | undefined>
  /** False if one is open already. */
  halt(tx: Tx, halt: ClockHalt): Promise<boolean>
  /** Ends the open halt; stamps so far do not count for lastGenTime any more. Undefined where none is open. */
  confirmClock(tx: Tx, at: Date): Promise<ClockHalt | undefined>
  countIssued(tx?: Tx): Promise<number>
  /** The database's own clock, now. */
  databaseTime(tx?: Tx): Promise<Date>
}

export interface TimeStampDeps {
  readonly work: UnitOfWork
  readonly store: TimeStampStore
  readonly audit: AuditTrail
  readonly keys: Readonly<Partial<Record<TimeStampSuite, TimeStampKey>>>
  readonly crypto: CryptoPort
  readonly clock: Clock
  readonly monotonic: MonotonicClock
  readonly ids: Ids
  readonly random: RandomSource
  readonly logger: Logger
}
