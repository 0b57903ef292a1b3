/** Character strings and times. Refuses text outside the type's alphabet, and times that are not on the calendar. */
import { DerError } from '../errors.ts'
import { fromUtf8, utf8 } from '../bytes.ts'
import type { Context } from './element.ts'
import { encodeElement, lenient } from './element.ts'
import type { Schema } from './schema.ts'

const GB18030 = new TextDecoder('gb18030')

const text = (tag: number, alphabet: RegExp | undefined, code: string): Schema<string> => ({
  matches: (t) => t === tag,
  read: (element, context) => {
    const value = readUtf8(element.content, context, code)
    if (alphabet !== undefined && !alphabet.test(value)) lenient(context, code, 'character outside the alphabet')
    return value
  },
  write: (value) => {
    if (alphabet !== undefined && !alphabet.test(value)) throw new DerError('', `not in the alphabet: ${code}`)
    return encodeElement(tag, utf8(value))
  },
})

const readUtf8 = (content: Uint8Array, context: Context, code: string): string => {
  try {
    return fromUtf8(content)
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause
    lenient(context, code, 'bytes are not UTF-8')
    return GB18030.decode(content)
  }
}

export const utf8String = (): Schema<string> => text(0x0c, undefined, 'UTF8_STRING_CHARSET')
/** All of ASCII, control characters included. */
export const ia5String = (): Schema<string> => text(0x16, /^[\x00-\x7f]*$/, 'IA5_STRING_CHARSET')
export const printableString = (): Schema<string> =>
  text(0x13, /^[A-Za-z0-9 '()+,\-./:=?]*$/, 'PRINTABLE_STRING_CHARSET')

const digits = (n: number, width: number): string => String(n).padStart(width, '0')

const fromParts = (parts: readonly number[], offsetHours: number, context: Context): Date => {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts
  const date = new Date(Date.UTC(year, month - 1, day, hour, minute, second))
  const sameDay = date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day
  if (!sameDay || hour > 23 || minute > 59 || second > 59) throw new DerError(context.path, 'no such time')
  return new Date(date.getTime() - offsetHours * 3_600_000)
}

/** Times are short; what is not ASCII fits no pattern. */
const ascii = (content: Uint8Array): string => {
  let s = ''
  for (let i = 0; i < content.length && i < 64; i++) s += String.fromCharCode(content[i] as number)
  return s
}

const SHANGHAI = 8
const fullYear = (yy: number): number => (yy < 50 ? 2000 + yy : 1900 + yy)
const numbers = (match: RegExpMatchArray): number[] => match.slice(1, 7).map(Number)

const parseUtc = (value: string, context: Context): Date => {
  const match = /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(Z?)$/.exec(value)
  if (match === null) throw new DerError(context.path, 'malformed UTCTime')
  const [yy = 0, ...rest] = numbers(match)
  if (match[7] !== 'Z') lenient(context, 'TIME_WITHOUT_ZONE', 'time without Z')
  return fromParts([fullYear(yy), ...rest], match[7] === 'Z' ? 0 : SHANGHAI, context)
}

const parseGeneralized = (value: string, context: Context): Date => {
  const match = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\.\d+)?(Z?)$/.exec(value)
  if (match === null) {
    lenient(context, 'GENERALIZED_TIME_AS_UTC', 'malformed GeneralizedTime')
    return parseUtc(value, context)
  }
  if (match[7] !== undefined) lenient(context, 'TIME_WITH_FRACTION', 'time with a fraction')
  if (match[8] !== 'Z') lenient(context, 'TIME_WITHOUT_ZONE', 'time without Z')
  return fromParts(numbers(match), match[8] === 'Z' ? 0 : SHANGHAI, context)
}

const stamp = (d: Date): string =>
  `${digits(d.getUTCMonth() + 1, 2)}${digits(d.getUTCDate(), 2)}${digits(d.getUTCHours(), 2)}${digits(d.getUTCMinutes(), 2)}${digits(d.getUTCSeconds(), 2)}Z`

/** Whole seconds, UTC. */
export const utcTime = (): Schema<Date> => ({
  matches: (t) => t === 0x17,
  read: (element, context) => parseUtc(ascii(element.content), context),
  write: (d) => {
    if (d.getUTCFullYear() < 1950 || d.getUTCFullYear() > 2049) throw new DerError('', 'year outside UTCTime')
    return encodeElement(0x17, utf8(digits(d.getUTCFullYear() % 100, 2) + stamp(d)))
  },
})

/** Whole seconds, UTC, written with Z. */
export const generalizedTime = (): Schema<Date> => ({
  matches: (t) => t === 0x18,
  read: (element, context) => parseGeneralized(ascii(element.content), context),
  write: (d) => encodeElement(0x18, utf8(digits(d.getUTCFullYear(), 4) + stamp(d))),
})
