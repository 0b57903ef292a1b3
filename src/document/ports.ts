/** What can be sealed, without saying how: the slot of a prepared document. */

export interface Placement {
  /** 1-based. */
  readonly page: number
  /** Centre of the seal in millimetres from the page's top-left corner. */
  readonly xMm: number
  readonly yMm: number
  /** A straddling seal (骑缝章) over all pages instead of one place. */
  readonly straddle?: 'right'
}

/** One filled or stroked outline in the picture's own units; `path` is SVG path data with absolute M L C Z only. */
export interface VectorPath {
  readonly path: string
  readonly fill: boolean
  readonly strokeWidth?: number
}

export interface SealPicture {
  readonly type: 'PNG' | 'SVG' | 'OFD'
  readonly data: Uint8Array
  readonly widthMm: number
  readonly heightMm: number
  /** The same drawing as outlines for PDF, y downwards, in a box of `outlineSize` square units. */
  readonly outline?: readonly VectorPath[]
  readonly outlineSize?: number
}

export interface SealSlot {
  /** SM3 of what the seal protects (OFD: the bytes of Signature.xml). */
  readonly digest: Uint8Array
  readonly propertyInfo: string
  fill(signature: Uint8Array): Promise<Uint8Array>
}

/** Content-addressed: the same bytes are kept once, under the SM3 of them in hex. */
export interface DocumentStore {
  put(bytes: Uint8Array): Promise<string>
  get(id: string): Promise<Uint8Array | undefined>
}
