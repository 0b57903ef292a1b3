/** Takes an authenticator off an account, asked by its owner with password and, where there is one, a second factor. Ends other sessions. */
import { TrustError } from '../../errors.ts'
import type { IdentityDeps } from '../ports.ts'
import { requireOwner, type OwnerDeps, type OwnerProof } from './confirm-owner.ts'
import { note } from './note.ts'

/** @throws TrustError NOT_FOUND, and those of `requireOwner` */
export const removeAuthenticator = async (
  deps: OwnerDeps & Pick<IdentityDeps, 'reaction'>,
  { owner, authenticatorId }: { readonly owner: OwnerProof; readonly authenticatorId: string },
): Promise<void> => {
  const { accountId } = owner
  const found = await deps.store.authenticators.find(authenticatorId)
  if (found?.accountId !== accountId || found.confirmedAt === undefined)
    throw new TrustError('NOT_FOUND', 'no such authenticator of this account')
  const personId = await requireOwner(deps, owner)
  await deps.work.run(async (tx) => {
    if (!(await deps.store.authenticators.remove(tx, authenticatorId, deps.clock.now())))
      throw new TrustError('NOT_FOUND', 'removed already')
    await note(deps, tx, { accountId, what: `${found.kind}-removed` })
    // What was opened with it must not outlive it.
    await deps.reaction.accountChanged(tx, accountId, 'authenticator-removed')
    await deps.audit.record(tx, {
      action: 'authenticator.removed',
      actor: { kind: 'person', id: personId },
      object: { kind: 'account', id: accountId },
      detail: { kind: found.kind, authenticatorId },
    })
  })
}
