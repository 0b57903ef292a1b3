/** The library's switches: what of OAuth and OpenID Connect is offered, and by which rules of ours. */
import { errors, type Client, type Configuration, type KoaContextWithOIDC } from 'oidc-provider'
import { requestFault, wrapRequest } from './filter-verified-claims.ts'
import { isStorable } from './storable.ts'
import { API_SCOPES, apiResource } from './scopes.ts'
import { ACCESS_TOKEN } from './lifetimes.ts'

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Refuses what cannot be read, and puts the array form of verified_claims, which the library would drop, into an object. */
const assertClaimsParameter = (ctx: KoaContextWithOIDC, claims: object): Promise<void> => {
  if (!isStorable(claims)) throw new errors.InvalidRequest('claims has characters that cannot be kept')
  for (const asked of Object.values(claims) as unknown[]) {
    if (!isObject(asked)) continue
    for (const [name, request] of Object.entries(asked)) {
      const fault =
        name === 'verified_claims'
          ? requestFault(request)
          : request === null || isObject(request)
            ? undefined
            : 'claims members must be null or objects'
      if (fault !== undefined) throw new errors.InvalidRequest(fault)
    }
    if (Array.isArray(asked['verified_claims']))
      Object.assign(asked, { verified_claims: wrapRequest(asked['verified_claims']) })
  }
  Object.assign(ctx.oidc.params ?? {}, { claims: JSON.stringify(claims) })
  return Promise.resolve()
}

const MAX_REQUEST_OBJECT = 3_600

/** RFC 9101 §10.8, FAPI 2.0 §5.3.2.2: a signed request ends, and belongs to this client and to us. */
const assertJwtClaimsAndHeader = (
  ctx: KoaContextWithOIDC,
  claims: Readonly<Record<string, unknown>>,
  header: Readonly<Record<string, unknown>>,
  client: Client,
): Promise<void> => {
  const { exp, iat, nbf, iss, aud } = claims
  const from = typeof nbf === 'number' ? nbf : iat
  if (typeof exp !== 'number' || typeof from !== 'number' || exp - from > MAX_REQUEST_OBJECT)
    throw new errors.InvalidRequestObject('a request object needs exp, and nbf or iat no more than an hour before')
  if (iss !== client.clientId) throw new errors.InvalidRequestObject('iss must be the client')
  if (![aud].flat().includes(ctx.oidc.issuer)) throw new errors.InvalidRequestObject('aud must be this issuer')
  const type = header['typ']
  if (type !== undefined && type !== 'JWT' && type !== 'oauth-authz-req+jwt')
    throw new errors.InvalidRequestObject('typ says that this is another kind of token')
  return Promise.resolve()
}

const resourceIndicators = (publicUrl: string): NonNullable<Configuration['features']>['resourceIndicators'] => ({
  enabled: true,
  defaultResource: (ctx, _client, oneOf) => {
    if (oneOf !== undefined) return oneOf
    // A portal's token for a person serves the userinfo endpoint as well, so only systems get the API by default.
    return ctx.oidc.params?.['grant_type'] === 'client_credentials' ? apiResource(publicUrl) : []
  },
  getResourceServerInfo: (_ctx, resource, client) => {
    if (resource !== apiResource(publicUrl)) throw new errors.InvalidTarget()
    const allowed = new Set((client.scope ?? '').split(' '))
    return {
      scope: API_SCOPES.filter((s) => allowed.has(s)).join(' '),
      audience: resource,
      accessTokenFormat: 'opaque',
      accessTokenTTL: ACCESS_TOKEN,
    }
  },
})

export const providerFeatures = (
  publicUrl: string,
  rpInitiatedLogout: NonNullable<Configuration['features']>['rpInitiatedLogout'],
): Configuration['features'] => ({
  devInteractions: { enabled: false },
  backchannelLogout: { enabled: true },
  rpInitiatedLogout,
  pushedAuthorizationRequests: { enabled: true },
  clientCredentials: { enabled: true },
  introspection: {
    enabled: true,
    // A token is nobody's business but that of the portal it was given to.
    allowedPolicy: (_ctx, client, token) => client.clientId === token.clientId,
  },
  revocation: { enabled: true, allowedPolicy: (_ctx, client, token) => client.clientId === token.clientId },
  claimsParameter: { enabled: true, assertClaimsParameter },
  resourceIndicators: resourceIndicators(publicUrl),
  // Nonces are offered to nobody: proofs are fresh (iat) and used once (jti).
  dPoP: { enabled: true, allowReplay: false },
  // By value only: nothing is fetched that a request names. Not confusable with other tokens of the client (iss, aud, exp).
  requestObjects: { enabled: true, assertJwtClaimsAndHeader },
  registration: { enabled: false },
  userinfo: { enabled: true },
})
