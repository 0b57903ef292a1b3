/** Signing out of everything at once: the question, the act, and the receipt, which the browser holds in a cookie. */
import type { AnyRoute, RouteRequest } from '../../http/index.ts'
import { page, redirect } from '../../http/index.ts'
import { RECEIPT_COOKIE, logoutReceipt } from '../../oidc/index.ts'
import { signOutPage, signOutReceiptPage } from '../pages/sign-out.ts'
import { paths } from '../paths.ts'
import { text } from './form.ts'
import { bareChrome, chromeOf } from './frame.ts'
import type { PageDeps } from './page-deps.ts'
import { getPage, postForm } from './page-route.ts'
import { receiptView } from './receipt-view.ts'

const RECEIPT = `${paths.signOut}/receipt`

const receiptIdOf = ({ raw }: RouteRequest<unknown>): string | undefined =>
  new RegExp(`(?:^|;\\s*)${RECEIPT_COOKIE}=([A-Za-z0-9_-]{43})(?:;|$)`).exec(raw.req.headers.cookie ?? '')?.[1]

const ask = async (deps: PageDeps, request: RouteRequest<undefined>) => {
  const { caller } = request
  if (caller.kind !== 'person') return redirect(paths.home)
  const sessions = await deps.sessions.list(caller.accountId)
  const here = sessions.find((s) => s.sessionUid === caller.sessionUid)
  return page(
    signOutPage({
      chrome: await chromeOf(deps, request),
      action: paths.signOut,
      portals: here?.portals.map((p) => p.name) ?? [],
      offerEverywhere: sessions.length > 1,
    }),
  )
}

const show = async (deps: PageDeps, request: RouteRequest<undefined>) => {
  const receiptId = receiptIdOf(request)
  const receipt = receiptId === undefined ? undefined : await logoutReceipt(deps.oidc, receiptId)
  if (receiptId === undefined || receipt === undefined) return redirect(paths.home)
  return page(signOutReceiptPage(receiptView({ chrome: bareChrome(deps, request), receiptId, receipt })))
}

export const signOutRoutes = (deps: PageDeps): readonly AnyRoute[] => [
  getPage(deps, { path: paths.signOut, access: 'public', summary: 'Asks before signing out' }, (request) =>
    ask(deps, request),
  ),
  postForm(
    { path: paths.signOut, access: 'public', summary: 'Signs out here, or everywhere' },
    async ({ body, raw }) => {
      await deps.sessions.signOut(raw.req, raw.res, text(body, 'scope') === 'account' ? 'everywhere' : 'here')
      return redirect(RECEIPT)
    },
  ),
  getPage(deps, { path: RECEIPT, access: 'public', summary: 'Which portals confirmed the sign-out' }, (request) =>
    show(deps, request),
  ),
]
