/**
 * Puts a hierarchy back from a backup: keys, certificates and transcript of the ceremony, salts. What is there and the same stays;
 * run again after an interruption it goes on. Refuses to put anything over another key or file, before it has written the first.
 */
import { mkdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { equalBytes, toHex } from '../../standards/bytes.ts'
import type { KeyRing } from '../../src/crypto/node.ts'
import { TrustError } from '../../src/errors.ts'
import type { RandomSource } from '../../src/kernel/index.ts'
import { putKey, takeKey } from '../software/index.ts'
import { writeOnceBytes } from '../software/write-once.ts'
import type { BackupContent } from './bundle-file.ts'

export interface RestoreRequest {
  readonly content: BackupContent
  /** XINYIN_DATA. */
  readonly folder: string
  /** The master keys that the restored files will be under. */
  readonly ring: KeyRing
  /** Key ids to leave out: a root that stays offline. */
  readonly without: (keyId: string) => boolean
  readonly random: RandomSource
}

export interface Restored {
  readonly keys: number
  readonly files: number
}

const SAFE_PATH = /^(ceremony|crl|secrets)\/[A-Za-z0-9][A-Za-z0-9.-]*$/

const readIfThere = async (path: string): Promise<Uint8Array | undefined> => {
  try {
    return new Uint8Array(await readFile(path))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

const conflict = (what: string): TrustError => new TrustError('CONFLICT', `${what} is there and is another one`)

const requireFree = async ({ content, folder, ring, random, without }: RestoreRequest): Promise<void> => {
  for (const { path, bytes } of content.files) {
    if (!SAFE_PATH.test(path))
      throw new TrustError('BACKUP_UNREADABLE', 'the backup names a file outside of its folders')
    const there = await readIfThere(join(folder, path))
    if (there !== undefined && !equalBytes(there, bytes)) throw conflict(path)
  }
  for (const { keyId, publicKey } of content.keys.filter((k) => !without(k.keyId))) {
    const there = await takeKey({ folder: join(folder, 'keys'), ring, random }, keyId)
    there?.privateKey.fill(0)
    if (there !== undefined && !equalBytes(there.publicKey, publicKey)) throw conflict(keyId)
  }
}

/** @throws TrustError CONFLICT, KEY_UNUSABLE, BACKUP_UNREADABLE */
export const restoreBackup = async (request: RestoreRequest): Promise<Restored> => {
  await requireFree(request)
  const { content, folder, ring, random, without } = request
  let [keys, files] = [0, 0]
  for (const key of content.keys) {
    if (without(key.keyId)) continue
    if ((await putKey({ folder: join(folder, 'keys'), ring, random }, key)) === 'written') keys++
  }
  for (const { path, bytes } of content.files) {
    const full = join(folder, path)
    await mkdir(dirname(full), { recursive: true, mode: 0o700 })
    if (await writeOnceBytes(full, bytes, toHex(random.bytes(8)))) files++
  }
  return { keys, files }
}
