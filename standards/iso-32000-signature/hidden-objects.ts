/**
 * Bytes after a revision that no cross-reference section explains, or that an older one puts behind a newer one's: a reader that repairs
 * files takes objects from there, the last of each number, and shows something else than we judged (incremental saving attacks).
 */
import { SECTION } from './cross-reference.ts'
import type { CrossReference } from './cross-reference.ts'
import type { PdfFile } from './open-pdf.ts'

const WHITE_OR_DIGIT = /[\0\t\n\f\r 0-9]/
const DIGIT = /[0-9]/

/** Where the newest revision has this object, its container when it is packed. */
const offsetNow = ({ places }: CrossReference, number: number): number => {
  const place = places.get(number)
  const outer = place?.in === 'stream' ? places.get(place.container) : place
  return outer?.in === 'file' ? outer.offset : -1
}

/** True if the part from `from` on has no section of its own, or an object that stands in none, or that comes too late to be read. */
export const hasHiddenObjects = ({ bytes, crossReference }: PdfFile, from: number): boolean => {
  if (crossReference.startXref < from) return true
  const text = new TextDecoder('latin1').decode(bytes.subarray(from))
  for (const { index } of text.matchAll(/(?<=[\0\t\n\f\r 0-9])obj(?![A-Za-z])/g)) {
    let start = index
    while (start > 0 && WHITE_OR_DIGIT.test(text.charAt(start - 1))) start--
    while (start < index && !DIGIT.test(text.charAt(start))) start++
    const number = crossReference.listed.get(from + start)
    if (number === SECTION) continue
    const stands = number !== undefined && number === Number.parseInt(text.slice(start, start + 12), 10)
    if (!stands || offsetNow(crossReference, number) < from + start) return true
  }
  return false
}
