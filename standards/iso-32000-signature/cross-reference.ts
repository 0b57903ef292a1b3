/**
 * ISO 32000-1 §7.5.4, §7.5.8: where each object stands, by following the cross-reference sections from the end of the file.
 * Refuses what other readers repair: a wrong startxref, anything but white space after the last %%EOF, loops, sections out of bounds.
 */
import { FormatError } from '../errors.ts'
import { decodeStream } from './inflate.ts'
import { Lexer } from './lexer.ts'
import type { PdfDict, PdfValue } from './values.ts'
import { asArray, asCount, asDict, asName, malformed } from './values.ts'

const MAX_SECTIONS = 1024
const MAX_ENTRIES = 1_000_000
const TAIL = 2048
export const SECTION = -1
/** Of all sections together. */
const MAX_SECTION_BYTES = 24 * 1024 * 1024

export type Place =
  | { readonly in: 'file'; readonly offset: number; readonly generation: number }
  | { readonly in: 'stream'; readonly container: number; readonly index: number }
  | { readonly in: 'nowhere' }

export interface CrossReference {
  readonly places: ReadonlyMap<number, Place>
  /** Object numbers by the offset at which any section, the oldest included, puts them; SECTION for the sections themselves. */
  readonly listed: ReadonlyMap<number, number>
  /** The newest trailer (§7.5.5). */
  readonly trailer: PdfDict
  /** Offset of the newest section, the /Prev of an update. */
  readonly startXref: number
  /** How the newest section is written. */
  readonly form: 'table' | 'stream'
}

interface Section {
  readonly form: 'table' | 'stream'
  readonly entries: readonly (readonly [number, Place])[]
  readonly trailer: PdfDict
}

/** What all sections of a file may still take: a chain of small ones that unfold is refused like one large one. */
interface Budget {
  entries: number
  inflated: number
}

const spendEntries = (budget: Budget, count: number): void => {
  budget.entries -= count
  if (budget.entries < 0) throw new FormatError('PDF_TOO_LARGE', 'too many objects')
}

export const readCrossReference = (bytes: Uint8Array): CrossReference => {
  const startXref = findStartXref(bytes)
  const places = new Map<number, Place>()
  const budget: Budget = { entries: MAX_ENTRIES, inflated: MAX_SECTION_BYTES }
  const newest = readSection(bytes, startXref, budget)
  const seen = new Set<number>()
  const listed = new Map<number, number>()
  for (let at: number | undefined = startXref; at !== undefined;) {
    if (seen.has(at) || seen.size >= MAX_SECTIONS) throw malformed('cross-reference sections loop')
    seen.add(at)
    listed.set(at, SECTION)
    const section: Section = at === startXref ? newest : readSection(bytes, at, budget)
    for (const entries of byPrecedence(bytes, section, budget))
      for (const [n, p] of entries) {
        if (p.in === 'file' && !listed.has(p.offset)) listed.set(p.offset, n)
        if (!places.has(n)) places.set(n, p)
      }
    listed.set(offsetOf(section.trailer, 'XRefStm') ?? at, SECTION)
    at = offsetOf(section.trailer, 'Prev')
  }
  return { places, listed, trailer: newest.trailer, startXref, form: newest.form }
}

/** §7.5.8.4: a hybrid section lists its compressed objects as free in the table and for real in the stream. */
const byPrecedence = (bytes: Uint8Array, section: Section, budget: Budget): Section['entries'][] => {
  const hybrid = section.form === 'table' ? offsetOf(section.trailer, 'XRefStm') : undefined
  if (hybrid === undefined) return [section.entries]
  const stream = readSection(bytes, hybrid, budget)
  if (stream.form !== 'stream') throw malformed('XRefStm is not a cross-reference stream')
  return [section.entries.filter(([, p]) => p.in !== 'nowhere'), stream.entries, section.entries]
}

const offsetOf = (trailer: PdfDict, key: string): number | undefined => {
  const value = trailer.entries.get(key)
  if (value === undefined) return undefined
  const offset = asCount(value)
  if (offset === undefined) throw malformed(`${key} is not an offset`)
  return offset
}

const findStartXref = (bytes: Uint8Array): number => {
  const tail = new TextDecoder('latin1').decode(bytes.subarray(Math.max(0, bytes.length - TAIL)))
  const match = /startxref[\r\n \t]+(\d{1,12})[\r\n \t]+%%EOF[\r\n \t\f\0]*$/.exec(tail)
  if (match === null) throw malformed('no startxref at the end')
  return Number(match[1])
}

const readSection = (bytes: Uint8Array, offset: number, budget: Budget): Section => {
  if (offset >= bytes.length) throw malformed('cross-reference past the end')
  const lexer = new Lexer(bytes, offset)
  lexer.skipWhite()
  if (lexer.peek() !== 'x'.charCodeAt(0)) return readStreamSection(lexer, budget)
  lexer.expect('xref')
  return readTable(lexer, budget)
}

const readTable = (lexer: Lexer, budget: Budget): Section => {
  const entries: [number, Place][] = []
  for (;;) {
    lexer.skipWhite()
    if (lexer.peek() === 't'.charCodeAt(0)) break
    const first = lexer.count()
    const count = lexer.count()
    spendEntries(budget, count)
    for (let i = 0; i < count; i++) entries.push([first + i, readTableEntry(lexer)])
  }
  lexer.expect('trailer')
  const trailer = asDict(lexer.value())
  if (trailer === undefined) throw malformed('trailer is not a dictionary')
  return { form: 'table', entries, trailer }
}

const readTableEntry = (lexer: Lexer): Place => {
  const offset = lexer.count()
  const generation = lexer.count()
  lexer.skipWhite()
  const kind = lexer.word()
  if (kind === 'n') return { in: 'file', offset, generation }
  if (kind === 'f') return { in: 'nowhere' }
  throw malformed('cross-reference entry')
}

const readStreamSection = (lexer: Lexer, budget: Budget): Section => {
  lexer.count()
  lexer.count()
  lexer.expect('obj')
  const dict = asDict(lexer.value())
  if (dict === undefined || asName(dict.entries.get('Type')) !== 'XRef') throw malformed('no cross-reference here')
  const start = startOfData(lexer)
  const length = asCount(dict.entries.get('Length'))
  if (length === undefined || start + length > lexer.bytes.length)
    throw malformed('length of the cross-reference stream')
  const data = decodeStream(dict, lexer.bytes.subarray(start, start + length), budget.inflated)
  budget.inflated -= data.length
  return { form: 'stream', entries: streamEntries(dict, data, budget), trailer: dict }
}

/** After a stream's dictionary: the keyword, CRLF or LF, then data (§7.3.8.1). */
export const startOfData = (lexer: Lexer): number => {
  lexer.expect('stream')
  if (lexer.peek() === 13) lexer.at++
  if (lexer.peek() !== 10) throw malformed('no line end after stream')
  return lexer.at + 1
}

const counts = (value: PdfValue | undefined): number[] | undefined => {
  const items = asArray(value)?.map(asCount)
  return items?.every((n) => n !== undefined) === true ? (items as number[]) : undefined
}

const streamEntries = (dict: PdfDict, data: Uint8Array, budget: Budget): [number, Place][] => {
  const widths = counts(dict.entries.get('W'))
  const index = counts(dict.entries.get('Index')) ?? [0, asCount(dict.entries.get('Size')) ?? -1]
  if (widths?.length !== 3 || widths.some((w) => w > 6) || index.length % 2 !== 0) throw malformed('W or Index')
  const [a = 0, b = 0, c = 0] = widths
  const width = a + b + c
  const entries: [number, Place][] = []
  let at = 0
  for (let i = 0; i < index.length; i += 2) {
    const first = index[i] as number
    const count = index[i + 1] as number
    if (width === 0 || count < 0 || at + count * width > data.length)
      throw malformed('cross-reference stream too short')
    spendEntries(budget, count)
    for (let n = 0; n < count; n++, at += width) {
      const type = a === 0 ? 1 : field(data, at, a)
      entries.push([first + n, placeOf(type, field(data, at + a, b), field(data, at + a + b, c))])
    }
  }
  return entries
}

const field = (data: Uint8Array, at: number, width: number): number => {
  let value = 0
  for (let i = 0; i < width; i++) value = value * 256 + (data[at + i] as number)
  return value
}

/** §7.5.8.3: an unknown type is a reference to null. */
const placeOf = (type: number, second: number, third: number): Place => {
  if (type === 1) return { in: 'file', offset: second, generation: third }
  return type === 2 ? { in: 'stream', container: second, index: third } : { in: 'nowhere' }
}
