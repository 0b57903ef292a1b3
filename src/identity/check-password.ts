/** Compares a password, throttled, with the same work whether the account exists or not. Says no more than yes or no. */
import { TrustError } from '../errors.ts'
import { normalisePassword } from './password-policy.ts'
import type { AccountWithHash, IdentityDeps, PasswordHasher } from './ports.ts'
import { admit, type Admission } from './throttle.ts'

const decoys = new WeakMap<PasswordHasher, Promise<string>>()

/** A hash that nothing is meant to match, made by the same hasher so that it costs the same. */
const decoyOf = (passwords: PasswordHasher): Promise<string> => {
  let decoy = decoys.get(passwords)
  if (decoy === undefined) {
    decoy = passwords.hash('no account has this password')
    decoy.catch(() => decoys.delete(passwords))
    decoys.set(passwords, decoy)
  }
  return decoy
}

export interface PasswordAttempt {
  readonly account: AccountWithHash | undefined
  /** What was typed, for counting when there is no such account. */
  readonly typedName: string
  readonly password: string
  /** Network address of the person's browser. */
  readonly address: string
}

/** @throws TrustError LOGIN_FAILED, ACCOUNT_LOCKED, TOO_MANY_REQUESTS */
export const checkPassword = async (
  deps: Pick<IdentityDeps, 'clock' | 'work' | 'store' | 'passwords' | 'audit'>,
  { account, typedName, password, address }: PasswordAttempt,
): Promise<{ readonly account: AccountWithHash; readonly admission: Admission }> => {
  const admission = await admit(deps, { subject: account?.id ?? `name:${typedName}`, address })
  const decoy = await decoyOf(deps.passwords)
  const right = await deps.passwords.verify(normalisePassword(password), account?.passwordHash ?? decoy)
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
