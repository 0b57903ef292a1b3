/** Revokes a mandate, at once: what hangs on it ends in the same transaction. The legal representative may, and the agent may lay it down. */
import { TrustError } from '../errors.ts'
import type { Mandate } from './mandate.ts'
import type { IdentityDeps } from './ports.ts'

export interface MandateRevocation {
  readonly mandateId: string
  /** Person id. */
  readonly actor: string
}

/** @throws TrustError MANDATE_MISSING (also for one that is not the actor's business), MANDATE_REVOKED */
export const revokeMandate = async (
  deps: Pick<IdentityDeps, 'clock' | 'work' | 'store' | 'audit' | 'reaction'>,
  { mandateId, actor }: MandateRevocation,
): Promise<Mandate> =>
  deps.work.run(async (tx) => {
    const found = await deps.store.mandates.find(mandateId, tx)
    const entity = found && (await deps.store.entities.find(found.entityId, tx))
    const isAgent = found?.agent.kind === 'person' && found.agent.personId === actor
    if (found === undefined || (entity?.legalRepresentativeId !== actor && !isAgent))
      throw new TrustError('MANDATE_MISSING', 'no such mandate of this person')
    const revoked = await deps.store.mandates.revoke(tx, mandateId, { personId: actor, at: deps.clock.now() })
    if (revoked === undefined) throw new TrustError('MANDATE_REVOKED', 'revoked already')
    await deps.reaction.mandateRevoked(tx, revoked)
    await deps.audit.record(tx, {
      action: 'mandate.revoked',
      actor: { kind: 'person', id: actor },
      object: { kind: 'mandate', id: mandateId },
      detail: { entityId: revoked.entityId, by: isAgent ? 'agent' : 'legal-representative' },
    })
    return revoked
  })
