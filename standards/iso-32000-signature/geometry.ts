/** From millimetres on the page as a person sees it to default user space (ISO 32000-1 §8.3.2, §7.7.3.3 Rotate, UserUnit). */
import type { Box, PdfPage } from './pages.ts'

const MM_PER_INCH = 25.4

/** Millimetres from the visible page's top-left corner. */
export interface MmBox {
  readonly leftMm: number
  readonly topMm: number
  readonly widthMm: number
  readonly heightMm: number
}

export const pointsOf = (mm: number): number => (mm * 72) / MM_PER_INCH

/** Size of the page as shown, rotation applied. */
export const visibleSizeMm = ({ visible, rotate, userUnit }: PdfPage): { widthMm: number; heightMm: number } => {
  const mm = (units: number): number => (units * userUnit * MM_PER_INCH) / 72
  const width = mm(visible.right - visible.left)
  const height = mm(visible.top - visible.bottom)
  return rotate % 180 === 0 ? { widthMm: width, heightMm: height } : { widthMm: height, heightMm: width }
}

/** Where a box on the shown page lies in user space. */
export const userSpaceBox = (page: PdfPage, box: MmBox): Box => {
  const [ax, ay] = userPoint(page, box.leftMm, box.topMm)
  const [bx, by] = userPoint(page, box.leftMm + box.widthMm, box.topMm + box.heightMm)
  return { left: Math.min(ax, bx), bottom: Math.min(ay, by), right: Math.max(ax, bx), top: Math.max(ay, by) }
}

const userPoint = ({ visible, rotate, userUnit }: PdfPage, xMm: number, yMm: number): [number, number] => {
  const x = pointsOf(xMm) / userUnit
  const y = pointsOf(yMm) / userUnit
  switch (rotate) {
    case 0:
      return [visible.left + x, visible.top - y]
    case 90:
      return [visible.left + y, visible.bottom + x]
    case 180:
      return [visible.right - x, visible.bottom + y]
    case 270:
      return [visible.right - y, visible.top - x]
  }
}

/** The form matrix that keeps an appearance upright on a page shown rotated clockwise (§12.5.5 fits its box to the Rect). */
export const uprightMatrix = (rotate: PdfPage['rotate']): readonly number[] => {
  const matrices = {
    0: [1, 0, 0, 1, 0, 0],
    90: [0, 1, -1, 0, 0, 0],
    180: [-1, 0, 0, -1, 0, 0],
    270: [0, -1, 1, 0, 0, 0],
  }
  return matrices[rotate]
}
