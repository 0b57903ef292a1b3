/** What makes a licence's face look like one: double frame, corners, and a rosette behind the text. Only strokes, no meaning. */
import type { OfdColour, OfdPathObject } from '../../standards/gbt-33190-ofd/index.ts'

const GOLD: OfdColour = [154, 131, 80]
/** Opaque and pale: readers that ignore transparency show the same. */
const PALE: OfdColour = [246, 243, 235]
const OUTER = 10
const INNER = 13
const CORNER = 18
const ROSETTE = { petals: 12, long: 56, short: 20, lineMm: 0.7 }
/** A quarter of an ellipse as one Bézier curve. */
const KAPPA = 0.5523

interface Size {
  readonly width: number
  readonly height: number
}
type Point = readonly [x: number, y: number]

const line = (points: readonly Point[], closed = false): string =>
  points.map(([x, y], i) => `${i === 0 ? 'M' : 'L'} ${x.toFixed(2)} ${y.toFixed(2)}`).join(' ') + (closed ? ' C' : '')

const box = ({ width, height }: Size, inset: number): string => {
  const [right, bottom] = [width - inset, height - inset]
  const corners: Point[] = [
    [inset, inset],
    [right, inset],
    [right, bottom],
    [inset, bottom],
  ]
  return line(corners, true)
}

/** A square folded into each corner of the inner frame. */
const corners = ({ width, height }: Size): string =>
  [
    [INNER, INNER, 1, 1],
    [width - INNER, INNER, -1, 1],
    [INNER, height - INNER, 1, -1],
    [width - INNER, height - INNER, -1, -1],
  ]
    .map(([x = 0, y = 0, dx = 0, dy = 0]) =>
      line([
        [x, y + dy * CORNER],
        [x + dx * CORNER, y + dy * CORNER],
        [x + dx * CORNER, y],
      ]),
    )
    .join(' ')

/** An ellipse about the middle, turned. */
const petal = ([x, y]: Point, turn: number): string => {
  const { long: a, short: b } = ROSETTE
  const at = (u: number, v: number): string => {
    const [px, py] = [x + u * Math.cos(turn) - v * Math.sin(turn), y + u * Math.sin(turn) + v * Math.cos(turn)]
    return `${px.toFixed(2)} ${py.toFixed(2)}`
  }
  const curve = (...points: readonly Point[]): string => `B ${points.map(([u, v]) => at(u, v)).join(' ')}`
  const [ka, kb] = [a * KAPPA, b * KAPPA]
  return [
    `M ${at(a, 0)}`,
    curve([a, kb], [ka, b], [0, b]),
    curve([-ka, b], [-a, kb], [-a, 0]),
    curve([-a, -kb], [-ka, -b], [0, -b]),
    curve([ka, -b], [a, -kb], [a, 0]),
  ].join(' ')
}

/** `middle`: of the rosette, in millimetres from the page's top-left. Drawn before everything else. */
export const faceOrnament = (page: Size, middle: Point): OfdPathObject[] => {
  const petals = Array.from({ length: ROSETTE.petals }, (_, i) => petal(middle, (i * Math.PI) / ROSETTE.petals))
  return [
    { kind: 'path', data: petals.join(' '), stroke: PALE, lineWidthMm: ROSETTE.lineMm },
    { kind: 'path', data: box(page, OUTER), stroke: GOLD, lineWidthMm: 1.6 },
    { kind: 'path', data: box(page, INNER), stroke: GOLD, lineWidthMm: 0.4 },
    { kind: 'path', data: corners(page), stroke: GOLD, lineWidthMm: 0.4 },
  ]
}
