/** What the seal domain needs from outside. */
import type { CryptoPort } from '../../standards/ports.ts'
import type { Actor, AuditTrail } from '../audit/index.ts'
import type { CurveAlgorithm, KeyStore } from '../crypto/index.ts'
import type { Agent, IdentityDeps } from '../identity/index.ts'
import type { Clock, Ids, Tx, UnitOfWork } from '../kernel/index.ts'
import type { SealFont } from './draw-seal.ts'
import type { Seal, SealApplication, SealStatus } from './seal.ts'
import type { StatusStep, TrustMaterial } from './trust-material.ts'

export interface SealApplications {
  insert(tx: Tx, application: SealApplication): Promise<void>
  find(id: string, tx?: Tx): Promise<SealApplication | undefined>
  /** Newest first. */
  ofEntity(entityId: string, tx?: Tx): Promise<SealApplication[]>
  /** The next unused serial number of this division. */
  nextSerial(tx: Tx, division: string): Promise<number>
  /** False if it was not waiting for approval any more: of two approvals at once, one wins. */
  approve(tx: Tx, id: string, approval: NonNullable<SealApplication['approval']>): Promise<boolean>
  /** False if it was not approved, or its seal is made already. */
  markMade(tx: Tx, id: string): Promise<boolean>
}

export interface StatusChange extends StatusStep {
  readonly status: SealStatus
  readonly reason: string
  /** `system`: a register said something of the entity. */
  readonly agent: Agent | { readonly kind: 'system'; readonly id: string }
}

export interface Seals {
  /** With its first status. @throws on a code that has a seal */
  insert(tx: Tx, seal: Seal, first: StatusChange): Promise<void>
  find(id: string, tx?: Tx): Promise<Seal | undefined>
  /** Newest first. */
  ofEntity(entityId: string, tx?: Tx): Promise<Seal[]>
  /** Status and dates as they are now; nobody changes the status before the transaction ends. */
  lockForUse(tx: Tx, id: string): Promise<Pick<Seal, 'status' | 'validFrom' | 'validTo'> | undefined>
  /** The same, alone: for changing the status. With its timeline. */
  lockForChange(
    tx: Tx,
    id: string,
  ): Promise<{ readonly status: SealStatus; readonly timeline: StatusStep[] } | undefined>
  changeStatus(tx: Tx, id: string, change: StatusChange): Promise<void>
  timeline(id: string, tx?: Tx): Promise<StatusChange[]>
  /** Of every seal: its code and its timeline, oldest step first. */
  timelines(tx?: Tx): Promise<{ readonly code: string; readonly timeline: StatusStep[] }[]>
}

export interface SealIntent {
  readonly id: string
  readonly kind: 'make' | 'apply'
  /** The id that the seal has or will have. */
  readonly sealId: string
  readonly agent: Agent
  readonly reason: string
  /** SM3 of the document as it was handed in; none when making. */
  readonly documentDigest?: Uint8Array
  readonly keyId: string
  /** What the key is about to sign. */
  readonly toSign: Uint8Array
  readonly at: Date
}

export interface SealJournal {
  intend(tx: Tx, intent: SealIntent): Promise<void>
  /** `resultDigest`: SM3 of what was handed out. @throws TrustError CONFLICT when the intent is not open any more */
  complete(tx: Tx, id: string, result: { readonly resultDigest: Uint8Array; readonly at: Date }): Promise<void>
  /** Open intents older than `before`; marks them reported and returns each once. */
  sweep(tx: Tx, before: Date, at: Date): Promise<Pick<SealIntent, 'id' | 'kind' | 'sealId' | 'at'>[]>
}

export interface SealStore {
  readonly applications: SealApplications
  readonly seals: Seals
  readonly journal: SealJournal
}

/** src/pki's issueCertificate, bound to its dependencies. */
export interface CertificateIssuer {
  issue(request: {
    /** Whose it is. */
    readonly entityId: string
    readonly profile: 'seal-signer' | 'document-signer'
    readonly subject: { readonly commonName: string; readonly organization: string; readonly uscc: string }
    /** DER SubjectPublicKeyInfo. */
    readonly publicKey: Uint8Array
    readonly actor: Actor
  }): Promise<{ readonly der: Uint8Array }>
}

/** The seal-making unit (制章者): whose certificate stands in every seal. */
export interface SealMaker {
  readonly keyId: string
  /** DER. */
  readonly certificate: Uint8Array
  /** header.Vid. */
  readonly vendor: string
}

/** src/pki's time-stamping authority. */
export interface TimeStamps {
  /** A token over this message. @throws TrustError TRY_LATER when none is to be had */
  stamp(suite: 'sm2' | 'p256', message: Uint8Array): Promise<Uint8Array>
}

export interface SealDeps {
  readonly work: UnitOfWork
  readonly store: SealStore
  readonly identity: Pick<IdentityDeps, 'store'>
  readonly audit: AuditTrail
  readonly keys: KeyStore
  readonly certificates: CertificateIssuer
  readonly maker: SealMaker
  readonly font: SealFont
  readonly crypto: CryptoPort
  /** DER certificates of the CAs above the signer certificates, issuer first, anchor left out. */
  readonly chains: Readonly<Record<CurveAlgorithm, readonly Uint8Array[]>>
  /** Absent: seals carry no time stamps. */
  readonly timestamps?: TimeStamps
  /** Anchors, intermediates and current CRLs. */
  readonly trust: () => Promise<TrustMaterial>
  readonly clock: Clock
  readonly ids: Ids
}
