/** Words for people, by language. The public pages stand in both; other pages are Chinese only for now. */
import type { TrustErrorCode } from '../../errors.ts'
import { en } from './en.ts'
import { errorsEn } from './errors-en.ts'
import { errorsZh } from './errors-zh.ts'
import { zh } from './zh.ts'
import type { Words } from './zh.ts'

export type { Words } from './zh.ts'
export type Language = 'zh' | 'en'
export const LANGUAGES: readonly Language[] = ['zh', 'en']

export const wordsOf = (language: Language): Words => (language === 'zh' ? zh : en)

/** What happened, and what to do next ('' where the sentence says it already). */
export interface ErrorWords {
  readonly what: string
  readonly next: string
}
export type ErrorTable = Readonly<Partial<Record<TrustErrorCode, readonly [what: string, next: string]>>>

const GENERAL: Readonly<Record<Language, ErrorWords>> = {
  zh: { what: '这一步没有办成', next: '请再试一次；还是不行，请致电 99012，报上下面的代码。' },
  en: {
    what: 'This step did not succeed',
    next: 'Please try again. If it fails again, call 99012 and quote the code below.',
  },
}

/** A code without words of its own gets the general ones: the code itself always stands beside them. */
export function errorWords(code: string, language: Language): ErrorWords {
  const table: ErrorTable = language === 'zh' ? errorsZh : errorsEn
  const found = Object.hasOwn(table, code) ? table[code as TrustErrorCode] : undefined
  return found === undefined ? GENERAL[language] : { what: found[0], next: found[1] }
}
