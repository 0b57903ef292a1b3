/**
 * Opens a PDF, or one revision of it: objects by reference, read when asked for.
 * Refuses a file that does not begin with %PDF-, encryption, objects that do not stand where the cross-reference says.
 */
import { FormatError } from '../errors.ts'
import type { CrossReference } from './cross-reference.ts'
import { readCrossReference, startOfData } from './cross-reference.ts'
import { decodeStream } from './inflate.ts'
import { Lexer } from './lexer.ts'
import type { PdfDict, PdfRef, PdfStream, PdfValue } from './values.ts'
import { asCount, asDict, asName, asRef, malformed } from './values.ts'

const MAX_CHAIN = 32
const MAX_INFLATED = 256 * 1024 * 1024
const MAX_OVERLAP = 2
const MAGIC = [0x25, 0x50, 0x44, 0x46, 0x2d]

export interface PdfFile {
  readonly bytes: Uint8Array
  readonly crossReference: CrossReference
  readonly catalog: PdfDict
  readonly catalogRef: PdfRef
  /** Follows references; a free or missing object is null (§7.3.10). */
  resolve(value: PdfValue | undefined): PdfValue
  /** Data of a stream as it stands in the file, not decoded. */
  data(stream: PdfStream): Uint8Array
}

/** @throws FormatError PDF_MALFORMED, PDF_ENCRYPTED, PDF_TOO_LARGE, PDF_UNSUPPORTED_FILTER */
export const openPdf = (bytes: Uint8Array): PdfFile => {
  if (!MAGIC.every((octet, i) => bytes[i] === octet)) throw malformed('no %PDF- at the beginning')
  const crossReference = readCrossReference(bytes)
  const { trailer } = crossReference
  if (trailer.entries.has('Encrypt')) throw new FormatError('PDF_ENCRYPTED', 'the file is encrypted')
  const objects = new Objects(bytes, crossReference)
  const catalogRef = asRef(trailer.entries.get('Root'))
  const catalog = asDict(objects.resolve(catalogRef))
  if (
    catalogRef === undefined ||
    catalog === undefined ||
    asName(objects.resolve(catalog.entries.get('Type'))) !== 'Catalog'
  )
    throw malformed('no document catalog')
  return {
    bytes,
    crossReference,
    catalog,
    catalogRef,
    resolve: (value) => objects.resolve(value),
    data: (stream) => objects.data(stream),
  }
}

interface Packed {
  readonly data: Uint8Array
  /** Object number and offset, by index. */
  readonly entries: readonly (readonly [number, number])[]
}

class Objects {
  readonly #bytes: Uint8Array
  readonly #places: CrossReference['places']
  readonly #read = new Map<number, PdfValue>()
  readonly #packed = new Map<number, Packed>()
  readonly #opening = new Set<number>()
  #inflated = 0
  #spent = 0

  constructor(bytes: Uint8Array, { places }: CrossReference) {
    this.#bytes = bytes
    this.#places = places
  }

  resolve(value: PdfValue | undefined): PdfValue {
    let current = value ?? null
    for (let i = 0; i < MAX_CHAIN; i++) {
      const reference = asRef(current)
      if (reference === undefined) return current
      current = this.#object(reference)
    }
    throw malformed('references in a loop')
  }

  data(stream: PdfStream): Uint8Array {
    const length = asCount(this.resolve(stream.dict.entries.get('Length')))
    if (length === undefined || stream.start + length > this.#bytes.length) throw malformed('length of a stream')
    new Lexer(this.#bytes, stream.start + length).expect('endstream')
    return this.#bytes.subarray(stream.start, stream.start + length)
  }

  #object({ number, generation }: PdfRef): PdfValue {
    const place = this.#places.get(number)
    if (place === undefined || place.in === 'nowhere') return null
    if ((place.in === 'file' ? place.generation : 0) !== generation) return null
    const known = this.#read.get(number)
    if (known !== undefined) return known
    const value =
      place.in === 'file'
        ? this.#inFile(place.offset, number, generation)
        : this.#inStream(place.container, place.index, number)
    this.#read.set(number, value)
    return value
  }

  #inFile(offset: number, number: number, generation: number): PdfValue {
    if (offset >= this.#bytes.length) throw malformed('object past the end')
    const lexer = new Lexer(this.#bytes, offset)
    if (lexer.count() !== number || lexer.count() !== generation) throw malformed('another object stands here')
    lexer.expect('obj')
    const value = lexer.value()
    lexer.skipWhite()
    this.#spend(lexer.at - offset)
    const back = lexer.at
    const keyword = lexer.word()
    if (keyword === 'endobj') return value
    const dict = asDict(value)
    if (keyword !== 'stream' || dict === undefined) throw malformed('object without end')
    lexer.at = back
    return { kind: 'stream', dict, start: startOfData(lexer) }
  }

  #inStream(container: number, index: number, number: number): PdfValue {
    const { data, entries } = this.#unpack(container)
    const entry = entries[index]
    if (entry === undefined || entry[0] !== number) throw malformed('another object stands in the object stream')
    const lexer = new Lexer(data, entry[1], false)
    const value = lexer.value()
    this.#spend(lexer.at - entry[1])
    return value
  }

  /** Objects do not overlap, so that reading all of them reads no octet twice; who makes them overlap would have us read for hours. */
  #spend(octets: number): void {
    this.#spent += octets
    if (this.#spent > MAX_OVERLAP * (this.#bytes.length + this.#inflated))
      throw new FormatError('PDF_TOO_LARGE', 'objects overlap')
  }

  #unpack(container: number): Packed {
    const known = this.#packed.get(container)
    if (known !== undefined) return known
    if (this.#places.get(container)?.in !== 'file' || this.#opening.has(container)) throw malformed('object stream')
    this.#opening.add(container)
    const packed = this.#readContainer(container)
    this.#opening.delete(container)
    this.#packed.set(container, packed)
    return packed
  }

  #readContainer(container: number): Packed {
    const stream = this.#object({ kind: 'ref', number: container, generation: 0 })
    if (typeof stream !== 'object' || stream?.kind !== 'stream') throw malformed('object stream')
    const { entries: keys } = stream.dict
    const count = asCount(this.resolve(keys.get('N')))
    const first = asCount(this.resolve(keys.get('First')))
    if (asName(keys.get('Type')) !== 'ObjStm' || count === undefined || first === undefined)
      throw malformed('object stream')
    const data = decodeStream(stream.dict, this.data(stream), MAX_INFLATED - this.#inflated)
    this.#inflated += data.length
    if (first > data.length || count > first) throw malformed('header of an object stream')
    const lexer = new Lexer(data.subarray(0, first), 0, false)
    const entries = Array.from({ length: count }, () => [lexer.count(), first + lexer.count()] as const)
    return { data, entries }
  }
}
