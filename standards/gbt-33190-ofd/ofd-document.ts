/**
 * The document model of an OFD (GB/T 33190-2016 clauses 7.4 to 7.6): bodies, their pages and sizes.
 * Order inside elements does not matter, because producers do not keep it. Refuses what is missing or stands twice.
 */
import { FormatError } from '../errors.ts'
import { parseBox } from './box.ts'
import type { Box } from './box.ts'
import { ROOT_FILE } from './ofd-package.ts'
import type { OfdPackage } from './ofd-package.ts'
import { locate } from './st-loc.ts'
import type { OfdMode } from './st-loc.ts'
import { childOf, childText, childrenOf, parseXmlAs } from './xml.ts'
import type { XmlElement } from './xml.ts'

export interface OfdBody {
  readonly docId?: string
  readonly title?: string
  readonly customDatas: readonly { readonly name: string; readonly value: string }[]
  /** Name of Document.xml in the package. */
  readonly docRoot: string
  /** Name of Signatures.xml, if the body points to one; it may not exist. */
  readonly signaturesPath?: string
  /** True if the body lists versions, which may replace the document root. */
  readonly hasVersions: boolean
  readonly element: XmlElement
}

export interface OfdPage {
  readonly id: string
  readonly path: string
}

const requireText = (element: XmlElement, name: string): string => {
  const text = childText(element, name)
  if (text === undefined) throw new FormatError('OFD_STRUCTURE', `${name} is missing`)
  return text
}

const readBody = (pkg: OfdPackage, element: XmlElement, mode: OfdMode): OfdBody => {
  const info = childOf(element, 'DocInfo')
  const docId = childText(info, 'DocID')
  const title = childText(info, 'Title')
  const signatures = childText(element, 'Signatures')
  const datas = childrenOf(childOf(info, 'CustomDatas'), 'CustomData')
  return {
    element,
    ...(docId === undefined ? {} : { docId }),
    ...(title === undefined ? {} : { title }),
    customDatas: datas.map((d) => ({ name: d.attributes.get('Name') ?? '', value: d.text })),
    docRoot: locate(pkg, requireText(element, 'DocRoot'), { base: ROOT_FILE, mode }).path,
    ...(signatures === undefined ? {} : { signaturesPath: locate(pkg, signatures, { base: ROOT_FILE, mode }).path }),
    hasVersions: childrenOf(element, 'Versions').length > 0,
  }
}

/** Document bodies in order; at least one. @throws FormatError OFD_STRUCTURE, OFD_AMBIGUOUS, OFD_PATH, XML_* */
export const readBodies = (pkg: OfdPackage, mode: OfdMode = 'compat'): readonly OfdBody[] => {
  const bodies = childrenOf(parseXmlAs(pkg.read(ROOT_FILE), 'OFD'), 'DocBody')
  if (bodies.length === 0) throw new FormatError('OFD_STRUCTURE', 'DocBody is missing')
  return bodies.map((body) => readBody(pkg, body, mode))
}

export const readDocumentRoot = (pkg: OfdPackage, body: OfdBody): XmlElement =>
  parseXmlAs(pkg.read(body.docRoot), 'Document')

/** Pages in reading order. @throws FormatError OFD_STRUCTURE, OFD_FILE_MISSING, XML_* */
export const readPages = (pkg: OfdPackage, body: OfdBody, mode: OfdMode = 'compat'): readonly OfdPage[] => {
  const pages = childrenOf(childOf(readDocumentRoot(pkg, body), 'Pages'), 'Page')
  return pages.map((page) => {
    const [id, loc] = [page.attributes.get('ID'), page.attributes.get('BaseLoc')]
    if (id === undefined || loc === undefined) throw new FormatError('OFD_STRUCTURE', 'a page without ID or BaseLoc')
    return { id, path: locate(pkg, loc, { base: body.docRoot, mode }).path }
  })
}

const areaBox = (area: XmlElement | undefined): Box | undefined => {
  const box = childText(area, 'PhysicalBox')
  return box === undefined ? undefined : parseBox(box)
}

/** Size of a page: its own area, else the document's. @throws FormatError OFD_STRUCTURE if neither says */
export const pageBox = (pkg: OfdPackage, body: OfdBody, page: OfdPage): Box => {
  const own = areaBox(childOf(parseXmlAs(pkg.read(page.path), 'Page'), 'Area'))
  const box = own ?? areaBox(childOf(childOf(readDocumentRoot(pkg, body), 'CommonData'), 'PageArea'))
  if (box === undefined) throw new FormatError('OFD_STRUCTURE', 'a page without PhysicalBox')
  return box
}
