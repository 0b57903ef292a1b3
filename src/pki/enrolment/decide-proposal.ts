/**
 * A second officer decides on a proposal (批准、驳回). Decision and act are one transaction: of two approvals at once one wins, and the
 * other changes nothing. Approving is for another person than who proposed, and never for whom it concerns; certificates of an
 * approved application are made right afterwards.
 */
import { TrustError } from '../../errors.ts'
import type { Actor } from '../../audit/index.ts'
import type { Agent, AuthenticationStrength } from '../../identity/index.ts'
import type { Tx } from '../../kernel/index.ts'
import { recoverKey } from '../escrow/recover-key.ts'
import { barredPeople, requireHeld } from './barred-people.ts'
import type { PairChange } from './change-pair.ts'
import { changePair } from './change-pair.ts'
import type { ApplicationStatus } from './application.ts'
import { lockActiveHolder } from './holder.ts'
import { issueApplication } from './issue-application.ts'
import type { EnrolmentDeps } from './ports.ts'
import type { Proposal } from './proposal.ts'
import { functionFor } from './proposal.ts'
import { requireOfficer, requireOperator } from './require-officer.ts'
import { requireReason } from './require-reason.ts'

export interface ProposalDecision {
  readonly proposalId: string
  readonly agent: Agent
  /** How they signed in. */
  readonly strength?: AuthenticationStrength
  readonly decision: 'approve' | 'reject'
  readonly reason: string
}

/** @throws TrustError PROPOSAL_NOT_FOUND */
const required = async ({ store }: EnrolmentDeps, id: string, tx?: Tx): Promise<Proposal> => {
  const found = await store.proposals.find(id, tx)
  if (found === undefined) throw new TrustError('PROPOSAL_NOT_FOUND', 'no such proposal')
  return found
}

const approveApplication = async ({ pki, store }: EnrolmentDeps, tx: Tx, id: string): Promise<void> => {
  if (!(await store.applications.change(tx, id, { from: 'open', to: 'approved', at: pki.clock.now() })))
    throw new TrustError('CERTIFICATE_APPLICATION_STATE', 'the application does not wait for a decision')
}

const pairChangeOf = ({ act, reason }: Proposal): PairChange | undefined => {
  if (act.kind === 'revoke') return { kind: 'revoke', reason: act.revocationReason }
  if (act.kind === 'suspend') return { kind: 'suspend', origin: 'officer', reason }
  return act.kind === 'release' ? { kind: 'release', origin: 'officer' } : undefined
}

/** What was proposed, done in the transaction of the decision. */
const perform = async (deps: EnrolmentDeps, tx: Tx, { proposal, actor }: { proposal: Proposal; actor: Actor }) => {
  const { act } = proposal
  if (act.kind === 'issue') return approveApplication(deps, tx, act.applicationId)
  if (act.kind === 'recover') return recoverKey(deps, tx, { proposalId: proposal.id, act, actor })
  const change = pairChangeOf(proposal)
  if (change === undefined) return
  const certificate = await requireHeld(deps, act, tx)
  if (change.kind === 'release') await lockActiveHolder(deps, tx, certificate.holder)
  await changePair(deps, tx, { certificate, change, actor })
}

const rejectTarget = async ({ pki, store }: EnrolmentDeps, tx: Tx, { act }: Proposal, reason: string) => {
  if (act.kind !== 'issue') return
  // Another officer may have rejected the application itself meanwhile; then there is nothing left to reject.
  await store.applications.change(tx, act.applicationId, { from: 'open', to: 'rejected', at: pki.clock.now(), reason })
}

const decide = async (
  deps: EnrolmentDeps,
  within: { readonly tx: Tx; readonly operator: string },
  { proposalId, decision, reason, ...who }: ProposalDecision,
) => {
  const { tx } = within
  const { pki, store } = deps
  const proposal = await required(deps, proposalId, tx)
  const { act, proposedBy } = proposal
  await requireOfficer(deps, { ...who, function: functionFor(act), within })
  const now = await barredPeople(deps, act, tx)
  const same = decision === 'approve' ? [proposedBy] : []
  const barred = [...same, ...proposal.barred, ...now]
  const by = await requireOfficer(deps, { ...who, function: functionFor(act), barred, within })
  const status = decision === 'approve' ? 'approved' : 'rejected'
  if (!(await store.proposals.decide(tx, proposalId, { status, by, at: pki.clock.now(), reason })))
    throw new TrustError('PROPOSAL_STATE', 'decided before, or run out')
  const actor: Actor = { kind: 'person', id: by }
  if (status === 'approved') await perform(deps, tx, { proposal, actor })
  else await rejectTarget(deps, tx, proposal, reason)
  return pki.audit.record(tx, {
    action: `enrolment.${status}`,
    actor,
    object: { kind: 'proposal', id: proposalId },
    detail: { act: act.kind },
  })
}

/** With what became of the application, when it was about one: `approved` still waits for its certificates. */
export interface DecidedProposal extends Proposal {
  readonly applicationStatus?: ApplicationStatus
}

/** Whatever fails here fails again in the sweep, which says so in the log, or gives the application up. */
const tryToIssue = (deps: EnrolmentDeps, id: string): Promise<unknown> =>
  issueApplication(deps, id).catch(() => undefined)

/**
 * The proposal as decided. Where making the certificate fails for now, the decision stands and the sweep makes it.
 * @throws TrustError PROPOSAL_NOT_FOUND, PROPOSAL_STATE, OFFICER_SAME_PERSON, FORBIDDEN, MANDATE_…, CERTIFICATE_…, INPUT_INVALID
 */
export const decideProposal = async (deps: EnrolmentDeps, request: ProposalDecision): Promise<DecidedProposal> => {
  const reason = requireReason(request.reason)
  const operator = await requireOperator(deps)
  const event = await deps.pki.work.run((tx) => decide(deps, { tx, operator }, { ...request, reason }))
  await deps.pki.audit.chained(event)
  const proposal = await required(deps, request.proposalId)
  const { act, status } = proposal
  if (act.kind !== 'issue') return proposal
  if (status === 'approved') await tryToIssue(deps, act.applicationId)
  const application = await deps.store.applications.find(act.applicationId)
  return { ...proposal, ...(application === undefined ? {} : { applicationStatus: application.status }) }
}
