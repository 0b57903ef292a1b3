/** Where an approval system puts its seal: near the lower right corner of the first page, whatever the page's size. */
import { openOfdPackage, pageBox, readBodies, readPages } from '../../../standards/gbt-33190-ofd/index.ts'
import { openPdf, readPages as readPdfPages, visibleSizeMm } from '../../../standards/iso-32000-signature/index.ts'
import { detectDocument } from '../../document/index.ts'

const HALF_SEAL = 21

export const sealPlace = (document: Uint8Array): { page: number; xMm: number; yMm: number } => {
  const { width, height } = sizeOf(document)
  const inside = (want: number, size: number): number =>
    Math.max(Math.min(want, size - HALF_SEAL - 1), Math.min(HALF_SEAL + 1, size / 2))
  return { page: 1, xMm: Math.round(inside(width * 0.7, width)), yMm: Math.round(inside(height * 0.75, height)) }
}

const sizeOf = (document: Uint8Array): { width: number; height: number } => {
  if (detectDocument(document) === 'pdf') {
    const [page] = readPdfPages(openPdf(document))
    if (page === undefined) throw new Error('the PDF has no page')
    const { widthMm, heightMm } = visibleSizeMm(page)
    return { width: widthMm, height: heightMm }
  }
  const pkg = openOfdPackage(document)
  const [body] = readBodies(pkg)
  const [page] = body === undefined ? [] : readPages(pkg, body)
  if (body === undefined || page === undefined) throw new Error('the OFD has no page')
  return pageBox(pkg, body, page)
}
