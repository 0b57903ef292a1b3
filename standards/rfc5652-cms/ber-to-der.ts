/**
 * Turns the BER that CMS admits (X.690 8.1.3.6 indefinite lengths, 8.7.3 segmented OCTET STRINGs) into DER.
 * Elements that already have definite lengths all the way down are kept byte for byte, so that certificates and attributes
 * keep the form their signatures cover. Only for CMS: certificates and seals must be DER as received.
 */
import { DerError } from '../errors.ts'
import { encodeElement, readElement } from '../der/index.ts'
import { concat } from '../bytes.ts'

const MAX_DEPTH = 32
const OCTET_STRING = 0x04
const CONSTRUCTED = 0x20

export interface DerForm {
  readonly der: Uint8Array
  /** How many bytes of the input the element took; what follows is the caller's to judge. */
  readonly consumed: number
  /** Whether anything had to be rewritten. */
  readonly converted: boolean
}

/** The first element of `bytes`, as DER. @throws DerError */
export const berToDer = (bytes: Uint8Array): DerForm => convert(bytes, 0, 0)

const convert = (bytes: Uint8Array, at: number, depth: number): DerForm => {
  if (depth > MAX_DEPTH) throw new DerError('', `nested deeper than ${MAX_DEPTH}`)
  const tag = bytes[at]
  if (tag === undefined) throw new DerError('', 'truncated header')
  if (bytes[at + 1] === 0x80) return convertIndefinite(bytes, at, depth)
  const element = readElement(bytes, at, { path: '' })
  const asReceived = { der: element.der, consumed: element.der.length, converted: false }
  if ((tag & CONSTRUCTED) === 0) return asReceived
  const children: DerForm[] = []
  for (let inner = 0; inner < element.content.length;) {
    const child = convert(element.content, inner, depth + 1)
    children.push(child)
    inner += child.consumed
  }
  if (tag !== (OCTET_STRING | CONSTRUCTED) && !children.some((c) => c.converted)) return asReceived
  return { der: join(tag, children), consumed: element.der.length, converted: true }
}

const convertIndefinite = (bytes: Uint8Array, at: number, depth: number): DerForm => {
  const tag = bytes[at] as number
  if ((tag & CONSTRUCTED) === 0 || (tag & 0x1f) === 0x1f) throw new DerError('', 'indefinite length of a primitive')
  const children: DerForm[] = []
  let inner = at + 2
  while (!(bytes[inner] === 0 && bytes[inner + 1] === 0)) {
    const child = convert(bytes, inner, depth + 1)
    children.push(child)
    inner += child.consumed
  }
  return { der: join(tag, children), consumed: inner + 2 - at, converted: true }
}

/** A segmented OCTET STRING becomes one primitive; everything else keeps its tag. */
const join = (tag: number, children: readonly DerForm[]): Uint8Array => {
  if (tag !== (OCTET_STRING | CONSTRUCTED)) return encodeElement(tag, ...children.map((c) => c.der))
  const segments = children.map(({ der }) => {
    if (der[0] !== OCTET_STRING) throw new DerError('', 'segment of an OCTET STRING is something else')
    return readElement(der, 0, { path: '' }).content
  })
  return encodeElement(OCTET_STRING, concat(...segments))
}
