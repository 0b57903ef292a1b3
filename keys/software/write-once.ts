/** A file that appears whole or not at all, survives a power cut once written, and never replaces another. */
import { link, mkdir, open, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { utf8 } from '../../standards/bytes.ts'

/** The names in it survive a power cut. */
export const syncFolder = async (folder: string): Promise<void> => {
  // Windows opens no folders; its file systems journal the entry themselves.
  if (process.platform === 'win32') return
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** `unique` tells concurrent writers apart. Returns false where `path` exists already (a rename would replace it, a link does not). */
export const writeOnce = (path: string, text: string, unique: string): Promise<boolean> =>
  writeOnceBytes(path, utf8(text), unique)

export const writeOnceBytes = async (path: string, bytes: Uint8Array, unique: string): Promise<boolean> => {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  const part = `${path}.${unique}.part`
  try {
    const handle = await open(part, 'wx', 0o600)
    try {
      await handle.writeFile(bytes)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await link(part, path)
    await syncFolder(dirname(path))
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  } finally {
    await rm(part, { force: true })
  }
}
