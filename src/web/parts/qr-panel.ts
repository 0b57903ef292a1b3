/** A QR code given as the path of its dark modules, on white in every scheme; what it opens is also there as a link. */
import { html } from '../html.ts'
import type { Html } from '../html.ts'

export interface QrCode {
  /** Modules a side, without quiet zone. */
  readonly size: number
  /** SVG path data of the dark modules, in modules. */
  readonly path: string
  readonly label: string
}

/** Dark modules as one path: `M x y h1 v1 h-1 z`, runs joined. `isDark(row, column)`. */
export function qrPath(size: number, isDark: (row: number, column: number) => boolean): string {
  let path = ''
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      if (!isDark(row, column)) continue
      const from = column
      while (column + 1 < size && isDark(row, column + 1)) column++
      path += `M${from} ${row}h${column - from + 1}v1h-${column - from + 1}z`
    }
  }
  return path
}

export const qrPanel = (qr: QrCode): Html =>
  html`<div class="qr"><svg viewBox="0 0 ${qr.size} ${qr.size}" role="img" aria-label="${qr.label}" shape-rendering="crispEdges"><path d="${qr.path}"/></svg></div>`
