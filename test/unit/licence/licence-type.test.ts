import { describe, expect, it } from 'vitest'
import types from '../../../src/licence/licence-types.json' with { type: 'json' }
import { isTrustError } from '../../../src/errors.ts'
import { parseLicenceTypes, requireType } from '../../../src/licence/index.ts'
import { requireFields, requireNumber } from '../../../src/licence/licence-type.ts'

const [type] = parseLicenceTypes(types)
if (type === undefined) throw new TypeError('no licence type')
const good = { FDDBR: '周示范', JYCS: '云津区样例路一号', ZTYT: '餐饮服务经营者', JYXM: '热食类食品制售' }

/** `CODE field` of the refusal. */
const refusal = (act: () => unknown): string => {
  try {
    act()
    return 'none'
  } catch (error) {
    if (!isTrustError(error)) throw error
    return `${error.code} ${error.field ?? ''}`.trim()
  }
}

describe('licence types', () => {
  it('of this installation are sound', () => expect(parseLicenceTypes(types)).toHaveLength(types.length))

  it.each([
    ['none at all', []],
    ['no list', {}],
    ['a code that is too short', [{ ...type, code: '123' }]],
    ['a holder of an unknown kind', [{ ...type, holder: 'machine' }]],
    ['a member nobody knows', [{ ...type, colour: 'red' }]],
    ['a field key in small letters', [{ ...type, fields: [{ ...type.fields[0], key: 'abc' }] }]],
    ['a field without length', [{ ...type, fields: [{ ...type.fields[0], maxLength: 0 }] }]],
    ['a pattern that is no regular expression', [{ ...type, numberPattern: '(' }]],
    ['a field pattern that is none', [{ ...type, fields: [{ ...type.fields[0], pattern: '[' }] }]],
    ['a length of months that is none', [{ ...type, validMonths: 0 }]],
  ])('with %s are refused', (_, data) => expect(refusal(() => parseLicenceTypes(data))).toBe('CONFIG_INVALID'))

  it('an unknown one is not found', () =>
    expect(refusal(() => requireType([type], '0'.repeat(21)))).toBe('LICENCE_TYPE_UNKNOWN'))
})

describe('fields of a licence', () => {
  it('are taken as typed, without space around them', () =>
    expect(requireFields(type, { ...good, FDDBR: ' 周示范 ' })).toEqual(good))

  it.each([
    ['missing', { JYCS: undefined }, 'JYCS'],
    ['empty', { JYCS: '   ' }, 'JYCS'],
    ['too long', { FDDBR: '周'.repeat(31) }, 'FDDBR'],
    ['broken over lines', { ZTYT: '一\n二' }, 'ZTYT'],
    ['with a control character', { ZTYT: 'a\u0000b' }, 'ZTYT'],
    ['with a line separator', { ZTYT: 'a\u2028b' }, 'ZTYT'],
    ['of another type', { OTHER: 'x' }, 'OTHER'],
    ['named as members of every object', { constructor: 'x' }, 'constructor'],
  ])('%s are refused, and the field is named', (_, change, field) => {
    const given = Object.fromEntries(
      Object.entries({ ...good, ...change }).filter(([, v]) => v !== undefined),
    ) as Record<string, string>
    expect(refusal(() => requireFields(type, given))).toBe(`LICENCE_FIELDS_INVALID ${field}`)
  })

  it('counts characters, not halves of them', () =>
    expect(requireFields(type, { ...good, FDDBR: '𠮷'.repeat(30) })['FDDBR']).toHaveLength(60))
})

describe('the number of a licence', () => {
  it('has the form of its type', () => expect(requireNumber(type, 'JY19901030000001')).toBe('JY19901030000001'))
  it.each([
    '',
    'JY1',
    'JY199010300000011',
    'jy19901030000001',
    'JY19901030000001\n',
    'XJY19901030000001',
    'JY1990103000000１',
  ])('%j is refused', (number) =>
    expect(refusal(() => requireNumber(type, number))).toBe('LICENCE_FIELDS_INVALID number'),
  )
})
