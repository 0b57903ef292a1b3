/**
 * What portals learn about a person: by scope, and of `verified_claims` only the part they asked for. The principal is looked up each
 * time, so a revoked mandate takes its claims with it, and codes and refresh tokens that relied on it are worth nothing.
 */
import type { Account, AccountClaims, Client, FindAccount, KoaContextWithOIDC } from 'oidc-provider'
import { clientPolicy } from './client-policy.ts'
import { currentPrincipal, type CurrentPrincipal } from './current-principal.ts'
import { filterVerifiedClaims } from './filter-verified-claims.ts'
import type { KnownAccount, OidcDeps } from './ports.ts'
import { entityClaims, personClaims, type VerifiedClaims } from './verified-claims.ts'

type Deps = Pick<OidcDeps, 'store' | 'people' | 'clock'>

interface Setting {
  readonly account: KnownAccount
  readonly sessionUid?: string
  readonly client?: Client
}

const principalOf = async (deps: Deps, setting: Setting): Promise<CurrentPrincipal | undefined> => {
  const { sessionUid, client, account } = setting
  if (sessionUid === undefined || client === undefined) return undefined
  const types = clientPolicy(client).principalTypes
  return currentPrincipal(deps, { sessionUid, clientId: client.clientId, personId: account.personId, types })
}

interface Wanted {
  readonly use: string
  readonly scopes: ReadonlySet<string>
  /** The object form of a request, when the portal made one. */
  readonly request: unknown
}

const verifiedClaims = async (deps: Deps, setting: Setting, wanted: Wanted): Promise<VerifiedClaims[]> => {
  const { scopes, request, use } = wanted
  const byScope = use === 'userinfo' && scopes.has('entity')
  if (request === undefined && !byScope) return []
  const known = scopes.has('profile') ? await deps.people.person(setting.account.personId) : undefined
  const held = scopes.has('entity') ? (await principalOf(deps, setting))?.authority : undefined
  const person = known && personClaims(known)
  const entity = held && entityClaims(held)
  const at = deps.clock.now()
  const asked = request === undefined ? [] : [person, entity].map((v) => v && filterVerifiedClaims(v, request, at))
  const out = asked.filter((v) => v !== undefined).slice(0, 1)
  // The scope alone asks for the entity as a whole, unless the request was about the entity itself.
  if (byScope && entity !== undefined && asked[1] === undefined) out.push(entity)
  return out
}

const claimsOf =
  (deps: Deps, setting: Setting): Account['claims'] =>
  async (use, scope, claims) => {
    const scopes = new Set(scope.split(' '))
    const { accountId, personId } = setting.account
    const out: AccountClaims = { sub: accountId }
    if (scopes.has('profile') && use === 'userinfo') {
      const known = await deps.people.person(personId)
      if (known !== undefined) out['name'] = known.name
    }
    const request = (claims as Readonly<Record<string, unknown>>)['verified_claims']
    const verified = await verifiedClaims(deps, setting, { use, scopes, request })
    if (verified.length > 0) out['verified_claims'] = verified.length === 1 ? verified[0] : verified
    return out
  }

const settingOf = (account: KnownAccount, ctx: KoaContextWithOIDC, token: unknown): Setting => {
  const bound = (token ?? {}) as { readonly sessionUid?: string }
  const sessionUid = bound.sessionUid ?? ctx.oidc.session?.uid
  const { client } = ctx.oidc
  return {
    account,
    ...(sessionUid === undefined ? {} : { sessionUid }),
    ...(client === undefined ? {} : { client }),
  }
}

const RELIES_ON_PRINCIPAL: ReadonlySet<unknown> = new Set(['AuthorizationCode', 'RefreshToken'])

/** The library's `findAccount`: undefined for a frozen account, and for a code or refresh token whose principal is gone. */
export const makeFindAccount =
  (deps: Deps): FindAccount =>
  async (ctx, accountId, token) => {
    const account = await deps.people.account(accountId)
    if (account === undefined) return undefined
    const setting = settingOf(account, ctx, token)
    if (RELIES_ON_PRINCIPAL.has(token?.kind) && (await principalOf(deps, setting)) === undefined) return undefined
    return { accountId, known: account, claims: claimsOf(deps, setting) }
  }

/** What makeFindAccount put into the context. */
export const knownAccount = (ctx: KoaContextWithOIDC): KnownAccount | undefined =>
  ctx.oidc.account?.['known'] as KnownAccount | undefined
