/** An account that may be signed in to now: not frozen, and its holder alive. */
import { TrustError } from '../../errors.ts'
import type { IdentityDeps } from '../ports.ts'

/** Person id. @throws TrustError ACCOUNT_FROZEN, PERSON_DECEASED */
export const requireOpenAccount = async (
  { store }: Pick<IdentityDeps, 'store'>,
  accountId: string,
): Promise<string> => {
  const holder = await store.accounts.findHolder(accountId)
  if (holder?.accountStatus !== 'active') throw new TrustError('ACCOUNT_FROZEN', 'the account is frozen')
  if (holder.personStatus === 'deceased') throw new TrustError('PERSON_DECEASED', 'this person has died')
  return holder.personId
}
