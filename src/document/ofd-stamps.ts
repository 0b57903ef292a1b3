/** Where a seal shows on an OFD: placements turned into stamps. Refuses pages and points that do not exist (PLACEMENT_INVALID). */
import { pageBox, readPages, straddlingStamps } from '../../standards/gbt-33190-ofd/index.ts'
import type { Box, OfdBody, OfdPackage, StampAnnot } from '../../standards/gbt-33190-ofd/index.ts'
import { TrustError } from '../errors.ts'
import type { Placement } from './ports.ts'

export type Stamp = Omit<StampAnnot, 'id'>

export interface SealPictureSize {
  readonly widthMm: number
  readonly heightMm: number
}

const refuse = (what: string): never => {
  throw new TrustError('PLACEMENT_INVALID', what, { field: 'placements' })
}

const requireWithin = (value: number, limit: number): void => {
  if (!Number.isFinite(value) || value < 0 || value > limit) refuse('the seal lies outside the page')
}

/** @throws TrustError PLACEMENT_INVALID; FormatError if a page cannot be read */
export const stampsFor = (
  { pkg, body }: { pkg: OfdPackage; body: OfdBody },
  placements: readonly Placement[],
  size: SealPictureSize,
): readonly Stamp[] => {
  const { widthMm, heightMm } = size
  if (placements.length === 0) refuse('no placement')
  if (!(widthMm > 0 && heightMm > 0 && widthMm < 1000 && heightMm < 1000)) refuse('the seal has no size')
  const pages = readPages(pkg, body)
  const boxes = new Map<number, Box>()
  const boxOf = (index: number): Box => {
    const page = pages[index] ?? refuse('the document has no such page')
    const box = boxes.get(index) ?? pageBox(pkg, body, page)
    boxes.set(index, box)
    return box
  }
  const pageRef = (index: number): string => pages[index]?.id ?? refuse('the document has no such page')
  const single = ({ page, xMm, yMm }: Placement): Stamp => {
    const box = boxOf(page - 1)
    requireWithin(xMm, box.width)
    requireWithin(yMm, box.height)
    const boundary = { x: xMm - widthMm / 2, y: yMm - heightMm / 2, width: widthMm, height: heightMm }
    return { pageRef: pageRef(page - 1), boundary }
  }
  const straddling = ({ yMm }: Placement): Stamp[] => {
    if (pages.length < 2) refuse('a straddling seal needs two pages')
    const all = pages.map((_, i) => boxOf(i))
    requireWithin(yMm, Math.min(...all.map((box) => box.height)))
    const slices = straddlingStamps({ pages: all, widthMm, heightMm, centreYMm: yMm })
    return slices.map(({ page, boundary, clip }) => ({ pageRef: pageRef(page), boundary, clip }))
  }
  return placements.flatMap((placement) =>
    placement.straddle === undefined ? single(placement) : straddling(placement),
  )
}
