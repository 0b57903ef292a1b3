/**
 * Pages that work for an organisation: which one, and what the person may do there. They show what that allows; the operation that
 * is called decides all the same. Whoever acts for nobody is told so, and led to the choice.
 */
import type { Reply, RouteRequest } from '../../http/index.ts'
import { page, requirePerson } from '../../http/index.ts'
import type { Agent, LegalEntity, MandateFunction } from '../../identity/index.ts'
import { listPrincipals } from '../../identity/index.ts'
import { errorPage } from '../pages/error.ts'
import { paths } from '../paths.ts'
import { chromeOf } from './frame.ts'
import type { PageDeps } from './page-deps.ts'

export interface Desk {
  readonly entity: LegalEntity
  readonly personId: string
  readonly agent: Agent
  readonly functions: readonly MandateFunction[]
}

/** Undefined: the person acts for themselves, or may not act for that organisation any more. */
export const deskOf = async (
  { identity, clock }: Pick<PageDeps, 'identity' | 'clock'>,
  { caller }: Pick<RouteRequest<unknown>, 'caller'>,
): Promise<Desk | undefined> => {
  if (caller.kind !== 'person' || caller.principal.kind !== 'entity') return undefined
  const { personId, principal } = caller
  const { available } = await listPrincipals(identity, { personId, at: clock.now() })
  const ways = available.filter((a) => a.entity.id === principal.entityId)
  const entity = ways[0]?.entity
  const functions = [...new Set(ways.flatMap((way) => way.functions))]
  return entity && { entity, personId, agent: { kind: 'person', personId }, functions }
}

const notHere = async (deps: PageDeps, request: RouteRequest<unknown>, code: string): Promise<Reply> => {
  const retryUrl = `${paths.choosePrincipal}?to=${encodeURIComponent(request.path)}`
  return page(errorPage({ chrome: await chromeOf(deps, request), code, retryUrl }), 403)
}

type Area = 'seal.' | 'licence.' | 'certificate.' | 'ca.'

/** Runs `work` for who acts for an organisation with a function of this area (`seal.`, `licence.`, `certificate.`, `ca.`). */
export const atDesk =
  <B>(deps: PageDeps, area: Area, work: (desk: Desk, request: RouteRequest<B>) => Promise<Reply>) =>
  async (request: RouteRequest<B>): Promise<Reply> => {
    requirePerson(request.caller)
    const desk = await deskOf(deps, request)
    if (desk === undefined) return notHere(deps, request, 'FORBIDDEN')
    if (!desk.functions.some((name) => name.startsWith(area))) return notHere(deps, request, 'MANDATE_MISSING')
    return work(desk, request)
  }
