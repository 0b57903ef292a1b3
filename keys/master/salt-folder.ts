/** Random bytes made at first use and kept (0600), the same for every process on this folder: salts of passphrases. */
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { toHex } from '../../standards/bytes.ts'
import { TrustError } from '../../src/errors.ts'
import type { RandomSource } from '../../src/kernel/index.ts'

const SALT = 16

const read = (path: string, length: number): Uint8Array | undefined => {
  try {
    const bytes = new Uint8Array(readFileSync(path))
    if (bytes.length !== length) throw new TrustError('CONFIG_INVALID', `${path}: must have ${length} bytes`)
    return bytes
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

/** @throws TrustError CONFIG_INVALID when what is kept has another length */
export const readOrMakeSecret = (path: string, length: number, random: RandomSource): Uint8Array => {
  const known = read(path, length)
  if (known !== undefined) return known
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  const part = `${path}.${toHex(random.bytes(8))}.part`
  writeFileSync(part, random.bytes(length), { mode: 0o600, flush: true })
  try {
    linkSync(part, path)
  } catch (error) {
    // Another process was first: its bytes are everybody's.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    rmSync(part, { force: true })
  }
  return readOrMakeSecret(path, length, random)
}

/** Name of the file of a version, for backups. */
export const saltFileName = (id: string): string => `master-salt-${id}`

/** `saltOf` for `openMasterKeys`. */
export const openSaltFolder =
  (folder: string, random: RandomSource) =>
  (id: string): Uint8Array =>
    readOrMakeSecret(join(folder, saltFileName(id)), SALT, random)
