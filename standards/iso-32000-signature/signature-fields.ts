/** ISO 32000-1 §12.7: the fields of a revision, in order, with what they inherit. Refuses loops and more than 100 000 fields. */
import { FormatError } from '../errors.ts'
import type { PdfFile } from './open-pdf.ts'
import type { PdfDict, PdfRef, PdfValue } from './values.ts'
import { asArray, asDict, asName, asRef, asString, malformed, textOfString } from './values.ts'

const MAX_FIELDS = 100_000
const MAX_DEPTH = 32

export interface SignatureField {
  /** Fully qualified (§12.7.3.2). */
  readonly name: string
  readonly ref: PdfRef | undefined
  readonly dict: PdfDict
  /** The field itself when merged with its widget, else its kids. */
  readonly widgets: readonly (PdfRef | undefined)[]
  /** The signature dictionary, when the field is signed. */
  readonly value: PdfDict | undefined
}

interface Inherited {
  readonly name: string
  readonly type: string | undefined
  readonly value: PdfValue | undefined
}

export const acroFormOf = (file: PdfFile): PdfDict | undefined =>
  asDict(file.resolve(file.catalog.entries.get('AcroForm')))

/** Signature fields only; all fields are walked. */
export const signatureFields = (file: PdfFile): readonly SignatureField[] => {
  const found: SignatureField[] = []
  const seen = new Set<number>()
  let count = 0
  const walk = (item: PdfValue, above: Inherited, depth: number): void => {
    const ref = asRef(item)
    const dict = asDict(file.resolve(item))
    if (dict === undefined) return
    if (depth > MAX_DEPTH || ++count > MAX_FIELDS) throw new FormatError('PDF_TOO_LARGE', 'too many form fields')
    if (ref !== undefined && seen.has(ref.number)) throw malformed('field tree loops')
    if (ref !== undefined) seen.add(ref.number)
    const here = inherit(file, dict, above)
    const kids = asArray(file.resolve(dict.entries.get('Kids'))) ?? []
    const fields = kids.filter((kid) => asDict(file.resolve(kid))?.entries.has('T') === true)
    for (const kid of fields) walk(kid, here, depth + 1)
    if (here.type !== 'Sig' || fields.length > 0) return
    const value = asDict(file.resolve(here.value))
    found.push({ name: here.name, ref, dict, widgets: kids.length > 0 ? kids.map(asRef) : [ref], value })
  }
  const fields = asArray(file.resolve(acroFormOf(file)?.entries.get('Fields'))) ?? []
  for (const field of fields) walk(field, { name: '', type: undefined, value: undefined }, 0)
  return found
}

const inherit = (file: PdfFile, dict: PdfDict, above: Inherited): Inherited => {
  const partial = asString(file.resolve(dict.entries.get('T')))
  const own = partial === undefined ? '' : textOfString(partial)
  return {
    name: [above.name, own].filter((part) => part !== '').join('.'),
    type: asName(file.resolve(dict.entries.get('FT'))) ?? above.type,
    value: dict.entries.get('V') ?? above.value,
  }
}
