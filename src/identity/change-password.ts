/** Changes a password for somebody who knows the old one, throttled like signing in. Ends what is open under the account. */
import { TrustError } from '../errors.ts'
import { note } from './authenticators/note.ts'
import { checkPassword } from './check-password.ts'
import { requireStrongPassword } from './password-policy.ts'
import type { IdentityDeps } from './ports.ts'
import { settle } from './throttle.ts'

export interface PasswordChange {
  readonly accountId: string
  readonly oldPassword: string
  readonly newPassword: string
  /** Network address of the person's browser. */
  readonly address: string
}

/** @throws TrustError LOGIN_FAILED, ACCOUNT_LOCKED, TOO_MANY_REQUESTS, ACCOUNT_FROZEN, PASSWORD_WEAK, TRY_LATER */
export const changePassword = async (
  deps: Pick<IdentityDeps, 'clock' | 'ids' | 'work' | 'store' | 'passwords' | 'audit' | 'reaction'>,
  { accountId, oldPassword, newPassword, address }: PasswordChange,
): Promise<void> => {
  const found = await deps.store.accounts.findForSignIn({ accountId })
  requireStrongPassword(newPassword, found?.loginName ?? accountId)
  const attempt = { account: found, typedName: accountId, password: oldPassword, address }
  const { account, admission } = await checkPassword(deps, attempt)
  if (account.status === 'frozen') throw new TrustError('ACCOUNT_FROZEN', 'the account is frozen')
  const passwordHash = await deps.passwords.hash(newPassword)
  await deps.work.run(async (tx) => {
    await settle(deps, tx, admission)
    await deps.store.accounts.setPasswordHash(tx, accountId, passwordHash)
    await note(deps, tx, { accountId, what: 'password-changed' })
    await deps.reaction.accountChanged(tx, accountId, 'password-changed')
    await deps.audit.record(tx, {
      action: 'account.password-changed',
      actor: { kind: 'person', id: account.personId },
      object: { kind: 'account', id: accountId },
    })
  })
}
