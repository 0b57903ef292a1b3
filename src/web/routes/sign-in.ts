/** Signing in: to our own pages by `/sign-in`, and the stops that the OpenID provider makes (name and password, a second factor; for whom). */
import { TrustError } from '../../errors.ts'
import type { AnyRoute, FormFields, Reply, RouteRequest } from '../../http/index.ts'
import { answered, page, redirect } from '../../http/index.ts'
import type { NaturalPerson } from '../../identity/index.ts'
import type { Authentication, NextMethod } from '../../identity/index.ts'
import {
  authenticate,
  authenticateWith,
  authenticateWithPasskey,
  continueSignIn,
  findAccount,
  findProvenPerson,
  findSignInStep,
  forgetSignInStep,
  parseAcr,
  strengthAtLeast,
} from '../../identity/index.ts'
import type { InteractionDetails } from '../../oidc/index.ts'
import { CONSENT_TEXT_VERSION, OWN_PAGES_RETURN, dataScopes, ownSignInUrl } from '../../oidc/index.ts'
import type { Html } from '../html.ts'
import { choosePrincipalPage } from '../pages/choose-principal.ts'
import { consentPage } from '../pages/consent.ts'
import { secondFactorPage, strongerPage } from '../pages/second-factor.ts'
import { signInPage } from '../pages/sign-in.ts'
import { paths } from '../paths.ts'
import { certificateShown, certificateStopHtml } from './certificate-stop.ts'
import { fieldError, orFormAgain, text } from './form.ts'
import { bareChrome } from './frame.ts'
import { localPath } from './local-path.ts'
import type { PageDeps } from './page-deps.ts'
import { getPage, postForm } from './page-route.ts'
import { passkeyRequest, siteOf } from './passkey-options.ts'
import { portalView } from './portal-view.ts'
import { chosenPrincipal, principalChoices } from './principal-options.ts'

const INTERACTION = '/interaction/:uid'

interface Again {
  readonly loginName?: string
  readonly error?: TrustError
}

const cancelUrl = (path: string): string => `${path}/cancel`

const loginHtml = (
  deps: PageDeps,
  request: RouteRequest<unknown>,
  { details, loginName, error }: Again & { readonly details: InteractionDetails },
): Html => {
  const portal = portalView(details)
  return signInPage({
    chrome: bareChrome(deps, request),
    action: request.path,
    passkeyOptions: passkeyRequest(deps, details.uid),
    ...(portal === undefined ? {} : { portal, cancelUrl: cancelUrl(request.path) }),
    ...(loginName === undefined ? {} : { values: { loginName } }),
    ...(error === undefined ? {} : { errors: [fieldError(error)] }),
  })
}

const personAt = async ({ identity }: PageDeps, details: InteractionDetails): Promise<NaturalPerson> => {
  const account = details.accountId === undefined ? undefined : await findAccount(identity, details.accountId)
  const found = account && (await findProvenPerson(identity, account.personId))
  if (found === undefined) throw new TrustError('INTERACTION_EXPIRED', 'nobody is signed in')
  return found.person
}

const principalHtml = async (
  deps: PageDeps,
  request: RouteRequest<unknown>,
  { details, error }: { readonly details: InteractionDetails; readonly error?: TrustError },
): Promise<Html> => {
  const person = await personAt(deps, details)
  return choosePrincipalPage({
    chrome: { ...bareChrome(deps, request), person: { name: person.name } },
    action: request.path,
    at: deps.clock.now(),
    portalName: details.client.name,
    cancelUrl: cancelUrl(request.path),
    ...(await principalChoices(deps, { person, types: details.wanted.principalTypes })),
    ...(error === undefined ? {} : { errors: [fieldError(error)] }),
  })
}

const consentHtml = async (
  deps: PageDeps,
  request: RouteRequest<unknown>,
  details: InteractionDetails,
): Promise<Html> => {
  const { name } = await personAt(deps, details)
  const { organisation } = details.client
  return consentPage({
    chrome: { ...bareChrome(deps, request), person: { name } },
    action: request.path,
    portalName: details.client.name,
    ...(organisation === undefined ? {} : { organisation }),
    scopes: dataScopes(details.wanted.scopes),
    textVersion: CONSENT_TEXT_VERSION,
    cancelUrl: cancelUrl(request.path),
  })
}

interface SecondStep {
  readonly next: readonly NextMethod[]
  readonly method: NextMethod
  readonly error?: TrustError
}

const secondHtml = (
  deps: PageDeps,
  request: RouteRequest<unknown>,
  { details, next, method, error }: SecondStep & { readonly details: InteractionDetails },
): Html =>
  secondFactorPage({
    chrome: bareChrome(deps, request),
    action: request.path,
    method: next.includes(method) ? method : 'totp',
    hasRecovery: next.includes('recovery-code'),
    ...(portalView(details) === undefined ? {} : { cancelUrl: cancelUrl(request.path) }),
    ...(error === undefined ? {} : { errors: [fieldError(error)] }),
  })

const methodOf = (text: string | null): NextMethod => (text === 'recovery-code' ? text : 'totp')

const loginStop = async (
  deps: PageDeps,
  request: RouteRequest<undefined>,
  details: InteractionDetails,
): Promise<Html> => {
  if (request.query.get('with') === 'certificate') return certificateStopHtml(deps, request, { handle: details.uid })
  const next = await findSignInStep(deps.identity, details.uid)
  return next === undefined
    ? loginHtml(deps, request, { details })
    : secondHtml(deps, request, { details, next, method: methodOf(request.query.get('with')) })
}

const showStop = async (deps: PageDeps, request: RouteRequest<undefined>): Promise<Reply> => {
  const details = await deps.interactions.details(request.raw.req, request.raw.res)
  return page(
    details.prompt === 'login'
      ? await loginStop(deps, request, details)
      : await principalHtml(deps, request, { details }),
  )
}

/** What the portal asks for is more than the account has: it is said here, and not by an error at the portal. */
const isTooWeak = ({ wanted }: InteractionDetails, { acr }: Authentication): boolean => {
  const asked = wanted.acr === undefined ? undefined : parseAcr(wanted.acr)
  return asked !== undefined && !strengthAtLeast(acr, asked.strength)
}

const signInWith = async (
  deps: PageDeps,
  request: RouteRequest<FormFields>,
  { details, done }: { readonly details: InteractionDetails; readonly done: Authentication },
): Promise<Reply> => {
  if (isTooWeak(details, done)) {
    const view = { chrome: bareChrome(deps, request), portalName: details.client.name }
    return page(strongerPage({ ...view, cancelUrl: cancelUrl(request.path) }), 403)
  }
  await deps.interactions.finishLogin(request.raw.req, request.raw.res, done)
  return answered
}

const finishFirst = (
  deps: PageDeps,
  request: RouteRequest<FormFields>,
  details: InteractionDetails,
): Promise<Reply> => {
  const { body, address } = request
  const loginName = text(body, 'loginName')
  const act = async (): Promise<Reply> => {
    const password = text(body, 'password')
    const authentication = await authenticate(deps.identity, { name: loginName, password, address })
    const step = await continueSignIn(deps.identity, { handle: details.uid, authentication })
    if ('done' in step) return signInWith(deps, request, { details, done: step.done })
    return page(secondHtml(deps, request, { details, next: step.next, method: 'totp' }))
  }
  return orFormAgain(act, (error) => loginHtml(deps, request, { details, loginName, error }))
}

const finishSecond = (
  deps: PageDeps,
  request: RouteRequest<FormFields>,
  details: InteractionDetails,
): Promise<Reply> => {
  const { body } = request
  const method = methodOf(text(body, 'method'))
  const act = async (): Promise<Reply> => {
    const shown = { handle: details.uid, method, code: text(body, 'code') }
    return signInWith(deps, request, { details, done: await authenticateWith(deps.identity, shown) })
  }
  return orFormAgain(act, async (error) => {
    const next = await findSignInStep(deps.identity, details.uid)
    return next === undefined
      ? loginHtml(deps, request, { details, error })
      : secondHtml(deps, request, { details, next, method, error })
  })
}

const finishPasskey = (
  deps: PageDeps,
  request: RouteRequest<FormFields>,
  details: InteractionDetails,
): Promise<Reply> => {
  const act = async (): Promise<Reply> => {
    const shown = { site: siteOf(deps), handle: details.uid, response: text(request.body, 'passkey') }
    return signInWith(deps, request, { details, done: await authenticateWithPasskey(deps.identity, shown) })
  }
  return orFormAgain(act, (error) => loginHtml(deps, request, { details, error }))
}

const finishCertificate = (
  deps: PageDeps,
  request: RouteRequest<FormFields>,
  details: InteractionDetails,
): Promise<Reply> => {
  const act = async (): Promise<Reply> =>
    signInWith(deps, request, { details, done: await certificateShown(deps, request, details.uid) })
  const certificate = text(request.body, 'certificate')
  return orFormAgain(act, (error) => certificateStopHtml(deps, request, { handle: details.uid, certificate, error }))
}

const finishLogin = async (
  deps: PageDeps,
  request: RouteRequest<FormFields>,
  details: InteractionDetails,
): Promise<Reply> => {
  if (Object.hasOwn(request.body, 'again')) {
    await forgetSignInStep(deps.identity, details.uid)
    return redirect(request.path)
  }
  if (Object.hasOwn(request.body, 'passkey')) return finishPasskey(deps, request, details)
  if (Object.hasOwn(request.body, 'certificate')) return finishCertificate(deps, request, details)
  return (Object.hasOwn(request.body, 'method') ? finishSecond : finishFirst)(deps, request, details)
}

const finishPrincipal = (
  deps: PageDeps,
  request: RouteRequest<FormFields>,
  details: InteractionDetails,
): Promise<Reply> => {
  const { body, raw } = request
  const act = async (): Promise<Reply> => {
    const { id: personId } = await personAt(deps, details)
    const principal = await chosenPrincipal(deps, { personId, value: text(body, 'principal') })
    await deps.interactions.finishPrincipal(raw.req, raw.res, principal)
    return answered
  }
  return orFormAgain(act, (error) => principalHtml(deps, request, { details, error }))
}

const finishStop = async (deps: PageDeps, request: RouteRequest<FormFields>): Promise<Reply> => {
  const details = await deps.interactions.details(request.raw.req, request.raw.res)
  if (details.prompt === 'consent') {
    if (text(request.body, 'consent') !== 'yes') return page(await consentHtml(deps, request, details))
    await deps.interactions.finishConsent(request.raw.req, request.raw.res)
    return answered
  }
  return details.prompt === 'login' ? finishLogin(deps, request, details) : finishPrincipal(deps, request, details)
}

export const signInRoutes = (deps: PageDeps): readonly AnyRoute[] => [
  getPage(deps, { path: paths.signIn, access: 'public', summary: 'Sign in to these pages' }, async (request) => {
    const to = localPath(request.query.get('to'))
    if (request.caller.kind === 'person') return redirect(to)
    return redirect(ownSignInUrl(deps.publicUrl, { state: to, random: deps.oidc.random }))
  }),
  getPage(
    deps,
    { path: OWN_PAGES_RETURN, access: 'public', summary: 'Back from signing in to these pages' },
    // Whoever made `state`: it leads nowhere but to an address of this site.
    async ({ query }) => redirect(query.has('error') ? paths.home : localPath(query.get('state'))),
  ),
  getPage(deps, { path: INTERACTION, access: 'public', summary: 'A stop on the way into a portal' }, (request) =>
    showStop(deps, request),
  ),
  postForm({ path: INTERACTION, access: 'public', summary: 'The answer at that stop' }, (request) =>
    finishStop(deps, request),
  ),
  getPage(
    deps,
    { path: `${INTERACTION}/cancel`, access: 'public', summary: 'Back to the portal without signing in' },
    async ({ raw }) => {
      await deps.interactions.abort(raw.req, raw.res)
      return answered
    },
  ),
]
