import { describe, expect, it } from 'vitest'
import { TRUST_ERROR_CODES } from '../../../src/errors.ts'
import { REASONS, fail, notRun, pass, unknown } from '../../../src/kernel/index.ts'
import { checkWords, headline, lampWords, nextStep, reasonSentence } from '../../../src/verification/index.ts'
import { CHECKS_EN, CHECKS_ZH, PARTS_EN, PARTS_ZH } from '../../../src/verification/check-words.ts'
import { LAMP_IDS } from '../../../src/verification/index.ts'
import { errorsEn } from '../../../src/web/words/errors-en.ts'
import { errorsZh } from '../../../src/web/words/errors-zh.ts'
import { MANDATE_FUNCTIONS } from '../../../src/identity/index.ts'
import { FUNCTION_HINTS, functionNames } from '../../../src/web/words/terms.ts'
import { errorWords, wordsOf } from '../../../src/web/words/index.ts'
import { reports } from '../../e2e/sample-trust.ts'

const chinese = /[\u4e00-\u9fff]/
const clean = (text: string): void => expect(text).not.toMatch(/undefined|\[\[|\]\]|[{}]/)

describe('words of verification', () => {
  it.each(REASONS)('%s has a sentence and a next step in both languages', (reason) => {
    for (const text of [reasonSentence(reason, 'zh'), nextStep(reason, 'zh')]) expect(text).toMatch(chinese)
    for (const text of [reasonSentence(reason, 'en'), nextStep(reason, 'en')]) {
      expect(text).not.toMatch(chinese)
      expect(text.length).toBeGreaterThan(5)
    }
    clean(reasonSentence(reason, 'zh') + reasonSentence(reason, 'en'))
  })
  it('names the same checks in both languages', () => {
    expect(Object.keys(CHECKS_EN)).toEqual(Object.keys(CHECKS_ZH))
    expect(Object.keys(PARTS_EN)).toEqual(Object.keys(PARTS_ZH))
  })
  it.each(['a.b', 'x.revocation', 'seal.maker.path', 'signature.signer.path', 'seal.status-since'])(
    '%s is never without words',
    (name) => {
      for (const check of [
        pass(name, ''),
        fail(name, 'EXPIRED', ''),
        unknown(name, 'TRY_LATER', ''),
        notRun(name, ''),
      ]) {
        for (const language of ['zh', 'en'] as const) {
          const { title, sentence } = checkWords(check, language)
          expect(title.length * sentence.length).toBeGreaterThan(0)
          clean(title + sentence)
        }
      }
    },
  )
  it('reads the maker’s path under either spelling', () =>
    expect(checkWords(pass('seal.maker.path', ''), 'zh')).toEqual(checkWords(pass('seal.maker-path', ''), 'zh')))
  it('tells instants in Beijing time and a missing end as none', () => {
    const check = pass('licence.validity', '', { detail: { from: '2025-05-21', to: '9999-12-31' } })
    expect(checkWords(check, 'zh').sentence).toBe('在有效期内：2025年5月21日 至 长期')
    const suspended = fail('licence.status', 'SUSPENDED', '', { detail: { since: '2026-11-20T16:05:09.000Z' } })
    expect(checkWords(suspended, 'zh').sentence).toContain('2026年11月21日 00:05:09')
  })
  it('does not read a value as a template', () => {
    const check = pass('seal.validity', '', { detail: { from: '{to}', to: '[[x]]' } })
    expect(checkWords(check, 'zh').sentence).toBe('在有效期内：{to} 至 [[x]]')
  })
  it('calls only a valid report genuine', () => {
    const genuine = (report: keyof typeof reports): boolean => /真实/.test(headline(reports[report], 'zh').title)
    expect(genuine('valid')).toBe(true)
    for (const report of ['tampered', 'stale', 'revoked', 'unsigned'] as const) expect(genuine(report)).toBe(false)
  })
  it('does not call a file forged whose status is merely unknown', () => {
    for (const report of ['stale', 'unsigned'] as const)
      expect(headline(reports[report], 'zh').title).not.toMatch(/不通过|不要使用/)
  })
  it('has words for every lamp and state', () => {
    for (const id of LAMP_IDS)
      for (const state of ['pass', 'fail', 'unknown', 'dark'] as const)
        for (const language of ['zh', 'en'] as const) expect(lampWords({ id, state }, language).sentence).not.toBe('')
  })
})

describe('words of the pages', () => {
  it.each(TRUST_ERROR_CODES)('%s has words in both languages', (code) => {
    expect(errorsZh[code]?.[0]).toMatch(chinese)
    expect(errorsEn[code]?.[0]).toBeDefined()
    expect(errorsEn[code]?.join('')).not.toMatch(chinese)
  })
  it('a code without words gets the general ones', () => {
    expect(errorWords('NEVER_HEARD_OF', 'zh').what).toMatch(chinese)
    expect(errorWords('toString', 'zh').what).toMatch(chinese)
  })
  it('English has no Chinese in it', () => {
    const strings = (value: unknown): string[] =>
      typeof value === 'string'
        ? [value]
        : typeof value === 'object' && value !== null
          ? Object.values(value).flatMap(strings)
          : []
    for (const text of strings(wordsOf('en'))) expect(text).not.toMatch(chinese)
  })
})

describe('what a mandate allows', () => {
  it.each(MANDATE_FUNCTIONS)('%s has a name in both languages, and a hint', (name) => {
    expect(functionNames([name])).toMatch(chinese)
    expect(functionNames([name], 'en')).toMatch(/^[a-z ]{6,}$/)
    expect(FUNCTION_HINTS[name]).toMatch(chinese)
  })
})
