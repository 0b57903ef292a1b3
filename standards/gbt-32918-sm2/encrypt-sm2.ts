/**
 * GB/T 32918.4 §6.1: encryption to an SM2 public key. Refuses keys off the curve and empty messages (for which the
 * check of t against zero is void); a nonce whose t is all zero is thrown away, as the clause demands.
 */
import { FormatError } from '../errors.ts'
import type { Digests } from '../ports.ts'
import type { Sm2Ciphertext } from './cipher.ts'
import { deriveSm2Key } from './kdf.ts'
import { parseSm2PublicKey, parseSm2Point } from './public-key.ts'
import { drawScalar, referenceScalars } from './secret-scalars.ts'
import type { Sm2SecretScalars } from './secret-scalars.ts'

export interface Sm2Encryption {
  readonly digests: Digests
  /** DER SubjectPublicKeyInfo, or `04 || X || Y`. */
  readonly publicKey: Uint8Array
  readonly message: Uint8Array
  /** Cryptographically strong bytes. */
  readonly random: (length: number) => Uint8Array
  /** Default: the plain reference. */
  readonly scalars?: Sm2SecretScalars
}

const xor = (a: Uint8Array, b: Uint8Array): Uint8Array => Uint8Array.from(a, (octet, i) => octet ^ (b[i] as number))

const isZero = (bytes: Uint8Array): boolean => {
  let bits = 0
  for (const octet of bytes) bits |= octet
  return bits === 0
}

/** More would need a random source that repeats itself: one byte of message meets t = 0 once in 256 nonces. */
const MAX_TRIES = 64

/** @throws DerError for a bad key; FormatError SM2_MESSAGE_EMPTY, SM2_MESSAGE_TOO_LONG, RANDOM_UNUSABLE */
export const encryptSm2 = ({
  digests,
  publicKey,
  message,
  random,
  scalars = referenceScalars,
}: Sm2Encryption): Sm2Ciphertext => {
  if (message.length === 0) throw new FormatError('SM2_MESSAGE_EMPTY', 'SM2 does not encrypt an empty message')
  const point = publicKey[0] === 4 ? publicKey : parseSm2PublicKey(publicKey)
  parseSm2Point(point)
  for (let i = 0; i < MAX_TRIES; i++) {
    const k = drawScalar(random)
    const c1 = scalars.multiplyBase(k)
    const shared = scalars.multiply(k, point).subarray(1)
    k.fill(0)
    const t = deriveSm2Key(digests, message.length, shared)
    const isUsable = !isZero(t)
    const c3 = digests.digest('sm3', shared.subarray(0, 32), message, shared.subarray(32))
    const c2 = xor(message, t)
    shared.fill(0)
    t.fill(0)
    if (isUsable) return { c1, c3, c2 }
  }
  throw new FormatError('RANDOM_UNUSABLE', 'the random source repeats itself')
}
