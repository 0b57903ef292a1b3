/** Holders (or their agents) suspend, release and revoke their own certificates, at once. Only a hold of their own is theirs to lift. */
import { TrustError } from '../../errors.ts'
import type { Agent } from '../../identity/index.ts'
import type { CertificateName } from '../change-status.ts'
import type { RevocationReason } from '../revoke-certificate.ts'
import { ON_HOLD } from '../suspend-certificate.ts'
import { actorOf } from './actor-of.ts'
import type { HeldCertificate } from './application.ts'
import { requireHeld } from './barred-people.ts'
import { changePair } from './change-pair.ts'
import type { CertificateHolder } from './holder.ts'
import { sameHolder } from './holder.ts'
import type { EnrolmentDeps } from './ports.ts'
import { requireHolderAgent } from './require-holder-agent.ts'

/** What a holder knows; that a privilege was withdrawn, or a CA broken, is not theirs to say. */
export const HOLDER_REASONS: readonly RevocationReason[] = [
  'unspecified',
  'keyCompromise',
  'affiliationChanged',
  'superseded',
  'cessationOfOperation',
]

export interface OwnChange {
  readonly certificate: CertificateName
  /** A certificate of another one is not there. */
  readonly holder: CertificateHolder
  readonly agent: Agent
  readonly change:
    | { readonly kind: 'suspend' }
    | { readonly kind: 'release' }
    | { readonly kind: 'revoke'; readonly reason: RevocationReason }
}

/** The certificate afterwards. @throws TrustError CERTIFICATE_NOT_FOUND, CERTIFICATE_REVOKED, CERTIFICATE_HELD_BY_OTHERS, FORBIDDEN, MANDATE_…, INPUT_INVALID */
export const changeOwnCertificate = async (
  deps: EnrolmentDeps,
  { certificate, holder, agent, change }: OwnChange,
): Promise<HeldCertificate> => {
  const { pki, store } = deps
  if (change.kind === 'revoke' && !HOLDER_REASONS.includes(change.reason))
    throw new TrustError('INPUT_INVALID', 'not a reason that a holder gives', { field: 'reason' })
  return pki.work.run(async (tx) => {
    await requireHolderAgent(deps, { holder, agent, tx })
    await store.lockHolder(tx, holder)
    const held = await requireHeld(deps, certificate, tx)
    if (!sameHolder(held.holder, holder)) throw new TrustError('CERTIFICATE_NOT_FOUND', 'no such certificate')
    const isOnHold = held.revocation?.reasonCode === ON_HOLD
    if (change.kind === 'release' && isOnHold && (await store.held.lastHold(held, tx)) !== 'holder')
      throw new TrustError('CERTIFICATE_HELD_BY_OTHERS', 'the hold is not the holder’s')
    const pairChange = change.kind === 'revoke' ? change : ({ kind: change.kind, origin: 'holder' } as const)
    await changePair(deps, tx, { certificate: held, change: pairChange, actor: actorOf(agent) })
    return requireHeld(deps, certificate, tx)
  })
}
