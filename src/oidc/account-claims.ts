/**
 * What portals learn about a person: by scope, and of `verified_claims` only the part they asked for. The principal is looked up each
 * time, so a revoked mandate takes its claims with it, and codes and refresh tokens that relied on it are worth nothing.
 */
import type { Account, AccountClaims, Client, FindAccount, KoaContextWithOIDC } from 'oidc-provider'
import { clientPolicy } from './client-policy.ts'
import { currentPrincipal, type CurrentPrincipal } from './current-principal.ts'
import { filterVerifiedClaims, unwrapRequest } from './filter-verified-claims.ts'
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
  const { principalTypes: types, functions } = clientPolicy(client)
  const { clientId } = client
  return currentPrincipal(deps, { sessionUid, clientId, personId: account.personId, types, functions })
}

interface Wanted {
  readonly use: string
  readonly scopes: ReadonlySet<string>
  /** As wrapRequest left it, when the portal made one. */
  readonly request: unknown
}

/** For each set asked for, the first of what is known that fits; nothing is given twice. */
const selected = (known: readonly VerifiedClaims[], sets: readonly unknown[], at: Date): VerifiedClaims[] => {
  const out = sets.flatMap(
    (set) => known.map((v) => filterVerifiedClaims(v, set, at)).find((v) => v !== undefined) ?? [],
  )
  return [...new Map(out.map((v) => [JSON.stringify(v), v])).values()]
}

/** An array only where the portal asked by one, or where its scope adds the entity to what it asked for. */
const verifiedClaims = async (
  deps: Deps,
  setting: Setting,
  wanted: Wanted,
): Promise<VerifiedClaims | VerifiedClaims[] | undefined> => {
  const { scopes, request, use } = wanted
  const byScope = use === 'userinfo' && scopes.has('entity')
  if (request === undefined && !byScope) return undefined
  const known = scopes.has('profile') ? await deps.people.person(setting.account.personId) : undefined
  const held = scopes.has('entity') ? (await principalOf(deps, setting))?.authority : undefined
  const person = known && personClaims(known)
  const entity = held && entityClaims(held)
  const at = deps.clock.now()
  const { sets, list } = unwrapRequest(request)
  const out = request === undefined ? [] : selected(both(person, entity), sets, at)
  // The scope alone asks for the entity as a whole, unless the request was about the entity itself.
  const aboutEntity = selected(both(entity), sets, at).length > 0
  if (byScope && entity !== undefined && !aboutEntity) out.push(entity)
  return list || out.length > 1 ? out : out[0]
}

const both = (...claims: readonly (VerifiedClaims | undefined)[]): VerifiedClaims[] =>
  claims.filter((c) => c !== undefined)

const claimsOf =
  (deps: Deps, setting: Setting): Account['claims'] =>
  async (use, scope, claims) => {
    const scopes = new Set(scope.split(' '))
    const { accountId, personId } = setting.account
    const out: AccountClaims = { sub: accountId }
    if (scopes.has('profile') && use === 'userinfo') {
      const name = await deps.people.name(personId)
      if (name !== undefined) out['name'] = name
    }
    const request = (claims as Readonly<Record<string, unknown>>)['verified_claims']
    const verified = await verifiedClaims(deps, setting, { use, scopes, request })
    if (verified !== undefined && !(Array.isArray(verified) && verified.length === 0)) out['verified_claims'] = verified
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
