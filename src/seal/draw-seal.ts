/**
 * Draws a round seal: ring, star, name on the arc, optional name line, code along the lower edge. Units are 0.1 mm.
 * Characters come from the outlines of a font given as bytes, so the picture depends on no installed font.
 * Refuses characters that the font does not have, and names that no longer fit.
 */
import * as fontkit from 'fontkit'
import { TrustError } from '../errors.ts'
import type { SealPicture } from '../document/ports.ts'
import type { Matrix, Outline, Segment } from './path.ts'
import { after, circle, pathData, rotation, scaling, star, transform, translation } from './path.ts'
import { encodePng } from './png.ts'
import { rasterise } from './rasterise.ts'

const BOX = 420
const PIXELS = 600
const SEAL_RED = { red: 0xe6, green: 0, blue: 0x12 }
const RING = { outer: 209.5, inner: 198.5 }
/** Where the tops of the name's characters touch. */
const NAME_EDGE = 187
const CODE = { size: 19, radius: 185, step: 5 }
const LINE = { size: 42, baseline: 116, width: 236 }
const TALL = 1.1

export interface SealFace {
  readonly name: string
  /** 合同专用章 and the like, under the star. */
  readonly line?: string
  readonly code: string
  readonly diameterMm?: number
}

export interface SealFont {
  /** Upright glyph with y downwards, one em high, its origin on the baseline at the middle of its width. */
  glyph(character: string): { readonly outline: Outline; readonly width: number } | undefined
}

/** A TrueType font as outlines. */
export const openSealFont = (ttf: Uint8Array): SealFont => {
  const font = fontkit.create(Buffer.from(ttf)) as fontkit.Font
  const em = font.unitsPerEm
  return {
    glyph: (character) => {
      const point = character.codePointAt(0) as number
      if (!font.hasGlyphForCodePoint(point)) return undefined
      const glyph = font.glyphForCodePoint(point)
      const place: Matrix = [1 / em, 0, 0, -1 / em, -glyph.advanceWidth / em / 2, 0]
      return { outline: transform(place, fromCommands(glyph.path.commands)), width: glyph.advanceWidth / em }
    },
  }
}

interface Command {
  readonly command: string
  readonly args: readonly number[]
}

const fromCommands = (commands: readonly Command[]): Outline => {
  const out: Segment[] = []
  let at: readonly [number, number] = [0, 0]
  for (const { command, args } of commands) {
    const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = args
    if (command === 'closePath') out.push({ kind: 'Z' })
    else if (command === 'bezierCurveTo')
      out.push({
        kind: 'C',
        by: [
          [a, b],
          [c, d],
        ],
        to: (at = [e, f]),
      })
    else if (command === 'quadraticCurveTo') out.push(asCubic(at, [a, b], (at = [c, d])))
    else out.push({ kind: command === 'moveTo' ? 'M' : 'L', to: (at = [a, b]) })
  }
  return out
}

const asCubic = (
  from: readonly [number, number],
  by: readonly [number, number],
  to: readonly [number, number],
): Segment => {
  const third = (end: readonly [number, number]): readonly [number, number] => [
    end[0] + (2 / 3) * (by[0] - end[0]),
    end[1] + (2 / 3) * (by[1] - end[1]),
  ]
  return { kind: 'C', by: [third(from), third(to)], to }
}

const nameSize = (count: number): number => (count <= 12 ? 62 : count <= 16 ? 54 : count <= 20 ? 46 : 38)
const MAX_NAME = 28
const MAX_LINE = 10
const MAX_CODE = 18

type Draw = (character: string) => { readonly outline: Outline; readonly width: number }

const nameOnArc = (name: readonly string[], sweep: number, draw: Draw): Outline[] => {
  const size = nameSize(name.length)
  const step = Math.min(26, sweep / Math.max(1, name.length - 1))
  const baseline = NAME_EDGE - 0.935 * size
  const widest = (step * Math.PI * (baseline + 4)) / 180
  return name.map((character, k) => {
    const narrow = Math.min(1, widest / size)
    const turn = rotation((k - (name.length - 1) / 2) * step)
    const place = after(turn, after(translation(0, -baseline), scaling(size * narrow, size * TALL)))
    return transform(place, draw(character).outline)
  })
}

const codeOnEdge = (code: readonly string[], draw: Draw): Outline[] =>
  code.map((character, k) => {
    const turn = rotation(((code.length - 1) / 2 - k) * CODE.step)
    const place = after(turn, after(translation(0, CODE.radius), scaling(CODE.size, CODE.size)))
    return transform(place, draw(character).outline)
  })

const nameLine = (line: readonly string[], draw: Draw): Outline[] => {
  const glyphs = line.map(draw)
  const width = glyphs.reduce((n, g) => n + g.width, 0) * LINE.size
  const narrow = Math.min(1, LINE.width / width)
  let x = (-width * narrow) / 2
  return glyphs.map(({ outline, width: w }) => {
    const half = (w * LINE.size * narrow) / 2
    x += 2 * half
    return transform(after(translation(x - half, LINE.baseline), scaling(LINE.size * narrow, LINE.size)), outline)
  })
}

const characters = (text: string): string[] => [...text.replace(/\s+/g, '')]

const requireDrawable = ({ name, line, code }: SealFace, font: SealFont): Draw => {
  const lengths: readonly [string, number, number][] = [
    ['name', characters(name).length, MAX_NAME],
    ['line', characters(line ?? '').length, MAX_LINE],
    ['code', code.length, MAX_CODE],
  ]
  for (const [field, length, max] of lengths)
    if (length > max || (field === 'name' && length === 0))
      throw new TrustError('SEAL_NAME_UNDRAWABLE', `${field} has ${length} characters`, { field })
  const missing = characters(name + (line ?? '') + code).filter((c) => font.glyph(c) === undefined)
  if (missing.length > 0) {
    const points = missing.map((c) => `U+${(c.codePointAt(0) as number).toString(16).toUpperCase().padStart(4, '0')}`)
    throw new TrustError('SEAL_NAME_UNDRAWABLE', `not in the font: ${points.join(' ')}`, { field: 'name' })
  }
  return (c) => font.glyph(c) as ReturnType<Draw>
}

/** PNG of 600 × 600 on a transparent ground, and the same as outlines. @throws TrustError SEAL_NAME_UNDRAWABLE naming the code points */
export const drawSeal = (face: SealFace, font: SealFont): SealPicture => {
  const draw = requireDrawable(face, font)
  const withLine = face.line !== undefined && face.line !== ''
  const parts: Outline[] = [
    [...circle(RING.outer), ...circle(RING.inner, true)],
    withLine ? transform(translation(0, -8), star(62)) : star(70),
    ...nameOnArc(characters(face.name), withLine ? 212 : 246, draw),
    ...(withLine ? nameLine(characters(face.line ?? ''), draw) : []),
    ...codeOnEdge([...face.code], draw),
  ].map((outline) => transform(translation(BOX / 2, BOX / 2), outline))
  const diameter = face.diameterMm ?? 42
  const pixels = parts.map((outline) => transform(scaling(PIXELS / BOX, PIXELS / BOX), outline))
  return {
    type: 'PNG',
    data: encodePng(rasterise(pixels, PIXELS), PIXELS, { ink: SEAL_RED, widthMm: diameter }),
    widthMm: diameter,
    heightMm: diameter,
    outline: parts.map((outline) => ({ path: pathData(outline), fill: true })),
    outlineSize: BOX,
  }
}
