/** The register of the licences that an office issued: find, look at, change the status. */
import { TrustError } from '../../errors.ts'
import type { AnyRoute, FormFields, Reply, RouteRequest } from '../../http/index.ts'
import { idOf, page, redirect } from '../../http/index.ts'
import type { Licence } from '../../licence/index.ts'
import { changeLicenceStatus, findLicence, findLicences } from '../../licence/index.ts'
import type { Html } from '../html.ts'
import { licencePage, licenceRegisterPage } from '../pages/licence-register.ts'
import type { LicenceLine, LicenceView } from '../pages/licence-register.ts'
import type { Paging } from '../parts/lists.ts'
import { paths } from '../paths.ts'
import type { Desk } from './desk.ts'
import { atDesk } from './desk.ts'
import { fieldError, orFormAgain, text } from './form.ts'
import { chromeOf } from './frame.ts'
import { licenceDetail, licenceEnd, licenceStatus } from './licence-view.ts'
import type { PageDeps } from './page-deps.ts'
import { getPage, postForm } from './page-route.ts'

const PAGE_SIZE = 50

const requireReader = (deps: PageDeps, { entity, agent }: Desk) =>
  deps.licences.requireAuthority({ entityId: entity.id, agent, function: 'licence.read', at: deps.clock.now() })

const licenceLine = (licence: Licence, at: Date): LicenceLine => ({
  id: licence.id,
  typeName: licence.metadata.typeName,
  number: licence.number,
  holder: licence.holder.name,
  status: licenceStatus(licence, at),
  issuedAt: licence.createdAt,
  ...licenceEnd(licence),
})

interface Search {
  readonly q: string
  readonly status: string
}

const searchOf = ({ query }: RouteRequest<unknown>): Search => ({
  q: (query.get('q') ?? '').trim().slice(0, 64),
  status: query.get('status') ?? '',
})

const fits = (line: LicenceLine, { q, status }: Search): boolean =>
  line.number.includes(q) && (status === '' || line.status === status)

const pagingOf = (total: number, { query }: RouteRequest<unknown>, search: Search): Paging | undefined => {
  if (total <= PAGE_SIZE) return undefined
  const last = Math.ceil(total / PAGE_SIZE)
  const now = Math.min(last, Math.max(1, Number.parseInt(query.get('page') ?? '1', 10) || 1))
  const at = (n: number): string =>
    `${paths.licences}?${new URLSearchParams({ ...search, page: String(n) }).toString()}`
  return {
    from: (now - 1) * PAGE_SIZE + 1,
    to: Math.min(total, now * PAGE_SIZE),
    total,
    ...(now > 1 ? { previous: at(now - 1) } : {}),
    ...(now < last ? { next: at(now + 1) } : {}),
  }
}

const registerHtml = async (deps: PageDeps, request: RouteRequest<undefined>, desk: Desk): Promise<Html> => {
  await requireReader(deps, desk)
  const at = deps.clock.now()
  const search = searchOf(request)
  const issued = await findLicences(deps.licences, { issuerId: desk.entity.id })
  const found = issued.map((licence) => licenceLine(licence, at)).filter((line) => fits(line, search))
  const paging = pagingOf(found.length, request, search)
  return licenceRegisterPage({
    chrome: await chromeOf(deps, request),
    officeName: desk.entity.name,
    values: { ...search },
    searched: search.q !== '' || search.status !== '',
    licences: paging === undefined ? found : found.slice(paging.from - 1, paging.to),
    ...(paging === undefined ? {} : { paging }),
  })
}

const CHANGES: Readonly<Record<string, LicenceView['changes']>> = {
  valid: ['suspended', 'revoked'],
  suspended: ['valid', 'revoked'],
}
const ALL_CHANGES = ['valid', 'suspended', 'revoked'] as const

/** @throws TrustError LICENCE_NOT_FOUND, also for one that another office issued */
const issuedAt = async (deps: PageDeps, desk: Desk, { params }: RouteRequest<unknown>) => {
  const found = await findLicence(deps.licences, idOf(params))
  if (found.licence.issuerId !== desk.entity.id) throw new TrustError('LICENCE_NOT_FOUND', 'no such licence')
  return found
}

const licenceHtml = async (
  deps: PageDeps,
  request: RouteRequest<unknown>,
  { desk, body, error }: { readonly desk: Desk; readonly body?: FormFields; readonly error?: TrustError },
): Promise<Html> => {
  await requireReader(deps, desk)
  const { licence, timeline } = await issuedAt(deps, desk, request)
  return licencePage({
    chrome: await chromeOf(deps, request),
    licence: licenceDetail(deps.licences, licence),
    // Issuing it has no reason of its own.
    history: timeline.map(({ status, at, reason }, i) => ({ status, at, ...(i === 0 ? {} : { reason }) })).reverse(),
    changes: desk.functions.includes('licence.manage') ? (CHANGES[licence.status] ?? []) : [],
    action: paths.licenceStatus(licence.id),
    fileUrl: paths.licenceFile(licence.id),
    ...(body === undefined ? {} : { values: { change: text(body, 'change'), reason: text(body, 'reason') } }),
    ...(error === undefined ? {} : { errors: [fieldError(error)] }),
  })
}

const change = async (deps: PageDeps, request: RouteRequest<FormFields>, desk: Desk): Promise<Reply> => {
  const { body } = request
  const { id } = (await issuedAt(deps, desk, request)).licence
  const act = async (): Promise<Reply> => {
    const to = ALL_CHANGES.find((c) => c === text(body, 'change'))
    if (to === undefined) throw new TrustError('INPUT_INVALID', 'no such change', { field: 'change' })
    await changeLicenceStatus(deps.licences, { id, to, agent: desk.agent, reason: text(body, 'reason') })
    return redirect(paths.licence(id))
  }
  return orFormAgain(act, (error) => licenceHtml(deps, request, { desk, body, error }))
}

export const licenceDeskRoutes = (deps: PageDeps): readonly AnyRoute[] => [
  getPage(
    deps,
    { path: paths.licences, access: 'person', summary: 'Licences that the office one acts for has issued' },
    atDesk(deps, 'licence.', async (desk, request) => page(await registerHtml(deps, request, desk))),
  ),
  getPage(
    deps,
    { path: '/licences/:id', access: 'person', summary: 'One of them' },
    atDesk(deps, 'licence.', async (desk, request) => page(await licenceHtml(deps, request, { desk }))),
  ),
  postForm(
    { path: '/licences/:id/status', access: 'person', summary: 'Suspends, resumes or revokes it' },
    atDesk(deps, 'licence.', (desk, request) => change(deps, request, desk)),
  ),
]
