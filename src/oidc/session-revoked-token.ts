/**
 * A security event token (RFC 8417) that says a session was revoked (OpenID CAEP 1.0 §3.1), for portals that fetch. It has no `exp`
 * and no `sub`, so that nobody takes it for an ID token; its id is that of the delivery, the same at each fetch.
 */
import type { FeedItem, OidcDeps } from './ports.ts'
import { signToken } from './sign-token.ts'

const EVENT = 'https://schemas.openid.net/secevent/caep/event-type/session-revoked'

const BY_PERSON: ReadonlySet<string> = new Set(['signed-out', 'signed-out-everywhere', 'password-changed'])
const BY_RULE: ReadonlySet<string> = new Set(['expired'])

const initiator = (reason: string): string =>
  BY_PERSON.has(reason) ? 'user' : BY_RULE.has(reason) ? 'policy' : 'admin'

export const makeSessionRevokedToken = (
  { clock, publicUrl, signingKeys }: Pick<OidcDeps, 'clock' | 'publicUrl' | 'signingKeys'>,
  clientId: string,
  { id, sid, sub, reason, endedAt }: FeedItem,
): Promise<string> => {
  const iss = `${publicUrl}/oidc`
  const user = { format: 'iss_sub', iss, sub }
  return signToken(signingKeys[0], 'secevent+jwt', {
    iss,
    aud: clientId,
    jti: id,
    iat: Math.floor(clock.now().getTime() / 1_000),
    sub_id: sid === '' ? user : { format: 'complex', session: { format: 'opaque', id: sid }, user },
    events: {
      [EVENT]: {
        event_timestamp: Math.floor(endedAt.getTime() / 1_000),
        initiating_entity: initiator(reason),
        reason_admin: { en: reason },
      },
    },
  })
}
