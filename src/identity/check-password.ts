/** Compares a password, throttled, with the same work whether the account exists or not. Says no more than yes or no. */
import { TrustError } from '../errors.ts'
import type { AccountWithHash, IdentityDeps } from './ports.ts'
import { admit, takeBack, type Admission } from './throttle.ts'

export interface PasswordAttempt {
  readonly account: AccountWithHash | undefined
  /** What was typed, for counting when there is no such account. */
  readonly typedName: string
  readonly password: string
  /** Network address of the person's browser. */
  readonly address: string
}

type Deps = Pick<IdentityDeps, 'clock' | 'work' | 'store' | 'passwords' | 'audit'>

const matches = async (deps: Deps, attempt: PasswordAttempt, admission: Admission): Promise<boolean> => {
  try {
    return await deps.passwords.matches(attempt.password, attempt.account?.passwordHash)
  } catch (error) {
    // Nothing was compared, so nothing failed.
    await deps.work.run((tx) => takeBack(deps, tx, admission))
    throw error
  }
}

/** The caller settles the admission. @throws TrustError LOGIN_FAILED, ACCOUNT_LOCKED, TOO_MANY_REQUESTS, TRY_LATER */
export const checkPassword = async (
  deps: Deps,
  attempt: PasswordAttempt,
): Promise<{ readonly account: AccountWithHash; readonly admission: Admission }> => {
  const { account, typedName, address } = attempt
  const admission = await admit(deps, { subject: account?.id ?? `name:${typedName}`, address })
  const right = await matches(deps, attempt, admission)
  if (account !== undefined && right) return { account, admission }
  await deps.work.run((tx) =>
    deps.audit.record(tx, {
      action: 'account.sign-in-failed',
      actor: { kind: 'system', id: 'identity' },
      object: { kind: 'account', id: account?.id ?? 'unknown' },
    }),
  )
  throw new TrustError('LOGIN_FAILED', 'name or password is wrong')
}
