/** What we keep about a client beyond RFC 7591: for whom its users may act, how strongly they must sign in, whose it is. */
import type { Client } from 'oidc-provider'

export type PrincipalTypes = 'self' | 'entity' | 'any'
export const PRINCIPAL_TYPES: readonly PrincipalTypes[] = ['self', 'entity', 'any']

/** Names as they stand in the metadata; the library must be told of each. */
export const EXTRA_METADATA = [
  'principal_types',
  'min_acr',
  'organisation_entity_id',
  'organisation_name',
  'pairwise_key',
  'logout_mode',
  'lease_seconds',
  'functions',
  'consent',
] as const

export interface ClientPolicy {
  readonly principalTypes: PrincipalTypes
  readonly minAcr?: string
  /** Acting for an entity takes one of these functions; empty: any. */
  readonly functions: readonly string[]
  /** The person is asked before data goes there. */
  readonly asksConsent: boolean
  readonly organisationEntityId?: string
  readonly organisationName?: string
  /** Undefined for the built-in client. */
  readonly pairwiseKey?: string
  /** Seconds that its sessions may go on without us; undefined for portals that can be told. */
  readonly lease?: number
}

const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined)

export const clientPolicy = (client: Client): ClientPolicy => {
  const metadata = client.metadata()
  const minAcr = text(metadata['min_acr'])
  const organisationEntityId = text(metadata['organisation_entity_id'])
  const organisationName = text(metadata['organisation_name'])
  const pairwiseKey = text(metadata['pairwise_key'])
  const functions = metadata['functions']
  const lease = metadata['lease_seconds']
  return {
    principalTypes: PRINCIPAL_TYPES.find((t) => t === metadata['principal_types']) ?? 'self',
    functions: Array.isArray(functions) ? functions.map(String) : [],
    asksConsent: metadata['consent'] === 'ask',
    ...(minAcr === undefined ? {} : { minAcr }),
    ...(organisationEntityId === undefined ? {} : { organisationEntityId }),
    ...(organisationName === undefined ? {} : { organisationName }),
    ...(pairwiseKey === undefined ? {} : { pairwiseKey }),
    ...(typeof lease === 'number' ? { lease } : {}),
  }
}

/** Who may link two subjects of one person: clients of one sector. The client itself when it has no address of its own. */
export const sectorOf = (client: Client): string => text(client.sectorIdentifier) ?? client.clientId
