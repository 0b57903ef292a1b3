/**
 * Our own pages as a client of our own provider: people sign in to them through the same door as anywhere else. Its code is never
 * redeemed (the session cookie is enough), so its secret is random and forgotten.
 */
import { toBase64Url } from '../../standards/bytes.ts'
import type { RandomSource } from '../kernel/index.ts'

export const OWN_PAGES = 'xinyin-pages'
/** Where the browser comes back after signing in to our own pages, with `state`. */
export const OWN_PAGES_RETURN = '/signed-in'

export const ownPagesClient = (publicUrl: string, random: RandomSource) => ({
  client_id: OWN_PAGES,
  client_secret: toBase64Url(random.bytes(32)),
  client_uri: publicUrl,
  redirect_uris: [`${publicUrl}${OWN_PAGES_RETURN}`],
  grant_types: ['authorization_code'],
  scope: 'openid',
  principal_types: 'self',
})

/** Send a browser here to sign in to our own pages; `state` comes back as it is. */
export const ownSignInUrl = (publicUrl: string, { state, random }: { state: string; random: RandomSource }): string => {
  const query = new URLSearchParams({
    client_id: OWN_PAGES,
    response_type: 'code',
    scope: 'openid',
    redirect_uri: `${publicUrl}${OWN_PAGES_RETURN}`,
    state,
    // Nobody knows a verifier for it: the code can never be redeemed.
    code_challenge: toBase64Url(random.bytes(32)),
    code_challenge_method: 'S256',
  })
  return `${publicUrl}/oidc/auth?${query.toString()}`
}
