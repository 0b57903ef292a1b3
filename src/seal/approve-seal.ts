/**
 * Approves an application (审批) and has the seal made. The approver is another person than the applicant, with a mandate of
 * the same entity. An approval whose making was cut short is finished by `makeSeal`, or by approving again as the same person.
 */
import { TrustError } from '../errors.ts'
import type { Agent } from '../identity/index.ts'
import { requireAuthority } from '../identity/index.ts'
import type { Tx } from '../kernel/index.ts'
import { actorOf, sameAgent } from './actor-of.ts'
import { makeSeal } from './make-seal.ts'
import type { SealDeps } from './ports.ts'
import type { Seal } from './seal.ts'
import { isOf, sealCode } from './seal.ts'

export interface SealApproval {
  readonly applicationId: string
  readonly agent: Agent
  /** The organisation acted for. An application of another one is not there; undefined: whose it is does not matter. */
  readonly actingFor?: string
}

/** @throws TrustError SEAL_APPLICATION_NOT_FOUND, SEAL_SAME_PERSON, SEAL_APPLICATION_STATE, FORBIDDEN, MANDATE_… */
export const approveSeal = async (deps: SealDeps, approval: SealApproval): Promise<Seal> => {
  await deps.work.run((tx) => decide(deps, approval, tx))
  return makeSeal(deps, approval)
}

const decide = async (deps: SealDeps, { applicationId, agent, actingFor }: SealApproval, tx: Tx): Promise<void> => {
  const at = deps.clock.now()
  const { applications } = deps.store
  const application = await applications.find(applicationId, tx)
  if (application === undefined || !isOf(application, { actingFor }))
    throw new TrustError('SEAL_APPLICATION_NOT_FOUND', 'no such application')
  if (agent.kind !== 'person') throw new TrustError('FORBIDDEN', 'a person decides on a seal')
  if (sameAgent(agent, application.appliedBy))
    throw new TrustError('SEAL_SAME_PERSON', 'the applicant cannot approve the application')
  const { entityId, division } = application
  await requireAuthority(deps.identity, { entityId, agent, function: 'seal.approve', at, tx })
  if (application.status === 'approved' && application.approval && sameAgent(agent, application.approval.by)) return
  const code = sealCode(division, await applications.nextSerial(tx, division))
  if (!(await applications.approve(tx, applicationId, { by: agent, at, code })))
    throw new TrustError('SEAL_APPLICATION_STATE', 'the application was decided before')
  await deps.audit.record(tx, {
    action: 'seal.approved',
    actor: actorOf(agent),
    object: { kind: 'seal-application', id: applicationId },
    detail: { code },
  })
}
