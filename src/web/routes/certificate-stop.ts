/** Signing in with a certificate at the provider's stop: the line to sign, and the answer. */
import type { TrustError } from '../../errors.ts'
import type { FormFields, RouteRequest } from '../../http/index.ts'
import type { Authentication } from '../../identity/index.ts'
import { authenticateWithCertificate, certificateChallenge } from '../../identity/index.ts'
import type { Html } from '../html.ts'
import { certificateSignInPage } from '../pages/certificate-sign-in.ts'
import { fieldError, text } from './form.ts'
import { bareChrome } from './frame.ts'
import type { PageDeps } from './page-deps.ts'
import { siteOf } from './passkey-options.ts'

const INPUTS = { CERTIFICATE_NOT_ACCEPTED: 'signature' } as const

export const certificateStopHtml = (
  deps: PageDeps,
  request: RouteRequest<unknown>,
  {
    handle,
    certificate,
    error,
  }: { readonly handle: string; readonly certificate?: string; readonly error?: TrustError },
): Html =>
  certificateSignInPage({
    chrome: bareChrome(deps, request),
    action: request.path,
    challenge: certificateChallenge(deps.identity, { purpose: 'sign-in', site: siteOf(deps), handle }),
    ...(certificate === undefined ? {} : { values: { certificate } }),
    ...(error === undefined ? {} : { errors: [fieldError(error, INPUTS)] }),
  })

/** @throws TrustError those of `authenticateWithCertificate` */
export const certificateShown = (
  deps: PageDeps,
  { body }: RouteRequest<FormFields>,
  handle: string,
): Promise<Authentication> =>
  authenticateWithCertificate(deps.identity, {
    site: siteOf(deps),
    handle,
    certificate: text(body, 'certificate'),
    signature: text(body, 'signature'),
  })
