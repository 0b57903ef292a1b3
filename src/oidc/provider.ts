/**
 * The OpenID provider, mounted under `/oidc`: code with PKCE, pushed requests, client credentials; ES256, pairwise subjects, opaque
 * tokens that die with the session. What the library leaves open (storage, sign-out, assurance, minimisation) is closed around it.
 */
import Provider, { type Client, type Configuration, type KoaContextWithOIDC } from 'oidc-provider'
import {
  ASSURANCE_LEVELS,
  AUTHENTICATION_STRENGTHS,
  combinedAcr,
  type AuthenticationStrength,
} from '../identity/index.ts'
import { makeFindAccount } from './account-claims.ts'
import { rememberingClients } from './client-metadata.ts'
import { clientPolicy, EXTRA_METADATA, sectorOf } from './client-policy.ts'
import { loadExistingGrant } from './existing-grant.ts'
import { makeInteractionPolicy } from './interaction-policy.ts'
import * as lifetimes from './lifetimes.ts'
import { makeModelAdapter } from './model-adapter.ts'
import { makeOutgoingFetch } from './outgoing-fetch.ts'
import { ownPagesClient } from './own-pages.ts'
import { pairwiseSubject } from './pairwise.ts'
import type { OidcDeps } from './ports.ts'
import { providerFeatures } from './provider-features.ts'
import { reloadingProvider } from './reloading-provider.ts'
import { makeLogoutPages, makeSessionDestroyed } from './rp-initiated-logout.ts'
import { SCOPES } from './scopes.ts'
import { ENTITY_CLAIMS, PERSON_CLAIMS, TRUST_FRAMEWORK } from './verified-claims.ts'

type Html = string | Promise<string>

/** Whole pages, as HTML. */
export interface ProviderPages {
  /** `code`: an OAuth error code, never text of a request. */
  error(ctx: KoaContextWithOIDC, code: string): Html
  /** Asks before signing out. Put `form` in the page, and a button `<button form="{formId}" name="logout" value="yes">`. */
  logoutConfirm(
    ctx: KoaContextWithOIDC,
    page: { readonly form: string; readonly formId: string; readonly clientName?: string },
  ): Html
  loggedOut(ctx: KoaContextWithOIDC, page: { readonly receiptId?: string; readonly clientName?: string }): Html
}

export interface ProviderDeps extends OidcDeps {
  readonly pages: ProviderPages
  /** At least one; the first signs cookies. */
  readonly cookieKeys: readonly string[]
  /** Path or address of the page where an interaction goes on. */
  readonly interactionUrl: (uid: string) => string
  /** The strongest sign-in that the pages offer. */
  readonly strongestSignIn: AuthenticationStrength
}

const ACRS = [
  ...AUTHENTICATION_STRENGTHS,
  ...ASSURANCE_LEVELS.flatMap((proofing) =>
    AUTHENTICATION_STRENGTHS.map((strength) => combinedAcr({ proofing, strength })),
  ),
]

const discovery = (publicUrl: string) => ({
  /** For portals: where the person who has just signed out sees who was told. Ours, not registered. */
  sign_out_receipt_uri: `${publicUrl}/sign-out/receipt`,
  verified_claims_supported: true,
  trust_frameworks_supported: [TRUST_FRAMEWORK],
  claims_in_verified_claims_supported: [...PERSON_CLAIMS, ...ENTITY_CLAIMS],
  evidence_supported: ['electronic_record'],
  electronic_records_supported: ['population_register', 'legal_person_register'],
  backchannel_logout_supported: true,
  backchannel_logout_session_supported: true,
})

const onLease = (client: Client, seconds: number): number => Math.min(seconds, clientPolicy(client).lease ?? seconds)

const ttl = (deps: ProviderDeps): NonNullable<Configuration['ttl']> => ({
  Session: (_ctx, session) => {
    if (session.accountId === undefined || session.loginTs === undefined) return lifetimes.ANONYMOUS_SESSION
    const left = session.loginTs + lifetimes.SESSION - Math.floor(deps.clock.now().getTime() / 1_000)
    return Math.max(1, left)
  },
  Interaction: () => lifetimes.INTERACTION,
  AuthorizationCode: () => lifetimes.CODE,
  // A portal on a lease holds nothing that outlives it: it comes back in time, or its session lapses.
  AccessToken: (_ctx, _token, client) => onLease(client, lifetimes.ACCESS_TOKEN),
  ClientCredentials: () => lifetimes.ACCESS_TOKEN,
  IdToken: (_ctx, _token, client) => onLease(client, lifetimes.ID_TOKEN),
  RefreshToken: (_ctx, _token, client) => onLease(client, lifetimes.REFRESH_TOKEN),
  Grant: () => lifetimes.GRANT,
})

const cookies = (deps: ProviderDeps): NonNullable<Configuration['cookies']> => ({
  keys: [...deps.cookieKeys],
  names: { session: 'xinyin_session', interaction: 'xinyin_interaction', resume: 'xinyin_resume' },
  long: { httpOnly: true, sameSite: 'lax', path: '/', overwrite: true },
  short: { httpOnly: true, sameSite: 'lax', overwrite: true },
})

const clients = (deps: ProviderDeps): Pick<Configuration, 'clients' | 'clientDefaults' | 'extraClientMetadata'> => ({
  clients: [ownPagesClient(deps.publicUrl, deps.random)],
  clientDefaults: {
    id_token_signed_response_alg: 'ES256',
    subject_type: 'pairwise',
    response_types: ['code'],
    grant_types: ['authorization_code', 'refresh_token'],
  },
  extraClientMetadata: { properties: [...EXTRA_METADATA] },
})

const protocol: Configuration = {
  acrValues: ACRS,
  scopes: [...SCOPES],
  claims: {
    openid: ['sub', 'acr', 'amr', 'auth_time'],
    profile: ['name'],
    entity: ['verified_claims'],
    verified_claims: null,
  },
  responseTypes: ['code'],
  subjectTypes: ['pairwise'],
  clientAuthMethods: ['client_secret_basic', 'private_key_jwt'],
  pkce: { required: () => true },
  enabledJWA: {
    idTokenSigningAlgValues: ['ES256'],
    clientAuthSigningAlgValues: ['ES256', 'PS256', 'RS256'],
    requestObjectSigningAlgValues: ['ES256', 'PS256'],
  },
  clientBasedCORS: () => false,
  // Tokens end with the session in the store, for every portal and at once; the library's way loses some of them.
  expiresWithSession: () => false,
  rotateRefreshToken: true,
  issueRefreshToken: (_ctx, client) => client.grantTypeAllowed('refresh_token'),
}

type SubjectOf = (clientId: string, accountId: string) => Promise<string>

const subjectFor = ({ pairwise }: ProviderDeps, client: Client, accountId: string): string =>
  pairwiseSubject(pairwise, {
    accountId,
    sector: sectorOf(client),
    version: clientPolicy(client).pairwiseKey ?? pairwise.current,
  })

const configuration = (deps: ProviderDeps, subjectOf: SubjectOf): Configuration => ({
  ...protocol,
  discovery: discovery(deps.publicUrl),
  ...clients(deps),
  adapter: makeModelAdapter(deps, {
    client: rememberingClients(deps),
    subjectOf,
    sessionDestroyed: makeSessionDestroyed(deps),
  }),
  jwks: { keys: deps.signingKeys.map((k) => ({ ...k, alg: 'ES256', use: 'sig' })) },
  cookies: cookies(deps),
  ttl: ttl(deps),
  findAccount: makeFindAccount(deps),
  loadExistingGrant,
  interactions: {
    policy: makeInteractionPolicy(deps, deps.strongestSignIn),
    url: (_ctx, interaction) => deps.interactionUrl(interaction.uid),
  },
  pairwiseIdentifier: (_ctx, accountId, client) => subjectFor(deps, client, accountId),
  features: providerFeatures(deps.publicUrl, makeLogoutPages(deps, { pages: deps.pages, subjectOf })),
  fetch: makeOutgoingFetch(deps),
  renderError: async (ctx, out) => {
    ctx.type = 'html'
    ctx.body = await deps.pages.error(ctx, out.error)
  },
})

/** Made anew by itself when the signing keys change. */
export const makeProvider = (deps: ProviderDeps): Provider =>
  reloadingProvider(
    () => makeOne(deps),
    () => deps.signingKeys.map((k) => k.kid).join(' '),
  )

const makeOne = (deps: ProviderDeps): Provider => {
  const subjectOf: SubjectOf = async (clientId, accountId) => {
    const client = await provider.Client.find(clientId)
    if (client === undefined) throw new TypeError('a token of an unknown client')
    return subjectFor(deps, client, accountId)
  }
  const provider = new Provider(`${deps.publicUrl}/oidc`, configuration(deps, subjectOf))
  // The handler below sets what a proxy would: addresses and secure cookies follow publicUrl, whatever the Host header says.
  provider.proxy = true
  provider.on('server_error', (_ctx, error) => deps.logger.error('oidc.server-error', { error: error.name }))
  provider.on('authorization.error', (ctx, error) =>
    deps.logger.info('oidc.authorization-refused', { clientId: ctx.oidc.client?.clientId, error: error.error }),
  )
  provider.on('grant.error', (ctx, error) =>
    deps.logger.info('oidc.grant-refused', { clientId: ctx.oidc.client?.clientId, error: error.error }),
  )
  return provider
}
