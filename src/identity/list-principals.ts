/** For whom a person may act now: themselves, entities they represent, entities that gave them a mandate; and those they may not, with the reason. */
import type { LegalEntity } from './legal-entity.ts'
import { functionsOf, mandateState, type Mandate, type MandateFunction, type Principal } from './mandate.ts'
import type { IdentityDeps } from './ports.ts'

export interface AvailablePrincipal {
  readonly principal: Extract<Principal, { kind: 'entity' }>
  readonly entity: LegalEntity
  readonly functions: readonly MandateFunction[]
  /** Absent for the legal representative. */
  readonly validTo?: Date
}

export interface UnavailablePrincipal {
  readonly entity: LegalEntity
  readonly mandateId?: string
  readonly reason: 'expired' | 'revoked' | 'not-yet-valid' | 'entity-not-active'
  /** When it ended, or when it begins. */
  readonly date?: Date
}

export interface Principals {
  /** The person themselves always stands first and is not listed here. */
  readonly available: readonly AvailablePrincipal[]
  readonly unavailable: readonly UnavailablePrincipal[]
}

const represented = (entity: LegalEntity): AvailablePrincipal => ({
  principal: { kind: 'entity', entityId: entity.id, via: 'legal-representative' },
  entity,
  functions: functionsOf(entity.kind),
})

const mandated = (entity: LegalEntity, mandate: Mandate): AvailablePrincipal => ({
  principal: { kind: 'entity', entityId: entity.id, via: { mandateId: mandate.id } },
  entity,
  functions: mandate.functions,
  validTo: mandate.validTo,
})

const DATE_OF = {
  expired: (m: Mandate) => m.validTo,
  revoked: (m: Mandate) => m.revokedAt ?? m.validTo,
  'not-yet-valid': (m: Mandate) => m.validFrom,
} as const

/** Entities without any way to act stand once in `unavailable`, with their newest mandate. */
export const listPrincipals = async (
  deps: Pick<IdentityDeps, 'store'>,
  { personId, at }: { readonly personId: string; readonly at: Date },
): Promise<Principals> => {
  const own = await deps.store.entities.ofRepresentative(personId)
  const mandates = await deps.store.mandates.ofAgent({ kind: 'person', personId })
  const entities = new Map<string, LegalEntity>(
    (await deps.store.entities.findMany([...new Set(mandates.map((m) => m.entityId))])).map((e) => [e.id, e]),
  )
  const available = own.filter((e) => e.status === 'active').map(represented)
  const unavailable = new Map<string, UnavailablePrincipal>(
    own.filter((e) => e.status !== 'active').map((entity) => [entity.id, { entity, reason: 'entity-not-active' }]),
  )
  for (const mandate of mandates) {
    const entity = entities.get(mandate.entityId)
    if (entity === undefined) continue
    const state = mandateState(mandate, at)
    if (entity.status !== 'active')
      unavailable.set(entity.id, { entity, mandateId: mandate.id, reason: 'entity-not-active' })
    else if (state === 'valid') available.push(mandated(entity, mandate))
    else if (!unavailable.has(entity.id))
      unavailable.set(entity.id, { entity, mandateId: mandate.id, reason: state, date: DATE_OF[state](mandate) })
  }
  const reachable = new Set(available.map((a) => a.entity.id))
  return { available, unavailable: [...unavailable.values()].filter((u) => !reachable.has(u.entity.id)) }
}
