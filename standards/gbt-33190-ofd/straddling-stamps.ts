/**
 * A straddling seal (骑缝章) at the right edge: one picture cut into slices, one for each page, which fit when the pages are fanned.
 * Many pages are cut into even groups of at most 20, each showing the whole seal, so that a slice stays visible.
 */
import type { Box } from './box.ts'
import { FormatError } from '../errors.ts'

const MAX_GROUP = 20

export interface StraddleSlice {
  /** 0-based. */
  readonly page: number
  readonly boundary: Box
  readonly clip: Box
}

export interface StraddleOptions {
  /** Page sizes in reading order. */
  readonly pages: readonly Box[]
  readonly widthMm: number
  readonly heightMm: number
  /** Centre of the seal, from the top of the page. */
  readonly centreYMm: number
}

/** @throws FormatError OFD_STRADDLE for fewer than two pages */
export const straddlingStamps = ({ pages, widthMm, heightMm, centreYMm }: StraddleOptions): StraddleSlice[] => {
  if (pages.length < 2) throw new FormatError('OFD_STRADDLE', 'a straddling seal needs two pages')
  const groups = Math.ceil(pages.length / MAX_GROUP)
  return Array.from({ length: groups }).flatMap((_, group) => {
    const from = Math.floor((group * pages.length) / groups)
    const to = Math.floor(((group + 1) * pages.length) / groups)
    const slice = widthMm / (to - from)
    return pages.slice(from, to).map((page, i) => ({
      page: from + i,
      boundary: {
        x: page.width - slice * (i + 1),
        y: centreYMm - heightMm / 2,
        width: widthMm,
        height: heightMm,
      },
      clip: { x: i * slice, y: 0, width: slice, height: heightMm },
    }))
  })
}
