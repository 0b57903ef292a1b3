/**
 * Columns with personal data: AES-256-GCM under a named key, bound to `table.column`, and a keyed blind index to look them up.
 * Layout: version 1, length of the key id, key id, nonce (12), ciphertext, tag (16).
 * Refuses a field that was changed, moved to another column, or made under a key that is not there. It does not hide lengths.
 */
import type { KeyObject } from 'node:crypto'
import { createCipheriv, createDecipheriv, createHmac, hkdfSync } from 'node:crypto'
import { concat, fromUtf8, utf8 } from '../../standards/bytes.ts'
import { TrustError } from '../errors.ts'
import type { RandomSource } from '../kernel/index.ts'

export interface FieldKey {
  /** Up to 32 of a-z, 0-9 and hyphen; stands in clear beside each field. */
  readonly id: string
  /** 32 bytes. Keys for encryption and for the index are derived from it. */
  readonly key: Uint8Array | KeyObject
}

/** Keys by id while they change: new fields take the current one, older ones open what they sealed. */
export interface KeyRing {
  current(): FieldKey
  find(id: string): FieldKey | undefined
}

export interface RingCipherOptions {
  readonly ring: KeyRing
  /**
   * 32 bytes, made by `deriveIndexKey` or at random; it stays while the ring moves on, as the index cannot hold two.
   * A cipher without one has no index.
   */
  readonly indexKey?: Uint8Array
  readonly indexDigest?: 'sha256' | 'sm3'
  readonly random: RandomSource
}

export interface FieldCipherOptions {
  /** All that stored fields may still need. */
  readonly keys: readonly FieldKey[]
  /** Id of the key for new fields. */
  readonly encryptWith: string
  /** Id of the key for the index: it may stay while `encryptWith` moves on, as the index cannot hold two. */
  readonly indexWith: string
  readonly indexDigest?: 'sha256' | 'sm3'
  readonly random: RandomSource
}

/** `column` is `table.column`. */
export interface FieldCipher {
  encrypt(column: string, plain: string): Uint8Array
  /** @throws TrustError KEY_NOT_FOUND, KEY_UNUSABLE (changed, or of another column) */
  decrypt(column: string, field: Uint8Array): string
  /** 32 bytes, equal for equal values of one column. The caller normalises the value. */
  blindIndex(column: string, value: string): Uint8Array
}

const CIPHER = 'aes-256-gcm'
const VERSION = 1
const NONCE = 12
const TAG = 16
const KEY_ID = /^[a-z0-9-]{1,32}$/

const sizeOf = (key: FieldKey['key']): number | undefined =>
  key instanceof Uint8Array ? key.length : key.symmetricKeySize

const derive = ({ id, key }: FieldKey, purpose: string): Uint8Array => {
  if (!KEY_ID.test(id) || sizeOf(key) !== 32)
    throw new TrustError('CONFIG_INVALID', 'a field key needs an id and 32 bytes')
  return new Uint8Array(hkdfSync('sha256', key, new Uint8Array(), `xinyin ${purpose} ${id}`, 32))
}

const columnName = (column: string): Uint8Array => {
  if (!/^[a-z0-9_]+\.[a-z0-9_]+$/.test(column)) throw new RangeError('column is not table.column')
  return utf8(column)
}

/** How every field under the key of this id begins: for finding what a rotation has not reached. */
export const fieldHeader = (id: string): Uint8Array => concat(Uint8Array.of(VERSION, id.length), utf8(id))

const headerOf = (field: Uint8Array): Uint8Array => field.subarray(0, 2 + (field[1] ?? 0))

/** The index as it was when it hung on a master key; databases set up since keep a random one. */
export const deriveIndexKey = (key: FieldKey): Uint8Array => derive(key, 'blind index')

/** Keys that do not change. @throws TrustError CONFIG_INVALID, KEY_NOT_FOUND */
export const fixedKeyRing = (keys: readonly FieldKey[], currentId: string): KeyRing => {
  const current = keys.find((k) => k.id === currentId)
  if (current === undefined) throw new TrustError('KEY_NOT_FOUND', 'no field key of that id')
  return { current: () => current, find: (id) => keys.find((k) => k.id === id) }
}

/** A cipher whose keys do not change. @throws TrustError CONFIG_INVALID, KEY_NOT_FOUND */
export const makeFieldCipher = (options: FieldCipherOptions): FieldCipher => {
  const { keys, encryptWith, indexWith, random, indexDigest } = options
  for (const key of keys) derive(key, 'field encryption')
  const ring = fixedKeyRing(keys, encryptWith)
  const indexKey = deriveIndexKey(fixedKeyRing(keys, indexWith).current())
  return makeRingCipher({ ring, indexKey, random, ...(indexDigest === undefined ? {} : { indexDigest }) })
}

/** @throws TrustError CONFIG_INVALID for keys of wrong length, when one is first used */
export const makeRingCipher = ({ ring, indexKey, random, indexDigest = 'sha256' }: RingCipherOptions): FieldCipher => {
  const derived = new WeakMap<FieldKey, Uint8Array>()
  const cipherKey = (key: FieldKey): Uint8Array => {
    const known = derived.get(key) ?? derive(key, 'field encryption')
    derived.set(key, known)
    return known
  }
  const keyNamed = (id: string): Uint8Array => {
    const found = ring.find(id)
    if (found === undefined)
      throw new TrustError('KEY_NOT_FOUND', 'a field is under a master key that is not configured')
    return cipherKey(found)
  }

  return {
    encrypt: (column, plain) => {
      const current = ring.current()
      const header = fieldHeader(current.id)
      const nonce = random.bytes(NONCE)
      const cipher = createCipheriv(CIPHER, cipherKey(current), nonce, { authTagLength: TAG })
      cipher.setAAD(concat(header, columnName(column)))
      return concat(header, nonce, cipher.update(utf8(plain)), cipher.final(), cipher.getAuthTag())
    },
    decrypt: (column, field) => decryptField(keyNamed, columnName(column), field),
    blindIndex: (column, value) => {
      if (indexKey === undefined) throw new TypeError('a cipher without index key')
      const what = concat(columnName(column), Uint8Array.of(0), utf8(value))
      return new Uint8Array(createHmac(indexDigest, indexKey).update(what).digest())
    },
  }
}

const decryptField = (keyNamed: (id: string) => Uint8Array, column: Uint8Array, field: Uint8Array): string => {
  const header = headerOf(field)
  const body = field.subarray(header.length)
  if (field[0] !== VERSION || body.length < NONCE + TAG) throw new TrustError('KEY_UNUSABLE', 'field is malformed')
  const key = keyNamed(new TextDecoder('latin1').decode(header.subarray(2)))
  const decipher = createDecipheriv(CIPHER, key, body.subarray(0, NONCE), { authTagLength: TAG })
  decipher.setAAD(concat(header, column))
  decipher.setAuthTag(body.subarray(body.length - TAG))
  const plain = decipher.update(body.subarray(NONCE, body.length - TAG))
  try {
    decipher.final()
  } catch {
    throw new TrustError('KEY_UNUSABLE', 'field does not open: changed, or of another column')
  }
  return fromUtf8(plain)
}
