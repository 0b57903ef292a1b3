/** Revokes a certificate, once and for good; the next CRL names it. Certificates are not put on hold: a hold cannot be judged afterwards. */
import type { Actor } from '../audit/index.ts'
import { TrustError } from '../errors.ts'
import type { PkiDeps, StoredCertificate } from './ports.ts'

/** CRLReason (RFC 5280 §5.3.1) without certificateHold and removeFromCRL. */
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

const required = (certificate: StoredCertificate | undefined): StoredCertificate => {
  if (certificate === undefined) throw new TrustError('CERTIFICATE_NOT_FOUND', 'no such certificate')
  return certificate
}

/**
 * A certificate that is revoked already keeps its first date and reason.
 * @throws TrustError CERTIFICATE_NOT_FOUND, INPUT_INVALID (reason)
 */
export const revokeCertificate = async (deps: PkiDeps, request: RevocationRequest): Promise<Revocation> => {
  const { issuerId, serialHex, reason, actor } = request
  if (!Object.hasOwn(REVOCATION_REASONS, reason))
    throw new TrustError('INPUT_INVALID', 'not a reason for which we revoke', { field: 'reason' })
  const at = new Date(Math.floor(deps.clock.now().getTime() / 1000) * 1000)
  const reasonCode = REVOCATION_REASONS[reason]
  return deps.work.run(async (tx) => {
    required(await deps.store.findBySerial(issuerId, serialHex, tx))
    if (await deps.store.revoke(tx, { issuerId, serialHex, at, reasonCode })) {
      await deps.audit.record(tx, {
        action: 'certificate.revoked',
        actor,
        object: { kind: 'certificate', id: `${issuerId}/${serialHex}` },
        detail: { reason },
      })
      return { revokedAt: at, reasonCode }
    }
    const { revocation } = required(await deps.store.findBySerial(issuerId, serialHex, tx))
    if (revocation === undefined) throw new TrustError('CONFLICT', 'revocation was not recorded')
    return { revokedAt: revocation.at, reasonCode: revocation.reasonCode }
  })
}
