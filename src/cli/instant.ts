/** The time of `--at`: ISO 8601 with its zone. Refuses a time without a zone, which would mean another moment elsewhere, and days that no calendar has. */
import { usage } from './exit.ts'

const FORM = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?)(Z|[+-]\d\d:\d\d)$/

const refuse = (text: string): never =>
  usage(`--at ${text}：时间要写成 2026-11-21T10:00:00+08:00 或 2026-11-21T02:00:00Z (ISO 8601 with a zone)`)

/** @throws UsageError */
export const parseInstant = (text: string): Date => {
  const [, day = '', time = '', zone = ''] = FORM.exec(text) ?? refuse(text)
  const at = new Date(text)
  // V8 reads 30 February as 2 March.
  const civil = new Date(`${day}T${time}Z`)
  const rolledOver = Number.isNaN(civil.getTime()) || civil.toISOString().slice(0, 10) !== day
  return Number.isNaN(at.getTime()) || rolledOver || /^[+-](1[5-9]|[2-9])/.test(zone) ? refuse(text) : at
}
