/**
 * What a signature leaves open: files of the package that it does not list. Digests alone cannot see an added file.
 * Allowed to stand outside: OFD.xml, Signatures.xml, the signature's own Signature.xml and value, and the Signature.xml, value and
 * seal of other signatures, unless the document uses one of them as content.
 */
import { readBodies } from './ofd-document.ts'
import { ROOT_FILE } from './ofd-package.ts'
import type { OfdPackage } from './ofd-package.ts'
import type { OfdSignature } from './ofd-signature.ts'
import { reachableFiles } from './reachable-files.ts'
import type { OfdMode } from './st-loc.ts'

export interface Coverage {
  /** `reachable`: the document shows or uses it; `stray`: it simply lies in the package. */
  readonly uncovered: readonly { readonly path: string; readonly kind: 'reachable' | 'stray' }[]
  readonly ofdXml: 'protected' | 'unprotected'
  /** True if OFD.xml is open and could have been pointed at another document inside the protected files. */
  readonly rootOpen: boolean
}

const DOCUMENT_TAG = /<(?:[^\s<>/:]+:)?Document[\s>/]/

/** Covered files that could serve as a document root. */
const possibleRoots = (pkg: OfdPackage, covered: ReadonlySet<string>): readonly string[] =>
  [...covered].filter((path) => {
    if (!pkg.has(path)) return false
    const bytes = pkg.read(path)
    const text = new TextDecoder().decode(bytes.subarray(0, 4096))
    if (/^(\ufffd\ufffd|\0*<\0)/.test(text)) return true // UTF-16: we do not read it, others may
    return /^\s*</.test(text) && (DOCUMENT_TAG.test(text) || (bytes.length > 4096 && !/<[^\s!?]/.test(text)))
  })

const isRootOpen = (pkg: OfdPackage, covered: ReadonlySet<string>, mode: OfdMode): boolean => {
  const bodies = readBodies(pkg, mode)
  const [body] = bodies
  if (bodies.length !== 1 || body === undefined || body.hasVersions) return true
  const roots = possibleRoots(pkg, covered)
  return roots.length !== 1 || roots[0] !== body.docRoot
}

/** `signatures` are all of the package. @throws FormatError if the document's structure cannot be read */
export const coverageOf = (
  pkg: OfdPackage,
  signature: OfdSignature,
  { signatures, mode = 'compat' }: { signatures: readonly OfdSignature[]; mode?: OfdMode },
): Coverage => {
  const covered = new Set(signature.references.map((r) => r.path))
  const reachable = reachableFiles(pkg, mode).files
  const outside = new Set([ROOT_FILE])
  const allow = (path: string | undefined): void => {
    if (path !== undefined && !reachable.has(path)) outside.add(path)
  }
  for (const one of signatures) {
    allow(one.listPath)
    allow(one.path)
    allow(one.signedValuePath)
    if (one.path !== signature.path) allow(one.sealPath)
  }
  const open = pkg.files.filter((path) => !covered.has(path) && !outside.has(path))
  const ofdXml = covered.has(ROOT_FILE) ? 'protected' : 'unprotected'
  return {
    uncovered: open.map((path) => ({ path, kind: reachable.has(path) ? 'reachable' : 'stray' })),
    ofdXml,
    rootOpen: ofdXml === 'unprotected' && isRootOpen(pkg, covered, mode),
  }
}
