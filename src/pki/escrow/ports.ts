/** What the key-management part (KMC) needs from outside: a place for encrypted keys, and the cipher that encrypts them. */
import type { Tx } from '../../kernel/index.ts'
import type { CertificateName } from '../change-status.ts'

/** A private key at rest, which opens only under the certificate that it was sealed for. */
export interface EscrowVault {
  /** The 32 bytes of the private key. `certificate` is bound in. The caller wipes `key`. */
  seal(key: Uint8Array, certificate: CertificateName): Uint8Array
  /** The caller wipes what it gets. @throws TrustError KEY_NOT_FOUND, KEY_UNUSABLE */
  open(sealed: Uint8Array, certificate: CertificateName): Uint8Array
  /** Whether it was sealed under another master key than new ones are. */
  isOutdated(sealed: Uint8Array): boolean
}

export interface EscrowedKey extends CertificateName {
  /** DER SubjectPublicKeyInfo. */
  readonly publicKey: Uint8Array
  readonly sealed: Uint8Array
}

/** One handing-out of an escrowed key, as SM2EnvelopedKey under the recipient's key. */
export interface KeyDelivery extends CertificateName {
  readonly id: string
  readonly occasion: 'issue' | 'recovery'
  /** Of a recovery. */
  readonly proposalId?: string
  /** DER SubjectPublicKeyInfo that it is encrypted to. */
  readonly recipientKey: Uint8Array
  /** DER SM2EnvelopedKey. */
  readonly envelope: Uint8Array
  /** The audit row that says so; absent for what was delivered before that was kept. */
  readonly auditEventId?: string
  readonly at: Date
}

export interface EscrowStore {
  insert(tx: Tx, key: EscrowedKey): Promise<void>
  find(name: CertificateName, tx?: Tx): Promise<EscrowedKey | undefined>
  /** The same key under another master key. */
  reseal(tx: Tx, name: CertificateName, sealed: Uint8Array): Promise<void>
  /** In the order of their certificates, after this one. */
  page(after: CertificateName | undefined, limit: number, tx?: Tx): Promise<EscrowedKey[]>
  /** @throws on a second delivery of one proposal */
  insertDelivery(tx: Tx, delivery: KeyDelivery): Promise<void>
  /** Newest first. */
  deliveries(name: CertificateName, tx?: Tx): Promise<KeyDelivery[]>
  deliveryOf(proposalId: string, tx?: Tx): Promise<KeyDelivery | undefined>
}
