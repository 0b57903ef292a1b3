/**
 * Decompresses one ZIP entry into exactly its declared size and holds it against its CRC-32.
 * Refuses output of another length, broken streams and wrong checksums; memory is bounded by the declared size.
 */
import { inflateSync } from 'fflate'
import { FormatError } from '../errors.ts'
import { crc32 } from './crc32.ts'
import { STORED } from './zip-format.ts'
import type { ZipEntry } from './zip-format.ts'

/** One byte more than declared, so that a longer stream shows. */
const inflate = (compressed: Uint8Array, size: number): Uint8Array | undefined => {
  try {
    const out = inflateSync(compressed, { out: new Uint8Array(size + 1) })
    return out.length === size ? out : undefined
  } catch {
    return undefined
  }
}

/** The entry as it lies in the package. */
export const compressedBytes = (bytes: Uint8Array, entry: ZipEntry): Uint8Array =>
  bytes.subarray(entry.dataStart, entry.dataStart + entry.compressedSize)

/** @throws FormatError ZIP_INFLATE, ZIP_CRC */
export const readZipEntry = (bytes: Uint8Array, entry: ZipEntry): Uint8Array => {
  const compressed = compressedBytes(bytes, entry)
  const content = entry.method === STORED ? compressed : inflate(compressed, entry.size)
  if (content === undefined) throw new FormatError('ZIP_INFLATE', 'entry does not inflate to its size')
  if (crc32(content) !== entry.crc) throw new FormatError('ZIP_CRC', 'entry has a wrong checksum')
  return content
}
