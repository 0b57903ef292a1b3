/**
 * GB/T 2260 division codes (行政区划代码): the shape only. There is no table here on purpose: codes inside ID numbers and USCCs
 * stay when a division is abolished, so a current table would refuse real people.
 */
import { FormatError } from '../errors.ts'

export interface Division {
  readonly code: string
  readonly level: 'country' | 'province' | 'city' | 'county'
  /** `PP0000`; the country itself has `100000`. */
  readonly province: string
  /** `PPCC00`; absent above the city. */
  readonly city?: string
}

export const isDivisionCode = (text: string): boolean => /^[1-9]\d{5}$/.test(text)

/** @throws FormatError DIVISION_FORM */
export const parseDivision = (code: string): Division => {
  if (!isDivisionCode(code)) throw new FormatError('DIVISION_FORM', 'a division code has six digits, the first not 0')
  const province = `${code.slice(0, 2)}0000`
  if (code === '100000') return { code, level: 'country', province }
  if (code === province) return { code, level: 'province', province }
  const city = `${code.slice(0, 4)}00`
  return { code, level: code === city ? 'city' : 'county', province, city }
}
