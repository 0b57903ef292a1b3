/** The layout of a licence's face, read from the drawn page: nothing may lie under the code, the seal or outside the frame. */
import { unzipSync } from 'fflate'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fromUtf8 } from '../../../standards/bytes.ts'
import type { World } from '../../support/world.ts'
import { makeWorld } from '../../support/world.ts'

let w: World
beforeAll(async () => {
  w = await makeWorld()
})
afterAll(() => w.close())

interface Drawn {
  readonly text: string
  readonly x: number
  readonly right: number
  readonly baseline: number
}

const numbers = (list: string): number[] => list.split(' ').map(Number)

const drawn = (ofd: Uint8Array): Drawn[] => {
  const files = unzipSync(ofd)
  const page = fromUtf8(files['Doc_0/Pages/Page_0/Content.xml'] ?? new Uint8Array())
  const texts = /<ofd:TextObject [^>]*Boundary="([^"]+)"[^>]* Size="([^"]+)".*?<ofd:TextCode[^>]*>([^<]*)</g
  return [...page.matchAll(texts)].map(([, boundary = '', size = '', text = '']) => {
    const [x = 0, y = 0, width = 0] = numbers(boundary)
    return { text, x, right: x + width, baseline: y + Number(size) }
  })
}
const stamp = (ofd: Uint8Array): { x: number; y: number; width: number; height: number } => {
  const xml = fromUtf8(unzipSync(ofd)['Doc_0/Signs/Sign_0/Signature.xml'] ?? new Uint8Array())
  const [x = 0, y = 0, width = 0, height = 0] = numbers(/<ofd:StampAnnot [^>]*Boundary="([^"]+)"/.exec(xml)?.[1] ?? '')
  return { x, y, width, height }
}

const CODE_TOP = 222
const FRAME = { left: 13, right: 197 }
const long = (text: string, length: number): string => [...text.repeat(length)].slice(0, length).join('')
const longest = {
  FDDBR: long('周示范', 30),
  JYCS: long('云湖省澄州市云津区样例路一号', 80),
  ZTYT: long('餐饮服务经营者（含网络经营）', 30),
  JYXM: long('热食类食品制售、冷食类食品制售、', 120),
}

describe.each([
  ['a usual licence', {}],
  [
    'one whose fields are as long as its type allows',
    { number: 'JY19901030000999', caseNumber: 'case-long', fields: longest },
  ],
])('the face of %s', (_, wish) => {
  let face: Uint8Array
  beforeAll(async () => {
    face = (await w.issueLicence(wish)).document
  })

  it('keeps its rows between title and foot, and everything within the frame', () => {
    const texts = drawn(face)
    const foot = texts.findIndex((t) => t.text === '扫码核验')
    expect(foot).toBeGreaterThan(0)
    for (const t of texts.slice(0, foot)) expect(t.baseline, t.text).toBeLessThan(CODE_TOP - 8)
    for (const t of texts) expect([t.text, t.x > FRAME.left, t.right < FRAME.right]).toEqual([t.text, true, true])
    const values = texts.slice(2, foot).map((t) => Math.round(t.baseline * 100))
    expect(values).toEqual([...values].sort((a, b) => a - b))
  })

  it('has the seal across the date and clear of every other text', () => {
    const seal = stamp(face)
    const under = drawn(face).filter(
      (t) => t.baseline > seal.y && t.baseline < seal.y + seal.height && t.right > seal.x && t.x < seal.x + seal.width,
    )
    expect(under.map((t) => t.text)).toEqual(['2026年11月21日'])
  })

  it('begins no line with a mark that closes', () =>
    expect(drawn(face).filter((t) => /^[，。、；：）》」』”]/.test(t.text))).toEqual([]))
})
