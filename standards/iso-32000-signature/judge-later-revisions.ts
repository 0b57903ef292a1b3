/**
 * What was added after a signature, judged by a whitelist (the idea of ISO 32000-1 §12.8.2.2, stricter): further signatures with their
 * fields and widgets, the form that holds them, and a DSS. Everything that the signed revision reaches must still read the same.
 * What cannot be decided is `undecided`, never `permitted`.
 */
import { FormatError } from '../errors.ts'
import type { PdfSignature } from './find-pdf-signatures.ts'
import { signaturesOf } from './find-pdf-signatures.ts'
import { hasHiddenObjects } from './hidden-objects.ts'
import type { PdfFile } from './open-pdf.ts'
import { openPdf } from './open-pdf.ts'
import type { SignatureField } from './signature-fields.ts'
import { acroFormOf, signatureFields } from './signature-fields.ts'
import type { ChangedPlace } from './strict-comparison.ts'
import { StrictComparison } from './strict-comparison.ts'
import type { PdfDict, PdfValue } from './values.ts'
import { asArray, asDict, asName, asNumber, asRef } from './values.ts'

export interface LaterChanges {
  readonly outcome: 'none' | 'permitted' | 'forbidden' | 'undecided'
  readonly changed: readonly ChangedPlace[]
  /** Names of the signature fields added or filled. */
  readonly signatures: readonly string[]
  /** How many of the added widgets draw something over the signed pages. */
  readonly visibleWidgets: number
}

const MAX_DEPTH = 64
const WIDGET_KEYS = new Set([
  'Type',
  'Subtype',
  'FT',
  'Rect',
  'V',
  'T',
  'TU',
  'F',
  'Ff',
  'P',
  'AP',
  'Parent',
  'Lock',
  'SV',
  'MK',
  'DA',
  'BS',
  'Border',
  'M',
  'H',
])
const UNDECIDED: readonly ChangedPlace[] = ['information', 'unclear']

/** Judges the whole file against the revision that `signature` covers. */
export const judgeLaterRevisions = (bytes: Uint8Array, signature: PdfSignature): LaterChanges => {
  const nothing = { changed: [], signatures: [], visibleWidgets: 0 }
  try {
    const before = openPdf(bytes.subarray(0, signature.revisionEnd))
    if (!signaturesOf(before).some((s) => isSame(s, signature)))
      return { ...nothing, outcome: 'forbidden', changed: ['field'] }
    if (signature.coversWholeFile) return { ...nothing, outcome: 'none' }
    return new LaterRevisions(before, openPdf(bytes)).judge()
  } catch (error) {
    if (!(error instanceof FormatError)) throw error
    return { ...nothing, outcome: 'undecided', changed: ['unclear'] }
  }
}

/** The gap is unique in the file, so that the same gap is the same signature. */
const isSame = (a: PdfSignature, b: PdfSignature): boolean =>
  a.fault === undefined && a.fieldName === b.fieldName && a.byteRange.every((n, i) => n === b.byteRange[i])

class LaterRevisions {
  readonly #before: PdfFile
  readonly #after: PdfFile
  readonly #comparison: StrictComparison
  /** Fields and widgets that were there unsigned: to sign them is permitted. */
  readonly #empty = new Map<number, string>()
  /** Fields and widgets of signatures in the newest revision whose own coverage is in order. */
  readonly #signed = new Map<number, string>()
  readonly #signatures = new Set<string>()
  #visible = 0

  constructor(before: PdfFile, after: PdfFile) {
    this.#before = before
    this.#after = after
    this.#comparison = new StrictComparison({ before, after })
    const good = new Set(
      signaturesOf(after)
        .filter((s) => s.fault === undefined && s.revisionEnd > before.bytes.length)
        .map((s) => s.fieldName),
    )
    for (const field of signatureFields(before)) if (field.value === undefined) index(this.#empty, field)
    for (const field of signatureFields(after)) if (good.has(field.name)) index(this.#signed, field)
  }

  judge(): LaterChanges {
    const { trailer: was } = this.#before.crossReference
    const { trailer: is } = this.#after.crossReference
    const comparison = this.#comparison
    const names = signatureFields(this.#after).map((field) => field.name)
    // a second field of the same name could borrow the first one's good signature
    if (new Set(names).size < names.length) comparison.changed.add('field')
    if (hasHiddenObjects(this.#after, this.#before.bytes.length)) comparison.changed.add('unclear')
    comparison.expect(was.entries.get('Info'), is.entries.get('Info'), 'information')
    this.#catalog()
    comparison.run()
    const changed = [...comparison.changed]
    const forbidden = changed.some((place) => !UNDECIDED.includes(place))
    return {
      outcome: forbidden ? 'forbidden' : changed.length > 0 ? 'undecided' : 'permitted',
      changed,
      signatures: [...this.#signatures],
      visibleWidgets: this.#visible,
    }
  }

  #catalog(): void {
    const [was, is] = [this.#before.catalog, this.#after.catalog]
    const comparison = this.#comparison
    comparison.excuse(this.#before.catalogRef, this.#after.catalogRef)
    comparison.expectEntries(was, is, {
      place: 'catalog',
      except: ['AcroForm', 'DSS', 'Pages', 'Metadata', 'Extensions'],
    })
    for (const key of ['Metadata', 'Extensions'])
      comparison.expect(was.entries.get(key), is.entries.get(key), 'information')
    this.#pages(was.entries.get('Pages'), is.entries.get('Pages'), 0)
    this.#form(was.entries.get('AcroForm'), is.entries.get('AcroForm'))
  }

  #pages(before: PdfValue | undefined, after: PdfValue | undefined, depth: number): void {
    const [was, is] = [asDict(this.#before.resolve(before)), asDict(this.#after.resolve(after))]
    if (was === undefined || is === undefined || depth > MAX_DEPTH)
      return void this.#comparison.changed.add('page-tree')
    this.#comparison.excuse(before, after)
    const kidsBefore = asArray(this.#before.resolve(was.entries.get('Kids')))
    const kidsAfter = asArray(this.#after.resolve(is.entries.get('Kids')))
    if (kidsBefore === undefined || kidsAfter === undefined) return this.#page(was, is)
    this.#comparison.expectEntries(was, is, { place: 'page-tree', except: ['Kids'] })
    if (kidsBefore.length !== kidsAfter.length) return void this.#comparison.changed.add('page-tree')
    kidsBefore.forEach((kid, i) => this.#pages(kid, kidsAfter[i], depth + 1))
  }

  #page(was: PdfDict, is: PdfDict): void {
    this.#comparison.expectEntries(was, is, { place: 'page', except: ['Annots'] })
    this.#members(was.entries.get('Annots'), is.entries.get('Annots'), 'annotation')
  }

  #form(before: PdfValue | undefined, after: PdfValue | undefined): void {
    const was = acroFormOf(this.#before)
    const is = acroFormOf(this.#after)
    this.#comparison.excuse(before, after)
    if (is === undefined) {
      if (was !== undefined) this.#comparison.changed.add('form')
      return
    }
    if (was !== undefined) this.#comparison.expectEntries(was, is, { place: 'form', except: ['Fields', 'SigFlags'] })
    else if (['XFA', 'NeedAppearances', 'CO'].some((key) => is.entries.has(key))) this.#comparison.changed.add('form')
    this.#members(was?.entries.get('Fields'), is.entries.get('Fields'), 'field')
  }

  /** An array that may only grow at its end, and only by signatures. */
  #members(before: PdfValue | undefined, after: PdfValue | undefined, place: 'annotation' | 'field'): void {
    const was = asArray(this.#before.resolve(before)) ?? []
    const is = asArray(this.#after.resolve(after)) ?? []
    this.#comparison.excuse(before, after)
    if (is.length < was.length) return void this.#comparison.changed.add(place)
    was.forEach((member, i) => this.#kept(member, is[i], place))
    for (const member of is.slice(was.length)) this.#added(member, place)
  }

  #kept(before: PdfValue, after: PdfValue | undefined, place: ChangedPlace): void {
    const number = asRef(before)?.number
    const name = number === undefined || number !== asRef(after)?.number ? undefined : this.#empty.get(number)
    const [was, is] = [asDict(this.#before.resolve(before)), asDict(this.#after.resolve(after))]
    if (name === undefined || was === undefined || is === undefined || this.#signed.get(number as number) !== name)
      return this.#comparison.expect(before, after, place)
    this.#comparison.excuse(before, after)
    this.#comparison.expectEntries(was, is, { place, except: ['V', 'AP'] })
    this.#note(name, is)
  }

  #added(member: PdfValue, place: ChangedPlace): void {
    const number = asRef(member)?.number
    const name = number === undefined ? undefined : this.#signed.get(number)
    const dict = asDict(this.#after.resolve(member))
    if (name === undefined || dict === undefined || dict.ambiguous || !this.#isPlainSignature(dict, place))
      return void this.#comparison.changed.add(place)
    if (place === 'annotation') this.#note(name, dict)
    this.#signatures.add(name)
  }

  #isPlainSignature(dict: PdfDict, place: ChangedPlace): boolean {
    const plain = [...dict.entries.keys()].every((key) => WIDGET_KEYS.has(key) || (place === 'field' && key === 'Kids'))
    return plain && (place === 'field' || asName(this.#after.resolve(dict.entries.get('Subtype'))) === 'Widget')
  }

  #note(name: string, widget: PdfDict): void {
    this.#signatures.add(name)
    const rect = asArray(this.#after.resolve(widget.entries.get('Rect')))?.map((v) => asNumber(this.#after.resolve(v)))
    const [left = 0, bottom = 0, right = 0, top = 0] = rect ?? []
    if (widget.entries.has('AP') && left !== right && bottom !== top) this.#visible++
  }
}

const index = (map: Map<number, string>, field: SignatureField): void => {
  for (const ref of [field.ref, ...field.widgets]) if (ref !== undefined) map.set(ref.number, field.name)
}
