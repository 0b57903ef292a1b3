/** Small documents of our own writing, to be sealed in tests and benchmarks. */
import { buildOfd } from '../../standards/gbt-33190-ofd/index.ts'
import { PDFDocument } from '@cantoo/pdf-lib'

const TEXT = '审批结果：准予许可'

/** A4 pages, each with one line of text; no font inside. */
export const smallOfd = (pages = 1): Uint8Array =>
  buildOfd({
    docId: '0123456789abcdef0123456789abcdef',
    creationDate: '2026-11-21',
    fonts: [{ name: '宋体' }],
    pages: Array.from({ length: pages }, () => ({
      widthMm: 210,
      heightMm: 297,
      objects: [
        {
          kind: 'text' as const,
          xMm: 25,
          yMm: 40,
          sizeMm: 5,
          font: '宋体',
          text: TEXT,
          advances: [...TEXT].map(() => 5),
        },
      ],
    })),
  })

export const smallPdf = async (pages = 1): Promise<Uint8Array> => {
  const pdf = await PDFDocument.create({ updateMetadata: false })
  for (let i = 0; i < pages; i++)
    pdf.addPage([595, 842]).drawText(`Page ${i + 1}: approved`, { x: 70, y: 760, size: 14 })
  return pdf.save({ useObjectStreams: false })
}
