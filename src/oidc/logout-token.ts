/** A logout token (OpenID Connect Back-Channel Logout 1.0 §2.4), new at every attempt: portals refuse old ones and repeated ids. */
import { importJWK, SignJWT } from 'jose'
import type { Delivery, OidcDeps } from './ports.ts'

const LIFETIME = 120
const EVENT = 'http://schemas.openid.net/event/backchannel-logout'

export const makeLogoutToken = async (
  { clock, ids, publicUrl, signingKeys }: Pick<OidcDeps, 'clock' | 'ids' | 'publicUrl' | 'signingKeys'>,
  { clientId, sid, sub }: Pick<Delivery, 'clientId' | 'sid' | 'sub'>,
): Promise<string> => {
  const [key] = signingKeys
  const now = Math.floor(clock.now().getTime() / 1_000)
  return new SignJWT({ events: { [EVENT]: {} }, ...(sid === '' ? {} : { sid }) })
    .setProtectedHeader({ alg: 'ES256', typ: 'logout+jwt', kid: key.kid })
    .setIssuer(`${publicUrl}/oidc`)
    .setAudience(clientId)
    .setSubject(sub)
    .setJti(ids.next())
    .setIssuedAt(now)
    .setExpirationTime(now + LIFETIME)
    .sign(await importJWK({ ...key }, 'ES256'))
}
