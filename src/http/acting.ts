/** From the caller to the agent and the organisation it acts for. */
import { TrustError } from '../errors.ts'
import type { Agent, AuthenticationStrength } from '../identity/index.ts'
import { parseAcr } from '../identity/index.ts'
import type { Caller } from './caller.ts'

/** @throws TrustError UNAUTHENTICATED */
export const agentOf = (caller: Caller): Agent => {
  switch (caller.kind) {
    case 'anonymous':
      throw new TrustError('UNAUTHENTICATED', 'sign in first')
    case 'client':
      return { kind: 'client', clientId: caller.clientId }
    case 'person':
      return { kind: 'person', personId: caller.personId }
  }
}

/** @throws TrustError UNAUTHENTICATED, PRINCIPAL_NOT_AVAILABLE when the caller acts for nobody else */
export const entityOf = (caller: Caller): string => {
  if (caller.kind === 'anonymous') throw new TrustError('UNAUTHENTICATED', 'sign in first')
  const id =
    caller.kind === 'client'
      ? caller.entityId
      : caller.principal.kind === 'entity'
        ? caller.principal.entityId
        : undefined
  if (id === undefined) throw new TrustError('PRINCIPAL_NOT_AVAILABLE', 'choose an organisation to act for')
  return id
}

/** How a person signed in; a program did not. */
export const strengthOf = (caller: Caller): { readonly strength?: AuthenticationStrength } => {
  const assurance = caller.kind === 'person' ? parseAcr(caller.acr) : undefined
  return assurance === undefined ? {} : { strength: assurance.strength }
}

/** Both: who acts, and for whom. @throws TrustError UNAUTHENTICATED, PRINCIPAL_NOT_AVAILABLE */
export const actingOf = (caller: Caller): { readonly agent: Agent; readonly actingFor: string } => ({
  agent: agentOf(caller),
  actingFor: entityOf(caller),
})
