/** Freezes an account, or lets it go again. Freezing ends everything that is open under it, in the same transaction. */
import type { Actor } from '../audit/index.ts'
import { TrustError } from '../errors.ts'
import type { IdentityDeps } from './ports.ts'

export interface AccountFreeze {
  readonly accountId: string
  readonly actor: Actor
  /** False lets it go. */
  readonly frozen: boolean
}

/** Who may ask is for the caller to check. @throws TrustError CONFLICT when there is nothing to change, NOT_FOUND */
export const freezeAccount = async (
  deps: Pick<IdentityDeps, 'work' | 'store' | 'audit' | 'reaction'>,
  { accountId, actor, frozen }: AccountFreeze,
): Promise<void> =>
  deps.work.run(async (tx) => {
    if (!(await deps.store.accounts.setStatus(tx, accountId, frozen ? 'frozen' : 'active'))) {
      const known = await deps.store.accounts.find(accountId, tx)
      throw known === undefined
        ? new TrustError('NOT_FOUND', 'no such account')
        : new TrustError('CONFLICT', 'the account has that status already')
    }
    if (frozen) await deps.reaction.accountChanged(tx, accountId, 'frozen')
    await deps.audit.record(tx, {
      action: frozen ? 'account.frozen' : 'account.unfrozen',
      actor,
      object: { kind: 'account', id: accountId },
    })
  })
