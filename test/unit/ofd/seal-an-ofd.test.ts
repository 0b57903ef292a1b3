import { describe, expect, it } from 'vitest'
import { fromUtf8, utf8 } from '../../../standards/bytes.ts'
import {
  openOfdPackage,
  parseXml,
  protectionOf,
  readSignatures,
  writeOfdPackage,
} from '../../../standards/gbt-33190-ofd/index.ts'
import { isTrustError } from '../../../src/errors.ts'
import { prepareOfdSeal } from '../../../src/document/index.ts'
import type { OfdSealRequest } from '../../../src/document/index.ts'
import { digests, pagesOfd, PARTS, request, sampleOfd, SEAL, sealed, VALUE } from './ofd-samples.ts'

const codeOf = async (document: Uint8Array, more: Partial<OfdSealRequest> = {}): Promise<string | undefined> => {
  try {
    await prepareOfdSeal(request(document, more))
    return undefined
  } catch (error) {
    if (isTrustError(error)) return error.code
    throw error
  }
}

describe('sealing an OFD', () => {
  it('signs the digest of Signature.xml and protects every file', async () => {
    const slot = await prepareOfdSeal(request(sampleOfd()))
    const pkg = openOfdPackage(await slot.fill(VALUE))
    const signatures = readSignatures(pkg, 'strict')
    const [signature] = signatures
    if (signature === undefined) throw new Error('no signature')
    expect(slot.digest).toEqual(digests.digest('sm3', pkg.read('Doc_0/Signs/Sign_0/Signature.xml')))
    expect(slot.propertyInfo).toBe('/Doc_0/Signs/Sign_0/Signature.xml')
    expect(pkg.read(signature.signedValuePath)).toEqual(VALUE)
    expect(pkg.read(signature.sealPath ?? '')).toEqual(SEAL)
    expect(signature).toMatchObject({
      id: 's001',
      type: 'Seal',
      dateTime: '20261121080910Z',
      provider: { name: 'xinyin' },
    })
    expect(signature.stamps).toEqual([{ id: 's002', pageRef: '1', boundary: { x: -10, y: 0, width: 40, height: 40 } }])
    expect(signature.references.map((r) => r.path).sort()).toEqual(
      [...Object.keys(PARTS), 'Doc_0/Signs/Sign_0/Seal.esl'].sort(),
    )
    expect(protectionOf(pkg, signature, { signatures, digests, mode: 'strict' })).toMatchObject({
      outcome: 'complete',
      weak: false,
      misplacedStamps: [],
      coverage: { uncovered: [], ofdXml: 'protected', rootOpen: false },
    })
    expect(pkg.findings()).toEqual([])
  })
  it('adds one element to OFD.xml and changes nothing else in it', async () => {
    const odd = `\ufeff<?xml version='1.0'?>\r\n<!-- 电 --><x:OFD xmlns:x="http://www.ofdspec.org"  Version='1.0'>\r\n <x:DocBody><x:DocInfo/><x:DocRoot>Doc_0/Document.xml</x:DocRoot>\r\n </x:DocBody ></x:OFD>\n`
    const pkg = openOfdPackage(await sealed(sampleOfd({ 'OFD.xml': odd })))
    expect(new TextDecoder('utf-8', { ignoreBOM: true }).decode(pkg.read('OFD.xml'))).toBe(
      odd.replace(' </x:DocBody >', ' <x:Signatures>/Doc_0/Signs/Signatures.xml</x:Signatures></x:DocBody >'),
    )
  })
  it('gives the same bytes for the same request', async () =>
    expect(await sealed(sampleOfd())).toEqual(await sealed(sampleOfd())))
  it('goes on counting when a second seal is added, and protects the first', async () => {
    const once = await sealed(sampleOfd(), {
      placements: [
        { page: 1, xMm: 50, yMm: 50 },
        { page: 1, xMm: 90, yMm: 50 },
      ],
    })
    const pkg = openOfdPackage(await sealed(once))
    const signatures = readSignatures(pkg, 'strict')
    expect(signatures.map((s) => [s.id, s.path, s.stamps.map((t) => t.id)])).toEqual([
      ['s001', 'Doc_0/Signs/Sign_0/Signature.xml', ['s002', 's003']],
      ['s004', 'Doc_0/Signs/Sign_1/Signature.xml', ['s005']],
    ])
    expect(signatures[1]?.references.map((r) => r.path)).toEqual(
      expect.arrayContaining(['Signature.xml', 'SignedValue.dat', 'Seal.esl'].map((f) => `Doc_0/Signs/Sign_0/${f}`)),
    )
    expect(signatures.map((s) => protectionOf(pkg, s, { signatures, digests }).outcome)).toEqual([
      'complete',
      'complete',
    ])
    expect(
      parseXml(pkg.read('Doc_0/Signs/Signatures.xml')).children.map((c) => c.text || c.attributes.get('ID')),
    ).toEqual(['s005', 's001', 's004'])
  })
  it('cuts a straddling seal into even groups of at most 20 slices', async () => {
    const straddle = { placements: [{ page: 1, xMm: 0, yMm: 148.5, straddle: 'right' as const }] }
    const pkg = openOfdPackage(await sealed(pagesOfd(41), straddle))
    const stamps = readSignatures(pkg)[0]?.stamps ?? []
    expect(stamps).toHaveLength(41)
    expect(stamps.map((s) => s.clip?.width)).toEqual([
      ...Array(13).fill(3.077),
      ...Array(14).fill(2.857),
      ...Array(14).fill(2.857),
    ])
    expect(stamps[13]).toMatchObject({ boundary: { x: 207.143, y: 128.5, width: 40, height: 40 }, clip: { x: 0 } })
  })
})

describe('sealing an OFD refuses', () => {
  it.each<[string, OfdSealRequest['placements']]>([
    ['no placement', []],
    ['page 0', [{ page: 0, xMm: 1, yMm: 1 }]],
    ['a page after the last', [{ page: 2, xMm: 1, yMm: 1 }]],
    ['half a page', [{ page: 1.5, xMm: 1, yMm: 1 }]],
    ['a place left of the page', [{ page: 1, xMm: -1, yMm: 1 }]],
    ['a place below the page', [{ page: 1, xMm: 1, yMm: 298 }]],
    ['no number', [{ page: 1, xMm: Number.NaN, yMm: 1 }]],
    ['a straddling seal on one page', [{ page: 1, xMm: 1, yMm: 1, straddle: 'right' }]],
  ])('%s', async (_, placements) => expect(await codeOf(sampleOfd(), { placements })).toBe('PLACEMENT_INVALID'))
  it('a seal without size', async () =>
    expect(await codeOf(sampleOfd(), { sealPictureSize: { widthMm: 0, heightMm: 40 } })).toBe('PLACEMENT_INVALID'))

  const documentXml = PARTS['Doc_0/Document.xml'] as string
  const withDocument = (more: string): Uint8Array =>
    sampleOfd({ 'Doc_0/Document.xml': documentXml.replace('</ofd:Document>', `${more}</ofd:Document>`) })
  it('a document that a signature closed', async () => {
    const closed = await sealed(sampleOfd(), { finalize: true })
    expect(await codeOf(closed)).toBe('DOCUMENT_CLOSED')
  })
  it('a document that forbids signatures', async () =>
    expect(await codeOf(withDocument('<ofd:Permissions><ofd:Signature>false</ofd:Signature></ofd:Permissions>'))).toBe(
      'DOCUMENT_CLOSED',
    ))
  it('a package with a signed list of files', async () =>
    expect(await codeOf(sampleOfd({ 'OFDEntries.xml': '<a/>' }))).toBe('DOCUMENT_CLOSED'))
  it('an encrypted package', async () =>
    expect(await codeOf(sampleOfd({ 'Encryptions.xml': '<a/>' }))).toBe('DOCUMENT_ENCRYPTED'))
  it.each(['Signs/Sign_0/SignedValue.dat', '/Doc_0/Signs/Signatures.xml', 'Signs/Sign_0/Signature.xml'])(
    'a document that uses %s as content',
    async (path) => {
      const res = documentXml.replace('<ofd:PublicRes>', `<ofd:TemplatePage ID="8" BaseLoc="${path}"/><ofd:PublicRes>`)
      expect(await codeOf(sampleOfd({ 'Doc_0/Document.xml': res }))).toBe('DOCUMENT_MALFORMED')
    },
  )
  it.each<[string, Uint8Array]>([
    ['bytes that are no ZIP', utf8('%PDF-1.7')],
    ['a ZIP without OFD.xml', sampleOfd({ 'OFD.xml': undefined })],
    ['a missing Document.xml', sampleOfd({ 'Doc_0/Document.xml': undefined })],
    ['a missing page', sampleOfd({ 'Doc_0/Pages/Page_0/Content.xml': undefined })],
    [
      'two document roots in one body',
      sampleOfd({
        'OFD.xml': PARTS['OFD.xml']?.replace(
          '</ofd:DocBody>',
          '<y:DocRoot xmlns:y="y">Doc_0/PublicRes.xml</y:DocRoot></ofd:DocBody>',
        ),
      }),
    ],
    ['a document type declaration', sampleOfd({ 'OFD.xml': `<!DOCTYPE a>${PARTS['OFD.xml'] ?? ''}` })],
    ['a path out of the package', withDocument('<ofd:Attachments>../../etc/passwd</ofd:Attachments>')],
  ])('%s', async (_, document) => expect(await codeOf(document)).toBe('DOCUMENT_MALFORMED'))
  it('and leaves the received bytes as they were', async () => {
    const document = sampleOfd()
    const copy = document.slice()
    await sealed(document)
    expect(document).toEqual(copy)
    expect(fromUtf8(openOfdPackage(writeOfdPackage(openOfdPackage(document), new Map())).read('OFD.xml'))).toBe(
      PARTS['OFD.xml'],
    )
  })
})
