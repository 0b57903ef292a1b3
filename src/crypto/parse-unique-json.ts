/**
 * JSON in which no object names a member twice (RFC 8259 leaves that open, and readers that differ on it can be played
 * against each other; RFC 7515 §4 forbids it in headers).
 */
import { FormatError } from '../../standards/errors.ts'

/** Index of the quote that closes the string opened at `start`; the text is known to be well-formed. */
const closingQuote = (text: string, start: number): number => {
  for (let end = text.indexOf('"', start + 1); ; end = text.indexOf('"', end + 1)) {
    let slashes = 0
    while (text[end - 1 - slashes] === '\\') slashes++
    if (slashes % 2 === 0) return end
  }
}

const isName = (text: string, end: number): boolean => {
  let at = end + 1
  while (' \t\r\n'.includes(text[at] ?? ':')) at++
  return text[at] === ':'
}

const hasDuplicates = (text: string): boolean => {
  /** Names seen in each open object; undefined for an array. */
  const open: (Set<string> | undefined)[] = []
  for (let at = 0; at < text.length; at++) {
    const c = text[at]
    if (c === '{') open.push(new Set())
    else if (c === '[') open.push(undefined)
    else if (c === '}' || c === ']') open.pop()
    else if (c === '"') {
      const end = closingQuote(text, at)
      const names = open.at(-1)
      if (names !== undefined && isName(text, end)) {
        const name = JSON.parse(text.slice(at, end + 1)) as string
        if (names.has(name)) return true
        names.add(name)
      }
      at = end
    }
  }
  return false
}

/** @throws FormatError JSON_MALFORMED, JSON_DUPLICATE_MEMBER */
export const parseUniqueJson = (text: string): unknown => {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new FormatError('JSON_MALFORMED', 'not JSON')
  }
  if (hasDuplicates(text)) throw new FormatError('JSON_DUPLICATE_MEMBER', 'an object names a member twice')
  return value
}
