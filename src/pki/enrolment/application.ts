/**
 * An application for a certificate (证书申请): open → approved → issued, or rejected, expired, withdrawn. Who it is for and which key it
 * has never change; the name comes from the register when the certificate is made.
 */
import type { Agent } from '../../identity/index.ts'
import type { CertificateName } from '../change-status.ts'
import type { CertificateHolder, HolderClass } from './holder.ts'

export type ApplicationStatus = 'open' | 'approved' | 'issued' | 'rejected' | 'expired' | 'withdrawn'
export const APPLICATION_STATUSES: readonly ApplicationStatus[] = [
  'open',
  'approved',
  'issued',
  'rejected',
  'expired',
  'withdrawn',
]

export interface CertificateApplication {
  readonly id: string
  readonly holder: CertificateHolder
  readonly holderClass: HolderClass
  readonly appliedBy: Agent
  readonly appliedAt: Date
  /** Undecided until then, it ends. */
  readonly expiresAt: Date
  /** Of an organisation, when the certificate names one. */
  readonly unit?: string
  /** With an encryption certificate whose key we make (双证书). */
  readonly dual: boolean
  /** DER SubjectPublicKeyInfo, proven. */
  readonly publicKey: Uint8Array
  /** The request as it came. */
  readonly csr: Uint8Array
  /** The signing certificate that this one follows. */
  readonly replaces?: CertificateName
  readonly status: ApplicationStatus
  /** Why it was rejected. */
  readonly reason?: string
  readonly signing?: CertificateName
  readonly encryption?: CertificateName
}

export type CertificateUse = 'signing' | 'encryption'

/** A certificate with whom it belongs to. */
export interface HeldCertificate extends CertificateName {
  readonly holder: CertificateHolder
  readonly use: CertificateUse
  readonly profile: string
  readonly applicationId?: string
  readonly der: Uint8Array
  /** The audit row of its issue; absent for what was issued before that was kept. */
  readonly auditEventId?: string
  /** DER SubjectPublicKeyInfo. */
  readonly publicKey: Uint8Array
  readonly issuedAt: Date
  readonly notAfter: Date
  /** Reason 6: on hold. */
  readonly revocation?: { readonly at: Date; readonly reasonCode: number }
  /** Another certificate took its place; from then on it is revoked as superseded. */
  readonly supersededAt?: Date
}

/** Who put a certificate on hold. Only the holder's own hold is the holder's to lift. */
export type HoldOrigin = 'holder' | 'officer' | 'register'

export const isInForce = (c: Pick<HeldCertificate, 'revocation' | 'notAfter'>, at: Date): boolean =>
  c.revocation === undefined && at < c.notAfter
