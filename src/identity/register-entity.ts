/**
 * Registers a legal entity: the actor must be its legal representative, which the legal-entity registry confirms by
 * matching (we send name and number, it says match or not). An outage creates nothing and is never a "no".
 * A new representative of an entity that is here takes its place in the same way.
 */
import { TrustError } from '../errors.ts'
import type { Tx } from '../kernel/index.ts'
import { noteRegistryAnswer } from './apply-register-event.ts'
import { levelAtLeast, REGISTER_MATCH_LEVEL } from './assurance.ts'
import { requireActive, requireEntityName, requireUscc, type LegalEntity } from './legal-entity.ts'
import type { EntityAnswer, IdentityDeps } from './ports.ts'
import type { NaturalPerson } from './natural-person.ts'

export interface EntityRegistration {
  /** Person id. */
  readonly actor: string
  readonly name: string
  readonly uscc: string
}

type Deps = Pick<IdentityDeps, 'clock' | 'ids' | 'work' | 'store' | 'legalEntityRegistry' | 'audit' | 'reaction'>
type Match = Extract<EntityAnswer, { verdict: 'match' }>

const requireMatch = (answer: EntityAnswer): Match => {
  switch (answer.verdict) {
    case 'match':
      return answer
    case 'mismatch':
      throw new TrustError('ENTITY_MISMATCH', 'name and code do not belong together', { field: 'name' })
    case 'representative-mismatch':
      throw new TrustError('ENTITY_MISMATCH', 'not the legal representative', { field: 'legalRepresentative' })
    case 'not-found':
      throw new TrustError('ENTITY_NOT_FOUND', 'the registry does not know this code', { field: 'uscc' })
    case 'not-active':
      throw new TrustError('ENTITY_NOT_ACTIVE', 'revoked or deregistered', { field: 'uscc' })
  }
}

const requireRepresentative = async (deps: Deps, personId: string): Promise<NaturalPerson> => {
  const person = await deps.store.persons.find(personId)
  if (person === undefined) throw new TrustError('PERSON_NOT_FOUND', 'no such person')
  if (person.status === 'deceased') throw new TrustError('PERSON_DECEASED', 'this person has died')
  if (!levelAtLeast(person.proofing, 'L3'))
    throw new TrustError('ASSURANCE_TOO_LOW', 'only a person proven against the register')
  return person
}

/**
 * @throws TrustError INPUT_INVALID, USCC_INVALID, ASSURANCE_TOO_LOW, ENTITY_MISMATCH (`field` legalRepresentative: it is
 * somebody else), ENTITY_NOT_FOUND, ENTITY_NOT_ACTIVE, ENTITY_ALREADY_REGISTERED, REGISTRY_UNAVAILABLE, REGISTRY_ANSWER_UNDEFINED
 */
export const registerEntity = async (deps: Deps, typed: EntityRegistration): Promise<LegalEntity> => {
  const name = requireEntityName(typed.name)
  const { code: uscc } = requireUscc(typed.uscc)
  const representative = await requireRepresentative(deps, typed.actor)

  const requestId = deps.ids.next()
  const match = requireMatch(
    await deps.legalEntityRegistry.matchEntity({
      requestId,
      name,
      uscc,
      representative: { name: representative.name, citizenIdNumber: representative.citizenIdNumber },
    }),
  )
  return deps.work.run(async (tx) => {
    if (!(await noteRegistryAnswer(deps, tx, { registry: 'legal-entity', subject: uscc, at: match.at })))
      throw new TrustError('TRY_LATER', 'the registry has told something else since it answered')
    const known = await deps.store.entities.hold(tx, uscc)
    const proven = { requestId, representativeId: representative.id }
    if (known !== undefined) return takeOver(deps, tx, { ...proven, entity: known })
    return create(deps, tx, { ...proven, name, uscc, kind: match.kind })
  })
}

interface Proven {
  readonly requestId: string
  readonly representativeId: string
}

const recordEvidence = async (deps: Deps, tx: Tx, { id, requestId }: { id: string; requestId: string }) =>
  deps.store.evidence.insert(tx, {
    id: deps.ids.next(),
    subject: { kind: 'entity', id },
    source: 'legal-entity-registry',
    method: 'name-code-and-representative',
    requestId,
    level: REGISTER_MATCH_LEVEL,
    at: deps.clock.now(),
  })

const create = async (
  deps: Deps,
  tx: Tx,
  { requestId, representativeId, ...found }: Proven & Pick<LegalEntity, 'name' | 'uscc' | 'kind'>,
): Promise<LegalEntity> => {
  const state = { status: 'active', registeredAt: deps.clock.now() } as const
  const entity: LegalEntity = { id: deps.ids.next(), ...found, legalRepresentativeId: representativeId, ...state }
  await deps.store.entities.insert(tx, entity)
  await recordEvidence(deps, tx, { id: entity.id, requestId })
  await deps.audit.record(tx, {
    action: 'entity.registered',
    actor: { kind: 'person', id: representativeId },
    object: { kind: 'entity', id: entity.id },
    detail: { kind: entity.kind, requestId },
  })
  return entity
}

/** The registry says that this person represents an entity that is here already: from now on they do, and nobody else. */
const takeOver = async (
  deps: Deps,
  tx: Tx,
  { requestId, representativeId, entity }: Proven & { readonly entity: LegalEntity },
): Promise<LegalEntity> => {
  const { id, legalRepresentativeId: former } = requireActive(entity)
  if (former === representativeId) throw new TrustError('ENTITY_ALREADY_REGISTERED', 'this entity is registered')
  await deps.store.entities.setRepresentative(tx, id, representativeId)
  await recordEvidence(deps, tx, { id, requestId })
  if (former !== undefined)
    await deps.reaction.entityChanged(tx, {
      entityId: id,
      change: 'representative-changed',
      formerRepresentativeId: former,
    })
  await deps.audit.record(tx, {
    action: 'entity.representative-changed',
    actor: { kind: 'person', id: representativeId },
    object: { kind: 'entity', id },
    detail: { requestId, vacant: former === undefined },
  })
  return { ...entity, legalRepresentativeId: representativeId }
}
