/**
 * Makes the certificates of an approved application, once. One process takes the application for a minute; each certificate is
 * recorded together with its holder and the application in the transaction that completes its intent, so that a second certificate
 * for the same application is never recorded, and a crash leaves an application that the sweep finishes.
 */
import { TrustError } from '../../errors.ts'
import type { Actor } from '../../audit/index.ts'
import { issueEncryptionCertificate } from '../escrow/issue-encryption-certificate.ts'
import { actorOf } from './actor-of.ts'
import type { CertificateApplication } from './application.ts'
import { requireActiveHolder } from './holder.ts'
import { issueAlongside } from './issue-alongside.ts'
import type { EnrolmentDeps } from './ports.ts'
import { recordHeld } from './record-held.ts'
import { subjectOf } from './subject-of.ts'

const CLAIM = 60_000

const claim = async ({ pki, store }: EnrolmentDeps, id: string): Promise<CertificateApplication> => {
  const at = pki.clock.now()
  const until = new Date(at.getTime() + CLAIM)
  const claimed = await pki.work.run((tx) => store.applications.claim(tx, id, { at, until }))
  if (claimed === undefined)
    throw new TrustError('CERTIFICATE_APPLICATION_STATE', 'not approved, or its certificates are being made')
  return claimed
}

const issueSigning = async (deps: EnrolmentDeps, application: CertificateApplication, actor: Actor): Promise<void> => {
  const { holder, holderClass, unit, publicKey } = application
  const subject = subjectOf(deps.cipher, await requireActiveHolder(deps, holder), unit)
  await issueAlongside(deps.pki, { profile: `${holderClass}-signing`, subject, publicKey, actor }, (tx, certificate) =>
    recordHeld(deps, tx, { application, use: 'signing', publicKey, certificate }),
  )
}

const required = async ({ store }: EnrolmentDeps, id: string): Promise<CertificateApplication> => {
  const found = await store.applications.find(id)
  if (found === undefined) throw new TrustError('CERTIFICATE_APPLICATION_NOT_FOUND', 'no such application')
  return found
}

/**
 * The application when all its certificates are there. Asked again for an issued one it gives the same.
 * @throws TrustError CERTIFICATE_APPLICATION_NOT_FOUND, CERTIFICATE_APPLICATION_STATE, CERTIFICATE_REQUEST_REFUSED, PERSON_DECEASED,
 * ENTITY_NOT_ACTIVE, KEY_…, AUDIT_NOT_CHAINED
 */
export const issueApplication = async (deps: EnrolmentDeps, id: string): Promise<CertificateApplication> => {
  const found = await required(deps, id)
  if (found.status === 'issued') return found
  const application = await claim(deps, id)
  const actor = actorOf(application.appliedBy)
  try {
    if (application.signing === undefined) await issueSigning(deps, application, actor)
    if (application.dual && application.encryption === undefined)
      await issueEncryptionCertificate(deps, application, actor)
  } catch (error) {
    await deps.pki.work.run((tx) => deps.store.applications.unclaim(tx, id))
    throw error
  }
  return required(deps, id)
}
