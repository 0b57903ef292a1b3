/**
 * Makes assets/fonts/NotoSerifSC-GB2312.ttf: GB 2312, Latin, punctuation. Needs the full font, which is not a dependency:
 *   (cd $(mktemp -d) && npm init -y && npm i @expo-google-fonts/noto-serif-sc) then  node tools/make-font-subset.ts FONT.ttf
 */
import { readFileSync, writeFileSync } from 'node:fs'
import subsetFont from 'subset-font'

const range = (first: number, last: number): string =>
  String.fromCodePoint(...Array.from({ length: last - first + 1 }, (_, i) => first + i))

/** Every character of GB 2312's rows: symbols, letters, kana and the 6763 hanzi. */
const gb2312 = (): string => {
  const decoder = new TextDecoder('gbk', { fatal: true })
  let out = ''
  for (let row = 0xa1; row <= 0xf7; row++)
    for (let cell = 0xa1; cell <= 0xfe; cell++) {
      const known = row <= 0xa9 || row >= 0xb0
      if (known) out += decodeOne(decoder, row, cell)
    }
  return out
}

const decodeOne = (decoder: TextDecoder, row: number, cell: number): string => {
  try {
    return decoder.decode(Uint8Array.of(row, cell)).replace(/[\ue000-\uf8ff]/g, '')
  } catch (error) {
    if (error instanceof TypeError) return ''
    throw error
  }
}

/** Characters outside GB 2312 that names of people and places, and official forms, often need. */
const EXTRA = '〇·—…“”‘’•￥镕堃喆頔祎玥珺翀昇囍犇鋆婳彧琇瑀祾珮煊焜烜淼骉甯邨璟琤瑄瑛瑢曌垚壵旻昉昕昳晅晞晟晗暕濛'
const [, , source] = process.argv
if (source === undefined) throw new Error('usage: node tools/make-font-subset.ts FONT.ttf')
const text = [...new Set(range(0x20, 0x7e) + range(0xa0, 0xff) + gb2312() + EXTRA)].join('')
const font = await subsetFont(readFileSync(source), text, { targetFormat: 'truetype' })
writeFileSync(new URL('../assets/fonts/NotoSerifSC-GB2312.ttf', import.meta.url), font)
process.stdout.write(`${[...text].length} characters, ${font.length} bytes\n`)
