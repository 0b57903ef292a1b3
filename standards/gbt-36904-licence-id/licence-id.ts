/**
 * GB/T 36904-2018 licence identifier (证照标识): root . type(21) . issuer(18) . serial(≤32) . version(3) . check(1).
 * We write upper-case letters and digits only and refuse anything else; what others wrote is read more kindly,
 * and a wrong check character is reported with both values, because whole provinces compute it wrongly.
 */
import { FormatError } from '../errors.ts'

/** 1.2.156.3005.2: national government service, electronic licences. */
export const LICENCE_ROOT = '1.2.156.3005.2'

export interface LicenceIdParts {
  /** USCC of the body that defined the type (18) and its number for the type (3). */
  readonly typeCode: string
  /** USCC of the issuing authority; some issuers put a division here. */
  readonly issuer: string
  readonly serial: string
  /** 1 to 999; grows with every reissue or change. */
  readonly version: number
}

export interface ReadLicenceId extends LicenceIdParts {
  readonly text: string
  readonly check: { readonly given: string; readonly expected: string }
}

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ'

/** ISO/IEC 7064 MOD 37,36 over upper-case letters and digits. @throws FormatError LICENCE_ID_CHARACTER */
export const mod3736 = (text: string): string => {
  let p = 36
  for (const char of text) {
    const value = ALPHABET.indexOf(char)
    if (value < 0)
      throw new FormatError('LICENCE_ID_CHARACTER', 'only upper-case letters and digits have a check character')
    const sum = (p + value) % 36
    p = ((sum === 0 ? 36 : sum) * 2) % 37
  }
  return ALPHABET.charAt((37 - p) % 36)
}

const parts3 = (version: number): string => String(version).padStart(3, '0')

/** @throws FormatError LICENCE_ID_PART */
export const formatLicenceId = ({ typeCode, issuer, serial, version }: LicenceIdParts): string => {
  const bad = (what: string): never => {
    throw new FormatError('LICENCE_ID_PART', what)
  }
  if (!/^[0-9A-Z]{21}$/.test(typeCode)) bad('the type code has 21 letters and digits')
  if (!/^[0-9A-Z]{18}$/.test(issuer)) bad('the issuer is a USCC of 18 letters and digits')
  if (!/^[0-9A-Z]{1,32}$/.test(serial)) bad('the serial has 1 to 32 letters and digits')
  if (!Number.isInteger(version) || version < 1 || version > 999) bad('the version runs from 1 to 999')
  const check = mod3736(`${typeCode}${issuer}${serial}${parts3(version)}`)
  return [LICENCE_ROOT, typeCode, issuer, serial, parts3(version), check].join('.')
}

/** @throws FormatError LICENCE_ID_FORMAT; a wrong check character is not an error: compare `check` */
export const parseLicenceId = (text: string): ReadLicenceId => {
  const match =
    /^1\.2\.156\.3005\.2\.([0-9A-Za-z]{21})\.([0-9A-Za-z]{6,18})\.([0-9A-Za-z_-]{1,32})\.(\d{3})\.([0-9A-Za-z])$/.exec(
      text,
    )
  if (match === null) throw new FormatError('LICENCE_ID_FORMAT', 'not a licence identifier')
  const [, typeCode = '', issuer = '', serial = '', version = '', given = ''] = match
  const body = `${typeCode}${issuer}${serial}${version}`.toUpperCase()
  const expected = /^[0-9A-Z]*$/.test(body) ? mod3736(body) : ''
  return { text, typeCode, issuer, serial, version: Number(version), check: { given, expected } }
}
