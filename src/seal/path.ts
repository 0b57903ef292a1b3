/** Filled outlines in the plane, y downwards: transform, text form, flattening. */
export type Segment =
  | { readonly kind: 'M' | 'L'; readonly to: readonly [number, number] }
  | {
      readonly kind: 'C'
      readonly by: readonly [readonly [number, number], readonly [number, number]]
      readonly to: readonly [number, number]
    }
  | { readonly kind: 'Z' }
type Curve = Extract<Segment, { kind: 'C' }>
export type Outline = readonly Segment[]
export type Point = readonly [number, number]

/** x' = a·x + c·y + e, y' = b·x + d·y + f. */
export type Matrix = readonly [number, number, number, number, number, number]

/** First `n`, then `m`. */
export const after = (m: Matrix, n: Matrix): Matrix => [
  m[0] * n[0] + m[2] * n[1],
  m[1] * n[0] + m[3] * n[1],
  m[0] * n[2] + m[2] * n[3],
  m[1] * n[2] + m[3] * n[3],
  m[0] * n[4] + m[2] * n[5] + m[4],
  m[1] * n[4] + m[3] * n[5] + m[5],
]
export const translation = (x: number, y: number): Matrix => [1, 0, 0, 1, x, y]
export const scaling = (x: number, y: number): Matrix => [x, 0, 0, y, 0, 0]
/** Clockwise on the page, as y points down. */
export const rotation = (degrees: number): Matrix => {
  const [cos, sin] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)]
  return [cos, sin, -sin, cos, 0, 0]
}

const apply = (m: Matrix, [x, y]: Point): Point => [m[0] * x + m[2] * y + m[4], m[1] * x + m[3] * y + m[5]]

export const transform = (m: Matrix, outline: Outline): Outline =>
  outline.map((s) => {
    if (s.kind === 'Z') return s
    if (s.kind === 'C') return { kind: 'C', by: [apply(m, s.by[0]), apply(m, s.by[1])], to: apply(m, s.to) }
    return { kind: s.kind, to: apply(m, s.to) }
  })

const number = (n: number): string => String(Math.round(n * 100) / 100)

/** SVG path data with absolute M L C Z only. */
export const pathData = (outline: Outline): string =>
  outline
    .map((s) => {
      if (s.kind === 'Z') return 'Z'
      const points = s.kind === 'C' ? [...s.by, s.to] : [s.to]
      return s.kind + points.map(([x, y]) => `${number(x)} ${number(y)}`).join(' ')
    })
    .join('')

/** Lines of about two units: invisible when the unit is a pixel. */
const stepsFor = (from: Point, { by: [p, q], to }: Curve): number => {
  const length = Math.hypot(p[0] - from[0], p[1] - from[1]) + Math.hypot(q[0] - p[0], q[1] - p[1])
  return Math.max(3, Math.min(256, Math.ceil((length + Math.hypot(to[0] - q[0], to[1] - q[1])) / 2)))
}

/** Closed polygons, curves cut into short lines. */
export const flatten = (outline: Outline): Point[][] => {
  const polygons: Point[][] = []
  let current: Point[] = []
  let at: Point = [0, 0]
  for (const s of outline) {
    if (s.kind === 'Z') continue
    if (s.kind === 'M') polygons.push((current = [s.to]))
    else if (s.kind !== 'C') current.push(s.to)
    else for (let i = 1, n = stepsFor(at, s); i <= n; i++) current.push(bezier(at, s, i / n))
    at = s.to
  }
  return polygons
}

const bezier = (from: Point, { by: [p, q], to }: Curve, t: number): Point => {
  const u = 1 - t
  const [a, b, c, d] = [u * u * u, 3 * u * u * t, 3 * u * t * t, t * t * t]
  return [a * from[0] + b * p[0] + c * q[0] + d * to[0], a * from[1] + b * p[1] + c * q[1] + d * to[1]]
}

/** Four cubic arcs; `hole` runs the other way round, so that a ring is a disc and a hole under the non-zero rule. */
export const circle = (radius: number, hole = false): Outline => {
  const k = radius * 0.5522847498
  const r = radius
  const arcs: Outline = [
    { kind: 'M', to: [r, 0] },
    {
      kind: 'C',
      by: [
        [r, k],
        [k, r],
      ],
      to: [0, r],
    },
    {
      kind: 'C',
      by: [
        [-k, r],
        [-r, k],
      ],
      to: [-r, 0],
    },
    {
      kind: 'C',
      by: [
        [-r, -k],
        [-k, -r],
      ],
      to: [0, -r],
    },
    {
      kind: 'C',
      by: [
        [k, -r],
        [r, -k],
      ],
      to: [r, 0],
    },
    { kind: 'Z' },
  ]
  return hole ? transform(scaling(1, -1), arcs) : arcs
}

/** Five points, one up; the outline of the pentagram. */
export const star = (radius: number): Outline => {
  const inner = radius * 0.381966
  const points = Array.from({ length: 10 }, (_, i): Point => {
    const angle = (i * Math.PI) / 5 - Math.PI / 2
    const r = i % 2 === 0 ? radius : inner
    return [r * Math.cos(angle), r * Math.sin(angle)]
  })
  return [...points.map((to, i): Segment => ({ kind: i === 0 ? 'M' : 'L', to })), { kind: 'Z' }]
}
