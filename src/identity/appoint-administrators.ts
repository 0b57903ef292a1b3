/** Appoints the three administrators, once: system, security and audit, three accounts of three people. */
import { TrustError } from '../errors.ts'
import { ADMINISTRATOR_ROLES, type AdministratorRole } from './account.ts'
import type { IdentityDeps } from './ports.ts'

/** @throws TrustError BOOTSTRAP_DONE when there is one already, INPUT_INVALID when two roles go to one account, NOT_FOUND */
export const appointAdministrators = async (
  deps: Pick<IdentityDeps, 'work' | 'store' | 'audit'>,
  accountIds: Readonly<Record<AdministratorRole, string>>,
): Promise<void> => {
  if (new Set(Object.values(accountIds)).size !== ADMINISTRATOR_ROLES.length)
    throw new TrustError('INPUT_INVALID', 'three roles need three accounts')
  await deps.work.run(async (tx) => {
    if (await deps.store.administrators.any(tx))
      throw new TrustError('BOOTSTRAP_DONE', 'there are administrators already')
    for (const role of ADMINISTRATOR_ROLES) {
      if ((await deps.store.accounts.find(accountIds[role], tx)) === undefined)
        throw new TrustError('NOT_FOUND', 'no such account', { field: role })
      await deps.store.administrators.appoint(tx, role, accountIds[role])
      await deps.audit.record(tx, {
        action: 'administrator.appointed',
        actor: { kind: 'system', id: 'bootstrap' },
        object: { kind: 'account', id: accountIds[role] },
        detail: { role },
      })
    }
  })
}
