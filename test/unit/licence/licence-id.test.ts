import { describe, expect, it } from 'vitest'
import type { FormatError } from '../../../standards/errors.ts'
import { formatLicenceId, mod3736, parseLicenceId } from '../../../standards/gbt-36904-licence-id/index.ts'
import { readMetadata } from '../../../standards/gbt-36903-licence-metadata/index.ts'

describe('licence identifier (GB/T 36904)', () => {
  it('has the check character of ISO/IEC 7064 (its GRid example)', () => expect(mod3736('A12425GABC1234002')).toBe('M'))

  it.each([
    ['1.2.156.3005.2.11100000000013338W009.11330105002500287C.2025052201.002.0', '0'],
    ['1.2.156.3005.2.11100000000013338W011.11430000006122244L.20230000403.001.U', 'U'],
    ['1.2.156.3005.2.11100000MB03271699022.340100.000000016.001.9', '9'],
  ])('agrees with the identifier that a real office issued: %s', (text, check) => {
    expect(parseLicenceId(text).check).toEqual({ given: check, expected: check })
  })

  it('reports both values where a province computes the check character another way', () => {
    const id = parseLicenceId(
      '1.2.156.3005.2.11100000000013661B006.113700000045046442.209FA4E88F9E4C878F3E9BED2CE7EA49.001.M',
    )
    expect(id.check).toEqual({ given: 'M', expected: 'D' })
  })

  it('reads back what it writes', () => {
    const parts = {
      typeCode: '11990000MB0X111129009',
      issuer: '11990100MB0X2Y374F',
      serial: '2025052100012',
      version: 1,
    }
    expect(parseLicenceId(formatLicenceId(parts))).toMatchObject(parts)
  })

  it.each([
    [{ typeCode: 'x'.repeat(21) }, 'LICENCE_ID_PART'],
    [{ issuer: '340100' }, 'LICENCE_ID_PART'],
    [{ serial: '' }, 'LICENCE_ID_PART'],
    [{ serial: 'A'.repeat(33) }, 'LICENCE_ID_PART'],
    [{ serial: 'a_b' }, 'LICENCE_ID_PART'],
    [{ version: 0 }, 'LICENCE_ID_PART'],
    [{ version: 1000 }, 'LICENCE_ID_PART'],
  ])('refuses to write %j', (change, reason) => {
    const parts = {
      typeCode: '11990000MB0X111129009',
      issuer: '11990100MB0X2Y374F',
      serial: '1',
      version: 1,
      ...change,
    }
    expect(() => formatLicenceId(parts)).toThrow(expect.objectContaining({ reason }) as FormatError)
  })

  it.each([
    '',
    '1.2.156.3005.2',
    '1.2.156.3005.2.x.y.z.001.1',
    'https://example/1.2.156.3005.2.11100000000013338W009.11330105002500287C.2025052201.002.0',
  ])('refuses to read %j', (text) =>
    expect(() => parseLicenceId(text)).toThrow(expect.objectContaining({ reason: 'LICENCE_ID_FORMAT' }) as FormatError),
  )
})

describe('licence metadata (GB/T 36903)', () => {
  it('is absent from a file without a licence identifier', () =>
    expect(readMetadata([{ name: 'ZZMC', value: 'x' }])).toBeUndefined())
  it('refuses an element that stands twice', () =>
    expect(() =>
      readMetadata([
        { name: 'ZZBS', value: 'a' },
        { name: 'ZZBS', value: 'b' },
      ]),
    ).toThrow(expect.objectContaining({ reason: 'METADATA_DUPLICATE' }) as FormatError))
})
