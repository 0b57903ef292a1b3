/**
 * Every file that the document refers to: versions, resources, fonts, media, templates, pages, annotations, attachments,
 * custom tags, extensions. Files of signatures are not content and not among them, unless content refers to them.
 * Tag, attachment and extension files are opaque: real ones are not even XML.
 */
import { utf8 } from '../bytes.ts'
import { FormatError } from '../errors.ts'
import { readBodies } from './ofd-document.ts'
import type { OfdBody } from './ofd-document.ts'
import { ROOT_FILE } from './ofd-package.ts'
import type { OfdPackage } from './ofd-package.ts'
import { folderOf, locate, resolveLoc } from './st-loc.ts'
import type { OfdLeniency, OfdMode } from './st-loc.ts'
import { childOf, childText, childrenOf, parseXml, xmlText } from './xml.ts'
import type { XmlElement } from './xml.ts'

export interface ReachableFiles {
  /** Names of existing files, OFD.xml included. */
  readonly files: ReadonlySet<string>
  /** Names that the document refers to and the package does not hold. */
  readonly missing: ReadonlySet<string>
  readonly leniencies: ReadonlySet<OfdLeniency>
}

class Walk {
  readonly files = new Set<string>([ROOT_FILE])
  readonly missing = new Set<string>()
  readonly leniencies = new Set<OfdLeniency>()
  readonly pkg: OfdPackage
  readonly mode: OfdMode
  constructor(pkg: OfdPackage, mode: OfdMode) {
    this.pkg = pkg
    this.mode = mode
  }

  /** The file if it exists and was not met before. */
  reach(loc: string | undefined, base: string): string | undefined {
    if (loc === undefined || loc.trim() === '') return undefined
    const { path, exists, leniency } = locate(this.pkg, loc, { base, mode: this.mode })
    if (leniency !== undefined) this.leniencies.add(leniency)
    if (!exists) this.missing.add(path)
    if (!exists || this.files.has(path)) return undefined
    this.files.add(path)
    return path
  }

  parse(path: string | undefined): XmlElement | undefined {
    return path === undefined ? undefined : parseXml(this.pkg.read(path))
  }

  texts(element: XmlElement | undefined, names: readonly string[], base: string): string[] {
    const found = element?.children.filter((c) => names.includes(c.name)) ?? []
    return found.map((c) => this.reach(c.text, base)).filter((p) => p !== undefined)
  }

  located(elements: readonly XmlElement[], base: string): string[] {
    return elements.map((e) => this.reach(e.attributes.get('BaseLoc'), base)).filter((p) => p !== undefined)
  }
}

const descend = (element: XmlElement, visit: (e: XmlElement) => void): void => {
  visit(element)
  for (const child of element.children) descend(child, visit)
}

const resource = (walk: Walk, path: string): void => {
  const root = walk.parse(path)
  if (root === undefined) return
  const baseLoc = root.attributes.get('BaseLoc')?.trim() ?? ''
  // a name inside the folder that BaseLoc means, so that relative paths start there
  const base = ['', '.', './', '/'].includes(baseLoc)
    ? baseLoc === '/'
      ? 'x'
      : `${folderOf(path)}x`
    : `${resolveLoc(baseLoc, path)}/x`
  descend(root, (e) => {
    if (e.name === 'FontFile' || e.name === 'MediaFile') walk.reach(e.text, base)
    if (e.name === 'ColorSpace') walk.reach(e.attributes.get('Profile'), base)
  })
}

const PAGE_RES = utf8('PageRes')
const mentions = (bytes: Uint8Array, word: Uint8Array): boolean => {
  for (let at = bytes.indexOf(word[0] as number); at >= 0; at = bytes.indexOf(word[0] as number, at + 1))
    if (word.every((b, i) => bytes[at + i] === b)) return true
  return false
}

// Pages are the bulk of a document: one that never says PageRes refers to no file and need not be parsed.
const page = (walk: Walk, path: string): void => {
  const bytes = walk.pkg.read(path)
  xmlText(bytes)
  if (!mentions(bytes, PAGE_RES)) return
  for (const res of walk.texts(walk.parse(path), ['PageRes'], path)) resource(walk, res)
}

const listed = (walk: Walk, path: string | undefined): void => {
  if (path === undefined) return
  const root = walk.parse(path)
  if (root === undefined) return
  for (const item of root.children) {
    walk.texts(item, ['FileLoc', 'SchemaLoc', 'ExtendData'], path)
    if (item.name !== 'Attachment' || item.children.length > 0 || item.text.trim() === '') continue
    if (walk.mode === 'strict') throw new FormatError('OFD_STRUCTURE', 'an attachment without FileLoc')
    walk.leniencies.add('location-as-text')
    walk.reach(item.text, path)
  }
}

const document = (walk: Walk, path: string): void => {
  const root = walk.parse(path)
  const common = childOf(root, 'CommonData')
  for (const res of walk.texts(common, ['PublicRes', 'DocumentRes'], path)) resource(walk, res)
  const pages = [...childrenOf(common, 'TemplatePage'), ...childrenOf(childOf(root, 'Pages'), 'Page')]
  for (const file of walk.located(pages, path)) page(walk, file)
  for (const name of ['Annotations', 'CustomTags', 'Attachments', 'Extensions'])
    listed(walk, walk.reach(childText(root, name), path))
}

const body = (walk: Walk, { element }: OfdBody): void => {
  walk.reach(childText(childOf(element, 'DocInfo'), 'Cover'), ROOT_FILE)
  const docRoot = walk.reach(childText(element, 'DocRoot'), ROOT_FILE)
  if (docRoot !== undefined) document(walk, docRoot)
  for (const file of walk.located(childrenOf(childOf(element, 'Versions'), 'Version'), ROOT_FILE)) {
    const version = walk.parse(file)
    walk.texts(childOf(version, 'FileList'), ['File'], file)
    for (const root of walk.texts(version, ['DocRoot'], file)) document(walk, root)
  }
}

// A package does not change, and every signature of it asks.
const walked = { strict: new WeakMap<OfdPackage, ReachableFiles>(), compat: new WeakMap<OfdPackage, ReachableFiles>() }

/** @throws FormatError if a file that must be understood is malformed or names a path outside the package */
export const reachableFiles = (pkg: OfdPackage, mode: OfdMode = 'compat'): ReachableFiles => {
  const before = walked[mode].get(pkg)
  if (before !== undefined) return before
  const walk = new Walk(pkg, mode)
  for (const one of readBodies(pkg, mode)) body(walk, one)
  const { files, missing, leniencies } = walk
  walked[mode].set(pkg, { files, missing, leniencies })
  return { files, missing, leniencies }
}
