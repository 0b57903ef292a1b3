/**
 * Remarks on bytes that no signature covers and that mean nothing: they change no verdict, but a file that is not as it was written
 * does not go unsaid. What means something is judged elsewhere.
 */
import { equalBytes } from '../../standards/bytes.ts'
import type { OfdPackage, OfdSignature } from '../../standards/gbt-33190-ofd/index.ts'
import {
  extendSignatureList,
  highestNumber,
  makeSignatureList,
  signatureId,
} from '../../standards/gbt-33190-ofd/index.ts'
import type { Certificate } from '../../standards/rfc5280-x509/index.ts'
import { isSignatureValid, sameName } from '../../standards/rfc5280-x509/index.ts'
import type { CryptoPort } from '../../standards/ports.ts'
import type { PdfSignature } from '../document/index.ts'
import type { Check } from '../kernel/index.ts'
import { notice } from '../kernel/index.ts'

/** Signatures.xml as we would have written it: ids are counted on from signature to stamps, and the stamps' are signed. */
const plainList = (signatures: readonly OfdSignature[]): Uint8Array => {
  const highest = (those: readonly OfdSignature[]): number =>
    highestNumber(those.flatMap((s) => s.stamps.map((t) => t.id)))
  const maxSignId = signatureId(highest(signatures))
  const [first, ...more] = signatures.map((s) => ({
    id: signatureId(highest([s]) - s.stamps.length),
    path: s.path,
    maxSignId,
  }))
  if (first === undefined) return new Uint8Array()
  return more.reduce((list, entry) => extendSignatureList(list, entry), makeSignatureList(first))
}

/** A list that no signature closes may say more than which signatures there are. */
export const listNotes = (pkg: OfdPackage, signatures: readonly OfdSignature[]): Check[] => {
  const closed = new Set(signatures.flatMap((s) => s.references.map((r) => r.path)))
  const open = [...new Set(signatures.map((s) => s.listPath))].filter((path) => !closed.has(path))
  const odd = open.filter(
    (path) => !equalBytes(pkg.read(path), plainList(signatures.filter((s) => s.listPath === path))),
  )
  return odd.length === 0
    ? []
    : [
        notice('ofd.signature-list', 'NON_CANONICAL_CONTAINER', 'GB/T 33190-2016 18.1', {
          detail: { count: odd.length },
        }),
      ]
}

/** Both cases of letters in one hexadecimal string: no writer writes so. */
const isMixed = (hex: Uint8Array): boolean =>
  hex.some((c) => c >= 0x41 && c <= 0x46) && hex.some((c) => c >= 0x61 && c <= 0x66)

/** What stands behind the last signed byte, and how /Contents is spelt. */
export const pdfNotes = (bytes: Uint8Array, signatures: readonly PdfSignature[]): Check[] => {
  const sound = signatures.filter((s) => s.fault === undefined)
  const end = Math.max(0, ...sound.map(({ byteRange: [, , second = 0, length = 0] }) => second + length))
  const odd = sound.filter(({ byteRange: [, from = 0, to = 0] }) => isMixed(bytes.subarray(from, to)))
  const count = odd.length + (sound.length > 0 && end < bytes.length ? 1 : 0)
  return count === 0
    ? []
    : [notice('pdf.container-bytes', 'NON_CANONICAL_CONTAINER', 'ISO 32000-1 12.8.1', { detail: { count } })]
}

/** Certificates that came along unsigned: each must at least be somebody's, or it is not what was put there. */
export const chainNotes = (
  chain: readonly (Certificate | undefined)[],
  known: readonly Certificate[],
  crypto: CryptoPort,
): Check[] => {
  const all = [...known, ...chain.flatMap((c) => c ?? [])]
  const isSomebodys = (c: Certificate | undefined): boolean =>
    c !== undefined &&
    (known.some((k) => equalBytes(k.der, c.der)) ||
      (c.leniencies.length === 0 &&
        all.some((issuer) => sameName(issuer.subject, c.issuer) && isSignatureValid(c, issuer.publicKey, crypto))))
  const odd = chain.filter((c) => !isSomebodys(c)).length
  return odd === 0
    ? []
    : [notice('cms.certificates', 'NON_CANONICAL_CONTAINER', 'RFC 5652 5.1', { detail: { count: odd } })]
}
