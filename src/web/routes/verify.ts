/**
 * Public verification. A browser without a script uploads a form and gets a page; a program posts the file, or the form, and gets the
 * report as JSON. Nothing is kept. A QR code of a licence leads here with its identifier: known or not, and its status; no more.
 */
import { TrustError, isTrustError } from '../../errors.ts'
import type { AnyRoute, Reply, RouteRequest, Upload } from '../../http/index.ts'
import { MAX_DOCUMENT, json, page, route, uploadBody } from '../../http/index.ts'
import { findLicence } from '../../licence/index.ts'
import { reportToJson } from '../../verification/index.ts'
import type { DocumentReport } from '../../verification/index.ts'
import type { Html } from '../html.ts'
import type { VerifyView } from '../pages/verify.ts'
import { verifyPage } from '../pages/verify.ts'
import { paths } from '../paths.ts'
import { fieldError, orFormAgain } from './form.ts'
import { chromeOf } from './frame.ts'
import { licenceStatus } from './licence-view.ts'
import type { PageDeps } from './page-deps.ts'
import { getPage } from './page-route.ts'

interface Wish {
  readonly at: Date
  readonly mode: 'strict' | 'compat'
}

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)$/

const atOf = (typed: string): Date => {
  const at = new Date(INSTANT.test(typed) ? typed : Number.NaN)
  if (Number.isNaN(at.getTime())) throw new TrustError('INPUT_INVALID', 'at: an instant is needed', { field: 'at' })
  return at
}

/** @throws TrustError INPUT_INVALID */
const wishOf = ({ clock }: PageDeps, { body, query }: RouteRequest<Upload>): Wish => {
  const given = (name: string): string => (Object.hasOwn(body.fields, name) ? body.fields[name] : query.get(name)) ?? ''
  const mode = given('mode') === '' ? 'compat' : given('mode')
  if (mode !== 'strict' && mode !== 'compat')
    throw new TrustError('INPUT_INVALID', 'mode: strict or compat', { field: 'mode' })
  return { mode, at: given('at') === '' ? clock.now() : atOf(given('at')) }
}

/** @throws TrustError INPUT_INVALID, DOCUMENT_TOO_COSTLY, TRY_LATER */
const reportOf = async (deps: PageDeps, request: RouteRequest<Upload>): Promise<DocumentReport> => {
  const { file } = request.body
  if (file === undefined || file.bytes.length === 0) throw new TrustError('INPUT_INVALID', 'no file', { field: 'file' })
  return deps.verify({ bytes: file.bytes, ...wishOf(deps, request) })
}

const verifyHtml = async (
  deps: PageDeps,
  request: RouteRequest<unknown>,
  more: Pick<VerifyView, 'result' | 'errors' | 'asked'> = {},
): Promise<Html> => verifyPage({ chrome: await chromeOf(deps, request), maxBytes: MAX_DOCUMENT, ...more })

const reportPage = (deps: PageDeps, request: RouteRequest<Upload>): Promise<Reply> => {
  const act = async (): Promise<Reply> => {
    const started = deps.clock.now().getTime()
    const report = await reportOf(deps, request)
    const tookMs = deps.clock.now().getTime() - started
    const fileName = request.body.file?.name ?? ''
    const named = fileName === '' ? {} : { fileName }
    return page(await verifyHtml(deps, request, { result: { report, where: 'server', tookMs, ...named } }))
  }
  return orFormAgain(act, (error) => verifyHtml(deps, request, { errors: [fieldError(error)] }))
}

const wantsPage = ({ raw }: RouteRequest<unknown>): boolean => (raw.req.headers.accept ?? '').includes('text/html')

const LICENCE_ID = /^1\.2\.156\.[0-9A-Z.-]{1,100}$/

/** What a QR code asks: undefined when nobody asked. */
const askedOf = async (deps: PageDeps, id: string | null): Promise<VerifyView['asked']> => {
  if (id === null) return undefined
  if (!LICENCE_ID.test(id)) return { status: 'unknown' }
  try {
    const { licence } = await findLicence(deps.licences, id)
    return { licenceId: id, status: licenceStatus(licence, deps.clock.now()) }
  } catch (error) {
    if (!isTrustError(error, 'LICENCE_NOT_FOUND')) throw error
    return { licenceId: id, status: 'unknown' }
  }
}

export const verifyRoutes = (deps: PageDeps): readonly AnyRoute[] => [
  getPage(deps, { path: paths.verify, access: 'public', summary: 'Verify a file' }, async (request) => {
    const asked = await askedOf(deps, request.query.get('id'))
    return page(await verifyHtml(deps, request, asked === undefined ? {} : { asked }))
  }),
  route({
    method: 'POST',
    path: paths.verify,
    access: 'public',
    kind: 'page',
    summary:
      'Verify a file, sent as a form (file, at, mode) or as the body (?at=&mode=strict|compat): the report as JSON, or a page for browsers',
    body: uploadBody,
    handler: async (request) =>
      wantsPage(request) ? reportPage(deps, request) : json(reportToJson(await reportOf(deps, request))),
  }),
]
