/** The guard of the officers' pages, the same as of the API; and lists that go on page by page. */
import { TrustError } from '../../errors.ts'
import type { Reply, RouteRequest } from '../../http/index.ts'
import { requireDesk } from '../../http/index.ts'
import { isUuid } from '../../kernel/index.ts'
import type { CertificateHolder, ListPage, Proposal } from '../../pki/enrolment/index.ts'
import { functionFor } from '../../pki/enrolment/index.ts'
import type { HolderFacts } from './certificate-views.ts'
import type { Desk } from './desk.ts'
import { atDesk } from './desk.ts'
import type { PageDeps } from './page-deps.ts'

/** Looks after certificates; without this function an officer only recovers keys. */
export const reviews = ({ functions }: Desk): boolean => functions.includes('ca.review')

/** Runs `work` for an officer who acts for the CA's operator. `ca.`: either function will do. */
export const atCaDesk = <B>(
  deps: PageDeps,
  fn: 'ca.review' | 'ca.',
  work: (desk: Desk, request: RouteRequest<B>) => Promise<Reply>,
): ((request: RouteRequest<B>) => Promise<Reply>) =>
  atDesk(deps, 'ca.', async (desk, request) => {
    await requireDesk(deps.enrolment, request.caller, fn === 'ca.' && !reviews(desk) ? 'ca.recover' : 'ca.review')
    return work(desk, request)
  })

/** Whether it concerns this officer, who then decides nothing: as applicant, holder, or the holder's legal representative. */
export const concerns = (
  { personId }: Desk,
  {
    holder,
    facts,
    appliedBy,
  }: {
    readonly holder: CertificateHolder
    readonly facts: HolderFacts
    readonly appliedBy?: { readonly kind: string; readonly personId?: string } | undefined
  },
): boolean =>
  appliedBy?.personId === personId ||
  (holder.kind === 'person' && holder.personId === personId) ||
  facts.legalRepresentativeId === personId

/** Why there are buttons, or none. */
export const proposalDecision = (
  { personId, functions }: Desk,
  p: Proposal,
  at: Date,
): 'may-decide' | 'own-proposal' | 'concerned' | 'decided' => {
  if (p.status !== 'open' || at >= p.expiresAt || !functions.includes(functionFor(p.act))) return 'decided'
  if (p.barred.includes(personId)) return 'concerned'
  return p.proposedBy === personId ? 'own-proposal' : 'may-decide'
}

const LIMIT = 50
const NAME = /^[a-z0-9-]{1,60}\/[0-9a-f]{2,40}$/

/** @throws TrustError INPUT_INVALID */
export const pageOf = (query: URLSearchParams, kind: 'id' | 'certificate'): ListPage => {
  const after = query.get('after')
  if (after === null) return { limit: LIMIT }
  if (!(kind === 'id' ? isUuid(after) : NAME.test(after)))
    throw new TrustError('INPUT_INVALID', 'after', { field: 'after' })
  return { limit: LIMIT, after }
}

const withQuery = (path: string, query: Readonly<Record<string, string | undefined>>): string => {
  const given = Object.entries(query).filter((pair): pair is [string, string] => pair[1] !== undefined)
  return given.length === 0 ? path : `${path}?${new URLSearchParams(given).toString()}`
}

/** Links that go on after this page, and back to the first. */
export const pagingOf = <T>(
  { path, query, found }: { path: string; query: Readonly<Record<string, string | undefined>>; found: readonly T[] },
  { after }: ListPage,
  nameOf: (last: T) => string,
): { readonly next?: string; readonly first?: string } => {
  const last = found.at(-1)
  return {
    ...(found.length < LIMIT || last === undefined ? {} : { next: withQuery(path, { ...query, after: nameOf(last) }) }),
    ...(after === undefined ? {} : { first: withQuery(path, query) }),
  }
}

/** One of these, the first where nothing is asked. @throws TrustError INPUT_INVALID */
export const oneOf = <T extends string>(query: URLSearchParams, name: string, allowed: readonly T[]): T => {
  const value = query.get(name) ?? allowed[0]
  const found = allowed.find((a) => a === value)
  if (found === undefined) throw new TrustError('INPUT_INVALID', name, { field: name })
  return found
}
