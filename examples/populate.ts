/**
 * Brings the demonstration world into the service by its own operations, registries included: nothing is written past them.
 * Runs again without harm: what is there stays as it is.
 */
import {
  appointAdministrators,
  findAccountOfPerson,
  findEntityByUscc,
  findMandatesGiven,
  findPersonByIdentity,
  grantMandate,
  registerEntity,
  registerPerson,
  type AdministratorRole,
  type Agent,
  type IdentityDeps,
} from '../src/identity/index.ts'
import { isTrustError } from '../src/errors.ts'
import { world, type WorldMandate } from './world.ts'

/** Ids in the service by the short names of the world. */
export interface Populated {
  readonly people: ReadonlyMap<string, string>
  readonly entities: ReadonlyMap<string, string>
}

const DAY_MS = 86_400_000

const get = <T>(map: ReadonlyMap<string, T>, key: string): T => {
  const value = map.get(key)
  if (value === undefined) throw new TypeError(`world.json: nothing is called ${key}`)
  return value
}

const byId = <T extends { readonly id: string }>(things: readonly T[]): ReadonlyMap<string, T> =>
  new Map(things.map((t) => [t.id, t]))

const populatePeople = async (deps: IdentityDeps): Promise<ReadonlyMap<string, string>> => {
  const records = byId(world.people)
  const people = new Map<string, string>()
  for (const { person, loginName, password } of world.accounts) {
    const { name, citizenIdNumber } = get(records, person)
    const known = await findPersonByIdentity(deps, { name, citizenIdNumber })
    people.set(person, known ?? (await registerPerson(deps, { name, citizenIdNumber, loginName, password })).personId)
  }
  return people
}

const populateEntities = async (
  deps: IdentityDeps,
  people: ReadonlyMap<string, string>,
): Promise<ReadonlyMap<string, string>> => {
  const entities = new Map<string, string>()
  for (const { id, name, uscc, legalRepresentative, registered } of world.entities) {
    if (!registered) continue
    const actor = get(people, legalRepresentative)
    const entity = (await findEntityByUscc(deps, uscc)) ?? (await registerEntity(deps, { actor, name, uscc }))
    entities.set(id, entity.id)
  }
  return entities
}

const sameAgent = (a: Agent, b: Agent): boolean =>
  a.kind === 'person'
    ? b.kind === 'person' && a.personId === b.personId
    : b.kind === 'client' && a.clientId === b.clientId

const populateMandate = async (deps: IdentityDeps, made: Populated, mandate: WorldMandate): Promise<void> => {
  const record = get(byId(world.entities), mandate.entity)
  const actor = get(made.people, record.legalRepresentative)
  const entityId = get(made.entities, mandate.entity)
  const agent: Agent =
    'person' in mandate.agent
      ? { kind: 'person', personId: get(made.people, mandate.agent.person) }
      : { kind: 'client', clientId: mandate.agent.client }
  const at = deps.clock.now()
  const given = await findMandatesGiven(deps, { personId: actor, at })
  if (given.some((g) => g.entity.id === entityId && sameAgent(g.mandate.agent, agent))) return
  const validTo = new Date(at.getTime() + mandate.validDays * DAY_MS)
  await grantMandate(deps, { actor, entityId, agent, functions: mandate.functions, validTo })
}

const populateAdministrators = async (deps: IdentityDeps, people: ReadonlyMap<string, string>): Promise<void> => {
  const ids = {} as Record<AdministratorRole, string>
  for (const { person, administrator } of world.accounts) {
    if (administrator === undefined) continue
    const account = await findAccountOfPerson(deps, get(people, person))
    if (account !== undefined) ids[administrator] = account.id
  }
  await appointAdministrators(deps, ids).catch((error: unknown) => {
    if (!isTrustError(error, 'BOOTSTRAP_DONE')) throw error
  })
}

export const populate = async (deps: IdentityDeps): Promise<Populated> => {
  const people = await populatePeople(deps)
  const made = { people, entities: await populateEntities(deps, people) }
  for (const mandate of world.mandates) await populateMandate(deps, made, mandate)
  await populateAdministrators(deps, people)
  return made
}
