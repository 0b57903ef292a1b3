/** Ends a hold. Refuses a certificate that is not on hold: a revocation is never taken back. */
import { TrustError } from '../errors.ts'
import type { Tx } from '../kernel/index.ts'
import { changeStatus, requireCertificate } from './change-status.ts'
import type { PkiDeps } from './ports.ts'
import type { Suspension } from './suspend-certificate.ts'

/** removeFromCRL, RFC 5280 §5.3.1: a delta says it. */
export const RELEASED = 8

/** In the caller's transaction. @throws TrustError CERTIFICATE_NOT_FOUND, CERTIFICATE_REVOKED, CERTIFICATE_NOT_SUSPENDED */
export const releaseCertificateIn = async (deps: PkiDeps, tx: Tx, release: Suspension): Promise<void> => {
  if (await changeStatus(deps, tx, { ...release, change: 'released', reasonCode: RELEASED })) return
  const { revocation } = await requireCertificate(deps, tx, release)
  throw revocation === undefined
    ? new TrustError('CERTIFICATE_NOT_SUSPENDED', 'the certificate is not on hold')
    : new TrustError('CERTIFICATE_REVOKED', 'the certificate is revoked')
}

/** @throws TrustError CERTIFICATE_NOT_FOUND, CERTIFICATE_REVOKED, CERTIFICATE_NOT_SUSPENDED */
export const releaseCertificate = (deps: PkiDeps, release: Suspension): Promise<void> =>
  deps.work.run((tx) => releaseCertificateIn(deps, tx, release))
