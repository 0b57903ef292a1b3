/** What an anchor is trusted for, as a small JSON file beside it. Refuses members it does not know: a misspelt limit would limit nothing. */
import { FormatError } from '../../standards/errors.ts'
import type { AnchorLimits, Purpose } from '../../standards/rfc5280-x509/index.ts'
import { PURPOSES } from '../../standards/rfc5280-x509/index.ts'
import { parseUniqueJson } from '../crypto/index.ts'

const KNOWN: ReadonlySet<string> = new Set(['version', 'purposes', 'from', 'to', 'source'])
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,3})?Z$/

const refuse = (): never => {
  throw new FormatError('ANCHOR_LIMITS', 'not the limits of an anchor')
}

const instant = (value: unknown): Date | undefined => {
  if (value === undefined) return undefined
  const at = typeof value === 'string' && INSTANT.test(value) ? new Date(value) : refuse()
  return Number.isNaN(at.getTime()) ? refuse() : at
}

const purposesOf = (value: unknown): readonly Purpose[] | undefined => {
  if (value === undefined) return undefined
  const known = PURPOSES.filter((p) => p !== 'any')
  return Array.isArray(value) && value.length > 0 && value.every((v) => known.some((p) => p === v))
    ? (value as Purpose[])
    : refuse()
}

/** `{ "version": 1, "purposes": […], "from": "…Z", "to": "…Z", "source": "…" }`. @throws FormatError ANCHOR_LIMITS */
export const parseAnchorLimits = (text: string): AnchorLimits => {
  const body = parseUniqueJson(text) as Readonly<Record<string, unknown>> | null
  if (body === null || typeof body !== 'object' || Array.isArray(body) || body['version'] !== 1) return refuse()
  if (Object.keys(body).some((name) => !KNOWN.has(name))) return refuse()
  const [purposes, from, to, source] = [
    purposesOf(body['purposes']),
    instant(body['from']),
    instant(body['to']),
    body['source'],
  ]
  if (source !== undefined && typeof source !== 'string') return refuse()
  return {
    ...(purposes === undefined ? {} : { purposes }),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    ...(source === undefined ? {} : { source }),
  }
}
