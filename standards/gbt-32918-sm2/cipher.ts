/**
 * SM2 ciphertexts as values, and their raw forms. The standard's order is C1 || C3 || C2 (since 2012); the old
 * C1 || C2 || C3 is read only when asked for, because nothing in the bytes tells the two apart.
 */
import { concat } from '../bytes.ts'
import { DerError } from '../errors.ts'
import { parseSm2Point } from './public-key.ts'

export interface Sm2Ciphertext {
  /** kG as `04 || X || Y`, on the curve. */
  readonly c1: Uint8Array
  /** SM3(x2 || M || y2), 32 bytes. */
  readonly c3: Uint8Array
  /** M xor t, as long as the message; not empty. */
  readonly c2: Uint8Array
}

export interface RawSm2CipherForm {
  /** Default `C1C3C2`. */
  readonly order?: 'C1C3C2' | 'C1C2C3'
  /** Whether C1 opens with its octet 04; some libraries leave it out. Default true. */
  readonly prefixed?: boolean
}

const HASH = 32
const PATH = 'SM2Cipher'

/** Checked parts. @throws DerError for a C1 off the curve, a C3 of other length, an empty C2 */
export const requireSm2Ciphertext = ({ c1, c3, c2 }: Sm2Ciphertext): Sm2Ciphertext => {
  parseSm2Point(c1)
  if (c3.length !== HASH) throw new DerError(PATH, 'C3 is not 32 bytes')
  if (c2.length === 0) throw new DerError(PATH, 'empty C2')
  return { c1, c3, c2 }
}

/** @throws DerError where the bytes cannot be of that form */
export const parseRawSm2Ciphertext = (
  bytes: Uint8Array,
  { order = 'C1C3C2', prefixed = true }: RawSm2CipherForm = {},
): Sm2Ciphertext => {
  const whole = prefixed ? bytes : concat(Uint8Array.of(4), bytes)
  if (whole.length <= 65 + HASH) throw new DerError(PATH, 'too short')
  const rest = whole.subarray(65)
  const split = order === 'C1C3C2' ? HASH : rest.length - HASH
  const [first, second] = [rest.subarray(0, split), rest.subarray(split)]
  const [c3, c2] = order === 'C1C3C2' ? [first, second] : [second, first]
  return requireSm2Ciphertext({ c1: whole.subarray(0, 65), c3, c2 })
}

/** `04 || x1 || y1 || C3 || C2`. */
export const encodeRawSm2Ciphertext = ({ c1, c3, c2 }: Sm2Ciphertext): Uint8Array => concat(c1, c3, c2)
