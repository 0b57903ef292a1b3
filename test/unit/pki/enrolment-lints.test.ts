import { describe, expect, it } from 'vitest'
import { nameCharacters } from '../../../src/pki/lints/name-characters.ts'
import { organisationCode } from '../../../src/pki/lints/organisation-code.ts'
import { subjectOrder } from '../../../src/pki/lints/subject-order.ts'
import type { LintContext } from '../../../src/pki/lints/index.ts'
import { citizenIdExtension, organizationCodeExtension } from '../../../standards/gbt-20518-certificate/index.ts'
import { OID } from '../../../standards/oid/index.ts'
import type { Certificate, Extension, NameField } from '../../../standards/rfc5280-x509/index.ts'

const certificate = (subjectFields: readonly NameField[], extensions: readonly Extension[] = []): Certificate =>
  ({ subjectFields, extensions }) as unknown as Certificate
const profile = (name: string): LintContext => ({ profile: { name } }) as unknown as LintContext
const field = (oid: string, text: string): NameField => ({ oid, text })
const C = field(OID.country, 'CN')
const O = field(OID.organization, '云湖示范食品有限公司')
const CN = field(OID.commonName, '云湖示范食品有限公司')
const order = (...fields: NameField[]) => subjectOrder.check(certificate(fields), profile('x'))
const code = (name: string, ...extensions: Extension[]) =>
  organisationCode.check(certificate([C, CN], extensions), profile(name))

describe('lints of names', () => {
  it('wants country, province, place, organisation, unit, number, name, in that order, each once', () => {
    expect(order(C, O, CN)).toBeUndefined()
    expect(order(C, field(OID.stateOrProvince, '云湖省'), field(OID.locality, '澄州市'), O, CN)).toBeUndefined()
    for (const wrong of [
      [CN, O, C],
      [C, CN, O],
      [C, O, O, CN],
      [C, field('1.2.3', 'x'), CN],
    ])
      expect(order(...wrong)).toBeDefined()
  })

  it('wants no character that cannot be seen', () => {
    const check = (text: string) => nameCharacters.check(certificate([C, field(OID.commonName, text)]), profile('x'))
    expect(check('买买提·艾力')).toBeUndefined()
    for (const text of ['云\u200b湖', '云\u202e湖', 'a\u0000', '\ue000', 'a\u2028b']) expect(check(text)).toBeDefined()
  })

  it('wants the code of an organisation, checked, and no number of a person', () => {
    const uscc = organizationCodeExtension('91990000MA9900001A')
    expect(code('entity-signing', uscc)).toBeUndefined()
    expect(code('office-encryption', uscc)).toBeUndefined()
    expect(code('person-signing')).toBeUndefined()
    expect(code('seal-signer')).toBeUndefined()
    expect(code('entity-signing')).toBeDefined()
    expect(code('entity-signing', organizationCodeExtension('91990000MA99000011'))).toBeDefined()
    expect(code('entity-signing', uscc, uscc)).toBeDefined()
    expect(code('person-signing', citizenIdExtension('990103199002141232'))).toBeDefined()
    expect(code('person-encryption', uscc)).toBeDefined()
  })
})
