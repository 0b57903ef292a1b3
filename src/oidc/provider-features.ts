/** The library's switches: what of OAuth and OpenID Connect is offered, and by which rules of ours. */
import { errors, type Configuration, type KoaContextWithOIDC } from 'oidc-provider'
import { requestFault } from './filter-verified-claims.ts'
import { API_SCOPES, apiResource } from './scopes.ts'
import { ACCESS_TOKEN } from './lifetimes.ts'

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The library hands the array form of verified_claims back unfiltered or not at all: both are worse than a refusal. */
const assertClaimsParameter = (_ctx: KoaContextWithOIDC, claims: object): Promise<void> => {
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
  }
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
  dPoP: { enabled: false },
  registration: { enabled: false },
  userinfo: { enabled: true },
})
