/** Certificates of whom one acts for: the list, and applying with a PKCS#10 request that is pasted or uploaded. */
import { TrustError } from '../../errors.ts'
import type { AnyRoute, Reply, RouteRequest, Upload } from '../../http/index.ts'
import { csrOf, page, redirect, requirePerson, route, uploadBody } from '../../http/index.ts'
import { parseAcr } from '../../identity/index.ts'
import {
  applyForCertificate,
  findApplications,
  findHeldCertificates,
  withdrawApplication,
} from '../../pki/enrolment/index.ts'
import type { Html } from '../html.ts'
import { ownApplicationPage } from '../pages/own-certificate.ts'
import { applyCertificatePage, ownCertificatesPage } from '../pages/own-certificates.ts'
import { paths } from '../paths.ts'
import { applicationDetail, applicationLines, certificateLines } from './certificate-views.ts'
import { fieldError, orFormAgain, text } from './form.ts'
import { chromeOf } from './frame.ts'
import type { Keeper } from './own-certificate-frame.ts'
import { asHolder, ownApplicationAt } from './own-certificate-frame.ts'
import type { PageDeps } from './page-deps.ts'
import { getPage, postForm } from './page-route.ts'

const MAX_REQUEST = 96 * 1024
const SEQUENCE = 0x30

const listHtml = async (deps: PageDeps, request: RouteRequest<undefined>, { holder, name }: Keeper): Promise<Html> =>
  ownCertificatesPage({
    chrome: await chromeOf(deps, request),
    holderName: name,
    certificates: await certificateLines(deps, await findHeldCertificates(deps.enrolment, holder)),
    applications: await applicationLines(deps, await findApplications(deps.enrolment, holder)),
  })

interface Again {
  readonly keeper: Keeper
  readonly fields?: Upload['fields']
  readonly error?: TrustError
}

const given = (fields: Upload['fields'], name: string): string =>
  (Object.hasOwn(fields, name) ? fields[name] : undefined) ?? ''

const applyHtml = async (
  deps: PageDeps,
  request: RouteRequest<unknown>,
  { keeper, fields, error }: Again,
): Promise<Html> =>
  applyCertificatePage({
    chrome: await chromeOf(deps, request),
    holderName: keeper.name,
    forEntity: keeper.holder.kind === 'entity',
    ...(fields === undefined
      ? {}
      : { values: Object.fromEntries(['request', 'dual', 'unit'].map((name) => [name, given(fields, name)])) }),
    ...(error === undefined ? {} : { errors: [fieldError(error)] }),
  })

/** The file where there is one, DER or PEM; else what was pasted. @throws TrustError CERTIFICATE_REQUEST_REFUSED, INPUT_… */
const csrIn = ({ fields, file }: Upload): Uint8Array => {
  if (file !== undefined && file.bytes.length > MAX_REQUEST)
    throw new TrustError('INPUT_TOO_LARGE', 'larger than a request can be', { field: 'file' })
  if (file?.bytes[0] === SEQUENCE) return file.bytes
  const typed = file === undefined ? given(fields, 'request') : new TextDecoder('latin1').decode(file.bytes)
  if (typed.trim() === '' || typed.length > MAX_REQUEST)
    throw new TrustError('INPUT_INVALID', 'a request is needed', { field: 'request' })
  return csrOf(typed)
}

const apply = (deps: PageDeps, request: RouteRequest<Upload>, keeper: Keeper): Promise<Reply> => {
  const { fields } = request.body
  const strength = parseAcr(requirePerson(request.caller).acr)?.strength
  const unit = given(fields, 'unit').trim()
  const act = async (): Promise<Reply> => {
    const made = await applyForCertificate(deps.enrolment, {
      holder: keeper.holder,
      agent: keeper.agent,
      csr: csrIn(request.body),
      dual: given(fields, 'dual') === 'yes',
      ...(strength === undefined ? {} : { strength }),
      ...(unit === '' ? {} : { unit }),
    })
    return redirect(
      made.signing === undefined ? paths.certificateApplication(made.id) : paths.certificate(made.signing),
    )
  }
  return orFormAgain(act, (error) => applyHtml(deps, request, { keeper, fields, error }))
}

const applicationHtml = async (
  deps: PageDeps,
  request: RouteRequest<unknown>,
  { keeper, error }: { readonly keeper: Keeper; readonly error?: TrustError },
): Promise<Html> =>
  ownApplicationPage({
    chrome: await chromeOf(deps, request),
    application: await applicationDetail(deps, await ownApplicationAt(deps, keeper, request), paths.certificate),
    ...(error === undefined ? {} : { errors: [fieldError(error)] }),
  })

export const ownCertificatesRoutes = (deps: PageDeps): readonly AnyRoute[] => [
  getPage(
    deps,
    { path: paths.certificates, access: 'person', summary: 'Certificates and applications of whom one acts for' },
    asHolder(deps, async (keeper, request) => page(await listHtml(deps, request, keeper))),
  ),
  getPage(
    deps,
    { path: paths.applyCertificate, access: 'person', summary: 'Form to apply for a certificate' },
    asHolder(deps, async (keeper, request) => page(await applyHtml(deps, request, { keeper }))),
  ),
  route({
    method: 'POST',
    path: paths.applyCertificate,
    access: 'person',
    kind: 'page',
    summary: 'Applies for a certificate with PKCS#10, pasted or uploaded',
    body: uploadBody,
    handler: asHolder(deps, (keeper, request: RouteRequest<Upload>) => apply(deps, request, keeper)),
  }),
  getPage(
    deps,
    { path: '/certificates/applications/:id', access: 'person', summary: 'One of the own applications' },
    asHolder(deps, async (keeper, request) => page(await applicationHtml(deps, request, { keeper }))),
  ),
  postForm(
    { path: '/certificates/applications/:id', access: 'person', summary: 'Withdraws it' },
    asHolder(deps, async (keeper, request) => {
      const { id: applicationId } = await ownApplicationAt(deps, keeper, request)
      const act = async (): Promise<Reply> => {
        if (text(request.body, 'change') !== 'withdraw')
          throw new TrustError('INPUT_INVALID', 'withdraw is the only change', { field: 'change' })
        await withdrawApplication(deps.enrolment, { applicationId, agent: keeper.agent })
        return redirect(paths.certificateApplication(applicationId))
      }
      return orFormAgain(act, (error) => applicationHtml(deps, request, { keeper, error }))
    }),
  ),
]
