/**
 * RFC 6238 time-based one-time passwords over RFC 4226, and the base32 (RFC 4648 §6) in which their secrets are written.
 * The time step is an argument; which steps are accepted, and that none is accepted twice, is the caller's business.
 */
import { concat } from '../bytes.ts'
import { FormatError } from '../errors.ts'
import type { DigestAlgorithm, Digests } from '../ports.ts'

const BLOCK: Readonly<Partial<Record<DigestAlgorithm, number>>> = { sha1: 64, sha256: 64, sha512: 128 }

const hmac = (
  digests: Digests,
  algorithm: 'sha1' | 'sha256' | 'sha512',
  key: Uint8Array,
  text: Uint8Array,
): Uint8Array => {
  const size = BLOCK[algorithm] ?? 64
  const block = new Uint8Array(size)
  block.set(key.length > size ? digests.digest(algorithm, key) : key)
  const inner = digests.digest(
    algorithm,
    block.map((b) => b ^ 0x36),
    text,
  )
  return digests.digest(
    algorithm,
    block.map((b) => b ^ 0x5c),
    inner,
  )
}

export interface TotpParameters {
  readonly secret: Uint8Array
  /** Number of the time step, `totpStep`. */
  readonly step: number
  /** 6 when absent. */
  readonly digits?: 6 | 7 | 8
  /** What authenticator programs take when they are told nothing: sha1. */
  readonly algorithm?: 'sha1' | 'sha256' | 'sha512'
}

export const TOTP_PERIOD_S = 30

/** §4.2, T0 = 0. */
export const totpStep = (at: Date): number => Math.floor(at.getTime() / 1_000 / TOTP_PERIOD_S)

/** Decimal digits with leading zeros, RFC 4226 §5.3. */
export const totpCode = (
  digests: Digests,
  { secret, step, digits = 6, algorithm = 'sha1' }: TotpParameters,
): string => {
  const counter = new Uint8Array(8)
  new DataView(counter.buffer).setBigUint64(0, BigInt(step))
  const mac = hmac(digests, algorithm, secret, concat(counter))
  const offset = (mac.at(-1) ?? 0) & 15
  const number = new DataView(mac.buffer, mac.byteOffset).getUint32(offset) & 0x7fffffff
  return String(number % 10 ** digits).padStart(digits, '0')
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** Without padding, as secrets are written for people. */
export const encodeBase32 = (bytes: Uint8Array): string => {
  let bits = ''
  for (const byte of bytes) bits += byte.toString(2).padStart(8, '0')
  return (bits.match(/.{1,5}/g) ?? []).map((five) => ALPHABET[Number.parseInt(five.padEnd(5, '0'), 2)] ?? '').join('')
}

/** Small letters, spaces and padding are forgiven. @throws FormatError */
export const parseBase32 = (text: string): Uint8Array => {
  const letters = text
    .replace(/[\s-]+/g, '')
    .replace(/=+$/, '')
    .toUpperCase()
  let bits = ''
  for (const letter of letters) {
    const value = ALPHABET.indexOf(letter)
    if (value < 0) throw new FormatError('BASE32_INVALID', 'not base32')
    bits += value.toString(2).padStart(5, '0')
  }
  if (bits.length % 8 >= 5 || /1/.test(bits.slice(bits.length - (bits.length % 8))))
    throw new FormatError('BASE32_INVALID', 'base32 that ends within an octet')
  return Uint8Array.from(bits.match(/.{8}/g) ?? [], (eight) => Number.parseInt(eight, 2))
}
