/**
 * A backup on disk: the bundle and one share file for each custodian, in one folder to be carried apart. Every file is read back
 * and opened, and the bundle with every set of neighbours among the shares, before this returns: a root key is erased on its word.
 */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { equalBytes, toHex, utf8 } from '../../standards/bytes.ts'
import type { CryptoPort } from '../../standards/ports.ts'
import { TrustError } from '../../src/errors.ts'
import type { RandomSource } from '../../src/kernel/index.ts'
import { writeOnceBytes } from '../software/write-once.ts'
import type { BackupContent } from './bundle-file.ts'
import { encodeBackup, openBackup, parseBackup } from './bundle-file.ts'
import { encodeShareFile, openShareFile, parseShareFile } from './share-file.ts'

export interface Custodian {
  readonly name: string
  readonly passphrase: string
}

export interface HandOut {
  readonly content: BackupContent
  readonly deviceKeys: readonly string[]
  readonly custodians: readonly Custodian[]
  readonly threshold: number
  /** Made if it is not there. */
  readonly folder: string
  readonly at: Date
  readonly crypto: CryptoPort
  readonly random: RandomSource
}

export interface HandedOut {
  readonly backupId: string
  /** Names in the folder: the bundle, then the shares in order. */
  readonly files: readonly string[]
}

const writeNew = async (path: string, text: string, random: RandomSource): Promise<void> => {
  if (!(await writeOnceBytes(path, utf8(text), toHex(random.bytes(8)))))
    throw new TrustError('CONFLICT', `${path} is there already`)
}

const requireOpens = async (
  { folder, crypto, content, custodians, threshold }: HandOut,
  [bundle = '', ...names]: readonly string[],
): Promise<void> => {
  const shares = await Promise.all(
    names.map(async (name, i) =>
      openShareFile(parseShareFile(await readFile(join(folder, name), 'utf8')), custodians[i]?.passphrase ?? ''),
    ),
  )
  const file = parseBackup(await readFile(join(folder, bundle), 'utf8'))
  for (let first = 0; first < shares.length; first++) {
    const some = Array.from({ length: threshold }, (_, i) => shares[(first + i) % shares.length]).flatMap(
      (s) => s ?? [],
    )
    const opened = openBackup(crypto, file, some)
    const same = content.keys.every((k, i) => equalBytes(opened.keys[i]?.privateKey ?? new Uint8Array(), k.privateKey))
    for (const key of [...opened.keys.map((k) => k.privateKey), ...opened.masterKeys.map((k) => k.key)]) key.fill(0)
    if (!same) throw new TrustError('BACKUP_UNREADABLE', 'the backup does not hold what was put into it')
  }
  for (const share of shares) share.y.fill(0)
}

/** @throws TrustError INPUT_INVALID (passphrases, threshold), CONFLICT, BACKUP_UNREADABLE */
export const handOutBackup = async (request: HandOut): Promise<HandedOut> => {
  const { content, custodians, threshold, folder, random } = request
  const { header, text, shares } = encodeBackup({ ...request, shares: custodians.length })
  const { backupId } = header
  const sealed = custodians.map(({ name, passphrase }, i) => {
    const share = shares[i] as (typeof shares)[number]
    const label = { backupId, share: share.x, threshold, of: custodians.length, custodian: name }
    return { name: `share-${share.x}-of-${backupId}.json`, text: encodeShareFile({ label, share, passphrase, random }) }
  })
  for (const share of shares) share.y.fill(0)
  const files = [{ name: `backup-${backupId}.json`, text }, ...sealed]
  for (const file of files) await writeNew(join(folder, file.name), file.text, random)
  const names = files.map((f) => f.name)
  await requireOpens({ ...request, content }, names)
  return { backupId, files: names }
}
