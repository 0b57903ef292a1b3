/** ISO 32000-1 §7.5.6: appends objects, a cross-reference section in the form of the last one, and a trailer. Earlier bytes stay as they are. */
import { concat, utf8 } from '../bytes.ts'
import type { PdfFile } from './open-pdf.ts'
import { serialise } from './serialise.ts'
import type { PdfDict, PdfValue } from './values.ts'
import { array, dict, name } from './values.ts'

export interface WrittenObject {
  readonly number: number
  readonly generation: number
  /** What stands between `obj` and `endobj`. */
  readonly body: Uint8Array
}

export interface Update {
  readonly bytes: Uint8Array
  /** Where each body begins, by object number. */
  readonly bodies: ReadonlyMap<number, number>
}

/** First object number that no section knows. */
export const firstFreeNumber = ({ crossReference: { trailer, places } }: PdfFile): number => {
  const size = trailer.entries.get('Size')
  let highest = typeof size === 'number' && Number.isSafeInteger(size) ? size - 1 : 0
  for (const number of places.keys()) highest = Math.max(highest, number)
  return highest + 1
}

export const streamBody = (header: PdfDict, data: Uint8Array): Uint8Array =>
  concat(utf8(`${serialise(header)}\nstream\n`), data, utf8('\nendstream'))

export const incrementalUpdate = (file: PdfFile, objects: readonly WrittenObject[]): Update => {
  const endsLine = file.bytes.at(-1) === 10 || file.bytes.at(-1) === 13
  const parts: Uint8Array[] = [file.bytes, utf8(endsLine ? '' : '\n')]
  let at = file.bytes.length + (endsLine ? 0 : 1)
  const bodies = new Map<number, number>()
  const lines: Line[] = []
  for (const { number, generation, body } of [...objects].sort((a, b) => a.number - b.number)) {
    const head = utf8(`${number} ${generation} obj\n`)
    lines.push({ number, generation, offset: at })
    bodies.set(number, at + head.length)
    const chunk = concat(head, body, utf8('\nendobj\n'))
    parts.push(chunk)
    at += chunk.length
  }
  const next = Math.max(firstFreeNumber(file), ...objects.map((o) => o.number + 1))
  const section =
    file.crossReference.form === 'table' ? table(file, lines, next) : xrefStream(file, { lines, at, next })
  parts.push(section, utf8(`startxref\n${at}\n%%EOF\n`))
  return { bytes: concat(...parts), bodies }
}

interface Line {
  readonly number: number
  readonly generation: number
  readonly offset: number
}

const runs = (lines: readonly Line[]): Line[][] => {
  const out: Line[][] = []
  for (const line of lines) {
    const last = out.at(-1)
    if (last?.at(-1)?.number === line.number - 1) last?.push(line)
    else out.push([line])
  }
  return out
}

const trailerEntries = (file: PdfFile, size: number): Readonly<Record<string, PdfValue | undefined>> => {
  const { trailer, startXref } = file.crossReference
  return {
    Size: size,
    Root: trailer.entries.get('Root'),
    Info: trailer.entries.get('Info'),
    ID: trailer.entries.get('ID'),
    Prev: startXref,
  }
}

const table = (file: PdfFile, lines: readonly Line[], size: number): Uint8Array => {
  const text = runs(lines).map((run) => {
    const entries = run.map(
      ({ offset, generation }) => `${String(offset).padStart(10, '0')} ${String(generation).padStart(5, '0')} n\r\n`,
    )
    return `${run[0]?.number} ${run.length}\n${entries.join('')}`
  })
  return utf8(`xref\n${text.join('')}trailer\n${serialise(dict(trailerEntries(file, size)))}\n`)
}

const OFFSET_OCTETS = 5

const xrefStream = (
  file: PdfFile,
  { lines, at, next }: { lines: readonly Line[]; at: number; next: number },
): Uint8Array => {
  const all = [...lines, { number: next, generation: 0, offset: at }]
  const data = new Uint8Array(all.length * (OFFSET_OCTETS + 3))
  all.forEach(({ offset, generation }, i) => {
    const row = data.subarray(i * (OFFSET_OCTETS + 3))
    row[0] = 1
    let rest = offset
    for (let k = OFFSET_OCTETS; k > 0; k--, rest = Math.floor(rest / 256)) row[k] = rest % 256
    row[OFFSET_OCTETS + 1] = generation >> 8
    row[OFFSET_OCTETS + 2] = generation & 0xff
  })
  const header = dict({
    Type: name('XRef'),
    ...trailerEntries(file, next + 1),
    W: array([1, OFFSET_OCTETS, 2]),
    Index: array(runs(all).flatMap((run) => [run[0]?.number ?? 0, run.length])),
    Length: data.length,
  })
  return concat(utf8(`${next} 0 obj\n`), streamBody(header, data), utf8('\nendobj\n'))
}
