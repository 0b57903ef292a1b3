/** The pages that the OpenID provider shows by itself: its errors, the question before signing out, and the receipt after it. */
import type { OidcDeps, ProviderPages } from '../oidc/index.ts'
import type { FrameDeps } from './routes/page-deps.ts'

export interface ProviderPagesDeps extends FrameDeps {
  readonly oidc: Pick<OidcDeps, 'store' | 'clock'>
}

export const providerPages = (_deps: ProviderPagesDeps): ProviderPages => ({
  error: (_ctx, code) => code,
  logoutConfirm: (_ctx, { form }) => form,
  loggedOut: () => '',
})
