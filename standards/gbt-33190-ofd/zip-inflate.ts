/**
 * Decompresses one ZIP entry into exactly its declared size and holds it against its CRC-32.
 * Refuses output of another length, broken streams and wrong checksums; memory is bounded by the declared size.
 */
import { Inflate } from 'fflate'
import { FormatError } from '../errors.ts'
import { crc32 } from './crc32.ts'
import { STORED } from './zip-format.ts'
import type { ZipEntry } from './zip-format.ts'

/** What is inflated between two looks at the length: 16 KiB give at most 17 MB. */
const STEP = 16 * 1024

/** Piece by piece, so that a stream which gives more than was declared is left at once. */
const inflate = (compressed: Uint8Array, size: number): Uint8Array | undefined => {
  const out = new Uint8Array(size)
  let length = 0
  const stream = new Inflate((piece) => {
    if (length + piece.length > size) throw new RangeError('longer than declared')
    out.set(piece, length)
    length += piece.length
  })
  try {
    for (let at = 0; at === 0 || at < compressed.length; at += STEP)
      stream.push(compressed.subarray(at, at + STEP), at + STEP >= compressed.length)
  } catch {
    return undefined
  }
  return length === size ? out : undefined
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
