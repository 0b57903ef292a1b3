import { readFileSync } from 'node:fs'
import { inflateSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { drawSeal, openSealFont } from '../../../src/seal/index.ts'
import type { TrustError } from '../../../src/errors.ts'

const font = openSealFont(readFileSync(new URL('../../../assets/fonts/NotoSerifSC-GB2312.ttf', import.meta.url)))
const CODE = '99010100000001'
const NAMES = ['云湖省数据局', '云湖示例科技发展有限公司', '澄州市临溪区样例市场监督管理分局']

const chunks = (png: Uint8Array): Map<string, Buffer> => {
  const out = new Map<string, Buffer>()
  const bytes = Buffer.from(png)
  for (let at = 8; at < bytes.length; at += 12 + bytes.readUInt32BE(at))
    out.set(bytes.toString('latin1', at + 4, at + 8), bytes.subarray(at + 8, at + 8 + bytes.readUInt32BE(at)))
  return out
}
/** Opacity 0 to 15 of every pixel. */
const opacity = (png: Uint8Array): ((x: number, y: number) => number) => {
  const rows = inflateSync(chunks(png).get('IDAT') as Buffer)
  return (x, y) => ((rows[y * 301 + 1 + (x >> 1)] as number) >> (x % 2 === 0 ? 4 : 0)) & 15
}
const refusal = (work: () => unknown): TrustError => {
  try {
    work()
  } catch (error) {
    return error as TrustError
  }
  throw new Error('was not refused')
}

describe('a seal picture', () => {
  it.each(NAMES)('of %s is 600 × 600 in seal red on a transparent ground, 42 mm wide', (name) => {
    const picture = drawSeal({ name, code: CODE }, font)
    expect(picture).toMatchObject({ type: 'PNG', widthMm: 42, heightMm: 42, outlineSize: 420 })
    const parts = chunks(picture.data)
    expect(parts.get('IHDR')?.subarray(0, 10)).toEqual(Buffer.from([0, 0, 2, 88, 0, 0, 2, 88, 4, 3]))
    expect(parts.get('PLTE')?.subarray(0, 3)).toEqual(Buffer.from([0xe6, 0, 0x12]))
    expect(Math.round(((parts.get('pHYs')?.readUInt32BE(0) ?? 0) * 42) / 1000)).toBe(600)
    expect(picture.data.length).toBeLessThan(30_000)
    const at = opacity(picture.data)
    expect([at(0, 0), at(300, 8), at(300, 300), at(300, 420)]).toEqual([0, 15, 15, 0])
  })

  it('holds every character once, with ring and star, as closed outlines without curves of second degree', () => {
    const name = NAMES[1] as string
    const { outline } = drawSeal({ name, line: '合同专用章', code: CODE }, font)
    expect(outline).toHaveLength(2 + 12 + 5 + 14)
    for (const { path, fill } of outline ?? []) {
      expect(fill).toBe(true)
      expect(path).toMatch(/^M[-MLCZ\d. ]+Z$/)
    }
  })

  it('stays inside its box, however long the name', () => {
    for (const name of [...NAMES, '云'.repeat(28)]) {
      const { outline } = drawSeal({ name, line: '行政审批服务专用章', code: CODE }, font)
      const numbers = (outline ?? []).flatMap((o) => (o.path.match(/-?[\d.]+/g) ?? []).map(Number))
      expect(Math.min(...numbers)).toBeGreaterThanOrEqual(0)
      expect(Math.max(...numbers)).toBeLessThanOrEqual(420)
    }
  })

  it('is the same for the same face', () => {
    const face = { name: NAMES[0] as string, code: CODE }
    expect(drawSeal(face, font).data).toEqual(drawSeal(face, font).data)
  })

  it('refuses characters that the font lacks, and names their code points', () => {
    const error = refusal(() => drawSeal({ name: '云湖𠮷局', code: CODE }, font))
    expect(error.code).toBe('SEAL_NAME_UNDRAWABLE')
    expect(error.message).toContain('U+20BB7')
  })

  it.each([
    [{ name: '' }, 'name'],
    [{ name: '云'.repeat(29) }, 'name'],
    [{ name: '云湖局', line: '专'.repeat(11) }, 'line'],
  ])('refuses a face that does not fit: %o', (face, field) => {
    expect(refusal(() => drawSeal({ code: CODE, ...face }, font))).toMatchObject({
      code: 'SEAL_NAME_UNDRAWABLE',
      field,
    })
  })
})
