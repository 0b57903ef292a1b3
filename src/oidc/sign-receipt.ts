/**
 * A receipt that proves itself: what became of a sign-out at a moment, signed by the status keys of the key hierarchy (JWS with x5c),
 * so that the person can show it to a portal that says it was never told. It names portals, and nobody.
 */
import { utf8 } from '../../standards/bytes.ts'
import { signJws, type JwsSigner } from '../crypto/index.ts'
import type { LogoutReceipt } from './logout-receipt.ts'
import type { OidcDeps } from './ports.ts'

export const RECEIPT_TYPE = 'xinyin-logout-receipt'

const seconds = (at: Date): number => Math.floor(at.getTime() / 1_000)

/** JWS in the general JSON serialisation. */
export const signReceipt = (
  { clock, publicUrl }: Pick<OidcDeps, 'clock' | 'publicUrl'>,
  receipt: LogoutReceipt,
  signers: readonly JwsSigner[],
): Promise<string> =>
  signJws(
    utf8(
      JSON.stringify({
        iss: `${publicUrl}/oidc`,
        iat: seconds(clock.now()),
        jti: receipt.endingId,
        reason: receipt.reason,
        sessions: receipt.sessions,
        ended_at: seconds(receipt.endedAt),
        confirmed: receipt.confirmed,
        portals: receipt.portals.map(({ clientId, name, way, state, confirmedAt, lapsesAt }) => ({
          client_id: clientId,
          ...(name === undefined ? {} : { name }),
          way,
          state,
          ...(confirmedAt === undefined ? {} : { confirmed_at: seconds(confirmedAt) }),
          ...(lapsesAt === undefined ? {} : { lapses_at: seconds(lapsesAt) }),
        })),
      }),
    ),
    RECEIPT_TYPE,
    signers,
  )
