/**
 * GB/T 35276 §7.2 SM2Cipher: strict DER, and the forms met in the field. Compatible mode also admits coordinates
 * without or with too many leading zeros and the raw C1 || C3 || C2 of devices, and says which it met.
 * Refused in both: coordinates above 256 bits, points off the curve, a hash that is not 32 bytes, an empty text.
 */
import { concat } from '../bytes.ts'
import type { Context, Leniency, Mode } from '../der/index.ts'
import {
  attempt,
  bytesToBigInt,
  decodeWith,
  encode,
  integerBytes,
  lenient,
  mapped,
  octetString,
  sequence,
} from '../der/index.ts'
import { DerError } from '../errors.ts'
import type { Sm2Ciphertext } from '../gbt-32918-sm2/index.ts'
import { parseRawSm2Ciphertext, requireSm2Ciphertext } from '../gbt-32918-sm2/index.ts'

const SIZE = 32
const PATH = 'SM2Cipher'

/** Without leading zeros, and one zero again where the first bit is set. */
const minimal = (bytes: Uint8Array): Uint8Array => {
  const first = bytes.findIndex((octet) => octet !== 0)
  const rest = bytes.subarray(first < 0 ? bytes.length - 1 : first)
  return (rest[0] as number) >= 0x80 ? concat(Uint8Array.of(0), rest) : rest
}

const to32 = (content: Uint8Array, context: Context): Uint8Array => {
  if ((content[0] as number) >= 0x80) lenient(context, 'SM2_INTEGER_UNSIGNED', 'negative INTEGER')
  if (bytesToBigInt(content) >= 1n << 256n) throw new DerError(context.path, 'above 256 bits')
  const out = new Uint8Array(SIZE)
  const tail = content.subarray(Math.max(0, content.length - SIZE))
  out.set(tail, SIZE - tail.length)
  return out
}

/** An unsigned number of up to 32 bytes, as 32 bytes. Minimal in strict mode; INTEGER_NOT_MINIMAL otherwise. */
const unsigned32 = () => mapped(integerBytes(), to32, minimal)

const SM2CipherParts = sequence({
  XCoordinate: unsigned32(),
  YCoordinate: unsigned32(),
  HASH: octetString(),
  CipherText: octetString(),
})

/** As a field of other types. */
export const SM2Cipher = mapped(
  SM2CipherParts,
  ({ XCoordinate, YCoordinate, HASH, CipherText }): Sm2Ciphertext =>
    requireSm2Ciphertext({ c1: concat(Uint8Array.of(4), XCoordinate, YCoordinate), c3: HASH, c2: CipherText }),
  ({ c1, c3, c2 }) => ({ XCoordinate: c1.subarray(1, 33), YCoordinate: c1.subarray(33), HASH: c3, CipherText: c2 }),
)

/** @throws DerError for anything but strict DER */
export const parseSm2Cipher = (der: Uint8Array): Sm2Ciphertext => decodeWith(SM2Cipher, der, 'strict', PATH).value

/** @throws DerError for parts that are no ciphertext */
export const encodeSm2Cipher = (ciphertext: Sm2Ciphertext): Uint8Array =>
  encode(SM2Cipher, requireSm2Ciphertext(ciphertext))

export interface NormalisedCipher {
  readonly ciphertext: Sm2Ciphertext
  /** SM2_INTEGER_UNSIGNED, INTEGER_NOT_MINIMAL, SM2_CIPHER_RAW. */
  readonly leniencies: readonly Leniency[]
}

/** Which form it is follows from the bytes alone: a raw form must hold a point of the curve. @throws DerError where none fits */
export const normaliseSm2Cipher = (bytes: Uint8Array, mode: Mode): NormalisedCipher => {
  const read = (): NormalisedCipher => {
    const { value, leniencies } = decodeWith(SM2Cipher, bytes, mode, PATH)
    return { ciphertext: value, leniencies }
  }
  if (mode === 'strict') return read()
  const raw = (prefixed: boolean): NormalisedCipher => ({
    ciphertext: parseRawSm2Ciphertext(bytes, { prefixed }),
    leniencies: [{ code: 'SM2_CIPHER_RAW', path: PATH }],
  })
  return attempt(() => raw(true)) ?? attempt(() => raw(false)) ?? read()
}
