/** Signs a person in with login name or citizen ID number and password. Refuses a frozen account, but only to its owner's face. */
import { TrustError } from '../errors.ts'
import { normaliseLoginName } from './account.ts'
import type { AuthenticationStrength } from './assurance.ts'
import { checkPassword } from './check-password.ts'
import type { IdentityDeps } from './ports.ts'
import { settle, takeBack } from './throttle.ts'

export interface Authentication {
  readonly accountId: string
  readonly personId: string
  /** RFC 8176. */
  readonly amr: readonly string[]
  readonly acr: AuthenticationStrength
}

export interface Credentials {
  /** Login name or citizen ID number, as typed. */
  readonly name: string
  readonly password: string
  /** Network address of the person's browser. */
  readonly address: string
}

type Deps = Pick<IdentityDeps, 'clock' | 'work' | 'store' | 'passwords' | 'audit'>

/** @throws TrustError LOGIN_FAILED, ACCOUNT_LOCKED, TOO_MANY_REQUESTS, ACCOUNT_FROZEN, PERSON_DECEASED, TRY_LATER */
export const authenticate = async (deps: Deps, { name, password, address }: Credentials): Promise<Authentication> => {
  const typedName = normaliseLoginName(name.slice(0, 100))
  const found = await deps.store.accounts.findForSignIn(
    /^\d{17}[\dx]$/.test(typedName) ? { citizenIdNumber: typedName.toUpperCase() } : { loginName: typedName },
  )
  const { account, admission } = await checkPassword(deps, { account: found, typedName, password, address })
  if (account.status === 'frozen') {
    await deps.work.run((tx) => takeBack(deps, tx, admission))
    throw new TrustError('ACCOUNT_FROZEN', 'the account is frozen')
  }
  if ((await deps.store.persons.statusOf(account.personId)) === 'deceased') {
    await deps.work.run((tx) => takeBack(deps, tx, admission))
    throw new TrustError('PERSON_DECEASED', 'the registry says that this person has died')
  }
  await deps.work.run(async (tx) => {
    await settle(deps, tx, admission)
    await deps.audit.record(tx, {
      action: 'account.authenticated',
      actor: { kind: 'person', id: account.personId },
      object: { kind: 'account', id: account.id },
      detail: { amr: 'pwd' },
    })
  })
  return { accountId: account.id, personId: account.personId, amr: ['pwd'], acr: 'urn:xinyin:acr:1' }
}
