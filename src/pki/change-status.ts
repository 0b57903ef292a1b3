/** One change of a certificate's status: lock, row, history, audit, in the caller's transaction. Refuses what is not in the register. */
import type { Actor } from '../audit/index.ts'
import { TrustError } from '../errors.ts'
import type { Tx } from '../kernel/index.ts'
import type { PkiDeps, StatusChange, StoredCertificate } from './ports.ts'

export interface CertificateName {
  readonly issuerId: string
  readonly serialHex: string
}

export interface ChangeRequest extends Omit<StatusChange, 'seq' | 'at'> {
  readonly actor: Actor
  readonly detail?: Readonly<Record<string, string>>
}

/** @throws TrustError CERTIFICATE_NOT_FOUND */
export const requireCertificate = async (
  deps: PkiDeps,
  tx: Tx,
  { issuerId, serialHex }: CertificateName,
): Promise<StoredCertificate> => {
  const found = await deps.store.findBySerial(issuerId, serialHex, tx)
  if (found === undefined) throw new TrustError('CERTIFICATE_NOT_FOUND', 'no such certificate')
  return found
}

/** False when the present status does not allow it; nothing was written then. @throws TrustError CERTIFICATE_NOT_FOUND */
export const changeStatus = async (deps: PkiDeps, tx: Tx, request: ChangeRequest): Promise<boolean> => {
  const { actor, detail, ...change } = request
  await deps.store.lockStatus(tx)
  await requireCertificate(deps, tx, request)
  // CRLs and OCSP answers count whole seconds.
  const at = new Date(Math.floor(deps.clock.now().getTime() / 1000) * 1000)
  if (!(await deps.store.changeStatus(tx, { ...change, at }))) return false
  await deps.audit.record(tx, {
    action: `certificate.${change.change}`,
    actor,
    object: { kind: 'certificate', id: `${change.issuerId}/${change.serialHex}` },
    ...(detail === undefined ? {} : { detail }),
  })
  return true
}
