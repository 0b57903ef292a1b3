/**
 * Columns with personal data: AES-256-GCM under a named key, bound to `table.column`, and a keyed blind index to look them up.
 * Layout: version 1, length of the key id, key id, nonce (12), ciphertext, tag (16).
 * Refuses a field that was changed, moved to another column, or made under a key that is not there. It does not hide lengths.
 */
import { createCipheriv, createDecipheriv, createHmac, hkdfSync } from 'node:crypto'
import { concat, fromUtf8, utf8 } from '../../standards/bytes.ts'
import { TrustError } from '../errors.ts'
import type { RandomSource } from '../kernel/index.ts'

export interface FieldKey {
  /** Up to 32 of a-z, 0-9 and hyphen; stands in clear beside each field. */
  readonly id: string
  /** 32 bytes. Keys for encryption and for the index are derived from it. */
  readonly key: Uint8Array
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

const derive = ({ id, key }: FieldKey, purpose: string): Uint8Array => {
  if (!KEY_ID.test(id) || key.length !== 32)
    throw new TrustError('CONFIG_INVALID', 'a field key needs an id and 32 bytes')
  return new Uint8Array(hkdfSync('sha256', key, new Uint8Array(), `xinyin ${purpose} ${id}`, 32))
}

const columnName = (column: string): Uint8Array => {
  if (!/^[a-z0-9_]+\.[a-z0-9_]+$/.test(column)) throw new RangeError('column is not table.column')
  return utf8(column)
}

const headerOf = (field: Uint8Array): Uint8Array => field.subarray(0, 2 + (field[1] ?? 0))

/** @throws TrustError CONFIG_INVALID, KEY_NOT_FOUND */
export const makeFieldCipher = (options: FieldCipherOptions): FieldCipher => {
  const ciphers = new Map(options.keys.map((k) => [k.id, derive(k, 'field encryption')]))
  const indexSource = options.keys.find((k) => k.id === options.indexWith)
  const keyNamed = (id: string): Uint8Array => {
    const found = ciphers.get(id)
    if (found === undefined) throw new TrustError('KEY_NOT_FOUND', 'no field key of that id')
    return found
  }
  if (indexSource === undefined) throw new TrustError('KEY_NOT_FOUND', 'no field key of that id for the index')
  const indexKey = derive(indexSource, 'blind index')
  keyNamed(options.encryptWith)

  return {
    encrypt: (column, plain) => {
      const id = utf8(options.encryptWith)
      const header = concat(Uint8Array.of(VERSION, id.length), id)
      const nonce = options.random.bytes(NONCE)
      const cipher = createCipheriv(CIPHER, keyNamed(options.encryptWith), nonce, { authTagLength: TAG })
      cipher.setAAD(concat(header, columnName(column)))
      return concat(header, nonce, cipher.update(utf8(plain)), cipher.final(), cipher.getAuthTag())
    },
    decrypt: (column, field) => decryptField(keyNamed, columnName(column), field),
    blindIndex: (column, value) =>
      new Uint8Array(
        createHmac(options.indexDigest ?? 'sha256', indexKey)
          .update(concat(columnName(column), Uint8Array.of(0), utf8(value)))
          .digest(),
      ),
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
