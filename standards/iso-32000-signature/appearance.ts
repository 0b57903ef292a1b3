/** ISO 32000-1 §12.5.5: the drawing of a seal as vector form XObjects. Refuses outlines with other commands than absolute M L C Z. */
import { zlibSync } from 'fflate'
import { FormatError } from '../errors.ts'
import { utf8 } from '../bytes.ts'
import { pointsOf, uprightMatrix } from './geometry.ts'
import type { PdfPage } from './pages.ts'
import { writeNumber } from './serialise.ts'
import type { PdfDict, PdfRef, PdfValue } from './values.ts'
import { array, dict, name } from './values.ts'

/** One outline in the drawing's own units, y downwards. */
export interface OutlinePath {
  readonly path: string
  readonly fill: boolean
  readonly strokeWidth?: number
}

export interface Outline {
  readonly paths: readonly OutlinePath[]
  /** Side of the square that the paths are drawn in. */
  readonly size: number
  readonly widthMm: number
  readonly heightMm: number
}

export interface StreamObject {
  readonly dict: PdfDict
  readonly data: Uint8Array
}

/** #e60012: the red of the seal pictures. */
const SEAL_RED = '0.902 0 0.071'
const OPERATORS = { M: ['m', 2], L: ['l', 2], C: ['c', 6], Z: ['h', 0] } as const

const numbers = (values: readonly number[]): PdfValue => array(values)
const form = (entries: Readonly<Record<string, PdfValue>>, content: string): StreamObject => {
  const data = zlibSync(utf8(content))
  return {
    dict: dict({
      Type: name('XObject'),
      Subtype: name('Form'),
      ...entries,
      Filter: name('FlateDecode'),
      Length: data.length,
    }),
    data,
  }
}

/** The whole drawing, in points, once per signature. */
export const outlineForm = ({ paths, size, widthMm, heightMm }: Outline): StreamObject => {
  const [width, height] = [pointsOf(widthMm), pointsOf(heightMm)]
  const scale = [width / size, 0, 0, -height / size, 0, height].map(round).join(' ')
  const drawn = paths.map(drawPath).join('\n')
  return form(
    { BBox: numbers([0, 0, width, height]), Resources: dict({}) },
    `q ${scale} cm ${SEAL_RED} rg ${SEAL_RED} RG\n${drawn}\nQ`,
  )
}

/** The part of the drawing between two fractions of its width, upright on its page; ink lets the text below show. */
export const widgetForm = (
  { widthMm, heightMm }: Outline,
  { drawing, rotate, from, to }: { drawing: PdfRef; rotate: PdfPage['rotate']; from: number; to: number },
): StreamObject => {
  const [width, height] = [pointsOf(widthMm), pointsOf(heightMm)]
  const multiply = dict({ Multiply: dict({ Type: name('ExtGState'), BM: name('Multiply') }) })
  return form(
    {
      BBox: numbers([from * width, 0, to * width, height]),
      Matrix: numbers(uprightMatrix(rotate)),
      Resources: dict({ XObject: dict({ Seal: drawing }), ExtGState: multiply }),
    },
    'q /Multiply gs /Seal Do Q',
  )
}

const round = (value: number): string => writeNumber(Math.round(value * 10_000) / 10_000)

const drawPath = ({ path, fill, strokeWidth }: OutlinePath): string => {
  const commands = path.match(/[A-Za-z]|[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|[^\s,]/g) ?? []
  const out: string[] = []
  for (let at = 0; at < commands.length;) {
    const letter = commands[at++] as string
    if (!Object.hasOwn(OPERATORS, letter)) throw unsupported()
    const [operator, count] = OPERATORS[letter as keyof typeof OPERATORS]
    do {
      const operands = commands.slice(at, at + count).map(Number)
      if (operands.length < count || !operands.every(Number.isFinite)) throw unsupported()
      out.push([...operands.map(round), operator].join(' '))
      at += count
    } while (count > 0 && at < commands.length && !/^[A-Za-z]$/.test(commands[at] as string))
  }
  if (out.length === 0) return ''
  if (strokeWidth === undefined) return `${out.join(' ')} ${fill ? 'f' : 'n'}`
  return `${round(strokeWidth)} w ${out.join(' ')} ${fill ? 'B' : 'S'}`
}

const unsupported = (): FormatError => new FormatError('OUTLINE_UNSUPPORTED', 'outline has other commands than M L C Z')
