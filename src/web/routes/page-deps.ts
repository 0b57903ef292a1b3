/** What the pages need. They decide nothing: every act is an operation of a domain, which refuses by itself. */
import type { CryptoPort } from '../../../standards/ports.ts'
import type { Certificate } from '../../../standards/rfc5280-x509/index.ts'
import type { IdentityDeps, PushReceiver } from '../../identity/index.ts'
import type { Clock } from '../../kernel/index.ts'
import type { LicenceDeps } from '../../licence/index.ts'
import type { BrowserSessions, Interactions, OidcDeps } from '../../oidc/index.ts'
import type { EnrolmentDeps } from '../../pki/enrolment/index.ts'
import type { PkiDeps } from '../../pki/index.ts'
import type { SealDeps } from '../../seal/index.ts'
import type { TrustPublisher } from '../../verification/index.ts'
import type { Assets } from '../assets.ts'
import type { VerifyAway } from '../verify-pool.ts'

/** What every page needs, an error page too. */
export interface FrameDeps {
  readonly assets: Assets
  /** Shown for "look at the address": `id.xinyin.example`. */
  readonly host: string
  readonly demo: boolean
  /** Name of the platform, from the settings. */
  readonly platform: string
}

export interface PageDeps extends FrameDeps {
  readonly identity: IdentityDeps
  /** Of the registries; no page asks it, the service's routes do. */
  readonly registers: PushReceiver
  readonly pki: PkiDeps
  readonly enrolment: EnrolmentDeps
  /** Who answers for the status of certificates, by CA key; the officers' desk shows until when. */
  readonly responders: readonly { readonly issuerId: string; readonly certificate: Certificate }[]
  readonly seals: SealDeps
  readonly licences: LicenceDeps
  readonly oidc: OidcDeps
  readonly interactions: Interactions
  readonly sessions: BrowserSessions
  readonly trust: TrustPublisher
  /** Against what this service publishes, away from the main thread. */
  readonly verify: VerifyAway
  readonly crypto: CryptoPort
  readonly clock: Clock
  readonly publicUrl: string
  /** Portals to list on the first page. */
  readonly portals: () => readonly { readonly name: string; readonly by: string; readonly url: string }[]
}
