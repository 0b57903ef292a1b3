/**
 * Reads a ZIP central directory and holds it against the local headers, before anything is decompressed.
 * Refuses whatever would let two readers see two packages: encrypted or multi-volume archives, ZIP64, methods other than stored
 * and deflated, local headers that disagree, entries that overlap, sizes beyond the limits. Bytes that no entry explains are
 * findings, not refusals: real producers leave them.
 */
import { equalBytes } from '../bytes.ts'
import { FormatError } from '../errors.ts'
import { requireDistinctNames, requireNoOtherName, requireSafeName, decodeName } from './zip-names.ts'
import * as zip from './zip-format.ts'
import type { ZipEntry } from './zip-format.ts'

export interface ZipLimits {
  readonly maxEntries: number
  /** Sum of the declared sizes, in bytes. */
  readonly maxTotalSize: number
  /** Declared size over compressed size, for entries above `freeSize`. */
  readonly maxRatio: number
  readonly freeSize: number
}
export const ZIP_LIMITS: ZipLimits = { maxEntries: 10_000, maxTotalSize: 512 << 20, maxRatio: 250, freeSize: 1 << 20 }

/** Bytes of the container that no reader needs and no signature covers. */
export type ContainerFindingKind =
  | 'prefix'
  | 'gap'
  | 'trailing'
  | 'comment'
  | 'extra-field'
  | 'header-difference'
  | 'attributes'
  | 'name-encoding'
  | 'deflate-slack'
export interface ContainerFinding {
  readonly reason: 'NON_CANONICAL_CONTAINER'
  readonly kind: ContainerFindingKind
  /** The entry it stands at, if it stands at one. */
  readonly entry?: string
  readonly length: number
}

export interface ZipDirectory {
  readonly entries: readonly ZipEntry[]
  readonly findings: readonly ContainerFinding[]
}

interface CentralRecord {
  readonly rawName: Uint8Array
  readonly name: string
  readonly isFolder: boolean
  readonly versionNeeded: number
  readonly flags: number
  readonly method: number
  readonly time: number
  readonly crc: number
  readonly compressedSize: number
  readonly size: number
  readonly attributes: string
  readonly localOffset: number
}

interface Reading {
  readonly bytes: Uint8Array
  readonly data: DataView
  readonly findings: ContainerFinding[]
}

const refuse = (reason: string, what: string): never => {
  throw new FormatError(reason, what)
}

const note = (reading: Reading, kind: ContainerFindingKind, length: number, entry?: string): void => {
  if (length > 0)
    reading.findings.push({
      reason: 'NON_CANONICAL_CONTAINER',
      kind,
      length,
      ...(entry === undefined ? {} : { entry }),
    })
}

interface Directory {
  readonly start: number
  readonly end: number
  readonly count: number
}

// The last signature in the file decides; its directory must end exactly where it starts, so that no second one can hide.
const findDirectory = (reading: Reading, limits: ZipLimits): Directory => {
  const { bytes, data } = reading
  let at = bytes.length - zip.END_SIZE
  const lowest = Math.max(0, at - 0xffff)
  while (at >= lowest && data.getUint32(at, true) !== zip.END_OF_DIRECTORY) at--
  if (at < lowest) return refuse('ZIP_TRUNCATED', 'no end of central directory')
  if (at >= 20 && data.getUint32(at - 20, true) === zip.ZIP64_LOCATOR) refuse('ZIP_ZIP64', 'ZIP64 is not read')
  const field = (offset: number): number => data.getUint16(at + offset, true)
  const count = field(10)
  const size = data.getUint32(at + 12, true)
  const start = data.getUint32(at + 16, true)
  if (count === 0xffff || size === 0xffffffff || start === 0xffffffff) refuse('ZIP_ZIP64', 'ZIP64 is not read')
  if (field(4) !== 0 || field(6) !== 0 || field(8) !== count) refuse('ZIP_MULTI_VOLUME', 'archive in several volumes')
  if (count > limits.maxEntries) refuse('ZIP_TOO_MANY_ENTRIES', 'too many entries')
  if (start + size !== at) refuse('ZIP_DIRECTORY', 'the directory does not end where its end record starts')
  const comment = field(20)
  const rest = bytes.length - at - zip.END_SIZE
  if (comment > rest) refuse('ZIP_TRUNCATED', 'the archive comment is cut')
  note(reading, 'comment', comment)
  note(reading, 'trailing', rest - comment)
  return { start, end: at, count }
}

const readCentralRecord = (reading: Reading, at: number, end: number): { record: CentralRecord; next: number } => {
  const { bytes, data } = reading
  if (at + zip.CENTRAL_SIZE > end) refuse('ZIP_TRUNCATED', 'central header is cut')
  if (data.getUint32(at, true) !== zip.CENTRAL_HEADER) refuse('ZIP_DIRECTORY', 'central header expected')
  const u16 = (offset: number): number => data.getUint16(at + offset, true)
  const u32 = (offset: number): number => data.getUint32(at + offset, true)
  const nameEnd = at + zip.CENTRAL_SIZE + u16(28)
  const extraEnd = nameEnd + u16(30)
  const next = extraEnd + u16(32)
  if (next > end) refuse('ZIP_TRUNCATED', 'central header is cut')
  const rawName = bytes.subarray(at + zip.CENTRAL_SIZE, nameEnd)
  const { name, guessed } = decodeName(rawName, u16(8))
  requireSafeName(name)
  requireNoOtherName(bytes.subarray(nameEnd, extraEnd), name)
  note(reading, 'extra-field', u16(30), name)
  note(reading, 'comment', u16(32), name)
  if (guessed) note(reading, 'name-encoding', rawName.length, name)
  if (u16(34) !== 0) refuse('ZIP_MULTI_VOLUME', 'entry in another volume')
  const [compressedSize, size, localOffset] = [u32(20), u32(24), u32(42)]
  if ([compressedSize, size, localOffset].includes(0xffffffff)) refuse('ZIP_ZIP64', 'ZIP64 is not read')
  const isFolder = name.endsWith('/')
  // what only the directory holds: version made by, internal and external attributes
  const attributes = `${isFolder} ${u16(4)} ${u16(36)} ${u32(38)}`
  const sizes = { crc: u32(16), compressedSize, size }
  const kind = { versionNeeded: u16(6), flags: u16(8), method: u16(10), time: u32(12), attributes }
  return { record: { rawName, name, isFolder, ...kind, ...sizes, localOffset }, next }
}

const requireReadable = ({ flags, method, size, compressedSize, isFolder }: CentralRecord, limits: ZipLimits): void => {
  if (flags & (zip.FLAG_ENCRYPTED | zip.FLAG_STRONG_ENCRYPTION | zip.FLAG_MASKED_HEADERS))
    refuse('ZIP_ENCRYPTED', 'entry is encrypted')
  if (method !== zip.STORED && method !== zip.DEFLATED) refuse('ZIP_METHOD', 'unknown compression method')
  if (method === zip.STORED && size !== compressedSize) refuse('ZIP_SIZE', 'stored entry with two sizes')
  if (isFolder && (size !== 0 || compressedSize > 2)) refuse('ZIP_PATH', 'a folder with content')
  if (size > limits.freeSize && size > compressedSize * limits.maxRatio) refuse('ZIP_BOMB', 'compression ratio')
}

/** Length of the descriptor after the data: with or without its signature, and equal to the directory. */
const descriptorLength = ({ bytes, data }: Reading, record: CentralRecord, at: number): number => {
  const matches = (from: number): boolean =>
    from + 12 <= bytes.length &&
    data.getUint32(from, true) === record.crc &&
    data.getUint32(from + 4, true) === record.compressedSize &&
    data.getUint32(from + 8, true) === record.size
  if (at + 4 <= bytes.length && data.getUint32(at, true) === zip.DATA_DESCRIPTOR && matches(at + 4)) return 16
  if (matches(at)) return 12
  return refuse('ZIP_HEADER_MISMATCH', 'data descriptor differs from the directory')
}

const DECIDING_FLAGS = zip.FLAG_ENCRYPTED | zip.FLAG_DESCRIPTOR | zip.FLAG_STRONG_ENCRYPTION | zip.FLAG_MASKED_HEADERS

const requireSameHeader = (reading: Reading, record: CentralRecord, at: number): void => {
  const { bytes, data } = reading
  const u16 = (offset: number): number => data.getUint16(at + offset, true)
  const u32 = (offset: number): number => data.getUint32(at + offset, true)
  const rawName = bytes.subarray(at + zip.LOCAL_SIZE, at + zip.LOCAL_SIZE + u16(26))
  const ascii = record.rawName.every((b) => b < 0x80)
  const deciding = ascii ? DECIDING_FLAGS : DECIDING_FLAGS | zip.FLAG_UTF8
  const sizes = [record.crc, record.compressedSize, record.size]
  const local = [u32(14), u32(18), u32(22)]
  const deferred = (record.flags & zip.FLAG_DESCRIPTOR) !== 0
  const same =
    equalBytes(rawName, record.rawName) &&
    u16(8) === record.method &&
    ((u16(6) ^ record.flags) & deciding) === 0 &&
    local.every((value, i) => value === sizes[i] || (deferred && value === 0))
  if (!same) refuse('ZIP_HEADER_MISMATCH', 'local header differs from the directory')
  const differs = u16(4) !== record.versionNeeded || u16(6) !== record.flags || u32(10) !== record.time
  note(reading, 'header-difference', differs ? zip.LOCAL_SIZE : 0, record.name)
}

/** The entry and the range it takes up, its descriptor included. */
const locate = (reading: Reading, record: CentralRecord, directory: Directory): { entry: ZipEntry; end: number } => {
  const { data, bytes } = reading
  const at = record.localOffset
  if (at + zip.LOCAL_SIZE > directory.start) refuse('ZIP_TRUNCATED', 'local header is cut')
  if (data.getUint32(at, true) !== zip.LOCAL_HEADER) refuse('ZIP_HEADER_MISMATCH', 'local header expected')
  const nameEnd = at + zip.LOCAL_SIZE + data.getUint16(at + 26, true)
  const dataStart = nameEnd + data.getUint16(at + 28, true)
  const dataEnd = dataStart + record.compressedSize
  if (dataEnd > directory.start) refuse('ZIP_TRUNCATED', 'entry is cut')
  requireSameHeader(reading, record, at)
  requireNoOtherName(bytes.subarray(nameEnd, dataStart), record.name)
  note(reading, 'extra-field', dataStart - nameEnd, record.name)
  const end = record.flags & zip.FLAG_DESCRIPTOR ? dataEnd + descriptorLength(reading, record, dataEnd) : dataEnd
  const { name, isFolder, method, flags, crc, compressedSize, size } = record
  return { entry: { name, isFolder, method, flags, crc, compressedSize, size, dataStart }, end }
}

const requireNoOverlap = (reading: Reading, ranges: { start: number; end: number }[], directory: Directory): void => {
  let covered = 0
  for (const { start, end } of ranges.sort((a, b) => a.start - b.start)) {
    if (start < covered) refuse('ZIP_OVERLAP', 'entries overlap')
    note(reading, covered === 0 ? 'prefix' : 'gap', start - covered)
    covered = end
  }
  if (covered > directory.start) refuse('ZIP_OVERLAP', 'an entry overlaps the directory')
  note(reading, covered === 0 ? 'prefix' : 'gap', directory.start - covered)
}

/** @throws FormatError ZIP_* as the module says */
export const readZipDirectory = (bytes: Uint8Array, limits: ZipLimits = ZIP_LIMITS): ZipDirectory => {
  if (bytes.length < zip.END_SIZE) refuse('ZIP_TRUNCATED', 'too short for a ZIP')
  const reading: Reading = { bytes, data: zip.view(bytes), findings: [] }
  const directory = findDirectory(reading, limits)
  const records: CentralRecord[] = []
  let at = directory.start
  let total = 0
  for (let i = 0; i < directory.count; i++) {
    const { record, next } = readCentralRecord(reading, at, directory.end)
    requireReadable(record, limits)
    total += record.size
    if (total > limits.maxTotalSize) refuse('ZIP_BOMB', 'total size')
    records.push(record)
    at = next
  }
  if (at !== directory.end) refuse('ZIP_DIRECTORY', 'bytes between directory and its end record')
  requireDistinctNames(records)
  const located = records.map((record) => ({ start: record.localOffset, ...locate(reading, record, directory) }))
  requireNoOverlap(reading, located, directory)
  for (const uneven of [true, false].map(
    (f) => new Set(records.filter((r) => r.isFolder === f).map((r) => r.attributes)),
  ))
    note(reading, 'attributes', uneven.size - 1)
  return { entries: located.map((l) => l.entry), findings: reading.findings }
}
