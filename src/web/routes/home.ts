/** The first page. */
import type { AnyRoute, RouteRequest } from '../../http/index.ts'
import { page } from '../../http/index.ts'
import type { MandateFunction } from '../../identity/index.ts'
import { homePage } from '../pages/home.ts'
import { paths } from '../paths.ts'
import { deskOf } from './desk.ts'
import { chromeOf } from './frame.ts'
import type { PageDeps } from './page-deps.ts'
import { getPage } from './page-route.ts'

/** A mandate to look after certificates means something only for the organisation that runs the CA. */
const functionsHere = async (deps: PageDeps, request: RouteRequest<undefined>): Promise<readonly MandateFunction[]> => {
  const desk = await deskOf(deps, request)
  if (desk === undefined) return []
  const runsCa = desk.entity.id === (await deps.enrolment.operatorEntityId())
  return desk.functions.filter((name) => runsCa || !name.startsWith('ca.'))
}

export const homeRoutes = (deps: PageDeps): readonly AnyRoute[] => [
  getPage(deps, { path: paths.home, access: 'public', summary: 'First page' }, async (request) => {
    const functions = await functionsHere(deps, request)
    return page(homePage({ chrome: await chromeOf(deps, request), functions, portals: deps.portals() }))
  }),
]
