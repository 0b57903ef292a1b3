/** ISO 32000-1 §7.3: PDF objects as values. Strings know where they stand, because a signature is told by its place in the file. */
import { FormatError } from '../errors.ts'

export interface PdfName {
  readonly kind: 'name'
  readonly name: string
}
export interface PdfString {
  readonly kind: 'string'
  readonly bytes: Uint8Array
  readonly hex: boolean
  /** Offsets of the token in the file, delimiters included; -1 inside an object stream. */
  readonly start: number
  readonly end: number
}
export interface PdfRef {
  readonly kind: 'ref'
  readonly number: number
  readonly generation: number
}
export interface PdfArray {
  readonly kind: 'array'
  readonly items: readonly PdfValue[]
}
export interface PdfDict {
  readonly kind: 'dict'
  readonly entries: ReadonlyMap<string, PdfValue>
  /** A key given twice: readers differ in which they take. */
  readonly ambiguous: boolean
}
export interface PdfStream {
  readonly kind: 'stream'
  readonly dict: PdfDict
  /** Offset of the first byte of the data. */
  readonly start: number
}
export type PdfValue = null | boolean | number | PdfName | PdfString | PdfRef | PdfArray | PdfDict | PdfStream

export const malformed = (what: string): FormatError => new FormatError('PDF_MALFORMED', what)

const hasKind = (value: PdfValue | undefined): value is Exclude<PdfValue, null | boolean | number> =>
  typeof value === 'object' && value !== null

export const asDict = (value: PdfValue | undefined): PdfDict | undefined => {
  if (!hasKind(value)) return undefined
  return value.kind === 'dict' ? value : value.kind === 'stream' ? value.dict : undefined
}
export const asArray = (value: PdfValue | undefined): readonly PdfValue[] | undefined =>
  hasKind(value) && value.kind === 'array' ? value.items : undefined
export const asName = (value: PdfValue | undefined): string | undefined =>
  hasKind(value) && value.kind === 'name' ? value.name : undefined
export const asString = (value: PdfValue | undefined): PdfString | undefined =>
  hasKind(value) && value.kind === 'string' ? value : undefined
export const asRef = (value: PdfValue | undefined): PdfRef | undefined =>
  hasKind(value) && value.kind === 'ref' ? value : undefined
export const asNumber = (value: PdfValue | undefined): number | undefined =>
  typeof value === 'number' ? value : undefined
/** A whole number that is not negative. */
export const asCount = (value: PdfValue | undefined): number | undefined =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined

export const name = (text: string): PdfName => ({ kind: 'name', name: text })
export const array = (items: readonly PdfValue[]): PdfArray => ({ kind: 'array', items })
export const ref = (number: number, generation = 0): PdfRef => ({ kind: 'ref', number, generation })
export const hexString = (bytes: Uint8Array): PdfString => ({ kind: 'string', bytes, hex: true, start: -1, end: -1 })
export const dict = (entries: Readonly<Record<string, PdfValue | undefined>>): PdfDict => ({
  kind: 'dict',
  entries: new Map(Object.entries(entries).filter((e): e is [string, PdfValue] => e[1] !== undefined)),
  ambiguous: false,
})
/** The same dictionary with some entries set. */
export const withEntries = (base: PdfDict, entries: Readonly<Record<string, PdfValue>>): PdfDict => ({
  ...base,
  entries: new Map([...base.entries, ...Object.entries(entries)]),
})

/** §7.9.2.2: a text string is UTF-16BE after a byte order mark, else PDFDocEncoding, of which the ASCII part is read. */
export const textOfString = ({ bytes }: PdfString): string => {
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes.subarray(2))
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return new TextDecoder().decode(bytes.subarray(3))
  return new TextDecoder('latin1').decode(bytes)
}

export const textString = (text: string): PdfString => {
  const bytes = new Uint8Array(2 + 2 * text.length)
  bytes.set([0xfe, 0xff])
  for (let i = 0; i < text.length; i++) {
    bytes[2 + 2 * i] = text.charCodeAt(i) >> 8
    bytes[3 + 2 * i] = text.charCodeAt(i) & 0xff
  }
  return hexString(bytes)
}
