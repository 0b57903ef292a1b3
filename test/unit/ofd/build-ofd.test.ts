import { describe, expect, it } from 'vitest'
import { fromUtf8, utf8 } from '../../../standards/bytes.ts'
import {
  buildOfd,
  openOfdPackage,
  pageBox,
  reachableFiles,
  readBodies,
  readPages,
} from '../../../standards/gbt-33190-ofd/index.ts'
import type { OfdContent, OfdObject } from '../../../standards/gbt-33190-ofd/index.ts'
import { detectDocument, findOfdText } from '../../../src/document/index.ts'
import { PARTS, reasonOf, sampleOfd, sealed } from './ofd-samples.ts'
import { rawZip } from './raw-zip.ts'

const text = (value: string, more: object = {}): OfdObject => ({
  kind: 'text',
  xMm: 20,
  yMm: 30,
  sizeMm: 5,
  font: '宋体',
  text: value,
  advances: [...value].map(() => 5),
  ...more,
})
const content = (more: Partial<OfdContent> = {}): OfdContent => ({
  docId: '0123456789abcdef0123456789abcdef',
  creationDate: '2026-11-21',
  title: '<执照> & "副本"',
  customDatas: [{ name: 'ZZBS', value: '1.2.156&3005' }],
  fonts: [{ name: '宋体', ttf: utf8('font') }],
  pages: [
    {
      widthMm: 297,
      heightMm: 210,
      objects: [
        text('电子<证照>𠀀'),
        { kind: 'path', data: 'S 0 0 M 0 0 L 10.5 -3 C', stroke: [255, 0, 0], lineWidthMm: 0.5 },
        { kind: 'image', xMm: 1, yMm: 2, widthMm: 20, heightMm: 20, format: 'PNG', data: utf8('png') },
      ],
    },
    { widthMm: 210, heightMm: 297, objects: [] },
  ],
  attachments: [{ name: '元数据', fileName: 'metadata.json', format: 'json', data: utf8('{}') }],
  ...more,
})

describe('a written OFD', () => {
  it('reads back as it was meant, and every file of it is reached', () => {
    const pkg = openOfdPackage(buildOfd(content()))
    const [body] = readBodies(pkg, 'strict')
    if (body === undefined) throw new Error('no body')
    expect(body).toMatchObject({
      title: '<执照> & "副本"',
      docId: content().docId,
      customDatas: [{ name: 'ZZBS', value: '1.2.156&3005' }],
    })
    expect(readPages(pkg, body).map((page) => pageBox(pkg, body, page))).toEqual([
      { x: 0, y: 0, width: 297, height: 210 },
      { x: 0, y: 0, width: 210, height: 297 },
    ])
    expect(findOfdText(pkg, 'strict')).toEqual([
      { page: 1, texts: ['电子<证照>𠀀'] },
      { page: 2, texts: [] },
    ])
    const reached = reachableFiles(pkg, 'strict')
    expect([...reached.files].sort()).toEqual([...pkg.files].sort())
    expect([reached.missing.size, reached.leniencies.size]).toEqual([0, 0])
  })
  it('has unique ids, none above MaxUnitID', () => {
    const pkg = openOfdPackage(buildOfd(content()))
    const xml = pkg.files
      .filter((f) => f.endsWith('.xml'))
      .map((f) => fromUtf8(pkg.read(f)))
      .join('')
    const ids = [...xml.matchAll(/ ID="(\d+)"/g)].map((m) => Number(m[1]))
    expect(new Set(ids).size).toBe(ids.length)
    expect(Math.max(...ids)).toBeLessThanOrEqual(Number(/MaxUnitID>(\d+)/.exec(xml)?.[1]))
  })
  it('is the same for the same content, and can be sealed', async () => {
    expect(buildOfd(content())).toEqual(buildOfd(content()))
    expect(detectDocument(await sealed(buildOfd(content())))).toBe('ofd')
  })
  const page = (object: OfdObject): Partial<OfdContent> => ({
    pages: [{ widthMm: 210, heightMm: 297, objects: [object] }],
  })
  it.each<[string, string, Partial<OfdContent>]>([
    ['no page', 'OFD_CONTENT', { pages: [] }],
    ['a DocID that is none', 'OFD_CONTENT', { docId: 'x' }],
    ['a date that is none', 'OFD_CONTENT', { creationDate: '21.11.2026' }],
    ['an unknown font', 'OFD_CONTENT', page(text('a', { font: 'Arial' }))],
    ['a missing advance', 'OFD_CONTENT', page(text('ab', { advances: [5] }))],
    ['an advance that is no number', 'OFD_CONTENT', page(text('ab', { advances: [Number.NaN, 1] }))],
    ['empty text', 'OFD_CONTENT', page(text(''))],
    ['a control character', 'XML_CHARACTER', page(text('\u0007'))],
    ['SVG path data', 'OFD_CONTENT', page({ kind: 'path', data: 'M0 0 Z' })],
    ['markup in path data', 'OFD_CONTENT', page({ kind: 'path', data: 'S 0 0</a>' })],
    ['a colour out of range', 'OFD_CONTENT', page(text('a', { colour: [256, 0, 0] }))],
    [
      'an image without size',
      'OFD_CONTENT',
      page({ kind: 'image', xMm: 0, yMm: 0, widthMm: 0, heightMm: 1, format: 'PNG', data: utf8('') }),
    ],
    ['a page without size', 'OFD_CONTENT', { pages: [{ widthMm: Number.NaN, heightMm: 1, objects: [] }] }],
    ['a path as file name', 'OFD_CONTENT', { attachments: [{ name: 'a', fileName: '../a', data: utf8('') }] }],
    ['two fonts of one name', 'OFD_CONTENT', { fonts: [{ name: '宋体' }, { name: '宋体' }] }],
    [
      'two attachments in one file',
      'ZIP_DUPLICATE_NAME',
      { attachments: ['a.txt', 'A.txt'].map((fileName) => ({ name: 'a', fileName, data: utf8('') })) },
    ],
  ])('is refused: %s', (_, reason, more) => expect(reasonOf(() => buildOfd(content(more)))).toBe(reason))
})

describe('what a file is', () => {
  it.each<[string, Uint8Array, string]>([
    ['an OFD', sampleOfd(), 'ofd'],
    ['a truncated OFD', sampleOfd().subarray(0, 200), 'ofd'],
    ['another ZIP', rawZip([{ name: 'word/document.xml' }]), 'unknown'],
    ['a PDF', utf8('%PDF-1.7\n'), 'pdf'],
    ['a PDF after some bytes', utf8('\n\n%PDF-1.4'), 'pdf'],
    ['a text', utf8('OFD.xml'), 'unknown'],
    ['nothing', new Uint8Array(), 'unknown'],
  ])('%s', (_, bytes, kind) => expect(detectDocument(bytes)).toBe(kind))
})

describe('the text of a document', () => {
  it('comes with the templates of a page, first', () => {
    const pkg = openOfdPackage(
      sampleOfd({
        'Doc_0/Document.xml': PARTS['Doc_0/Document.xml']?.replace(
          '<ofd:PublicRes>',
          '<ofd:TemplatePage ID="8" BaseLoc="T.xml"/><ofd:PublicRes>',
        ),
        'Doc_0/T.xml': '<Page><TextCode>底图</TextCode></Page>',
        'Doc_0/Pages/Page_0/Content.xml': '<Page><Template TemplateID="8"/><TextCode>正文</TextCode></Page>',
      }),
    )
    expect(findOfdText(pkg)).toEqual([{ page: 1, texts: ['底图', '正文'] }])
  })
})
