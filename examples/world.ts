/** The demonstration world: every demo person, entity, account, secret and client key, as constants. Refused in production. */
import data from './world.json' with { type: 'json' }
import type { AdministratorRole, EntityKind, MandateFunction } from '../src/identity/index.ts'

export interface WorldPerson {
  /** Short name by which the rest of the world refers to them. */
  readonly id: string
  readonly name: string
  readonly citizenIdNumber: string
  /** The registry knows them under `name` only. */
  readonly formerName?: string
  readonly deceased?: boolean
}

export interface WorldEntity {
  readonly id: string
  readonly kind: EntityKind
  readonly name: string
  readonly uscc: string
  /** Id of a person. */
  readonly legalRepresentative: string
  /** What the registry says. */
  readonly status: 'active' | 'deregistered'
  /** Whether it stands in the service from the start. */
  readonly registered: boolean
}

export interface WorldAccount {
  /** Id of a person. */
  readonly person: string
  readonly loginName: string
  readonly password: string
  /** For the list that the start prints. */
  readonly what: string
  readonly administrator?: AdministratorRole
}

export interface WorldMandate {
  readonly entity: string
  readonly agent: { readonly person: string } | { readonly client: string }
  readonly functions: readonly MandateFunction[]
  readonly validDays: number
}

export interface WorldJwk {
  readonly kty: 'EC'
  readonly crv: 'P-256'
  readonly x: string
  readonly y: string
  readonly d?: string
  readonly kid: string
  readonly alg: 'ES256'
  readonly use: 'sig'
}

export type ClientAuthentication =
  | { readonly method: 'client_secret_basic'; readonly secret: string }
  | {
      readonly method: 'private_key_jwt'
      readonly algorithm: 'ES256'
      readonly publicJwk: WorldJwk
      readonly privateJwk: WorldJwk
    }

export interface WorldClient {
  readonly id: string
  readonly name: string
  /** For people to read; the demonstration listens on loopback. */
  readonly host: string
  readonly kind: 'portal' | 'approval-system'
  readonly authentication: ClientAuthentication
  /** Portals: for whom people may act there. */
  readonly principals?: readonly ('self' | 'entity')[]
  readonly minimumProofing?: 'L3'
  /** Approval systems: the office they belong to. */
  readonly entity?: string
}

export interface WorldDivision {
  readonly name: string
  readonly division: string
}

export interface World {
  readonly notice: string
  readonly province: WorldDivision & {
    readonly cities: readonly (WorldDivision & { readonly counties: readonly WorldDivision[] })[]
  }
  readonly people: readonly WorldPerson[]
  readonly entities: readonly WorldEntity[]
  readonly accounts: readonly WorldAccount[]
  readonly mandates: readonly WorldMandate[]
  readonly clients: readonly WorldClient[]
  /** Id of the organisation that runs the CA: its mandates make certificate officers. */
  readonly caOperator: string
  /** Shared secrets with the two registries, by client id. */
  readonly registrySecrets: { readonly xinyin: string }
}

export const world = data as World
