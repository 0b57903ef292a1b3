/** Revokes a certificate, once and for good; the next lists name it. One that is on hold is revoked as of the day of its suspension. */
import type { Actor } from '../audit/index.ts'
import { TrustError } from '../errors.ts'
import type { Tx } from '../kernel/index.ts'
import { changeStatus, requireCertificate } from './change-status.ts'
import type { PkiDeps } from './ports.ts'

/** CRLReason (RFC 5280 §5.3.1) without certificateHold and removeFromCRL, which are a suspension and a release. */
export const REVOCATION_REASONS = {
  unspecified: 0,
  keyCompromise: 1,
  cACompromise: 2,
  affiliationChanged: 3,
  superseded: 4,
  cessationOfOperation: 5,
  privilegeWithdrawn: 9,
  aACompromise: 10,
} as const
export type RevocationReason = keyof typeof REVOCATION_REASONS

export interface RevocationRequest {
  readonly issuerId: string
  readonly serialHex: string
  readonly reason: RevocationReason
  readonly actor: Actor
}

export interface Revocation {
  readonly revokedAt: Date
  readonly reasonCode: number
}

/** In the caller's transaction. @throws TrustError CERTIFICATE_NOT_FOUND, INPUT_INVALID (reason) */
export const revokeCertificateIn = async (deps: PkiDeps, tx: Tx, request: RevocationRequest): Promise<Revocation> => {
  const { issuerId, serialHex, reason, actor } = request
  if (!Object.hasOwn(REVOCATION_REASONS, reason))
    throw new TrustError('INPUT_INVALID', 'not a reason for which we revoke', { field: 'reason' })
  const change = { issuerId, serialHex, change: 'revoked', reasonCode: REVOCATION_REASONS[reason] } as const
  await changeStatus(deps, tx, { ...change, actor, detail: { reason } })
  const { revocation } = await requireCertificate(deps, tx, request)
  if (revocation === undefined) throw new TrustError('CONFLICT', 'revocation was not recorded')
  return { revokedAt: revocation.at, reasonCode: revocation.reasonCode }
}

/**
 * A certificate that is revoked already keeps its first date and reason.
 * @throws TrustError CERTIFICATE_NOT_FOUND, INPUT_INVALID (reason)
 */
export const revokeCertificate = (deps: PkiDeps, request: RevocationRequest): Promise<Revocation> =>
  deps.work.run((tx) => revokeCertificateIn(deps, tx, request))
