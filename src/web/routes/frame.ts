/** The frame of a page as the one who looks at it sees it: their name, for whom they act, their language. */
import type { Caller, RouteRequest } from '../../http/index.ts'
import { findProvenEntity, findProvenPerson } from '../../identity/index.ts'
import type { NaturalPerson, Principal } from '../../identity/index.ts'
import { TrustError } from '../../errors.ts'
import type { Acting, Chrome } from '../parts/page.ts'
import { wordsOf } from '../words/index.ts'
import type { Language } from '../words/index.ts'
import type { FrameDeps, PageDeps } from './page-deps.ts'

/** @throws TrustError UNAUTHENTICATED when nobody is signed in, or the person is gone */
export const personOf = async ({ identity }: Pick<PageDeps, 'identity'>, caller: Caller): Promise<NaturalPerson> => {
  const found = caller.kind === 'person' ? await findProvenPerson(identity, caller.personId) : undefined
  if (found === undefined) throw new TrustError('UNAUTHENTICATED', 'sign in first')
  return found.person
}

const actingOf = async (
  { identity }: PageDeps,
  principal: Principal,
  { name, language }: { readonly name: string; readonly language: Language },
): Promise<Acting> => {
  const found = principal.kind === 'entity' ? await findProvenEntity(identity, principal.entityId) : undefined
  if (principal.kind === 'self' || found === undefined) return { kind: 'self', name }
  const words = wordsOf(language).principal
  const role = principal.via === 'legal-representative' ? words.representative : words.agent
  return { kind: 'entity', name: found.entity.name, role }
}

/** Before anybody is known, or where for whom they act is only being asked. */
export const bareChrome = (
  { assets, host, demo, platform }: FrameDeps,
  { language, path }: Pick<RouteRequest<unknown>, 'language' | 'path'>,
): Chrome => ({ language, path, host, demo, platform, assets })

export const chromeOf = async (deps: PageDeps, request: RouteRequest<unknown>): Promise<Chrome> => {
  const { caller, language } = request
  const bare = bareChrome(deps, request)
  if (caller.kind !== 'person') return bare
  const { name } = await personOf(deps, caller)
  return { ...bare, person: { name }, acting: await actingOf(deps, caller.principal, { name, language }) }
}
