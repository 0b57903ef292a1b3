/**
 * ISO 32000-1 §12.8: the signatures of a PDF and what bytes each one covers. Faults are values, so that each signature gets its report.
 * The dictionary is found through the form fields; the gap must be its own /Contents token in the bytes of the file.
 */
import { FormatError } from '../errors.ts'
import type { PdfFile } from './open-pdf.ts'
import { openPdf } from './open-pdf.ts'
import { readPages } from './pages.ts'
import type { PdfPage } from './pages.ts'
import { parsePdfDate } from './pdf-date.ts'
import type { SignatureField } from './signature-fields.ts'
import { signatureFields } from './signature-fields.ts'
import type { PdfDict, PdfValue } from './values.ts'
import { asArray, asCount, asDict, asName, asNumber, asRef, asString, textOfString } from './values.ts'

const MAX_SIGNATURES = 64
const EOF_MARK = '%%EOF'

export type ByteRangeFault =
  | 'AMBIGUOUS_DICTIONARY'
  | 'CONTENTS_MISSING'
  | 'CONTENTS_NOT_HEX'
  | 'BYTE_RANGE_MALFORMED'
  | 'BYTE_RANGE_START'
  | 'BYTE_RANGE_GAP'
  | 'BYTE_RANGE_END'
  | 'NOT_A_REVISION_END'

export interface WidgetPlace {
  /** 1-based. */
  readonly page: number
  /** Left, bottom, right, top in user space units. */
  readonly rect: readonly number[]
}

export interface PdfSignature {
  readonly fieldName: string
  readonly subFilter: string | undefined
  /** As given; judged by `fault`. */
  readonly byteRange: readonly number[]
  /** All of /Contents, padding included. */
  readonly contents: Uint8Array
  /** What is wrong with coverage in itself; undefined: both parts are exactly the file up to `revisionEnd` without /Contents. */
  readonly fault: ByteRangeFault | undefined
  /** End of the covered bytes. */
  readonly revisionEnd: number
  /** Nothing follows the covered bytes. */
  readonly coversWholeFile: boolean
  readonly places: readonly WidgetPlace[]
  /** /M, a claim of the signer. */
  readonly claimedTime: Date | undefined
  readonly signerName: string | undefined
  readonly reason: string | undefined
  /** §12.8.2.2: permissions of a certifying signature (1: no change at all), when this is one. */
  readonly certification: number | undefined
}

/** In the order of the revisions they end. @throws FormatError when the file as a whole cannot be read */
export const findPdfSignatures = (bytes: Uint8Array): readonly PdfSignature[] => signaturesOf(openPdf(bytes))

export const signaturesOf = (file: PdfFile): readonly PdfSignature[] => {
  const signed = signatureFields(file).filter((field) => field.value !== undefined)
  if (signed.length > MAX_SIGNATURES) throw new FormatError('PDF_TOO_LARGE', 'too many signatures')
  if (signed.length === 0) return []
  const pages = readPages(file)
  return signed.map((field) => signatureOf(file, field, pages)).sort((a, b) => a.revisionEnd - b.revisionEnd)
}

const signatureOf = (file: PdfFile, field: SignatureField, pages: readonly PdfPage[]): PdfSignature => {
  const dict = field.value as PdfDict
  const get = (key: string): PdfValue => file.resolve(dict.entries.get(key))
  const byteRange = (asArray(get('ByteRange')) ?? []).map((item) => asNumber(file.resolve(item)) ?? Number.NaN)
  const text = (key: string): string | undefined => {
    const value = asString(get(key))
    return value === undefined ? undefined : textOfString(value)
  }
  const fault = byteRangeFault(file.bytes, dict, byteRange)
  const revisionEnd = endOf(byteRange)
  return {
    fieldName: field.name,
    subFilter: asName(get('SubFilter')),
    byteRange,
    contents: asString(dict.entries.get('Contents'))?.bytes ?? new Uint8Array(),
    fault,
    revisionEnd,
    coversWholeFile: fault === undefined && revisionEnd === file.bytes.length,
    places: placesOf(file, field, pages),
    claimedTime: parsePdfDate(text('M')),
    signerName: text('Name'),
    reason: text('Reason'),
    certification: certificationOf(file, dict),
  }
}

const endOf = ([, , third = 0, fourth = 0]: readonly number[]): number => {
  const end = third + fourth
  return Number.isSafeInteger(end) && end > 0 ? end : 0
}

/** §12.8.1: [0 a b c], the gap being exactly the /Contents token, the end being the end of a revision. */
const byteRangeFault = (bytes: Uint8Array, dict: PdfDict, range: readonly number[]): ByteRangeFault | undefined => {
  if (dict.ambiguous) return 'AMBIGUOUS_DICTIONARY'
  const contents = asString(dict.entries.get('Contents'))
  if (contents === undefined || contents.start < 0) return 'CONTENTS_MISSING'
  if (!contents.hex || !isPureHex(bytes.subarray(contents.start + 1, contents.end - 1))) return 'CONTENTS_NOT_HEX'
  if (range.length !== 4 || range.some((n) => asCount(n) === undefined)) return 'BYTE_RANGE_MALFORMED'
  const [first, length, second] = range
  if (first !== 0) return 'BYTE_RANGE_START'
  if (length !== contents.start || second !== contents.end) return 'BYTE_RANGE_GAP'
  const end = endOf(range)
  if (end > bytes.length || end <= contents.end) return 'BYTE_RANGE_END'
  const tail = new TextDecoder('latin1').decode(bytes.subarray(Math.max(contents.end, end - 16), end))
  return tail.trimEnd().endsWith(EOF_MARK) ? undefined : 'NOT_A_REVISION_END'
}

/** Pairs of digits and no white space: every octet of the gap is then accounted for by the value. */
const isPureHex = (token: Uint8Array): boolean =>
  token.length % 2 === 0 &&
  token.every((c) => (c >= 0x30 && c <= 0x39) || (c >= 0x41 && c <= 0x46) || (c >= 0x61 && c <= 0x66))

const placesOf = (file: PdfFile, field: SignatureField, pages: readonly PdfPage[]): WidgetPlace[] => {
  const pageOfWidget = new Map<number, number>()
  const wanted = new Set(field.widgets.map((widget) => widget?.number))
  pages.forEach((page, i) => {
    for (const annotation of asArray(file.resolve(page.dict.entries.get('Annots'))) ?? []) {
      const number = asRef(annotation)?.number
      if (number !== undefined && wanted.has(number)) pageOfWidget.set(number, i + 1)
    }
  })
  return field.widgets.flatMap((widget) => {
    const page = widget === undefined ? undefined : pageOfWidget.get(widget.number)
    const rect = asArray(file.resolve(asDict(file.resolve(widget))?.entries.get('Rect')))
    if (page === undefined || rect === undefined) return []
    return [{ page, rect: rect.map((item) => asNumber(file.resolve(item)) ?? 0) }]
  })
}

const certificationOf = (file: PdfFile, dict: PdfDict): number | undefined => {
  for (const item of asArray(file.resolve(dict.entries.get('Reference'))) ?? []) {
    const reference = asDict(file.resolve(item))
    if (asName(file.resolve(reference?.entries.get('TransformMethod'))) !== 'DocMDP') continue
    const parameters = asDict(file.resolve(reference?.entries.get('TransformParams')))
    return asNumber(file.resolve(parameters?.entries.get('P'))) ?? 2
  }
  return undefined
}
