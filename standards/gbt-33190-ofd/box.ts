/** ST_Box "x y w h" in millimetres (GB/T 33190-2016 7.3). Refuses other shapes and sizes that are not positive (OFD_BOX). */
import { FormatError } from '../errors.ts'

export interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** @throws FormatError OFD_BOX */
export const parseBox = (text: string): Box => {
  const [x, y, width, height, ...rest] = text.trim().split(/\s+/).map(Number)
  const bad = [x, y, width, height].some((n) => n === undefined || !Number.isFinite(n)) || rest.length > 0
  if (bad || (width as number) <= 0 || (height as number) <= 0) throw new FormatError('OFD_BOX', 'not a box')
  return { x: x as number, y: y as number, width: width as number, height: height as number }
}

/** Plain decimal, at most three places: thousandths of a millimetre. */
export const formatNumber = (n: number): string => {
  const text = n.toFixed(3).replace(/\.?0+$/, '')
  return text === '-0' ? '0' : text
}

export const formatBox = ({ x, y, width, height }: Box): string => [x, y, width, height].map(formatNumber).join(' ')
