/**
 * Sign-out that a portal starts (RP-Initiated Logout 1.0). The library takes anybody's id_token_hint; here it must speak of this
 * browser's session, else the person is asked. Either way the session ends for every portal, and the browser gets a receipt.
 */
import Provider, { type Client, type KoaContextWithOIDC } from 'oidc-provider'
import { endSession } from './end-session.ts'
import type { OidcDeps } from './ports.ts'
import type { ProviderPages } from './provider.ts'
import { giveReceipt, readReceipt } from './receipt-cookie.ts'

type Deps = Pick<OidcDeps, 'clock' | 'ids' | 'random' | 'work' | 'audit' | 'store' | 'people' | 'nudge'>

interface Hooks {
  readonly pages: ProviderPages
  readonly subjectOf: (clientId: string, accountId: string) => Promise<string>
}

/** Ends this browser's session; the receipt goes into its cookie. */
const signOut = async (deps: Deps, ctx: KoaContextWithOIDC): Promise<void> => {
  const { session } = ctx.oidc
  if (session?.accountId === undefined) return
  const account = await deps.people.account(session.accountId)
  const { receiptId } = await endSession(deps, {
    scope: { sessionUid: session.uid },
    reason: 'signed-out',
    actor: account === undefined ? { kind: 'system', id: 'oidc' } : { kind: 'person', id: account.personId },
  })
  if (receiptId !== undefined) giveReceipt(ctx.cookies, receiptId)
}

/** The library destroys a session also to give it a new id: only its sign-out route ends it. */
export const makeSessionDestroyed = (deps: Deps) => async (): Promise<void> => {
  const ctx = Provider.ctx
  if (ctx?.oidc.route === 'end_session_confirm') await signOut(deps, ctx)
}

/** Whether the hint was issued in this very session, to this very person. */
const isOwnHint = async (deps: Deps, hooks: Hooks, ctx: KoaContextWithOIDC): Promise<boolean> => {
  const { session, client, entities } = ctx.oidc
  const hint = entities.IdTokenHint?.payload
  if (hint === undefined || client === undefined || session?.accountId === undefined) return false
  if (hint['sub'] !== (await hooks.subjectOf(client.clientId, session.accountId))) return false
  const joined = (await deps.store.sessions.participants([session.uid])).filter((p) => p.clientId === client.clientId)
  return hint['sid'] === undefined ? joined.length > 0 : joined.some((p) => p.sid === hint['sid'])
}

const returnAddress = ({ oidc }: KoaContextWithOIDC): string => {
  const uri = oidc.params?.['post_logout_redirect_uri']
  // The library has checked that the client registered it.
  if (typeof uri !== 'string') return oidc.urlFor('end_session_success')
  const url = new URL(uri)
  const state = oidc.params?.['state']
  if (typeof state === 'string') url.searchParams.set('state', state)
  return url.href
}

export const makeLogoutPages = (deps: Deps, hooks: Hooks) => ({
  enabled: true,
  logoutSource: async (ctx: KoaContextWithOIDC, form: string): Promise<void> => {
    if (!(await isOwnHint(deps, hooks, ctx))) {
      ctx.type = 'html'
      ctx.body = await hooks.pages.logoutConfirm(ctx, { form, formId: 'op.logoutForm', ...named(ctx.oidc.client) })
      return
    }
    await signOut(deps, ctx)
    await ctx.oidc.session?.destroy()
    ctx.oidc.cookies.set(ctx.oidc.provider.cookieName('session'), null, { path: '/' })
    ctx.status = 303
    ctx.redirect(returnAddress(ctx))
  },
  postLogoutSuccessSource: async (ctx: KoaContextWithOIDC): Promise<void> => {
    const receiptId = readReceipt(ctx)
    ctx.type = 'html'
    ctx.body = await hooks.pages.loggedOut(ctx, {
      ...(receiptId === undefined ? {} : { receiptId }),
      ...named(ctx.oidc.client),
    })
  },
})

const named = (client: Client | undefined): { clientName?: string } =>
  client?.clientName === undefined ? {} : { clientName: client.clientName }
