/** The ceremony's shelf as a folder: each file is written whole, to disk, once. Refuses names that could leave the folder. */
import { link, mkdir, open, readFile, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { TrustError } from '../src/errors.ts'
import type { CeremonyShelf } from './ceremony.ts'

const NAME = /^[A-Za-z0-9][A-Za-z0-9.-]*$/

const errno = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code

const writeDurably = async (path: string, bytes: Uint8Array): Promise<void> => {
  const file = await open(path, 'w', 0o644)
  try {
    await file.writeFile(bytes)
    await file.sync()
  } finally {
    await file.close()
  }
}

/** Made when the first file is. */
export const openCeremonyFolder = (folder: string): CeremonyShelf => {
  const pathOf = (name: string): string => {
    if (!NAME.test(name)) throw new TrustError('INPUT_INVALID', 'not a file name of the ceremony', { field: 'name' })
    return join(folder, name)
  }
  return {
    read: async (name) => {
      try {
        return new Uint8Array(await readFile(pathOf(name)))
      } catch (error) {
        if (errno(error) === 'ENOENT') return undefined
        throw error
      }
    },
    write: async (name, bytes) => {
      const path = pathOf(name)
      const part = `${path}.${process.pid}.part`
      await mkdir(folder, { recursive: true })
      await writeDurably(part, bytes)
      try {
        // A link fails where a name is taken: whoever came first is kept.
        await link(part, path)
      } catch (cause) {
        if (errno(cause) !== 'EEXIST') throw cause
        throw new TrustError('CONFLICT', 'the ceremony keeps this file already', { cause })
      } finally {
        await unlink(part)
      }
    },
  }
}
