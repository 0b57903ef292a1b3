/**
 * A mandate (授权): a legal entity, through its legal representative, lets an agent do named things for a time.
 * It is never changed, only revoked; it is not passed on.
 */
import type { EntityKind } from './legal-entity.ts'

export const MANDATE_FUNCTIONS = [
  'seal.apply', // ask for a seal to be made
  'seal.approve', // decide on that
  'seal.use', // stamp
  'seal.manage', // suspend, resume, revoke
  'licence.issue',
  'licence.manage',
  'licence.read',
  'matter.file',
  'certificate.apply', // ask for certificates of that entity
  'ca.review', // decide on requests for certificates; of the CA's operator only
  'ca.recover', // recover escrowed keys; of the CA's operator only
] as const
export type MandateFunction = (typeof MANDATE_FUNCTIONS)[number]

export type Agent =
  { readonly kind: 'person'; readonly personId: string } | { readonly kind: 'client'; readonly clientId: string }

export interface Mandate {
  readonly id: string
  readonly entityId: string
  readonly agent: Agent
  readonly functions: readonly MandateFunction[]
  readonly validFrom: Date
  /** The first moment at which it no longer holds. */
  readonly validTo: Date
  /** Person id of the legal representative who granted it. */
  readonly grantedBy: string
  readonly revokedAt?: Date
}

export type Principal =
  | { readonly kind: 'self' }
  | {
      readonly kind: 'entity'
      readonly entityId: string
      readonly via: 'legal-representative' | { readonly mandateId: string }
    }

export type MandateState = 'valid' | 'not-yet-valid' | 'expired' | 'revoked'

/** Revocation wins over expiry: it says more. */
export const mandateState = (mandate: Mandate, at: Date): MandateState => {
  if (mandate.revokedAt !== undefined && mandate.revokedAt <= at) return 'revoked'
  if (at >= mandate.validTo) return 'expired'
  return at < mandate.validFrom ? 'not-yet-valid' : 'valid'
}

/** Decisions about seals and keys are made by people, and only public bodies issue licences. */
const PEOPLE_ONLY: ReadonlySet<MandateFunction> = new Set([
  'seal.apply',
  'seal.approve',
  'seal.manage',
  'ca.review',
  'ca.recover',
])
const PUBLIC_BODIES_ONLY: ReadonlySet<MandateFunction> = new Set(['licence.issue', 'licence.manage'])
const PUBLIC_BODIES: ReadonlySet<EntityKind> = new Set(['government-office', 'institution'])

export const mayHold = (fn: MandateFunction, agent: Agent['kind'], entity: EntityKind): boolean =>
  !(agent === 'client' && PEOPLE_ONLY.has(fn)) && !(PUBLIC_BODIES_ONLY.has(fn) && !PUBLIC_BODIES.has(entity))

/** What a legal representative may do: everything that an entity of this kind may do. */
export const functionsOf = (entity: EntityKind): readonly MandateFunction[] =>
  MANDATE_FUNCTIONS.filter((fn) => mayHold(fn, 'person', entity))
