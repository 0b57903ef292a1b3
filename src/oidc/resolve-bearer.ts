/** Who calls the REST API with this token. Tokens are opaque and looked up: one whose session, grant or principal is gone says nothing. */
import type { default as Provider } from 'oidc-provider'
import type { Principal } from '../identity/index.ts'
import { clientPolicy } from './client-policy.ts'
import { currentPrincipal } from './current-principal.ts'
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

type Deps = Pick<OidcDeps, 'store' | 'people' | 'clock'>
type ResolveBearer = (token: string) => Promise<Bearer | undefined>

const scopesOf = (scope: string | undefined): string[] => (scope === undefined || scope === '' ? [] : scope.split(' '))

const person = async (deps: Deps, provider: Provider, token: string): Promise<Bearer | undefined> => {
  const found = await provider.AccessToken.find(token)
  if (found === undefined || found.clientId === undefined || found.sessionUid === undefined) return undefined
  const { clientId, sessionUid, accountId, scope } = found
  const [client, account, session] = [
    await provider.Client.find(clientId),
    await deps.people.account(accountId),
    await deps.store.sessions.find(sessionUid, deps.clock.now()),
  ]
  if (client === undefined || account === undefined || session === undefined) return undefined
  const { personId } = account
  const { principalTypes: types } = clientPolicy(client)
  const acting = await currentPrincipal(deps, { sessionUid, clientId, personId, types })
  if (acting === undefined) return undefined
  const { principal } = acting
  const acr = session.acr === undefined ? {} : { acr: session.acr }
  return { kind: 'person', accountId, personId, clientId, principal, scopes: scopesOf(scope), ...acr }
}

const system = async (provider: Provider, token: string): Promise<Bearer | undefined> => {
  const found = await provider.ClientCredentials.find(token)
  const client = found?.clientId === undefined ? undefined : await provider.Client.find(found.clientId)
  if (found === undefined || client === undefined) return undefined
  const { organisationEntityId: entityId } = clientPolicy(client)
  const scopes = scopesOf(found.scope)
  return { kind: 'client', clientId: client.clientId, ...(entityId === undefined ? {} : { entityId }), scopes }
}

/** Undefined: not a token, or not one any more. */
export const makeResolveBearer =
  (deps: Deps, provider: Provider): ResolveBearer =>
  async (token) =>
    /^[A-Za-z0-9_-]{20,200}$/.test(token)
      ? ((await person(deps, provider, token)) ?? (await system(provider, token)))
      : undefined
