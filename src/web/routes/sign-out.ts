/** Signing out of everything at once: the question, the act, and the receipt, which the browser holds in a cookie. */
import { TrustError } from '../../errors.ts'
import type { AnyRoute, RouteRequest } from '../../http/index.ts'
import { bytes, page, redirect } from '../../http/index.ts'
import type { LogoutReceipt } from '../../oidc/index.ts'
import { RECEIPT_COOKIE, logoutReceipt, ownReceipt, signReceipt } from '../../oidc/index.ts'
import { signOutPage, signOutReceiptPage } from '../pages/sign-out.ts'
import { paths } from '../paths.ts'
import { text } from './form.ts'
import { bareChrome, chromeOf } from './frame.ts'
import type { PageDeps } from './page-deps.ts'
import { getPage, postForm } from './page-route.ts'
import { receiptView } from './receipt-view.ts'

const RECEIPT = `${paths.signOut}/receipt`
const SIGNED = `${RECEIPT}/signed`

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

type Found = { readonly receipt: LogoutReceipt; readonly receiptId: string; readonly signedUrl: string }

/** That of the cookie, or with `?ending=` one of the person's own of the last month. */
const findReceipt = async (deps: PageDeps, request: RouteRequest<undefined>): Promise<Found | undefined> => {
  const { caller, query } = request
  const endingId = query.get('ending')
  if (endingId !== null) {
    if (caller.kind !== 'person') return undefined
    const receipt = await ownReceipt(deps.oidc, { endingId, accountId: caller.accountId })
    return receipt && { receipt, receiptId: endingId, signedUrl: `${SIGNED}?ending=${endingId}` }
  }
  const receiptId = receiptIdOf(request)
  const receipt = receiptId === undefined ? undefined : await logoutReceipt(deps.oidc, receiptId)
  return receiptId === undefined || receipt === undefined ? undefined : { receipt, receiptId, signedUrl: SIGNED }
}

const show = async (deps: PageDeps, request: RouteRequest<undefined>) => {
  const found = await findReceipt(deps, request)
  if (found === undefined) return redirect(paths.home)
  const { receipt, receiptId, signedUrl } = found
  const view = receiptView({ chrome: bareChrome(deps, request), receiptId, receipt })
  return page(signOutReceiptPage(deps.oidc.receiptSigners === undefined ? view : { ...view, signedUrl }))
}

const showSigned = async (deps: PageDeps, request: RouteRequest<undefined>) => {
  const found = await findReceipt(deps, request)
  const signers = await deps.oidc.receiptSigners?.()
  if (found === undefined || signers === undefined) throw new TrustError('NOT_FOUND', 'no such receipt')
  const text = await signReceipt(deps.oidc, found.receipt, signers)
  return bytes('application/jose+json', text, `sign-out-${found.receipt.endingId}.jws.json`)
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
  getPage(deps, { path: SIGNED, access: 'public', summary: 'The same, signed by the status keys' }, (request) =>
    showSigned(deps, request),
  ),
]
