/** The first page. */
import type { AnyRoute } from '../../http/index.ts'
import { page } from '../../http/index.ts'
import { homePage } from '../pages/home.ts'
import { paths } from '../paths.ts'
import { deskOf } from './desk.ts'
import { chromeOf } from './frame.ts'
import type { PageDeps } from './page-deps.ts'
import { getPage } from './page-route.ts'

export const homeRoutes = (deps: PageDeps): readonly AnyRoute[] => [
  getPage(deps, { path: paths.home, access: 'public', summary: 'First page' }, async (request) => {
    const functions = (await deskOf(deps, request))?.functions ?? []
    return page(homePage({ chrome: await chromeOf(deps, request), functions, portals: deps.portals() }))
  }),
]
