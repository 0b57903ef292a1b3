/** ISO 32000-1 §7.3: writes a value. Streams are written by the incremental update, which knows their data. */
import { toHex } from '../bytes.ts'
import type { PdfValue } from './values.ts'
import { malformed } from './values.ts'

const REGULAR = /[^A-Za-z0-9_\-.+*@!$&',:;=?^`|~"\\]/g

const writeName = (text: string): string =>
  '/' + text.replace(REGULAR, (c) => '#' + c.charCodeAt(0).toString(16).padStart(2, '0'))

/** PDF has no exponents. */
export const writeNumber = (value: number): string => {
  const text = String(value)
  return text.includes('e') ? value.toFixed(10).replace(/\.?0+$/, '') : text
}

export const serialise = (value: PdfValue): string => {
  if (value === null || typeof value === 'boolean') return String(value)
  if (typeof value === 'number') return writeNumber(value)
  switch (value.kind) {
    case 'name':
      return writeName(value.name)
    case 'string':
      return `<${toHex(value.bytes)}>`
    case 'ref':
      return `${value.number} ${value.generation} R`
    case 'array':
      return `[${value.items.map(serialise).join(' ')}]`
    case 'dict':
      return `<<${[...value.entries].map(([key, v]) => `${writeName(key)} ${serialise(v)}`).join('\n')}>>`
    case 'stream':
      throw malformed('a stream cannot stand inside another object')
  }
}
