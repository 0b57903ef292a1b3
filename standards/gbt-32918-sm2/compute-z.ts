/** GB/T 32918.2 §5.5: Z, the digest that binds signer id, curve and public key to every SM2 signature. */
import { concat, utf8 } from '../bytes.ts'
import { FormatError } from '../errors.ts'
import type { Digests } from '../ports.ts'
import { SM2_CURVE } from './curve.ts'
import { parseSm2Point, parseSm2PublicKey, to32Bytes } from './public-key.ts'

/** GB/T 35276 §10: the id where none is agreed. Certificates, CRLs, seals and messages all use it. */
export const SM2_DEFAULT_ID = utf8('1234567812345678')

const CURVE_PART = concat(...[SM2_CURVE.a, SM2_CURVE.b, SM2_CURVE.gx, SM2_CURVE.gy].map(to32Bytes))

/**
 * Z, 32 bytes. `publicKey` is a DER SubjectPublicKeyInfo or the 65 bytes `04 || X || Y`.
 * @throws DerError for a bad key, FormatError SM2_ID_TOO_LONG above 8191 bytes of id
 */
export const computeZ = (digests: Digests, publicKey: Uint8Array, id: Uint8Array = SM2_DEFAULT_ID): Uint8Array => {
  const bits = 8 * id.length
  if (bits > 0xffff) throw new FormatError('SM2_ID_TOO_LONG', 'the bit length of the SM2 id does not fit two bytes')
  const point = publicKey[0] === 4 ? publicKey : parseSm2PublicKey(publicKey)
  parseSm2Point(point)
  return digests.digest('sm3', Uint8Array.of(bits >> 8, bits & 0xff), id, CURVE_PART, point.subarray(1))
}
