/** Values of a check's detail as people read them: instants in Beijing time, days in words, an end that is none. */
import type { ReportLanguage } from './words.ts'

const INSTANT = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/
const DAY = /^(\d{4})-(\d\d)-(\d\d)$/
const NO_END = '9999-12-31'
const SHANGHAI_MS = 8 * 3_600_000

const day = (text: string, language: ReportLanguage): string =>
  language === 'en'
    ? text
    : text.replace(DAY, (_, y: string, m: string, d: string) => `${y}年${Number(m)}月${Number(d)}日`)

export function humanValue(value: string | number, language: ReportLanguage): string {
  const text = String(value)
  if (text === NO_END) return language === 'zh' ? '长期' : 'no end'
  if (DAY.test(text)) return day(text, language)
  if (!INSTANT.test(text)) return text
  const there = new Date(Date.parse(text) + SHANGHAI_MS).toISOString()
  return `${day(there.slice(0, 10), language)} ${there.slice(11, 19)}`
}
