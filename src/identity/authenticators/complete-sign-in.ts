/** The end of every sign-in beyond a password alone: what was shown is used up, the sign-in is audited, in one transaction. */
import type { Tx } from '../../kernel/index.ts'
import type { Authentication } from '../authenticate.ts'
import type { IdentityDeps } from '../ports.ts'
import type { Method } from './authenticator.ts'
import { amrOf, strengthOf } from './authenticator.ts'
import { requireOpenAccount } from './open-account.ts'

export interface ShownMethods {
  readonly accountId: string
  readonly methods: readonly Method[]
  /** For the audit, besides the methods. */
  readonly detail?: Readonly<Record<string, string>>
}

/** `useUp` refuses what was used before. @throws TrustError ACCOUNT_FROZEN, PERSON_DECEASED; TypeError for methods that open nothing */
export const completeSignIn = async (
  deps: Pick<IdentityDeps, 'work' | 'store' | 'audit'>,
  { accountId, methods, detail = {} }: ShownMethods,
  useUp: (tx: Tx) => Promise<void>,
): Promise<Authentication> => {
  const personId = await requireOpenAccount(deps, accountId)
  const acr = strengthOf(methods)
  if (acr === undefined) throw new TypeError(`no sign-in: ${methods.join(' ')}`)
  const amr = amrOf(methods)
  await deps.work.run(async (tx) => {
    await useUp(tx)
    await deps.audit.record(tx, {
      action: 'account.authenticated',
      actor: { kind: 'person', id: personId },
      object: { kind: 'account', id: accountId },
      detail: { amr: amr.join(' '), ...detail },
    })
  })
  return { accountId, personId, amr, acr }
}
