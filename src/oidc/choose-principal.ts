/** Records for whom a person acts at a portal in this session. Tokens that spoke for the earlier principal end with it. */
import { TrustError } from '../errors.ts'
import type { Principal } from '../identity/index.ts'
import type { OidcDeps } from './ports.ts'

export interface PrincipalSelection {
  readonly sessionUid: string
  readonly clientId: string
  readonly personId: string
  readonly principal: Principal
}

/** @throws TrustError PRINCIPAL_NOT_AVAILABLE, SESSION_ENDED */
export const choosePrincipal = async (
  deps: Pick<OidcDeps, 'store' | 'people' | 'work' | 'audit' | 'clock'>,
  { sessionUid, clientId, personId, principal }: PrincipalSelection,
): Promise<void> => {
  if (principal.kind === 'entity' && (await deps.people.authority(personId, principal)) === undefined)
    throw new TrustError('PRINCIPAL_NOT_AVAILABLE', 'this person may not act for that entity now')
  const at = deps.clock.now()
  await deps.work.run(async (tx) => {
    if (!(await deps.store.sessions.choose(tx, { sessionUid, clientId, personId, principal, at })))
      throw new TrustError('SESSION_ENDED', 'the session has ended')
    await deps.store.payloads.endTokens(tx, { sessionUid, clientId, at })
    await deps.audit.record(tx, {
      action: 'principal.chosen',
      actor: { kind: 'person', id: personId },
      object: { kind: 'client', id: clientId },
      detail: principal.kind === 'self' ? { principal: 'self' } : { principal: 'entity', entityId: principal.entityId },
    })
  })
}
