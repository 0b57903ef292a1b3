/** When a browser is stopped on its way: to sign in (strongly enough), then to say for whom it acts, then to agree where the portal needs it. */
import { errors, interactionPolicy, type KoaContextWithOIDC } from 'oidc-provider'
import { AUTHENTICATION_STRENGTHS, type AuthenticationStrength } from '../identity/index.ts'
import { knownAccount } from './account-claims.ts'
import { decideAcr, type AcrDecision } from './assurance-acr.ts'
import { clientPolicy, type ClientPolicy } from './client-policy.ts'
import { hasConsented } from './consent.ts'
import { currentPrincipal } from './current-principal.ts'
import type { OidcDeps } from './ports.ts'

const { Check, Prompt } = interactionPolicy

type Deps = Pick<OidcDeps, 'store' | 'people'>

const policyOf = ({ oidc }: KoaContextWithOIDC): ClientPolicy | undefined => oidc.client && clientPolicy(oidc.client)

/** Read from the request itself: the library lets `acr_values` overwrite an essential claim. */
const essentialAcrs = ({ oidc }: KoaContextWithOIDC): readonly string[] => {
  const text = oidc.params?.['claims']
  if (typeof text !== 'string') return []
  const asked = (
    JSON.parse(text) as { id_token?: { acr?: { essential?: boolean; value?: unknown; values?: unknown } } }
  ).id_token?.acr
  if (asked?.essential !== true) return []
  const values = Array.isArray(asked.values) ? (asked.values as readonly unknown[]) : [asked.value]
  return values.filter((v): v is string => typeof v === 'string')
}

const decide = (ctx: KoaContextWithOIDC, wanted: readonly string[], reachable: AuthenticationStrength): AcrDecision => {
  const account = knownAccount(ctx)
  const strength = AUTHENTICATION_STRENGTHS.find((s) => s === ctx.oidc.session?.acr)
  const has = account && strength && { proofing: account.proofing, strength }
  return decideAcr({
    wanted,
    ...(has === undefined ? {} : { has }),
    reachable,
    justSignedIn: ctx.oidc.result?.login !== undefined,
  })
}

/** @throws UnmetAuthenticationRequirements */
const unmetAcr = (ctx: KoaContextWithOIDC, reachable: AuthenticationStrength): string | undefined => {
  const essential = essentialAcrs(ctx)
  const minAcr = policyOf(ctx)?.minAcr
  for (const wanted of [essential, minAcr === undefined ? [] : [minAcr]]) {
    if (wanted.length === 0) continue
    const decision = decide(ctx, wanted, reachable)
    if (decision.kind === 'unmet') throw new errors.UnmetAuthenticationRequirements(`cannot be met: ${decision.axis}`)
    if (decision.kind === 'sign-in') return decision.acr
    // Core §5.5.1.1: an essential acr is answered with one of the values asked for, though the session may be stronger.
    if (wanted === essential) Object.defineProperty(ctx.oidc, 'acr', { value: decision.answer, configurable: true })
  }
  return undefined
}

const loginPrompt = (reachable: AuthenticationStrength): interactionPolicy.Prompt => {
  const prompt = interactionPolicy.base().get('login')
  if (prompt === undefined) throw new TypeError('the library has no login prompt')
  const replaced = new Set(['login_prompt', 'essential_acr', 'essential_acrs'])
  const checks = [...prompt.checks].filter((c) => !replaced.has(c.reason))
  return new Prompt(
    { name: 'login', requestable: true },
    prompt.details,
    ...checks,
    new Check(
      'account_unavailable',
      'the account cannot be used',
      'login_required',
      ({ oidc }) => oidc.session?.accountId !== undefined && oidc.account === undefined,
    ),
    new Check(
      'acr_unmet',
      'a stronger sign-in is required',
      'login_required',
      (ctx) => unmetAcr(ctx, reachable) !== undefined,
      (ctx) => ({ acr: unmetAcr(ctx, reachable) }),
    ),
  )
}

const principalPrompt = (deps: Deps): interactionPolicy.Prompt =>
  new Prompt(
    { name: 'principal', requestable: true },
    new Check('principal_missing', 'it is not known for whom the person acts', 'interaction_required', async (ctx) => {
      const { session, client } = ctx.oidc
      const account = knownAccount(ctx)
      const policy = policyOf(ctx)
      if (session === undefined || client === undefined || account === undefined || policy === undefined) return true
      const { principalTypes: types, functions } = policy
      const where = { sessionUid: session.uid, clientId: client.clientId }
      const question = { ...where, personId: account.personId, types, functions }
      return (await currentPrincipal(deps, question)) === undefined
    }),
  )

/** Asked where the portal's registration says so, or the portal itself (prompt=consent). */
const consentPrompt = (deps: Deps): interactionPolicy.Prompt =>
  new Prompt(
    { name: 'consent', requestable: true },
    new Check('consent_missing', 'the person has not agreed', 'consent_required', async (ctx) => {
      const { client, requestParamScopes: scopes } = ctx.oidc
      const account = knownAccount(ctx)
      if (client === undefined || account === undefined || policyOf(ctx)?.asksConsent !== true) return false
      return !(await hasConsented(deps, { accountId: account.accountId, clientId: client.clientId, scopes }))
    }),
  )

export const makeInteractionPolicy = (
  deps: Deps,
  reachable: AuthenticationStrength,
): interactionPolicy.DefaultPolicy => {
  const policy = interactionPolicy.base()
  policy.clear()
  policy.add(loginPrompt(reachable))
  policy.add(principalPrompt(deps))
  policy.add(consentPrompt(deps))
  return policy
}
