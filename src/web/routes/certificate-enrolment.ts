/** Enrolling a certificate to sign in with: it signs a line bound to this session, and the owner shows that it is them. */
import type { TrustError } from '../../errors.ts'
import type { AnyRoute, FormFields, Reply, RouteRequest } from '../../http/index.ts'
import { page, redirect, requirePerson } from '../../http/index.ts'
import { certificateChallenge, enrolCertificate, findAuthenticators } from '../../identity/index.ts'
import type { Html } from '../html.ts'
import { enrolCertificatePage } from '../pages/certificate-sign-in.ts'
import { paths } from '../paths.ts'
import { fieldError, orFormAgain, text } from './form.ts'
import { chromeOf } from './frame.ts'
import type { PageDeps } from './page-deps.ts'
import { getPage, postForm } from './page-route.ts'
import { siteOf } from './passkey-options.ts'

const INPUTS = { LOGIN_FAILED: 'password', CODE_WRONG: 'code', CERTIFICATE_NOT_ACCEPTED: 'signature' } as const

const formHtml = async (
  deps: PageDeps,
  request: RouteRequest<unknown>,
  { certificate, error }: { readonly certificate?: string; readonly error?: TrustError },
): Promise<Html> => {
  const { accountId, sessionUid: handle = '' } = requirePerson(request.caller)
  const { authenticators } = await findAuthenticators(deps.identity, { accountId, notices: 0 })
  return enrolCertificatePage({
    chrome: await chromeOf(deps, request),
    challenge: certificateChallenge(deps.identity, { purpose: 'enrol', site: siteOf(deps), handle }),
    hasFactor: authenticators.some((a) => a.kind === 'totp'),
    ...(certificate === undefined ? {} : { values: { certificate } }),
    ...(error === undefined ? {} : { errors: [fieldError(error, INPUTS)] }),
  })
}

const enrol = (deps: PageDeps, request: RouteRequest<FormFields>): Promise<Reply> => {
  const { body, address, caller } = request
  const { accountId, acr, sessionUid: handle = '' } = requirePerson(caller)
  const certificate = text(body, 'certificate')
  const act = async (): Promise<Reply> => {
    const owner = { accountId, acr, address, password: text(body, 'password'), code: text(body, 'code') }
    const proof = { site: siteOf(deps), handle, certificate, signature: text(body, 'signature') }
    await enrolCertificate(deps.identity, { owner, proof })
    return redirect(`${paths.authenticators}?done=certificate-enrolled`)
  }
  return orFormAgain(act, (error) => formHtml(deps, request, { certificate, error }))
}

export const certificateEnrolmentRoutes = (deps: PageDeps): readonly AnyRoute[] => [
  getPage(
    deps,
    { path: paths.enrolCertificate, access: 'person', summary: 'Form to enrol a certificate for signing in' },
    async (request) => page(await formHtml(deps, request, {})),
  ),
  postForm({ path: paths.enrolCertificate, access: 'person', summary: 'Enrols it' }, (request) => enrol(deps, request)),
]
