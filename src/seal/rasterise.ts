/** Filled outlines → coverage per pixel: scanlines with exact horizontal cover, non-zero winding. There is no native rasteriser here. */
import type { Outline, Point } from './path.ts'
import { flatten } from './path.ts'

const SUBLINES = 5

interface Edge {
  readonly top: Point
  readonly bottom: Point
  readonly winding: 1 | -1
}

const edgesOf = (polygons: readonly Point[][]): Edge[] =>
  polygons.flatMap((polygon) =>
    polygon.flatMap((from, i): Edge[] => {
      const to = polygon[(i + 1) % polygon.length] as Point
      if (from[1] === to[1]) return []
      return from[1] < to[1] ? [{ top: from, bottom: to, winding: 1 }] : [{ top: to, bottom: from, winding: -1 }]
    }),
  )

/** Where the line at `y` enters and leaves the shape. */
const spansAt = (edges: readonly Edge[], y: number): Point[] => {
  const crossings = edges
    .filter((e) => e.top[1] <= y && y < e.bottom[1])
    .map(({ top, bottom, winding }) => ({
      x: top[0] + ((y - top[1]) / (bottom[1] - top[1])) * (bottom[0] - top[0]),
      winding,
    }))
    .sort((a, b) => a.x - b.x)
  const spans: Point[] = []
  let depth = 0
  let start = 0
  for (const { x, winding } of crossings) {
    if (depth === 0) start = x
    depth += winding
    if (depth === 0) spans.push([start, x])
  }
  return spans
}

const addSpan = (row: Float32Array, [from, to]: Point, weight: number): void => {
  const [left, right] = [Math.max(0, from), Math.min(row.length, to)]
  for (let x = Math.floor(left); x < right; x++)
    row[x] = (row[x] as number) + weight * (Math.min(right, x + 1) - Math.max(left, x))
}

/** `size` × `size` alpha values; the outlines are in pixels. */
export const rasterise = (outlines: readonly Outline[], size: number): Uint8Array => {
  const cover = new Float32Array(size * size)
  for (const outline of outlines) {
    const edges = edgesOf(flatten(outline))
    const top = Math.max(0, Math.floor(Math.min(...edges.map((e) => e.top[1]))))
    const bottom = Math.min(size, Math.ceil(Math.max(...edges.map((e) => e.bottom[1]))))
    for (let y = top; y < bottom; y++)
      for (let sub = 0; sub < SUBLINES; sub++)
        for (const span of spansAt(edges, y + (sub + 0.5) / SUBLINES))
          addSpan(cover.subarray(y * size, (y + 1) * size), span, 1 / SUBLINES)
  }
  return Uint8Array.from(cover, (c) => Math.round(Math.min(1, c) * 255))
}
