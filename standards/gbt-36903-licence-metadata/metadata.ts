/**
 * GB/T 36903-2018 licence metadata (证照元数据): the elements by their short identifiers, as carried in the OFD's CustomDatas.
 * Reading refuses nothing but duplicates; what is absent stays absent. Extensions (KZ_*) are the type's own face fields.
 */
import { FormatError } from '../errors.ts'

/** Our name → short identifier of the standard. */
export const ELEMENTS = {
  name: 'ZZMC',
  typeName: 'ZZLXMC',
  typeCode: 'ZZLXDM',
  number: 'ZZBH',
  id: 'ZZBS',
  issuingAuthority: 'ZZBFJG',
  issuingAuthorityCode: 'ZZBFJGDM',
  issuedOn: 'ZZBFRQ',
  holder: 'CZZT',
  holderCode: 'CZZTDM',
  holderCodeType: 'CZZTDMLX',
  holderCodeTypeCode: 'CZZTDMLXDM',
  validFrom: 'ZZYXQQSRQ',
  validTo: 'ZZYXQJZRQ',
  sealName: 'ZZQZMC',
} as const

export type ElementName = keyof typeof ELEMENTS

/** Dates are `YYYY-MM-DD`; `validTo` without end is `9999-12-31`. */
export type LicenceMetadata = Readonly<Record<ElementName, string>> & {
  /** Face fields of the type, by their key without `KZ_`. */
  readonly extensions: Readonly<Record<string, string>>
}

/** GA/T 2000.156 for persons; 001 is the USCC as the national interface writes it. */
export const HOLDER_CODE_TYPES = {
  uscc: { code: '001', name: '统一社会信用代码' },
  citizenId: { code: '111', name: '居民身份证' },
} as const

export interface CustomData {
  readonly name: string
  readonly value: string
}

export const writeMetadata = ({ extensions, ...elements }: LicenceMetadata): CustomData[] => [
  ...Object.entries(ELEMENTS).map(([key, name]) => ({ name, value: elements[key as ElementName] })),
  ...Object.entries(extensions).map(([key, value]) => ({ name: `KZ_${key}`, value })),
]

/** What a file says of itself; undefined when it carries no licence identifier (ZZBS). @throws FormatError METADATA_DUPLICATE */
export const readMetadata = (customDatas: readonly CustomData[]): LicenceMetadata | undefined => {
  const given = new Map<string, string>()
  for (const { name, value } of customDatas) {
    if (given.has(name)) throw new FormatError('METADATA_DUPLICATE', `element ${name} stands twice`)
    given.set(name, value)
  }
  if (!given.has(ELEMENTS.id)) return undefined
  const elements = Object.fromEntries(Object.entries(ELEMENTS).map(([key, name]) => [key, given.get(name) ?? '']))
  const extensions = Object.fromEntries(
    [...given].filter(([name]) => name.startsWith('KZ_')).map(([name, value]) => [name.slice(3), value]),
  )
  return { ...(elements as Record<ElementName, string>), extensions }
}
