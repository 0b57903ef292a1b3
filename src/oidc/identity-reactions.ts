/** What sign-in does when identity changes, in the same transaction: no session outlives what it rests on. */
import type { AccountChange, Reaction } from '../identity/index.ts'
import { endSession, type EndReason } from './end-session.ts'
import type { OidcDeps } from './ports.ts'

const REASONS: Readonly<Record<AccountChange, EndReason>> = {
  frozen: 'account-frozen',
  'password-changed': 'password-changed',
  'authenticator-removed': 'authenticator-removed',
}
const ACTOR = { kind: 'system', id: 'identity-reactions' } as const

export const makeIdentityReactions = (
  deps: Pick<OidcDeps, 'clock' | 'ids' | 'random' | 'work' | 'audit' | 'store'>,
): Reaction => ({
  mandateRevoked: async (tx, { id, entityId, agent }) => {
    // A client's tokens carry no mandate: it is asked for at each call.
    if (agent.kind === 'client') return
    const scope = { entityId, personId: agent.personId, mandateId: id }
    await endSession(deps, { scope, reason: 'mandate-revoked', actor: ACTOR }, tx)
  },
  accountChanged: async (tx, accountId, reason) => {
    await endSession(deps, { scope: { accountId }, reason: REASONS[reason], actor: ACTOR }, tx)
  },
  entityChanged: async (tx, { entityId, change, formerRepresentativeId }) => {
    if (change === 'deregistered' || change === 'revoked')
      await endSession(deps, { scope: { entityId }, reason: 'entity-ended', actor: ACTOR }, tx)
    if (change === 'representative-changed' && formerRepresentativeId !== undefined) {
      const scope = { entityId, personId: formerRepresentativeId }
      await endSession(deps, { scope, reason: 'representative-changed', actor: ACTOR }, tx)
    }
  },
  personChanged: async (tx, { accountId, change }) => {
    if (change === 'deceased' && accountId !== undefined)
      await endSession(deps, { scope: { accountId }, reason: 'holder-deceased', actor: ACTOR }, tx)
  },
})
