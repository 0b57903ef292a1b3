/** A logout token (OpenID Connect Back-Channel Logout 1.0 §2.4), new at every attempt: portals refuse old ones and repeated ids. */
import type { Delivery, OidcDeps } from './ports.ts'
import { signToken } from './sign-token.ts'

const LIFETIME = 120
const EVENT = 'http://schemas.openid.net/event/backchannel-logout'

export const makeLogoutToken = (
  { clock, ids, publicUrl, signingKeys }: Pick<OidcDeps, 'clock' | 'ids' | 'publicUrl' | 'signingKeys'>,
  { clientId, sid, sub }: Pick<Delivery, 'clientId' | 'sid' | 'sub'>,
): Promise<string> => {
  const iat = Math.floor(clock.now().getTime() / 1_000)
  return signToken(signingKeys[0], 'logout+jwt', {
    iss: `${publicUrl}/oidc`,
    aud: clientId,
    sub,
    jti: ids.next(),
    iat,
    exp: iat + LIFETIME,
    events: { [EVENT]: {} },
    ...(sid === '' ? {} : { sid }),
  })
}
