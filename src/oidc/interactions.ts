/**
 * The pages' side of signing in: what the portal wants, and the person's answer. The pages check passwords and forms; here it is only
 * written down. A finished sign-in gets a new session id, so one planted before is worth nothing.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { errors, type Client, type InteractionResults, type default as Provider } from 'oidc-provider'
import { TrustError } from '../errors.ts'
import { parseAcr, type AuthenticationStrength, type Principal } from '../identity/index.ts'
import { choosePrincipal } from './choose-principal.ts'
import { clientPolicy, type PrincipalTypes } from './client-policy.ts'
import { giveConsent } from './consent.ts'
import type { OidcDeps } from './ports.ts'

export interface InteractionDetails {
  readonly uid: string
  readonly prompt: 'login' | 'principal' | 'consent'
  readonly client: {
    readonly id: string
    readonly name: string
    readonly uri?: string
    readonly logo?: string
    readonly organisation?: string
  }
  readonly wanted: {
    /** At least this strength. */
    readonly acr?: string
    readonly scopes: readonly string[]
    readonly principalTypes: PrincipalTypes
    /** Acting for an entity takes one of these; empty: any. */
    readonly functions: readonly string[]
  }
  /** Who is signed in already: always at `principal`, and when signing in again. */
  readonly accountId?: string
}

export interface SignedIn {
  readonly accountId: string
  readonly personId: string
  readonly amr: readonly string[]
  readonly acr: AuthenticationStrength
}

/** Each answers the request itself (a redirect back into the provider), except `details`. @throws TrustError INTERACTION_EXPIRED */
export interface Interactions {
  details(req: IncomingMessage, res: ServerResponse): Promise<InteractionDetails>
  /** @throws TrustError ACCOUNT_FROZEN */
  finishLogin(req: IncomingMessage, res: ServerResponse, signedIn: SignedIn): Promise<void>
  /** @throws TrustError PRINCIPAL_NOT_AVAILABLE, SESSION_ENDED */
  finishPrincipal(req: IncomingMessage, res: ServerResponse, principal: Principal): Promise<void>
  /** Records that the person agreed to the text of today. */
  finishConsent(req: IncomingMessage, res: ServerResponse): Promise<void>
  /** The portal gets access_denied. */
  abort(req: IncomingMessage, res: ServerResponse): Promise<void>
}

type Found = Awaited<ReturnType<Provider['interactionDetails']>>
type Deps = Pick<OidcDeps, 'store' | 'people' | 'work' | 'audit' | 'clock' | 'ids'>

const orExpired = async <T>(work: Promise<T>): Promise<T> => {
  try {
    return await work
  } catch (error) {
    if (error instanceof errors.OIDCProviderError)
      throw new TrustError('INTERACTION_EXPIRED', 'no such interaction', { cause: error })
    throw error
  }
}

const expired = (what: string): TrustError => new TrustError('INTERACTION_EXPIRED', what)

const clientView = (client: Client): InteractionDetails['client'] => {
  const { organisationName } = clientPolicy(client)
  return {
    id: client.clientId,
    name: client.clientName ?? client.clientId,
    ...(client.clientUri === undefined ? {} : { uri: client.clientUri }),
    ...(client.logoUri === undefined ? {} : { logo: client.logoUri }),
    ...(organisationName === undefined ? {} : { organisation: organisationName }),
  }
}

const asDetails = (found: Found, client: Client): InteractionDetails => {
  const prompt = found.prompt.name
  if (prompt !== 'login' && prompt !== 'principal' && prompt !== 'consent')
    throw expired('an interaction of another kind')
  const { principalTypes, functions } = clientPolicy(client)
  const scope = found.params['scope']
  const acr = found.prompt.details['acr']
  return {
    uid: found.uid,
    prompt,
    client: clientView(client),
    wanted: {
      ...(typeof acr === 'string' && parseAcr(acr) !== undefined ? { acr } : {}),
      scopes: typeof scope === 'string' ? scope.split(' ') : [],
      principalTypes,
      functions,
    },
    ...(found.session?.accountId === undefined ? {} : { accountId: found.session.accountId }),
  }
}

/** Whether they hold a function that the portal asks for. */
const mayAct = async (
  { people }: Pick<OidcDeps, 'people'>,
  of: { readonly personId: string; readonly principal: Principal; readonly functions: readonly string[] },
): Promise<boolean> => {
  if (of.principal.kind === 'self' || of.functions.length === 0) return true
  const held: readonly string[] = (await people.authority(of.personId, of.principal))?.functions ?? []
  return of.functions.some((f) => held.includes(f))
}

export const makeInteractions = (deps: Deps, provider: Provider): Interactions => {
  const find = async (
    req: IncomingMessage,
    res: ServerResponse,
    prompt?: string,
  ): Promise<{ found: Found; client: Client }> => {
    const found = await orExpired(provider.interactionDetails(req, res))
    const client = await provider.Client.find(String(found.params['client_id']))
    if (client === undefined) throw expired('the portal is not registered any more')
    if (prompt !== undefined && found.prompt.name !== prompt) throw expired('the interaction has moved on')
    return { found, client }
  }
  const finish = (
    req: IncomingMessage,
    res: ServerResponse,
    result: InteractionResults,
    merge = false,
  ): Promise<void> => orExpired(provider.interactionFinished(req, res, result, { mergeWithLastSubmission: merge }))
  return {
    details: async (req, res) => {
      const { found, client } = await find(req, res)
      return asDetails(found, client)
    },
    finishLogin: async (req, res, { accountId, acr, amr }) => {
      await find(req, res, 'login')
      if ((await deps.people.account(accountId)) === undefined)
        throw new TrustError('ACCOUNT_FROZEN', 'the account cannot be used')
      // Not remembered: the cookie goes when the browser closes.
      await finish(req, res, { login: { accountId, acr, amr: [...amr], remember: false } })
    },
    finishPrincipal: async (req, res, principal) => {
      const { found, client } = await find(req, res, 'principal')
      const { uid: sessionUid, accountId } = found.session ?? {}
      const account = accountId === undefined ? undefined : await deps.people.account(accountId)
      if (sessionUid === undefined || account === undefined) throw expired('nobody is signed in')
      const { principalTypes, functions } = clientPolicy(client)
      if (principalTypes !== 'any' && principalTypes !== principal.kind)
        throw new TrustError('PRINCIPAL_NOT_AVAILABLE', 'the portal serves others', { field: 'principal' })
      if (!(await mayAct(deps, { personId: account.personId, principal, functions })))
        throw new TrustError('PRINCIPAL_NOT_AVAILABLE', 'the portal asks for a function that is not held', {
          field: 'principal',
        })
      const selection = { sessionUid, clientId: client.clientId, personId: account.personId, principal }
      await choosePrincipal(deps, selection)
      await finish(req, res, { principal: { kind: principal.kind } }, true)
    },
    finishConsent: async (req, res) => {
      const { found, client } = await find(req, res, 'consent')
      const { accountId } = found.session ?? {}
      const account = accountId === undefined ? undefined : await deps.people.account(accountId)
      if (account === undefined) throw expired('nobody is signed in')
      const { wanted } = asDetails(found, client)
      const actor = { kind: 'person', id: account.personId } as const
      await giveConsent(deps, { ...account, clientId: client.clientId, scopes: wanted.scopes, actor })
      await finish(req, res, { consent: {} }, true)
    },
    abort: async (req, res) => {
      await find(req, res)
      await finish(req, res, { error: 'access_denied', error_description: 'the person went back' })
    },
  }
}
