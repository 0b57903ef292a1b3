/** Dates as people write them, in Beijing time. Machines read the instant in `datetime`. */
import { html } from '../html.ts'
import type { Html } from '../html.ts'
import type { Language } from '../words/index.ts'

const TIME_ZONE = 'Asia/Shanghai'
const DAY_MS = 86_400_000

const parts = new Intl.DateTimeFormat('en-GB', {
  timeZone: TIME_ZONE,
  year: 'numeric',
  month: 'numeric',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
})
const MONTHS = 'January February March April May June July August September October November December'.split(' ')

export type Precision = 'day' | 'minute' | 'second'

const fields = (date: Date): Record<string, string> =>
  Object.fromEntries(
    parts
      .formatToParts(date)
      .map(({ type, value }) => [type, type === 'day' || type === 'month' ? String(Number(value)) : value]),
  )

/** 2026年11月21日 14:05, or 21 November 2026 14:05. */
export function dateText(date: Date, precision: Precision = 'day', language: Language = 'zh'): string {
  const f = fields(date)
  const clock = {
    day: '',
    minute: ` ${f['hour']}:${f['minute']}`,
    second: ` ${f['hour']}:${f['minute']}:${f['second']}`,
  }
  const day =
    language === 'zh'
      ? `${f['year']}年${f['month']}月${f['day']}日`
      : `${f['day']} ${MONTHS[Number(f['month']) - 1]} ${f['year']}`
  return day + clock[precision]
}

export const timeTag = (date: Date, precision: Precision = 'minute', language: Language = 'zh'): Html =>
  html`<time datetime="${date.toISOString()}">${dateText(date, precision, language)}</time>`

/** 14:05:02 alone, where the day is plain from what stands around it. */
export function clockTag(date: Date): Html {
  const f = fields(date)
  return html`<time datetime="${date.toISOString()}">${f['hour']}:${f['minute']}:${f['second']}</time>`
}

/** The value of an `<input type="date">`, in Beijing time. */
export function dateInputValue(date: Date): string {
  const f = fields(date)
  return `${f['year']}-${f['month']?.padStart(2, '0')}-${f['day']?.padStart(2, '0')}`
}

/** Days from one Beijing day to another; negative when `to` is past. */
export function daysBetween(from: Date, to: Date): number {
  const day = (date: Date): number => Date.parse(`${dateInputValue(date)}T00:00:00Z`) / DAY_MS
  return day(to) - day(from)
}
