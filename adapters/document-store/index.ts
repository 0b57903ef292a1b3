/**
 * Documents in a folder, named by their SM3 in hex. Written to a temporary name, flushed, then renamed: a reader never sees half a file.
 * What is read is digested again, so a damaged file is an error and not a document.
 */
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Digests } from '../../standards/ports.ts'
import { toHex } from '../../standards/bytes.ts'
import type { DocumentStore } from '../../src/document/ports.ts'
import { TrustError } from '../../src/errors.ts'

export const openDocumentFolder = (folder: string, digests: Digests): DocumentStore => {
  const pathOf = (id: string): string => join(folder, id.slice(0, 2), id)
  const read = async (id: string): Promise<Uint8Array | undefined> => {
    if (!/^[0-9a-f]{64}$/.test(id)) return undefined
    const bytes = await readFile(pathOf(id)).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined
      throw error
    })
    if (bytes !== undefined && toHex(digests.digest('sm3', bytes)) !== id)
      throw new TrustError('DOCUMENT_MALFORMED', 'a stored document no longer has its digest')
    return bytes === undefined ? undefined : new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }
  return {
    get: read,
    put: async (bytes) => {
      const id = toHex(digests.digest('sm3', bytes))
      if ((await read(id)) !== undefined) return id
      await mkdir(join(folder, id.slice(0, 2)), { recursive: true, mode: 0o700 })
      const part = `${pathOf(id)}.${process.pid}.${crypto.randomUUID()}`
      const file = await open(part, 'wx', 0o600)
      try {
        await file.writeFile(bytes)
        await file.sync()
      } finally {
        await file.close()
      }
      await rename(part, pathOf(id)).catch(async (error: unknown) => {
        await rm(part, { force: true })
        throw error
      })
      return id
    },
  }
}
