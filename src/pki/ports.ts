/** What issuing needs from outside: a register of what was intended and issued, and the CAs with their keys. */
import type { Certificate } from '../../standards/rfc5280-x509/index.ts'
import type { CryptoPort } from '../../standards/ports.ts'
import type { Actor, AuditTrail } from '../audit/index.ts'
import type { Signer } from '../crypto/index.ts'
import type { Clock, Ids, RandomSource, Tx, UnitOfWork } from '../kernel/index.ts'
import type { StatusAddresses } from './draft.ts'
import type { Profiles } from './profile.ts'

/** One CA key: `root-sm2`, `office-ca-p256` … */
export interface Authority {
  readonly id: string
  /** The CA in the hierarchy, whatever the algorithm of the key: `office-ca`. */
  readonly ca: string
  readonly certificate: Certificate
  /** The CAs above it, nearest first, the root last; empty for a root. */
  readonly above: readonly Certificate[]
  /** Written into what it issues. */
  readonly addresses: StatusAddresses
  /** @throws TrustError KEY_NOT_FOUND, KEY_UNUSABLE */
  signer(): Promise<Signer>
}

export interface CertificateIntent {
  readonly id: string
  readonly issuerId: string
  readonly serialHex: string
  readonly profile: string
  /** What is about to be signed. */
  readonly tbs: Uint8Array
  readonly actor: Actor
  readonly at: Date
}

export interface StoredCertificate {
  readonly issuerId: string
  readonly serialHex: string
  readonly profile: string
  readonly der: Uint8Array
  readonly notAfter: Date
  /** The audit row of its issue, without whose link nobody gets it; absent for what the key ceremony issued. */
  readonly auditEventId?: string
  /** Revoked, or on hold (reason 6); absent again after a release. */
  readonly revocation?: { readonly at: Date; readonly reasonCode: number }
}

/** What happened to a certificate, in the order in which it became true: `seq` rises with every commit. */
export interface StatusChange {
  readonly seq: number
  readonly issuerId: string
  readonly serialHex: string
  readonly change: 'suspended' | 'released' | 'revoked'
  /** CRLReason; 6 for a suspension, 8 for a release. */
  readonly reasonCode: number
  readonly at: Date
}

export interface RevokedSerial {
  readonly serialHex: string
  readonly at: Date
  readonly reasonCode: number
}

export interface StoredCrl {
  readonly issuerId: string
  readonly number: number
  readonly der: Uint8Array
  readonly thisUpdate: Date
  readonly nextUpdate: Date
  /** The last change that it knows. */
  readonly throughSeq: number
  /** How many certificates it lists. */
  readonly entries: number
}

export interface StoredDelta extends Omit<StoredCrl, 'entries'> {
  readonly baseNumber: number
}

export interface PkiStore {
  /** False if the issuer has used this serial number before. */
  intend(tx: Tx, intent: CertificateIntent): Promise<boolean>
  /** Links the certificate to its intent. @throws TrustError CONFLICT when the intent is not open any more */
  complete(tx: Tx, intentId: string, certificate: StoredCertificate): Promise<void>
  /** A certificate that the key ceremony issued. False if it is known. */
  recordCeremonial(tx: Tx, certificate: StoredCertificate): Promise<boolean>
  /** Closes open intents older than `before` and returns them. */
  abandonIntents(tx: Tx, before: Date): Promise<Pick<CertificateIntent, 'id' | 'issuerId' | 'serialHex' | 'profile'>[]>
  findBySerial(issuerId: string, serialHex: string, tx?: Tx): Promise<StoredCertificate | undefined>
  /** Those of these numbers that there are, in any order. */
  findManyBySerial(issuerId: string, serials: readonly string[], tx?: Tx): Promise<readonly StoredCertificate[]>
  /** Keeps all others from changing the status of certificates, and from preparing lists of them, until the transaction ends. */
  lockStatus(tx: Tx): Promise<void>
  /** Needs the lock. False where the present status does not allow it; what is revoked stays so. */
  changeStatus(tx: Tx, change: Omit<StatusChange, 'seq'>): Promise<boolean>
  /** In order, at most a thousand. */
  statusChangesSince(seq: number, tx?: Tx): Promise<readonly StatusChange[]>
  /** Of this issuer's certificates; 0 where there was none. */
  lastStatusChange(issuerId: string, tx?: Tx): Promise<number>

  /** Revoked and suspended at present, the expired too. */
  listForCrl(issuerId: string, tx: Tx): Promise<readonly RevokedSerial[]>
  /** What changed after `seq`, each certificate once as it is now; a released one with reason 8. */
  listForDelta(issuerId: string, seq: number, tx: Tx): Promise<readonly RevokedSerial[]>
  /** The newest that was signed. */
  currentCrl(issuerId: string, tx?: Tx): Promise<StoredCrl | undefined>
  currentDelta(issuerId: string, tx?: Tx): Promise<StoredDelta | undefined>
  /** The oldest signed list that is still current: what a delta is counted from, as somebody may hold it. */
  firstCurrentCrl(issuerId: string, at: Date, tx?: Tx): Promise<Pick<StoredCrl, 'number' | 'throughSeq'> | undefined>
  /** Whether this number was prepared, with what, and whether it was signed. */
  findList(
    kind: 'crl' | 'delta',
    list: Pick<StoredCrl, 'issuerId' | 'number'>,
    tx?: Tx,
  ): Promise<{ readonly tbs: Uint8Array; readonly isSigned: boolean } | undefined>
  /** The number after the highest that was ever prepared. */
  nextCrlNumber(issuerId: string, tx?: Tx): Promise<number>
  /** Writes down what is about to be signed. */
  intendCrl(tx: Tx, crl: Omit<StoredCrl, 'der'> & { readonly tbs: Uint8Array }): Promise<void>
  completeCrl(tx: Tx, crl: Pick<StoredCrl, 'issuerId' | 'number' | 'der'>): Promise<void>
  intendDelta(tx: Tx, delta: Omit<StoredDelta, 'der'> & { readonly tbs: Uint8Array }): Promise<void>
  completeDelta(tx: Tx, delta: Pick<StoredDelta, 'issuerId' | 'number' | 'der'>): Promise<void>
}

/**
 * CRLs beside the database, shared by all processes, so that a CA does not fall silent while the database is away.
 * A number is written once: whoever intends it first signs it.
 */
export interface CrlShelf {
  /** The full list with the highest number, signed. */
  newest(issuerId: string): Promise<ShelvedList | undefined>
  /** All signed lists, full ones and deltas, highest number first. By whom they are signed is for the reader to see. */
  all(issuerId: string): Promise<readonly ShelvedList[]>
  /** Writes down what is about to be signed. Returns what stands under the number: these bytes, or those of whoever came first. */
  intend(issuerId: string, number: number, tbs: Uint8Array, kind?: ShelvedList['kind']): Promise<Uint8Array>
  put(issuerId: string, number: number, der: Uint8Array, kind?: ShelvedList['kind']): Promise<void>
  /** Leaves the newest few: the register has all. */
  prune(issuerId: string): Promise<void>
}
export interface ShelvedList {
  readonly kind: 'crl' | 'delta'
  readonly number: number
  readonly der: Uint8Array
}

export interface PkiDeps {
  readonly work: UnitOfWork
  readonly store: PkiStore
  /** Absent where lists need not outlive the database: tests. */
  readonly shelf?: CrlShelf
  readonly audit: AuditTrail
  readonly authorities: readonly Authority[]
  readonly profiles: Profiles
  readonly crypto: CryptoPort
  readonly clock: Clock
  readonly ids: Ids
  readonly random: RandomSource
}
