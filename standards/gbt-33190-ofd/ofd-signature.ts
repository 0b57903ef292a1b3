/**
 * Signatures.xml and Signature.xml (GB/T 33190-2016 clause 18). IDs are any text, because producers do not keep xs:ID.
 * Refuses files that are missing, elements that stand twice, digests that are not base64, paths outside the package.
 */
import { fromBase64 } from '../bytes.ts'
import { FormatError } from '../errors.ts'
import { OID } from '../oid/index.ts'
import type { DigestAlgorithm } from '../ports.ts'
import { parseBox } from './box.ts'
import type { Box } from './box.ts'
import { readBodies } from './ofd-document.ts'
import type { OfdPackage } from './ofd-package.ts'
import { locate } from './st-loc.ts'
import type { OfdLeniency, OfdMode } from './st-loc.ts'
import { childOf, childText, childrenOf, parseXmlAs } from './xml.ts'
import type { XmlElement } from './xml.ts'

/** One line of Signatures.xml. */
export interface SignatureEntry {
  readonly id: string
  readonly type: 'Seal' | 'Sign'
  /** Name of Signature.xml in the package. */
  readonly path: string
  /** Name of the Signatures.xml that lists it. */
  readonly listPath: string
  /** Index of its document body. */
  readonly body: number
}

export interface CheckMethod {
  /** As written; '' when absent, which means MD5. */
  readonly text: string
  /** Undefined for a name that nobody assigned. */
  readonly algorithm?: DigestAlgorithm
  /** MD5 and SHA-1: never good enough for a valid signature. */
  readonly weak: boolean
}

export interface StampAnnot {
  readonly id: string
  readonly pageRef: string
  readonly boundary: Box
  /** Visible part, from the boundary's top-left. */
  readonly clip?: Box
}

export interface OfdReference {
  readonly fileRef: string
  readonly path: string
  readonly checkValue: Uint8Array
}

export interface OfdSignature extends SignatureEntry {
  /** The bytes of Signature.xml: what dataHash covers. */
  readonly bytes: Uint8Array
  readonly provider: { readonly name: string; readonly version?: string; readonly company?: string }
  readonly method?: string
  /** Informational: no format is fixed, and nothing proves it. */
  readonly dateTime?: string
  readonly checkMethod: CheckMethod
  readonly references: readonly OfdReference[]
  readonly stamps: readonly StampAnnot[]
  /** Name of Seal.esl, if the signature points to one. */
  readonly sealPath?: string
  readonly signedValuePath: string
  readonly leniencies: readonly OfdLeniency[]
}

const CHECK_METHODS: Readonly<Record<string, DigestAlgorithm>> = {
  '': 'md5',
  md5: 'md5',
  [OID.md5]: 'md5',
  sha1: 'sha1',
  'sha-1': 'sha1',
  [OID.sha1]: 'sha1',
  sha256: 'sha256',
  'sha-256': 'sha256',
  [OID.sha256]: 'sha256',
  sm3: 'sm3',
  [OID.sm3]: 'sm3',
}

const checkMethod = (text: string, mode: OfdMode, leniencies: OfdLeniency[]): CheckMethod => {
  const known = CHECK_METHODS[text.trim().toLowerCase()]
  // HMAC-SM3's identifier: one vendor writes it and computes plain SM3
  const mistaken = known === undefined && mode === 'compat' && text.trim() === OID.hmacSm3
  if (mistaken) leniencies.push('check-method-name')
  const algorithm = mistaken ? 'sm3' : known
  return { text, weak: algorithm === 'md5' || algorithm === 'sha1', ...(algorithm === undefined ? {} : { algorithm }) }
}

const required = <T>(value: T | undefined, what: string): T => {
  if (value === undefined) throw new FormatError('OFD_STRUCTURE', `${what} is missing`)
  return value
}

/** More than any approval needs; each one is a walk through the package. */
const MAX_SIGNATURES = 200

const listOf = (
  pkg: OfdPackage,
  { listPath, body, mode }: { listPath: string; body: number; mode: OfdMode },
): SignatureEntry[] =>
  childrenOf(parseXmlAs(pkg.read(listPath), 'Signatures'), 'Signature').map((element) => {
    const loc = required(element.attributes.get('BaseLoc'), 'BaseLoc of a signature')
    const type = element.attributes.get('Type') === 'Sign' ? 'Sign' : 'Seal'
    const { path } = locate(pkg, loc, { base: listPath, mode })
    return { id: element.attributes.get('ID') ?? '', type, path, listPath, body }
  })

/**
 * Signatures of all bodies, in the order of the lists; none if no list exists.
 * @throws FormatError OFD_TOO_MANY_SIGNATURES, OFD_AMBIGUOUS if a Signature.xml is listed twice, OFD_STRUCTURE, XML_*
 */
export const listSignatures = (pkg: OfdPackage, mode: OfdMode = 'compat'): readonly SignatureEntry[] => {
  const entries = readBodies(pkg, mode).flatMap(({ signaturesPath: listPath }, body) =>
    listPath === undefined || !pkg.has(listPath) ? [] : listOf(pkg, { listPath, body, mode }),
  )
  if (entries.length > MAX_SIGNATURES) throw new FormatError('OFD_TOO_MANY_SIGNATURES', 'too many signatures')
  if (new Set(entries.map((e) => e.path)).size !== entries.length)
    throw new FormatError('OFD_AMBIGUOUS', 'a signature is listed twice')
  return entries
}

const readStamp = ({ attributes }: XmlElement): StampAnnot => {
  const clip = attributes.get('Clip')
  return {
    id: attributes.get('ID') ?? '',
    pageRef: required(attributes.get('PageRef'), 'PageRef of a stamp'),
    boundary: parseBox(required(attributes.get('Boundary'), 'Boundary of a stamp')),
    ...(clip === undefined ? {} : { clip: parseBox(clip) }),
  }
}

const readProvider = (element: XmlElement | undefined): OfdSignature['provider'] => {
  const version = element?.attributes.get('Version')
  const company = element?.attributes.get('Company')
  return {
    name: element?.attributes.get('ProviderName') ?? '',
    ...(version === undefined ? {} : { version }),
    ...(company === undefined ? {} : { company }),
  }
}

const readCheckValue = (element: XmlElement): Uint8Array => {
  try {
    return fromBase64(required(childText(element, 'CheckValue'), 'CheckValue'))
  } catch (cause) {
    if (cause instanceof FormatError) throw cause
    throw new FormatError('OFD_CHECK_VALUE', 'a digest is not base64')
  }
}

/** @throws FormatError OFD_STRUCTURE, OFD_AMBIGUOUS, OFD_CHECK_VALUE, OFD_BOX, OFD_PATH, OFD_FILE_MISSING, XML_* */
export const readSignature = (pkg: OfdPackage, entry: SignatureEntry, mode: OfdMode = 'compat'): OfdSignature => {
  const leniencies: OfdLeniency[] = []
  const path = (loc: string): string => {
    const located = locate(pkg, loc, { base: entry.path, mode })
    if (located.leniency !== undefined) leniencies.push(located.leniency)
    return located.path
  }
  const bytes = pkg.read(entry.path)
  const root = parseXmlAs(bytes, 'Signature')
  const info = required(childOf(root, 'SignedInfo'), 'SignedInfo')
  const references = required(childOf(info, 'References'), 'References')
  const seal = childText(childOf(info, 'Seal'), 'BaseLoc')
  const method = childText(info, 'SignatureMethod')
  const dateTime = childText(info, 'SignatureDateTime')
  return {
    ...entry,
    bytes,
    provider: readProvider(childOf(info, 'Provider')),
    ...(method === undefined ? {} : { method }),
    ...(dateTime === undefined ? {} : { dateTime }),
    checkMethod: checkMethod(references.attributes.get('CheckMethod') ?? '', mode, leniencies),
    references: childrenOf(references, 'Reference').map((element) => {
      const fileRef = required(element.attributes.get('FileRef'), 'FileRef')
      return { fileRef, path: path(fileRef), checkValue: readCheckValue(element) }
    }),
    stamps: childrenOf(info, 'StampAnnot').map(readStamp),
    ...(seal === undefined ? {} : { sealPath: path(seal) }),
    signedValuePath: path(required(childText(root, 'SignedValue'), 'SignedValue')),
    leniencies,
  }
}

/** All of them, in order. @throws FormatError */
export const readSignatures = (pkg: OfdPackage, mode: OfdMode = 'compat'): readonly OfdSignature[] =>
  listSignatures(pkg, mode).map((entry) => readSignature(pkg, entry, mode))
