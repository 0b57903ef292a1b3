/** ISO 32000-1 §12.7: the objects that a new signature field adds or changes: field, widgets, page annotations, form, catalog. */
import { FormatError } from '../errors.ts'
import type { Outline, StreamObject } from './appearance.ts'
import { outlineForm, widgetForm } from './appearance.ts'
import { userSpaceBox } from './geometry.ts'
import type { WrittenObject } from './incremental-update.ts'
import { firstFreeNumber, streamBody } from './incremental-update.ts'
import type { PdfFile } from './open-pdf.ts'
import type { PdfPage } from './pages.ts'
import { readPages } from './pages.ts'
import type { WidgetRequest } from './prepare-pdf-signature.ts'
import { serialise } from './serialise.ts'
import { acroFormOf } from './signature-fields.ts'
import type { PdfDict, PdfRef, PdfValue } from './values.ts'
import {
  array,
  asArray,
  asDict,
  asRef,
  asString,
  dict,
  malformed,
  name,
  ref,
  textOfString,
  textString,
  withEntries,
} from './values.ts'
import { utf8 } from '../bytes.ts'

const PRINT_AND_LOCKED = 4 + 128
/** SignaturesExist and AppendOnly (§12.7.2). */
const SIG_FLAGS = 3

interface FieldRequest {
  /** Body of the signature dictionary. */
  readonly signature: Uint8Array
  readonly widgets: readonly WidgetRequest[]
  readonly outline?: Outline
}

export class FieldUpdate {
  readonly #file: PdfFile
  readonly #pages: readonly PdfPage[]
  readonly #written = new Map<number, WrittenObject>()
  #next: number

  constructor(file: PdfFile) {
    this.#file = file
    this.#pages = readPages(file)
    this.#next = firstFreeNumber(file)
  }

  objects(): readonly WrittenObject[] {
    return [...this.#written.values()]
  }

  /** Returns the object number of the signature dictionary. */
  add({ signature, widgets, outline }: FieldRequest): number {
    const value = this.#register(signature)
    const drawing = outline === undefined || widgets.length === 0 ? undefined : this.#stream(outlineForm(outline))
    const entries = { FT: name('Sig'), T: textString(this.#freeName()), V: value }
    const annotations = new Map<number, PdfRef[]>()
    const placed =
      widgets.length === 0
        ? [{ page: 1, widget: this.#invisible() }]
        : widgets.map((request) => ({ page: request.page, widget: this.#visible(request, outline, drawing) }))
    const [single] = placed
    if (placed.length === 1 && single !== undefined) {
      const merged = this.#object(withEntries(single.widget, entries))
      annotations.set(single.page, [merged])
      this.#intoForm(merged)
    } else this.#intoForm(this.#fieldWithKids(entries, placed, annotations))
    for (const [page, refs] of annotations) this.#annotate(this.#page(page), refs)
    return value.number
  }

  #fieldWithKids(
    entries: Readonly<Record<string, PdfValue>>,
    placed: readonly { page: number; widget: PdfDict }[],
    annotations: Map<number, PdfRef[]>,
  ): PdfRef {
    const field = ref(this.#next++)
    const kids = placed.map(({ page, widget }) => {
      // poppler looks for the signature in the widget too
      const kid = this.#object(withEntries(widget, { Parent: field, V: entries['V'] ?? null }))
      annotations.set(page, [...(annotations.get(page) ?? []), kid])
      return kid
    })
    this.#put(field, utf8(serialise(dict({ ...entries, Kids: array(kids) }))))
    return field
  }

  #page(number: number): PdfPage {
    const page = this.#pages[number - 1]
    if (page === undefined) throw new FormatError('PDF_NO_SUCH_PAGE', 'no such page')
    return page
  }

  #invisible(): PdfDict {
    return this.#widget(this.#page(1), [0, 0, 0, 0])
  }

  #visible(request: WidgetRequest, outline: Outline | undefined, drawing: PdfRef | undefined): PdfDict {
    const page = this.#page(request.page)
    const { left, bottom, right, top } = userSpaceBox(page, request.box)
    const widget = this.#widget(page, [left, bottom, right, top])
    if (outline === undefined || drawing === undefined) return widget
    const { from, to } = request.slice ?? { from: 0, to: 1 }
    const appearance = this.#stream(widgetForm(outline, { drawing, rotate: page.rotate, from, to }))
    return withEntries(widget, { AP: dict({ N: appearance }) })
  }

  #widget(page: PdfPage, rect: readonly number[]): PdfDict {
    return dict({
      Type: name('Annot'),
      Subtype: name('Widget'),
      Rect: array(rect.map((n) => Math.round(n * 1000) / 1000)),
      F: PRINT_AND_LOCKED,
      P: page.ref,
    })
  }

  /** The array grows where it stands: its own object, or the page. */
  #annotate(page: PdfPage, added: readonly PdfRef[]): void {
    this.#append({ holder: page.ref, dict: page.dict, key: 'Annots' }, added)
  }

  #append(
    { holder, dict: owner, key }: { holder: PdfRef; dict: PdfDict; key: string },
    added: readonly PdfRef[],
  ): void {
    const given = owner.entries.get(key)
    const list = array([...(asArray(this.#file.resolve(given)) ?? []), ...added])
    const own = asRef(given)
    if (own !== undefined && this.#file.resolve(own) !== null) this.#replace(own, list)
    else this.#replace(holder, withEntries(unambiguous(owner), { [key]: list }))
  }

  #intoForm(field: PdfRef): void {
    const { catalog, catalogRef } = this.#file
    const form = acroFormOf(this.#file)
    const formRef = asRef(catalog.entries.get('AcroForm'))
    const fields = [...(asArray(this.#file.resolve(form?.entries.get('Fields'))) ?? []), field]
    const fieldsRef = asRef(form?.entries.get('Fields'))
    const shared = fieldsRef !== undefined && this.#file.resolve(fieldsRef) !== null
    if (shared) this.#replace(fieldsRef, array(fields))
    const changed = withEntries(unambiguous(form ?? dict({})), {
      SigFlags: SIG_FLAGS,
      ...(shared ? {} : { Fields: array(fields) }),
    })
    if (form !== undefined && formRef !== undefined) this.#replace(formRef, changed)
    else
      this.#replace(
        catalogRef,
        withEntries(unambiguous(catalog), { AcroForm: form === undefined ? this.#object(changed) : changed }),
      )
  }

  #freeName(): string {
    const fields = asArray(this.#file.resolve(acroFormOf(this.#file)?.entries.get('Fields'))) ?? []
    const taken = new Set(
      fields.map((field) => {
        const title = asString(this.#file.resolve(asDict(this.#file.resolve(field))?.entries.get('T')))
        return title === undefined ? '' : textOfString(title)
      }),
    )
    for (let n = 1; ; n++) if (!taken.has(`Signature${n}`)) return `Signature${n}`
  }

  #object(value: PdfValue): PdfRef {
    return this.#register(utf8(serialise(value)))
  }

  #stream({ dict: header, data }: StreamObject): PdfRef {
    return this.#register(streamBody(header, data))
  }

  #register(body: Uint8Array): PdfRef {
    const fresh = ref(this.#next++)
    this.#put(fresh, body)
    return fresh
  }

  #replace(target: PdfRef, value: PdfValue): void {
    this.#put(target, utf8(serialise(value)))
  }

  #put({ number, generation }: PdfRef, body: Uint8Array): void {
    if (this.#written.has(number)) throw malformed('one object serves as two')
    this.#written.set(number, { number, generation, body })
  }
}

/** A dictionary with a key given twice cannot be written again without choosing for the reader. */
const unambiguous = (owner: PdfDict): PdfDict => {
  if (owner.ambiguous) throw malformed('a key is given twice')
  return owner
}
