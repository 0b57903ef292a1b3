/**
 * XML of an OFD file as a small immutable tree. Names are local names: producers use several namespaces and prefixes.
 * Refuses any DOCTYPE (XML_DOCTYPE, so there are no entities but the five of XML), encodings other than UTF-8 (XML_ENCODING),
 * depth and size beyond the limits (XML_TOO_DEEP, XML_TOO_LARGE) and whatever is not well-formed (XML_SYNTAX).
 */
import { SaxesParser } from 'saxes'
import { FormatError } from '../errors.ts'

export interface XmlElement {
  readonly name: string
  /** With its prefix, as written. */
  readonly rawName: string
  /** By name as written; attributes of OFD have no prefix. */
  readonly attributes: ReadonlyMap<string, string>
  readonly children: readonly XmlElement[]
  /** Own character data, CDATA included, children's not. */
  readonly text: string
  /** Offsets in the source text: after the start tag, of the end tag (equal if it has none), after the element. */
  readonly openEnd: number
  readonly closeStart: number
  readonly end: number
}

const MAX_DEPTH = 200
const MAX_LENGTH = 32 << 20

type Growing = { -readonly [K in keyof XmlElement]: XmlElement[K] } & { children: XmlElement[] }

/** The text of an XML file, byte order mark kept so that offsets and bytes agree. @throws FormatError XML_ENCODING, XML_TOO_LARGE */
export const xmlText = (bytes: Uint8Array): string => {
  if (bytes.length > MAX_LENGTH) throw new FormatError('XML_TOO_LARGE', 'XML file is too large')
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw new FormatError('XML_ENCODING', 'XML file is not UTF-8')
  }
  if (text.includes('\0')) throw new FormatError('XML_ENCODING', 'XML file is not UTF-8')
  return text
}

const localName = (name: string): string => name.slice(name.indexOf(':') + 1)

/** @throws FormatError XML_DOCTYPE, XML_SYNTAX, XML_TOO_DEEP, XML_ENCODING */
export const parseXml = (bytes: Uint8Array): XmlElement => {
  const text = xmlText(bytes)
  const parser = new SaxesParser({ xmlns: false, position: false })
  const open: Growing[] = []
  let root: XmlElement | undefined
  const fail = (reason: string, what: string): never => {
    throw new FormatError(reason, what)
  }
  const append = (more: string): void => {
    const top = open.at(-1)
    if (top !== undefined) top.text += more
  }
  parser.on('error', () => fail('XML_SYNTAX', 'XML is not well-formed'))
  parser.on('doctype', () => fail('XML_DOCTYPE', 'a document type declaration is not accepted'))
  parser.on('xmldecl', ({ encoding }) => {
    if (encoding !== undefined && !/^utf-?8$/i.test(encoding)) fail('XML_ENCODING', 'declared encoding is not UTF-8')
  })
  parser.on('text', append)
  parser.on('cdata', append)
  parser.on('opentag', (tag) => {
    if (open.length >= MAX_DEPTH) fail('XML_TOO_DEEP', 'XML is nested too deep')
    const at = parser.position
    open.push({
      name: localName(tag.name),
      rawName: tag.name,
      attributes: new Map(Object.entries(tag.attributes)),
      children: [],
      text: '',
      openEnd: at,
      closeStart: at,
      end: at,
    })
  })
  parser.on('closetag', (tag) => {
    const element = open.pop() as Growing
    element.end = parser.position
    if (!tag.isSelfClosing) element.closeStart = text.lastIndexOf('</', element.end - 1)
    const parent = open.at(-1)
    if (parent === undefined) root = element
    else parent.children.push(element)
  })
  parser.write(text).close()
  return root ?? fail('XML_SYNTAX', 'XML has no root element')
}

export const childrenOf = (element: XmlElement | undefined, name: string): readonly XmlElement[] =>
  element?.children.filter((c) => c.name === name) ?? []

/** The child of this name, or none; two of them would let readers differ. @throws FormatError OFD_AMBIGUOUS */
export const childOf = (element: XmlElement | undefined, name: string): XmlElement | undefined => {
  const found = childrenOf(element, name)
  if (found.length > 1) throw new FormatError('OFD_AMBIGUOUS', `several ${name} where one may stand`)
  return found[0]
}

/** Trimmed text of the only child of this name; undefined if there is none or it is blank. */
export const childText = (element: XmlElement | undefined, name: string): string | undefined =>
  childOf(element, name)?.text.trim() || undefined

/** The root must be named so. @throws FormatError OFD_STRUCTURE */
export const parseXmlAs = (bytes: Uint8Array, name: string): XmlElement => {
  const root = parseXml(bytes)
  if (root.name !== name) throw new FormatError('OFD_STRUCTURE', `root element ${name} expected`)
  return root
}
