/** What enrolment needs from outside: its own register beside that of certificates, and who is who. */
import type { Sm2SecretScalars } from '../../../standards/gbt-32918-sm2/index.ts'
import type { FieldCipher, IdentityDeps } from '../../identity/index.ts'
import type { Tx } from '../../kernel/index.ts'
import type { CertificateName } from '../change-status.ts'
import type { EscrowStore, EscrowVault } from '../escrow/ports.ts'
import type { PkiDeps } from '../ports.ts'
import type {
  ApplicationStatus,
  CertificateApplication,
  CertificateUse,
  HeldCertificate,
  HoldOrigin,
} from './application.ts'
import type { CertificateHolder } from './holder.ts'
import type { EnrolmentPolicy } from './policy.ts'
import type { Proposal, ProposalStatus } from './proposal.ts'

/** A page of a list: newest first, after this id. */
export interface ListPage {
  readonly limit: number
  readonly after?: string
}

export interface ApplicationStore {
  /** @throws TrustError CERTIFICATE_KEY_REFUSED when an application with this key waits already */
  insert(tx: Tx, application: CertificateApplication & { readonly keyDigest: Uint8Array }): Promise<void>
  find(id: string, tx?: Tx): Promise<CertificateApplication | undefined>
  /** Newest first, at most a thousand. */
  ofHolder(holder: CertificateHolder, tx?: Tx): Promise<CertificateApplication[]>
  /** All of the holder's that are open or approved. */
  waitingOf(holder: CertificateHolder, tx?: Tx): Promise<Pick<CertificateApplication, 'id' | 'status' | 'expiresAt'>[]>
  /** Those that are open or approved with this key. */
  waitingWithKey(keyDigest: Uint8Array, tx?: Tx): Promise<Pick<CertificateApplication, 'id' | 'status'>[]>
  withStatus(status: ApplicationStatus, page: ListPage, tx?: Tx): Promise<CertificateApplication[]>
  /** False when it is not in `from` any more: of two at once, one wins. Approval also needs that it has not run out at `at`. */
  change(
    tx: Tx,
    id: string,
    change: {
      readonly from: ApplicationStatus
      readonly to: ApplicationStatus
      readonly at: Date
      readonly reason?: string
    },
  ): Promise<boolean>
  /** Takes an approved application for making its certificates until `until`; undefined when somebody has it, or it is not approved. */
  claim(
    tx: Tx,
    id: string,
    times: { readonly at: Date; readonly until: Date },
  ): Promise<CertificateApplication | undefined>
  /** Gives it back, to be tried again. */
  unclaim(tx: Tx, id: string): Promise<void>
  /** Nobody tries again before as much time has passed as since it was approved, at most an hour; not where somebody is making it. */
  postpone(tx: Tx, id: string, at: Date): Promise<void>
  /** Ids of those approved before `approvedBefore` that nobody is making at `at`; a hundred, those not tried yet first. */
  unclaimed(times: { readonly at: Date; readonly approvedBefore: Date }): Promise<string[]>
  /** Notes a certificate that was made; issued with the last one. False when there is one already: then nothing may be recorded. */
  noteCertificate(tx: Tx, id: string, made: CertificateName & { readonly use: CertificateUse }): Promise<boolean>
  /** Ends open ones that ran out; returns their ids. */
  expire(tx: Tx, at: Date): Promise<string[]>
}

export interface ProposalStore {
  /** False when one of this kind for this target is open. */
  insert(tx: Tx, proposal: Proposal): Promise<boolean>
  find(id: string, tx?: Tx): Promise<Proposal | undefined>
  withStatus(status: ProposalStatus, page: ListPage, tx?: Tx): Promise<Proposal[]>
  /** Of one application or certificate, newest first. */
  forTarget(target: string, tx?: Tx): Promise<Proposal[]>
  /** False when it was decided before, or has run out: of two decisions at once, one wins. */
  decide(
    tx: Tx,
    id: string,
    decision: {
      readonly status: 'approved' | 'rejected'
      readonly by: string
      readonly at: Date
      readonly reason: string
    },
  ): Promise<boolean>
  /** Ends open ones that ran out; returns their ids. */
  expire(tx: Tx, at: Date): Promise<string[]>
}

export interface HeldQuery {
  readonly state?: 'in-force' | 'suspended' | 'revoked' | 'expired'
  readonly holder?: CertificateHolder
  readonly page: ListPage
}

export interface Hold extends CertificateName {
  readonly origin: HoldOrigin
  readonly reason?: string
  readonly at: Date
}

/** One change of a certificate's status; a hold with whose it was, and why. */
export interface HeldStatusChange {
  readonly change: 'suspended' | 'released' | 'revoked'
  readonly at: Date
  readonly reasonCode: number
  readonly hold?: { readonly origin: HoldOrigin; readonly reason?: string }
}

export interface HeldStore {
  /** @throws on a certificate that has a holder */
  insert(
    tx: Tx,
    held: CertificateName & {
      readonly holder: CertificateHolder
      readonly use: CertificateUse
      readonly keyDigest: Uint8Array
      readonly applicationId?: string
      readonly issuedAt: Date
    },
  ): Promise<void>
  find(name: CertificateName, tx?: Tx): Promise<HeldCertificate | undefined>
  /** Newest first, all of them. */
  ofHolder(holder: CertificateHolder, tx?: Tx): Promise<HeldCertificate[]>
  ofKey(keyDigest: Uint8Array, tx?: Tx): Promise<HeldCertificate[]>
  ofApplication(applicationId: string, tx?: Tx): Promise<HeldCertificate[]>
  list(query: HeldQuery & { readonly at: Date }, tx?: Tx): Promise<HeldCertificate[]>
  /** In force at `at`, ending before `before`, without a successor; the next to end first. */
  expiring(times: { readonly at: Date; readonly before: Date }, page: ListPage, tx?: Tx): Promise<HeldCertificate[]>
  /** False when it has a successor. */
  supersede(tx: Tx, name: CertificateName, at: Date): Promise<boolean>
  /** In force and superseded by `at`. */
  superseded(at: Date): Promise<CertificateName[]>
  noteHold(tx: Tx, hold: Hold): Promise<void>
  /** Whose the last hold was. */
  lastHold(name: CertificateName, tx?: Tx): Promise<HoldOrigin | undefined>
  /** All that happened to its status, newest first; a hold on top of a hold is one of its own. */
  history(name: CertificateName, tx?: Tx): Promise<HeldStatusChange[]>
}

export interface EnrolmentStore {
  readonly applications: ApplicationStore
  readonly proposals: ProposalStore
  readonly held: HeldStore
  /** Keeps all others from this holder's applications and certificates until the transaction ends. */
  lockHolder(tx: Tx, holder: CertificateHolder): Promise<void>
  /** Binds a key to its first holder for ever; false when it is another's. */
  bindKey(
    tx: Tx,
    keyDigest: Uint8Array,
    to: { readonly holder: CertificateHolder; readonly at: Date },
  ): Promise<boolean>
  /** Notes for ever that a key is in unknown hands; false when that is known. */
  reportLostKey(tx: Tx, keyDigest: Uint8Array, report: CertificateName & { readonly at: Date }): Promise<boolean>
  isKeyLost(keyDigest: Uint8Array, tx?: Tx): Promise<boolean>
  /** Whether a registered entity other than the holder has this name or social credit code. */
  isNameOfOther(text: string, holder: CertificateHolder, tx?: Tx): Promise<boolean>
}

export interface EnrolmentDeps {
  readonly pki: PkiDeps
  readonly identity: Pick<IdentityDeps, 'store'>
  readonly store: EnrolmentStore
  readonly escrow: {
    readonly store: EscrowStore
    readonly vault: EscrowVault
    /** Arithmetic with secret scalars. */
    readonly scalars: Sm2SecretScalars
  }
  readonly policy: EnrolmentPolicy
  readonly cipher: Pick<FieldCipher, 'blindIndex'>
  /** The organisation whose mandates make officers; undefined: there are no officers. */
  readonly operatorEntityId: () => Promise<string | undefined>
}
