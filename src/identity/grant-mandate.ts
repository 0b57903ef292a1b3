/**
 * Grants a mandate. Only the legal representative grants, only for a time, and only what an agent of that kind may hold for
 * an entity of that kind; nobody grants to themselves.
 */
import { TrustError } from '../errors.ts'
import { requireActive } from './legal-entity.ts'
import { MANDATE_FUNCTIONS, mayHold, type Agent, type Mandate, type MandateFunction } from './mandate.ts'
import type { IdentityDeps } from './ports.ts'

export interface MandateGrant {
  /** Person id of the legal representative. */
  readonly actor: string
  readonly entityId: string
  readonly agent: Agent
  readonly functions: readonly MandateFunction[]
  /** Default: now. */
  readonly validFrom?: Date
  readonly validTo: Date
}

const LONGEST_MS = 5 * 366 * 86_400_000

const refuse = (what: string, field: string): never => {
  throw new TrustError('MANDATE_NOT_GRANTABLE', what, { field })
}

const requirePeriod = (validFrom: Date, validTo: Date, now: Date): void => {
  const length = validTo.getTime() - validFrom.getTime()
  if (!(length > 0) || validTo <= now) refuse('it would never be valid', 'validTo')
  if (length > LONGEST_MS) refuse('five years at most', 'validTo')
}

const requireAgent = async (deps: Pick<IdentityDeps, 'store'>, agent: Agent, actor: string): Promise<void> => {
  if (agent.kind === 'client') return
  if (agent.personId === actor) refuse('the legal representative needs no mandate', 'agent')
  const person = await deps.store.persons.find(agent.personId)
  if (person === undefined) throw new TrustError('PERSON_NOT_FOUND', 'the agent has no account', { field: 'agent' })
  if (person.status === 'deceased') throw new TrustError('PERSON_DECEASED', 'the agent has died', { field: 'agent' })
}

/**
 * A client agent is taken as named: who knows the clients checks that it exists.
 * @throws TrustError ENTITY_NOT_FOUND, ENTITY_NOT_ACTIVE, FORBIDDEN (not the legal representative), PERSON_NOT_FOUND, MANDATE_NOT_GRANTABLE
 */
export const grantMandate = async (
  deps: Pick<IdentityDeps, 'clock' | 'ids' | 'work' | 'store' | 'audit'>,
  { actor, entityId, agent, functions: asked, validFrom: from, validTo }: MandateGrant,
): Promise<Mandate> => {
  const now = deps.clock.now()
  const validFrom = from ?? now
  requirePeriod(validFrom, validTo, now)
  const functions = MANDATE_FUNCTIONS.filter((fn) => asked.includes(fn))
  if (functions.length === 0 || functions.length !== new Set(asked).size) refuse('unknown or no functions', 'functions')
  await requireAgent(deps, agent, actor)
  return deps.work.run(async (tx) => {
    const entity = requireActive(await deps.store.entities.find(entityId, tx))
    if (entity.legalRepresentativeId !== actor)
      throw new TrustError('FORBIDDEN', 'only the legal representative grants')
    if (functions.some((fn) => !mayHold(fn, agent.kind, entity.kind)))
      refuse('not for this agent or entity', 'functions')
    const mandate: Mandate = { id: deps.ids.next(), entityId, agent, functions, validFrom, validTo, grantedBy: actor }
    await deps.store.mandates.insert(tx, mandate)
    await deps.audit.record(tx, {
      action: 'mandate.granted',
      actor: { kind: 'person', id: actor },
      object: { kind: 'mandate', id: mandate.id },
      detail: { entityId, agentKind: agent.kind, functions: functions.join(' '), validTo: validTo.toISOString() },
    })
    return mandate
  })
}
