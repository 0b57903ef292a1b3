/**
 * What an officer proposes and another one decides (四眼): issue, revoke, suspend, release, recover an escrowed key.
 * open → approved, rejected or expired; decided once, never by whom it concerns, and approved never by who proposed it.
 */
import type { CertificateName } from '../change-status.ts'
import type { RevocationReason } from '../revoke-certificate.ts'

/** For whom an escrowed key is recovered. */
export type RecoveryRecipient =
  /** A signing certificate of the same holder. */
  | ({ readonly kind: 'holder' } & CertificateName)
  /** A court or another authority: its SM2 key, DER SubjectPublicKeyInfo, and the reference of its order. */
  | { readonly kind: 'order'; readonly publicKey: Uint8Array; readonly order: string }

export type ProposedAct =
  | { readonly kind: 'issue'; readonly applicationId: string }
  | ({ readonly kind: 'revoke'; readonly revocationReason: RevocationReason } & CertificateName)
  | ({ readonly kind: 'suspend' | 'release' } & CertificateName)
  | ({ readonly kind: 'recover'; readonly recipient: RecoveryRecipient } & CertificateName)

export type ProposalStatus = 'open' | 'approved' | 'rejected' | 'expired'
export const PROPOSAL_STATUSES: readonly ProposalStatus[] = ['open', 'approved', 'rejected', 'expired']

export interface Proposal {
  readonly id: string
  readonly act: ProposedAct
  readonly reason: string
  /** Person id. */
  readonly proposedBy: string
  readonly proposedAt: Date
  readonly expiresAt: Date
  /** Person ids of those whom it concerns: they decide nothing here. */
  readonly barred: readonly string[]
  readonly status: ProposalStatus
  readonly decision?: { readonly by: string; readonly at: Date; readonly reason: string }
}

/** One open proposal a kind and target. */
export const targetOf = (act: ProposedAct): string =>
  act.kind === 'issue' ? act.applicationId : `${act.issuerId}/${act.serialHex}`

/** Whoever recovers keys has another mandate than whoever looks after certificates. */
export const functionFor = (act: Pick<ProposedAct, 'kind'>): 'ca.review' | 'ca.recover' =>
  act.kind === 'recover' ? 'ca.recover' : 'ca.review'
