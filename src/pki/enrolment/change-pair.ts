/**
 * What happens to a signing certificate happens to the encryption certificate of its pair: its key came under the signing key. The
 * encryption certificate alone can be changed alone.
 */
import type { Actor } from '../../audit/index.ts'
import type { Tx } from '../../kernel/index.ts'
import { releaseCertificateIn } from '../release-certificate.ts'
import type { RevocationReason } from '../revoke-certificate.ts'
import { REVOCATION_REASONS, revokeCertificateIn } from '../revoke-certificate.ts'
import { ON_HOLD, suspendCertificateIn } from '../suspend-certificate.ts'
import type { HeldCertificate, HoldOrigin } from './application.ts'
import type { EnrolmentDeps } from './ports.ts'
import { keyDigestOf } from './read-request.ts'
import { reportLostKey } from './report-lost-key.ts'
import { LOST } from './require-key-unused.ts'

export type PairChange =
  | { readonly kind: 'suspend'; readonly origin: HoldOrigin; readonly reason?: string }
  /** The holder's release leaves alone what others hold. */
  | { readonly kind: 'release'; readonly origin: HoldOrigin }
  | { readonly kind: 'revoke'; readonly reason: RevocationReason }

type Deps = Pick<EnrolmentDeps, 'pki' | 'store'>

const partnersOf = async ({ store }: Deps, tx: Tx, { use, applicationId, serialHex }: HeldCertificate) => {
  if (use !== 'signing' || applicationId === undefined) return []
  return (await store.held.ofApplication(applicationId, tx)).filter((c) => c.serialHex !== serialHex)
}

const isOnHold = ({ revocation }: HeldCertificate): boolean => revocation?.reasonCode === ON_HOLD

const changeOne = async ({ pki, store }: Deps, tx: Tx, one: OneChange): Promise<void> => {
  const { certificate, change, actor } = one
  const { issuerId, serialHex } = certificate
  const request = { issuerId, serialHex, actor }
  if (change.kind === 'release') return releaseCertificateIn(pki, tx, request)
  if (change.kind === 'revoke') {
    await revokeCertificateIn(pki, tx, { ...request, reason: change.reason })
    // Also where it was revoked before for another reason: that the key is lost is news.
    if (!LOST.has(REVOCATION_REASONS[change.reason])) return
    return reportLostKey({ pki, store }, tx, {
      keyDigest: keyDigestOf(pki.crypto, certificate.publicKey),
      actor,
      certificate,
    })
  }
  await suspendCertificateIn(pki, tx, request)
  // A holder who suspends what officers suspended must not gain the right to lift it.
  if (change.origin === 'holder' && isOnHold(certificate)) return
  const { kind: _kind, ...hold } = change
  await store.held.noteHold(tx, { issuerId, serialHex, ...hold, at: pki.clock.now() })
}

interface OneChange {
  readonly certificate: HeldCertificate
  readonly change: PairChange
  readonly actor: Actor
}

const isPossible = async (
  { store }: Deps,
  tx: Tx,
  { partner, change }: { readonly partner: HeldCertificate; readonly change: PairChange },
): Promise<boolean> => {
  if (change.kind !== 'release') return partner.revocation === undefined || isOnHold(partner)
  return isOnHold(partner) && (change.origin !== 'holder' || (await store.held.lastHold(partner, tx)) === 'holder')
}

/** @throws TrustError CERTIFICATE_NOT_FOUND, CERTIFICATE_REVOKED, CERTIFICATE_NOT_SUSPENDED (of the certificate that is named) */
export const changePair = async (deps: Deps, tx: Tx, { certificate, change, actor }: OneChange): Promise<void> => {
  await deps.store.lockHolder(tx, certificate.holder)
  await changeOne(deps, tx, { certificate, change, actor })
  for (const partner of await partnersOf(deps, tx, certificate)) {
    if (await isPossible(deps, tx, { partner, change }))
      await changeOne(deps, tx, { certificate: partner, change, actor })
  }
}
