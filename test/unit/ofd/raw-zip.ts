/** A ZIP writer that lies on demand, for tests of the container checks. */
import { crc32 } from '../../../standards/gbt-33190-ofd/crc32.ts'
import { concat, utf8 } from '../../../standards/bytes.ts'
import { PARTS } from './ofd-samples.ts'

export interface RawEntry {
  readonly name: string | Uint8Array
  readonly content?: Uint8Array
  readonly flags?: number
  readonly method?: number
  readonly crc?: number
  readonly size?: number
  readonly compressedSize?: number
  readonly extra?: Uint8Array
  readonly comment?: string
  readonly offset?: number
  /** What the local header says instead. */
  readonly local?: {
    name?: string
    method?: number
    size?: number
    crc?: number
    flags?: number
    extra?: Uint8Array
    time?: number
  }
  /** Bytes between header and next entry, after the data. */
  readonly after?: Uint8Array
}

const le = (...fields: readonly (readonly [2 | 4, number])[]): Uint8Array =>
  concat(...fields.map(([n, v]) => Uint8Array.from({ length: n }, (_, i) => (v >>> (8 * i)) & 0xff)))

const bytesOf = (name: string | Uint8Array): Uint8Array => (typeof name === 'string' ? utf8(name) : name)

export interface RawZip {
  readonly prefix?: Uint8Array
  readonly comment?: Uint8Array
  readonly trailing?: Uint8Array
  readonly count?: number
  readonly directoryGap?: Uint8Array
}

/** Central version, then the fields that both headers share. */
export const rawZip = (entries: readonly RawEntry[], zip: RawZip = {}): Uint8Array => {
  const parts: Uint8Array[] = [zip.prefix ?? new Uint8Array()]
  const centrals: Uint8Array[] = []
  let at = parts[0]?.length ?? 0
  for (const e of entries) {
    const content = e.content ?? new Uint8Array()
    const common = {
      method: e.method ?? 0,
      crc: e.crc ?? crc32(content),
      size: e.size ?? content.length,
      flags: e.flags ?? 0,
      time: 0,
    }
    const compressed = e.compressedSize ?? content.length
    const l = { ...common, ...e.local }
    const localName = bytesOf(e.local?.name ?? e.name)
    const localExtra = e.local?.extra ?? new Uint8Array()
    const header = (h: typeof common): (readonly [2 | 4, number])[] => [
      [2, 20],
      [2, h.flags],
      [2, h.method],
      [4, h.time],
      [4, h.crc],
      [4, compressed],
      [4, h.size],
    ]
    const local = concat(
      le([4, 0x04034b50], ...header(l), [2, localName.length], [2, localExtra.length]),
      localName,
      localExtra,
      content,
      e.after ?? new Uint8Array(),
    )
    const name = bytesOf(e.name)
    const extra = e.extra ?? new Uint8Array()
    const comment = utf8(e.comment ?? '')
    centrals.push(
      le(
        [4, 0x02014b50],
        [2, 20],
        ...header(common),
        [2, name.length],
        [2, extra.length],
        [2, comment.length],
        [2, 0],
        [2, 0],
        [4, 0],
        [4, e.offset ?? at],
      ),
      name,
      extra,
      comment,
    )
    parts.push(local)
    at += local.length
  }
  const directory = concat(...centrals, zip.directoryGap ?? new Uint8Array())
  const comment = zip.comment ?? new Uint8Array()
  const count = zip.count ?? entries.length
  const end = le(
    [4, 0x06054b50],
    [2, 0],
    [2, 0],
    [2, count],
    [2, count],
    [4, directory.length],
    [4, at],
    [2, comment.length],
  )
  return concat(...parts, directory, end, comment, zip.trailing ?? new Uint8Array())
}

export const goodEntries = (): RawEntry[] =>
  Object.entries(PARTS).map(([name, text]) => ({ name, content: utf8(text) }))
