/** X.690 primitive types. Each refuses the encodings that DER forbids; `compat` notes what it let pass. */
import { DerError } from '../errors.ts'
import { encodeElement, lenient } from './element.ts'
import type { Schema } from './schema.ts'
import { mapped } from './schema.ts'

const primitive = (tag: number): Schema<Uint8Array> => ({
  matches: (t) => t === tag,
  read: (element) => element.content,
  write: (content) => encodeElement(tag, content),
})

export const octetString = (): Schema<Uint8Array> => primitive(0x04)

export const boolean = (): Schema<boolean> =>
  mapped(
    primitive(0x01),
    (content, context) => {
      if (content.length !== 1) throw new DerError(context.path, 'BOOLEAN of wrong length')
      if (content[0] !== 0 && content[0] !== 0xff) lenient(context, 'BOOLEAN_NOT_DER', 'BOOLEAN is neither 00 nor FF')
      return content[0] !== 0
    },
    (value) => Uint8Array.of(value ? 0xff : 0),
  )

export const nullValue = (): Schema<null> =>
  mapped(
    primitive(0x05),
    (content, context) => {
      if (content.length !== 0) throw new DerError(context.path, 'NULL with content')
      return null
    },
    () => new Uint8Array(),
  )

/** Content octets of an INTEGER, minimal and two's complement, as received. */
export const integerBytes = (): Schema<Uint8Array> =>
  mapped(
    primitive(0x02),
    (content, context) => {
      const [a, b] = content
      if (a === undefined) throw new DerError(context.path, 'empty INTEGER')
      if (b !== undefined && ((a === 0 && b < 0x80) || (a === 0xff && b >= 0x80)))
        lenient(context, 'INTEGER_NOT_MINIMAL', 'non-minimal INTEGER')
      return content
    },
    (bytes) => bytes,
  )

export const bytesToBigInt = (content: Uint8Array): bigint => {
  let n = 0n
  for (const octet of content) n = (n << 8n) | BigInt(octet)
  return n
}

const signedFromBytes = (content: Uint8Array): bigint =>
  (content[0] as number) >= 0x80 ? bytesToBigInt(content) - (1n << BigInt(8 * content.length)) : bytesToBigInt(content)

const signedToBytes = (value: bigint): Uint8Array => {
  let length = 1
  while (value < -(1n << BigInt(8 * length - 1)) || value >= 1n << BigInt(8 * length - 1)) length++
  const out = new Uint8Array(length)
  let rest = value
  for (let i = length - 1; i >= 0; i--) {
    out[i] = Number(rest & 0xffn)
    rest >>= 8n
  }
  return out
}

export const integer = (): Schema<bigint> => mapped(integerBytes(), signedFromBytes, signedToBytes)

/** An INTEGER that fits a JavaScript number: versions, counts, sizes. */
export const smallInteger = (): Schema<number> =>
  mapped(
    integerBytes(),
    (content, context) => {
      if (content.length > 6) throw new DerError(context.path, 'INTEGER too large')
      return Number(signedFromBytes(content))
    },
    (value) => signedToBytes(BigInt(value)),
  )

export const enumerated = (): Schema<number> => {
  const small = smallInteger()
  return {
    matches: (t) => t === 0x0a,
    read: small.read,
    write: (value) => encodeElement(0x0a, signedToBytes(BigInt(value))),
  }
}

/** Whole bytes: unused bits must be zero (compat: ignored and noted). */
export const bitString = (): Schema<Uint8Array> =>
  mapped(
    primitive(0x03),
    (content, context) => {
      if (content.length === 0) throw new DerError(context.path, 'empty BIT STRING')
      if (content[0] !== 0) lenient(context, 'BIT_STRING_UNUSED_BITS', 'BIT STRING with unused bits')
      return content.subarray(1)
    },
    (bytes) => {
      const out = new Uint8Array(bytes.length + 1)
      out.set(bytes, 1)
      return out
    },
  )

/** A named bit list (KeyUsage, reasons): the numbers of the bits that are set. Bit 0 is the first. */
export const bitFlags = (): Schema<ReadonlySet<number>> =>
  mapped(
    primitive(0x03),
    (content, context): ReadonlySet<number> => {
      const unused = content[0]
      if (unused === undefined || unused > 7 || (unused > 0 && content.length === 1))
        throw new DerError(context.path, 'malformed BIT STRING')
      const last = content[content.length - 1] as number
      if (unused > 0 && (last & ((1 << unused) - 1)) !== 0) lenient(context, 'BIT_STRING_PADDING', 'padding bits set')
      const set = new Set<number>()
      for (let i = 0; i < 8 * (content.length - 1) - unused; i++)
        if (((content[1 + (i >> 3)] as number) & (0x80 >> (i & 7))) !== 0) set.add(i)
      return set
    },
    (flags) => {
      const highest = Math.max(-1, ...flags)
      if (highest < 0) return Uint8Array.of(0)
      const out = new Uint8Array(2 + (highest >> 3))
      out[0] = 7 - (highest & 7)
      for (const bit of flags) out[1 + (bit >> 3)] = (out[1 + (bit >> 3)] as number) | (0x80 >> (bit & 7))
      return out
    },
  )

const MAX_OID_OCTETS = 128
/** Above it an arc goes on as a bigint: those under 2.25 are UUIDs. */
const EXACT = 2 ** 46

const withOctet = (arc: number | bigint, bits: number): number | bigint =>
  typeof arc === 'number' && arc < EXACT ? arc * 128 + bits : (BigInt(arc) << 7n) | BigInt(bits)

/** The first two arcs stand in one number (X.690 8.19.4). */
const firstTwo = (first: number | bigint): string => {
  const top = first < 40 ? 0 : first < 80 ? 1 : 2
  return `${top}.${typeof first === 'number' ? first - 40 * top : first - 40n * BigInt(top)}`
}

/** Dotted decimal text. */
export const objectIdentifier = (): Schema<string> =>
  mapped(
    primitive(0x06),
    (content, context) => {
      if (content.length === 0 || content.length > MAX_OID_OCTETS) throw new DerError(context.path, 'OID length')
      let text = ''
      let arc: number | bigint = 0
      let fresh = true
      for (const octet of content) {
        if (fresh && octet === 0x80) throw new DerError(context.path, 'non-minimal OID arc')
        arc = withOctet(arc, octet & 0x7f)
        fresh = octet < 0x80
        if (!fresh) continue
        text = text === '' ? firstTwo(arc) : `${text}.${arc}`
        arc = 0
      }
      if (!fresh) throw new DerError(context.path, 'truncated OID arc')
      return text
    },
    (text) => {
      if (!/^[0-2](\.(0|[1-9]\d*))+$/.test(text)) throw new DerError('', `not an object identifier: ${text}`)
      const [top = 0n, second = 0n, ...rest] = text.split('.').map(BigInt)
      const out: number[] = []
      for (const arc of [top * 40n + second, ...rest]) {
        const octets = [Number(arc & 0x7fn)]
        for (let left = arc >> 7n; left > 0n; left >>= 7n) octets.unshift(Number(left & 0x7fn) | 0x80)
        out.push(...octets)
      }
      return Uint8Array.from(out)
    },
  )
