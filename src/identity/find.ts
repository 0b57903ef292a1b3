/** Questions that pages and claims ask. They read, and decide nothing. */
import type { Account, AccountHolder, AdministratorRole } from './account.ts'
import type { ProofingEvidence } from './assurance.ts'
import type { LegalEntity } from './legal-entity.ts'
import { mandateState, type Mandate, type MandateState } from './mandate.ts'
import type { NaturalPerson } from './natural-person.ts'
import type { IdentityDeps } from './ports.ts'

type Deps = Pick<IdentityDeps, 'store'>

export interface ProvenPerson {
  readonly person: NaturalPerson
  /** Newest first. */
  readonly evidence: readonly ProofingEvidence[]
}

export const findProvenPerson = async ({ store }: Deps, personId: string): Promise<ProvenPerson | undefined> => {
  const person = await store.persons.find(personId)
  return person && { person, evidence: await store.evidence.of({ kind: 'person', id: personId }) }
}

export interface ProvenEntity {
  readonly entity: LegalEntity
  readonly evidence: readonly ProofingEvidence[]
}

export const findProvenEntity = async ({ store }: Deps, entityId: string): Promise<ProvenEntity | undefined> => {
  const entity = await store.entities.find(entityId)
  return entity && { entity, evidence: await store.evidence.of({ kind: 'entity', id: entityId }) }
}

export const findEntityByUscc = ({ store }: Deps, uscc: string): Promise<LegalEntity | undefined> =>
  store.entities.findByUscc(uscc)

export const findAccount = ({ store }: Deps, accountId: string): Promise<Account | undefined> =>
  store.accounts.find(accountId)

export const findAccountHolder = ({ store }: Deps, accountId: string): Promise<AccountHolder | undefined> =>
  store.accounts.findHolder(accountId)

export const findAccountOfPerson = ({ store }: Deps, personId: string): Promise<Account | undefined> =>
  store.accounts.findByPerson(personId)

export const findAdministratorRole = ({ store }: Deps, accountId: string): Promise<AdministratorRole | undefined> =>
  store.administrators.roleOf(accountId)

/** The registered person with this name and number; both must fit, and a miss does not say which did not. */
export const findPersonByIdentity = async (
  { store }: Deps,
  { name, citizenIdNumber }: { readonly name: string; readonly citizenIdNumber: string },
): Promise<string | undefined> => {
  const person = await store.persons.findByCitizenId(citizenIdNumber)
  return person?.name === name ? person.id : undefined
}

export const findMandate = ({ store }: Deps, mandateId: string): Promise<Mandate | undefined> =>
  store.mandates.find(mandateId)

export const findEntitiesOfRepresentative = ({ store }: Deps, personId: string): Promise<readonly LegalEntity[]> =>
  store.entities.ofRepresentative(personId)

export interface MandateView {
  readonly mandate: Mandate
  readonly state: MandateState
  readonly entity: LegalEntity
  /** Name of the person who may act, or the id of the client. */
  readonly agentName: string
  /** The mandate is of no use then. */
  readonly agentDeceased: boolean
}

const viewsOf = async ({ store }: Deps, mandates: readonly Mandate[], at: Date): Promise<MandateView[]> => {
  const entities = new Map(
    (await store.entities.findMany([...new Set(mandates.map((m) => m.entityId))])).map((e) => [e.id, e]),
  )
  const views: MandateView[] = []
  for (const mandate of mandates) {
    const entity = entities.get(mandate.entityId)
    if (entity === undefined) continue
    const { agent } = mandate
    const person = agent.kind === 'client' ? undefined : await store.persons.find(agent.personId)
    const agentName = agent.kind === 'client' ? agent.clientId : (person?.name ?? '')
    const agentDeceased = person?.status === 'deceased'
    views.push({ mandate, state: mandateState(mandate, at), entity, agentName, agentDeceased })
  }
  return views
}

interface Mine {
  readonly personId: string
  readonly at: Date
}

/** Newest first, ended ones too. */
export const findMandatesReceived = async (deps: Deps, { personId, at }: Mine): Promise<readonly MandateView[]> =>
  viewsOf(deps, await deps.store.mandates.ofAgent({ kind: 'person', personId }), at)

/** Of every entity that this person represents, newest first within each. */
export const findMandatesGiven = async (deps: Deps, { personId, at }: Mine): Promise<readonly MandateView[]> => {
  const given: Mandate[] = []
  for (const entity of await deps.store.entities.ofRepresentative(personId))
    given.push(...(await deps.store.mandates.ofEntity(entity.id)))
  return viewsOf(deps, given, at)
}
