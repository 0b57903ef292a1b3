/**
 * Name (RFC 5280 §4.1.2.4): reading, writing, showing. `sameName` compares the received bytes; path validation also takes names that
 * are equal after folding (name-matching.ts). Text is for people.
 */
import { equalBytes, toHex, utf8 } from '../bytes.ts'
import type { Element, Infer } from '../der/index.ts'
import { any, decode, encode, encodeElement, objectIdentifier, sequence, sequenceOf, setOf } from '../der/index.ts'
import { OID } from '../oid/index.ts'

const AttributeTypeAndValue = sequence({ type: objectIdentifier(), value: any() })
export const RelativeDistinguishedName = setOf(AttributeTypeAndValue)
export const Name = sequenceOf(RelativeDistinguishedName)
export type Name = Infer<typeof Name>

export interface NameField {
  readonly oid: string
  readonly text: string
}

const decoder = (label: string) => {
  const decoding = new TextDecoder(label)
  return (content: Uint8Array) => decoding.decode(content)
}
/** DirectoryString and its relatives; T61 holds GB 18030 in the certificates of this country. */
const TEXT: Readonly<Record<number, (content: Uint8Array) => string>> = {
  0x0c: decoder('utf-8'),
  0x12: decoder('latin1'),
  0x13: decoder('latin1'),
  0x14: decoder('gb18030'),
  0x16: decoder('latin1'),
  0x1a: decoder('latin1'),
  0x1e: decoder('utf-16be'),
}

/** Text of any ASN.1 string; other values as `#` and hex, like RFC 4514 §2.4. */
export const textOf = (element: Element): string => TEXT[element.tag]?.(element.content) ?? `#${toHex(element.der)}`

export const nameFields = (name: Name): NameField[] =>
  name.flatMap((rdn) => rdn.map(({ type, value }) => ({ oid: type, text: textOf(value) })))

/** Fields of a received DER Name, in its order. @throws DerError */
export const parseName = (der: Uint8Array): NameField[] => nameFields(decode(Name, der, 'Name'))

const PRINTABLE = 0x13
const UTF8 = 0x0c
const PRINTABLE_FIELDS: ReadonlySet<string> = new Set([OID.country, OID.serialNumber])

/** DER Name with one attribute a level, in the given order; UTF8String, but PrintableString for C and serialNumber (X.520). */
export const encodeName = (fields: readonly NameField[]): Uint8Array =>
  encode(
    Name,
    fields.map(({ oid, text }) => {
      const tag = PRINTABLE_FIELDS.has(oid) ? PRINTABLE : UTF8
      const content = utf8(text)
      return [{ type: oid, value: { tag, content, der: encodeElement(tag, content) } }]
    }),
  )

/** Byte for byte, on the DER as received. */
export const sameName = (a: Uint8Array, b: Uint8Array): boolean => equalBytes(a, b)

const SHORT: Readonly<Record<string, string>> = {
  [OID.commonName]: 'CN',
  [OID.serialNumber]: 'SERIALNUMBER',
  [OID.country]: 'C',
  [OID.locality]: 'L',
  [OID.stateOrProvince]: 'ST',
  [OID.organization]: 'O',
  [OID.organizationalUnit]: 'OU',
}

/** For people: `C=CN, O=…, CN=…` in the order of the certificate. */
export const nameText = (fields: readonly NameField[]): string =>
  fields.map(({ oid, text }) => `${SHORT[oid] ?? oid}=${text}`).join(', ')

/** The last value of this attribute, the most specific one. */
export const findField = (fields: readonly NameField[], oid: string): string | undefined =>
  fields.findLast((f) => f.oid === oid)?.text
