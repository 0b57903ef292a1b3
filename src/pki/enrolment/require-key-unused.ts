/** A key belongs to one holder for ever, is certified once (but for a renewal of that certificate), and never again after it was lost. */
import { equalBytes } from '../../../standards/bytes.ts'
import type { Tx } from '../../kernel/index.ts'
import { TrustError } from '../../errors.ts'
import type { CertificateName } from '../change-status.ts'
import { REVOCATION_REASONS } from '../revoke-certificate.ts'
import type { CertificateHolder } from './holder.ts'
import type { EnrolmentDeps } from './ports.ts'
import type { ProvenKey } from './read-request.ts'

/** Reasons of a revocation after which nobody can tell who has the key. */
export const LOST: ReadonlySet<number> = new Set([
  REVOCATION_REASONS.keyCompromise,
  REVOCATION_REASONS.cACompromise,
  REVOCATION_REASONS.aACompromise,
])

export interface KeyClaim {
  readonly key: Pick<ProvenKey, 'publicKey' | 'keyDigest'>
  readonly holder: CertificateHolder
  /** The certificate that may have the key already. */
  readonly replaces?: CertificateName
}

const refuse = (message: string): never => {
  throw new TrustError('CERTIFICATE_KEY_REFUSED', message, { field: 'request' })
}

/** @throws TrustError CERTIFICATE_KEY_REFUSED */
export const requireKeyNotLost = async (
  { store }: Pick<EnrolmentDeps, 'store'>,
  tx: Tx,
  keyDigest: Uint8Array,
): Promise<void> => {
  const isLost = (await store.held.ofKey(keyDigest, tx)).some((c) => LOST.has(c.revocation?.reasonCode ?? -1))
  if (isLost || (await store.isKeyLost(keyDigest, tx))) refuse('the key was reported as compromised')
}

/** Binds the key to the holder. @throws TrustError CERTIFICATE_KEY_REFUSED; the same words for every other holder's key */
export const requireKeyUnused = async (
  { pki, store }: Pick<EnrolmentDeps, 'pki' | 'store'>,
  tx: Tx,
  { key, holder, replaces }: KeyClaim,
): Promise<void> => {
  if (pki.authorities.some((a) => equalBytes(a.certificate.publicKey, key.publicKey))) refuse('a key of the CA itself')
  if (!(await store.bindKey(tx, key.keyDigest, { holder, at: pki.clock.now() }))) refuse('the key is in use')
  await requireKeyNotLost({ store }, tx, key.keyDigest)
  const before = await store.held.ofKey(key.keyDigest, tx)
  const isReplaced = (c: CertificateName): boolean =>
    c.issuerId === replaces?.issuerId && c.serialHex === replaces.serialHex
  if (before.some((c) => !isReplaced(c))) refuse('the key has a certificate')
}
