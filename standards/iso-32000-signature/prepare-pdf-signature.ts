/**
 * ISO 32000-1 §12.8.1: adds a signature field with its widgets as an incremental update, /Contents still zero.
 * Every earlier revision stays a byte-exact prefix. Refuses encrypted files, XFA forms, files certified against any change,
 * pages that do not exist, objects that cannot be read.
 */
import { FormatError } from '../errors.ts'
import { concat, toHex, utf8 } from '../bytes.ts'
import type { Outline } from './appearance.ts'
import { FieldUpdate } from './field-update.ts'
import { signaturesOf } from './find-pdf-signatures.ts'
import type { MmBox } from './geometry.ts'
import { incrementalUpdate } from './incremental-update.ts'
import type { PdfFile } from './open-pdf.ts'
import { openPdf } from './open-pdf.ts'
import { writePdfDate } from './pdf-date.ts'
import { serialise } from './serialise.ts'
import { acroFormOf } from './signature-fields.ts'
import { StrictComparison } from './strict-comparison.ts'
import { malformed, textString } from './values.ts'

export interface WidgetRequest {
  /** 1-based. */
  readonly page: number
  readonly box: MmBox
  /** Fractions of the drawing's width; default all of it. */
  readonly slice?: { readonly from: number; readonly to: number }
}

export interface SignatureRequest {
  readonly document: Uint8Array
  /** None: an invisible signature. */
  readonly widgets: readonly WidgetRequest[]
  /** Drawn in every widget. */
  readonly outline?: Outline
  readonly at: Date
  readonly name?: string
  readonly reason?: string
  readonly subFilter: 'ETSI.CAdES.detached' | 'adbe.pkcs7.detached'
  /** Octets reserved for the CMS message. */
  readonly contentsSize: number
}

export interface PreparedSignature {
  /** What the message covers: the file before and after /Contents. */
  readonly parts: readonly [Uint8Array, Uint8Array]
  readonly byteRange: readonly [number, number, number, number]
  /** The signed file. @throws FormatError CONTENTS_TOO_SMALL */
  embed(cms: Uint8Array): Uint8Array
}

const RANGE_WIDTH = 48

export const preparePdfSignature = (request: SignatureRequest): PreparedSignature => {
  const file = openPdf(request.document)
  if (acroFormOf(file)?.entries.has('XFA') === true) throw new FormatError('PDF_XFA', 'the file is an XFA form')
  if (signaturesOf(file).some((s) => s.certification === 1))
    throw new FormatError('PDF_CLOSED', 'certified against changes')
  requireReadable(file)
  const fields = new FieldUpdate(file)
  const dictionary = signatureDictionary(request)
  const number = fields.add({ ...request, signature: dictionary.body })
  const { bytes, bodies } = incrementalUpdate(file, fields.objects())
  const body = bodies.get(number) as number
  const start = body + dictionary.contentsAt
  const end = start + 2 * request.contentsSize + 2
  const byteRange = [0, start, end, bytes.length - end] as const
  bytes.set(utf8(`[${byteRange.join(' ')}]`.padEnd(RANGE_WIDTH)), body + dictionary.byteRangeAt)
  return {
    parts: [bytes.subarray(0, start), bytes.subarray(end)],
    byteRange,
    embed: (cms) => embed(bytes, { cms, start, size: request.contentsSize }),
  }
}

/** Whether a later revision keeps the document can be judged only if all of it can be read: better refused now than never proven. */
const requireReadable = (file: PdfFile): void => {
  const { trailer } = file.crossReference
  const reading = new StrictComparison({ before: file, after: file })
  for (const key of ['Root', 'Info']) reading.expect(trailer.entries.get(key), trailer.entries.get(key), 'unclear')
  reading.run()
  if (reading.changed.size > 0) throw malformed('a key is given twice')
}

const embed = (
  bytes: Uint8Array,
  { cms, start, size }: { cms: Uint8Array; start: number; size: number },
): Uint8Array => {
  if (cms.length > size) throw new FormatError('CONTENTS_TOO_SMALL', 'the message is larger than the room kept for it')
  const out = bytes.slice()
  out.set(utf8(toHex(cms)), start + 1)
  return out
}

interface Dictionary {
  readonly body: Uint8Array
  /** Offsets within the body. */
  readonly byteRangeAt: number
  readonly contentsAt: number
}

const signatureDictionary = (request: SignatureRequest): Dictionary => {
  const { at, name, reason, subFilter, contentsSize } = request
  const head = utf8(
    [
      `<</Type /Sig /Filter /Adobe.PPKLite /SubFilter /${subFilter}`,
      `/M (${writePdfDate(at)})`,
      ...(name === undefined ? [] : [`/Name ${serialise(textString(name))}`]),
      ...(reason === undefined ? [] : [`/Reason ${serialise(textString(reason))}`]),
      '/ByteRange ',
    ].join('\n'),
  )
  const middle = utf8(`${' '.repeat(RANGE_WIDTH)}\n/Contents `)
  const contents = utf8(`<${'0'.repeat(2 * contentsSize)}>`)
  return {
    body: concat(head, middle, contents, utf8('\n>>')),
    byteRangeAt: head.length,
    contentsAt: head.length + middle.length,
  }
}
