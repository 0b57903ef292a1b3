/** Where a seal shows on a PDF: placements turned into widgets. Refuses pages and points that do not exist (PLACEMENT_INVALID). */
import { openPdf, readPages, visibleSizeMm } from '../../standards/iso-32000-signature/index.ts'
import type { PdfPage, WidgetRequest } from '../../standards/iso-32000-signature/index.ts'
import { TrustError } from '../errors.ts'
import type { Placement } from './ports.ts'

interface Size {
  readonly widthMm: number
  readonly heightMm: number
}

const refuse = (what: string): never => {
  throw new TrustError('PLACEMENT_INVALID', what, { field: 'placements' })
}

const requireWithin = (value: number, limit: number): void => {
  if (!Number.isFinite(value) || value < 0 || value > limit) refuse('the seal lies outside the page')
}

/** @throws TrustError PLACEMENT_INVALID; FormatError if the file cannot be read */
export const widgetsFor = (
  document: Uint8Array,
  placements: readonly Placement[],
  size: Size,
): readonly WidgetRequest[] => {
  if (placements.length === 0) refuse('no placement')
  if (!(size.widthMm > 0 && size.heightMm > 0 && size.widthMm < 1000 && size.heightMm < 1000))
    refuse('the seal has no size')
  const pages = readPages(openPdf(document))
  return placements.flatMap((placement) =>
    placement.straddle === undefined ? single(pages, placement, size) : straddling(pages, placement, size),
  )
}

const single = (pages: readonly PdfPage[], { page, xMm, yMm }: Placement, size: Size): WidgetRequest => {
  const shown = visibleSizeMm(pages[page - 1] ?? refuse('the document has no such page'))
  requireWithin(xMm, shown.widthMm)
  requireWithin(yMm, shown.heightMm)
  return { page, box: { leftMm: xMm - size.widthMm / 2, topMm: yMm - size.heightMm / 2, ...size } }
}

/** 骑缝章: one strip of the seal at the right edge of every page, the left strip on the first, as sheets fanned out show it. */
const straddling = (pages: readonly PdfPage[], { yMm }: Placement, { widthMm, heightMm }: Size): WidgetRequest[] => {
  if (pages.length < 2) refuse('a straddling seal needs two pages')
  const strip = widthMm / pages.length
  return pages.map((page, i) => {
    const shown = visibleSizeMm(page)
    requireWithin(yMm, shown.heightMm)
    return {
      page: i + 1,
      box: { leftMm: shown.widthMm - strip, topMm: yMm - heightMm / 2, widthMm: strip, heightMm },
      slice: { from: i / pages.length, to: (i + 1) / pages.length },
    }
  })
}
