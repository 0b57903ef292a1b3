/**
 * GB/T 20518 identity extensions: who the holder is, in numbers of this country's registers.
 * Written as the standard says. Read tolerantly, as CAs differ: the CHOICE tagged explicitly or implicitly, any string type,
 * text without any header. The hex of what stood there is always kept; a value that no form fits is left out.
 */
import { fromUtf8, toHex } from '../bytes.ts'
import type { Element } from '../der/index.ts'
import { encode, explicit, printableString, readSingle } from '../der/index.ts'
import { DerError } from '../errors.ts'
import { OID } from '../oid/index.ts'
import type { Certificate, Extension } from '../rfc5280-x509/index.ts'
import { textOf } from '../rfc5280-x509/index.ts'

export type IdentityField =
  | 'citizenIdNumber'
  | 'militaryOfficerNumber'
  | 'passportNumber'
  | 'insuranceNumber'
  | 'icRegistrationNumber'
  | 'organizationCode'
  | 'taxationNumber'

export interface IdentityValue {
  readonly field: IdentityField
  readonly value: string
  /** How it was written: `standard`, or one of the deviations. */
  readonly form: 'standard' | 'implicit-choice' | 'bare-string' | 'raw-text'
  readonly oid: string
  readonly rawHex: string
}

/** IdentifyCode is a CHOICE; the others are one string each. */
export type ExtensionMeaning = IdentityField | 'identifyCode'

/** What the standard assigns. A CA with places of its own gives a map of its own (see README). */
export const STANDARD_FIELDS: Readonly<Record<string, ExtensionMeaning>> = {
  [OID.identifyCode]: 'identifyCode',
  [OID.insuranceNumber]: 'insuranceNumber',
  [OID.icRegistrationNumber]: 'icRegistrationNumber',
  [OID.organizationCode]: 'organizationCode',
  [OID.taxationNumber]: 'taxationNumber',
}

const CHOICE: readonly IdentityField[] = ['citizenIdNumber', 'militaryOfficerNumber', 'passportNumber']
const EXPLICIT_CHOICE = 0xa0
const IMPLICIT_CHOICE = 0x80
const STRINGS: ReadonlySet<number> = new Set([0x0c, 0x12, 0x13, 0x14, 0x16, 0x1a, 0x1e])
const PRINTABLE_TEXT = /^[\x20-\x7e\u4e00-\u9fff]+$/

const tryElement = (bytes: Uint8Array): Element | undefined => {
  try {
    return readSingle(bytes, { path: '' })
  } catch (error) {
    if (error instanceof DerError) return undefined
    throw error
  }
}

const tryText = (bytes: Uint8Array): string | undefined => {
  try {
    const text = fromUtf8(bytes)
    return PRINTABLE_TEXT.test(text) ? text : undefined
  } catch (error) {
    if (error instanceof TypeError) return undefined
    throw error
  }
}

type Reading = Pick<IdentityValue, 'field' | 'value' | 'form'>

const readChoice = (element: Element): Reading | undefined => {
  const field = CHOICE[element.tag & 0x1f]
  if (field === undefined) return undefined
  const inner = (element.tag & 0xe0) === EXPLICIT_CHOICE ? tryElement(element.content) : undefined
  if (inner !== undefined && STRINGS.has(inner.tag)) return { field, value: textOf(inner), form: 'standard' }
  const value = (element.tag & 0xe0) === IMPLICIT_CHOICE ? tryText(element.content) : undefined
  return value === undefined ? undefined : { field, value, form: 'implicit-choice' }
}

const readValue = (meaning: ExtensionMeaning, bytes: Uint8Array): Reading | undefined => {
  const field = meaning === 'identifyCode' ? 'citizenIdNumber' : meaning
  const element = tryElement(bytes)
  if (meaning === 'identifyCode' && element !== undefined) {
    const chosen = readChoice(element)
    if (chosen !== undefined) return chosen
  }
  if (element !== undefined && STRINGS.has(element.tag))
    return { field, value: textOf(element), form: meaning === 'identifyCode' ? 'bare-string' : 'standard' }
  const value = tryText(bytes)
  return value === undefined ? undefined : { field, value, form: 'raw-text' }
}

/** All identity values of a certificate, in its order. Check digits are for the reader to judge. */
export const readIdentity = (
  certificate: Pick<Certificate, 'extensions'>,
  fields: Readonly<Record<string, ExtensionMeaning>> = STANDARD_FIELDS,
): IdentityValue[] =>
  certificate.extensions.flatMap(({ extnID, extnValue }) => {
    const meaning = fields[extnID]
    const reading = meaning === undefined ? undefined : readValue(meaning, extnValue)
    return reading === undefined ? [] : [{ ...reading, oid: extnID, rawHex: toHex(extnValue) }]
  })

/** The unified social credit code, in the organisation code's place (企业组织机构代码), as CAs do now. */
export const organizationCodeExtension = (code: string): Extension => ({
  extnID: OID.organizationCode,
  critical: false,
  extnValue: encode(printableString(), code),
})

/** residenterCardNumber [0]: for a certificate of a natural person. */
export const citizenIdExtension = (number: string): Extension => ({
  extnID: OID.identifyCode,
  critical: false,
  extnValue: encode(explicit(0, printableString()), number),
})
