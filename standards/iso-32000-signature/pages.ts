/** ISO 32000-1 §7.7.3: the pages in order, with the attributes that they inherit. Refuses loops and trees of more than 100 000 nodes. */
import { FormatError } from '../errors.ts'
import type { PdfFile } from './open-pdf.ts'
import type { PdfDict, PdfRef, PdfValue } from './values.ts'
import { asArray, asDict, asName, asNumber, asRef, malformed } from './values.ts'

const MAX_NODES = 100_000
const MAX_DEPTH = 64
const INHERITED = ['MediaBox', 'CropBox', 'Rotate'] as const

/** In default user space units, y upwards. */
export interface Box {
  readonly left: number
  readonly bottom: number
  readonly right: number
  readonly top: number
}

export interface PdfPage {
  readonly ref: PdfRef
  readonly dict: PdfDict
  /** What a reader shows: CropBox within MediaBox. */
  readonly visible: Box
  /** Degrees clockwise. */
  readonly rotate: 0 | 90 | 180 | 270
  /** Size of a user space unit in 1/72 inch. */
  readonly userUnit: number
}

type Inherited = ReadonlyMap<string, PdfValue>

export const readPages = (file: PdfFile): readonly PdfPage[] => {
  const pages: PdfPage[] = []
  const seen = new Set<number>()
  const walk = (value: PdfValue | undefined, above: Inherited, depth: number): void => {
    const ref = asRef(value)
    const dict = asDict(file.resolve(value))
    if (ref === undefined || dict === undefined || seen.has(ref.number) || depth > MAX_DEPTH)
      throw malformed('page tree')
    seen.add(ref.number)
    if (seen.size > MAX_NODES) throw new FormatError('PDF_TOO_LARGE', 'too many pages')
    const own = new Map(above)
    for (const key of INHERITED) {
      const given = file.resolve(dict.entries.get(key))
      if (given !== null) own.set(key, given)
    }
    const kids = asArray(file.resolve(dict.entries.get('Kids')))
    if (asName(file.resolve(dict.entries.get('Type'))) === 'Page' || kids === undefined)
      pages.push(pageOf(file, { ref, dict, attributes: own }))
    else for (const kid of kids) walk(kid, own, depth + 1)
  }
  walk(file.catalog.entries.get('Pages'), new Map(), 0)
  return pages
}

interface Found {
  readonly ref: PdfRef
  readonly dict: PdfDict
  readonly attributes: Inherited
}

const pageOf = (file: PdfFile, { ref, dict, attributes }: Found): PdfPage => {
  const media = boxOf(file, attributes.get('MediaBox'))
  if (media === undefined) throw malformed('page without MediaBox')
  const crop = boxOf(file, attributes.get('CropBox')) ?? media
  const turned = asNumber(attributes.get('Rotate') ?? 0) ?? 0
  const rotate = ((turned % 360) + 360) % 360
  if (rotate !== 0 && rotate !== 90 && rotate !== 180 && rotate !== 270) throw malformed('Rotate')
  const userUnit = asNumber(file.resolve(dict.entries.get('UserUnit'))) ?? 1
  const both = intersection(crop, media)
  const visible = both.right > both.left && both.top > both.bottom ? both : media
  return { ref, dict, visible, rotate, userUnit: userUnit > 0 ? userUnit : 1 }
}

const boxOf = (file: PdfFile, value: PdfValue | undefined): Box | undefined => {
  const numbers = asArray(value)?.map((item) => asNumber(file.resolve(item)))
  if (numbers === undefined) return undefined
  const [a, b, c, d] = numbers
  if (a === undefined || b === undefined || c === undefined || d === undefined) throw malformed('rectangle')
  return { left: Math.min(a, c), bottom: Math.min(b, d), right: Math.max(a, c), top: Math.max(b, d) }
}

const intersection = (a: Box, b: Box): Box => ({
  left: Math.max(a.left, b.left),
  bottom: Math.max(a.bottom, b.bottom),
  right: Math.min(a.right, b.right),
  top: Math.min(a.top, b.top),
})
