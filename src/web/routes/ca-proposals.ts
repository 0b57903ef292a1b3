/** Proposals of officers: the list, one of them, and the decision of a second person. */
import { TrustError } from '../../errors.ts'
import type { AnyRoute, FormFields, Reply, RouteRequest } from '../../http/index.ts'
import { idOf, page, redirect, strengthOf } from '../../http/index.ts'
import type { Proposal } from '../../pki/enrolment/index.ts'
import {
  PROPOSAL_STATUSES,
  decideProposal,
  findProposal,
  findProposals,
  functionFor,
} from '../../pki/enrolment/index.ts'
import type { Html } from '../html.ts'
import { caProposalsPage } from '../pages/ca-lists.ts'
import { caProposalPage } from '../pages/ca-proposal.ts'
import type { CaProposalView } from '../pages/ca-proposal.ts'
import { paths } from '../paths.ts'
import { proposalLook } from '../words/certificates.ts'
import { atCaDesk, oneOf, pageOf, pagingOf, proposalDecision, reviews } from './ca-frame.ts'
import { officer, proposalLines, targetLink } from './ca-proposal-views.ts'
import type { Desk } from './desk.ts'
import { fieldError, orFormAgain, text } from './form.ts'
import { chromeOf } from './frame.ts'
import { namesOf } from './names.ts'
import type { PageDeps } from './page-deps.ts'
import { getPage, postForm } from './page-route.ts'

const listHtml = async (deps: PageDeps, request: RouteRequest<undefined>, desk: Desk): Promise<Html> => {
  const status = oneOf(request.query, 'status', PROPOSAL_STATUSES)
  const at = pageOf(request.query, 'id')
  const found = await findProposals(deps.enrolment, status, at)
  const mine = found.filter((p) => desk.functions.includes(functionFor(p.act)))
  return caProposalsPage({
    chrome: await chromeOf(deps, request),
    review: reviews(desk),
    lines: await proposalLines(deps, desk, mine),
    states: PROPOSAL_STATUSES.map((s) => ({
      label: proposalLook(s).word,
      href: `${paths.caProposals}?status=${s}`,
      current: s === status,
    })),
    ...pagingOf({ path: paths.caProposals, query: { status }, found }, at, (p) => p.id),
  })
}

/** @throws TrustError PROPOSAL_NOT_FOUND, also for one that needs another function */
const proposalAt = async (deps: PageDeps, desk: Desk, { params }: RouteRequest<unknown>): Promise<Proposal> => {
  const found = await findProposal(deps.enrolment, idOf(params))
  if (found === undefined || !desk.functions.includes(functionFor(found.act)))
    throw new TrustError('PROPOSAL_NOT_FOUND', 'no such proposal')
  return found
}

const recipientOf = ({ act }: Proposal): string | undefined => {
  if (act.kind !== 'recover') return undefined
  return act.recipient.kind === 'holder' ? '持有者本人的签名证书' : `有权机关，文号 ${act.recipient.order}`
}

const proposalView = async (deps: PageDeps, desk: Desk, p: Proposal): Promise<CaProposalView['proposal']> => {
  const [line] = await proposalLines(deps, desk, [p])
  const by = p.decision?.by
  const who = await namesOf(deps, by === undefined ? [] : [officer(by)])
  const recipient = recipientOf(p)
  return {
    ...(line as NonNullable<typeof line>),
    reason: p.reason,
    expiresAt: p.expiresAt,
    target: targetLink(p),
    ...(p.act.kind === 'revoke' ? { revocationReason: p.act.revocationReason } : {}),
    ...(recipient === undefined ? {} : { recipient }),
    ...(p.decision === undefined ? {} : { decision: { ...p.decision, by: who(officer(p.decision.by)) } }),
  }
}

interface Again {
  readonly desk: Desk
  readonly body?: FormFields
  readonly error?: TrustError
}

const proposalHtml = async (
  deps: PageDeps,
  request: RouteRequest<unknown>,
  { desk, body, error }: Again,
): Promise<Html> => {
  const proposal = await proposalAt(deps, desk, request)
  return caProposalPage({
    chrome: await chromeOf(deps, request),
    review: reviews(desk),
    proposal: await proposalView(deps, desk, proposal),
    decision: proposalDecision(desk, proposal, deps.clock.now()),
    ...(body === undefined ? {} : { values: { reason: text(body, 'reason') } }),
    ...(error === undefined ? {} : { errors: [fieldError(error)] }),
  })
}

const decide = async (deps: PageDeps, request: RouteRequest<FormFields>, desk: Desk): Promise<Reply> => {
  const { body } = request
  const { id: proposalId } = await proposalAt(deps, desk, request)
  const act = async (): Promise<Reply> => {
    const decision = text(body, 'decision')
    if (decision !== 'approve' && decision !== 'reject')
      throw new TrustError('INPUT_INVALID', 'approve or reject', { field: 'decision' })
    const officer = { agent: desk.agent, ...strengthOf(request.caller) }
    await decideProposal(deps.enrolment, { proposalId, ...officer, decision, reason: text(body, 'reason') })
    return redirect(paths.caProposal(proposalId))
  }
  return orFormAgain(act, (error) => proposalHtml(deps, request, { desk, body, error }))
}

export const caProposalRoutes = (deps: PageDeps): readonly AnyRoute[] => [
  getPage(
    deps,
    { path: paths.caProposals, access: 'person', summary: 'Proposals of certificate officers, by status' },
    atCaDesk(deps, 'ca.', async (desk, request) => page(await listHtml(deps, request, desk))),
  ),
  getPage(
    deps,
    { path: '/ca/proposals/:id', access: 'person', summary: 'One proposal' },
    atCaDesk(deps, 'ca.', async (desk, request) => page(await proposalHtml(deps, request, { desk }))),
  ),
  postForm(
    { path: '/ca/proposals/:id', access: 'person', summary: 'Decides on a proposal as a second person' },
    atCaDesk(deps, 'ca.', (desk, request) => decide(deps, request, desk)),
  ),
]
