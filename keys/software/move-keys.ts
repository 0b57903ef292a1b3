/** Private keys out of their files and into them again, for backups; nothing else sees them. Refuses another key under a known id. */
import { readFile, rm, open } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { equalBytes, toHex } from '../../standards/bytes.ts'
import type { KeyRing } from '../../src/crypto/node.ts'
import { signerFromPkcs8 } from '../../src/crypto/node.ts'
import { TrustError } from '../../src/errors.ts'
import type { RandomSource } from '../../src/kernel/index.ts'
import type { KeyFile } from './key-file.ts'
import { encodeKeyFile, parseKeyFile } from './key-file.ts'
import { syncFolder, writeOnce } from './write-once.ts'

export interface KeyFolder {
  readonly folder: string
  readonly ring: KeyRing
  readonly random: RandomSource
}

const pathOf = ({ folder }: KeyFolder, keyId: string): string => {
  if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(keyId)) throw new TrustError('INPUT_INVALID', 'not a key id', { field: 'keyId' })
  return join(folder, `${keyId}.key.json`)
}

/** The caller zeroes the private key. @throws TrustError KEY_UNUSABLE */
export const takeKey = async (keys: KeyFolder, keyId: string): Promise<KeyFile | undefined> => {
  const path = pathOf(keys, keyId)
  try {
    return parseKeyFile(keys.ring, keyId, await readFile(path, 'utf8'))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

/** Leaves a key that is there as it is. @throws TrustError KEY_UNUSABLE, CONFLICT */
export const putKey = async (keys: KeyFolder, file: KeyFile): Promise<'written' | 'found'> => {
  if (!equalBytes(signerFromPkcs8(file.privateKey).publicKey, file.publicKey))
    throw new TrustError('KEY_UNUSABLE', `${file.keyId}: public half does not belong to the private one`)
  const text = encodeKeyFile(keys.ring, file, keys.random)
  if (await writeOnce(pathOf(keys, file.keyId), text, toHex(keys.random.bytes(8)))) return 'written'
  const there = await takeKey(keys, file.keyId)
  there?.privateKey.fill(0)
  if (there === undefined || !equalBytes(there.publicKey, file.publicKey))
    throw new TrustError('CONFLICT', `another key stands under ${file.keyId}`)
  return 'found'
}

/**
 * Overwrites the file and takes it away. What a file system or a disk keeps elsewhere is out of reach: the content was encrypted,
 * and a ceremony that wants more runs on a machine that is destroyed afterwards.
 */
export const eraseKey = async (keys: KeyFolder, keyId: string): Promise<boolean> => {
  const path = pathOf(keys, keyId)
  let handle
  try {
    handle = await open(path, 'r+')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false
    throw error
  }
  try {
    const { size } = await handle.stat()
    await handle.write(keys.random.bytes(Math.min(size, 65_536)), 0, Math.min(size, 65_536), 0)
    await handle.sync()
  } finally {
    await handle.close()
  }
  await rm(path)
  await syncFolder(dirname(path))
  return true
}
