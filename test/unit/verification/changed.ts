/** Sealed files changed afterwards, and how a report speaks of one check. */
import { unzipSync, zipSync } from 'fflate'
import { fromUtf8, utf8 } from '../../../standards/bytes.ts'
import type { DocumentReport } from '../../../src/verification/index.ts'

type Change = string | Uint8Array | undefined | ((text: string) => string)

/** The package zipped again with parts changed, added or (undefined) removed; everything else byte for byte. */
export const rezip = (bytes: Uint8Array, changes: Readonly<Record<string, Change>> = {}): Uint8Array => {
  const files: Record<string, Uint8Array> = unzipSync(bytes)
  for (const [name, change] of Object.entries(changes)) {
    const now = typeof change === 'function' ? change(fromUtf8(files[name] ?? new Uint8Array())) : change
    if (now === undefined) delete files[name]
    else files[name] = typeof now === 'string' ? utf8(now) : now
  }
  return zipSync(files)
}

export const part = (bytes: Uint8Array, name: string): Uint8Array => {
  const found = unzipSync(bytes)[name]
  if (found === undefined) throw new TypeError(`the package has no ${name}`)
  return found
}

/** `fail HASH_FAILURE`, of the file or of any signature; all different ones, in order. */
export const outcomeOf = (report: DocumentReport, name: string): string => {
  const checks = [...report.checks, ...report.reports.flatMap((r) => r.checks)].filter((c) => c.name === name)
  return [...new Set(checks.map((c) => (c.reason === undefined ? c.outcome : `${c.outcome} ${c.reason}`)))].join(', ')
}

export const detailOf = (report: DocumentReport, name: string): Readonly<Record<string, string | number>> =>
  [...report.checks, ...report.reports.flatMap((r) => r.checks)].find((c) => c.name === name)?.detail ?? {}

export const PAGE = 'Doc_0/Pages/Page_0/Content.xml'
export const LIST = 'Doc_0/Signs/Signatures.xml'
export const SIGNATURE = 'Doc_0/Signs/Sign_0/Signature.xml'
export const VALUE = 'Doc_0/Signs/Sign_0/SignedValue.dat'
export const SEAL = 'Doc_0/Signs/Sign_0/Seal.esl'
