/**
 * Puts a new signature into OFD.xml and Signatures.xml by inserting text: nothing that stands there is written anew.
 * Refuses to guess: malformed files stay FormatErrors.
 */
import { utf8 } from '../bytes.ts'
import { FormatError } from '../errors.ts'
import type { OfdBody } from './ofd-document.ts'
import { ROOT_FILE } from './ofd-package.ts'
import type { OfdPackage } from './ofd-package.ts'
import { childOf, childrenOf, parseXmlAs, xmlText } from './xml.ts'
import type { XmlElement } from './xml.ts'
import { escapeXml, OFD_NAMESPACE, XML_HEAD } from './xml-text.ts'

const prefixOf = (element: XmlElement): string => element.rawName.slice(0, element.rawName.indexOf(':') + 1)

const splice = (text: string, from: number, to: number, insert: string): string =>
  text.slice(0, from) + insert + text.slice(to)

/** `at` lies inside the element; an element written as `<a/>` has no inside. */
const requireInside = (element: XmlElement, at: number): number => {
  if (element.closeStart === element.end) throw new FormatError('OFD_STRUCTURE', 'an element is empty')
  return at
}

/** OFD.xml with a pointer from `body` to Signatures.xml: the same bytes plus one element. */
export const addSignaturesPointer = (pkg: OfdPackage, body: OfdBody, listPath: string): Uint8Array => {
  const text = xmlText(pkg.read(ROOT_FILE))
  const { element } = body
  const name = `${prefixOf(element)}Signatures`
  const at = requireInside(element, element.closeStart)
  const blank = childOf(element, 'Signatures')
  const from = blank === undefined ? at : text.lastIndexOf('<', blank.openEnd - 1)
  return utf8(splice(text, from, blank === undefined ? at : blank.end, `<${name}>/${escapeXml(listPath)}</${name}>`))
}

/** The counter that signatures and stamps share: the highest number that any given id ends with. */
export const highestNumber = (ids: readonly string[]): number =>
  ids.reduce((highest, id) => {
    const n = Number(/(\d{1,9})$/.exec(id.trim())?.[1] ?? 0)
    return Math.max(highest, n)
  }, 0)

export const signatureId = (n: number): string => `s${String(n).padStart(3, '0')}`

export interface NewEntry {
  readonly id: string
  /** Name of Signature.xml in the package. */
  readonly path: string
  readonly maxSignId: string
}

/** A first Signatures.xml. */
export const makeSignatureList = ({ id, path, maxSignId }: NewEntry): Uint8Array =>
  utf8(
    `${XML_HEAD}<ofd:Signatures xmlns:ofd="${OFD_NAMESPACE}"><ofd:MaxSignId>${maxSignId}</ofd:MaxSignId>` +
      `<ofd:Signature ID="${id}" Type="Seal" BaseLoc="/${escapeXml(path)}"/></ofd:Signatures>`,
  )

/** Signatures.xml with one more entry at its end and the counter moved on. */
export const extendSignatureList = (bytes: Uint8Array, { id, path, maxSignId }: NewEntry): Uint8Array => {
  const root = parseXmlAs(bytes, 'Signatures')
  let text = xmlText(bytes)
  const prefix = prefixOf(root)
  const entry = `<${prefix}Signature ID="${id}" Type="Seal" BaseLoc="/${escapeXml(path)}"/>`
  if (root.closeStart === root.end) {
    // written as <Signatures/>
    const open = text.slice(0, root.end).replace(/\s*\/>$/, '>')
    text = `${open}${entry}</${root.rawName}>${text.slice(root.end)}`
  } else text = splice(text, root.closeStart, root.closeStart, entry)
  const max = childrenOf(root, 'MaxSignId').at(-1)
  if (max === undefined || max.children.length > 0 || max.closeStart === max.end) return utf8(text)
  return utf8(splice(text, max.openEnd, max.closeStart, maxSignId))
}
