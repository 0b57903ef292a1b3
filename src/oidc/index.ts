/** OpenID Connect: sign-in at portals, for whom somebody acts there, and sign-out that is true everywhere. */
export type { BrowserSessions, CurrentSession, SessionView } from './browser-sessions.ts'
export { makeBrowserSessions } from './browser-sessions.ts'
export { SECRET_COLUMN } from './client-metadata.ts'
export type { PrincipalTypes } from './client-policy.ts'
export { CONSENT_TEXT_VERSION, consentsOf, dataScopes, withdrawConsent } from './consent.ts'
export type { EndReason, SessionEnding, SignOut } from './end-session.ts'
export { endSession } from './end-session.ts'
export { deadLetters, retryLogout } from './dead-letters.ts'
export { makeIdentityReactions } from './identity-reactions.ts'
export type { ClientView } from './manage-clients.ts'
export { listClients, rotateClientSecret, setClientDisabled } from './manage-clients.ts'
export type { InteractionDetails, Interactions, SignedIn } from './interactions.ts'
export { makeInteractions } from './interactions.ts'
export type { LogoutReceipt, PastSignOut, PortalReceipt, PortalState } from './logout-receipt.ts'
export { logoutReceipt, ownReceipt, pastSignOuts } from './logout-receipt.ts'
export type { LogoutWorker, LogoutWorkerOptions } from './logout-worker.ts'
export { makeLogoutWorker } from './logout-worker.ts'
export { OWN_PAGES, OWN_PAGES_RETURN, ownSignInUrl } from './own-pages.ts'
export { makePeople } from './people.ts'
export type {
  DeadLetter,
  LogoutMode,
  OidcDeps,
  OidcStore,
  PairwiseKeys,
  People,
  PortalCallback,
  SigningJwk,
} from './ports.ts'
export type { FeedPage, FeedPoll } from './poll-feed.ts'
export { makePollFeed } from './poll-feed.ts'
export type { ProviderDeps, ProviderPages } from './provider.ts'
export { makeProvider } from './provider.ts'
export { makeProviderHandler, OIDC_PREFIX } from './provider-handler.ts'
export { RECEIPT_COOKIE } from './receipt-cookie.ts'
export type { ClientRegistration } from './register-client.ts'
export { putClient, registerClient } from './register-client.ts'
export type { Bearer } from './resolve-bearer.ts'
export { makeResolveBearer } from './resolve-bearer.ts'
export { API_SCOPES, apiResource, FEED_SCOPE, SCOPES, type ApiScope } from './scopes.ts'
export type { SigningKeys } from './signing-keys.ts'
export { openSigningKeys, rotateSigningKey } from './signing-keys.ts'
export type { SessionSweeper } from './session-sweeper.ts'
export { RECEIPT_TYPE, signReceipt } from './sign-receipt.ts'
export { makeSessionSweeper, removeLongPast, sweepSessions } from './session-sweeper.ts'
