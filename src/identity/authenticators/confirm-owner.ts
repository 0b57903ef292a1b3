/**
 * Asks once more whether it is the owner, before anything about an account's authenticators changes: the password, and a code where
 * the account has a second factor. A browser left open, or a password alone, changes nothing.
 */
import { TrustError } from '../../errors.ts'
import { parseAcr, strengthAtLeast } from '../assurance.ts'
import { checkPassword } from '../check-password.ts'
import type { IdentityDeps } from '../ports.ts'
import { settle } from '../throttle.ts'
import { requireCode, type FactorDeps } from './check-code.ts'
import { findNextMethods } from './sign-in-steps.ts'

export interface OwnerProof {
  readonly accountId: string
  readonly password: string
  /** Of the second factor or a recovery code; '' where there is none. */
  readonly code: string
  /** How strongly the session was signed in to. */
  readonly acr: string
  /** Network address of the person's browser. */
  readonly address: string
}

export type OwnerDeps = FactorDeps & Pick<IdentityDeps, 'passwords'>

/** Who holds a passkey or certificate must have come with one: else a stolen password could put another in its place. */
const requireStrongSession = async (deps: OwnerDeps, { accountId, acr }: OwnerProof): Promise<void> => {
  const own = await deps.store.authenticators.ofAccount(accountId)
  const strength = parseAcr(acr)?.strength
  if (
    own.some((a) => a.kind === 'passkey' || a.kind === 'certificate') &&
    (strength === undefined || !strengthAtLeast(strength, 'urn:xinyin:acr:3'))
  )
    throw new TrustError('STRONGER_SIGN_IN_NEEDED', 'sign in with passkey or certificate first')
}

/** Person id. @throws TrustError STRONGER_SIGN_IN_NEEDED, LOGIN_FAILED, CODE_WRONG, ACCOUNT_LOCKED, TOO_MANY_REQUESTS, ACCOUNT_FROZEN, TRY_LATER */
export const requireOwner = async (deps: OwnerDeps, proof: OwnerProof): Promise<string> => {
  const { accountId, password, code, address } = proof
  await requireStrongSession(deps, proof)
  const found = await deps.store.accounts.findForSignIn({ accountId })
  const { account, admission } = await checkPassword(deps, { account: found, typedName: accountId, password, address })
  if (account.status === 'frozen') throw new TrustError('ACCOUNT_FROZEN', 'the account is frozen')
  await deps.work.run((tx) => settle(deps, tx, admission))
  const factors = await findNextMethods(deps, accountId)
  if (factors.length === 0) return account.personId
  const method = /^\s*(\d\s*){6}$/.test(code) ? 'totp' : 'recovery-code'
  await requireCode(deps, { accountId, method, code })
  return account.personId
}
