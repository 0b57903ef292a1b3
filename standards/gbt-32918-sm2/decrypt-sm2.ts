/**
 * GB/T 32918.4 §7.1: decryption. C1 off the curve is refused before the key is touched; an all-zero t and a wrong C3
 * are one refusal, found in time that does not tell how much of C3 fitted, and no plaintext leaves with it.
 */
import { equalBytes } from '../bytes.ts'
import { FormatError } from '../errors.ts'
import type { Digests } from '../ports.ts'
import type { Sm2Ciphertext } from './cipher.ts'
import { requireSm2Ciphertext } from './cipher.ts'
import { deriveSm2Key } from './kdf.ts'
import { isSm2PrivateKey, referenceScalars } from './secret-scalars.ts'
import type { Sm2SecretScalars } from './secret-scalars.ts'

export interface Sm2Decryption {
  readonly digests: Digests
  /** d, 32 bytes. */
  readonly privateKey: Uint8Array
  readonly ciphertext: Sm2Ciphertext
  /** Default: the plain reference, whose time depends on the key: for tests. */
  readonly scalars?: Sm2SecretScalars
}

/** The message. @throws DerError for a malformed ciphertext; FormatError SM2_KEY_RANGE, SM2_DECRYPTION_FAILED */
export const decryptSm2 = ({
  digests,
  privateKey,
  ciphertext,
  scalars = referenceScalars,
}: Sm2Decryption): Uint8Array => {
  if (!isSm2PrivateKey(privateKey)) throw new FormatError('SM2_KEY_RANGE', 'private key outside [1, n-2]')
  const { c1, c3, c2 } = requireSm2Ciphertext(ciphertext)
  const shared = scalars.multiply(privateKey, c1).subarray(1)
  const t = deriveSm2Key(digests, c2.length, shared)
  let bits = 0
  const message = new Uint8Array(c2.length)
  for (let i = 0; i < t.length; i++) {
    bits |= t[i] as number
    message[i] = (c2[i] as number) ^ (t[i] as number)
  }
  const fits = equalBytes(c3, digests.digest('sm3', shared.subarray(0, 32), message, shared.subarray(32)))
  shared.fill(0)
  t.fill(0)
  if (bits !== 0 && fits) return message
  message.fill(0)
  throw new FormatError('SM2_DECRYPTION_FAILED', 'not a ciphertext for this key')
}
