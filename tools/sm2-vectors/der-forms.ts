/** A good signature in every encoding that is not its DER. */
import { concat, fromHex } from '../../standards/bytes.ts'
import { encodeElement } from '../../standards/der/index.ts'
import { bytes32, n } from './arithmetic.ts'
import type { Signature } from './sm2-by-hand.ts'
import { der, integer, integerContent, sequence } from './sm2-by-hand.ts'
import type { Result } from './wycheproof.ts'

export interface Form {
  readonly comment: string
  readonly flags: readonly string[]
  readonly sig: Uint8Array
  readonly result: Result
  readonly reason: string
}

const int = (content: Uint8Array): Uint8Array => encodeElement(0x02, content)
const h = (hex: string): Uint8Array => fromHex(hex)
const DER = 'GB/T 35276 §7.3 wants DER: one encoding for one signature'

const invalid = (flag: string, reason: string, forms: Readonly<Record<string, Uint8Array>>): Form[] =>
  Object.entries(forms).map(([comment, sig]) => ({ comment, flags: [flag], sig, result: 'invalid', reason }))

const longLengths = (whole: Uint8Array): Readonly<Record<string, Uint8Array>> => {
  const [body, length] = [whole.subarray(2), whole[1] as number]
  const lengthOf = (hex: string): Uint8Array => concat(h(`30${hex}`), body)
  const two = length.toString(16).padStart(2, '0')
  return {
    'length of the sequence in long form, one octet': lengthOf(`81${two}`),
    'length of the sequence in long form, two octets': lengthOf(`8200${two}`),
    'length of the sequence in long form, eight octets': lengthOf(`88${'00'.repeat(7)}${two}`),
    'indefinite length of the sequence, closed': concat(lengthOf('80'), h('0000')),
    'indefinite length of the sequence, not closed': lengthOf('80'),
    'reserved length octet ff': lengthOf('ff'),
    'length of the sequence one too small': lengthOf((length - 1).toString(16).padStart(2, '0')),
    'length of the sequence one too large': lengthOf((length + 1).toString(16).padStart(2, '0')),
    'length of the sequence 2^32 - 1': lengthOf('84ffffffff'),
    'length of the sequence 2^64 - 1': lengthOf('88ffffffffffffffff'),
    'length of the sequence with 2^64 added': lengthOf(`89010000000000000000`.slice(0, 18) + two),
  }
}

const wrongTypes = ({ r, s }: Signature): Readonly<Record<string, Uint8Array>> => {
  const [ri, si] = [integerContent(r), integerContent(s)]
  const body = concat(int(ri), int(si))
  return {
    'a SET in place of the SEQUENCE': encodeElement(0x31, body),
    'a primitive SEQUENCE': encodeElement(0x10, body),
    'an OCTET STRING in place of the SEQUENCE': encodeElement(0x04, body),
    'the context tag [0] in place of the SEQUENCE': encodeElement(0xa0, body),
    'a high tag number in place of the SEQUENCE': concat(h('3f10'), Uint8Array.of(body.length), body),
    'r as OCTET STRING': sequence(encodeElement(0x04, ri), int(si)),
    's as OCTET STRING': sequence(int(ri), encodeElement(0x04, si)),
    's as BIT STRING': sequence(int(ri), encodeElement(0x03, concat(h('00'), si))),
    's as ENUMERATED': sequence(int(ri), encodeElement(0x0a, si)),
    's as constructed INTEGER': sequence(int(ri), encodeElement(0x22, int(si))),
    'r as NULL': sequence(h('0500'), int(si)),
    'the signature wrapped in an OCTET STRING': encodeElement(0x04, sequence(int(ri), int(si))),
    'the signature wrapped in a BIT STRING': encodeElement(0x03, concat(h('00'), sequence(int(ri), int(si)))),
    'the signature wrapped in a SEQUENCE': sequence(sequence(int(ri), int(si))),
  }
}

const wrongParts = ({ r, s }: Signature): Readonly<Record<string, Uint8Array>> => {
  const [ri, si] = [integer(r), integer(s)]
  return {
    'an empty signature': new Uint8Array(),
    'an empty SEQUENCE': sequence(),
    'no s': sequence(ri),
    'no r': sequence(si),
    'three numbers': sequence(ri, si, si),
    'a zero between the numbers': sequence(ri, integer(0n), si),
    'a NULL behind s': sequence(ri, si, h('0500')),
    'zero octets behind s, in the SEQUENCE': sequence(ri, si, h('0000')),
    'zero octets behind the signature': concat(sequence(ri, si), h('0000')),
    'one zero octet behind the signature': concat(sequence(ri, si), h('00')),
    'a second signature behind the signature': concat(sequence(ri, si), sequence(ri, si)),
    'r of no octets': sequence(h('0200'), si),
    's of no octets': sequence(ri, h('0200')),
    'r and s as one INTEGER': sequence(encodeElement(0x02, concat(bytes32(r), bytes32(s)))),
    'the hexadecimal text of the signature': new TextEncoder().encode(Buffer.from(sequence(ri, si)).toString('hex')),
    'zero octets before the signature': concat(h('0000'), sequence(ri, si)),
    'r || s of 63 octets': concat(bytes32(r), bytes32(s)).subarray(0, 63),
    'r || s of 65 octets': concat(bytes32(r), bytes32(s), h('00')),
    '04 || r || s': concat(h('04'), bytes32(r), bytes32(s)),
  }
}

const wrongNumbers = ({ r, s }: Signature): Readonly<Record<string, Uint8Array>> => ({
  'r - n in place of r, a negative number': der({ r: r - n, s }),
  's - n in place of s, a negative number': der({ r, s: s - n }),
  '-r in place of r': der({ r: -r, s }),
  '-s in place of s': der({ r, s: -s }),
  'r + n in place of r': der({ r: r + n, s }),
  's + n in place of s': der({ r, s: s + n }),
  'r + 2^256 in place of r': der({ r: r + (1n << 256n), s }),
  's + 2^256 in place of s': der({ r, s: s + (1n << 256n) }),
  'r + 2^320 in place of r': der({ r: r + (1n << 320n), s }),
  's + 2^2048 in place of s': der({ r, s: s + (1n << 2048n) }),
  'r multiplied by n + 1': der({ r: r * (n + 1n), s }),
  's + 1 in place of s': der({ r, s: s + 1n }),
  'r + 1 in place of r': der({ r: r + 1n, s }),
  'r without its last bit': der({ r: r ^ 1n, s }),
  's without its first bit': der({ r, s: s ^ (1n << 254n) }),
  'r and s swapped': der({ r: s, s: r }),
  'n - r in place of r': der({ r: n - r, s }),
})

const truncated = (whole: Uint8Array): Readonly<Record<string, Uint8Array>> =>
  Object.fromEntries(
    [1, 2, 3, 4, 20, 36, 37, 38, 39, whole.length - 1].map((length) => [
      `cut after ${length} octets`,
      whole.subarray(0, length),
    ]),
  )

/** Told apart from the rest because real documents hold them; a strict verifier refuses them. */
const tolerated = ({ r, s }: Signature): Form[] => {
  const reason = `${DER}. Met in real certificates and seals, and r and s are the right ones: a verifier may read it, knowingly`
  const [ri, si] = [integerContent(r), integerContent(s)]
  const forms: readonly (readonly [string, string, Uint8Array])[] = [
    ['r without the zero octet before its set first bit', 'MissingZero', sequence(int(bytes32(r)), int(si))],
    ['s without the zero octet before its set first bit', 'MissingZero', sequence(int(ri), int(bytes32(s)))],
    ['r and s without the zero octets', 'MissingZero', sequence(int(bytes32(r)), int(bytes32(s)))],
    ['a zero octet too many before r', 'LeadingZeros', sequence(int(concat(h('00'), ri)), int(si))],
    ['a zero octet too many before s', 'LeadingZeros', sequence(int(ri), int(concat(h('00'), si)))],
    ['r || s of 64 octets, as devices give it', 'RawSignature', concat(bytes32(r), bytes32(s))],
  ]
  return forms.map(([comment, flag, sig]) => ({ comment, flags: [flag], sig, result: 'acceptable', reason }))
}

/** `signature`: both numbers with their first bit set. */
export const derForms = (signature: Signature): Form[] => {
  if (signature.r >> 255n !== 1n || signature.s >> 255n !== 1n) throw new Error('first bits are not set')
  const whole = der(signature)
  const fit = 'r and s are not the numbers that fit'
  return [
    ...invalid('BerEncodedSignature', DER, longLengths(whole)),
    ...invalid('InvalidTypes', 'not a SEQUENCE of two INTEGERs', wrongTypes(signature)),
    ...invalid('InvalidEncoding', 'not one SEQUENCE of two INTEGERs and nothing else', wrongParts(signature)),
    ...invalid('ModifiedNumbers', `${fit}, or not in [1, n-1]`, wrongNumbers(signature)),
    ...invalid('TruncatedSignature', 'the signature is cut', truncated(whole)),
    ...tolerated(signature),
  ]
}
