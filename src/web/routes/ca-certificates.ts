/** Certificates of all holders at the officers' desk: by state, by organisation, by serial number; and those that end soon. */
import { TrustError, isTrustError } from '../../errors.ts'
import type { AnyRoute, Reply, RouteRequest } from '../../http/index.ts'
import { certificateIn, page, redirect } from '../../http/index.ts'
import { findEntityByUscc } from '../../identity/index.ts'
import type { CertificateHolder, HeldQuery } from '../../pki/enrolment/index.ts'
import { findCertificates, findExpiring, findHeldCertificate } from '../../pki/enrolment/index.ts'
import type { Html } from '../html.ts'
import { caCertificatesPage, caExpiringPage } from '../pages/ca-lists.ts'
import type { CaCertificatesView } from '../pages/ca-lists.ts'
import { paths } from '../paths.ts'
import { certificateLook } from '../words/certificates.ts'
import { atCaDesk, oneOf, pageOf, pagingOf } from './ca-frame.ts'
import { certificateLines, holdersOf } from './certificate-views.ts'
import { fieldError, formAgain } from './form.ts'
import { chromeOf } from './frame.ts'
import type { PageDeps } from './page-deps.ts'
import { getPage } from './page-route.ts'

const STATES = ['in-force', 'suspended', 'revoked', 'expired'] as const satisfies readonly HeldQuery['state'][]
const nameOf = (c: { readonly issuerId: string; readonly serialHex: string }): string => `${c.issuerId}/${c.serialHex}`

interface Wanted {
  readonly holder?: CertificateHolder
  /** Where a serial number leads. */
  readonly to?: string
}

const SERIAL = /^[0-9a-f]{2,40}$/
const USCC = /^[0-9A-Z]{18}$/

const bySerial = async ({ pki, enrolment }: PageDeps, serialHex: string): Promise<string | undefined> => {
  for (const { id: issuerId } of pki.authorities) {
    const found = await findHeldCertificate(enrolment, { issuerId, serialHex })
    if (found !== undefined) return paths.caCertificate(found)
  }
  return undefined
}

const notFound = (): TrustError => new TrustError('CERTIFICATE_NOT_FOUND', 'nothing of this kind', { field: 'q' })

/** A social credit code or a serial number, as people copy them. @throws TrustError CERTIFICATE_NOT_FOUND at the search field */
const wantedBy = async (deps: PageDeps, typed: string): Promise<Wanted> => {
  const compact = typed.replace(/[\s:]/g, '')
  const upper = compact.toUpperCase()
  if (USCC.test(upper)) {
    const entity = await findEntityByUscc(deps.identity, upper)
    if (entity !== undefined) return { holder: { kind: 'entity', entityId: entity.id } }
  }
  const lower = compact.toLowerCase()
  const to = SERIAL.test(lower) ? await bySerial(deps, lower) : undefined
  if (to === undefined) throw notFound()
  return { to }
}

/** The holder of a certificate, named by it: no number of a person stands in an address. */
const holderBy = async (deps: PageDeps, of: string): Promise<CertificateHolder> => {
  const [issuer = '', serial = ''] = of.split('/')
  const found = await findHeldCertificate(deps.enrolment, certificateIn({ issuer, serial }))
  if (found === undefined) throw new TrustError('CERTIFICATE_NOT_FOUND', 'no such certificate')
  return found.holder
}

const wantedOf = async (deps: PageDeps, query: URLSearchParams): Promise<Wanted> => {
  const typed = (query.get('q') ?? '').trim()
  if (typed !== '') return wantedBy(deps, typed)
  const of = query.get('of')
  return of === null ? {} : { holder: await holderBy(deps, of) }
}

interface Shown {
  readonly holder?: CertificateHolder
  readonly error?: TrustError
}

const listHtml = async (deps: PageDeps, request: RouteRequest<undefined>, { holder, error }: Shown): Promise<Html> => {
  const { query } = request
  const state = oneOf(query, 'state', STATES)
  const at = pageOf(query, 'certificate')
  const of = holder === undefined ? {} : { holder }
  const found = error === undefined ? await findCertificates(deps.enrolment, { state, ...of, page: at }) : []
  const q = query.get('q') ?? undefined
  const kept = {
    ...(q === undefined || q === '' ? {} : { q }),
    ...(query.has('of') ? { of: query.get('of') ?? '' } : {}),
  }
  const name = holder === undefined ? undefined : (await holdersOf(deps, [holder]))(holder).name
  const states: CaCertificatesView['states'] = STATES.map((s) => ({
    label: certificateLook(s).word,
    href: `${paths.caCertificates}?${new URLSearchParams({ state: s, ...kept }).toString()}`,
    current: s === state,
  }))
  return caCertificatesPage({
    chrome: await chromeOf(deps, request),
    review: true,
    lines: await certificateLines(deps, found),
    states,
    values: { q },
    ...(name === undefined ? {} : { holder: name }),
    ...(error === undefined
      ? {}
      : { errors: [{ ...fieldError(error), text: '没有找到这样的单位或证书，请核对后再查' }] }),
    ...pagingOf({ path: paths.caCertificates, query: { state, ...kept }, found }, at, nameOf),
  })
}

const list = async (deps: PageDeps, request: RouteRequest<undefined>): Promise<Reply> => {
  try {
    const { holder, to } = await wantedOf(deps, request.query)
    if (to !== undefined) return redirect(to)
    return page(await listHtml(deps, request, holder === undefined ? {} : { holder }))
  } catch (error) {
    if (!isTrustError(error, 'CERTIFICATE_NOT_FOUND') || error.field !== 'q') throw error
    return formAgain(error, (refused) => listHtml(deps, request, { error: refused }))
  }
}

const DAYS = ['30', '7', '90', '365'] as const

const expiringHtml = async (deps: PageDeps, request: RouteRequest<undefined>): Promise<Html> => {
  const days = oneOf(request.query, 'days', DAYS)
  const at = pageOf(request.query, 'certificate')
  const found = await findExpiring(deps.enrolment, Number(days), at)
  return caExpiringPage({
    chrome: await chromeOf(deps, request),
    review: true,
    lines: await certificateLines(deps, found),
    states: DAYS.toSorted((a, b) => Number(a) - Number(b)).map((d) => ({
      label: `${d} 天内`,
      href: `${paths.caExpiring}?days=${d}`,
      current: d === days,
    })),
    ...pagingOf({ path: paths.caExpiring, query: { days }, found }, at, nameOf),
  })
}

export const caCertificatesRoutes = (deps: PageDeps): readonly AnyRoute[] => [
  getPage(
    deps,
    { path: paths.caCertificates, access: 'person', summary: 'Certificates of all holders, by state and holder' },
    atCaDesk(deps, 'ca.review', (_desk, request) => list(deps, request)),
  ),
  getPage(
    deps,
    { path: paths.caExpiring, access: 'person', summary: 'Certificates that end soon and have no successor' },
    atCaDesk(deps, 'ca.review', async (_desk, request) => page(await expiringHtml(deps, request))),
  ),
]
