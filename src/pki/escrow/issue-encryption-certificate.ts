/**
 * The second certificate of a pair (双证书): we make the encryption key, keep it encrypted under the certificate's name, and seal it to
 * the subscriber's signing key (SM2EnvelopedKey, GB/T 35276 §7.4). Key, certificate, escrow and delivery are recorded in one transaction.
 * The plain private key is in memory only, and wiped.
 */
import { encodeSm2PublicKey, isSm2PrivateKey } from '../../../standards/gbt-32918-sm2/index.ts'
import type { Actor } from '../../audit/index.ts'
import type { RandomSource } from '../../kernel/index.ts'
import type { CertificateApplication } from '../enrolment/application.ts'
import { requireActiveHolder } from '../enrolment/holder.ts'
import { issueAlongside } from '../enrolment/issue-alongside.ts'
import { recordHeld } from '../enrolment/record-held.ts'
import type { EnrolmentDeps } from '../enrolment/ports.ts'
import { subjectOf } from '../enrolment/subject-of.ts'
import { sealTo } from './seal-to.ts'

const drawKey = (random: RandomSource): Uint8Array => {
  for (;;) {
    const key = Uint8Array.from(random.bytes(32))
    if (isSm2PrivateKey(key)) return key
  }
}

/** @throws TrustError as issueCertificate; CONFLICT when the application has one */
export const issueEncryptionCertificate = async (
  deps: EnrolmentDeps,
  application: CertificateApplication,
  actor: Actor,
): Promise<void> => {
  const { pki, escrow } = deps
  const { holder, holderClass, unit } = application
  const subject = subjectOf(deps.cipher, await requireActiveHolder(deps, holder), unit)
  const key = drawKey(pki.random)
  try {
    const publicKey = encodeSm2PublicKey(escrow.scalars.multiplyBase(key))
    const envelope = sealTo(deps, application.publicKey, key)
    const request = { profile: `${holderClass}-encryption`, subject, publicKey, actor }
    await issueAlongside(pki, request, async (tx, certificate) => {
      const { issuerId, serialHex } = certificate
      const name = { issuerId, serialHex }
      await recordHeld(deps, tx, { application, use: 'encryption', publicKey, certificate })
      await escrow.store.insert(tx, { ...name, publicKey, sealed: escrow.vault.seal(key, name) })
      const object = { kind: 'certificate', id: `${issuerId}/${serialHex}` }
      const auditEventId = await pki.audit.record(tx, { action: 'escrow.kept', actor, object })
      const sealed = { recipientKey: application.publicKey, envelope, auditEventId }
      const delivery = { ...name, id: pki.ids.next(), occasion: 'issue', at: pki.clock.now(), ...sealed } as const
      await escrow.store.insertDelivery(tx, delivery)
    })
  } finally {
    key.fill(0)
  }
}
