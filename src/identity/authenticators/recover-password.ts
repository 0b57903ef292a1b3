/**
 * A new password for who has forgotten the old one. It cannot lower a level: it takes two things that the account holds beside the
 * password, a code of the authenticator program and a recovery code. Who has not got both goes to a service hall.
 * Says one and the same for a wrong name, a wrong code and an account without a second factor.
 */
import { TrustError } from '../../errors.ts'
import { normaliseLoginName } from '../account.ts'
import { requireStrongPassword } from '../password-policy.ts'
import type { AccountWithHash, IdentityDeps } from '../ports.ts'
import { admit, settle } from '../throttle.ts'
import { normaliseRecoveryCode, requireCode } from './check-code.ts'
import type { OwnerDeps } from './confirm-owner.ts'
import { note } from './note.ts'
import { findNextMethods } from './sign-in-steps.ts'

export interface PasswordRecovery {
  readonly loginName: string
  /** Of the authenticator program. */
  readonly code: string
  readonly recoveryCode: string
  readonly newPassword: string
  /** Network address of the person's browser. */
  readonly address: string
}

type Deps = OwnerDeps & Pick<IdentityDeps, 'reaction'>

const failed = (): TrustError => new TrustError('RECOVERY_FAILED', 'name and codes do not open an account')

const requireBoth = async (
  deps: Deps,
  account: AccountWithHash | undefined,
  typed: PasswordRecovery,
): Promise<AccountWithHash> => {
  // First the one that nobody can guess, so that a stranger never gets to the account's count of wrong codes.
  const recoveryCode = normaliseRecoveryCode(typed.recoveryCode)
  const holds = account !== undefined && (await deps.store.recoveryCodes.holds(account.id, recoveryCode))
  if (!holds || !(await findNextMethods(deps, account.id)).includes('totp')) throw failed()
  try {
    await requireCode(deps, { accountId: account.id, method: 'totp', code: typed.code })
  } catch (error) {
    if (error instanceof TrustError && error.code === 'CODE_WRONG') throw failed()
    throw error
  }
  return account
}

/** @throws TrustError RECOVERY_FAILED, PASSWORD_WEAK, ACCOUNT_LOCKED, TOO_MANY_REQUESTS, ACCOUNT_FROZEN, TRY_LATER */
export const recoverPassword = async (deps: Deps, typed: PasswordRecovery): Promise<void> => {
  const loginName = normaliseLoginName(typed.loginName.slice(0, 100))
  requireStrongPassword(typed.newPassword, loginName)
  const found = await deps.store.accounts.findForSignIn({ loginName })
  const admission = await admit(deps, { subject: `recovery:${found?.id ?? loginName}`, address: typed.address })
  const account = await requireBoth(deps, found, typed)
  if (account.status === 'frozen') throw new TrustError('ACCOUNT_FROZEN', 'the account is frozen')
  const passwordHash = await deps.passwords.hash(typed.newPassword)
  await deps.work.run(async (tx) => {
    const used = { code: normaliseRecoveryCode(typed.recoveryCode), at: deps.clock.now() }
    if (!(await deps.store.recoveryCodes.use(tx, account.id, used))) throw failed()
    await settle(deps, tx, admission)
    await deps.store.accounts.setPasswordHash(tx, account.id, passwordHash)
    await note(deps, tx, { accountId: account.id, what: 'password-recovered' })
    await deps.reaction.accountChanged(tx, account.id, 'password-changed')
    await deps.audit.record(tx, {
      action: 'account.password-recovered',
      actor: { kind: 'person', id: account.personId },
      object: { kind: 'account', id: account.id },
    })
  })
}
