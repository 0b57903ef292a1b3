/**
 * The backup itself: what a hierarchy is restored from, under a random key of which each keeper has a share. The header in the
 * clear says what is inside and how to tell each share from a wrong one (a digest of 32 random bytes tells nothing of them).
 * Refuses a changed file, too few shares, and shares that are wrong or of another backup, by their numbers.
 */
import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto'
import { concat, fromBase64, fromUtf8, toBase64, toHex, utf8 } from '../../standards/bytes.ts'
import type { CryptoPort } from '../../standards/ports.ts'
import { TrustError } from '../../src/errors.ts'
import type { RandomSource } from '../../src/kernel/index.ts'
import type { SecretShare } from './split-secret.ts'
import { joinSecret, requireSplit, splitSecret } from './split-secret.ts'

const WHAT = 'xinyin key backup'
const VERSION = 1
const CIPHER = 'aes-256-gcm'
const [NONCE, TAG] = [12, 16]

export interface BackupContent {
  readonly keys: readonly { readonly keyId: string; readonly publicKey: Uint8Array; readonly privateKey: Uint8Array }[]
  /** The current one first. */
  readonly masterKeys: readonly { readonly id: string; readonly key: Uint8Array }[]
  /** Files of the data folder, by path from it: the ceremony's, salts of passphrases. */
  readonly files: readonly { readonly path: string; readonly bytes: Uint8Array }[]
}

export interface BackupHeader {
  readonly backupId: string
  readonly madeAt: string
  readonly threshold: number
  /** SM3 of each share, the first one's first. */
  readonly commitments: readonly string[]
  /** Inside. */
  readonly keys: readonly string[]
  /** Not inside: they cannot leave their device. */
  readonly deviceKeys: readonly string[]
}

export interface BackupRequest {
  readonly content: BackupContent
  readonly deviceKeys: readonly string[]
  readonly shares: number
  readonly threshold: number
  readonly at: Date
  readonly crypto: CryptoPort
  readonly random: RandomSource
}

const bundleKey = (secret: Uint8Array, backupId: string): Uint8Array =>
  new Uint8Array(hkdfSync('sha256', secret, utf8(backupId), 'xinyin key backup', 32))

const commitmentOf = (crypto: CryptoPort, backupId: string, { x, y }: SecretShare): string =>
  toHex(crypto.digest('sm3', concat(utf8(`${WHAT} share\0${backupId}\0${x}\0`), y)))

const contentText = ({ keys, masterKeys, files }: BackupContent): string =>
  JSON.stringify({
    keys: keys.map((k) => ({ keyId: k.keyId, publicKey: toBase64(k.publicKey), privateKey: toBase64(k.privateKey) })),
    masterKeys: masterKeys.map((k) => ({ id: k.id, key: toBase64(k.key) })),
    files: files.map((f) => ({ path: f.path, bytes: toBase64(f.bytes) })),
  })

export interface MadeBackup {
  readonly header: BackupHeader
  /** The file. */
  readonly text: string
  readonly shares: readonly SecretShare[]
}

/** @throws TrustError INPUT_INVALID */
export const encodeBackup = (request: BackupRequest): MadeBackup => {
  requireSplit(request)
  const { content, crypto, random, threshold } = request
  const secret = random.bytes(32)
  const backupId = toHex(random.bytes(8))
  const shares = splitSecret({ secret, shares: request.shares, threshold, random })
  const header: BackupHeader = {
    backupId,
    madeAt: request.at.toISOString(),
    threshold,
    commitments: shares.map((s) => commitmentOf(crypto, backupId, s)),
    keys: content.keys.map((k) => k.keyId),
    deviceKeys: request.deviceKeys,
  }
  const headerText = JSON.stringify(header)
  const nonce = random.bytes(NONCE)
  const key = bundleKey(secret, backupId)
  secret.fill(0)
  const cipher = createCipheriv(CIPHER, key, nonce, { authTagLength: TAG })
  key.fill(0)
  cipher.setAAD(utf8(`${WHAT}\0${VERSION}\0${headerText}`))
  const plain = utf8(contentText(content))
  const sealed = concat(nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag())
  plain.fill(0)
  const text = JSON.stringify({ what: WHAT, version: VERSION, header: headerText, sealed: toBase64(sealed) }, null, 2)
  return { header, text: `${text}\n`, shares }
}

export interface BackupFile {
  readonly header: BackupHeader
  readonly headerText: string
  readonly sealed: Uint8Array
}

const unreadable = (what: string): TrustError => new TrustError('BACKUP_UNREADABLE', what)

const isHeader = (h: Partial<BackupHeader>): h is BackupHeader =>
  [h.backupId, h.madeAt].every((v) => typeof v === 'string') &&
  [h.commitments, h.keys, h.deviceKeys].every((v) => Array.isArray(v) && v.every((s) => typeof s === 'string')) &&
  Number.isInteger(h.threshold)

/** @throws TrustError BACKUP_UNREADABLE */
export const parseBackup = (text: string): BackupFile => {
  try {
    const { what, version, header, sealed } = JSON.parse(text) as Record<string, unknown>
    if (what === WHAT && version === VERSION && typeof header === 'string') {
      const [parsed, bytes] = [JSON.parse(header) as Partial<BackupHeader>, fromBase64(String(sealed))]
      if (isHeader(parsed) && bytes.length > NONCE + TAG) return { header: parsed, headerText: header, sealed: bytes }
    }
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof RangeError || error instanceof TypeError)) throw error
  }
  throw unreadable('not a key backup')
}

const wrongShare = (x: number, what: string): TrustError =>
  new TrustError('BACKUP_SHARE_INVALID', `share ${x}: ${what}`, { field: `share-${x}` })

const requireShares = (crypto: CryptoPort, { header }: BackupFile, shares: readonly SecretShare[]): void => {
  for (const share of shares) {
    if (shares.filter((s) => s.x === share.x).length > 1) throw wrongShare(share.x, 'given twice')
    if (header.commitments[share.x - 1] !== commitmentOf(crypto, header.backupId, share))
      throw wrongShare(share.x, 'is not the one that was made with this backup')
  }
  if (shares.length < header.threshold)
    throw new TrustError('BACKUP_SHARES_TOO_FEW', `${shares.length} of the ${header.threshold} shares that are needed`)
}

const readContent = (plain: Uint8Array): BackupContent => {
  const { keys, masterKeys, files } = JSON.parse(fromUtf8(plain)) as {
    keys: { keyId: string; publicKey: string; privateKey: string }[]
    masterKeys: { id: string; key: string }[]
    files: { path: string; bytes: string }[]
  }
  return {
    keys: keys.map((k) => ({ ...k, publicKey: fromBase64(k.publicKey), privateKey: fromBase64(k.privateKey) })),
    masterKeys: masterKeys.map((k) => ({ ...k, key: fromBase64(k.key) })),
    files: files.map((f) => ({ ...f, bytes: fromBase64(f.bytes) })),
  }
}

/** @throws TrustError BACKUP_SHARES_TOO_FEW, BACKUP_SHARE_INVALID, BACKUP_UNREADABLE */
export const openBackup = (crypto: CryptoPort, file: BackupFile, shares: readonly SecretShare[]): BackupContent => {
  requireShares(crypto, file, shares)
  const { header, headerText, sealed } = file
  const secret = joinSecret(shares.slice(0, header.threshold))
  const key = bundleKey(secret, header.backupId)
  secret.fill(0)
  const decipher = createDecipheriv(CIPHER, key, sealed.subarray(0, NONCE), { authTagLength: TAG })
  key.fill(0)
  decipher.setAAD(utf8(`${WHAT}\0${VERSION}\0${headerText}`))
  decipher.setAuthTag(sealed.subarray(sealed.length - TAG))
  const plain = decipher.update(sealed.subarray(NONCE, sealed.length - TAG))
  try {
    decipher.final()
    return readContent(plain)
  } catch {
    throw unreadable('the backup was changed')
  } finally {
    plain.fill(0)
  }
}
