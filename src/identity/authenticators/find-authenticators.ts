/** What an account has to sign in with, for its owner to see; no secret among it. */
import type { IdentityDeps } from '../ports.ts'
import type { Authenticator } from './authenticator.ts'
import type { Notice } from './ports.ts'

export interface OwnAuthenticators {
  readonly authenticators: readonly Authenticator[]
  readonly recoveryCodesLeft: number
  /** Newest first. */
  readonly notices: readonly Notice[]
}

export const findAuthenticators = async (
  { store }: Pick<IdentityDeps, 'store'>,
  { accountId, notices }: { readonly accountId: string; readonly notices: number },
): Promise<OwnAuthenticators> => ({
  authenticators: await store.authenticators.ofAccount(accountId),
  recoveryCodesLeft: await store.recoveryCodes.left(accountId),
  notices: notices === 0 ? [] : await store.notices.ofAccount(accountId, notices),
})
