import { describe, expect, it } from 'vitest'
import { citizenIdCheckCharacter, parseCitizenId } from '../../../standards/gb-11643-citizen-id/index.ts'
import {
  organisationCodeCheckCharacter,
  parseUscc,
  usccCheckCharacter,
} from '../../../standards/gb-32100-uscc/index.ts'
import { parseDivision } from '../../../standards/gbt-2260-division/index.ts'
import { FormatError } from '../../../standards/errors.ts'

const reasonOf = (work: () => unknown): string => {
  try {
    work()
  } catch (error) {
    if (error instanceof FormatError) return error.reason
    throw error
  }
  return 'accepted'
}

describe('GB 11643 citizen ID number', () => {
  const example = '11010519491231002X'

  it('reads the example of the standard', () => {
    expect(citizenIdCheckCharacter('11010519491231002')).toBe('X')
    expect(parseCitizenId(example)).toEqual({
      number: example,
      division: '110105',
      birthdate: '1949-12-31',
      sequence: '002',
      sex: 'female',
    })
  })

  it('reads a leap day, and an odd sequence as male', () => {
    const number = `99010120000229003${citizenIdCheckCharacter('99010120000229003')}`
    expect(parseCitizenId(number)).toMatchObject({ birthdate: '2000-02-29', sex: 'male' })
  })

  it('refuses every change of one character, and every swap of two neighbours that differ', () => {
    for (let i = 0; i < 18; i++)
      for (const c of '0123456789X') {
        if (c === example[i]) continue
        expect(reasonOf(() => parseCitizenId(example.slice(0, i) + c + example.slice(i + 1)))).not.toBe('accepted')
      }
    for (let i = 0; i < 17; i++) {
      const swapped = example.slice(0, i) + example[i + 1] + example[i] + example.slice(i + 2)
      if (swapped !== example) expect(reasonOf(() => parseCitizenId(swapped))).not.toBe('accepted')
    }
  })

  it.each([
    ['a number of before 1999', '110105491231002', 'CITIZEN_ID_FORM'],
    ['a small x', '11010519491231002x', 'CITIZEN_ID_FORM'],
    ['full-width digits', '１１０１０５１９４９１２３１００２X', 'CITIZEN_ID_FORM'],
    ['a line end behind', `${example}\n`, 'CITIZEN_ID_FORM'],
    ['nothing', '', 'CITIZEN_ID_FORM'],
    ['a division that begins with 0', '01010519491231002X', 'CITIZEN_ID_DIVISION'],
    ['30 February', '990103199002301234', 'CITIZEN_ID_BIRTHDATE'],
    ['29 February of a common year', '990103190002291234', 'CITIZEN_ID_BIRTHDATE'],
    ['month 13', '990103199013011234', 'CITIZEN_ID_BIRTHDATE'],
    ['year 0000', '990103000001011234', 'CITIZEN_ID_BIRTHDATE'],
    ['a wrong check character', '110105194912310021', 'CITIZEN_ID_CHECK'],
  ])('refuses %s', (_what, number, reason) => {
    expect(reasonOf(() => parseCitizenId(number))).toBe(reason)
  })
})

describe('GB 32100 unified social credit code', () => {
  const real = [
    '91110108756730417W',
    '11320500014150050B',
    '115300000151003540',
    '11100000MB0341032Y',
    '91100000100003962T',
  ]

  it.each(real)('reads %s', (code) => {
    expect(parseUscc(code)).toMatchObject({ code, category: code.slice(0, 2), division: code.slice(2, 8) })
    expect(usccCheckCharacter(code.slice(0, 17))).toBe(code[17])
  })

  it('computes the check characters of GB 11714', () => {
    expect(organisationCodeCheckCharacter('D2143569')).toBe('X')
    expect(organisationCodeCheckCharacter('00013338')).toBe('0')
  })

  it('refuses every change of one character', () => {
    for (const code of real)
      for (let i = 0; i < 18; i++)
        for (const c of '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ')
          if (c !== code[i])
            expect(reasonOf(() => parseUscc(code.slice(0, i) + c + code.slice(i + 1)))).not.toBe('accepted')
  })

  it('refuses a code whose organisation code does not fit although its own check character does', () => {
    const first17 = '91110108756730418'
    expect(reasonOf(() => parseUscc(first17 + usccCheckCharacter(first17)))).toBe('USCC_ORGANISATION_CODE')
  })

  it.each([
    ['small letters', '91110108756730417w', 'USCC_FORM'],
    ['a letter that is not in the alphabet', '9111010875673041IW', 'USCC_FORM'],
    ['letters in the division', '91A10108756730417W', 'USCC_FORM'],
    ['seventeen characters', '9111010875673041W', 'USCC_FORM'],
    ['a wrong check character', '91110108756730417X', 'USCC_CHECK'],
  ])('refuses %s', (_what, code, reason) => {
    expect(reasonOf(() => parseUscc(code))).toBe(reason)
  })
})

describe('GB/T 2260 division code', () => {
  it('tells country, province, city and county apart', () => {
    expect(parseDivision('100000').level).toBe('country')
    expect(parseDivision('990000')).toEqual({ code: '990000', level: 'province', province: '990000' })
    expect(parseDivision('990100')).toMatchObject({ level: 'city', city: '990100' })
    expect(parseDivision('990103')).toEqual({ code: '990103', level: 'county', province: '990000', city: '990100' })
  })

  it.each(['', '99010', '9901030', '099010', '99010A', '990103\n'])('refuses %j', (code) => {
    expect(reasonOf(() => parseDivision(code))).toBe('DIVISION_FORM')
  })
})
