/** sm2_key_test.json: public keys (SubjectPublicKeyInfo, and points alone) and private keys (PKCS #8, and SM2PrivateKey). */
import { concat, fromHex, toHex } from '../../standards/bytes.ts'
import { encode, encodeElement, objectIdentifier } from '../../standards/der/index.ts'
import type { Point } from './arithmetic.ts'
import {
  SHORT_COORDINATE_FROM,
  a,
  b,
  bytes32,
  drawn,
  encoded,
  G,
  multiply,
  n,
  negate,
  p,
  pointAt,
} from './arithmetic.ts'
import { integer, integerContent, sequence } from './sm2-by-hand.ts'
import type { Case, Group, Result } from './wycheproof.ts'

const oid = (text: string): Uint8Array => encode(objectIdentifier(), text)
const EC = oid('1.2.840.10045.2.1')
const SM2 = oid('1.2.156.10197.1.301')
const P256 = oid('1.2.840.10045.3.1.7')
const NULL = fromHex('0500')
const bits = (bytes: Uint8Array, unused = 0): Uint8Array => encodeElement(0x03, Uint8Array.of(unused), bytes)
const octets = (bytes: Uint8Array): Uint8Array => encodeElement(0x04, bytes)

const D = drawn('key of the key cases')
const P = multiply(D)

interface Made {
  readonly comment: string
  readonly flag: string
  readonly key: Uint8Array
  readonly result: Result
  readonly reason: string
}

const groupOf = (type: string, encoding: string, made: readonly Made[]): Group => ({
  type,
  encoding,
  curve: 'sm2p256v1',
  tests: made.map(({ comment, flag, key, result, reason }): Case => ({ comment, flags: [flag], key, result, reason })),
})

const all =
  (result: Result) =>
  (flag: string, reason: string, keys: Readonly<Record<string, Uint8Array>>): Made[] =>
    Object.entries(keys).map(([comment, key]) => ({ comment, flag, key, result, reason }))
const [valid, acceptable, invalid] = [all('valid'), all('acceptable'), all('invalid')]

const smallX = (): Point => {
  for (let x = 1n; ; x++) {
    const found = pointAt(x)
    if (found !== undefined) return found
  }
}
const noPointAt = (): bigint => {
  let x = 2n
  while (pointAt(x) !== undefined) x++
  return x
}

const goodPoints = (): Readonly<Record<string, Uint8Array>> => {
  let k: bigint = SHORT_COORDINATE_FROM.x
  let l: bigint = SHORT_COORDINATE_FROM.y
  while (multiply(k).x >= 1n << 248n) k++
  while (multiply(l).y >= 1n << 248n) l++
  return {
    'a key': encoded(P),
    'G: d = 1': encoded(G),
    '2G: d = 2': encoded(multiply(2n)),
    '-2G: d = n - 2, the largest': encoded(multiply(n - 2n)),
    'a key with x of 31 octets': encoded(multiply(k)),
    'a key with y of 31 octets': encoded(multiply(l)),
    'a key with the smallest x': encoded(smallX()),
  }
}

const hybrid = (parity: number): Uint8Array => concat(Uint8Array.of(6 + parity), encoded(P).subarray(1))
const PARITY = Number(P.y & 1n)
const { x: xs, y: ys } = smallX()
const four = Uint8Array.of(4)

const offCurve = (): Readonly<Record<string, Uint8Array>> => ({
  'y + 1 in place of y': encoded({ x: P.x, y: P.y + 1n }),
  'y with its last bit flipped': encoded({ x: P.x, y: P.y ^ 1n }),
  'x and y swapped': encoded({ x: P.y, y: P.x }),
  '(0, 0)': encoded({ x: 0n, y: 0n }),
  '(1, 1)': encoded({ x: 1n, y: 1n }),
  '(x, 0), of order 2 on another curve': encoded({ x: 7n, y: 0n }),
  'x without a y on the curve, which is on the twist': encoded({ x: noPointAt(), y: 1n }),
  'a point of P-256': fromHex(
    '046b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c2964fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5',
  ),
  'a point of the example curve of GB/T 32918.2 annex A, not of the standard’s': fromHex(
    '04421debd61b62eab6746434ebc3cc315e32220b3badd50bdc4c4e6c147fedd43d0680512bcbb42c07d47349d2153b70c4e5d7fdfcbfa36ea1a85841b9e46e09a2',
  ),
})

const pointFaults = (): Made[] => [
  ...invalid('PointOffCurve', 'y² ≠ x³ + ax + b', offCurve()),
  ...invalid('NonCanonicalCoordinate', 'a coordinate is not below p', {
    'x + p in place of x': concat(four, bytes32(xs + p), bytes32(ys)),
    'x = p, y with y² = b, as if x were 0': encoded({ x: p, y: pointAt(0n)?.y ?? 0n }),
    'y = 2^256 - 1': encoded({ x: P.x, y: (1n << 256n) - 1n }),
    'x = 2^256 - 1': encoded({ x: (1n << 256n) - 1n, y: P.y }),
  }),
  ...invalid('PointAtInfinity', 'infinity is no public key', {
    'one octet 00': Uint8Array.of(0),
    '00 and 64 zero octets': new Uint8Array(65),
  }),
  ...invalid('InvalidEncoding', 'not 04 || X || Y of 65 octets', {
    'no octets': new Uint8Array(),
    '04 alone': four,
    '04 || X': encoded(P).subarray(0, 33),
    'the last octet missing': encoded(P).subarray(0, 64),
    'an octet too many': concat(encoded(P), Uint8Array.of(0)),
    'X || Y without 04': encoded(P).subarray(1),
    '05 in place of 04': concat(Uint8Array.of(5), encoded(P).subarray(1)),
    '01 in place of 04': concat(Uint8Array.of(1), encoded(P).subarray(1)),
    'hybrid form with the wrong parity': hybrid(1 - PARITY),
    'compressed form whose x has no y': concat(Uint8Array.of(2), bytes32(noPointAt())),
    'compressed form of 32 octets': concat(Uint8Array.of(2 + PARITY), bytes32(P.x).subarray(1)),
    'coordinates of 33 octets': concat(four, Uint8Array.of(0), bytes32(P.x), Uint8Array.of(0), bytes32(P.y)),
  }),
  ...acceptable(
    'OtherPointForm',
    'GB/T 32918.1 §4.2.9 knows the form, GB/T 35276 §6 writes 04 || X || Y: refusing it is usual',
    {
      'compressed form': concat(Uint8Array.of(2 + PARITY), bytes32(P.x)),
      'hybrid form': hybrid(PARITY),
    },
  ),
  ...acceptable('KeyWithoutPrivate', 'on the curve, but d = n - 1 is no private key (GB/T 32918.1 §6.1)', {
    '-G: d = n - 1': encoded(negate(G)),
  }),
]

const spki = (algorithm: Uint8Array, key: Uint8Array): Uint8Array => sequence(algorithm, key)
const named = sequence(EC, SM2)

interface Explicit {
  readonly field?: bigint
  readonly a?: bigint
  readonly b?: bigint
  readonly base?: Point
  readonly order?: bigint
  readonly cofactor?: bigint
}

const explicit = (change: Explicit = {}): Uint8Array =>
  sequence(
    EC,
    sequence(
      integer(1n),
      sequence(oid('1.2.840.10045.1.1'), integer(change.field ?? p)),
      sequence(octets(bytes32(change.a ?? a)), octets(bytes32(change.b ?? b))),
      octets(encoded(change.base ?? G)),
      integer(change.order ?? n),
      integer(change.cofactor ?? 1n),
    ),
  )

const spkiGroup = (): Group => {
  const key = bits(encoded(P))
  const wrapped = (made: Made): Made => ({ ...made, key: spki(named, bits(made.key)) })
  const good = spki(named, key)
  return groupOf('Sm2PublicKey', 'SubjectPublicKeyInfo', [
    ...valid('ValidKey', 'on the curve', goodPoints()).map(wrapped),
    ...pointFaults().map(wrapped),
    ...acceptable('OtherAlgorithmForm', 'the same curve, said otherwise: Tongsuo and OpenSSL 1.1 wrote so', {
      'the curve’s identifier as key algorithm': spki(sequence(SM2, SM2), key),
      'explicit parameters equal to the curve’s': spki(explicit(), key),
    }),
    ...invalid(
      'OtherParameters',
      'explicit parameters of another group (CVE-2020-0601): who trusts them trusts any key',
      {
        'base point P, so that d = 1': spki(explicit({ base: P }), key),
        'base point -G': spki(explicit({ base: negate(G) }), key),
        'b + 1': spki(explicit({ b: b + 1n }), key),
        'a = 0': spki(explicit({ a: 0n }), key),
        'order n - 1': spki(explicit({ order: n - 1n }), key),
        'cofactor 0': spki(explicit({ cofactor: 0n }), key),
        'cofactor 2': spki(explicit({ cofactor: 2n }), key),
        'field p + 2': spki(explicit({ field: p + 2n }), key),
        'base point (0, 0)': spki(explicit({ base: { x: 0n, y: 0n } }), key),
      },
    ),
    ...invalid('OtherCurve', 'the parameters name no curve, or another one', {
      'the curve’s name P-256, the point on SM2’s': spki(sequence(EC, P256), key),
      'parameters absent': spki(sequence(EC), key),
      'parameters NULL': spki(sequence(EC, NULL), key),
      'the identifier of SM2 with SM3 as key algorithm': spki(sequence(oid('1.2.156.10197.1.501'), SM2), key),
      'the identifier of RSA as key algorithm': spki(sequence(oid('1.2.840.113549.1.1.1'), NULL), key),
      'the identifier 1.2.156.10197.1.301.1 as curve': spki(sequence(EC, oid('1.2.156.10197.1.301.1')), key),
    }),
    ...invalid('InvalidEncoding', 'not the DER of a SubjectPublicKeyInfo', {
      'SPKI with an octet behind': concat(good, Uint8Array.of(0)),
      'SPKI without its last octet': good.subarray(0, -1),
      'SPKI with an element behind the key': sequence(named, key, NULL),
      'the key as OCTET STRING': spki(named, octets(encoded(P))),
      'the key with one unused bit': spki(named, bits(encoded(P), 1)),
      'the key with eight unused bits': spki(named, bits(encoded(P), 8)),
      'the key wrapped in an OCTET STRING': spki(named, bits(octets(encoded(P)))),
      'no key': sequence(named),
    }),
  ])
}

const privateKeys = (): Made[] => {
  const of = (d: bigint): Uint8Array => bytes32(d)
  const range = 'outside [1, n-2] (GB/T 32918.1 §6.1)'
  return [
    ...valid('ValidKey', 'in [1, n-2]', {
      'a private key': of(D),
      'd = 1': of(1n),
      'd = 2': of(2n),
      'd = n - 2': of(n - 2n),
    }),
    ...valid('ValidKey', 'in [1, n-2]', { 'd of 31 octets': of(D >> 8n), 'd = 2^255': of(1n << 255n) }),
    ...invalid('KeyOutOfRange', range, {
      'd = 0': of(0n),
      'd = n - 1: 1 + d has no inverse, signing would divide by zero': of(n - 1n),
      'd = n': of(n),
      'd = n + 1': of(n + 1n),
      'd = p': of(p),
      'd = 2^256 - 1': of((1n << 256n) - 1n),
    }),
  ]
}

const ecPrivateKey = (d: Uint8Array, point?: Uint8Array, version = 1n): Uint8Array =>
  sequence(integer(version), octets(d), ...(point === undefined ? [] : [encodeElement(0xa1, bits(point))]))
const pkcs8 = (key: Uint8Array, algorithm = named, version = 0n): Uint8Array =>
  sequence(integer(version), algorithm, octets(key))

const halfOf = (d: bigint): Uint8Array | undefined => (d % n === 0n ? undefined : encoded(multiply(d)))

const pkcs8Group = (): Group => {
  const wrapped = (made: Made): Made => ({
    ...made,
    key: pkcs8(ecPrivateKey(made.key, halfOf(BigInt(`0x${toHex(made.key)}`)))),
  })
  const [d, point] = [bytes32(D), encoded(P)]
  return groupOf('Sm2PrivateKey', 'PrivateKeyInfo', [
    ...privateKeys().map(wrapped),
    ...valid('ValidKey', 'RFC 5915: the public half may be left out', {
      'without the public half': pkcs8(ecPrivateKey(d)),
    }),
    ...invalid('OtherPublicHalf', 'the public half does not belong to d: signatures would tell d', {
      'public half of d + 1': pkcs8(ecPrivateKey(d, encoded(multiply(D + 1n)))),
      'public half -P': pkcs8(ecPrivateKey(d, encoded(negate(P)))),
      'public half off the curve': pkcs8(ecPrivateKey(d, encoded({ x: P.x, y: P.y ^ 1n }))),
      'public half at infinity': pkcs8(ecPrivateKey(d, Uint8Array.of(0))),
    }),
    ...acceptable('OtherPrivateForm', 'RFC 5915 wants 32 octets', {
      'd with a zero octet before': pkcs8(ecPrivateKey(concat(Uint8Array.of(0), d), point)),
      'd = 1 in one octet': pkcs8(ecPrivateKey(Uint8Array.of(1), encoded(G))),
    }),
    ...invalid('InvalidEncoding', 'not an SM2 key in PrivateKeyInfo', {
      'd + n in 33 octets': pkcs8(ecPrivateKey(integerContent(D + n), point)),
      'd of no octets': pkcs8(ecPrivateKey(new Uint8Array())),
      'version 2 of ECPrivateKey': pkcs8(ecPrivateKey(d, point, 2n)),
      'version 7 of PrivateKeyInfo': pkcs8(ecPrivateKey(d, point), named, 7n),
      'the curve P-256': pkcs8(ecPrivateKey(d), sequence(EC, P256)),
      'no curve': pkcs8(ecPrivateKey(d), sequence(EC)),
      'an octet behind': concat(pkcs8(ecPrivateKey(d, point)), Uint8Array.of(0)),
      'an octet behind ECPrivateKey': pkcs8(concat(ecPrivateKey(d, point), Uint8Array.of(0))),
      'without its last octet': pkcs8(ecPrivateKey(d, point)).subarray(0, -1),
      'd as INTEGER': pkcs8(sequence(integer(1n), integer(D))),
    }),
  ])
}

const integerGroup = (): Group => {
  const wrapped = (made: Made): Made => ({ ...made, key: integer(BigInt(`0x${toHex(made.key)}`)) })
  return groupOf('Sm2PrivateKey', 'SM2PrivateKey', [
    ...privateKeys().map(wrapped),
    ...invalid('KeyOutOfRange', 'outside [1, n-2]', { 'd = -1': integer(-1n), 'd = 2^2048': integer(1n << 2048n) }),
    ...invalid('InvalidEncoding', 'not the DER of an INTEGER', {
      'a zero octet too many': encodeElement(0x02, concat(fromHex('0000'), bytes32(D))),
      'an OCTET STRING': octets(bytes32(D)),
      'an octet behind': concat(integer(D), Uint8Array.of(0)),
      'no octets': fromHex('0200'),
    }),
  ])
}

export const keyGroups = (): Group[] => [
  spkiGroup(),
  groupOf('Sm2PublicKey', 'Point', [...valid('ValidKey', 'on the curve', goodPoints()), ...pointFaults()]),
  pkcs8Group(),
  integerGroup(),
]
