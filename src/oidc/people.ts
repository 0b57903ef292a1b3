/** Who people are and for whom they may act, asked of src/identity each time: nothing about it is kept in a session. */
import { parseCitizenId } from '../../standards/gb-11643-citizen-id/index.ts'
import {
  findAccountHolder,
  findMandate,
  findProvenEntity,
  findProvenPerson,
  listPrincipals,
  type IdentityDeps,
  type Principal,
  type ProofingEvidence,
} from '../identity/index.ts'
import type { HeldAuthority, KnownAccount, KnownPerson, People, RegisterCheck } from './ports.ts'

type Deps = Pick<IdentityDeps, 'store' | 'clock'>
type EntityPrincipal = Extract<Principal, { kind: 'entity' }>

const asChecks = (evidence: readonly ProofingEvidence[]): RegisterCheck[] =>
  evidence.map((e) => ({ checkId: e.requestId, at: e.at }))

const sameVia = (a: EntityPrincipal['via'], b: EntityPrincipal['via']): boolean =>
  a === 'legal-representative' || b === 'legal-representative' ? a === b : a.mandateId === b.mandateId

const account = async (deps: Deps, accountId: string): Promise<KnownAccount | undefined> => {
  const found = await findAccountHolder(deps, accountId)
  if (found?.accountStatus !== 'active' || found.personStatus !== 'active') return undefined
  return { accountId, personId: found.personId, proofing: found.proofing }
}

const person = async (deps: Deps, personId: string): Promise<KnownPerson | undefined> => {
  const proven = await findProvenPerson(deps, personId)
  if (proven === undefined) return undefined
  const { name, citizenIdNumber, proofing, provenAt } = proven.person
  const { birthdate } = parseCitizenId(citizenIdNumber)
  return { name, birthdate, level: proofing, provenAt, checks: asChecks(proven.evidence) }
}

const authority = async (
  deps: Deps,
  personId: string,
  principal: EntityPrincipal,
): Promise<HeldAuthority | undefined> => {
  const { available } = await listPrincipals(deps, { personId, at: deps.clock.now() })
  const held = available.find((a) => a.entity.id === principal.entityId && sameVia(a.principal.via, principal.via))
  if (held === undefined) return undefined
  const proven = await findProvenEntity(deps, held.entity.id)
  const { via } = held.principal
  const mandate = via === 'legal-representative' ? undefined : await findMandate(deps, via.mandateId)
  const { id, name, uscc, kind, registeredAt } = held.entity
  return {
    entity: { id, name, uscc, kind, registeredAt, level: 'L3', checks: asChecks(proven?.evidence ?? []) },
    functions: held.functions,
    via,
    ...(mandate === undefined ? {} : { validFrom: mandate.validFrom }),
    ...(held.validTo === undefined ? {} : { validTo: held.validTo }),
  }
}

export const makePeople = (deps: Deps): People => ({
  account: (accountId) => account(deps, accountId),
  person: (personId) => person(deps, personId),
  name: async (personId) => (await deps.store.persons.find(personId))?.name,
  authority: async (personId, principal) =>
    principal.kind === 'self' ? undefined : authority(deps, personId, principal),
})
