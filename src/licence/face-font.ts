/**
 * The font of a licence's face: measures text, and gives the subset that travels inside the file so that every reader shows the same.
 * Refuses characters it does not have, naming their code points: a name must not become boxes.
 */
import * as fontkit from 'fontkit'
import subsetFont from 'subset-font'
import { TrustError } from '../errors.ts'

export interface FaceFont {
  readonly name: string
  /** Advance of every character in units of one em. @throws TrustError LICENCE_TEXT_UNDRAWABLE */
  advances(text: string): readonly number[]
  /** TrueType with the glyphs of these characters only. */
  subset(text: string): Promise<Uint8Array>
}

export const openFaceFont = (ttf: Uint8Array, name: string): FaceFont => {
  const buffer = Buffer.from(ttf)
  const font = fontkit.create(buffer) as fontkit.Font
  const known = new Map<string, number>()
  const advance = (character: string): number => {
    const cached = known.get(character)
    if (cached !== undefined) return cached
    const point = character.codePointAt(0) as number
    if (!font.hasGlyphForCodePoint(point))
      throw new TrustError(
        'LICENCE_TEXT_UNDRAWABLE',
        `the font has no glyph for U+${point.toString(16).toUpperCase().padStart(4, '0')}`,
      )
    const width = font.glyphForCodePoint(point).advanceWidth / font.unitsPerEm
    known.set(character, width)
    return width
  }
  return {
    name,
    advances: (text) => [...text].map(advance),
    subset: async (text) => new Uint8Array(await subsetFont(buffer, text, { targetFormat: 'truetype' })),
  }
}
