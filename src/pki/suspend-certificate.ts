/** Puts a certificate on hold (RFC 5280 §5.3.1 certificateHold), until it is released or revoked. Refuses one that is revoked. */
import type { Actor } from '../audit/index.ts'
import { TrustError } from '../errors.ts'
import type { Tx } from '../kernel/index.ts'
import type { CertificateName } from './change-status.ts'
import { changeStatus, requireCertificate } from './change-status.ts'
import type { PkiDeps } from './ports.ts'

export const ON_HOLD = 6

export interface Suspension extends CertificateName {
  readonly actor: Actor
}

/** In the caller's transaction. One that is on hold already keeps its day. @throws TrustError CERTIFICATE_NOT_FOUND, CERTIFICATE_REVOKED */
export const suspendCertificateIn = async (deps: PkiDeps, tx: Tx, suspension: Suspension): Promise<Date> => {
  await changeStatus(deps, tx, { ...suspension, change: 'suspended', reasonCode: ON_HOLD })
  const { revocation } = await requireCertificate(deps, tx, suspension)
  if (revocation?.reasonCode !== ON_HOLD) throw new TrustError('CERTIFICATE_REVOKED', 'the certificate is revoked')
  return revocation.at
}

/** @throws TrustError CERTIFICATE_NOT_FOUND, CERTIFICATE_REVOKED */
export const suspendCertificate = (deps: PkiDeps, suspension: Suspension): Promise<Date> =>
  deps.work.run((tx) => suspendCertificateIn(deps, tx, suspension))
