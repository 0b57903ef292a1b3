/** The seal desk of the organisation one acts for: list, apply, decide. Its seals are at seal.ts. */
import { TrustError } from '../../errors.ts'
import type { AnyRoute, FormFields, Reply, RouteRequest } from '../../http/index.ts'
import { idOf, page, redirect } from '../../http/index.ts'
import type { MandateFunction } from '../../identity/index.ts'
import type { Seal, SealApplication, SealKind } from '../../seal/index.ts'
import {
  SEAL_KINDS,
  applyForSeal,
  approveSeal,
  findSealApplication,
  findSealApplications,
  findSeals,
} from '../../seal/index.ts'
import type { Html } from '../html.ts'
import { sealApplicationPage } from '../pages/seal-application.ts'
import type { SealApplicationView } from '../pages/seal-application.ts'
import { sealApplyPage } from '../pages/seal-apply.ts'
import { sealDeskPage } from '../pages/seal-desk.ts'
import type { ApplicationLine, SealLine } from '../pages/seal-desk.ts'
import { paths } from '../paths.ts'
import type { Desk } from './desk.ts'
import { atDesk } from './desk.ts'
import { fieldError, orFormAgain, text } from './form.ts'
import { chromeOf } from './frame.ts'
import { namesOf } from './names.ts'
import type { PageDeps } from './page-deps.ts'
import { getPage, postForm } from './page-route.ts'

/** A seal expires by its dates alone. */
export const sealLook = ({ status, validTo }: Seal, at: Date): string =>
  status === 'active' && at > validTo ? 'expired' : status

const own = ({ appliedBy }: SealApplication, { personId }: Desk): boolean =>
  appliedBy.kind === 'person' && appliedBy.personId === personId

/** An approval that was cut short is finished by who gave it. */
const isOpen = ({ status, approval }: SealApplication, { personId }: Desk): boolean =>
  status === 'applied' || (status === 'approved' && approval?.by.kind === 'person' && approval.by.personId === personId)

const decisionOf = (application: SealApplication, desk: Desk): SealApplicationView['decision'] => {
  if (!isOpen(application, desk)) return 'decided'
  if (own(application, desk)) return 'own-application'
  return desk.functions.includes('seal.approve') ? 'may-decide' : 'no-mandate'
}

const line = (thing: { readonly line?: string }): { line?: string } =>
  thing.line === undefined ? {} : { line: thing.line }

const sealLine = (seal: Seal, at: Date): SealLine => ({
  id: seal.id,
  code: seal.code,
  kind: seal.kind,
  ...line(seal),
  status: sealLook(seal, at),
  validTo: seal.validTo,
})

const applicationLines = async (deps: PageDeps, desk: Desk): Promise<readonly ApplicationLine[]> => {
  const found = await findSealApplications(deps.seals, desk.entity.id)
  const name = await namesOf(
    deps,
    found.map((a) => a.appliedBy),
  )
  return found.map((a) => ({
    id: a.id,
    kind: a.kind,
    ...line(a),
    applicant: name(a.appliedBy),
    at: a.appliedAt,
    status: a.status,
    decidable: decisionOf(a, desk) === 'may-decide',
  }))
}

const deskHtml = async (deps: PageDeps, request: RouteRequest<undefined>, desk: Desk): Promise<Html> => {
  const at = deps.clock.now()
  return sealDeskPage({
    chrome: await chromeOf(deps, request),
    entityName: desk.entity.name,
    mayApply: desk.functions.includes('seal.apply'),
    applications: await applicationLines(deps, desk),
    seals: (await findSeals(deps.seals, desk.entity.id)).map((seal) => sealLine(seal, at)),
  })
}

const APPLY_INPUTS = ['kind', 'line', 'diameterMm', 'reason'] as const

interface Again {
  readonly body?: FormFields
  readonly error?: TrustError
}

const applyHtml = async (
  deps: PageDeps,
  request: RouteRequest<unknown>,
  { desk, body, error }: Again & { readonly desk: Desk },
): Promise<Html> =>
  sealApplyPage({
    chrome: await chromeOf(deps, request),
    action: paths.applySeal,
    entityName: desk.entity.name,
    kinds: Object.keys(SEAL_KINDS),
    ...(body === undefined ? {} : { values: Object.fromEntries(APPLY_INPUTS.map((name) => [name, text(body, name)])) }),
    ...(error === undefined ? {} : { errors: [fieldError(error)] }),
  })

const apply = (deps: PageDeps, request: RouteRequest<FormFields>, desk: Desk): Promise<Reply> => {
  const { body } = request
  const diameter = text(body, 'diameterMm')
  const act = async (): Promise<Reply> => {
    const { id } = await applyForSeal(deps.seals, {
      entityId: desk.entity.id,
      agent: desk.agent,
      // Whatever it is, the operation refuses what is no kind of seal.
      kind: text(body, 'kind') as SealKind,
      line: text(body, 'line'),
      reason: text(body, 'reason'),
      ...(diameter === '' ? {} : { diameterMm: Number(diameter) }),
    })
    return redirect(paths.sealApplication(id))
  }
  return orFormAgain(act, (error) => applyHtml(deps, request, { desk, body, error }))
}

/** @throws TrustError SEAL_APPLICATION_NOT_FOUND, also for one of another organisation */
const applicationAt = async (
  deps: PageDeps,
  desk: Desk,
  { params }: RouteRequest<unknown>,
): Promise<SealApplication> => {
  const found = await findSealApplication(deps.seals, idOf(params))
  if (found === undefined || found.entityId !== desk.entity.id)
    throw new TrustError('SEAL_APPLICATION_NOT_FOUND', 'no such application')
  return found
}

const applicationView = async (
  deps: PageDeps,
  application: SealApplication,
): Promise<SealApplicationView['application']> => {
  const { id, name, kind, diameterMm, reason, appliedBy, appliedAt, status, approval } = application
  const who = await namesOf(deps, [appliedBy, ...(approval === undefined ? [] : [approval.by])])
  return {
    ...{ id, name, kind, diameterMm, reason, status, at: appliedAt, applicant: who(appliedBy) },
    ...line(application),
    ...(approval === undefined ? {} : { decidedBy: who(approval.by), decidedAt: approval.at }),
    ...(status === 'made' ? { sealId: id } : {}),
  }
}

const applicationHtml = async (
  deps: PageDeps,
  request: RouteRequest<unknown>,
  { desk, error }: { readonly desk: Desk; readonly error?: TrustError },
): Promise<Html> => {
  const application = await applicationAt(deps, desk, request)
  return sealApplicationPage({
    chrome: await chromeOf(deps, request),
    action: paths.sealApplication(application.id),
    application: await applicationView(deps, application),
    decision: decisionOf(application, desk),
    mayRefuse: false,
    ...(error === undefined ? {} : { errors: [fieldError(error)] }),
  })
}

const decide = async (deps: PageDeps, request: RouteRequest<FormFields>, desk: Desk): Promise<Reply> => {
  const { id: applicationId } = await applicationAt(deps, desk, request)
  const act = async (): Promise<Reply> => {
    if (text(request.body, 'decision') !== 'approve')
      throw new TrustError('INPUT_INVALID', 'approve is the only decision', { field: 'decision' })
    return redirect(paths.seal((await approveSeal(deps.seals, { applicationId, agent: desk.agent })).id))
  }
  return orFormAgain(act, (error) => applicationHtml(deps, request, { desk, error }))
}

const lacking = (desk: Desk, name: MandateFunction): TrustError | undefined =>
  desk.functions.includes(name) ? undefined : new TrustError('MANDATE_MISSING', `no mandate for ${name}`)

const showApply = async (deps: PageDeps, request: RouteRequest<undefined>, desk: Desk): Promise<Reply> => {
  const missing = lacking(desk, 'seal.apply')
  if (missing !== undefined) throw missing
  return page(await applyHtml(deps, request, { desk }))
}

export const sealDeskRoutes = (deps: PageDeps): readonly AnyRoute[] => [
  getPage(
    deps,
    { path: paths.seals, access: 'person', summary: 'Seals and applications of the organisation one acts for' },
    atDesk(deps, 'seal.', async (desk, request) => page(await deskHtml(deps, request, desk))),
  ),
  getPage(
    deps,
    { path: paths.applySeal, access: 'person', summary: 'Form to apply for a seal' },
    atDesk(deps, 'seal.', (desk, request) => showApply(deps, request, desk)),
  ),
  postForm(
    { path: paths.applySeal, access: 'person', summary: 'Applies for a seal' },
    atDesk(deps, 'seal.', (desk, request) => apply(deps, request, desk)),
  ),
  getPage(
    deps,
    { path: '/seals/applications/:id', access: 'person', summary: 'One application for a seal' },
    atDesk(deps, 'seal.', async (desk, request) => page(await applicationHtml(deps, request, { desk }))),
  ),
  postForm(
    { path: '/seals/applications/:id', access: 'person', summary: 'Decides on an application as a second person' },
    atDesk(deps, 'seal.', (desk, request) => decide(deps, request, desk)),
  ),
]
