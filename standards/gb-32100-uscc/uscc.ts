/**
 * GB 32100 unified social credit code (统一社会信用代码): 18 characters, the last a check character; characters 9–17 are an
 * organisation code (GB 11714) with a check character of its own. Both must fit.
 */
import { FormatError } from '../errors.ts'

export interface Uscc {
  readonly code: string
  /** 登记管理部门: `1` establishment office, `5` civil affairs, `9` market regulation, `Y` other … */
  readonly authority: string
  /** 机构类别, meaningful together with the authority: `11` office, `12` institution, `51` association, `91` enterprise … */
  readonly category: string
  readonly division: string
  /** Nine characters, GB 11714. */
  readonly organisationCode: string
}

/** Without I O S V Z. */
const ALPHABET = '0123456789ABCDEFGHJKLMNPQRTUWXY'
const WEIGHTS = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28] as const

const ORG_ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ'
const ORG_WEIGHTS = [3, 7, 9, 10, 5, 8, 4, 2] as const

const weighted = (text: string, alphabet: string, weights: readonly number[]): number =>
  weights.reduce((total, weight, i) => total + weight * alphabet.indexOf(text.charAt(i)), 0)

/** GB 11714: the ninth character for eight. @throws FormatError ORGANISATION_CODE_FORM */
export const organisationCodeCheckCharacter = (first8: string): string => {
  if (!/^[0-9A-Z]{8}$/.test(first8))
    throw new FormatError('ORGANISATION_CODE_FORM', 'eight digits or capital letters are needed')
  const check = 11 - (weighted(first8, ORG_ALPHABET, ORG_WEIGHTS) % 11)
  return check === 10 ? 'X' : String(check % 11)
}

/** The 18th character for 17. @throws FormatError USCC_FORM */
export const usccCheckCharacter = (first17: string): string => {
  if (!/^[0-9A-HJ-NPQRTUWXY]{17}$/.test(first17))
    throw new FormatError('USCC_FORM', 'seventeen characters of the alphabet are needed')
  return ALPHABET.charAt((31 - (weighted(first17, ALPHABET, WEIGHTS) % 31)) % 31)
}

/** Capital letters only. @throws FormatError USCC_FORM, USCC_CHECK, USCC_ORGANISATION_CODE */
export const parseUscc = (code: string): Uscc => {
  if (!/^[0-9A-HJ-NPQRTUWXY]{2}\d{6}[0-9A-HJ-NPQRTUWXY]{10}$/.test(code))
    throw new FormatError('USCC_FORM', 'eighteen characters without I O S V Z are needed, the third to eighth digits')
  if (usccCheckCharacter(code.slice(0, 17)) !== code[17])
    throw new FormatError('USCC_CHECK', 'the check character does not fit')
  const organisationCode = code.slice(8, 17)
  if (organisationCodeCheckCharacter(organisationCode.slice(0, 8)) !== organisationCode[8])
    throw new FormatError('USCC_ORGANISATION_CODE', 'the check character of the organisation code does not fit')
  return { code, authority: code.slice(0, 1), category: code.slice(0, 2), division: code.slice(2, 8), organisationCode }
}
