/** For whom a person may act, as the page of choice lists it, and back from what its form sends. */
import { TrustError } from '../../errors.ts'
import type { AvailablePrincipal, MandateView, NaturalPerson, Principal, Principals } from '../../identity/index.ts'
import { findMandatesReceived, listPrincipals, maskCitizenId } from '../../identity/index.ts'
import type { PrincipalTypes } from '../../oidc/index.ts'
import type { PrincipalOption, UnavailablePrincipal } from '../pages/choose-principal.ts'
import { namesOf } from './names.ts'
import type { PageDeps } from './page-deps.ts'

const SELF: Principal = { kind: 'self' }

/** What the form sends for a principal. */
export const principalValue = (principal: Principal): string => {
  if (principal.kind === 'self') return 'self'
  const { via, entityId } = principal
  return `${entityId} ${via === 'legal-representative' ? via : via.mandateId}`
}

/** The last day: a mandate ends with the first moment at which it no longer holds. */
export const lastDay = (validTo: Date): Date => new Date(validTo.getTime() - 1)

const entityOption = (held: AvailablePrincipal, grantedBy: string): PrincipalOption => {
  const { principal, entity, functions, validTo } = held
  const common = { value: principalValue(principal), name: entity.name, code: entity.uscc }
  if (validTo === undefined) return { ...common, kind: 'legal-representative' }
  return { ...common, kind: 'agent', functions, grantedBy, validUntil: lastDay(validTo) }
}

const CODES = {
  expired: 'MANDATE_EXPIRED',
  revoked: 'MANDATE_REVOKED',
  'not-yet-valid': 'MANDATE_NOT_YET_VALID',
  'entity-not-active': 'ENTITY_NOT_ACTIVE',
} as const

const unavailableLine = ({ entity, reason, date }: Principals['unavailable'][number]): UnavailablePrincipal => {
  const on = date === undefined ? undefined : reason === 'expired' ? lastDay(date) : date
  return { name: entity.name, code: CODES[reason], ...(on === undefined ? {} : { on }) }
}

const granterOf = async (
  deps: Pick<PageDeps, 'identity'>,
  received: readonly MandateView[],
): Promise<(principal: AvailablePrincipal['principal']) => string> => {
  const granters = new Map(received.map(({ mandate }) => [mandate.id, mandate.grantedBy]))
  const name = await namesOf(
    deps,
    [...granters.values()].map((personId) => ({ kind: 'person', personId })),
  )
  return ({ via }) =>
    via === 'legal-representative' ? '' : name({ kind: 'person', personId: granters.get(via.mandateId) ?? '' })
}

export interface PrincipalQuestion {
  readonly person: Pick<NaturalPerson, 'id' | 'name' | 'citizenIdNumber'>
  readonly types: PrincipalTypes
}

export interface PrincipalChoices {
  readonly options: readonly PrincipalOption[]
  readonly unavailable: readonly UnavailablePrincipal[]
}

export const principalChoices = async (
  { identity, clock }: Pick<PageDeps, 'identity' | 'clock'>,
  { person, types }: PrincipalQuestion,
): Promise<PrincipalChoices> => {
  const mine = { personId: person.id, at: clock.now() }
  const { available, unavailable } = await listPrincipals(identity, mine)
  const granter = await granterOf({ identity }, await findMandatesReceived(identity, mine))
  const self: PrincipalOption = {
    value: principalValue(SELF),
    kind: 'self',
    name: person.name,
    code: maskCitizenId(person.citizenIdNumber),
  }
  const entities = available.map((held) => entityOption(held, granter(held.principal)))
  return {
    options: [...(types === 'entity' ? [] : [self]), ...(types === 'self' ? [] : entities)],
    unavailable: types === 'self' ? [] : unavailable.map(unavailableLine),
  }
}

/** @throws TrustError INPUT_INVALID when nothing was chosen, PRINCIPAL_NOT_AVAILABLE when it is none of theirs now */
export const chosenPrincipal = async (
  { identity, clock }: Pick<PageDeps, 'identity' | 'clock'>,
  { personId, value }: { readonly personId: string; readonly value: string },
): Promise<Principal> => {
  if (value === '') throw new TrustError('INPUT_INVALID', 'nothing was chosen', { field: 'principal' })
  if (value === principalValue(SELF)) return SELF
  const { available } = await listPrincipals(identity, { personId, at: clock.now() })
  const held = available.find(({ principal }) => principalValue(principal) === value)
  if (held === undefined) throw new TrustError('PRINCIPAL_NOT_AVAILABLE', 'not one of theirs now')
  return held.principal
}
