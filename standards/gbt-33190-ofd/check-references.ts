/** The digests that a signature lists, held against the files of the package (GB/T 33190-2016 18.2.3). */
import { equalBytes } from '../bytes.ts'
import type { Digests } from '../ports.ts'
import type { OfdPackage } from './ofd-package.ts'
import type { OfdSignature } from './ofd-signature.ts'

export interface ReferenceCheck {
  readonly fileRef: string
  readonly path: string
  /** `unknown`: nobody assigned the name of the digest. */
  readonly status: 'ok' | 'missing' | 'mismatch' | 'unknown'
}

/** One result for each reference, in order. @throws FormatError if a file does not decompress */
export const checkReferences = (
  pkg: OfdPackage,
  { checkMethod: { algorithm }, references }: OfdSignature,
  digests: Digests,
): readonly ReferenceCheck[] =>
  references.map(({ fileRef, path, checkValue }) => {
    if (!pkg.has(path)) return { fileRef, path, status: 'missing' }
    if (algorithm === undefined) return { fileRef, path, status: 'unknown' }
    const good = equalBytes(pkg.digestOf(path, algorithm, digests), checkValue)
    return { fileRef, path, status: good ? 'ok' : 'mismatch' }
  })
