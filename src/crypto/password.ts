/**
 * Passwords by argon2id (RFC 9106) of node:crypto, off the main thread, stored as PHC strings.
 * Each run takes megabytes, so few run at once and few wait: past that the answer is TRY_LATER, not a server out of memory.
 */
import { argon2, timingSafeEqual } from 'node:crypto'
import { fromBase64, toBase64, utf8 } from '../../standards/bytes.ts'
import { FormatError } from '../../standards/errors.ts'
import { TrustError } from '../errors.ts'
import type { RandomSource } from '../kernel/index.ts'

export interface Argon2Parameters {
  /** KiB. */
  readonly memory: number
  readonly passes: number
  readonly parallelism: number
}

export interface PasswordHash extends Argon2Parameters {
  readonly salt: Uint8Array
  readonly hash: Uint8Array
}

export interface PasswordHasher {
  /** A PHC string. @throws TrustError TRY_LATER, INPUT_TOO_LARGE */
  hash(password: string): Promise<string>
  /**
   * Without a stored string (no such account) the same work is done and the answer is false.
   * @throws TrustError TRY_LATER; FormatError PHC_MALFORMED
   */
  matches(password: string, stored: string | undefined): Promise<boolean>
  /** Whether `stored` was made with other parameters than today's, and should be made again at the next sign-in. */
  isOutdated(stored: string): boolean
}

export interface PasswordHasherOptions {
  readonly random: RandomSource
  readonly parameters?: Argon2Parameters
  /** Runs at once; libuv has four threads unless told otherwise, and file and DNS work need some. */
  readonly concurrency?: number
  /** Runs waiting. */
  readonly queue?: number
}

/** OWASP's floor for argon2id: 19 MiB, two passes, one lane. */
export const DEFAULT_ARGON2: Argon2Parameters = { memory: 19_456, passes: 2, parallelism: 1 }
const SALT = 16
const TAG = 32
const MAX_PASSWORD = 1024
/** Stored strings come from our own database; still, none may ask for gigabytes. */
const MAX: Argon2Parameters = { memory: 262_144, passes: 16, parallelism: 8 }

const unpadded = (bytes: Uint8Array): string => toBase64(bytes).replace(/=+$/, '')

export const encodePhc = ({ memory, passes, parallelism, salt, hash }: PasswordHash): string =>
  `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${unpadded(salt)}$${unpadded(hash)}`

const PHC = /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,3}),p=(\d{1,3})\$([A-Za-z0-9+/]{11,88})\$([A-Za-z0-9+/]{22,88})$/

/** Undefined unless it is the one encoding of its bytes. */
const unpaddedBytes = (text: string | undefined): Uint8Array | undefined => {
  if (text === undefined || text.length % 4 === 1) return undefined
  const bytes = fromBase64(text)
  return unpadded(bytes) === text ? bytes : undefined
}

/** @throws FormatError PHC_MALFORMED for other algorithms, other versions, and parameters out of bounds */
export const parsePhc = (text: string): PasswordHash => {
  const [, m, t, p, saltText, hashText] = PHC.exec(text) ?? []
  const [salt, hash] = [unpaddedBytes(saltText), unpaddedBytes(hashText)]
  const parameters = { memory: Number(m), passes: Number(t), parallelism: Number(p) }
  const { memory, passes, parallelism } = parameters
  const fits = memory <= MAX.memory && passes <= MAX.passes && parallelism <= MAX.parallelism
  if (salt === undefined || hash === undefined || !fits || passes < 1 || parallelism < 1 || memory < 8 * parallelism)
    throw new FormatError('PHC_MALFORMED', 'not a PHC string of argon2id')
  return { ...parameters, salt, hash }
}

const run = (password: Uint8Array, salt: Uint8Array, { length, ...p }: Argon2Parameters & { length: number }) =>
  new Promise<Uint8Array>((resolve, reject) =>
    argon2(
      'argon2id',
      {
        message: password,
        nonce: salt,
        memory: p.memory,
        passes: p.passes,
        parallelism: p.parallelism,
        tagLength: length,
      },
      (error, tag) => (error ? reject(error) : resolve(tag)),
    ),
  )

/** At most `concurrency` at once, at most `queue` waiting. */
const makeQueue = (concurrency: number, queue: number) => {
  let running = 0
  const waiting: (() => void)[] = []
  return async <T>(work: () => Promise<T>): Promise<T> => {
    if (running >= concurrency) {
      if (waiting.length >= queue) throw new TrustError('TRY_LATER', 'too many passwords are being checked')
      // The slot is handed over, so `running` does not change on this way.
      await new Promise<void>((resolve) => waiting.push(resolve))
    } else running++
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      if (next === undefined) running--
      else next()
    }
  }
}

export const makePasswordHasher = (options: PasswordHasherOptions): PasswordHasher => {
  const { random, parameters = DEFAULT_ARGON2, concurrency = 2, queue = 64 } = options
  const enqueue = makeQueue(concurrency, queue)
  const dummy: PasswordHash = { ...parameters, salt: random.bytes(SALT), hash: random.bytes(TAG) }

  return {
    hash: async (password) => {
      const bytes = passwordBytes(password)
      if (bytes === undefined) throw new TrustError('INPUT_TOO_LARGE', 'password too long', { field: 'password' })
      const salt = random.bytes(SALT)
      const hash = await enqueue(() => run(bytes, salt, { ...parameters, length: TAG }))
      return encodePhc({ ...parameters, salt, hash })
    },
    matches: async (password, stored) => {
      const expected = stored === undefined ? dummy : parsePhc(stored)
      const bytes = passwordBytes(password)
      if (bytes === undefined) return false
      const found = await enqueue(() => run(bytes, expected.salt, { ...expected, length: expected.hash.length }))
      return timingSafeEqual(found, expected.hash) && stored !== undefined
    },
    isOutdated: (stored) => {
      const { memory, passes, parallelism } = parsePhc(stored)
      return memory !== parameters.memory || passes !== parameters.passes || parallelism !== parameters.parallelism
    },
  }
}

/** NFKC (NIST SP 800-63B §3.1.1.2): full-width digits of an input method are the same password. Undefined: too long. */
const passwordBytes = (password: string): Uint8Array | undefined => {
  const bytes = utf8(password.normalize('NFKC'))
  return bytes.length <= MAX_PASSWORD ? bytes : undefined
}
