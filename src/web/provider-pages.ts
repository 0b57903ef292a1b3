/** The pages that the OpenID provider shows by itself: its errors, the question before signing out, and the receipt after it. */
import { languageOf } from '../http/index.ts'
import type { LogoutReceipt, OidcDeps, ProviderPages } from '../oidc/index.ts'
import { OWN_PAGES, logoutReceipt } from '../oidc/index.ts'
import { errorPage } from './pages/error.ts'
import { signOutPage, signOutReceiptPage } from './pages/sign-out.ts'
import type { Chrome } from './parts/page.ts'
import type { FrameDeps } from './routes/page-deps.ts'
import { receiptView } from './routes/receipt-view.ts'

export interface ProviderPagesDeps extends FrameDeps {
  readonly oidc: Pick<OidcDeps, 'store' | 'clock'>
}

type Context = Parameters<ProviderPages['error']>[0]

/** OAuth error codes for which we have words; others stand on the page as they are. */
const CODES: Readonly<Record<string, string>> = {
  invalid_client: 'CLIENT_UNKNOWN',
  invalid_redirect_uri: 'CLIENT_UNKNOWN',
  server_error: 'TRY_LATER',
  temporarily_unavailable: 'TRY_LATER',
}

/** No language link: these addresses are the provider's, not ours. */
const chromeOf = ({ assets, host, demo, platform }: FrameDeps, ctx: Context): Chrome => ({
  language: languageOf(ctx.req),
  host,
  demo,
  platform,
  assets,
})

const unescaped = (text: string): string =>
  text
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')

/** The library gives its form as markup; we draw our own, with its address and hidden fields. */
const formParts = (form: string): { action: string; fields: Record<string, string> } => ({
  action: unescaped(/<form[^>]*\baction="([^"]*)"/.exec(form)?.[1] ?? ''),
  fields: Object.fromEntries(
    [...form.matchAll(/<input[^>]*\bname="([^"]*)"[^>]*\bvalue="([^"]*)"/g)].map(([, name = '', value = '']) => [
      unescaped(name),
      unescaped(value),
    ]),
  ),
})

const portalsIn = async ({ store }: ProviderPagesDeps['oidc'], sessionUid: string | undefined): Promise<string[]> => {
  if (sessionUid === undefined) return []
  const joined = (await store.sessions.participants([sessionUid])).filter((p) => p.clientId !== OWN_PAGES)
  const ids = [...new Set(joined.map((p) => p.clientId))]
  const names = await store.clients.names(ids)
  return ids.map((id) => names.get(id) ?? id)
}

/** When nobody was signed in there is nothing to tell, but the person is signed out all the same. */
const nothingToTell = (at: Date): LogoutReceipt => ({
  endingId: '',
  reason: 'signed-out',
  sessions: 0,
  endedAt: at,
  portals: [],
  confirmed: 0,
  pending: 0,
  settled: true,
})

export const providerPages = (deps: ProviderPagesDeps): ProviderPages => ({
  error: (ctx, code) => errorPage({ chrome: chromeOf(deps, ctx), code: CODES[code] ?? code }).toString(),
  logoutConfirm: async (ctx, { form }) => {
    const { action, fields } = formParts(form)
    const portals = await portalsIn(deps.oidc, ctx.oidc.session?.uid)
    const chrome = chromeOf(deps, ctx)
    return signOutPage({
      chrome,
      action,
      fields: { ...fields, logout: 'yes' },
      portals,
      offerEverywhere: false,
    }).toString()
  },
  loggedOut: async (ctx, { receiptId = '' }) => {
    const found = receiptId === '' ? undefined : await logoutReceipt(deps.oidc, receiptId)
    const receipt = found ?? nothingToTell(deps.oidc.clock.now())
    const portalUrl = ctx.oidc.client?.clientUri
    const view = receiptView({ chrome: chromeOf(deps, ctx), receiptId, receipt })
    return signOutReceiptPage({ ...view, ...(portalUrl === undefined ? {} : { portalUrl }) }).toString()
  },
})
