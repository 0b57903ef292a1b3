/**
 * The newest CRLs in a folder that all processes share: `<ca key>-<number>.tbs` before signing, `.crl` after. Files appear whole, a
 * name is taken once, older lists go. Refuses ids that could leave the folder.
 */
import { link, mkdir, open, readFile, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { TrustError } from '../../src/errors.ts'
import type { CrlShelf } from '../../src/pki/index.ts'

const ID = /^[a-z0-9]+(-[a-z0-9]+)*$/
const KEPT = 3

const errno = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code

const writeWhole = async (path: string, bytes: Uint8Array): Promise<boolean> => {
  const part = `${path}.${process.pid}.${crypto.randomUUID()}`
  const file = await open(part, 'wx', 0o644)
  try {
    await file.writeFile(bytes)
    await file.sync()
  } finally {
    await file.close()
  }
  try {
    // A link fails where a name is taken: whoever came first is kept.
    await link(part, path)
    return true
  } catch (error) {
    if (errno(error) === 'EEXIST') return false
    throw error
  } finally {
    await rm(part, { force: true })
  }
}

export const openCrlShelf = (folder: string): CrlShelf => {
  const stem = (issuerId: string, number: number): string => {
    if (!ID.test(issuerId) || !Number.isSafeInteger(number) || number < 1)
      throw new TrustError('INPUT_INVALID', 'not the name of a list', { field: 'issuerId' })
    return join(folder, `${issuerId}-${number}`)
  }
  /** Numbers of the signed lists, highest first. */
  const numbers = async (issuerId: string): Promise<number[]> => {
    const names = await readdir(folder).catch((error: unknown) => {
      if (errno(error) === 'ENOENT') return []
      throw error
    })
    const own = new RegExp(`^${issuerId}-([0-9]{1,15})\\.crl$`)
    return names
      .flatMap((name) => {
        const number = own.exec(name)?.[1]
        return number === undefined ? [] : [Number(number)]
      })
      .sort((a, b) => b - a)
  }
  return {
    newest: async (issuerId) => {
      if (!ID.test(issuerId)) return undefined
      for (const number of await numbers(issuerId)) {
        const der = await readFile(`${stem(issuerId, number)}.crl`).catch((error: unknown) => {
          if (errno(error) === 'ENOENT') return undefined
          throw error
        })
        if (der !== undefined) return { number, der: new Uint8Array(der) }
      }
      return undefined
    },
    intend: async (issuerId, number, tbs) => {
      const path = `${stem(issuerId, number)}.tbs`
      await mkdir(folder, { recursive: true })
      return (await writeWhole(path, tbs)) ? tbs : new Uint8Array(await readFile(path))
    },
    put: async (issuerId, number, der) => {
      await writeWhole(`${stem(issuerId, number)}.crl`, der)
      for (const old of (await numbers(issuerId)).slice(KEPT))
        for (const end of ['tbs', 'crl']) await rm(`${stem(issuerId, old)}.${end}`, { force: true })
    },
  }
}
