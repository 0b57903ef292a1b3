/** The certificate officers' desk: what waits for them, and the state of CRLs and OCSP responders. */
import { parseCrl } from '../../../standards/rfc5280-x509/index.ts'
import type { AnyRoute, RouteRequest } from '../../http/index.ts'
import { page } from '../../http/index.ts'
import type { Proposal } from '../../pki/enrolment/index.ts'
import { findApplicationsWithStatus, findExpiring, findProposals } from '../../pki/enrolment/index.ts'
import type { Html } from '../html.ts'
import { caDeskPage } from '../pages/ca-desk.ts'
import type { Beginning, CrlLine, ResponderLine } from '../pages/ca-desk.ts'
import { paths } from '../paths.ts'
import { atCaDesk, proposalDecision, reviews } from './ca-frame.ts'
import { proposalLines } from './ca-proposal-views.ts'
import { applicationLines, certificateLines } from './certificate-views.ts'
import type { Desk } from './desk.ts'
import { chromeOf } from './frame.ts'
import type { PageDeps } from './page-deps.ts'
import { getPage } from './page-route.ts'

const SHOWN = 8
const SOON_DAYS = 30
/** Open proposals are few: they end within days. */
const OPEN = { limit: 200 }

const beginning = async <T, L>(
  found: readonly T[],
  linesOf: (some: readonly T[]) => Promise<readonly L[]>,
): Promise<Beginning<L>> => ({ lines: await linesOf(found.slice(0, SHOWN)), more: found.length > SHOWN })

/** What the register knows, or the shelf where that is newer: a list that was signed again while the database was away. */
const crlLine = async ({ pki, clock }: PageDeps, issuerId: string): Promise<CrlLine> => {
  const registered = await pki.store.currentCrl(issuerId)
  const shelved = await pki.shelf?.newest(issuerId)
  const isBridge = shelved !== undefined && shelved.number > (registered?.number ?? 0)
  if (isBridge) {
    const { thisUpdate, nextUpdate = thisUpdate } = parseCrl(shelved.der)
    const state = clock.now() >= nextUpdate ? 'overdue' : 'bridged'
    return { issuerId, state, list: { number: shelved.number, thisUpdate, nextUpdate } }
  }
  if (registered === undefined) return { issuerId, state: 'missing' }
  const { number, thisUpdate, nextUpdate, entries } = registered
  const state = clock.now() >= nextUpdate ? 'overdue' : 'current'
  return { issuerId, state, list: { number, thisUpdate, nextUpdate, entries } }
}

const responderLine = async (
  { pki }: PageDeps,
  { issuerId, certificate }: PageDeps['responders'][number],
): Promise<ResponderLine> => {
  const seq = await pki.store.lastStatusChange(issuerId)
  const [last] = seq === 0 ? [] : await pki.store.statusChangesSince(seq - 1)
  return { issuerId, notAfter: certificate.notAfter, ...(last?.seq === seq ? { lastChange: last.at } : {}) }
}

const decidable = (deps: PageDeps, desk: Desk, found: readonly Proposal[]): readonly Proposal[] =>
  found.filter((p) => proposalDecision(desk, p, deps.clock.now()) === 'may-decide')

const deskHtml = async (deps: PageDeps, request: RouteRequest<undefined>, desk: Desk): Promise<Html> => {
  const { enrolment, pki } = deps
  const review = reviews(desk)
  const first = { limit: SHOWN + 1 }
  const open = decidable(deps, desk, await findProposals(enrolment, 'open', OPEN))
  const applications = review ? await findApplicationsWithStatus(enrolment, 'open', first) : []
  const expiring = review ? await findExpiring(enrolment, SOON_DAYS, first) : []
  return caDeskPage({
    chrome: await chromeOf(deps, request),
    at: deps.clock.now(),
    entityName: desk.entity.name,
    review,
    proposals: await beginning(open, (some) => proposalLines(deps, desk, some)),
    applications: await beginning(applications, (some) => applicationLines(deps, some)),
    expiring: await beginning(expiring, (some) => certificateLines(deps, some)),
    crls: await Promise.all(pki.authorities.map(({ id }) => crlLine(deps, id))),
    responders: await Promise.all(deps.responders.map((responder) => responderLine(deps, responder))),
  })
}

export const caDeskPageRoutes = (deps: PageDeps): readonly AnyRoute[] => [
  getPage(
    deps,
    { path: paths.ca, access: 'person', summary: 'Desk of the certificate officers' },
    atCaDesk(deps, 'ca.', async (desk, request) => page(await deskHtml(deps, request, desk))),
  ),
]
