/** Consent is implied for registered government portals: one grant for each portal in a session, grown to what it asks for. */
import type { Grant, KoaContextWithOIDC } from 'oidc-provider'
import { SCOPES } from './scopes.ts'

/** Claims that may be asked for by name; everything else comes by scope only. */
const BY_NAME: ReadonlySet<string> = new Set(['verified_claims'])

export const loadExistingGrant = async (ctx: KoaContextWithOIDC): Promise<Grant | undefined> => {
  const { client, session, provider } = ctx.oidc
  if (client === undefined || session?.accountId === undefined) return undefined
  const { clientId } = client
  const id = session.grantIdFor(clientId)
  const existing = id === undefined ? undefined : await provider.Grant.find(id)
  const grant = existing ?? new provider.Grant({ clientId, accountId: session.accountId })
  const before = JSON.stringify([grant.openid, grant.resources])
  grant.addOIDCScope([...ctx.oidc.requestParamOIDCScopes].join(' '))
  const claims = [...ctx.oidc.requestParamClaims].filter((c) => BY_NAME.has(c))
  if (claims.length > 0) grant.addOIDCClaims(claims)
  const api = [...ctx.oidc.requestParamScopes].filter((s) => SCOPES.includes(s)).join(' ')
  for (const resource of Object.keys(ctx.oidc.resourceServers ?? {})) grant.addResourceScope(resource, api)
  if (existing === undefined || JSON.stringify([grant.openid, grant.resources]) !== before) await grant.save()
  return grant
}
