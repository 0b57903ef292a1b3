/**
 * Registers a legal entity: the actor must be its legal representative, which the legal-entity registry confirms by
 * matching (we send name and number, it says match or not). An outage creates nothing and is never a "no".
 */
import { TrustError } from '../errors.ts'
import { levelAtLeast, REGISTER_MATCH_LEVEL } from './assurance.ts'
import { requireEntityName, requireUscc, type LegalEntity } from './legal-entity.ts'
import type { EntityAnswer, IdentityDeps } from './ports.ts'
import type { NaturalPerson } from './natural-person.ts'

export interface EntityRegistration {
  /** Person id. */
  readonly actor: string
  readonly name: string
  readonly uscc: string
}

type Deps = Pick<IdentityDeps, 'clock' | 'ids' | 'work' | 'store' | 'legalEntityRegistry' | 'audit'>
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
  const { kind } = requireMatch(
    await deps.legalEntityRegistry.matchEntity({
      requestId,
      name,
      uscc,
      representative: { name: representative.name, citizenIdNumber: representative.citizenIdNumber },
    }),
  )
  const at = deps.clock.now()
  const common = { name, uscc, status: 'active', registeredAt: at } as const
  const entity: LegalEntity = { id: deps.ids.next(), kind, legalRepresentativeId: representative.id, ...common }
  return record(deps, entity, requestId)
}

const record = (deps: Deps, entity: LegalEntity, requestId: string): Promise<LegalEntity> =>
  deps.work.run(async (tx) => {
    await deps.store.entities.insert(tx, entity)
    await deps.store.evidence.insert(tx, {
      id: deps.ids.next(),
      subject: { kind: 'entity', id: entity.id },
      source: 'legal-entity-registry',
      method: 'name-code-and-representative',
      requestId,
      level: REGISTER_MATCH_LEVEL,
      at: entity.registeredAt,
    })
    await deps.audit.record(tx, {
      action: 'entity.registered',
      actor: { kind: 'person', id: entity.legalRepresentativeId },
      object: { kind: 'entity', id: entity.id },
      detail: { kind: entity.kind, requestId },
    })
    return entity
  })
