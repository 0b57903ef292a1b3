/** What a file is, by its content; names and media types are not asked. */
import { utf8 } from '../../standards/bytes.ts'

export type DocumentKind = 'ofd' | 'pdf' | 'unknown'

const OFD_NAME = utf8('OFD.xml')
const PDF_HEAD = utf8('%PDF-')
/** Where readers still accept a PDF header (ISO 32000-1, Annex H). */
const PDF_HEAD_WITHIN = 1024

const startsAt = (bytes: Uint8Array, at: number, what: Uint8Array): boolean => what.every((b, i) => bytes[at + i] === b)

const includes = (bytes: Uint8Array, what: Uint8Array): boolean => {
  const first = what[0] as number
  for (let at = bytes.indexOf(first); at >= 0; at = bytes.indexOf(first, at + 1))
    if (startsAt(bytes, at, what)) return true
  return false
}

/** A damaged OFD is still an OFD, so that opening it can say what is wrong. */
export const detectDocument = (bytes: Uint8Array): DocumentKind => {
  if (bytes[0] === 0x50 && bytes[1] === 0x4b) return includes(bytes, OFD_NAME) ? 'ofd' : 'unknown'
  return includes(bytes.subarray(0, PDF_HEAD_WITHIN), PDF_HEAD) ? 'pdf' : 'unknown'
}
