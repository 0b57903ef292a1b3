/** Who calls: nobody, a person at our pages or through a portal, or a program of an organisation. */
import type { Principal } from '../identity/index.ts'
import { TrustError } from '../errors.ts'
import type { Access } from './route.ts'

export type Caller =
  | { readonly kind: 'anonymous' }
  | {
      readonly kind: 'client'
      readonly clientId: string
      readonly entityId?: string
      readonly scopes: readonly string[]
    }
  | PersonCaller

export interface PersonCaller {
  readonly kind: 'person'
  readonly accountId: string
  readonly personId: string
  readonly principal: Principal
  readonly acr: string
  /** The portal the token was made for; our own pages have none. */
  readonly clientId?: string
  /** Undefined: our own pages, where every function the principal has may be used. */
  readonly scopes?: readonly string[]
  readonly sessionUid?: string
}

/** @throws TrustError UNAUTHENTICATED, FORBIDDEN */
export const requireAccess = (caller: Caller, access: Access): void => {
  if (access === 'public') return
  if (caller.kind === 'anonymous') throw new TrustError('UNAUTHENTICATED', 'sign in first')
  if (access === 'person') {
    if (caller.kind !== 'person' || caller.scopes !== undefined)
      throw new TrustError('FORBIDDEN', 'for people at our own pages')
    return
  }
  if (caller.scopes !== undefined && !caller.scopes.includes(access))
    throw new TrustError('FORBIDDEN', `the token lacks the scope ${access}`)
}

/** @throws TrustError FORBIDDEN */
export const requirePerson = (caller: Caller): PersonCaller => {
  if (caller.kind !== 'person') throw new TrustError('FORBIDDEN', 'a person must do this')
  return caller
}
