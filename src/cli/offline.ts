/**
 * Reads a trust folder from disk: `anchors/`, `intermediates/`, `crl/`, `status/` and `manifest.json`, nothing else and no deeper.
 * Refuses a path that is not a folder, and more than a folder of trust can sensibly hold. Goes to no network.
 */
import type { Dirent } from 'node:fs'
import { readFile, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { LoadedTrust, TrustFiles } from '../verification/index.ts'
import { MANIFEST, loadTrust } from '../verification/index.ts'
import { nodeCrypto } from '../crypto/node.ts'
import { fileFault, usage } from './exit.ts'

const FOLDERS = ['anchors', 'intermediates', 'crl', 'status'] as const
const MAX_FILES = 10_000
const MAX_BYTES = 1024 ** 3

const isMissing = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT'

const entriesOf = async (folder: string): Promise<Dirent[]> => {
  try {
    return await readdir(folder, { withFileTypes: true })
  } catch (error) {
    return isMissing(error) ? [] : fileFault(error, folder)
  }
}

/** Paths inside the folder, with `/`, in order; what an editor or a file manager leaves behind (`.DS_Store`) is none of ours. */
const pathsIn = async (folder: string): Promise<string[]> => {
  const listed = await Promise.all(
    FOLDERS.map(async (name) =>
      (await entriesOf(join(folder, name)))
        .filter((entry) => !entry.isDirectory() && !entry.name.startsWith('.'))
        .map((entry) => `${name}/${entry.name}`),
    ),
  )
  return listed.flat().sort()
}

const isFile = async (path: string): Promise<boolean> => {
  try {
    return (await stat(path)).isFile()
  } catch (error) {
    return isMissing(error) ? false : fileFault(error, path)
  }
}

/** @throws UsageError when the folder cannot be read */
export const readTrustFolder = async (folder: string): Promise<TrustFiles> => {
  const found = await stat(folder).catch((error: unknown) => fileFault(error, folder))
  if (!found.isDirectory()) usage(`${folder}：不是文件夹 (not a folder)`)
  const paths = await pathsIn(folder)
  if (await isFile(join(folder, MANIFEST))) paths.push(MANIFEST)
  if (paths.length > MAX_FILES) usage(`${folder}：文件超过 ${MAX_FILES} 个 (too many files)`)
  const files = new Map<string, Uint8Array>()
  let total = 0
  for (const path of paths) {
    const bytes = await readFile(join(folder, path)).catch((error: unknown) => fileFault(error, path))
    total += bytes.length
    if (total > MAX_BYTES) usage(`${folder}：超过 1 GB (too large)`)
    files.set(path, new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength))
  }
  return files
}

const NOBODY: LoadedTrust = { trust: { anchors: [], intermediates: [], crls: [], statuses: [] }, faults: [] }

/** Without a folder nobody is trusted: no file can then be more than indeterminate. */
export const openTrust = async (folder: string | undefined): Promise<LoadedTrust> =>
  folder === undefined ? NOBODY : loadTrust(await readTrustFolder(folder), nodeCrypto)
