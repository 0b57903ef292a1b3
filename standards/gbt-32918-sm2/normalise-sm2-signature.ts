/**
 * SM2 signatures as real files hold them → strict DER. Strict mode admits strict DER only.
 * Compatible mode also admits the raw 64 bytes, numbers without or with too many leading zeros, and lost trailing
 * zero bytes, and says which it met. Still refused: trailing bytes, other lengths, numbers above 256 bits.
 */
import { attempt, bytesToBigInt, readElement, readElements, readSingle } from '../der/index.ts'
import type { Leniency, Mode } from '../der/index.ts'
import { concat } from '../bytes.ts'
import { DerError } from '../errors.ts'
import { encodeSm2Signature, parseRawSm2Signature, parseSm2Signature } from './signature.ts'
import type { Sm2Signature } from './signature.ts'

/** A BIT STRING writer that treats the signature as a named bit list drops its trailing zero bytes. */
const MAX_LOST_ZEROS = 3
const PATH = 'SM2Signature'

export interface NormalisedSignature {
  /** Strict DER, ready for `isSignedBy`. */
  readonly der: Uint8Array
  /** SM2_SIGNATURE_RAW, SM2_INTEGER_UNSIGNED, SM2_INTEGER_PADDED, SM2_SIGNATURE_SHORT. */
  readonly leniencies: readonly Leniency[]
}

const readUnsigned = (content: Uint8Array, name: string, leniencies: Leniency[]): bigint => {
  const path = `${PATH}.${name}`
  const [first, second] = content
  if (first === undefined) throw new DerError(path, 'empty INTEGER')
  if (first >= 0x80) leniencies.push({ code: 'SM2_INTEGER_UNSIGNED', path })
  if (first === 0 && second !== undefined && second < 0x80) leniencies.push({ code: 'SM2_INTEGER_PADDED', path })
  return bytesToBigInt(content)
}

const readLenient = (bytes: Uint8Array, leniencies: Leniency[]): Sm2Signature => {
  const { tag, content } = readSingle(bytes, { path: PATH })
  const [r, s, ...more] = readElements(content, { path: PATH })
  if (tag !== 0x30 || r?.tag !== 0x02 || s?.tag !== 0x02 || more.length > 0)
    throw new DerError(PATH, 'not a SEQUENCE of two INTEGERs')
  return { r: readUnsigned(r.content, 'r', leniencies), s: readUnsigned(s.content, 's', leniencies) }
}

const withoutLoss = (bytes: Uint8Array, leniencies: Leniency[]): Uint8Array => {
  for (let lost = 0; lost <= MAX_LOST_ZEROS; lost++) {
    const padded = concat(bytes, new Uint8Array(lost))
    if (attempt(() => readElement(padded, 0, { path: PATH })) === undefined) continue
    if (lost > 0) leniencies.push({ code: 'SM2_SIGNATURE_SHORT', path: PATH })
    return padded
  }
  return bytes
}

/** @throws DerError where no form fits */
export const normaliseSm2Signature = (bytes: Uint8Array, mode: Mode): NormalisedSignature => {
  if (mode === 'strict') {
    parseSm2Signature(bytes)
    return { der: bytes, leniencies: [] }
  }
  const leniencies: Leniency[] = []
  const read = (): NormalisedSignature => {
    const der = encodeSm2Signature(readLenient(withoutLoss(bytes, leniencies), leniencies))
    return { der, leniencies }
  }
  if (bytes.length !== 64) return read()
  const raw: NormalisedSignature = {
    der: encodeSm2Signature(parseRawSm2Signature(bytes)),
    leniencies: [{ code: 'SM2_SIGNATURE_RAW', path: PATH }],
  }
  return attempt(read) ?? raw
}
