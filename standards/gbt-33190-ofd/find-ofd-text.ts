/** The text of a document as its pages carry it: every TextCode, templates first, in document order. */
import { readBodies, readDocumentRoot, readPages } from './ofd-document.ts'
import type { OfdBody } from './ofd-document.ts'
import type { OfdPackage } from './ofd-package.ts'
import { locate } from './st-loc.ts'
import type { OfdMode } from './st-loc.ts'
import { childOf, childrenOf, parseXmlAs } from './xml.ts'
import type { XmlElement } from './xml.ts'

export interface OfdPageText {
  /** 1-based over all bodies. */
  readonly page: number
  readonly texts: readonly string[]
}

const codes = (element: XmlElement): string[] =>
  element.name === 'TextCode' ? [element.text] : element.children.flatMap(codes)

const templateFiles = (pkg: OfdPackage, body: OfdBody, mode: OfdMode): ReadonlyMap<string, string> => {
  const templates = childrenOf(childOf(readDocumentRoot(pkg, body), 'CommonData'), 'TemplatePage')
  return new Map(
    templates.map((t) => {
      const loc = t.attributes.get('BaseLoc') ?? ''
      return [t.attributes.get('ID') ?? '', locate(pkg, loc, { base: body.docRoot, mode }).path]
    }),
  )
}

/** @throws FormatError if a page cannot be read */
export const findOfdText = (pkg: OfdPackage, mode: OfdMode = 'compat'): readonly OfdPageText[] => {
  const pages = readBodies(pkg, mode).flatMap((body) => {
    const templates = templateFiles(pkg, body, mode)
    return readPages(pkg, body, mode).map(({ path }) => {
      const root = parseXmlAs(pkg.read(path), 'Page')
      const used = childrenOf(root, 'Template').map((t) => templates.get(t.attributes.get('TemplateID') ?? ''))
      const roots = used.filter((file) => file !== undefined).map((file) => parseXmlAs(pkg.read(file), 'Page'))
      return [...roots, root].flatMap(codes)
    })
  })
  return pages.map((texts, i) => ({ page: i + 1, texts }))
}
