/**
 * SM4 on node:crypto, behind the same port as the portable one: for servers, where its time tells nothing.
 * Refuses what the portable one refuses, with the same reasons, and GCM ivs above the 128 bytes that OpenSSL takes.
 */
import { createCipheriv, createDecipheriv } from 'node:crypto'
import { concat } from '../../standards/bytes.ts'
import { FormatError } from '../../standards/errors.ts'
import type { Sm4Cbc, Sm4Ecb, Sm4Gcm, Sm4Modes } from '../../standards/gbt-32907-sm4/index.ts'

const BLOCK = 16
const MAX_GCM_IV = 128

const requireKey = (key: Uint8Array): void => {
  if (key.length !== BLOCK) throw new FormatError('SM4_KEY_LENGTH', 'an SM4 key is 16 bytes')
}

const requireIv = (holds: boolean): void => {
  if (!holds) throw new FormatError('SM4_IV_LENGTH', 'an iv that SM4 does not take')
}

interface Transform {
  update(data: Uint8Array): Uint8Array
  final(): Uint8Array
}
const through = (transform: Transform, data: Uint8Array): Uint8Array =>
  concat(transform.update(data), transform.final())

const orFailed = (decrypt: () => Uint8Array): Uint8Array => {
  try {
    return decrypt()
  } catch {
    // OpenSSL's words would tell padding and length apart.
    throw new FormatError('SM4_DECRYPTION_FAILED', 'not a ciphertext under this key')
  }
}

const ecbOf =
  (make: typeof createCipheriv | typeof createDecipheriv) =>
  (key: Uint8Array, blocks: Uint8Array): Uint8Array => {
    requireKey(key)
    if (blocks.length % BLOCK !== 0) throw new FormatError('SM4_LENGTH', 'not whole SM4 blocks')
    return through(make('sm4-ecb', key, null).setAutoPadding(false), blocks)
  }

const ecb: Sm4Ecb = { encrypt: ecbOf(createCipheriv), decrypt: ecbOf(createDecipheriv) }

const cbc: Sm4Cbc = {
  encrypt: ({ key, iv, data }) => {
    requireKey(key)
    requireIv(iv.length === BLOCK)
    return through(createCipheriv('sm4-cbc', key, iv), data)
  },
  decrypt: ({ key, iv, data }) => {
    requireKey(key)
    requireIv(iv.length === BLOCK)
    return orFailed(() => through(createDecipheriv('sm4-cbc', key, iv), data))
  },
}

// Typings know AES only; OpenSSL 3.5 has sm4-gcm with the same calls.
const GCM = 'sm4-gcm' as 'aes-128-gcm'
const TAG = { authTagLength: BLOCK }
const NOTHING = new Uint8Array()

const gcm: Sm4Gcm = {
  encrypt: ({ key, iv, data, additional = NOTHING }) => {
    requireKey(key)
    requireIv(iv.length > 0 && iv.length <= MAX_GCM_IV)
    const cipher = createCipheriv(GCM, key, iv, TAG).setAAD(additional)
    return concat(through(cipher, data), cipher.getAuthTag())
  },
  decrypt: ({ key, iv, data, additional = NOTHING }) => {
    requireKey(key)
    requireIv(iv.length > 0 && iv.length <= MAX_GCM_IV)
    return orFailed(() => {
      const split = data.length - BLOCK
      const decipher = createDecipheriv(GCM, key, iv, TAG).setAAD(additional).setAuthTag(data.subarray(split))
      return through(decipher, data.subarray(0, split))
    })
  },
}

export const nativeSm4: Sm4Modes = { ecb, cbc, gcm }
