/** For whom the person acts at our own pages. */
import { TrustError } from '../../errors.ts'
import type { AnyRoute, FormFields, Reply, RouteRequest } from '../../http/index.ts'
import { page, redirect, requirePerson } from '../../http/index.ts'
import type { Html } from '../html.ts'
import { choosePrincipalPage } from '../pages/choose-principal.ts'
import { paths } from '../paths.ts'
import { fieldError, orFormAgain, text } from './form.ts'
import { chromeOf, personOf } from './frame.ts'
import { localPath } from './local-path.ts'
import type { PageDeps } from './page-deps.ts'
import { getPage, postForm } from './page-route.ts'
import { chosenPrincipal, principalChoices, principalValue } from './principal-options.ts'

/** The same page, which remembers where to go on. */
const withTo = ({ query }: RouteRequest<unknown>): string => {
  const to = localPath(query.get('to'))
  return to === '/' ? paths.choosePrincipal : `${paths.choosePrincipal}?to=${encodeURIComponent(to)}`
}

const formHtml = async (deps: PageDeps, request: RouteRequest<unknown>, error?: TrustError): Promise<Html> => {
  const person = await personOf(deps, request.caller)
  return choosePrincipalPage({
    chrome: await chromeOf(deps, request),
    action: withTo(request),
    at: deps.clock.now(),
    cancelUrl: paths.home,
    chosen: principalValue(requirePerson(request.caller).principal),
    ...(await principalChoices(deps, { person, types: 'any' })),
    ...(error === undefined ? {} : { errors: [fieldError(error)] }),
  })
}

const choose = (deps: PageDeps, request: RouteRequest<FormFields>): Promise<Reply> => {
  const { personId, sessionUid } = requirePerson(request.caller)
  const act = async (): Promise<Reply> => {
    if (sessionUid === undefined) throw new TrustError('SESSION_ENDED', 'no session to choose for')
    const principal = await chosenPrincipal(deps, { personId, value: text(request.body, 'principal') })
    await deps.sessions.choosePrincipal({ sessionUid, personId, principal })
    return redirect(localPath(request.query.get('to')))
  }
  return orFormAgain(act, (error) => formHtml(deps, request, error))
}

export const principalRoutes = (deps: PageDeps): readonly AnyRoute[] => [
  getPage(
    deps,
    { path: paths.choosePrincipal, access: 'person', summary: 'For whom one may act here' },
    async (request) => page(await formHtml(deps, request)),
  ),
  postForm({ path: paths.choosePrincipal, access: 'person', summary: 'Chooses for whom one acts here' }, (request) =>
    choose(deps, request),
  ),
]
