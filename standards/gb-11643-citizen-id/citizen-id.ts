/**
 * GB 11643 citizen identification number (公民身份号码): 18 characters, the last a check character (ISO 7064 MOD 11-2).
 * Refuses the 15-digit numbers of before 1999 and dates that do not exist. Whether the number was ever given out, only the registry knows.
 */
import { FormatError } from '../errors.ts'
import { isDivisionCode } from '../gbt-2260-division/index.ts'

export interface CitizenId {
  readonly number: string
  /** Where the number was first given out; may have been abolished since. */
  readonly division: string
  /** `YYYY-MM-DD`. */
  readonly birthdate: string
  readonly sequence: string
  readonly sex: 'male' | 'female'
}

const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2] as const
const CHECK = '10X98765432'

/** The 18th character for 17 digits. @throws FormatError CITIZEN_ID_FORM */
export const citizenIdCheckCharacter = (first17: string): string => {
  if (!/^\d{17}$/.test(first17)) throw new FormatError('CITIZEN_ID_FORM', 'seventeen digits are needed')
  const sum = WEIGHTS.reduce<number>((total, weight, i) => total + weight * Number(first17[i]), 0)
  return CHECK.charAt(sum % 11)
}

const birthdateOf = (digits: string): string | undefined => {
  const text = `${digits.slice(0, 4)}-${digits.slice(4, 6)}-${digits.slice(6, 8)}`
  const date = new Date(`${text}T00:00:00Z`)
  const real = !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text)
  return real && text >= '1800' ? text : undefined
}

/** Capital X only. @throws FormatError CITIZEN_ID_FORM, CITIZEN_ID_DIVISION, CITIZEN_ID_BIRTHDATE, CITIZEN_ID_CHECK */
export const parseCitizenId = (number: string): CitizenId => {
  if (!/^\d{17}[\dX]$/.test(number))
    throw new FormatError('CITIZEN_ID_FORM', 'seventeen digits and a digit or X are needed')
  const division = number.slice(0, 6)
  if (!isDivisionCode(division))
    throw new FormatError('CITIZEN_ID_DIVISION', 'the first six digits are no division code')
  const birthdate = birthdateOf(number.slice(6, 14))
  if (birthdate === undefined) throw new FormatError('CITIZEN_ID_BIRTHDATE', 'digits 7 to 14 are no date')
  if (citizenIdCheckCharacter(number.slice(0, 17)) !== number[17])
    throw new FormatError('CITIZEN_ID_CHECK', 'the check character does not fit')
  const sequence = number.slice(14, 17)
  return { number, division, birthdate, sequence, sex: Number(sequence) % 2 === 1 ? 'male' : 'female' }
}
