/** Registering an enterprise or office, by its legal representative; the registry confirms that they are. */
import { TrustError } from '../../errors.ts'
import type { AnyRoute, RouteRequest } from '../../http/index.ts'
import { page, redirect, requirePerson } from '../../http/index.ts'
import { findEntitiesOfRepresentative, maskCitizenId, registerEntity } from '../../identity/index.ts'
import type { Html } from '../html.ts'
import { registerEntityPage } from '../pages/register-entity.ts'
import { paths } from '../paths.ts'
import { fieldError, orFormAgain, text } from './form.ts'
import { chromeOf, personOf } from './frame.ts'
import type { PageDeps } from './page-deps.ts'
import { getPage, postForm } from './page-route.ts'

interface Again {
  readonly values?: { readonly name: string; readonly uscc: string }
  readonly error?: TrustError
}

/** There is no input for who the representative is: that is the one who is signed in. */
const INPUTS = { legalRepresentative: '', ENTITY_ALREADY_REGISTERED: 'uscc' } as const

const formHtml = async (deps: PageDeps, request: RouteRequest<unknown>, { values, error }: Again): Promise<Html> => {
  const { name, citizenIdNumber } = await personOf(deps, request.caller)
  return registerEntityPage({
    step: 'entity',
    chrome: await chromeOf(deps, request),
    action: paths.registerEntity,
    representative: { name, citizenIdMasked: maskCitizenId(citizenIdNumber) },
    ...(values === undefined ? {} : { values }),
    ...(error === undefined ? {} : { errors: [fieldError(error, INPUTS)] }),
  })
}

const doneHtml = async (deps: PageDeps, request: RouteRequest<unknown>, id: string): Promise<Html> => {
  const mine = await findEntitiesOfRepresentative(deps.identity, requirePerson(request.caller).personId)
  const entity = mine.find((e) => e.id === id)
  if (entity === undefined) throw new TrustError('NOT_FOUND', 'no such entity of this person')
  return registerEntityPage({ step: 'done', chrome: await chromeOf(deps, request), entity })
}

export const entityRegistrationRoutes = (deps: PageDeps): readonly AnyRoute[] => [
  getPage(
    deps,
    { path: paths.registerEntity, access: 'person', summary: 'Register an enterprise' },
    async (request) => {
      const done = request.query.get('done')
      return page(done === null ? await formHtml(deps, request, {}) : await doneHtml(deps, request, done))
    },
  ),
  postForm(
    { path: paths.registerEntity, access: 'person', summary: 'Has the enterprise confirmed and registered' },
    (request) => {
      const { personId: actor } = requirePerson(request.caller)
      const values = { name: text(request.body, 'name'), uscc: text(request.body, 'uscc') }
      const act = async () =>
        redirect(`${paths.registerEntity}?done=${(await registerEntity(deps.identity, { actor, ...values })).id}`)
      return orFormAgain(act, (error) => formHtml(deps, request, { values, error }))
    },
  ),
]
