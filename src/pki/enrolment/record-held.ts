/** Links a new certificate to its holder and its application, in the transaction that completes it. */
import { TrustError } from '../../errors.ts'
import type { Tx } from '../../kernel/index.ts'
import type { StoredCertificate } from '../ports.ts'
import type { CertificateApplication, CertificateUse } from './application.ts'
import { lockActiveHolder } from './holder.ts'
import type { EnrolmentDeps } from './ports.ts'
import { keyDigestOf } from './read-request.ts'

const DAY = 86_400_000

/** The certificate that the application asked to follow is good for the overlap, not longer. */
const supersede = async ({ pki, store, policy }: EnrolmentDeps, tx: Tx, application: CertificateApplication) => {
  if (application.replaces === undefined) return
  const old = await store.held.find(application.replaces, tx)
  const pair = old?.applicationId === undefined ? [] : await store.held.ofApplication(old.applicationId, tx)
  const at = new Date(pki.clock.now().getTime() + policy.overlapDays * DAY)
  for (const certificate of pair.length === 0 && old !== undefined ? [old] : pair)
    await store.held.supersede(tx, certificate, at)
}

/** In the transaction that completes the certificate. @throws TrustError CONFLICT when the application has one already */
export const recordHeld = async (
  deps: EnrolmentDeps,
  tx: Tx,
  made: {
    readonly application: CertificateApplication
    readonly use: CertificateUse
    readonly publicKey: Uint8Array
    readonly certificate: StoredCertificate
  },
): Promise<void> => {
  const { application, use, publicKey, certificate } = made
  const { issuerId, serialHex } = certificate
  await lockActiveHolder(deps, tx, application.holder)
  if (!(await deps.store.applications.noteCertificate(tx, application.id, { issuerId, serialHex, use })))
    throw new TrustError('CONFLICT', 'the application has this certificate already')
  await deps.store.held.insert(tx, {
    issuerId,
    serialHex,
    holder: application.holder,
    use,
    keyDigest: keyDigestOf(deps.pki.crypto, publicKey),
    applicationId: application.id,
    issuedAt: deps.pki.clock.now(),
  })
  if (use === 'signing') await supersede(deps, tx, application)
}
