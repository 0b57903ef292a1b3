/** The provider's sessions as our own pages see them: who is here, where they are signed in, and signing out. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { default as Provider } from 'oidc-provider'
import type { Principal } from '../identity/index.ts'
import { choosePrincipal, type PrincipalSelection } from './choose-principal.ts'
import { currentPrincipal } from './current-principal.ts'
import { endSession, type SignOut } from './end-session.ts'
import { OWN_PAGES } from './own-pages.ts'
import type { OidcDeps } from './ports.ts'
import { giveReceipt } from './receipt-cookie.ts'

export interface CurrentSession {
  readonly sessionUid: string
  readonly accountId: string
  readonly personId: string
  readonly acr?: string
  readonly authTime?: Date
}

export interface SessionView {
  readonly sessionUid: string
  readonly createdAt: Date
  readonly seenAt: Date
  readonly expiresAt: Date
  readonly acr?: string
  readonly portals: readonly { readonly clientId: string; readonly name: string; readonly since: Date }[]
}

export interface BrowserSessions {
  /** Undefined when nobody is signed in, the session has ended, or the account is frozen. */
  current(req: IncomingMessage, res: ServerResponse): Promise<CurrentSession | undefined>
  list(accountId: string): Promise<readonly SessionView[]>
  /** @throws TrustError PRINCIPAL_NOT_AVAILABLE, SESSION_ENDED */
  choosePrincipal(selection: Omit<PrincipalSelection, 'clientId'> & { readonly clientId?: string }): Promise<void>
  /** Checked now; undefined when nothing was chosen, or it holds no longer. */
  principalOf(of: {
    readonly sessionUid: string
    readonly personId: string
    readonly clientId?: string
  }): Promise<Principal | undefined>
  /** Ends this browser's session, or all of the account's. Sets the receipt cookie and clears the session's. */
  signOut(req: IncomingMessage, res: ServerResponse, where?: 'here' | 'everywhere'): Promise<SignOut>
}

const viewsOf = async (
  { store, clock }: Pick<OidcDeps, 'store' | 'clock'>,
  accountId: string,
): Promise<SessionView[]> => {
  const rows = await store.sessions.ofAccount(accountId, clock.now())
  const joined = await store.sessions.participants(rows.map((r) => r.uid))
  const portals = joined.filter((p) => p.clientId !== OWN_PAGES)
  const names = await store.clients.names([...new Set(portals.map((p) => p.clientId))])
  return rows.map(({ uid, accountId: _accountId, authTime: _authTime, ...row }) => ({
    sessionUid: uid,
    ...row,
    portals: [...new Map(portals.filter((p) => p.sessionUid === uid).map((p) => [p.clientId, p])).values()].map(
      (p) => ({
        clientId: p.clientId,
        name: names.get(p.clientId) ?? p.clientId,
        since: p.createdAt,
      }),
    ),
  }))
}

export const makeBrowserSessions = (deps: OidcDeps, provider: Provider): BrowserSessions => {
  const current: BrowserSessions['current'] = async (req, res) => {
    const session = await provider.Session.get(provider.createContext(req, res))
    if (session.accountId === undefined) return undefined
    const account = await deps.people.account(session.accountId)
    if (account === undefined) return undefined
    const { uid: sessionUid, accountId, acr, loginTs } = session
    return {
      sessionUid,
      accountId,
      personId: account.personId,
      ...(acr === undefined ? {} : { acr }),
      ...(loginTs === undefined ? {} : { authTime: new Date(loginTs * 1_000) }),
    }
  }
  return {
    current,
    list: (accountId) => viewsOf(deps, accountId),
    choosePrincipal: ({ clientId = OWN_PAGES, ...selection }) => choosePrincipal(deps, { clientId, ...selection }),
    principalOf: async ({ clientId = OWN_PAGES, ...of }) =>
      (await currentPrincipal(deps, { clientId, ...of, types: 'any' }))?.principal,
    signOut: async (req, res, where = 'here') => {
      const session = await current(req, res)
      if (session === undefined) return { sessions: 0, deliveries: 0 }
      const { sessionUid, accountId, personId } = session
      const signOut = await endSession(deps, {
        scope: where === 'here' ? { sessionUid } : { accountId },
        reason: where === 'here' ? 'signed-out' : 'signed-out-everywhere',
        actor: { kind: 'person', id: personId },
      })
      const { cookies } = provider.createContext(req, res)
      cookies.set(provider.cookieName('session'), null, { path: '/' })
      if (signOut.receiptId !== undefined) giveReceipt(cookies, signOut.receiptId)
      return signOut
    },
  }
}
