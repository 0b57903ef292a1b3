/**
 * The OFD layer of a verification in one value: digests, coverage, and whether a later signature explains the one change that
 * a closing signature does not survive. It says nothing about the signature value, the seal or the signer.
 */
import type { Digests } from '../ports.ts'
import { checkReferences } from './check-references.ts'
import type { ReferenceCheck } from './check-references.ts'
import { coverageOf } from './coverage-of.ts'
import type { Coverage } from './coverage-of.ts'
import { readBodies, readPages } from './ofd-document.ts'
import type { OfdPackage } from './ofd-package.ts'
import type { OfdSignature } from './ofd-signature.ts'
import type { OfdMode } from './st-loc.ts'

export interface Protection {
  readonly references: readonly ReferenceCheck[]
  readonly coverage: Coverage
  /** The digest is MD5 or SHA-1, whatever the outcome. */
  readonly weak: boolean
  /**
   * `complete`: every file stands as signed, none was added. `partial`: listed files stand, others are open.
   * `extended-after`: only Signatures.xml changed, and the later signature `extendedBy` covers this one. `broken`: listed files changed.
   */
  readonly outcome: 'complete' | 'partial' | 'extended-after' | 'broken'
  /** Ids of stamps on pages that the signature's document does not have. */
  readonly misplacedStamps: readonly string[]
  /** Id of the later signature. Its own value must be verified before it explains anything. */
  readonly extendedBy?: string
}

export interface ProtectionContext {
  /** All signatures of the package, in order. */
  readonly signatures: readonly OfdSignature[]
  readonly digests: Digests
  readonly mode?: OfdMode
}

/** The first later signature whose references all hold, this signature's files among them. */
const laterWitness = (
  pkg: OfdPackage,
  signature: OfdSignature,
  context: ProtectionContext,
): OfdSignature | undefined => {
  const own = [signature.path, signature.signedValuePath]
  const position = context.signatures.findIndex((s) => s.path === signature.path)
  return context.signatures.slice(position + 1).find((later) => {
    const checks = later.listPath === signature.listPath ? checkReferences(pkg, later, context.digests) : []
    return (
      !later.checkMethod.weak &&
      checks.every((c) => c.status === 'ok') &&
      own.every((p) => checks.some((c) => c.path === p))
    )
  })
}

const misplaced = (pkg: OfdPackage, { body, stamps }: OfdSignature, mode?: OfdMode): readonly string[] => {
  const document = readBodies(pkg, mode)[body]
  const pages = document === undefined ? [] : readPages(pkg, document, mode).map((page) => page.id)
  return stamps.filter((stamp) => !pages.includes(stamp.pageRef)).map((stamp) => stamp.id)
}

/** @throws FormatError if the document's structure cannot be read */
export const protectionOf = (pkg: OfdPackage, signature: OfdSignature, context: ProtectionContext): Protection => {
  const references = checkReferences(pkg, signature, context.digests)
  const coverage = coverageOf(pkg, signature, context)
  const misplacedStamps = misplaced(pkg, signature, context.mode)
  const found = { references, coverage, weak: signature.checkMethod.weak, misplacedStamps }
  const bad = references.filter((r) => r.status !== 'ok')
  const closed = coverage.uncovered.length === 0 && !coverage.rootOpen && references.length > 0
  if (bad.length === 0) return { ...found, outcome: closed ? 'complete' : 'partial' }
  const onlyTheList = bad.every((r) => r.path === signature.listPath && r.status === 'mismatch')
  const later = onlyTheList && closed ? laterWitness(pkg, signature, context) : undefined
  if (later === undefined) return { ...found, outcome: 'broken' }
  return { ...found, outcome: 'extended-after', extendedBy: later.id }
}
