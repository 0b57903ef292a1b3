/** Every page, in the order in which the table tries them: fixed addresses before those with an id. */
import type { AnyRoute } from '../../http/index.ts'
import type { PageDeps } from './page-deps.ts'

export const pageRoutes = (_deps: PageDeps): readonly AnyRoute[] => []
