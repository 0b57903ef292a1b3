/** What signing out needs of a store: who took part in a session, who is still to be told, and the receipts. */
import type { Tx } from '../kernel/index.ts'

export interface Participant {
  readonly sessionUid: string
  readonly clientId: string
  /** '' for a portal that is never called back. */
  readonly sid: string
  /** Pairwise. */
  readonly sub: string
  readonly accountId: string
  readonly grantId: string
  readonly createdAt: Date
  /** When a portal on a lease last got something that its session rests on. */
  readonly seenAt?: Date
}

export type DeliveryState = 'pending' | 'delivering' | 'confirmed' | 'failed' | 'dead' | 'unreachable'

/** `callback`: we call it; `feed`: it fetches; `lease`: neither, its sessions are short and lapse. */
export type LogoutMode = 'callback' | 'feed' | 'lease'

export interface Delivery {
  readonly id: string
  readonly endingId: string
  readonly sessionUid: string
  readonly sid: string
  readonly clientId: string
  readonly sub: string
  readonly uri: string
  readonly host: string
  /** This one included; also the fence: a lease that was lost does not write. */
  readonly attempts: number
  readonly giveUpAt: Date
  readonly createdAt: Date
}

export type DeliveryOutcome =
  | { readonly state: 'confirmed' }
  | { readonly state: 'pending'; readonly nextAt: Date; readonly lastError: string }
  | { readonly state: 'failed' | 'dead'; readonly lastError: string }

/** An ending as it waits in the feed of one portal. */
export interface FeedItem {
  readonly id: string
  readonly sid: string
  readonly sub: string
  readonly reason: string
  readonly endedAt: Date
}

/** What a portal says of things it fetched: told, or why not. */
export type FeedAnswer = { readonly id: string; readonly error?: string }

/** A delivery that nobody tries any more. */
export interface DeadLetter {
  readonly id: string
  readonly clientId: string
  readonly name?: string
  readonly way: LogoutMode
  readonly state: 'failed' | 'dead'
  readonly attempts: number
  readonly lastError: string
  readonly createdAt: Date
}

export interface ReceiptRow {
  readonly clientId: string
  readonly way: LogoutMode
  /** When the portal's own session is over, told or not; for portals on a lease. */
  readonly lapsesAt?: Date
  readonly name?: string
  readonly uri?: string
  readonly state: DeliveryState
  readonly attempts: number
  readonly confirmedAt?: Date
}

export interface Receipt {
  readonly endingId: string
  readonly reason: string
  readonly sessions: number
  readonly endedAt: Date
  readonly portals: readonly ReceiptRow[]
}

export interface LogoutStore {
  insertEnding(
    tx: Tx,
    ending: {
      readonly id: string
      readonly receiptHash: string
      readonly reason: string
      readonly sessions: number
      /** Whose sessions they were. */
      readonly accountId?: string
      readonly at: Date
    },
  ): Promise<void>
  /** How each portal is told comes from its registration. Returns how many will be, by a call or by their feed. */
  insertDeliveries(
    tx: Tx,
    deliveries: {
      readonly endingId: string
      readonly to: readonly { readonly id: string; readonly participant: Participant }[]
      readonly at: Date
      readonly giveUpAt: Date
    },
  ): Promise<{ readonly callbacks: number; readonly feeds: number }>
  /** Leases due rows, at most `perHost` of one host and none of `notHosts`. */
  claim(of: {
    readonly at: Date
    readonly leaseUntil: Date
    readonly limit: number
    readonly perHost: number
    readonly notHosts: readonly string[]
  }): Promise<readonly Delivery[]>
  /** False when the lease was lost. */
  settle(tx: Tx, delivery: Pick<Delivery, 'id' | 'attempts'>, outcome: DeliveryOutcome, at: Date): Promise<boolean>
  /** Waiting rows whose time is over become dead; returns them. */
  giveUp(tx: Tx, at: Date): Promise<readonly { readonly id: string; readonly clientId: string }[]>
  /** What waits for this portal, oldest first. Counts an attempt for each. */
  feed(of: { readonly clientId: string; readonly limit: number; readonly at: Date }): Promise<readonly FeedItem[]>
  feedLength(clientId: string): Promise<number>
  /** Only what waits for this very portal; returns the ids that were settled. */
  settleFeed(
    tx: Tx,
    of: { readonly clientId: string; readonly answers: readonly FeedAnswer[]; readonly at: Date },
  ): Promise<readonly string[]>
  deadLetters(limit: number): Promise<readonly DeadLetter[]>
  /** Puts a dead letter back. False when it is none. */
  revive(tx: Tx, of: { readonly id: string; readonly at: Date; readonly giveUpAt: Date }): Promise<boolean>
  receipt(
    by: { readonly receiptHash: string } | { readonly endingId: string; readonly accountId: string },
  ): Promise<Receipt | undefined>
  /** An account's endings, newest first, without portals. */
  endings(accountId: string, limit: number): Promise<readonly Omit<Receipt, 'portals'>[]>
  /** Endings of long ago, with their deliveries; returns how many went. */
  removeEndings(before: Date, limit: number): Promise<number>
}
