import { beforeAll, describe, expect, it } from 'vitest'
import { concat, utf8 } from '../../../standards/bytes.ts'
import { PDFDocument } from '@cantoo/pdf-lib'
import { findPdfSignatures } from '../../../src/document/index.ts'
import { outcomeOf } from '../../unit/verification/changed.ts'
import type { SealedFiles } from './sealed-files.ts'
import { faultsOf, flip, makeSealedFiles, positions, wrongAbout } from './sealed-files.ts'

const LONG = 600_000
let files: SealedFiles
beforeAll(async () => {
  files = await makeSealedFiles()
}, 120_000)

/** From `<` to `>` of the last signature's /Contents, the only bytes that no signature covers. */
const lastContents = (pdf: Uint8Array): readonly [number, number] => {
  const [, length = 0, second = 0] = findPdfSignatures(pdf).at(-1)?.byteRange ?? []
  return [length, second]
}

describe('a sealed PDF with one bit turned', () => {
  it(
    'anywhere in the file is not valid, or it is said',
    () => {
      const faults = faultsOf(positions(files.pdf.length, 61), (at) =>
        wrongAbout(files, flip(files.pdf, at), files.pdf),
      )
      expect(faults).toEqual([])
    },
    LONG,
  )

  it(
    'at the edges of its signatures is never valid',
    () => {
      const places = findPdfSignatures(files.pdf).flatMap(({ byteRange: [, length = 0, second = 0] }) =>
        Array.from({ length: 24 }, (_, i) => [length - 12 + i, second - 12 + i]).flat(),
      )
      expect(faultsOf(places, (at) => wrongAbout(files, flip(files.pdf, at, 1), files.pdf))).toEqual([])
    },
    LONG,
  )

  it(
    'anywhere in the last /Contents, which no signature covers, is not valid, or it is said',
    () => {
      const [from, to] = lastContents(files.pdf)
      const places = positions(to - from, 17).map((n) => from + n)
      expect(faultsOf(places, (at) => wrongAbout(files, flip(files.pdf, at), files.pdf))).toEqual([])
    },
    LONG,
  )

  it('in the padding of the last /Contents is never valid: something could hide there', () => {
    const [, end] = lastContents(files.pdf)
    for (const back of [2, 3, 40, 100]) {
      const hidden = files.pdf.slice()
      hidden[end - back] = '1'.charCodeAt(0)
      expect(files.verify(hidden).verdict).toBe('invalid')
    }
  })

  it('that only changes the case of a hexadecimal digit decodes to the same signature, and is said', () => {
    const [from, to] = lastContents(files.pdf)
    const letters = Array.from({ length: to - from }, (_, i) => from + i).filter((at) =>
      /[a-fA-F]/.test(String.fromCharCode(files.pdf[at] ?? 0)),
    )
    for (const at of letters.filter((_, i) => i % 97 === 0))
      expect(wrongAbout(files, flip(files.pdf, at, 0x20), files.pdf)).toBeUndefined()
  })

  it('with white space in its last /Contents is not valid, or it is said', () => {
    const [, end] = lastContents(files.pdf)
    for (const space of [0x20, 0x0a, 0x00]) {
      const changed = files.pdf.slice()
      changed[end - 2] = space
      expect(wrongAbout(files, changed, files.pdf)).toBeUndefined()
    }
  })
})

describe('a sealed PDF cut short or grown', () => {
  it(
    'at every 997th byte is never valid',
    () => {
      const whole = files.pdf
      const faults = faultsOf(positions(whole.length, 997), (at) => wrongAbout(files, whole.subarray(0, at), whole))
      expect(faults).toEqual([])
    },
    LONG,
  )

  it('with bytes before or behind it is not valid, or it is said', () => {
    for (const extra of ['x', '\n', '%%EOF\n', '\u0000', '1 0 obj\n<<>>\nendobj\n'])
      for (const changed of [concat(utf8(extra), files.pdf), concat(files.pdf, utf8(extra))])
        expect(wrongAbout(files, changed, files.pdf)).toBeUndefined()
  })

  it('behind another sealed one, or halves of two, is never valid', () => {
    const middle = files.pdf.length >> 1
    for (const changed of [
      concat(files.pdf, files.otherPdf),
      concat(files.otherPdf, files.pdf),
      concat(files.pdf.subarray(0, middle), files.otherPdf.subarray(middle)),
      concat(files.pdf, files.ofd),
      concat(files.ofd, files.pdf),
    ])
      expect(files.verify(changed).verdict).not.toBe('valid')
  })
})

describe('a sealed PDF worked on afterwards', () => {
  it('with a page added by an editor is never valid', async () => {
    const pdf = await PDFDocument.load(files.pdf, { updateMetadata: false })
    pdf.addPage([200, 200])
    expect(files.verify(await pdf.save({ useObjectStreams: false })).verdict).not.toBe('valid')
  })

  it('written anew without its signatures is NO_SIGNATURE or broken, never valid', async () => {
    const pdf = await PDFDocument.load(files.pdf, { updateMetadata: false })
    const fresh = await PDFDocument.create()
    for (const page of await fresh.copyPages(pdf, [0])) fresh.addPage(page)
    const report = files.verify(await fresh.save())
    expect(report.verdict).not.toBe('valid')
    expect(outcomeOf(report, 'file.signature')).toMatch(/^(unknown NO_SIGNATURE|pass)$/)
  })

  it('cut back to the state before its first seal is NO_SIGNATURE', () => {
    const text = Buffer.from(files.pdf).toString('latin1')
    const bare = files.pdf.subarray(0, text.indexOf('%%EOF') + 6)
    const report = files.verify(bare)
    expect(report.verdict).toBe('indeterminate')
    expect(outcomeOf(report, 'file.signature')).toBe('unknown NO_SIGNATURE')
  })

  it('cut back to its first seal alone still covers all that is left', () => {
    const [first] = findPdfSignatures(files.pdf)
    const report = files.verify(files.pdf.subarray(0, first?.revisionEnd ?? 0))
    expect(report.reports).toHaveLength(1)
    expect(report.verdict).not.toBe('invalid')
  })
})
