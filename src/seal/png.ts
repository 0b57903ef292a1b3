/** PNG (W3C, ISO/IEC 15948): one colour with alpha, square, no interlace. Writing only. */
import { zlibSync } from 'fflate'
import { concat, utf8 } from '../../standards/bytes.ts'

const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n
  for (let k = 0; k < 8; k++) c = (c & 1) === 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1
  return c
})

const crc32 = (bytes: Uint8Array): number => {
  let c = 0xffffffff
  for (const b of bytes) c = (CRC_TABLE[(c ^ b) & 0xff] as number) ^ (c >>> 8)
  return (c ^ 0xffffffff) >>> 0
}

const uint32 = (n: number): Uint8Array => Uint8Array.of(n >>> 24, n >>> 16, n >>> 8, n)

const chunk = (type: string, ...data: readonly Uint8Array[]): Uint8Array => {
  const body = concat(utf8(type), ...data)
  return concat(uint32(body.length - 4), body, uint32(crc32(body)))
}

export interface Ink {
  readonly red: number
  readonly green: number
  readonly blue: number
}

const LEVELS = 16

/**
 * Four bits a pixel: a palette of one colour in sixteen degrees of transparency, so that a seal stays small in every signature.
 * `alpha` holds `size` × `size` values, rows from the top, `size` even; the picture is `widthMm` wide.
 */
export const encodePng = (
  alpha: Uint8Array,
  size: number,
  { ink, widthMm }: { readonly ink: Ink; readonly widthMm: number },
): Uint8Array => {
  const width = size / 2
  const rows = new Uint8Array(size * (1 + width))
  const level = (i: number): number => Math.round(((alpha[i] as number) * (LEVELS - 1)) / 255)
  for (let y = 0; y < size; y++)
    for (let x = 0; x < width; x++)
      rows[y * (1 + width) + 1 + x] = (level(y * size + 2 * x) << 4) | level(y * size + 2 * x + 1)
  const perMetre = uint32(Math.round((size * 1000) / widthMm))
  const degrees = Array.from({ length: LEVELS }, (_, i) => i)
  return concat(
    SIGNATURE,
    chunk('IHDR', uint32(size), uint32(size), Uint8Array.of(4, 3, 0, 0, 0)),
    chunk('PLTE', Uint8Array.from(degrees.flatMap(() => [ink.red, ink.green, ink.blue]))),
    chunk(
      'tRNS',
      Uint8Array.from(degrees, (i) => i * 17),
    ),
    chunk('pHYs', perMetre, perMetre, Uint8Array.of(1)),
    chunk('IDAT', zlibSync(rows, { level: 9 })),
    chunk('IEND'),
  )
}
