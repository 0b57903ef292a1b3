/**
 * Escrowed private keys at rest: AES-256-GCM under a named master key, bound to the certificate. Works on bytes, so that what was opened
 * can be wiped. Layout: version 1, length of the key id, key id, nonce (12), ciphertext, tag (16).
 * Refuses a key that was changed, moved to another certificate, or sealed under a master key that is not there.
 */
import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto'
import { concat, utf8 } from '../../../standards/bytes.ts'
import type { FieldKey, KeyRing } from '../../crypto/node.ts'
import { fieldHeader } from '../../crypto/node.ts'
import { TrustError } from '../../errors.ts'
import type { RandomSource } from '../../kernel/index.ts'
import type { CertificateName } from '../change-status.ts'
import type { EscrowVault } from './ports.ts'

export interface VaultOptions {
  /** Master keys; new escrows take the current one, older ones open what they sealed. */
  readonly ring: KeyRing
  readonly random: RandomSource
}

const CIPHER = 'aes-256-gcm'
const VERSION = 1
const NONCE = 12
const TAG = 16
const KEY = 32

const derive = ({ id, key }: FieldKey): Uint8Array => {
  if ((key instanceof Uint8Array ? key.length : key.symmetricKeySize) !== KEY)
    throw new TrustError('CONFIG_INVALID', 'a master key has 32 bytes')
  return new Uint8Array(hkdfSync('sha256', key, new Uint8Array(), `xinyin escrow ${id}`, KEY))
}

const headerOf = (sealed: Uint8Array): Uint8Array => sealed.subarray(0, 2 + (sealed[1] ?? 0))
const idIn = (sealed: Uint8Array): string => new TextDecoder('latin1').decode(headerOf(sealed).subarray(2))

const bound = (header: Uint8Array, { issuerId, serialHex }: CertificateName): Uint8Array =>
  concat(header, utf8(`\0${issuerId}/${serialHex}`))

/** @throws TrustError CONFIG_INVALID, KEY_NOT_FOUND, when a key is first used */
export const makeEscrowVault = ({ ring, random }: VaultOptions): EscrowVault => {
  const keyNamed = (id: string): Uint8Array => {
    const found = ring.find(id)
    if (found === undefined)
      throw new TrustError('KEY_NOT_FOUND', 'an escrowed key is under a master key that is not configured')
    return derive(found)
  }
  return {
    seal: (key, certificate) => {
      if (key.length !== KEY) throw new RangeError('a private key has 32 bytes')
      const current = ring.current()
      const header = fieldHeader(current.id)
      const nonce = random.bytes(NONCE)
      const cipher = createCipheriv(CIPHER, derive(current), nonce, { authTagLength: TAG })
      cipher.setAAD(bound(header, certificate))
      return concat(header, nonce, cipher.update(key), cipher.final(), cipher.getAuthTag())
    },
    open: (sealed, certificate) => {
      const header = headerOf(sealed)
      const body = sealed.subarray(header.length)
      if (sealed[0] !== VERSION || body.length !== NONCE + KEY + TAG)
        throw new TrustError('KEY_UNUSABLE', 'the escrowed key is malformed')
      const decipher = createDecipheriv(CIPHER, keyNamed(idIn(sealed)), body.subarray(0, NONCE), { authTagLength: TAG })
      decipher.setAAD(bound(header, certificate))
      decipher.setAuthTag(body.subarray(NONCE + KEY))
      const opened = decipher.update(body.subarray(NONCE, NONCE + KEY))
      try {
        decipher.final()
      } catch {
        opened.fill(0)
        throw new TrustError('KEY_UNUSABLE', 'the escrowed key does not open: changed, or of another certificate')
      }
      const key = Uint8Array.from(opened)
      opened.fill(0)
      return key
    },
    isOutdated: (sealed) => idIn(sealed) !== ring.current().id,
  }
}
