/** Signs the tokens that this service makes itself (ES256); the key is imported once. */
import { importJWK, SignJWT, type JWTPayload } from 'jose'
import type { SigningJwk } from './ports.ts'

type Imported = Awaited<ReturnType<typeof importJWK>>
const imported = new WeakMap<SigningJwk, Promise<Imported>>()

const keyOf = (jwk: SigningJwk): Promise<Imported> => {
  const known = imported.get(jwk)
  if (known !== undefined) return known
  const made = importJWK({ ...jwk }, 'ES256')
  imported.set(jwk, made)
  return made
}

/** Compact serialisation, with `typ` and `kid` in its header. */
export const signToken = async (jwk: SigningJwk, typ: string, payload: JWTPayload): Promise<string> =>
  new SignJWT(payload).setProtectedHeader({ alg: 'ES256', typ, kid: jwk.kid }).sign(await keyOf(jwk))
