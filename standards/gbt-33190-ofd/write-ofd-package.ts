/**
 * Writes an OFD package: compressed bytes of untouched entries go over verbatim, headers are written anew, without dates,
 * attributes, comments or extra fields, so that the same content always gives the same bytes.
 */
import { deflateSync } from 'fflate'
import { concat, utf8 } from '../bytes.ts'
import { crc32 } from './crc32.ts'
import type { OfdPackage } from './ofd-package.ts'
import * as zip from './zip-format.ts'
import { requireDistinctNames, requireSafeName } from './zip-names.ts'

interface Part {
  readonly name: string
  readonly isFolder: boolean
  readonly method: number
  readonly crc: number
  readonly size: number
  readonly compressed: Uint8Array
}

/** 1980-01-01 00:00, the first moment that the format knows. */
const DOS_EPOCH = 0x0021 << 16
const VERSION = 20

const makePart = (name: string, content: Uint8Array): Part => {
  const deflated = deflateSync(content, { level: 6 })
  const stored = deflated.length >= content.length
  return {
    name,
    isFolder: false,
    method: stored ? zip.STORED : zip.DEFLATED,
    crc: crc32(content),
    size: content.length,
    compressed: stored ? content : deflated,
  }
}

const put = (size: number, fields: readonly (readonly [number, 2 | 4, number])[]): Uint8Array => {
  const bytes = new Uint8Array(size)
  const data = zip.view(bytes)
  for (const [at, width, value] of fields)
    if (width === 2) data.setUint16(at, value, true)
    else data.setUint32(at, value, true)
  return bytes
}

/** The 26 bytes that local and central header share, from `version needed` to `extra length`. */
const sharedFields = (part: Part, name: Uint8Array, from: number): (readonly [number, 2 | 4, number])[] => [
  [from, 2, VERSION],
  [from + 2, 2, name.length === part.name.length ? 0 : zip.FLAG_UTF8],
  [from + 4, 2, part.method],
  [from + 6, 4, DOS_EPOCH],
  [from + 10, 4, part.crc],
  [from + 14, 4, part.compressed.length],
  [from + 18, 4, part.size],
  [from + 22, 2, name.length],
]

const writeParts = (parts: readonly Part[]): Uint8Array => {
  requireDistinctNames(parts)
  const locals: Uint8Array[] = []
  const centrals: Uint8Array[] = []
  let offset = 0
  for (const part of parts) {
    requireSafeName(part.name)
    const name = utf8(part.name)
    const local = put(zip.LOCAL_SIZE, [[0, 4, zip.LOCAL_HEADER], ...sharedFields(part, name, 4)])
    const central = put(zip.CENTRAL_SIZE, [
      [0, 4, zip.CENTRAL_HEADER],
      [4, 2, VERSION],
      ...sharedFields(part, name, 6),
      [42, 4, offset],
    ])
    locals.push(local, name, part.compressed)
    centrals.push(central, name)
    offset += local.length + name.length + part.compressed.length
  }
  const directory = concat(...centrals)
  const end = put(zip.END_SIZE, [
    [0, 4, zip.END_OF_DIRECTORY],
    [8, 2, parts.length],
    [10, 2, parts.length],
    [12, 4, directory.length],
    [16, 4, offset],
  ])
  return concat(...locals, directory, end)
}

/** A new package of these files, in this order. @throws FormatError ZIP_PATH, ZIP_DUPLICATE_NAME */
export const makeOfdPackage = (files: ReadonlyMap<string, Uint8Array>): Uint8Array =>
  writeParts([...files].map(([name, content]) => makePart(name, content)))

/** `pkg` with these files replaced or added (added ones last). @throws FormatError ZIP_PATH, ZIP_DUPLICATE_NAME */
export const writeOfdPackage = (pkg: OfdPackage, changes: ReadonlyMap<string, Uint8Array>): Uint8Array => {
  const kept = pkg.entries.map((entry): Part => {
    const changed = changes.get(entry.name)
    if (changed !== undefined) return makePart(entry.name, changed)
    const compressed = pkg.bytes.subarray(entry.dataStart, entry.dataStart + entry.compressedSize)
    return { ...entry, compressed }
  })
  const known = new Set(kept.map((part) => part.name))
  const added = [...changes].filter(([name]) => !known.has(name)).map(([name, content]) => makePart(name, content))
  return writeParts([...kept, ...added])
}
