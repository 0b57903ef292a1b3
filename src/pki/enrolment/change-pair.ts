/**
 * What happens to a signing certificate happens to the encryption certificate of its pair: its key came under the signing key. The
 * encryption certificate alone can be changed alone.
 */
import type { Actor } from '../../audit/index.ts'
import type { Tx } from '../../kernel/index.ts'
import { releaseCertificateIn } from '../release-certificate.ts'
import type { RevocationReason } from '../revoke-certificate.ts'
import { revokeCertificateIn } from '../revoke-certificate.ts'
import { ON_HOLD, suspendCertificateIn } from '../suspend-certificate.ts'
import type { HeldCertificate, HoldOrigin } from './application.ts'
import type { EnrolmentDeps } from './ports.ts'

export type PairChange =
  | { readonly kind: 'suspend'; readonly origin: HoldOrigin; readonly reason?: string }
  | { readonly kind: 'release' }
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
  if (change.kind === 'revoke') return void (await revokeCertificateIn(pki, tx, { ...request, reason: change.reason }))
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

/** @throws TrustError CERTIFICATE_NOT_FOUND, CERTIFICATE_REVOKED, CERTIFICATE_NOT_SUSPENDED (of the certificate that is named) */
export const changePair = async (deps: Deps, tx: Tx, { certificate, change, actor }: OneChange): Promise<void> => {
  await changeOne(deps, tx, { certificate, change, actor })
  for (const partner of await partnersOf(deps, tx, certificate)) {
    const possible =
      change.kind === 'release' ? isOnHold(partner) : partner.revocation === undefined || isOnHold(partner)
    if (possible) await changeOne(deps, tx, { certificate: partner, change, actor })
  }
}
