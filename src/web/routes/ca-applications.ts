/** Applications for certificates at the officers' desk: the list, one of them; propose to issue, or reject. */
import { TrustError } from '../../errors.ts'
import type { AnyRoute, FormFields, Reply, RouteRequest } from '../../http/index.ts'
import { idOf, page, redirect, strengthOf } from '../../http/index.ts'
import type { CertificateApplication, Proposal } from '../../pki/enrolment/index.ts'
import {
  APPLICATION_STATUSES,
  findApplication,
  findApplicationsWithStatus,
  findProposalsFor,
  propose,
  rejectApplication,
} from '../../pki/enrolment/index.ts'
import type { Html } from '../html.ts'
import { caApplicationPage } from '../pages/ca-application.ts'
import type { CaApplicationView } from '../pages/ca-application.ts'
import { caApplicationsPage } from '../pages/ca-lists.ts'
import { paths } from '../paths.ts'
import { certificateApplicationLook } from '../words/certificates.ts'
import { strengthName } from '../words/terms.ts'
import { atCaDesk, concerns, oneOf, pageOf, pagingOf } from './ca-frame.ts'
import { officer } from './ca-proposal-views.ts'
import { applicationDetail, applicationLines, holdersOf } from './certificate-views.ts'
import type { Desk } from './desk.ts'
import { fieldError, orFormAgain, text } from './form.ts'
import { chromeOf } from './frame.ts'
import { namesOf } from './names.ts'
import type { PageDeps } from './page-deps.ts'
import { getPage, postForm } from './page-route.ts'

const listHtml = async (deps: PageDeps, request: RouteRequest<undefined>): Promise<Html> => {
  const status = oneOf(request.query, 'status', APPLICATION_STATUSES)
  const at = pageOf(request.query, 'id')
  const found = await findApplicationsWithStatus(deps.enrolment, status, at)
  return caApplicationsPage({
    chrome: await chromeOf(deps, request),
    review: true,
    lines: await applicationLines(deps, found),
    states: APPLICATION_STATUSES.map((s) => ({
      label: certificateApplicationLook(s).word,
      href: `${paths.caApplications}?status=${s}`,
      current: s === status,
    })),
    ...pagingOf({ path: paths.caApplications, query: { status }, found }, at, (a) => a.id),
  })
}

/** @throws TrustError CERTIFICATE_APPLICATION_NOT_FOUND */
const applicationAt = async (deps: PageDeps, { params }: RouteRequest<unknown>): Promise<CertificateApplication> => {
  const found = await findApplication(deps.enrolment, idOf(params))
  if (found === undefined) throw new TrustError('CERTIFICATE_APPLICATION_NOT_FOUND', 'no such application')
  return found
}

/** Why policy leaves it to people. */
const whyOf = ({ enrolment }: PageDeps, { holderClass, appliedBy, replaces }: CertificateApplication): string => {
  if (appliedBy.kind === 'client') return '由程序提交的申请，一律由两位审核员办理。'
  const policy = enrolment.policy.holders[holderClass]
  const enough = replaces === undefined ? policy.automatic : policy.automaticRenewal
  if (enough === undefined) return '按签发策略，单位的证书一律由两位审核员办理。'
  return `自动签发要求实名等级 ${enough.proofing}、登录强度“${strengthName(enough.strength)}”以上；申请人提交时没有达到，由两位审核员办理。`
}

const decisionOf = (
  deps: PageDeps,
  { a, isConcerned, proposals }: { a: CertificateApplication; isConcerned: boolean; proposals: readonly Proposal[] },
): CaApplicationView['decision'] => {
  const at = deps.clock.now()
  if (a.status !== 'open' || at >= a.expiresAt) return 'decided'
  if (isConcerned) return 'concerned'
  return proposals.some((p) => p.status === 'open' && at < p.expiresAt) ? 'proposed' : 'may-decide'
}

interface Again {
  readonly desk: Desk
  readonly body?: FormFields
  readonly error?: TrustError
}

const applicationHtml = async (
  deps: PageDeps,
  request: RouteRequest<unknown>,
  { desk, body, error }: Again,
): Promise<Html> => {
  const a = await applicationAt(deps, request)
  const proposals = await findProposalsFor(deps.enrolment, { applicationId: a.id })
  const who = await namesOf(
    deps,
    proposals.map((p) => officer(p.proposedBy)),
  )
  const facts = (await holdersOf(deps, [a.holder]))(a.holder)
  const isConcerned = concerns(desk, { holder: a.holder, facts, appliedBy: a.appliedBy })
  return caApplicationPage({
    chrome: await chromeOf(deps, request),
    application: await applicationDetail(deps, a, paths.caCertificate),
    why: whyOf(deps, a),
    decision: decisionOf(deps, { a, isConcerned, proposals }),
    proposals: proposals.map((p) => ({
      id: p.id,
      by: who(officer(p.proposedBy)),
      at: p.proposedAt,
      reason: p.reason,
    })),
    ...(body === undefined ? {} : { values: { reason: text(body, 'reason') } }),
    ...(error === undefined ? {} : { errors: [fieldError(error)] }),
  })
}

const decide = async (deps: PageDeps, request: RouteRequest<FormFields>, desk: Desk): Promise<Reply> => {
  const { body } = request
  const { id: applicationId } = await applicationAt(deps, request)
  const by = { agent: desk.agent, ...strengthOf(request.caller), reason: text(body, 'reason') }
  const act = async (): Promise<Reply> => {
    const decision = text(body, 'decision')
    if (decision === 'propose') {
      const { id } = await propose(deps.enrolment, { ...by, act: { kind: 'issue', applicationId } })
      return redirect(paths.caProposal(id))
    }
    if (decision !== 'reject') throw new TrustError('INPUT_INVALID', 'propose or reject', { field: 'decision' })
    await rejectApplication(deps.enrolment, { applicationId, ...by })
    return redirect(paths.caApplication(applicationId))
  }
  return orFormAgain(act, (error) => applicationHtml(deps, request, { desk, body, error }))
}

export const caApplicationRoutes = (deps: PageDeps): readonly AnyRoute[] => [
  getPage(
    deps,
    { path: paths.caApplications, access: 'person', summary: 'Applications for certificates, by status' },
    atCaDesk(deps, 'ca.review', async (_desk, request) => page(await listHtml(deps, request))),
  ),
  getPage(
    deps,
    { path: '/ca/applications/:id', access: 'person', summary: 'One application for a certificate' },
    atCaDesk(deps, 'ca.review', async (desk, request) => page(await applicationHtml(deps, request, { desk }))),
  ),
  postForm(
    { path: '/ca/applications/:id', access: 'person', summary: 'Proposes to issue it, or rejects it' },
    atCaDesk(deps, 'ca.review', (desk, request) => decide(deps, request, desk)),
  ),
]
