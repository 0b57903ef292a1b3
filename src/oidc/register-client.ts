/**
 * Registers a portal or system of an organisation. Portals must be reachable for sign-out to be true everywhere; a secret is kept
 * encrypted. Refuses scopes that do not exist, and clear-text addresses outside this machine unless the network is declared private.
 */
import { TrustError } from '../errors.ts'
import type { Actor, AuditEvent } from '../audit/index.ts'
import { MANDATE_FUNCTIONS, parseAcr, type MandateFunction } from '../identity/index.ts'
import { SECRET_COLUMN } from './client-metadata.ts'
import { PRINCIPAL_TYPES, type PrincipalTypes } from './client-policy.ts'
import { OWN_PAGES } from './own-pages.ts'
import { LEASE } from './lifetimes.ts'
import type { ClientRow, LogoutMode, OidcDeps, Payload } from './ports.ts'
import { FEED_SCOPE, SCOPES } from './scopes.ts'

export interface ClientRegistration {
  readonly clientId: string
  readonly name: string
  readonly uri?: string
  readonly logoUri?: string
  readonly organisationEntityId?: string
  readonly organisationName?: string
  /** Space-separated in the metadata; a client can ask for nothing else. */
  readonly scopes: readonly string[]
  readonly grantTypes: readonly ('authorization_code' | 'refresh_token' | 'client_credentials')[]
  readonly redirectUris?: readonly string[]
  readonly postLogoutRedirectUris?: readonly string[]
  readonly backchannelLogoutUri?: string
  /** Without an address to call: `feed`, it fetches what ended; `lease` (unless said otherwise), its sessions are short. */
  readonly logoutMode?: Exclude<LogoutMode, 'callback'>
  /** With `lease`: how long its sessions may go on without us, 60 to 3600 seconds; 300 when absent. */
  readonly leaseSeconds?: number
  /** Either a secret (client_secret_basic, 32 characters or more) or keys (private_key_jwt). */
  readonly secret?: string
  readonly jwks?: { readonly keys: readonly Payload[] }
  readonly jwksUri?: string
  readonly principalTypes?: PrincipalTypes
  readonly minAcr?: string
  /** Acting for an entity takes one of these functions; absent: any. */
  readonly functions?: readonly MandateFunction[]
  /** `high` (FAPI 2.0): pushed requests, tokens bound to a key (DPoP), and keys instead of a secret. */
  readonly tier?: 'standard' | 'high'
  /** `ask`: the person is asked before their data goes there; `implied`: the portal's own law says so. */
  readonly consent?: 'implied' | 'ask'
  /** http beyond loopback is accepted: a closed government network without TLS. */
  readonly clearText?: boolean
}

/** Stands in the metadata of portals that fetch, for the library only. */
export const FEED_ADDRESS = 'https://feed.invalid/'

type Deps = Pick<OidcDeps, 'store' | 'work' | 'audit' | 'clock' | 'cipher' | 'pairwise'>

const refuse = (field: string, message: string): never => {
  throw new TrustError('INPUT_INVALID', message, { field })
}

const LOOPBACK: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]'])

const hostOf = (field: string, address: string, clearText: boolean): string => {
  const url = URL.parse(address)
  if (url === null || url.hash !== '' || url.username !== '' || url.password !== '')
    return refuse(field, 'not an address that can be registered')
  const secure = url.protocol === 'https:' || (url.protocol === 'http:' && (clearText || LOOPBACK.has(url.hostname)))
  return secure ? url.host : refuse(field, 'must be https')
}

const hostsOf = (c: ClientRegistration): string[] => {
  const clear = c.clearText === true
  const one = (field: string, address: string | undefined): string[] =>
    address === undefined ? [] : [hostOf(field, address, clear)]
  return [
    ...new Set([
      ...(c.redirectUris ?? []).map((uri) => hostOf('redirectUris', uri, clear)),
      ...(c.postLogoutRedirectUris ?? []).map((uri) => hostOf('postLogoutRedirectUris', uri, clear)),
      ...one('backchannelLogoutUri', c.backchannelLogoutUri),
      ...one('jwksUri', c.jwksUri),
    ]),
  ]
}

const checkLogout = (c: ClientRegistration): void => {
  const { logoutMode, backchannelLogoutUri, leaseSeconds, grantTypes, scopes } = c
  if (logoutMode !== undefined && backchannelLogoutUri !== undefined)
    refuse('logoutMode', 'a portal that has an address is called')
  const feeds = grantTypes.includes('client_credentials') && scopes.includes(FEED_SCOPE)
  if (logoutMode === 'feed' && !feeds) refuse('logoutMode', `to fetch takes client_credentials and ${FEED_SCOPE}`)
  const outOfRange = leaseSeconds !== undefined && !(leaseSeconds >= 60 && leaseSeconds <= 3_600)
  if (outOfRange || (leaseSeconds !== undefined && modeOf(c) !== 'lease')) refuse('leaseSeconds', 'not for this portal')
}

const modeOf = ({ logoutMode = 'lease', backchannelLogoutUri }: ClientRegistration): LogoutMode =>
  backchannelLogoutUri === undefined ? logoutMode : 'callback'

const check = (c: ClientRegistration): void => {
  if (!/^[A-Za-z0-9._-]{3,64}$/.test(c.clientId) || c.clientId === OWN_PAGES) refuse('clientId', 'not usable as an id')
  if (c.name.trim() === '') refuse('name', 'missing')
  if (c.scopes.length === 0 || c.scopes.some((s) => !SCOPES.includes(s))) refuse('scopes', 'not scopes of this service')
  const asksForCode = c.grantTypes.includes('authorization_code')
  if (asksForCode !== (c.redirectUris?.length ?? 0) > 0) refuse('redirectUris', 'go with authorization_code')
  const keys = [c.secret, c.jwks, c.jwksUri].filter((x) => x !== undefined)
  if (keys.length !== 1) refuse('secret', 'exactly one of secret, jwks, jwksUri')
  if (c.secret !== undefined && c.secret.length < 32) refuse('secret', 'too short')
  checkLogout(c)
  if (!PRINCIPAL_TYPES.includes(c.principalTypes ?? 'self')) refuse('principalTypes', 'not a known type')
  if (c.tier === 'high' && c.secret !== undefined) refuse('secret', 'the high tier takes keys')
  if (c.functions?.some((f) => !MANDATE_FUNCTIONS.includes(f)) === true)
    refuse('functions', 'not functions of mandates')
  if (c.functions !== undefined && (c.principalTypes ?? 'self') === 'self') refuse('functions', 'take principalTypes')
  if (c.minAcr !== undefined && parseAcr(c.minAcr) === undefined) refuse('minAcr', 'not a known level')
}

const optional = (entries: Readonly<Record<string, unknown>>): Payload =>
  Object.fromEntries(Object.entries(entries).filter(([, value]) => value !== undefined))

const metadataOf = (c: ClientRegistration, pairwiseKey: string): Payload =>
  optional({
    client_name: c.name,
    client_uri: c.uri,
    logo_uri: c.logoUri,
    scope: c.scopes.join(' '),
    grant_types: c.grantTypes,
    response_types: c.grantTypes.includes('authorization_code') ? ['code'] : [],
    redirect_uris: c.redirectUris ?? [],
    post_logout_redirect_uris: c.postLogoutRedirectUris,
    // Without both the ID Token has no sid; what the library would call at a feed is never called (outgoing-fetch.ts).
    backchannel_logout_uri: c.backchannelLogoutUri ?? (modeOf(c) === 'feed' ? FEED_ADDRESS : undefined),
    backchannel_logout_session_required: modeOf(c) === 'lease' ? undefined : true,
    token_endpoint_auth_method: c.secret === undefined ? 'private_key_jwt' : 'client_secret_basic',
    jwks: c.jwks,
    jwks_uri: c.jwksUri,
    principal_types: c.principalTypes ?? 'self',
    min_acr: c.minAcr,
    functions: c.functions,
    consent: c.consent,
    require_pushed_authorization_requests: c.tier === 'high' ? true : undefined,
    dpop_bound_access_tokens: c.tier === 'high' ? true : undefined,
    organisation_entity_id: c.organisationEntityId,
    organisation_name: c.organisationName,
    pairwise_key: pairwiseKey,
  })

const rowOf = (deps: Deps, registration: ClientRegistration): ClientRow => {
  check(registration)
  const { clientId, secret, organisationEntityId, backchannelLogoutUri } = registration
  return {
    clientId,
    metadata: metadataOf(registration, deps.pairwise.current),
    hosts: hostsOf(registration),
    logoutMode: modeOf(registration),
    ...(modeOf(registration) === 'lease' ? { leaseSeconds: registration.leaseSeconds ?? LEASE } : {}),
    createdAt: deps.clock.now(),
    ...(secret === undefined ? {} : { secretSealed: deps.cipher.encrypt(SECRET_COLUMN, secret) }),
    ...(organisationEntityId === undefined ? {} : { organisationEntityId }),
    ...(backchannelLogoutUri === undefined ? {} : { backchannelLogoutUri }),
  }
}

const audited = (action: string, { clientId, scopes, grantTypes }: ClientRegistration, actor: Actor): AuditEvent => ({
  action,
  actor,
  object: { kind: 'client', id: clientId },
  detail: { scopes: scopes.join(' '), grants: grantTypes.join(' ') },
})

/** @throws TrustError INPUT_INVALID, CONFLICT (the id is taken) */
export const registerClient = async (deps: Deps, registration: ClientRegistration, actor: Actor): Promise<void> => {
  const client = rowOf(deps, registration)
  await deps.work.run(async (tx) => {
    if (!(await deps.store.clients.insert(tx, client))) throw new TrustError('CONFLICT', 'the client id is taken')
    await deps.audit.record(tx, audited('client.registered', registration, actor))
  })
}

/** Registers, or replaces what is registered under this id. @throws TrustError INPUT_INVALID */
export const putClient = async (deps: Deps, registration: ClientRegistration, actor: Actor): Promise<void> => {
  const client = rowOf(deps, registration)
  await deps.work.run(async (tx) => {
    const isNew = await deps.store.clients.insert(tx, client)
    if (!isNew) await deps.store.clients.replace(tx, client)
    await deps.audit.record(tx, audited(isNew ? 'client.registered' : 'client.changed', registration, actor))
  })
}
