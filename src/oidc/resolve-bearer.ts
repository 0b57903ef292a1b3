/** Who calls the REST API with this token. Tokens are opaque and looked up: one whose session, grant or principal is gone says nothing. */
import type { AccessToken, ClientCredentials, default as Provider } from 'oidc-provider'
import type { Principal } from '../identity/index.ts'
import { clientPolicy } from './client-policy.ts'
import { currentPrincipal } from './current-principal.ts'
import { isDpopProofGood, type DpopProof } from './dpop-proof.ts'
import type { OidcDeps } from './ports.ts'

export type Bearer =
  | {
      readonly kind: 'client'
      readonly clientId: string
      /** The organisation that the client belongs to. */
      readonly entityId?: string
      readonly scopes: readonly string[]
    }
  | {
      readonly kind: 'person'
      readonly accountId: string
      readonly personId: string
      readonly clientId: string
      readonly principal: Principal
      readonly scopes: readonly string[]
      readonly acr?: string
    }

type Deps = Pick<OidcDeps, 'store' | 'people' | 'clock' | 'publicUrl'>
/** `dpop`: shown with the scheme DPoP; a token that is bound to a key is worth nothing without, and any other nothing with. */
type ResolveBearer = (token: string, dpop?: DpopProof) => Promise<Bearer | undefined>

const scopesOf = (scope: string | undefined): string[] => (scope === undefined || scope === '' ? [] : scope.split(' '))

const person = async (deps: Deps, provider: Provider, found: AccessToken): Promise<Bearer | undefined> => {
  if (found.clientId === undefined || found.sessionUid === undefined) return undefined
  const { clientId, sessionUid, accountId, scope } = found
  const [client, account, session] = [
    await provider.Client.find(clientId),
    await deps.people.account(accountId),
    await deps.store.sessions.find(sessionUid, deps.clock.now()),
  ]
  if (client === undefined || account === undefined || session === undefined) return undefined
  const { personId } = account
  const { principalTypes: types, functions } = clientPolicy(client)
  const acting = await currentPrincipal(deps, { sessionUid, clientId, personId, types, functions })
  if (acting === undefined) return undefined
  const { principal } = acting
  const acr = session.acr === undefined ? {} : { acr: session.acr }
  return { kind: 'person', accountId, personId, clientId, principal, scopes: scopesOf(scope), ...acr }
}

const system = async (provider: Provider, found: ClientCredentials): Promise<Bearer | undefined> => {
  const client = found.clientId === undefined ? undefined : await provider.Client.find(found.clientId)
  if (client === undefined) return undefined
  const { organisationEntityId: entityId } = clientPolicy(client)
  const scopes = scopesOf(found.scope)
  return { kind: 'client', clientId: client.clientId, ...(entityId === undefined ? {} : { entityId }), scopes }
}

const isProven = async (
  deps: Deps,
  { token, thumbprint }: { readonly token: string; readonly thumbprint: string | undefined },
  dpop: DpopProof | undefined,
): Promise<boolean> =>
  thumbprint === undefined || dpop === undefined
    ? thumbprint === dpop
    : isDpopProofGood(deps, dpop, { token, thumbprint })

/** Undefined: not a token, or not one any more, or not the caller's. */
export const makeResolveBearer =
  (deps: Deps, provider: Provider): ResolveBearer =>
  async (token, dpop) => {
    if (!/^[A-Za-z0-9_-]{20,200}$/.test(token)) return undefined
    const found = (await provider.AccessToken.find(token)) ?? (await provider.ClientCredentials.find(token))
    if (found === undefined || !(await isProven(deps, { token, thumbprint: found.jkt }, dpop))) return undefined
    return found.kind === 'AccessToken' ? person(deps, provider, found) : system(provider, found)
  }
