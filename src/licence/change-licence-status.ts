/** Suspends, resumes or revokes a licence, with a reason. Refuses what its state does not allow, and whoever has no mandate of the issuer. */
import { TrustError } from '../errors.ts'
import type { Agent } from '../identity/index.ts'
import { actorOf } from './actor.ts'
import type { Licence } from './licence.ts'
import { requireTransition } from './licence.ts'
import type { LicenceDeps } from './ports.ts'

export interface StatusRequest {
  readonly id: string
  readonly to: 'valid' | 'suspended' | 'revoked'
  readonly agent: Agent
  /** The organisation acted for. A licence that another one issued is not there; undefined: whose it is does not matter. */
  readonly actingFor?: string
  /** For the audit and the holder; 2 to 200 characters. */
  readonly reason: string
}

type Deps = Pick<LicenceDeps, 'clock' | 'work' | 'store' | 'audit' | 'requireAuthority'>

export const changeLicenceStatus = async (
  deps: Deps,
  { id, to, agent, actingFor, reason }: StatusRequest,
): Promise<Licence> => {
  if (reason.trim().length < 2 || reason.length > 200)
    throw new TrustError('INPUT_INVALID', 'reason: 2 to 200 characters', { field: 'reason' })
  const at = deps.clock.now()
  const licence = await deps.store.find(id)
  const strange = actingFor !== undefined && actingFor !== licence?.issuerId
  if (licence === undefined || licence.status === 'draft' || strange)
    throw new TrustError('LICENCE_NOT_FOUND', 'no such licence')
  await deps.requireAuthority({ entityId: licence.issuerId, agent, function: 'licence.manage', at })
  requireTransition(licence.status, to)
  const eventId = await deps.work.run(async (tx) => {
    if (!(await deps.store.setStatus(tx, id, { from: licence.status, to })))
      throw new TrustError('LICENCE_STATE', 'the licence was changed at the same moment')
    await deps.store.addStatus(tx, { licenceId: id, status: to, at, reason: reason.trim() })
    return deps.audit.record(tx, {
      action: `licence.${to}`,
      actor: actorOf(agent),
      object: { kind: 'licence', id },
    })
  })
  await deps.audit.chained(eventId)
  return { ...licence, status: to }
}
