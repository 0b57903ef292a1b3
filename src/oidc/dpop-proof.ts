/**
 * Proof of possession at our own API (RFC 9449 §4.3, §7): the caller holds the key that the token was bound to, made this proof for
 * this very request just now, and shows it once. At the provider's endpoints the library checks the same.
 */
import { calculateJwkThumbprint, EmbeddedJWK, errors, jwtVerify } from 'jose'
import { createHash } from 'node:crypto'
import { hashId } from './hash-id.ts'
import type { OidcDeps } from './ports.ts'

export interface DpopProof {
  readonly proof: string
  readonly method: string
  /** Without query; proofs name the public address, whatever Host says. */
  readonly path: string
}

const WINDOW = 60
const ALGORITHMS = ['ES256', 'PS256', 'EdDSA', 'Ed25519']

/** True when the proof is good for this token, bound to the key with this thumbprint. Each proof once. */
export const isDpopProofGood = async (
  { clock, store, publicUrl }: Pick<OidcDeps, 'clock' | 'store' | 'publicUrl'>,
  { proof, method, path }: DpopProof,
  bound: { readonly token: string; readonly thumbprint: string },
): Promise<boolean> => {
  try {
    const { payload, protectedHeader } = await jwtVerify(proof, EmbeddedJWK, {
      algorithms: ALGORITHMS,
      typ: 'dpop+jwt',
      currentDate: clock.now(),
    })
    const { jti, iat, htm, htu, ath } = payload
    const now = Math.floor(clock.now().getTime() / 1_000)
    const fresh = typeof iat === 'number' && Math.abs(now - iat) <= WINDOW
    const fits =
      htm === method &&
      htu === `${publicUrl}${path}` &&
      ath === createHash('sha256').update(bound.token).digest('base64url')
    const { jwk } = protectedHeader
    if (!fresh || !fits || typeof jti !== 'string' || jti === '' || jwk === undefined) return false
    const thumbprint = await calculateJwkThumbprint(jwk)
    if (thumbprint !== bound.thumbprint) return false
    const idHash = hashId(`dpop\n${thumbprint}\n${jti}`)
    const expiresAt = new Date(clock.now().getTime() + 2 * WINDOW * 1_000)
    return await store.payloads.insertOnce({ model: 'ReplayDetection', idHash, payload: {}, expiresAt })
  } catch (error) {
    if (error instanceof errors.JOSEError || error instanceof TypeError) return false
    throw error
  }
}
