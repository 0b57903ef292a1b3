import { beforeAll, describe, expect, it } from 'vitest'
import { PDFDict, PDFDocument, PDFName, PDFRef } from '@cantoo/pdf-lib'
import { openPdf, readPages } from '../../../standards/iso-32000-signature/index.ts'
import type { PdfFile } from '../../../standards/iso-32000-signature/index.ts'
import { serialise } from '../../../standards/iso-32000-signature/serialise.ts'
import { signatureFields } from '../../../standards/iso-32000-signature/signature-fields.ts'
import {
  array,
  asArray,
  asDict,
  asRef,
  dict,
  name,
  ref,
  withEntries,
} from '../../../standards/iso-32000-signature/values.ts'
import type { PdfDict, PdfValue } from '../../../standards/iso-32000-signature/values.ts'
import { findPdfSignatures } from '../../../src/document/index.ts'
import { appendRevision, coSign, isGood, judge, makePdf, makeSigner, outcomes, seal } from './signers.ts'
import type { TestSigner } from './signers.ts'

let sm2: TestSigner
let p256: TestSigner
let sealed: Uint8Array
let file: PdfFile
beforeAll(async () => {
  sm2 = await makeSigner('SM2')
  p256 = await makeSigner('P-256')
  sealed = await seal({ document: await makePdf({ form: true }), signer: sm2 })
  file = openPdf(sealed)
})

const FREE = 200
const root = (): string => serialise(file.catalogRef)
const page = (index = 0) => readPages(file)[index] as ReturnType<typeof readPages>[number]
const numberOf = (value: PdfValue | undefined): number => asRef(value)?.number ?? -1
const get = (owner: PdfDict, key: string): PdfValue => owner.entries.get(key) ?? null
const form = (): PdfDict => asDict(file.resolve(get(file.catalog, 'AcroForm'))) as PdfDict
const field = () => signatureFields(file)[0] as ReturnType<typeof signatureFields>[number]
const annots = (): readonly PdfValue[] => asArray(file.resolve(get(page().dict, 'Annots'))) ?? []
const withAnnots = (items: readonly PdfValue[]): Record<number, string> => ({
  [page().ref.number]: serialise(withEntries(page().dict, { Annots: array(items) })),
})
const withFields = (items: readonly PdfValue[]): Record<number, string> => ({
  [numberOf(get(file.catalog, 'AcroForm'))]: serialise(withEntries(form(), { Fields: array(items) })),
})
const fields = (): readonly PdfValue[] => asArray(file.resolve(get(form(), 'Fields'))) ?? []
const EMPTY_STREAM = '<</Length 0>>\nstream\n\nendstream'
const DRAWING = '<</Type /XObject /Subtype /Form /BBox [0 0 9 9] /Length 0>>\nstream\n\nendstream'
const widget = (extra: Readonly<Record<string, PdfValue>>): string =>
  serialise(
    dict({ Type: name('Annot'), Subtype: name('Widget'), Rect: array([0, 0, 300, 300]), P: page().ref, ...extra }),
  )

/** What an attacker appends: object number → body. */
const ATTACKS: Readonly<Record<string, () => Record<number, string>>> = {
  'replaced page content': () => ({
    [numberOf(asArray(get(page().dict, 'Contents'))?.[0] ?? get(page().dict, 'Contents'))]: EMPTY_STREAM,
  }),
  'a page of another size': () => ({
    [page().ref.number]: serialise(withEntries(page().dict, { MediaBox: array([0, 0, 10, 10]) })),
  }),
  'other content for a page': () => ({
    [page().ref.number]: serialise(withEntries(page().dict, { Contents: ref(FREE) })),
    [FREE]: EMPTY_STREAM,
  }),
  'a turned page': () => ({ [page(1).ref.number]: serialise(withEntries(page(1).dict, { Rotate: 180 })) }),
  'an added page': () => ({
    [numberOf(get(file.catalog, 'Pages'))]: serialise(
      dict({ Type: name('Pages'), Count: 3, Kids: array([page().ref, page(1).ref, ref(FREE)]) }),
    ),
    [FREE]: serialise(page().dict),
  }),
  'a page taken away': () => ({
    [numberOf(get(file.catalog, 'Pages'))]: serialise(
      dict({ Type: name('Pages'), Count: 1, Kids: array([page().ref]) }),
    ),
  }),
  'pages in another order': () => ({
    [numberOf(get(file.catalog, 'Pages'))]: serialise(
      dict({ Type: name('Pages'), Count: 2, Kids: array([page(1).ref, page().ref]) }),
    ),
  }),
  'an annotation over the text': () => ({
    ...withAnnots([...annots(), ref(FREE)]),
    [FREE]: serialise(dict({ Type: name('Annot'), Subtype: name('FreeText'), Rect: array([0, 0, 9, 9]) })),
  }),
  'an annotation under the seal': () => ({
    ...withAnnots([ref(FREE), ...annots()]),
    [FREE]: serialise(dict({ Type: name('Annot'), Subtype: name('Square'), Rect: array([0, 0, 9, 9]) })),
  }),
  'the seal taken off the page': () => withAnnots([]),
  'another picture for the seal': () => ({
    [numberOf(asDict(get(field().dict, 'AP'))?.entries.get('N'))]: DRAWING,
  }),
  'another place for the seal': () => ({
    [field().ref?.number ?? -1]: serialise(withEntries(field().dict, { Rect: array([0, 0, 90, 90]) })),
  }),
  'another reason in the signature': () => ({
    [numberOf(field().dict.entries.get('V'))]: serialise(withEntries(field().value as PdfDict, { Reason: name('x') })),
  }),
  'an action on opening': () => ({
    [file.catalogRef.number]: serialise(withEntries(file.catalog, { OpenAction: dict({ S: name('JavaScript') }) })),
  }),
  'a filled form field': () => ({
    [numberOf(fields()[0])]: serialise(withEntries(asDict(file.resolve(fields()[0])) as PdfDict, { V: name('x') })),
  }),
  'an added text field': () => ({
    ...withFields([...fields(), ref(FREE)]),
    [FREE]: widget({ FT: name('Tx'), T: field().dict.entries.get('T') as PdfValue }),
  }),
  'an unsigned signature field with a picture': () => ({
    ...withFields([...fields(), ref(FREE)]),
    ...withAnnots([...annots(), ref(FREE)]),
    [FREE]: widget({ FT: name('Sig'), AP: dict({ N: ref(FREE + 1) }) }),
    [FREE + 1]: DRAWING,
  }),
  'a signature field with an empty signature': () => ({
    ...withFields([...fields(), ref(FREE)]),
    ...withAnnots([...annots(), ref(FREE)]),
    [FREE]: widget({ FT: name('Sig'), V: ref(FREE + 1) }),
    [FREE + 1]: '<</Type /Sig /ByteRange [0 1 2 3] /Contents <00>>>',
  }),
  'a field that borrows the good signature': () => ({
    ...withFields([...fields(), ref(FREE)]),
    ...withAnnots([...annots(), ref(FREE)]),
    [FREE]: widget({
      FT: name('Sig'),
      T: field().dict.entries.get('T') as PdfValue,
      V: field().dict.entries.get('V') as PdfValue,
    }),
  }),
  'layers that can be switched off': () => ({
    [file.catalogRef.number]: serialise(withEntries(file.catalog, { OCProperties: dict({}) })),
  }),
  'a font with other glyphs': () => {
    const fonts = asDict(file.resolve(asDict(file.resolve(get(page().dict, 'Resources')))?.entries.get('Font')))
    return { [numberOf([...(fonts?.entries.values() ?? [])][0])]: '<</Type /Font /Subtype /Type1 /BaseFont /Symbol>>' }
  },
}

describe('a revision added after the seal', () => {
  it.each(Object.entries(ATTACKS))('is refused when it brings %s', (_, attack) => {
    const objects = attack()
    expect(Object.keys(objects)).not.toContain('-1')
    const forged = appendRevision(sealed, objects, root())
    const verdicts = judge(forged).map(({ checks }) => outcomes(checks))
    const failed = verdicts.filter((v) => v['pdf.byte-range'] === 'fail' || v['pdf.coverage'] === 'fail')
    expect(failed.length).toBe(verdicts.length)
    expect(verdicts.length).toBeGreaterThan(0)
  })

  it('is refused when it swaps the whole catalogue for another document', () => {
    const objects = {
      [FREE]: serialise(withEntries(file.catalog, { Pages: ref(FREE + 1) })),
      [FREE + 1]: '<</Type /Pages /Kids [] /Count 0>>',
    }
    expect(outcomes(judge(appendRevision(sealed, objects, `${FREE} 0 R`))[0]?.checks ?? [])['pdf.coverage']).toBe(
      'fail',
    )
  })

  it('that removes the signature leaves no signature', () => {
    expect(findPdfSignatures(appendRevision(sealed, withFields([]), root()))).toEqual([])
  })

  it('that changes only the document information is not decided', () => {
    const forged = appendRevision(sealed, { [FREE]: '<</Title (other)>>' }, `${root()} /Info ${FREE} 0 R`)
    expect(outcomes(judge(forged)[0]?.checks ?? [])['pdf.coverage']).toBe('unknown')
  })

  it('with nothing in it changes nothing', () => {
    const info = serialise(file.crossReference.trailer.entries.get('Info') as PdfValue)
    const longer = appendRevision(sealed, { [FREE]: '<</A 1>>' }, `${root()} /Info ${info}`)
    expect(isGood(judge(longer)[0]?.checks ?? [])).toBe(true)
  })

  it('with validation data (DSS) is permitted', () => {
    const info = serialise(file.crossReference.trailer.entries.get('Info') as PdfValue)
    const objects = {
      [file.catalogRef.number]: serialise(withEntries(file.catalog, { DSS: dict({ Certs: array([]) }) })),
    }
    expect(isGood(judge(appendRevision(sealed, objects, `${root()} /Info ${info}`))[0]?.checks ?? [])).toBe(true)
  })

  it('is refused when it gives an object to a reference that led nowhere', async () => {
    const pdf = await PDFDocument.load(await makePdf())
    pdf
      .getPage(0)
      .node.lookup(PDFName.of('Resources'), PDFDict)
      .set(PDFName.of('XObject'), pdf.context.obj({ Late: PDFRef.of(90) }))
    const document = await seal({ document: await pdf.save({ useObjectStreams: false }), signer: sm2 })
    expect(isGood(judge(document)[0]?.checks ?? [])).toBe(true)
    const opened = openPdf(document)
    const forged = appendRevision(document, { 90: DRAWING }, serialise(opened.catalogRef))
    expect(outcomes(judge(forged)[0]?.checks ?? [])['pdf.coverage']).toBe('fail')
  })

  it('may sign, but its own changes to the page are still found', async () => {
    const attack = ATTACKS['replaced page content'] as () => Record<number, string>
    const both = await coSign({ document: appendRevision(sealed, attack(), root()), signer: p256 })
    const [first, second] = judge(both)
    expect(outcomes(first?.checks ?? [])['pdf.coverage']).toBe('fail')
    expect(isGood(second?.checks ?? [])).toBe(true)
  })
})
