/** An approval result to stamp when the user brings none: one OFD and one PDF, made here. */
import { readFileSync } from 'node:fs'
import { buildOfd } from '../standards/gbt-33190-ofd/index.ts'
import { openFaceFont } from '../src/licence/index.ts'

const FONT = new URL('../assets/fonts/NotoSerifSC-GB2312.ttf', import.meta.url)
const LINES = [
  '准予行政许可决定书（示例）',
  '云湖示例科技有限公司：',
  '你单位提出的食品经营许可申请，经审查符合法定条件，决定准予许可。',
  '本文书内容为虚构，仅用于演示电子印章。',
]

export const sampleOfd = async (day: string): Promise<Uint8Array> => {
  const font = openFaceFont(new Uint8Array(readFileSync(FONT)), 'Noto Serif SC')
  return buildOfd({
    docId: crypto.randomUUID().replaceAll('-', ''),
    creationDate: day,
    title: LINES[0] ?? '',
    fonts: [{ name: font.name, ttf: await font.subset(LINES.join('')) }],
    pages: [
      {
        widthMm: 210,
        heightMm: 297,
        objects: LINES.map((text, i) => ({
          kind: 'text' as const,
          xMm: i === 0 ? 55 : 25,
          yMm: 50 + i * 16,
          sizeMm: i === 0 ? 7 : 5,
          font: font.name,
          text,
          advances: font.advances(text).map((a) => a * (i === 0 ? 7 : 5)),
        })),
      },
    ],
  })
}

/** The least PDF with a page and a line of text; offsets are counted while it is written. */
export const samplePdf = (): Uint8Array => {
  const content = 'BT /F1 18 Tf 72 720 Td (Administrative approval - sample) Tj ET'
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>',
    `<< /Length ${content.length} >>\nstream\n${content}\nendstream`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
  ]
  let text = '%PDF-1.7\n%\u00e2\u00e3\u00cf\u00d3\n'
  const offsets = objects.map((object, i) => {
    const at = text.length
    text += `${i + 1} 0 obj\n${object}\nendobj\n`
    return at
  })
  const table = offsets.map((o) => `${String(o).padStart(10, '0')} 00000 n \n`).join('')
  const xref = text.length
  text += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${table}trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${xref}\n%%EOF\n`
  return Uint8Array.from(text, (c) => c.charCodeAt(0))
}
