/**
 * An OFD file as a package of named files (GB/T 33190-2016 clause 7): opened with every container check done, read lazily.
 * Names have no leading slash. Refuses what `readZipDirectory` refuses, and a package without OFD.xml (OFD_NOT_OFD).
 */
import { FormatError } from '../errors.ts'
import type { DigestAlgorithm, Digests } from '../ports.ts'
import { DEFLATED, nameKey } from './zip-format.ts'
import type { ZipEntry } from './zip-format.ts'
import { compressedBytes, readZipEntry } from './zip-inflate.ts'
import { hasDeflateSlack } from './deflate-slack.ts'
import { readZipDirectory, ZIP_LIMITS } from './zip-directory.ts'
import type { ContainerFinding, ZipLimits } from './zip-directory.ts'

export const ROOT_FILE = 'OFD.xml'

export interface OfdPackage {
  /** The file as received. */
  readonly bytes: Uint8Array
  /** Files and folders in directory order. */
  readonly entries: readonly ZipEntry[]
  /** Names of the files, in directory order. */
  readonly files: readonly string[]
  has(name: string): boolean
  /** The stored name that equals `name` up to case and Unicode composition; there is at most one. */
  findSimilar(name: string): string | undefined
  /** Decompressed and checked; the same array at every call. @throws FormatError OFD_FILE_MISSING, ZIP_INFLATE, ZIP_CRC */
  read(name: string): Uint8Array
  /** Digest of a file, computed once however often it is referenced. @throws as `read` */
  digestOf(name: string, algorithm: DigestAlgorithm, digests: Digests): Uint8Array
  /** Bytes of the container that no entry explains, idle bits of deflate streams included (this walks every entry once more). */
  findings(): readonly ContainerFinding[]
}

/** @throws FormatError with a reason ZIP_* or OFD_NOT_OFD */
export const openOfdPackage = (bytes: Uint8Array, limits: Partial<ZipLimits> = {}): OfdPackage => {
  const { entries, findings } = readZipDirectory(bytes, { ...ZIP_LIMITS, ...limits })
  const files = entries.filter((e) => !e.isFolder)
  const byName = new Map(files.map((e) => [e.name, e]))
  const byKey = new Map(files.map((e) => [nameKey(e.name), e.name]))
  if (!byName.has(ROOT_FILE)) throw new FormatError('OFD_NOT_OFD', 'the package has no OFD.xml')
  const contents = new Map<string, Uint8Array>()
  const read = (name: string): Uint8Array => {
    const present = contents.get(name)
    if (present !== undefined) return present
    const entry = byName.get(name)
    if (entry === undefined) throw new FormatError('OFD_FILE_MISSING', 'a file of the package is missing')
    const content = readZipEntry(bytes, entry)
    contents.set(name, content)
    return content
  }
  const known = new Map<string, Uint8Array>()
  const digestOf = (name: string, algorithm: DigestAlgorithm, digests: Digests): Uint8Array => {
    const key = `${algorithm} ${name}`
    const digest = known.get(key) ?? digests.digest(algorithm, read(name))
    known.set(key, digest)
    return digest
  }
  const slack = (entry: ZipEntry): ContainerFinding[] =>
    entry.method === DEFLATED && hasDeflateSlack(compressedBytes(bytes, entry))
      ? [{ reason: 'NON_CANONICAL_CONTAINER', kind: 'deflate-slack', entry: entry.name, length: 1 }]
      : []
  return {
    bytes,
    entries,
    files: files.map((e) => e.name),
    has: (name) => byName.has(name),
    findSimilar: (name) => byKey.get(nameKey(name)),
    read,
    digestOf,
    findings: () => [...findings, ...entries.flatMap(slack)],
  }
}
