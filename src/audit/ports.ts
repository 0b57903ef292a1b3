/** The audit as the domains see it: what happened, written in the transaction that makes it happen. */
import type { Tx } from '../kernel/index.ts'

export interface Actor {
  readonly kind: 'person' | 'client' | 'system'
  /** Person id, client id, or the name of a part of this service. */
  readonly id: string
}

export interface AuditEvent {
  /** `seal.applied`, `mandate.revoked` … */
  readonly action: string
  readonly actor: Actor
  readonly object: { readonly kind: string; readonly id: string }
  /** Codes, counts, digests in hex. Never names or numbers of people. */
  readonly detail?: Readonly<Record<string, string | number | boolean>>
}

export interface AuditTrail {
  /** Writes the row in `tx` and returns its id. */
  record(tx: Tx, event: AuditEvent): Promise<string>
  /** Resolves when the row stands in the chain. @throws TrustError AUDIT_NOT_CHAINED after five seconds */
  chained(eventId: string): Promise<void>
}

export interface AuditRow {
  readonly id: string
  readonly digest: Uint8Array
}
export interface ChainedRow extends AuditRow {
  readonly seq: number
  readonly prevHash: Uint8Array
  readonly hash: Uint8Array
}
export interface StoredEvent extends AuditEvent {
  readonly id: string
  readonly at: Date
}

export interface AuditStore {
  insert(tx: Tx, event: StoredEvent, digest: Uint8Array): Promise<void>
  /** Unchained rows, oldest first. */
  unsequenced(limit: number, tx?: Tx): Promise<AuditRow[]>
  last(tx?: Tx): Promise<ChainedRow | undefined>
  link(tx: Tx, rows: readonly ChainedRow[]): Promise<void>
  isChained(id: string): Promise<boolean>
  /** Chained rows with seq > after, in order, with what was recorded. */
  page(after: number, limit: number): Promise<(ChainedRow & { readonly event: StoredEvent })[]>
  countUnsequenced(): Promise<number>
  /** True if this holder has the lease now; renews it when it already has. */
  holdLease(tx: Tx, name: string, holder: string, untilMs: number): Promise<boolean>
}
