/**
 * One keeper's share as a file: under the keeper's passphrase (argon2id, AES-256-GCM), with everything around it bound in.
 * Refuses, and says which share it is: another passphrase, a changed file, a share of another backup.
 */
import { createCipheriv, createDecipheriv } from 'node:crypto'
import { concat, fromBase64, toBase64, utf8 } from '../../standards/bytes.ts'
import { TrustError } from '../../src/errors.ts'
import type { RandomSource } from '../../src/kernel/index.ts'
import { deriveFromPassphrase } from '../master/index.ts'
import type { SecretShare } from './split-secret.ts'

const WHAT = 'xinyin key backup share'
const VERSION = 1
const CIPHER = 'aes-256-gcm'
const [SALT, NONCE, TAG] = [16, 12, 16]

export interface ShareLabel {
  readonly backupId: string
  readonly share: number
  readonly threshold: number
  readonly of: number
  /** As the keeper is called in the script: a role or a name, for people who hold the file. */
  readonly custodian: string
}

export interface ShareFile extends ShareLabel {
  readonly salt: Uint8Array
  readonly sealed: Uint8Array
}

const associated = ({ backupId, share, threshold, of, custodian }: ShareLabel): Uint8Array =>
  utf8(JSON.stringify([WHAT, VERSION, backupId, share, threshold, of, custodian]))

export interface SealShare {
  readonly label: ShareLabel
  readonly share: SecretShare
  readonly passphrase: string
  readonly random: RandomSource
}

/** @throws TrustError INPUT_INVALID for a weak passphrase */
export const encodeShareFile = ({ label, share, passphrase, random }: SealShare): string => {
  const [salt, nonce] = [random.bytes(SALT), random.bytes(NONCE)]
  const key = deriveFromPassphrase(passphrase, salt)
  const cipher = createCipheriv(CIPHER, key, nonce, { authTagLength: TAG })
  key.fill(0)
  cipher.setAAD(associated(label))
  const sealed = concat(nonce, cipher.update(share.y), cipher.final(), cipher.getAuthTag())
  const file = { what: WHAT, version: VERSION, ...label, salt: toBase64(salt), sealed: toBase64(sealed) }
  return `${JSON.stringify(file, null, 2)}\n`
}

const invalid = (what: string, share?: number): TrustError =>
  new TrustError('BACKUP_SHARE_INVALID', share === undefined ? what : `share ${share}: ${what}`, {
    field: share === undefined ? 'share' : `share-${share}`,
  })

const isNumber = (value: unknown): value is number =>
  Number.isInteger(value) && (value as number) >= 1 && (value as number) <= 255

/** @throws TrustError BACKUP_SHARE_INVALID */
export const parseShareFile = (text: string): ShareFile => {
  try {
    const { what, version, backupId, share, threshold, of, custodian, salt, sealed } = JSON.parse(text) as Record<
      string,
      unknown
    >
    if (what === WHAT && version === VERSION && isNumber(share) && isNumber(threshold) && isNumber(of)) {
      const [saltBytes, sealedBytes] = [fromBase64(String(salt)), fromBase64(String(sealed))]
      if (
        typeof backupId === 'string' &&
        typeof custodian === 'string' &&
        saltBytes.length === SALT &&
        sealedBytes.length > NONCE + TAG
      )
        return { backupId, share, threshold, of, custodian, salt: saltBytes, sealed: sealedBytes }
    }
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof RangeError || error instanceof TypeError)) throw error
  }
  throw invalid('not a share file of a key backup')
}

/** @throws TrustError BACKUP_SHARE_INVALID naming the share */
export const openShareFile = (file: ShareFile, passphrase: string): SecretShare => {
  let key: Uint8Array
  try {
    key = deriveFromPassphrase(passphrase, file.salt)
  } catch (error) {
    if (!(error instanceof TrustError)) throw error
    throw invalid('does not open: another passphrase', file.share)
  }
  const decipher = createDecipheriv(CIPHER, key, file.sealed.subarray(0, NONCE), { authTagLength: TAG })
  key.fill(0)
  decipher.setAAD(associated(file))
  decipher.setAuthTag(file.sealed.subarray(file.sealed.length - TAG))
  const y = decipher.update(file.sealed.subarray(NONCE, file.sealed.length - TAG))
  try {
    decipher.final()
  } catch {
    y.fill(0)
    throw invalid('does not open: another passphrase, or the file was changed', file.share)
  }
  return { x: file.share, y }
}
