/** What issuing needs from outside: a register of what was intended and issued, and the CAs with their keys. */
import type { Certificate } from '../../standards/rfc5280-x509/index.ts'
import type { CryptoPort } from '../../standards/ports.ts'
import type { Actor, AuditTrail } from '../audit/index.ts'
import type { Signer } from '../crypto/index.ts'
import type { Clock, Ids, RandomSource, Tx, UnitOfWork } from '../kernel/index.ts'
import type { Profiles } from './profile.ts'

/** One CA key: `root-sm2`, `issuing-p256` … */
export interface Authority {
  readonly id: string
  readonly certificate: Certificate
  /** The CAs above it, nearest first, the root last; empty for a root. */
  readonly above: readonly Certificate[]
  /** Where its CRL is published; written into what it issues. */
  readonly crlUrl: string
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
  readonly revocation?: { readonly at: Date; readonly reasonCode: number }
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
  /** False if it is revoked already. */
  revoke(tx: Tx, revoked: RevokedSerial & { readonly issuerId: string }): Promise<boolean>

  /** Keeps other processes from preparing a CRL of this issuer until the transaction ends. */
  lockCrls(tx: Tx, issuerId: string): Promise<void>
  /** The newest that was signed. */
  currentCrl(issuerId: string, tx?: Tx): Promise<StoredCrl | undefined>
  /** Whether a revoked certificate stands on no signed CRL. */
  hasUnlisted(issuerId: string, tx?: Tx): Promise<boolean>
  /** All revoked certificates, the expired too, marked as standing on this CRL; one revoked meanwhile waits for the next. */
  listForCrl(tx: Tx, issuerId: string, number: number): Promise<RevokedSerial[]>
  /** The number after the highest that was ever prepared. */
  nextCrlNumber(issuerId: string, tx?: Tx): Promise<number>
  /** Writes down what is about to be signed. */
  intendCrl(tx: Tx, crl: Omit<StoredCrl, 'der'> & { readonly tbs: Uint8Array }): Promise<void>
  completeCrl(tx: Tx, crl: Pick<StoredCrl, 'issuerId' | 'number' | 'der'>): Promise<void>
}

export interface PkiDeps {
  readonly work: UnitOfWork
  readonly store: PkiStore
  readonly audit: AuditTrail
  readonly authorities: readonly Authority[]
  readonly profiles: Profiles
  readonly crypto: CryptoPort
  readonly clock: Clock
  readonly ids: Ids
  readonly random: RandomSource
}
