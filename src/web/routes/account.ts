/** The account centre, and ending one of one's own sessions. Numbers are shown masked. */
import { TrustError } from '../../errors.ts'
import type { AnyRoute, FormFields, PersonCaller, Reply, RouteRequest } from '../../http/index.ts'
import { idOf, page, redirect, requirePerson } from '../../http/index.ts'
import type { MandateView as FoundMandate } from '../../identity/index.ts'
import {
  findAccount,
  findEntitiesOfRepresentative,
  findMandatesGiven,
  findMandatesReceived,
  maskCitizenId,
  revokeMandate,
} from '../../identity/index.ts'
import { endSession } from '../../oidc/index.ts'
import type { Html } from '../html.ts'
import { accountPage } from '../pages/account.ts'
import type { AccountView, MandateView, SessionView } from '../pages/account.ts'
import { paths } from '../paths.ts'
import { text } from './form.ts'
import { chromeOf, personOf } from './frame.ts'
import { namesOf } from './names.ts'
import type { PageDeps } from './page-deps.ts'
import { getPage, postForm } from './page-route.ts'
import { lastDay } from './principal-options.ts'

const DONE: readonly NonNullable<AccountView['done']>[] = ['mandate-granted', 'mandate-revoked', 'session-ended']

/** The account page, saying what has just been done. */
export const accountAfter = (done: NonNullable<AccountView['done']>): string => `${paths.account}?done=${done}`

const mandateView = ({ mandate, entity, state, agentDeceased }: FoundMandate, other: string): MandateView => ({
  id: mandate.id,
  entityName: entity.name,
  other,
  functions: mandate.functions,
  state: state !== 'revoked' && agentDeceased ? 'agent-deceased' : state,
  validUntil: lastDay(mandate.validTo),
})

const mandatesOf = async (
  deps: PageDeps,
  { personId }: PersonCaller,
  at: Date,
): Promise<Pick<AccountView, 'received' | 'given'>> => {
  const received = await findMandatesReceived(deps.identity, { personId, at })
  const given = await findMandatesGiven(deps.identity, { personId, at })
  const granter = (m: FoundMandate) => ({ kind: 'person', personId: m.mandate.grantedBy }) as const
  const name = await namesOf(deps, received.map(granter))
  return {
    received: received.map((m) => mandateView(m, name(granter(m)))),
    given: given.map((m) => mandateView(m, m.agentName)),
  }
}

const sessionsOf = async (deps: PageDeps, caller: PersonCaller): Promise<readonly SessionView[]> =>
  (await deps.sessions.list(caller.accountId)).map(({ sessionUid, createdAt, portals }) => ({
    id: sessionUid,
    current: sessionUid === caller.sessionUid,
    device: '浏览器',
    since: createdAt,
    portals: portals.length,
  }))

const accountHtml = async (deps: PageDeps, request: RouteRequest<undefined>): Promise<Html> => {
  const caller = requirePerson(request.caller)
  const at = deps.clock.now()
  const person = await personOf(deps, caller)
  const account = await findAccount(deps.identity, caller.accountId)
  const done = DONE.find((d) => d === request.query.get('done'))
  const entities = await findEntitiesOfRepresentative(deps.identity, caller.personId)
  return accountPage({
    chrome: await chromeOf(deps, request),
    at,
    ...(done === undefined ? {} : { done }),
    person: {
      name: person.name,
      citizenIdMasked: maskCitizenId(person.citizenIdNumber),
      loginName: account?.loginName ?? '',
    },
    level: person.proofing,
    provedAt: person.provenAt,
    strength: caller.acr,
    sessions: await sessionsOf(deps, caller),
    entities,
    ...(await mandatesOf(deps, caller, at)),
  })
}

const end = async (deps: PageDeps, request: RouteRequest<FormFields>): Promise<Reply> => {
  const { accountId, personId } = requirePerson(request.caller)
  const sessionUid = text(request.body, 'sessionId')
  if (!(await deps.sessions.list(accountId)).some((s) => s.sessionUid === sessionUid))
    throw new TrustError('NOT_FOUND', 'no such session of this account')
  await endSession(deps.oidc, { scope: { sessionUid }, reason: 'signed-out', actor: { kind: 'person', id: personId } })
  return redirect(accountAfter('session-ended'))
}

export const accountRoutes = (deps: PageDeps): readonly AnyRoute[] => [
  getPage(deps, { path: paths.account, access: 'person', summary: 'Account centre' }, async (request) =>
    page(await accountHtml(deps, request)),
  ),
  postForm({ path: paths.endSession, access: 'person', summary: 'Ends one of one’s own sessions' }, (request) =>
    end(deps, request),
  ),
  postForm(
    { path: paths.revokeMandate, access: 'person', summary: 'Takes a mandate back, or lays it down' },
    async ({ caller, body }) => {
      const { personId: actor } = requirePerson(caller)
      await revokeMandate(deps.identity, { mandateId: idOf({ id: text(body, 'mandateId') }), actor })
      return redirect(accountAfter('mandate-revoked'))
    },
  ),
]
