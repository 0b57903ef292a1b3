/** Touches the CA's key: signs what was prepared, once, and writes the certificate beside its intent. */
import { equalBytes } from '../../standards/bytes.ts'
import { encodeCertificate, isSignatureValid, parseCertificate } from '../../standards/rfc5280-x509/index.ts'
import { TrustError } from '../errors.ts'
import type { Authority, PkiDeps, StoredCertificate } from './ports.ts'
import type { IssuanceToken } from './prepare.ts'
import { redeem } from './prepare.ts'

export interface IssuedCertificate {
  readonly der: Uint8Array
  readonly serialHex: string
  /** The CA key that signed it, e.g. `office-ca-sm2`. */
  readonly issuerId: string
}

/** The CA's signer. @throws TrustError KEY_UNUSABLE when the key does not belong to the CA's certificate */
export const signerOf = async (authority: Authority) => {
  const signer = await authority.signer()
  if (!equalBytes(signer.publicKey, authority.certificate.publicKey))
    throw new TrustError('KEY_UNUSABLE', `the key of ${authority.id} does not belong to its certificate`)
  return signer
}

const signedCertificate = async (deps: PkiDeps, authority: Authority, tbs: Uint8Array) => {
  const signer = await signerOf(authority)
  const der = encodeCertificate({ tbs, algorithm: signer.algorithm, signature: await signer.sign(tbs) })
  const certificate = parseCertificate(der)
  // A faulty device must not put its mistake into the world.
  if (!isSignatureValid(certificate, authority.certificate.publicKey, deps.crypto))
    throw new TrustError('KEY_UNUSABLE', `the key of ${authority.id} made a signature that does not verify`)
  return certificate
}

/** Handed out only after its audit row is chained. @throws TrustError KEY_NOT_FOUND, KEY_UNUSABLE, CONFLICT, AUDIT_NOT_CHAINED */
export const signPrepared = async (deps: PkiDeps, token: IssuanceToken): Promise<IssuedCertificate> => {
  const { authority, intent } = redeem(token)
  const { der, notAfter } = await signedCertificate(deps, authority, intent.tbs)
  const { issuerId, serialHex, profile } = intent
  const stored: StoredCertificate = { issuerId, serialHex, profile, der, notAfter }
  const eventId = await deps.work.run(async (tx) => {
    const auditEventId = await deps.audit.record(tx, {
      action: 'certificate.issued',
      actor: intent.actor,
      object: { kind: 'certificate', id: `${issuerId}/${serialHex}` },
      detail: { profile },
    })
    await deps.store.complete(tx, intent.id, { ...stored, auditEventId })
    return auditEventId
  })
  await deps.audit.chained(eventId)
  return { der, serialHex, issuerId }
}
