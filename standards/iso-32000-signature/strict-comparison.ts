/**
 * Are two revisions the same where nothing may change? Values are compared by content, references by what they lead to,
 * each pair of objects once. Pairs that have rules of their own (pages, form) are excused beforehand by who judges them.
 */
import { FormatError } from '../errors.ts'
import { equalBytes } from '../bytes.ts'
import type { PdfFile } from './open-pdf.ts'
import type { PdfDict, PdfRef, PdfStream, PdfValue } from './values.ts'
import { asRef } from './values.ts'

const MAX_PAIRS = 3_000_000

/** Where a change was seen. `information` and `unclear` do not prove that what is shown has changed. */
export type ChangedPlace =
  'page' | 'page-tree' | 'annotation' | 'form' | 'field' | 'catalog' | 'information' | 'unclear'

export interface RevisionPair {
  readonly before: PdfFile
  readonly after: PdfFile
}

interface Task {
  readonly before: PdfValue
  readonly after: PdfValue
  readonly place: ChangedPlace
}

export class StrictComparison {
  readonly #pair: RevisionPair
  readonly #seen = new Set<string>()
  readonly #tasks: Task[] = []
  readonly changed = new Set<ChangedPlace>()

  constructor(pair: RevisionPair) {
    this.#pair = pair
  }

  /** This pair of objects is judged elsewhere. */
  excuse(before: PdfValue | undefined, after: PdfValue | undefined): void {
    const [a, b] = [asRef(before), asRef(after)]
    if (a !== undefined && b !== undefined) this.#seen.add(keyOf(a, b))
  }

  expect(before: PdfValue | undefined, after: PdfValue | undefined, place: ChangedPlace): void {
    this.#tasks.push({ before: before ?? null, after: after ?? null, place })
  }

  /** All entries of two dictionaries but those in `except`. */
  expectEntries(
    before: PdfDict,
    after: PdfDict,
    { place, except }: { place: ChangedPlace; except: readonly string[] },
  ): void {
    if (before.ambiguous || after.ambiguous) this.changed.add('unclear')
    for (const key of new Set([...before.entries.keys(), ...after.entries.keys()]))
      if (!except.includes(key)) this.expect(before.entries.get(key), after.entries.get(key), place)
  }

  run(): void {
    for (let count = 0; ; count++) {
      const task = this.#tasks.pop()
      if (task === undefined) return
      if (count > MAX_PAIRS) throw new FormatError('PDF_TOO_LARGE', 'too many objects to compare')
      this.#compare(task)
    }
  }

  #compare({ before, after, place }: Task): void {
    const [a, b] = [asRef(before), asRef(after)]
    if (a !== undefined && b !== undefined) {
      if (this.#seen.has(keyOf(a, b))) return
      this.#seen.add(keyOf(a, b))
    }
    const x = this.#pair.before.resolve(before)
    const y = this.#pair.after.resolve(after)
    if (!this.#sameShallow(x, y, place)) this.changed.add(place)
  }

  /** Compares one level and queues what is inside. */
  #sameShallow(x: PdfValue, y: PdfValue, place: ChangedPlace): boolean {
    if (x === null || y === null || typeof x !== 'object' || typeof y !== 'object') return x === y
    switch (x.kind) {
      case 'name':
        return y.kind === 'name' && x.name === y.name
      case 'string':
        return y.kind === 'string' && equalBytes(x.bytes, y.bytes)
      case 'array':
        if (y.kind !== 'array' || x.items.length !== y.items.length) return false
        x.items.forEach((item, i) => this.expect(item, y.items[i], place))
        return true
      case 'dict':
        if (y.kind !== 'dict') return false
        this.expectEntries(x, y, { place, except: [] })
        return true
      case 'stream':
        return y.kind === 'stream' && this.#sameStream(x, y, place)
      case 'ref':
        return false
    }
  }

  #sameStream(x: PdfStream, y: PdfStream, place: ChangedPlace): boolean {
    this.expectEntries(x.dict, y.dict, { place, except: [] })
    const [p, q] = [this.#pair.before.data(x), this.#pair.after.data(y)]
    return x.start === y.start ? p.length === q.length : equalBytes(p, q)
  }
}

const keyOf = (a: PdfRef, b: PdfRef): string => `${a.number} ${a.generation} ${b.number} ${b.generation}`
