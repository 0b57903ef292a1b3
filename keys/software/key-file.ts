/**
 * One key as one file: the public half in the clear, the private half (PKCS#8) under AES-256-GCM with the master key.
 * Both halves stand in the same file, so a crash leaves both or neither; the associated data binds them and the id.
 */
import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto'
import { concat, fromBase64, fromPem, toBase64, toPem, utf8 } from '../../standards/bytes.ts'
import { TrustError } from '../../src/errors.ts'
import type { RandomSource } from '../../src/kernel/index.ts'

const CIPHER = 'aes-256-gcm'
const NONCE = 12
const TAG = 16

export interface KeyFile {
  readonly keyId: string
  /** DER SubjectPublicKeyInfo. */
  readonly publicKey: Uint8Array
  /** DER PKCS#8. */
  readonly privateKey: Uint8Array
}

/** The key that encrypts files, derived so that the master key serves other purposes too. @throws TrustError CONFIG_INVALID */
export const wrappingKey = (masterKey: Uint8Array): Uint8Array => {
  if (masterKey.length !== 32) throw new TrustError('CONFIG_INVALID', 'the master key must have 32 bytes')
  return new Uint8Array(hkdfSync('sha256', masterKey, new Uint8Array(), 'xinyin software key store', 32))
}

const associated = (keyId: string, publicKey: Uint8Array): Uint8Array => concat(utf8(`${keyId}\0`), publicKey)

export const encodeKeyFile = (wrapping: Uint8Array, file: KeyFile, random: RandomSource): string => {
  const nonce = random.bytes(NONCE)
  const cipher = createCipheriv(CIPHER, wrapping, nonce, { authTagLength: TAG })
  cipher.setAAD(associated(file.keyId, file.publicKey))
  const sealed = concat(nonce, cipher.update(file.privateKey), cipher.final(), cipher.getAuthTag())
  const text = { version: 1, publicKey: toPem(file.publicKey, 'PUBLIC KEY'), privateKey: toBase64(sealed) }
  return `${JSON.stringify(text, null, 2)}\n`
}

const unusable = (what: string): TrustError => new TrustError('KEY_UNUSABLE', what)

const fields = (text: string): { publicKey: Uint8Array; sealed: Uint8Array } => {
  try {
    const { version, publicKey, privateKey } = JSON.parse(text) as Partial<Record<string, unknown>>
    const [spki] = fromPem(String(publicKey), 'PUBLIC KEY')
    if (version === 1 && spki !== undefined) return { publicKey: spki, sealed: fromBase64(String(privateKey)) }
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof RangeError || error instanceof TypeError)) throw error
  }
  throw unusable('key file is malformed')
}

/** @throws TrustError KEY_UNUSABLE for a file that was changed, moved to another id, or made under another master key */
export const parseKeyFile = (wrapping: Uint8Array, keyId: string, text: string): KeyFile => {
  const { publicKey, sealed } = fields(text)
  if (sealed.length <= NONCE + TAG) throw unusable('key file is malformed')
  const decipher = createDecipheriv(CIPHER, wrapping, sealed.subarray(0, NONCE), { authTagLength: TAG })
  decipher.setAAD(associated(keyId, publicKey))
  decipher.setAuthTag(sealed.subarray(sealed.length - TAG))
  const opened = decipher.update(sealed.subarray(NONCE, sealed.length - TAG))
  try {
    decipher.final()
  } catch {
    throw unusable('key file does not open: changed, of another id, or of another master key')
  }
  return { keyId, publicKey, privateKey: new Uint8Array(opened) }
}
