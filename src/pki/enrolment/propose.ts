/** An officer proposes (提议): nothing happens yet. Refuses what could not be done now, and what is proposed already. */
import { TrustError } from '../../errors.ts'
import type { Agent, AuthenticationStrength } from '../../identity/index.ts'
import type { Tx } from '../../kernel/index.ts'
import { requireRecoverable } from '../escrow/require-recoverable.ts'
import { REVOCATION_REASONS } from '../revoke-certificate.ts'
import { ON_HOLD } from '../suspend-certificate.ts'
import { barredPeople, requireHeld } from './barred-people.ts'
import { lockActiveHolder } from './holder.ts'
import type { EnrolmentDeps } from './ports.ts'
import type { ProposedAct, Proposal } from './proposal.ts'
import { functionFor, targetOf } from './proposal.ts'
import { LOST } from './require-key-unused.ts'
import { requireOfficer, requireOperator } from './require-officer.ts'
import { requireReason } from './require-reason.ts'

export interface ProposalRequest {
  readonly agent: Agent
  /** How they signed in. */
  readonly strength?: AuthenticationStrength
  readonly act: ProposedAct
  readonly reason: string
}

const DAY = 86_400_000

const requireOpen = async ({ store, pki }: EnrolmentDeps, tx: Tx, applicationId: string): Promise<void> => {
  const application = await store.applications.find(applicationId, tx)
  if (application?.status !== 'open' || pki.clock.now() >= application.expiresAt)
    throw new TrustError('CERTIFICATE_APPLICATION_STATE', 'the application does not wait for a decision')
}

/** Whether the act makes sense now; asked again when it is done. */
const requirePossible = async (deps: EnrolmentDeps, tx: Tx, act: ProposedAct): Promise<void> => {
  if (act.kind === 'issue') return requireOpen(deps, tx, act.applicationId)
  if (act.kind === 'recover') return requireRecoverable(deps, tx, act)
  if (act.kind === 'revoke' && !Object.hasOwn(REVOCATION_REASONS, act.revocationReason))
    throw new TrustError('INPUT_INVALID', 'not a reason for which we revoke', { field: 'revocationReason' })
  const { revocation, holder } = await requireHeld(deps, act, tx)
  const isHeld = revocation?.reasonCode === ON_HOLD
  const isNews = act.kind === 'revoke' && LOST.has(REVOCATION_REASONS[act.revocationReason])
  if (revocation !== undefined && !isHeld && !(isNews && !LOST.has(revocation.reasonCode)))
    throw new TrustError('CERTIFICATE_REVOKED', 'the certificate is revoked')
  if (act.kind !== 'release') return
  if (!isHeld) throw new TrustError('CERTIFICATE_NOT_SUSPENDED', 'not on hold')
  await lockActiveHolder(deps, tx, holder)
}

/**
 * @throws TrustError INPUT_INVALID, FORBIDDEN, MANDATE_…, OFFICER_SAME_PERSON, PROPOSAL_STATE (one is open), CERTIFICATE_…, ESCROW_NOT_FOUND
 */
export const propose = async (deps: EnrolmentDeps, { act, reason, ...who }: ProposalRequest): Promise<Proposal> => {
  const why = requireReason(reason)
  const { pki, store, policy } = deps
  const operator = await requireOperator(deps)
  return pki.work.run(async (tx) => {
    await requireOfficer(deps, { ...who, function: functionFor(act), within: { tx, operator } })
    const barred = await barredPeople(deps, act, tx)
    const proposedBy = await requireOfficer(deps, {
      ...who,
      function: functionFor(act),
      barred,
      within: { tx, operator },
    })
    await requirePossible(deps, tx, act)
    const at = pki.clock.now()
    const proposal: Proposal = {
      id: pki.ids.next(),
      act,
      reason: why,
      proposedBy,
      proposedAt: at,
      expiresAt: new Date(at.getTime() + policy.proposalDays * DAY),
      barred,
      status: 'open',
    }
    if (!(await store.proposals.insert(tx, proposal)))
      throw new TrustError('PROPOSAL_STATE', 'the same is proposed already')
    await pki.audit.record(tx, {
      action: 'enrolment.proposed',
      actor: { kind: 'person', id: proposedBy },
      object: { kind: 'proposal', id: proposal.id },
      detail: { act: act.kind, target: targetOf(act) },
    })
    return proposal
  })
}
