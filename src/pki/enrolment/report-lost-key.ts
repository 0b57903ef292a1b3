/** A key that its holder or officers report as lost (密钥泄露): never certified again, and what waits with it ends. */
import type { Actor } from '../../audit/index.ts'
import type { Tx } from '../../kernel/index.ts'
import type { CertificateName } from '../change-status.ts'
import type { EnrolmentDeps } from './ports.ts'

export interface LostKey {
  readonly keyDigest: Uint8Array
  /** The certificate by which it was reported. */
  readonly certificate: CertificateName
  readonly actor: Actor
}

const GIVEN_UP = 'CERTIFICATE_KEY_REFUSED'

/** Needs the holder's lock. A key that was reported before stays so. */
export const reportLostKey = async (
  { pki, store }: Pick<EnrolmentDeps, 'pki' | 'store'>,
  tx: Tx,
  { keyDigest, certificate: { issuerId, serialHex }, actor }: LostKey,
): Promise<void> => {
  const at = pki.clock.now()
  if (!(await store.reportLostKey(tx, keyDigest, { issuerId, serialHex, at }))) return
  const object = { kind: 'certificate', id: `${issuerId}/${serialHex}` }
  await pki.audit.record(tx, { action: 'enrolment.key-lost', actor, object })
  for (const { id, status } of await store.applications.waitingWithKey(keyDigest, tx)) {
    if (!(await store.applications.change(tx, id, { from: status, to: 'rejected', at, reason: GIVEN_UP }))) continue
    const application = { kind: 'certificate-application', id }
    await pki.audit.record(tx, { action: 'enrolment.given-up', actor, object: application, detail: { code: GIVEN_UP } })
  }
}
