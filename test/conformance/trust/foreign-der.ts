/** DER cut up by asn1js, so that the slices do not come from our own reader. */
import * as asn1 from 'asn1js'

/** The elements of a constructed value, each with its bytes as received and its content. */
export interface Element {
  readonly der: Uint8Array
  /** Content of a primitive value; without the count of unused bits of a BIT STRING. */
  readonly content: Uint8Array
  readonly parts: readonly Element[]
}

const element = (block: asn1.AsnType): Element => {
  const primitive = block as asn1.OctetString | asn1.BitString | asn1.Integer
  return {
    der: new Uint8Array(block.valueBeforeDecodeView),
    content: block instanceof asn1.Constructed ? new Uint8Array() : new Uint8Array(primitive.valueBlock.valueHexView),
    parts: block instanceof asn1.Constructed ? block.valueBlock.value.map(element) : [],
  }
}

export const cutDer = (der: Uint8Array): Element => {
  const { result, offset } = asn1.fromBER(Uint8Array.from(der))
  if (offset !== der.length) throw new TypeError('not one DER value')
  return element(result as asn1.AsnType)
}

export const part = (of: Element, ...path: readonly number[]): Element =>
  path.reduce((at, index) => {
    const next = at.parts[index]
    if (next === undefined) throw new TypeError(`no element ${path.join('.')}`)
    return next
  }, of)

/** r || s of a JWS as the SEQUENCE that openssl wants. */
export const derOfRaw = (raw: Uint8Array): Uint8Array => {
  const half = (from: number): asn1.Integer =>
    asn1.Integer.fromBigInt(BigInt(`0x${Buffer.from(raw.subarray(from, from + 32)).toString('hex')}`))
  return new Uint8Array(new asn1.Sequence({ value: [half(0), half(32)] }).toBER())
}
