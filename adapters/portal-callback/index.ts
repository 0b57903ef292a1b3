/** Calls to portals: sign-out tokens, and the key sets of clients that publish them by address. */
export type { PortalCallbackDeps } from './portal-callback.ts'
export { makePortalCallback } from './portal-callback.ts'
