/** The one question that seals, licences and sign-in ask: may this agent do this for that entity, at that moment? */
import { TrustError, type TrustErrorCode } from '../errors.ts'
import type { Tx } from '../kernel/index.ts'
import { requireActive, type LegalEntity } from './legal-entity.ts'
import { functionsOf, mandateState, type Agent, type Mandate, type MandateFunction } from './mandate.ts'
import type { IdentityDeps } from './ports.ts'

export interface Authority {
  readonly entity: LegalEntity
  readonly agent: Agent
  readonly function: MandateFunction
  readonly via: 'legal-representative' | { readonly mandateId: string }
  /** Absent for the legal representative. */
  readonly validTo?: Date
}

export interface AuthorityQuestion {
  readonly entityId: string
  readonly agent: Agent
  readonly function: MandateFunction
  readonly at: Date
  /** With it the mandate cannot be revoked before the transaction ends. */
  readonly tx?: Tx
}

/** The most telling of several reasons: one that ran out says more than one that was taken back long ago. */
const reasonOf = (mandates: readonly Mandate[], at: Date): TrustErrorCode => {
  const states = mandates.map((m) => mandateState(m, at))
  if (states.includes('expired')) return 'MANDATE_EXPIRED'
  return states.includes('revoked') ? 'MANDATE_REVOKED' : 'MANDATE_MISSING'
}

/** @throws TrustError PERSON_DECEASED, ENTITY_NOT_FOUND, ENTITY_NOT_ACTIVE, MANDATE_MISSING, MANDATE_EXPIRED, MANDATE_REVOKED */
export const requireAuthority = async (
  deps: Pick<IdentityDeps, 'store'>,
  { entityId, agent, function: fn, at, tx }: AuthorityQuestion,
): Promise<Authority> => {
  const entity = requireActive(await deps.store.entities.find(entityId, tx))
  if (agent.kind === 'person' && (await deps.store.persons.statusOf(agent.personId, tx)) === 'deceased')
    throw new TrustError('PERSON_DECEASED', 'the agent has died')
  const isRepresentative = agent.kind === 'person' && agent.personId === entity.legalRepresentativeId
  if (isRepresentative && functionsOf(entity.kind).includes(fn))
    return { entity, agent, function: fn, via: 'legal-representative' }
  const mandates = (await deps.store.mandates.ofAgent(agent, entityId, tx)).filter((m) => m.functions.includes(fn))
  const mandate = mandates.find((m) => mandateState(m, at) === 'valid')
  if (mandate === undefined) throw new TrustError(reasonOf(mandates, at), 'no mandate for this function at this time')
  return { entity, agent, function: fn, via: { mandateId: mandate.id }, validTo: mandate.validTo }
}
