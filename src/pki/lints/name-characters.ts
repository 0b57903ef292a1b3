import type { Lint } from './lint.ts'

/** Control, format (direction marks, joiners), private use, lone surrogates, unassigned, line and paragraph separators. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Cn}\p{Zl}\p{Zp}]/u

/** A name must not look like another one. */
export const nameCharacters: Lint = {
  name: 'name-characters',
  cite: 'RFC 4518 2.3; Unicode TR 36 2.10',
  check: ({ subjectFields }) =>
    subjectFields.some(({ text }) => INVISIBLE.test(text)) ? 'a character that cannot be seen' : undefined,
}
