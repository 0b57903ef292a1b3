/** Links a new certificate to its holder and its application, in the transaction that completes it. */
import { TrustError } from '../../errors.ts'
import type { Tx } from '../../kernel/index.ts'
import type { StoredCertificate } from '../ports.ts'
import type { CertificateApplication, CertificateUse } from './application.ts'
import { isInForce } from './application.ts'
import { lockActiveHolder } from './holder.ts'
import type { EnrolmentDeps } from './ports.ts'
import { keyDigestOf } from './read-request.ts'
import { requireKeyNotLost, requireKeyUnused } from './require-key-unused.ts'

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

/** What was true when it was applied for must still be: officers decide days later, and keys are lost meanwhile. */
const requireStillGood = async (
  deps: EnrolmentDeps,
  tx: Tx,
  { application, use }: { readonly application: CertificateApplication; readonly use: CertificateUse },
): Promise<void> => {
  const { holder, replaces, publicKey } = application
  const key = { publicKey, keyDigest: keyDigestOf(deps.pki.crypto, publicKey) }
  // The encryption key travels under the signing key.
  if (use === 'encryption') return requireKeyNotLost(deps, tx, key.keyDigest)
  await requireKeyUnused(deps, tx, { key, holder, ...(replaces === undefined ? {} : { replaces }) })
  if (replaces === undefined) return
  const old = await deps.store.held.find(replaces, tx)
  if (old === undefined || !isInForce(old, deps.pki.clock.now()) || old.supersededAt !== undefined)
    throw new TrustError('CERTIFICATE_RENEWAL_REFUSED', 'the certificate to be renewed is not in force any more')
}

/**
 * In the transaction that completes the certificate, under the holder's lock.
 * @throws TrustError CONFLICT when the application has one already; CERTIFICATE_KEY_REFUSED, CERTIFICATE_RENEWAL_REFUSED
 */
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
  await requireStillGood(deps, tx, { application, use })
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
