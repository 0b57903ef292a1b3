/**
 * Names that people typed: in a request, or as an organisational unit. Refuses what looks like something else than it is (control and
 * direction marks, invisible characters, scripts mixed to imitate each other: UTS #39 §5.2), and words that only we may use.
 */
import { TrustError } from '../../errors.ts'

/** Control, format (direction, joiners), private use, lone surrogates, line and paragraph separators. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Cn}\p{Zl}\p{Zp}\u115f\u1160\u3164\uffa0]/u
const LATIN = /\p{Script=Latin}/u
/** Their letters pass for Latin ones. */
const IMITATES_LATIN = /[\p{Script=Greek}\p{Script=Cyrillic}\p{Script=Cherokee}\p{Script=Armenian}\p{Script=Coptic}]/u
const MARKS = /\p{Mn}{3,}/u

const refuse = (message: string, field: string): never => {
  throw new TrustError('CERTIFICATE_NAME_REFUSED', message, { field })
}

/** @throws TrustError CERTIFICATE_NAME_REFUSED */
export const requireTypedName = (text: string, field: string): void => {
  if (INVISIBLE.test(text)) refuse('characters that cannot be seen', field)
  if (MARKS.test(text)) refuse('marks heaped upon each other', field)
  if (LATIN.test(text) && IMITATES_LATIN.test(text)) refuse('scripts that imitate each other', field)
}

/** What stands between letters in the names of departments. */
const UNIT = /^[\p{Script=Han}A-Za-z0-9 （）·、&.-]{1,64}$/u

/** An organisational unit (OU), made comparable. @throws TrustError CERTIFICATE_NAME_REFUSED */
export const requireUnit = (typed: string, reserved: readonly string[]): string => {
  const unit = typed.normalize('NFKC').trim().replaceAll('(', '（').replaceAll(')', '）').replace(/ +/g, ' ')
  requireTypedName(unit, 'unit')
  if (!UNIT.test(unit)) refuse('letters, digits and Chinese characters only, 64 at most', 'unit')
  const words = unit.toUpperCase().split(/[ （）·、&.-]+/)
  const isReserved = (word: string): boolean =>
    /^[A-Z]+$/.test(word) ? words.includes(word) : unit.toUpperCase().includes(word)
  if (reserved.some((word) => isReserved(word.toUpperCase()))) refuse('a name that only the CA may use', 'unit')
  return unit
}
