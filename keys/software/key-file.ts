/**
 * One key as one file: the public half in the clear, the private half (PKCS#8) under AES-256-GCM with a master key whose version
 * the file names. Both halves stand in the same file, so a crash leaves both or neither; the associated data binds them, the id
 * and the version. Files of version 1 name no master key: theirs is `m1`.
 */
import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto'
import { concat, fromBase64, fromPem, toBase64, toPem, utf8 } from '../../standards/bytes.ts'
import type { FieldKey, KeyRing } from '../../src/crypto/node.ts'
import { TrustError } from '../../src/errors.ts'
import type { RandomSource } from '../../src/kernel/index.ts'

const CIPHER = 'aes-256-gcm'
const NONCE = 12
const TAG = 16
const FIRST_MASTER_KEY = 'm1'

export interface KeyFile {
  readonly keyId: string
  /** DER SubjectPublicKeyInfo. */
  readonly publicKey: Uint8Array
  /** DER PKCS#8. */
  readonly privateKey: Uint8Array
}

interface Fields {
  readonly version: 1 | 2
  readonly masterKey: string
  readonly publicKey: Uint8Array
  readonly sealed: Uint8Array
}

/** Derived, so that the master key serves other purposes too. @throws TrustError CONFIG_INVALID */
export const wrappingKey = ({ key }: FieldKey): Uint8Array => {
  if ((key instanceof Uint8Array ? key.length : key.symmetricKeySize) !== 32)
    throw new TrustError('CONFIG_INVALID', 'the master key must have 32 bytes')
  return new Uint8Array(hkdfSync('sha256', key, new Uint8Array(), 'xinyin software key store', 32))
}

const associated = (keyId: string, { version, masterKey, publicKey }: Omit<Fields, 'sealed'>): Uint8Array =>
  concat(utf8(version === 1 ? `${keyId}\0` : `2\0${masterKey}\0${keyId}\0`), publicKey)

/** Under the current master key. */
export const encodeKeyFile = (ring: KeyRing, file: KeyFile, random: RandomSource): string => {
  const master = ring.current()
  const nonce = random.bytes(NONCE)
  const wrapping = wrappingKey(master)
  const cipher = createCipheriv(CIPHER, wrapping, nonce, { authTagLength: TAG })
  wrapping.fill(0)
  cipher.setAAD(associated(file.keyId, { version: 2, masterKey: master.id, publicKey: file.publicKey }))
  const sealed = concat(nonce, cipher.update(file.privateKey), cipher.final(), cipher.getAuthTag())
  const publicKey = toPem(file.publicKey, 'PUBLIC KEY')
  const text = { version: 2, masterKey: master.id, publicKey, privateKey: toBase64(sealed) }
  return `${JSON.stringify(text, null, 2)}\n`
}

const unusable = (what: string): TrustError => new TrustError('KEY_UNUSABLE', what)

const fields = (text: string): Fields => {
  try {
    const { version, masterKey, publicKey, privateKey } = JSON.parse(text) as Partial<Record<string, unknown>>
    const [spki] = fromPem(String(publicKey), 'PUBLIC KEY')
    const rest = { publicKey: spki as Uint8Array, sealed: fromBase64(String(privateKey)) }
    if (spki !== undefined && rest.sealed.length > NONCE + TAG) {
      if (version === 1) return { version, masterKey: FIRST_MASTER_KEY, ...rest }
      if (version === 2 && typeof masterKey === 'string') return { version, masterKey, ...rest }
    }
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof RangeError || error instanceof TypeError)) throw error
  }
  throw unusable('key file is malformed')
}

/** Version of the master key that this file is under. @throws TrustError KEY_UNUSABLE */
export const masterKeyOf = (text: string): string => fields(text).masterKey

/** @throws TrustError KEY_UNUSABLE for a file that was changed, moved to another id, or made under a master key that is not there */
export const parseKeyFile = (ring: KeyRing, keyId: string, text: string): KeyFile => {
  const file = fields(text)
  const { publicKey, sealed } = file
  const master = ring.find(file.masterKey)
  if (master === undefined) throw unusable(`key file ${keyId} is under a master key that is not configured`)
  const wrapping = wrappingKey(master)
  const decipher = createDecipheriv(CIPHER, wrapping, sealed.subarray(0, NONCE), { authTagLength: TAG })
  wrapping.fill(0)
  decipher.setAAD(associated(keyId, file))
  decipher.setAuthTag(sealed.subarray(sealed.length - TAG))
  const opened = decipher.update(sealed.subarray(NONCE, sealed.length - TAG))
  try {
    decipher.final()
  } catch {
    opened.fill(0)
    throw unusable('key file does not open: changed, of another id, or of another master key')
  }
  return { keyId, publicKey, privateKey: opened }
}
