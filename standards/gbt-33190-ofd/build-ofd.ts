/**
 * Writes a small OFD from scratch by templates (GB/T 33190-2016 clauses 7 to 11): text with measured advances, paths, images, fonts,
 * metadata, attachments. The same content gives the same bytes. Refuses what the reader would misread: unknown fonts,
 * advances that do not fit the text, names of attachments that are not plain file names (OFD_CONTENT).
 */
import { utf8 } from '../bytes.ts'
import { FormatError } from '../errors.ts'
import { formatBox, formatNumber } from './box.ts'
import type { Box } from './box.ts'
import { makeOfdPackage } from './write-ofd-package.ts'
import { escapeXml, OFD_NAMESPACE, XML_HEAD } from './xml-text.ts'

/** 0 to 255 each. */
export type OfdColour = readonly [red: number, green: number, blue: number]

export interface OfdTextObject {
  readonly kind: 'text'
  /** Start of the baseline, from the page's top-left. */
  readonly xMm: number
  readonly yMm: number
  readonly sizeMm: number
  /** Name of one of the document's fonts. */
  readonly font: string
  readonly text: string
  /** Advance of every character (code point) in millimetres; the last one only widens the box. */
  readonly advances: readonly number[]
  readonly colour?: OfdColour
  /** 0 (invisible) to 255. */
  readonly alpha?: number
  readonly bold?: boolean
}

export interface OfdPathObject {
  readonly kind: 'path'
  /** Abbreviated data of the standard (S M L Q B A C) in page millimetres; it is not SVG. */
  readonly data: string
  readonly fill?: OfdColour
  readonly stroke?: OfdColour
  readonly lineWidthMm?: number
  readonly rule?: 'NonZero' | 'Even-Odd'
  readonly alpha?: number
}

export interface OfdImageObject {
  readonly kind: 'image'
  readonly xMm: number
  readonly yMm: number
  readonly widthMm: number
  readonly heightMm: number
  readonly format: 'PNG' | 'JPG'
  readonly data: Uint8Array
}

export type OfdObject = OfdTextObject | OfdPathObject | OfdImageObject

export interface OfdContent {
  /** 32 lower-case hex digits. */
  readonly docId: string
  /** YYYY-MM-DD. */
  readonly creationDate: string
  readonly title?: string
  readonly author?: string
  readonly creator?: string
  readonly customDatas?: readonly { readonly name: string; readonly value: string }[]
  readonly pages: readonly {
    readonly widthMm: number
    readonly heightMm: number
    readonly objects: readonly OfdObject[]
  }[]
  /** Without `ttf` the reader's own font of that name is used. */
  readonly fonts: readonly { readonly name: string; readonly ttf?: Uint8Array }[]
  readonly attachments?: readonly {
    readonly name: string
    /** Plain file name inside the package. */
    readonly fileName: string
    readonly format?: string
    readonly data: Uint8Array
  }[]
}

const refuse = (what: string): never => {
  throw new FormatError('OFD_CONTENT', what)
}

const root = (name: string, inner: string, attributes = ''): Uint8Array =>
  utf8(`${XML_HEAD}<ofd:${name} xmlns:ofd="${OFD_NAMESPACE}"${attributes}>${inner}</ofd:${name}>`)

const element = (name: string, text: string | undefined): string =>
  text === undefined ? '' : `<ofd:${name}>${escapeXml(text)}</ofd:${name}>`

const colour = (name: string, value: OfdColour | undefined): string => {
  if (value === undefined) return ''
  if (value.some((c) => !Number.isInteger(c) || c < 0 || c > 255)) refuse('a colour outside 0 to 255')
  return `<ofd:${name} Value="${value.join(' ')}"/>`
}

const alphaAttribute = (alpha: number | undefined): string => {
  if (alpha === undefined) return ''
  if (!Number.isInteger(alpha) || alpha < 0 || alpha > 255) refuse('alpha outside 0 to 255')
  return ` Alpha="${alpha}"`
}

/** Page boxes, object boxes: what is not finite would be written as NaN. */
const box = (value: Box): string => {
  if (!Object.values(value).every(Number.isFinite) || value.width <= 0 || value.height <= 0)
    refuse('a box without size')
  return formatBox(value)
}

/** Fonts, images and their ids while the pages are written. */
class Writing {
  private lastId = 0
  readonly files = new Map<string, Uint8Array>()
  readonly fontIds = new Map<string, number>()
  readonly images: string[] = []
  nextId(): number {
    return ++this.lastId
  }
}

const textXml = (writing: Writing, object: OfdTextObject): string => {
  const { xMm, yMm, sizeMm, advances, text, bold } = object
  const fontId = writing.fontIds.get(object.font) ?? refuse('a font that the document does not have')
  const characters = [...text]
  if (characters.length === 0 || characters.length !== advances.length) refuse('advances do not fit the text')
  if (!advances.every(Number.isFinite)) refuse('an advance is not a number')
  const width = advances.reduce((sum, a) => sum + a, 0)
  const boundary = box({ x: xMm, y: yMm - sizeMm, width: Math.max(width, sizeMm), height: sizeMm * 1.4 })
  const deltas = advances.slice(0, -1).map(formatNumber).join(' ')
  return (
    `<ofd:TextObject ID="${writing.nextId()}" Boundary="${boundary}"${alphaAttribute(object.alpha)} Font="${fontId}"` +
    ` Size="${formatNumber(sizeMm)}"${bold === true ? ' Weight="700"' : ''}>${colour('FillColor', object.colour)}` +
    `<ofd:TextCode X="0" Y="${formatNumber(sizeMm)}"${deltas === '' ? '' : ` DeltaX="${deltas}"`}>${escapeXml(text)}</ofd:TextCode>` +
    '</ofd:TextObject>'
  )
}

const pathXml = (writing: Writing, object: OfdPathObject, page: Box): string => {
  if (!/^[SMLQBAC\d\s.-]+$/.test(object.data)) refuse('path data that is not the standard’s')
  const { fill, stroke, lineWidthMm, rule } = object
  return (
    `<ofd:PathObject ID="${writing.nextId()}" Boundary="${box(page)}"` +
    `${lineWidthMm === undefined ? '' : ` LineWidth="${formatNumber(lineWidthMm)}"`}${alphaAttribute(object.alpha)}` +
    ` Stroke="${stroke !== undefined}" Fill="${fill !== undefined}"${rule === undefined ? '' : ` Rule="${rule}"`}>` +
    `${colour('StrokeColor', stroke)}${colour('FillColor', fill)}` +
    `<ofd:AbbreviatedData>${object.data.trim()}</ofd:AbbreviatedData></ofd:PathObject>`
  )
}

const imageXml = (writing: Writing, object: OfdImageObject): string => {
  const { xMm, yMm, widthMm, heightMm, format, data } = object
  const resourceId = writing.nextId()
  const file = `image_${resourceId}.${format.toLowerCase()}`
  writing.files.set(`Doc_0/Res/${file}`, data)
  writing.images.push(
    `<ofd:MultiMedia ID="${resourceId}" Type="Image" Format="${format}"><ofd:MediaFile>${file}</ofd:MediaFile></ofd:MultiMedia>`,
  )
  const boundary = box({ x: xMm, y: yMm, width: widthMm, height: heightMm })
  return (
    `<ofd:ImageObject ID="${writing.nextId()}" Boundary="${boundary}"` +
    ` CTM="${formatNumber(widthMm)} 0 0 ${formatNumber(heightMm)} 0 0" ResourceID="${resourceId}"/>`
  )
}

const objectXml = (writing: Writing, object: OfdObject, page: Box): string => {
  if (object.kind === 'text') return textXml(writing, object)
  return object.kind === 'path' ? pathXml(writing, object, page) : imageXml(writing, object)
}

/** The page list; page files go into `writing`. */
const writePages = (writing: Writing, pages: OfdContent['pages']): string =>
  pages
    .map(({ widthMm, heightMm, objects }, i) => {
      const size = { x: 0, y: 0, width: widthMm, height: heightMm }
      const [pageId, layerId] = [writing.nextId(), writing.nextId()]
      const drawn = objects.map((object) => objectXml(writing, object, size)).join('')
      const area = `<ofd:Area><ofd:PhysicalBox>${box(size)}</ofd:PhysicalBox></ofd:Area>`
      const layer = `<ofd:Content><ofd:Layer ID="${layerId}" Type="Body">${drawn}</ofd:Layer></ofd:Content>`
      writing.files.set(`Doc_0/Pages/Page_${i}/Content.xml`, root('Page', area + layer))
      return `<ofd:Page ID="${pageId}" BaseLoc="Pages/Page_${i}/Content.xml"/>`
    })
    .join('')

const writeFonts = (writing: Writing, fonts: OfdContent['fonts']): void => {
  const items = fonts.map(({ name, ttf }) => {
    const id = writing.nextId()
    if (writing.fontIds.has(name)) refuse('two fonts of one name')
    writing.fontIds.set(name, id)
    if (ttf !== undefined) writing.files.set(`Doc_0/Res/font_${id}.ttf`, ttf)
    const file = ttf === undefined ? '' : `<ofd:FontFile>font_${id}.ttf</ofd:FontFile>`
    return `<ofd:Font ID="${id}" FontName="${escapeXml(name)}" FamilyName="${escapeXml(name)}">${file}</ofd:Font>`
  })
  writing.files.set('Doc_0/PublicRes.xml', root('Res', `<ofd:Fonts>${items.join('')}</ofd:Fonts>`, ' BaseLoc="Res"'))
}

/** The pointer in Document.xml, or nothing. */
const writeAttachments = (writing: Writing, { attachments = [], creationDate }: OfdContent): string => {
  if (attachments.length === 0) return ''
  const items = attachments.map(({ name, fileName, format, data }) => {
    if (!/^[\w-]+(\.[\w-]+)*$/.test(fileName)) refuse('the name of an attachment is not a plain file name')
    if (writing.files.has(`Doc_0/Attachs/${fileName}`)) refuse('two attachments of one name')
    writing.files.set(`Doc_0/Attachs/${fileName}`, data)
    const described = `${format === undefined ? '' : ` Format="${escapeXml(format)}"`} CreationDate="${creationDate}"`
    const size = formatNumber(data.length / 1024)
    return (
      `<ofd:Attachment ID="${writing.nextId()}" Name="${escapeXml(name)}"${described} Size="${size}">` +
      `<ofd:FileLoc>${fileName}</ofd:FileLoc></ofd:Attachment>`
    )
  })
  writing.files.set('Doc_0/Attachs/Attachments.xml', root('Attachments', items.join('')))
  return '<ofd:Attachments>Attachs/Attachments.xml</ofd:Attachments>'
}

const rootFile = (content: OfdContent): Uint8Array => {
  const { docId, creationDate, title, author, creator, customDatas = [] } = content
  if (!/^[0-9a-f]{32}$/.test(docId)) refuse('DocID is not 32 hex digits')
  if (!/^\d{4}-\d\d-\d\d$/.test(creationDate)) refuse('CreationDate is not a date')
  const datas = customDatas.map(
    ({ name, value }) => `<ofd:CustomData Name="${escapeXml(name)}">${escapeXml(value)}</ofd:CustomData>`,
  )
  const info = [
    element('DocID', docId),
    element('Title', title),
    element('Author', author),
    element('CreationDate', creationDate),
    element('Creator', creator),
    datas.length === 0 ? '' : `<ofd:CustomDatas>${datas.join('')}</ofd:CustomDatas>`,
  ]
  const body = `<ofd:DocInfo>${info.join('')}</ofd:DocInfo><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot>`
  return root('OFD', `<ofd:DocBody>${body}</ofd:DocBody>`, ' Version="1.0" DocType="OFD"')
}

/** The package's bytes. @throws FormatError OFD_CONTENT, XML_CHARACTER */
export const buildOfd = (content: OfdContent): Uint8Array => {
  const [first] = content.pages
  if (first === undefined) return refuse('a document without pages')
  const writing = new Writing()
  writing.files.set('OFD.xml', rootFile(content))
  writing.files.set('Doc_0/Document.xml', new Uint8Array()) // keeps its place; written when every id is known
  writeFonts(writing, content.fonts)
  const pages = writePages(writing, content.pages)
  const attachments = writeAttachments(writing, content)
  if (writing.images.length > 0) {
    const media = `<ofd:MultiMedias>${writing.images.join('')}</ofd:MultiMedias>`
    writing.files.set('Doc_0/DocumentRes.xml', root('Res', media, ' BaseLoc="Res"'))
  }
  const area = box({ x: 0, y: 0, width: first.widthMm, height: first.heightMm })
  const common =
    `<ofd:MaxUnitID>${writing.nextId()}</ofd:MaxUnitID>` +
    `<ofd:PageArea><ofd:PhysicalBox>${area}</ofd:PhysicalBox></ofd:PageArea>` +
    `<ofd:PublicRes>PublicRes.xml</ofd:PublicRes>` +
    (writing.images.length > 0 ? '<ofd:DocumentRes>DocumentRes.xml</ofd:DocumentRes>' : '')
  const inner = `<ofd:CommonData>${common}</ofd:CommonData><ofd:Pages>${pages}</ofd:Pages>${attachments}`
  writing.files.set('Doc_0/Document.xml', root('Document', inner))
  return makeOfdPackage(writing.files)
}
