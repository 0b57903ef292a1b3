import { describe, expect, it } from 'vitest'
import { fromHex, utf8 } from '../../../standards/bytes.ts'
import { encodeElement } from '../../../standards/der/index.ts'
import { organisationCodeCheckCharacter, usccCheckCharacter } from '../../../standards/gb-32100-uscc/index.ts'
import {
  citizenIdExtension,
  findUscc,
  organizationCodeExtension,
  readIdentity,
  subjectFaults,
} from '../../../standards/gbt-20518-certificate/index.ts'
import { OID } from '../../../standards/oid/index.ts'
import type { Extension } from '../../../standards/rfc5280-x509/index.ts'

const NUMBER = '990101199001010015'
const ORGANISATION = `MB000001${organisationCodeCheckCharacter('MB000001')}`
const USCC = `11990000${ORGANISATION}${usccCheckCharacter(`11990000${ORGANISATION}`)}`
const wrongUscc = `${USCC.slice(0, 17)}${USCC.endsWith('X') ? 'Y' : 'X'}`

const extension = (extnID: string, extnValue: Uint8Array): Extension => ({ extnID, critical: false, extnValue })
const read = (...extensions: Extension[]) => readIdentity({ extensions })

describe('identity extensions', () => {
  it('read what they wrote', () => {
    expect(read(citizenIdExtension(NUMBER), organizationCodeExtension(USCC))).toMatchObject([
      { field: 'citizenIdNumber', value: NUMBER, form: 'standard', oid: OID.identifyCode },
      { field: 'organizationCode', value: USCC, form: 'standard', rawHex: `1312${Buffer.from(USCC).toString('hex')}` },
    ])
  })

  it('read the forms that CAs really use, and say which', () => {
    for (const [bytes, field, form] of [
      [encodeElement(0xa1, encodeElement(0x0c, utf8(NUMBER))), 'militaryOfficerNumber', 'standard'],
      [encodeElement(0x82, utf8(NUMBER)), 'passportNumber', 'implicit-choice'],
      [encodeElement(0x0c, utf8(NUMBER)), 'citizenIdNumber', 'bare-string'],
      [utf8(NUMBER), 'citizenIdNumber', 'raw-text'],
    ] as const)
      expect(read(extension(OID.identifyCode, bytes))).toMatchObject([{ field, form, value: NUMBER }])
    expect(read(extension(OID.taxationNumber, utf8(USCC)))).toMatchObject([
      { field: 'taxationNumber', form: 'raw-text' },
    ])
  })

  it('leave out what no form fits, and what is not theirs', () => {
    for (const bytes of ['', '00', 'a3021300', '3000', 'ff00ff', '0401ff'])
      expect(read(extension(OID.identifyCode, fromHex(bytes))), bytes).toEqual([])
    expect(read(extension('1.2.3', utf8(USCC)))).toEqual([])
  })

  it('follow the map of a CA that has places of its own', () => {
    const extensions = [extension('1.2.5.29.1', utf8(USCC))]
    expect(readIdentity({ extensions })).toEqual([])
    expect(readIdentity({ extensions }, { '1.2.5.29.1': 'organizationCode' })).toMatchObject([{ value: USCC }])
  })
})

describe('the unified social credit code of a certificate', () => {
  const find = (fields: readonly [string, string][], extensions: Extension[] = []) =>
    findUscc({ extensions, subjectFields: fields.map(([oid, text]) => ({ oid, text })) })

  it('is found in the four places of government seal certificates', () => {
    expect(find([], [organizationCodeExtension(USCC)])).toBe(USCC)
    expect(find([[OID.serialNumber, USCC]])).toBe(USCC)
    expect(find([[OID.organization, `${USCC}云湖市民政局`]])).toBe(USCC)
    expect(find([[OID.commonName, `051@云湖名称@7${USCC}@1`]])).toBe(USCC)
  })

  it('is never one whose check character is wrong, nor digits that only look like one', () => {
    for (const text of [wrongUscc, '99010000000017', '', USCC.slice(0, 17)]) {
      expect(find([[OID.serialNumber, text]])).toBeUndefined()
      expect(find([[OID.organization, text]])).toBeUndefined()
      expect(find([[OID.commonName, `a@${text}@b`]])).toBeUndefined()
    }
    expect(find([[OID.commonName, USCC]])).toBeUndefined()
  })
})

describe('subject rules', () => {
  const subject = (...fields: [string, string][]) => subjectFaults(fields.map(([oid, text]) => ({ oid, text })))

  it('want C=CN first, one CN, known attributes, and sizes within bounds', () => {
    expect(subject([OID.country, 'CN'], [OID.commonName, '印'])).toEqual([])
    expect(subject([OID.commonName, '印'], [OID.country, 'CN'])).toEqual(['COUNTRY'])
    expect(subject([OID.country, 'US'], [OID.commonName, '印'])).toEqual(['COUNTRY'])
    expect(subject([OID.country, 'CN'])).toEqual(['COMMON_NAME'])
    expect(subject([OID.country, 'CN'], [OID.commonName, '印'], [OID.commonName, '章'])).toEqual(['COMMON_NAME'])
    expect(subject([OID.country, 'CN'], [OID.commonName, '印'], ['1.2.3', 'x'])).toEqual(['UNKNOWN_ATTRIBUTE'])
    expect(subject([OID.country, 'CN'], [OID.commonName, '印'.repeat(64)])).toEqual([])
    expect(subject([OID.country, 'CN'], [OID.commonName, '印'.repeat(65)])).toEqual(['LENGTH'])
  })
})
