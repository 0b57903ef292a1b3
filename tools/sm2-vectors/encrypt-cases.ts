/** sm2_encrypt_test.json: ciphertexts, with the key that opens them. */
import { concat, fromHex, toHex, utf8 } from '../../standards/bytes.ts'
import { encodeElement } from '../../standards/der/index.ts'
import { sm3 } from '../../standards/gbt-32905-sm3/index.ts'
import { sha256 } from '@noble/hashes/sha2.js'
import type { Point } from './arithmetic.ts'
import { a, bytes32, drawn, encoded, inverse, mod, multiply, n, negate, p, pointAt, root } from './arithmetic.ts'
import type { Ciphertext } from './sm2-by-hand.ts'
import { cipherDer, cipherFor, cipherRaw, integer, integerContent, kdf, sequence, xor } from './sm2-by-hand.ts'
import type { Case, Group, Result } from './wycheproof.ts'

/** The key of GB/T 32918.5 annex C, which is even: for its example only. */
const ANNEX_D = 0x3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8n
const ANNEX_K = 0x59276e27d506861a16680f3ad9c02dccef3cc1fa3cdbe4ce6d54b80deac1bc21n

/** No multiple of 2 or 3, so that d·C1 is not infinity for points of those orders. */
const keyForSmallOrders = (): bigint => {
  for (let i = 0; ; i++) {
    const d = drawn(`key of the encryption cases ${i}`)
    if (d % 2n === 1n && d % 3n !== 0n) return d
  }
}
const D = keyForSmallOrders()
const P = multiply(D)
const MESSAGE = utf8('encryption standard')
const OFF_CURVE = 'C1 is not on the curve: d·C1 would tell about d'

const encrypt = (message: Uint8Array, label: string): Ciphertext => {
  const k = drawn(label)
  return cipherFor(multiply(k), multiply(k, P), message)
}

/** Where searches from 1 end: they take seconds. */
const FROM = { own: { x: 2109n, y: 107n }, shared: { x: 280n, y: 593n }, zeroT: 246n } as const

interface Made {
  readonly comment: string
  readonly flag: string
  readonly ct: Uint8Array
  readonly result: Result
  readonly reason: string
  readonly msg?: Uint8Array
}

const groupOf = (encoding: string, made: readonly Made[], d = D): Group => ({
  type: 'Sm2Decrypt',
  encoding,
  privateKey: { curve: 'sm2p256v1', d: toHex(bytes32(d)), uncompressed: toHex(encoded(multiply(d))) },
  tests: made.map(({ comment, flag, ct, result, reason, msg = MESSAGE }): Case => ({
    comment,
    flags: [flag],
    msg,
    ct,
    result,
    reason,
  })),
})

const invalid = (flag: string, reason: string, texts: Readonly<Record<string, Uint8Array>>): Made[] =>
  Object.entries(texts).map(([comment, ct]) => ({ comment, flag, ct, result: 'invalid', reason }))

type Write = (ciphertext: Ciphertext) => Uint8Array

const good = (write: Write): Made[] => {
  const valid = (comment: string, ciphertext: Ciphertext, msg: Uint8Array, flag = 'ValidCiphertext'): Made => ({
    comment,
    flag,
    ct: write(ciphertext),
    msg,
    result: 'valid',
    reason: 'made as GB/T 32918.4 §6 says',
  })
  const lengths = [1, 2, 31, 32, 33, 64, 65, 1000]
  const nonces = Object.entries({ '1': 1n, '2': 2n, 'n-1': n - 1n, 'n-2': n - 2n, '2^128': 1n << 128n })
  return [
    ...lengths.map((length) => {
      const msg = new Uint8Array(length).fill(0x61)
      return valid(`message of ${length} octets`, encrypt(msg, `length ${length}`), msg)
    }),
    ...nonces.map(([name, k]) =>
      valid(`nonce ${name}`, cipherFor(multiply(k), multiply(k, P), MESSAGE), MESSAGE, 'SpecialNonce'),
    ),
    ...(['x', 'y'] as const).map((part) => {
      let k: bigint = FROM.own[part]
      while (multiply(k)[part] >= 1n << 247n) k++
      const made = cipherFor(multiply(k), multiply(k, P), MESSAGE)
      return valid(`C1 with ${part} of 31 octets`, made, MESSAGE, 'ShortCoordinate')
    }),
    ...(['x', 'y'] as const).map((part) => {
      let k: bigint = FROM.shared[part]
      while (multiply(k, P)[part] >= 1n << 248n) k++
      const made = cipherFor(multiply(k), multiply(k, P), MESSAGE)
      return valid(`shared point with ${part} of 31 octets`, made, MESSAGE, 'ShortCoordinate')
    }),
  ]
}

/** The point with y = 0 on the curve with another b: of order 2, so d·C1 = C1. */
const orderTwo: Point = { x: 7n, y: 0n }

/** A point of order 3 on a curve with another b. */
const orderThree = (): Point => {
  for (let x = 2n; ; x++) {
    const otherB = mod((a * a - 3n * x ** 4n - 6n * a * x * x) * inverse(12n * x, p), p)
    const y = root(mod(x * x * x + a * x + otherB, p))
    if (y !== undefined) return { x, y }
  }
}

const timesThree = (point: Point): Point => {
  const left = D % 3n
  return left === 1n ? point : negate(point)
}

/** d·C1 where C1 stands on another curve with the same a: the formulas do not notice. */
const invalidCurve = (): Readonly<Record<string, Ciphertext>> => {
  const small = { x: 5n, y: 5n }
  const key = (k: Point): Point => multiply(D, k)
  const three = orderThree()
  let twist = 2n
  while (pointAt(twist) !== undefined) twist++
  const onTwist = { x: twist, y: 1n }
  return {
    'C1 with y = 0, of order 2 on another curve; C3 fits': cipherFor(orderTwo, orderTwo, MESSAGE),
    'C1 of order 3 on another curve; C3 fits': cipherFor(three, timesThree(three), MESSAGE),
    'C1 = (5, 5) on another curve; C3 fits': cipherFor(small, key(small), MESSAGE),
    'C1 whose x has no y on the curve; C3 fits': cipherFor(onTwist, key(onTwist), MESSAGE),
  }
}

const right = (): Ciphertext => encrypt(MESSAGE, 'right')
const flip = (bytes: Uint8Array, at: number): Uint8Array => bytes.map((octet, i) => (i === at ? octet ^ 1 : octet))

/** The smallest nonce for which t of one octet is zero. */
const zeroT = (): Ciphertext => {
  for (let k: bigint = FROM.zeroT; ; k++) {
    const shared = multiply(k, P)
    if (kdf(encoded(shared).subarray(1), 1)[0] === 0) return cipherFor(multiply(k), shared, Uint8Array.of(0x4d))
  }
}

const tampered = (write: Write): Made[] => {
  const whole = right()
  const { c1, c3, c2 } = whole
  const y = negate(c1)
  return invalid('ModifiedCiphertext', 'C3 does not fit', {
    'first bit of C3 flipped': write({ c1, c3: flip(c3, 0), c2 }),
    'last bit of C3 flipped': write({ c1, c3: flip(c3, 31), c2 }),
    'C3 all zero': write({ c1, c3: new Uint8Array(32), c2 }),
    'first bit of C2 flipped': write({ c1, c3, c2: flip(c2, 0) }),
    'last bit of C2 flipped': write({ c1, c3, c2: flip(c2, c2.length - 1) }),
    'C2 without its last octet': write({ c1, c3, c2: c2.subarray(0, -1) }),
    'C2 with an octet more': write({ c1, c3, c2: concat(c2, Uint8Array.of(0)) }),
    'C2 and C3 all zero': write({ c1, c3: new Uint8Array(32), c2: new Uint8Array(c2.length) }),
    '-C1 in place of C1': write({ c1: y, c3, c2 }),
    '2·C1 in place of C1': write({ c1: multiply(2n, c1), c3, c2 }),
    'the public key in place of C1': write({ c1: P, c3, c2 }),
    'C2 of another ciphertext': write({ c1, c3, c2: encrypt(MESSAGE, 'other').c2 }),
  })
}

/** Steps done otherwise than the standard says, so that C3 fits for whoever does the same. */
const otherSteps = (write: Write): Made[] => {
  const k = drawn('other steps')
  const c1 = multiply(k)
  const shared = multiply(k, P)
  const [x, y] = [bytes32(shared.x), bytes32(shared.y)]
  const with_ = (t: Uint8Array, c3: Uint8Array): Uint8Array => write({ c1, c3, c2: xor(MESSAGE, t) })
  const [t, c3] = [kdf(concat(x, y), MESSAGE.length), sm3(x, MESSAGE, y)]
  return invalid('OtherSteps', 'not as GB/T 32918.4 §6.1', {
    'KDF counted from 0': with_(kdf(concat(x, y), MESSAGE.length, 0), c3),
    'KDF of x2 alone': with_(kdf(x, MESSAGE.length), c3),
    'KDF of y2 || x2': with_(kdf(concat(y, x), MESSAGE.length), c3),
    'KDF of 04 || x2 || y2': with_(kdf(encoded(shared), MESSAGE.length), c3),
    'C3 = SM3(M)': with_(t, sm3(MESSAGE)),
    'C3 = SM3(y2 || M || x2)': with_(t, sm3(y, MESSAGE, x)),
    'C3 = SM3(x2 || y2 || M)': with_(t, sm3(x, y, MESSAGE)),
    'C3 = SM3(x2 || C2 || y2)': with_(t, sm3(x, xor(MESSAGE, t), y)),
    'C3 = SHA-256(x2 || M || y2)': with_(t, sha256(concat(x, MESSAGE, y))),
  })
}

const shared = (write: Write): Made[] => [
  ...good(write),
  ...invalid(
    'InvalidCurve',
    OFF_CURVE,
    Object.fromEntries(Object.entries(invalidCurve()).map(([comment, ciphertext]) => [comment, write(ciphertext)])),
  ),
  ...invalid('InvalidCurve', OFF_CURVE, {
    'last bit of y of C1 flipped': write({ ...right(), c1: { ...right().c1, y: right().c1.y ^ 1n } }),
    'C1 = (0, 0)': write({ ...right(), c1: { x: 0n, y: 0n } }),
    'C1 with x and y swapped': write({ ...right(), c1: { x: right().c1.y, y: right().c1.x } }),
  }),
  {
    comment: 't is all zero: the message would stand in the clear; C3 fits',
    flag: 'ZeroT',
    ct: write(zeroT()),
    msg: Uint8Array.of(0x4d),
    result: 'invalid',
    reason: 'GB/T 32918.4 §6.1 A5 and §7.1 B4',
  },
  ...tampered(write),
  ...otherSteps(write),
]

/** x below 2^256 - p, so that x + p still has 256 bits. */
const wrapping = (): Ciphertext => {
  for (let x = 1n; ; x++) {
    const c1 = pointAt(x)
    if (c1 !== undefined) return cipherFor({ x: c1.x + p, y: c1.y }, multiply(D, c1), MESSAGE)
  }
}

const emptyText = (write: Write): Made => {
  const k = drawn('empty')
  return {
    comment: 'empty message; C3 = SM3(x2 || y2) fits',
    flag: 'EmptyMessage',
    ct: write(cipherFor(multiply(k), multiply(k, P), new Uint8Array())),
    msg: new Uint8Array(),
    result: 'acceptable',
    reason: 'the clause says nothing of klen = 0, for which t is void; refusing is safe',
  }
}

const rawGroup = (): Group => {
  const { c1, c3, c2 } = right()
  const whole = cipherRaw(right())
  const odd = c1.y % 2n === 1n
  const x = bytes32(c1.x)
  const tail = concat(c3, c2)
  const point = (first: number, ...rest: readonly Uint8Array[]): Uint8Array =>
    concat(Uint8Array.of(first), ...rest, tail)
  const tolerated = (comment: string, flag: string, ct: Uint8Array): Made => ({
    comment,
    flag,
    ct,
    result: 'acceptable',
    reason: 'GB/T 32918.1 §4.2.9 knows this form of a point; refusing it is usual',
  })
  return groupOf('C1C3C2', [
    ...shared(cipherRaw),
    emptyText(cipherRaw),
    ...invalid('NonCanonicalCoordinate', 'a coordinate is not below p', {
      'x + p in place of x; C3 fits': cipherRaw(wrapping()),
    }),
    ...invalid('OtherOrder', 'the old order C1 || C2 || C3', { 'C1 || C2 || C3': concat(encoded(c1), c2, c3) }),
    ...invalid('InvalidEncoding', 'not 04 || x1 || y1 || C3 || C2', {
      'an empty ciphertext': new Uint8Array(),
      'C1 alone': whole.subarray(0, 65),
      'C1 and C3 without C2, C3 cut': whole.subarray(0, 96),
      'cut after 64 octets': whole.subarray(0, 64),
      'without the octet 04': whole.subarray(1),
      'C1 opens with 00': point(0, encoded(c1).subarray(1)),
      'C1 opens with 05': point(5, encoded(c1).subarray(1)),
      'C1 is the point at infinity, one octet': concat(Uint8Array.of(0), tail),
      'hybrid C1 with the wrong parity': point(odd ? 6 : 7, encoded(c1).subarray(1)),
      'compressed C1 whose x has no y': concat(Uint8Array.of(2), bytes32(xWithoutY()), tail),
    }),
    tolerated('compressed C1', 'CompressedPoint', point(odd ? 3 : 2, x)),
    tolerated('hybrid C1', 'HybridPoint', point(odd ? 7 : 6, encoded(c1).subarray(1))),
  ])
}

const xWithoutY = (): bigint => {
  let x = 2n
  while (pointAt(x) !== undefined) x++
  return x
}

const octets = (bytes: Uint8Array): Uint8Array => encodeElement(0x04, bytes)
const int = (content: Uint8Array): Uint8Array => encodeElement(0x02, content)

/** A nonce for which both coordinates of C1 have their first bit set. */
const wide = (): Ciphertext => {
  for (let i = 0; ; i++) {
    const made = encrypt(MESSAGE, `wide ${i}`)
    if (made.c1.x >> 255n === 1n && made.c1.y >> 255n === 1n) return made
  }
}

const derGroup = (): Group => {
  const { c1, c3, c2 } = wide()
  const whole = cipherDer(wide())
  const [x, y] = [integer(c1.x), integer(c1.y)]
  const tail = [octets(c3), octets(c2)]
  const body = concat(x, y, ...tail)
  const hex = (text: string): Uint8Array => concat(fromHex(text), body)
  const length = body.length.toString(16).padStart(2, '0')
  const tolerated = (comment: string, flag: string, ct: Uint8Array): Made => ({
    comment,
    flag,
    ct,
    result: 'acceptable',
    reason: 'not DER; met in the field, and the point is the right one: may be read, knowingly',
  })
  return groupOf('DER', [
    ...shared(cipherDer),
    emptyText(cipherDer),
    ...invalid('NonCanonicalCoordinate', 'a coordinate is not in [0, p-1]', {
      'x + p in place of x; C3 fits': cipherDer(wrapping()),
      'x + 2^256 in place of x': sequence(integer(c1.x + (1n << 256n)), y, ...tail),
      'y + p in place of y': sequence(x, integer(c1.y + p), ...tail),
      '-x in place of x': sequence(integer(-c1.x), y, ...tail),
      'y - p in place of y, a negative number': sequence(x, integer(c1.y - p), ...tail),
    }),
    ...invalid('BerEncodedCiphertext', 'GB/T 35276 §7.2 wants DER', {
      'length of the sequence in two octets': hex(`3082${length.padStart(4, '0')}`),
      'length of the sequence in four octets': hex(`3084${length.padStart(8, '0')}`),
      'indefinite length, closed': concat(hex('3080'), fromHex('0000')),
      'indefinite length, not closed': hex('3080'),
      'C2 as constructed OCTET STRING': sequence(
        x,
        y,
        octets(c3),
        encodeElement(0x24, octets(c2.subarray(0, 5)), octets(c2.subarray(5))),
      ),
      'length of C2 in long form': sequence(x, y, octets(c3), concat(fromHex('0481'), Uint8Array.of(c2.length), c2)),
    }),
    ...invalid('InvalidEncoding', 'not SEQUENCE { INTEGER, INTEGER, OCTET STRING of 32, OCTET STRING }', {
      'an empty ciphertext': new Uint8Array(),
      'an empty SEQUENCE': sequence(),
      'a SET in place of the SEQUENCE': encodeElement(0x31, body),
      'no C2': sequence(x, y, octets(c3)),
      'C2 before C3': sequence(x, y, octets(c2), octets(c3)),
      'C3 of 31 octets': sequence(x, y, octets(c3.subarray(0, 31)), octets(c2)),
      'C3 of 33 octets': sequence(x, y, octets(concat(c3, Uint8Array.of(0))), octets(c2)),
      'C3 empty': sequence(x, y, octets(new Uint8Array()), octets(c2)),
      'C3 as BIT STRING': sequence(x, y, encodeElement(0x03, concat(Uint8Array.of(0), c3)), octets(c2)),
      'C1 as OCTET STRING': sequence(octets(encoded(c1)), ...tail),
      'an element behind C2': sequence(x, y, ...tail, octets(c2)),
      'an octet behind the ciphertext': concat(whole, Uint8Array.of(0)),
      'cut in the middle of C3': whole.subarray(0, 90),
      'without its last octet': whole.subarray(0, -1),
      'x of no octets': sequence(fromHex('0200'), y, ...tail),
    }),
    tolerated(
      'x without the zero octet before its set first bit',
      'MissingZero',
      sequence(int(bytes32(c1.x)), y, ...tail),
    ),
    tolerated(
      'y without the zero octet before its set first bit',
      'MissingZero',
      sequence(x, int(bytes32(c1.y)), ...tail),
    ),
    tolerated(
      'a zero octet too many before x',
      'LeadingZeros',
      sequence(int(concat(Uint8Array.of(0), integerContent(c1.x))), y, ...tail),
    ),
    tolerated('04 || C1 || C3 || C2 in place of DER', 'RawCiphertext', cipherRaw(right())),
  ])
}

const annexGroup = (encoding: string, write: Write): Group => {
  const made = cipherFor(multiply(ANNEX_K), multiply(ANNEX_K, multiply(ANNEX_D)), MESSAGE)
  const comment = 'GB/T 32918.5-2017 annex C'
  const reason = 'the example of the standard'
  return groupOf(encoding, [{ comment, flag: 'ValidCiphertext', ct: write(made), result: 'valid', reason }], ANNEX_D)
}

export const encryptGroups = (): Group[] => [
  annexGroup('DER', cipherDer),
  annexGroup('C1C3C2', cipherRaw),
  derGroup(),
  rawGroup(),
]
