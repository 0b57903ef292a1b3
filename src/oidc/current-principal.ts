/** For whom a person acts at a portal in a session: the choice, checked again now. A choice that rests on nothing any more is none. */
import type { Principal } from '../identity/index.ts'
import type { ClientPolicy } from './client-policy.ts'
import type { HeldAuthority, OidcDeps } from './ports.ts'

export interface CurrentPrincipal {
  readonly principal: Principal
  /** Given for an entity. */
  readonly authority?: HeldAuthority
}

export interface PrincipalQuestion {
  readonly sessionUid: string
  readonly clientId: string
  readonly personId: string
  readonly types: ClientPolicy['principalTypes']
  /** One of them is needed to act for an entity; empty or absent: any. */
  readonly functions?: ClientPolicy['functions']
}

/** Undefined: the person must choose. */
export const currentPrincipal = async (
  { store, people }: Pick<OidcDeps, 'store' | 'people'>,
  { sessionUid, clientId, personId, types, functions = [] }: PrincipalQuestion,
): Promise<CurrentPrincipal | undefined> => {
  if (types === 'self') return { principal: { kind: 'self' } }
  const choice = await store.sessions.choice(sessionUid, clientId)
  if (choice === undefined || choice.personId !== personId) return undefined
  const { principal } = choice
  if (principal.kind === 'self') return types === 'any' ? { principal } : undefined
  const authority = await people.authority(personId, principal)
  const held: readonly string[] = authority?.functions ?? []
  if (functions.length > 0 && !functions.some((f) => held.includes(f))) return undefined
  return authority && { principal, authority }
}
