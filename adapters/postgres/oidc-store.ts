/** The store of OpenID Connect: the library's models, sessions, sign-out deliveries and clients. */
import type { OidcStore } from '../../src/oidc/ports.ts'
import type { Db } from './db.ts'
import { makeClientStore } from './oidc-client-store.ts'
import { makeConsentStore } from './oidc-consent-store.ts'
import { makeLogoutStore } from './oidc-logout-store.ts'
import { makePayloadStore } from './oidc-payload-store.ts'
import { makeSessionStore } from './oidc-session-store.ts'
import { makeSigningKeyStore } from './oidc-signing-key-store.ts'

export const makeOidcStore = (db: Db): OidcStore => ({
  payloads: makePayloadStore(db),
  sessions: makeSessionStore(db),
  logouts: makeLogoutStore(db),
  clients: makeClientStore(db),
  signingKeys: makeSigningKeyStore(db),
  consents: makeConsentStore(db),
})
