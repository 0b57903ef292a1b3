import { beforeAll, describe, expect, it } from 'vitest'
import { PDFDocument, PDFName, PDFString } from '@cantoo/pdf-lib'
import { equalBytes } from '../../../standards/bytes.ts'
import { findPdfSignatures } from '../../../src/document/index.ts'
import { AT, SEAL_DER, coSign, isGood, judge, makePdf, makeSigner, outcomes, seal } from './signers.ts'
import type { PdfOptions, TestSigner } from './signers.ts'

let sm2: TestSigner
let p256: TestSigner
beforeAll(async () => {
  sm2 = await makeSigner('SM2')
  p256 = await makeSigner('P-256')
})

const KINDS: Readonly<Record<string, PdfOptions>> = {
  'classic cross-reference': {},
  'object and cross-reference streams': { objectStreams: true },
  'an existing form': { form: true },
  'an existing form in object streams': { form: true, objectStreams: true },
  'one page': { pages: 1 },
}

describe.each(Object.entries(KINDS))('a sealed PDF with %s', (_, options) => {
  it('keeps every earlier revision byte for byte and proves both signatures', async () => {
    const document = await makePdf(options)
    const sealed = await seal({ document, signer: sm2 })
    const both = await coSign({ document: sealed, signer: p256 })
    expect(equalBytes(sealed.subarray(0, document.length), document)).toBe(true)
    expect(equalBytes(both.subarray(0, sealed.length), sealed)).toBe(true)
    const [first, second] = judge(both)
    expect(isGood(first?.checks ?? []), JSON.stringify(first?.checks)).toBe(true)
    expect(isGood(second?.checks ?? []), JSON.stringify(second?.checks)).toBe(true)
    expect(first).toMatchObject({ algorithm: 'SM2-SM3', sealDer: SEAL_DER, claimedTime: AT })
    expect(second?.algorithm).toBe('ECDSA-SHA256')
    expect(second?.sealDer).toBeUndefined()
    expect(outcomes(first?.checks ?? [])['pdf.later-revisions']).toBe('notice')
    expect(outcomes(second?.checks ?? [])['pdf.later-revisions']).toBe('pass')
  })

  it('still opens in pdf-lib with all its pages', async () => {
    const sealed = await seal({ document: await makePdf(options), signer: sm2 })
    expect((await PDFDocument.load(sealed)).getPageCount()).toBe(options.pages ?? 2)
  })
})

describe('what a sealed PDF says', () => {
  it('a second seal by another office leaves the first one in force, with a notice that it was extended', async () => {
    const other = await makeSigner('SM2', '另一个单位')
    const one = await seal({ document: await makePdf(), signer: sm2 })
    const two = await seal({ document: one, signer: other, placements: [{ page: 2, xMm: 150, yMm: 200 }] })
    const [first, second] = judge(two)
    expect(first?.checks).toContainEqual(
      expect.objectContaining({
        name: 'pdf.later-revisions',
        reason: 'EXTENDED_AFTER',
        detail: { signatures: 1, visible: 1 },
      }),
    )
    expect(isGood(first?.checks ?? []) && isGood(second?.checks ?? [])).toBe(true)
  })

  it('a straddling seal shows a strip on every page under one signature', async () => {
    const placements = [{ page: 1, xMm: 0, yMm: 150, straddle: 'right' as const }]
    const sealed = await seal({ document: await makePdf({ pages: 4 }), signer: sm2, placements })
    const [only, ...others] = findPdfSignatures(sealed)
    expect(others).toEqual([])
    expect(only?.places.map((p) => p.page)).toEqual([1, 2, 3, 4])
    const widths = only?.places.map(({ rect: [left = 0, , right = 0] }) => ((right - left) * 25.4) / 72) ?? []
    for (const width of widths) expect(width).toBeCloseTo(10, 2)
    for (const place of only?.places ?? []) expect(place.rect[2]).toBeCloseTo(595, 1)
    expect(isGood(judge(sealed)[0]?.checks ?? [])).toBe(true)
  })

  it.each([
    [0, [60, 50]],
    [90, [60, 50]],
    [180, [60, 50]],
    [270, [60, 50]],
  ])('the seal stands where a person sees it on a page turned by %i degrees', async (rotate, [xMm = 0, yMm = 0]) => {
    const crop = [20, 30, 500, 700] as const
    const sealed = await seal({
      document: await makePdf({ rotate, crop }),
      signer: sm2,
      placements: [{ page: 1, xMm, yMm }],
    })
    const [left = 0, bottom = 0, right = 0, top = 0] = findPdfSignatures(sealed)[0]?.places[0]?.rect ?? []
    const centre = [(left + right) / 2 - crop[0], (bottom + top) / 2 - crop[1]]
    const [x, y] = [(xMm * 72) / 25.4, (yMm * 72) / 25.4]
    const expected = { 0: [x, crop[3] - y], 90: [y, x], 180: [crop[2] - x, y], 270: [crop[2] - y, crop[3] - x] }[rotate]
    expect(centre[0]).toBeCloseTo(expected?.[0] ?? 0, 1)
    expect(centre[1]).toBeCloseTo(expected?.[1] ?? 0, 1)
    expect(((right - left) * 25.4) / 72).toBeCloseTo(40, 2)
  })
})

describe('refusals before anything is signed', () => {
  const refusal = async (work: Promise<unknown>): Promise<string> =>
    work.then(
      () => 'none',
      (error: { code?: string }) => error.code ?? 'other',
    )

  it.each([
    ['a page that does not exist', { page: 3, xMm: 50, yMm: 50 }],
    ['a place beside the page', { page: 1, xMm: 500, yMm: 50 }],
    ['a place above the page', { page: 1, xMm: 50, yMm: -1 }],
    ['no number', { page: 1, xMm: Number.NaN, yMm: 50 }],
  ])('refuses %s', async (_, placement) => {
    const document = await makePdf()
    expect(await refusal(seal({ document, signer: sm2, placements: [placement] }))).toBe('PLACEMENT_INVALID')
  })

  it('refuses to straddle a single page, and to seal nowhere', async () => {
    const document = await makePdf({ pages: 1 })
    const straddle = [{ page: 1, xMm: 0, yMm: 100, straddle: 'right' as const }]
    expect(await refusal(seal({ document, signer: sm2, placements: straddle }))).toBe('PLACEMENT_INVALID')
    expect(await refusal(seal({ document, signer: sm2, placements: [] }))).toBe('PLACEMENT_INVALID')
  })

  it('refuses encrypted files', async () => {
    const pdf = await PDFDocument.load(await makePdf())
    pdf.encrypt({ userPassword: 'a', ownerPassword: 'b' })
    const document = await pdf.save({ useObjectStreams: false })
    expect(await refusal(seal({ document, signer: sm2 }))).toBe('DOCUMENT_ENCRYPTED')
    expect(() => findPdfSignatures(document)).toThrow(expect.objectContaining({ reason: 'PDF_ENCRYPTED' }))
  })

  it.each([
    ['nothing', new Uint8Array()],
    ['a header alone', new TextEncoder().encode('%PDF-1.7\n')],
    ['text', new TextEncoder().encode('hello')],
  ])('refuses %s', async (_, document) => {
    expect(await refusal(seal({ document, signer: sm2 }))).toBe('DOCUMENT_MALFORMED')
  })

  it('refuses an XFA form', async () => {
    const pdf = await PDFDocument.load(await makePdf({ form: true }))
    pdf.getForm().acroForm.dict.set(PDFName.of('XFA'), PDFString.of('x'))
    const document = await pdf.save({ useObjectStreams: false, updateFieldAppearances: false })
    expect(await refusal(seal({ document, signer: sm2 }))).toBe('DOCUMENT_UNSUPPORTED')
  })
})
