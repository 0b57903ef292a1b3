/** sm2_verify_test.json: signatures over messages. */
import { concat, toHex, toPem, utf8 } from '../../standards/bytes.ts'
import { sm3 } from '../../standards/gbt-32905-sm3/index.ts'
import { encodeSm2PublicKey, SM2_DEFAULT_ID } from '../../standards/gbt-32918-sm2/index.ts'
import { sha256 } from '@noble/hashes/sha2.js'
import { SHORT_COORDINATE_FROM, bytes32, drawn, encoded, inverse, mod, multiply, n, p, toInt } from './arithmetic.ts'
import type { Form } from './der-forms.ts'
import { derForms } from './der-forms.ts'
import type { Signature } from './sm2-by-hand.ts'
import { CURVE_BYTES, der, digestOf, signDigest, zOf } from './sm2-by-hand.ts'
import type { Case, Group } from './wycheproof.ts'

/** The key of GB/T 32918.5 annex A. */
const D = 0x3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8n
const MESSAGE = utf8('123400')

/** A case over MESSAGE. */
type Made = Form

interface Signer {
  readonly d: bigint
  readonly id?: Uint8Array
}

const groupOf = ({ d, id = SM2_DEFAULT_ID }: Signer, tests: readonly Case[]): Group => {
  const point = multiply(d)
  const spki = encodeSm2PublicKey(encoded(point))
  return {
    type: 'Sm2Verify',
    publicKey: {
      type: 'EcPublicKey',
      curve: 'sm2p256v1',
      keySize: 256,
      uncompressed: toHex(encoded(point)),
      wx: toHex(bytes32(point.x)),
      wy: toHex(bytes32(point.y)),
    },
    publicKeyDer: spki,
    publicKeyPem: toPem(spki, 'PUBLIC KEY'),
    digest: 'SM3',
    id,
    tests,
  }
}

const sign = ({ d, id }: Signer, message: Uint8Array, label: string): Signature =>
  signDigest(d, digestOf(multiply(d), message, id), drawn(label))

const good = (signer: Signer, comment: string, message: Uint8Array, flag = 'ValidSignature'): Case => ({
  comment,
  flags: [flag],
  msg: message,
  sig: der(sign(signer, message, comment)),
  result: 'valid',
  reason: 'made as GB/T 32918.2 §6 says',
})

const bad = (flag: string, reason: string, signatures: Readonly<Record<string, Signature>>): Made[] =>
  Object.entries(signatures).map(([comment, signature]) => ({
    comment,
    flags: [flag],
    sig: der(signature),
    result: 'invalid',
    reason,
  }))

/** Each edge value with each other; none of them fits the message. */
const edges = (): Made[] => {
  const values: Readonly<Record<string, bigint>> = {
    '0': 0n,
    '1': 1n,
    'n-1': n - 1n,
    n,
    'n+1': n + 1n,
    p,
    '2^256-1': (1n << 256n) - 1n,
    '2^256': 1n << 256n,
    '-1': -1n,
  }
  const pairs = Object.entries(values).flatMap(([rName, r]) =>
    Object.entries(values).map(([sName, s]) => [`r = ${rName}, s = ${sName}`, { r, s }] as const),
  )
  return bad('EdgeNumbers', 'outside [1, n-1], or not the numbers that fit', Object.fromEntries(pairs))
}

const sumZero = (): Made[] => {
  const { r, s } = sign({ d: D }, MESSAGE, 'sum')
  return bad('SumIsZero', 'r + s = n: t is zero, and the public key would play no part', {
    'r fits, s = n - r': { r, s: n - r },
    's fits, r = n - s': { r: n - s, s },
  })
}

/** r = e, and s so that sG + tP is infinity: whoever gives infinity the x of 0 accepts. */
const infinity = (): Made[] => {
  const r = mod(digestOf(multiply(D), MESSAGE), n)
  const s = mod(-r * D * inverse(1n + D, n), n)
  return bad('PointAtInfinity', 'sG + tP is the point at infinity, which has no x', {
    'sG + tP at infinity, r = e': { r, s },
  })
}

const ecdsa = (e: bigint, k: bigint): Signature => {
  const r = mod(multiply(k).x, n)
  return { r, s: mod(inverse(k, n) * (e + r * D), n) }
}

const otherSchemes = (): Made[] => {
  const point = multiply(D)
  const [k, e] = [drawn('other schemes'), digestOf(point, MESSAGE)]
  const right = signDigest(D, e, k)
  const plain = toInt(sm3(MESSAGE))
  return bad('OtherScheme', 'another scheme than SM2, over the same curve and key', {
    'ECDSA over SM3(M)': ecdsa(plain, k),
    'ECDSA over SM3(Z || M)': ecdsa(e, k),
    'ECDSA over SHA-256(M)': ecdsa(toInt(sha256(MESSAGE)), k),
    '(r, n - s), which ECDSA would accept too': { r: right.r, s: n - right.s },
    'r of ECDSA with s of SM2': { r: mod(multiply(k).x, n), s: right.s },
    's = k - rd, without the factor (1 + d)^-1': { r: right.r, s: mod(k - right.r * D, n) },
    's = k + rd, as in Schnorr signatures': { r: right.r, s: mod(k + right.r * D, n) },
    'r = e - x1': signDigest(D, mod(e - 2n * multiply(k).x, n), k),
    'r with y1 in place of x1': signDigest(D, mod(e + multiply(k).y - multiply(k).x, n), k),
    'a signature of the key 2d': signDigest(2n * D, e, k),
    'a signature of the key n - d': signDigest(n - D, e, k),
  })
}

const reversed = (bytes: Uint8Array): Uint8Array => bytes.toReversed()

const otherDigests = (): Made[] => {
  const point = multiply(D)
  const xy = encoded(point).subarray(1)
  const z = zOf(point)
  const [entl, id] = [Uint8Array.of(0, 0x80), SM2_DEFAULT_ID]
  const swapped = concat(CURVE_BYTES.subarray(0, 64), CURVE_BYTES.subarray(96), CURVE_BYTES.subarray(64, 96))
  const digests: Readonly<Record<string, Uint8Array>> = {
    'e = SM3(M), no Z': sm3(MESSAGE),
    'e = SM3(Z || SM3(M))': sm3(z, sm3(MESSAGE)),
    'e = SM3(M || Z)': sm3(MESSAGE, z),
    'e = SM3(Z || Z || M)': sm3(z, z, MESSAGE),
    'e = SHA-256(Z || M)': sha256(concat(z, MESSAGE)),
    'e = SM3(Z || M) with its octets reversed': reversed(sm3(z, MESSAGE)),
    'Z in hexadecimal text': sm3(utf8(toHex(z)), MESSAGE),
    'Z with the length of the id in octets': sm3(sm3(Uint8Array.of(0, 0x10), id, CURVE_BYTES, xy), MESSAGE),
    'Z with the length of the id in two swapped octets': sm3(sm3(Uint8Array.of(0x80, 0), id, CURVE_BYTES, xy), MESSAGE),
    'Z without the length of the id': sm3(sm3(id, CURVE_BYTES, xy), MESSAGE),
    'Z without the curve': sm3(sm3(entl, id, xy), MESSAGE),
    'Z without the public key': sm3(sm3(entl, id, CURVE_BYTES), MESSAGE),
    'Z with 04 before the public key': sm3(sm3(entl, id, CURVE_BYTES, Uint8Array.of(4), xy), MESSAGE),
    'Z with x and y of the base point swapped': sm3(sm3(entl, id, swapped, xy), MESSAGE),
    'Z by SHA-256': sm3(sha256(concat(entl, id, CURVE_BYTES, xy)), MESSAGE),
    'Z of another public key': sm3(zOf(multiply(2n)), MESSAGE),
    'Z of the empty id, with its length (OpenSSL’s default)': sm3(zOf(point, new Uint8Array()), MESSAGE),
    'Z of the id 1234567812345678 and a zero octet': sm3(zOf(point, concat(id, Uint8Array.of(0))), MESSAGE),
    'Z of the id 1234567812345678 as hexadecimal number': sm3(
      zOf(point, Uint8Array.of(0x12, 0x34, 0x56, 0x78, 0x12, 0x34, 0x56, 0x78)),
      MESSAGE,
    ),
    'Z of the id ALICE123@YAHOO.COM': sm3(zOf(point, utf8('ALICE123@YAHOO.COM')), MESSAGE),
    'Z of an id in UTF-16': sm3(zOf(point, new Uint8Array(Buffer.from('1234567812345678', 'utf16le'))), MESSAGE),
  }
  const signatures = Object.entries(digests).map(
    ([comment, e]) => [comment, signDigest(D, toInt(e), drawn(comment))] as const,
  )
  return bad(
    'OtherDigest',
    'signed over another digest than SM3(Z || M) with the stated id',
    Object.fromEntries(signatures),
  )
}

/** A nonce for which both numbers have their first bit set. */
const wide = (): Signature => {
  for (let i = 0; ; i++) {
    const found = sign({ d: D }, MESSAGE, `wide ${i}`)
    if (found.r >> 255n === 1n && found.s >> 255n === 1n) return found
  }
}

/** Where the search from 0 ends: it takes seconds. */
const SHORT_AT = { r: 873, s: 369 } as const

/** A nonce for which the chosen number has leading zero octets. */
const short = (part: 'r' | 's'): Signature => {
  for (let i: number = SHORT_AT[part]; ; i++) {
    const found = sign({ d: D }, MESSAGE, `short ${part} ${i}`)
    if (found[part] < 1n << 247n) return found
  }
}

const nonces = (): Made[] => {
  const e = digestOf(multiply(D), MESSAGE)
  const small = Object.entries({ '1': 1n, '2': 2n, '3': 3n, 'n-1': n - 1n, 'n-2': n - 2n, '2^128': 1n << 128n })
  const made = small.map(([name, k]) => [`nonce ${name}`, signDigest(D, e, k)] as const)
  const signatures = [...made, ['r of 31 octets', short('r')] as const, ['s of 31 octets', short('s')] as const]
  return signatures.map(([comment, signature]) => ({
    comment,
    flags: ['SpecialNonce'],
    sig: der(signature),
    result: 'valid',
    reason: 'the numbers fit, however they were come by',
  }))
}

const otherMessages = (): Case[] => {
  const sig = der(sign({ d: D }, MESSAGE, 'other messages'))
  const messages: Readonly<Record<string, Uint8Array>> = {
    'the empty message in place of the signed one': new Uint8Array(),
    'the last octet of the message changed': utf8('123401'),
    'the message with a zero octet behind': concat(MESSAGE, Uint8Array.of(0)),
    'the message without its last octet': MESSAGE.subarray(0, 5),
    'the digest of the message in place of the message': sm3(MESSAGE),
    'the octets of Z in front of the message': concat(zOf(multiply(D)), MESSAGE),
  }
  return Object.entries(messages).map(([comment, msg]) => ({
    comment,
    flags: ['OtherMessage'],
    msg,
    sig,
    result: 'invalid',
    reason: 'signed was another message',
  }))
}

const annexA = (): Case => ({
  comment: 'GB/T 32918.5-2017 annex A.2',
  flags: ['ValidSignature'],
  msg: utf8('message digest'),
  sig: der(signDigest(D, digestOf(multiply(D), utf8('message digest')), ANNEX_NONCE)),
  result: 'valid',
  reason: 'the example of the standard',
})
const ANNEX_NONCE = 0x59276e27d506861a16680f3ad9c02dccef3cc1fa3cdbe4ce6d54b80deac1bc21n

const mainGroup = (): Group => {
  const lengths = [0, 1, 31, 32, 55, 56, 64, 255, 1000]
  const made: Made[] = [
    ...derForms(wide()).map((form) => ({ ...form })),
    ...nonces(),
    ...edges(),
    ...sumZero(),
    ...infinity(),
    ...otherSchemes(),
    ...otherDigests(),
  ]
  return groupOf({ d: D }, [
    annexA(),
    ...lengths.map((length) => good({ d: D }, `message of ${length} octets`, new Uint8Array(length).fill(0x61))),
    ...otherMessages(),
    ...made.map((test): Case => ({ ...test, msg: MESSAGE })),
  ])
}

/** Keys at which tables of multiples meet the base point's, or whose coordinates are short. */
const specialKeys = (): Group[] => {
  const keys: Record<string, bigint> = {
    'd = 1: P = G, and G + P is a doubling': 1n,
    'd = 2': 2n,
    'd = 3': 3n,
    'd = n - 2: P = -2G': n - 2n,
    'd = n - 3': n - 3n,
    'd = (n - 1) / 2: 2P = -G': (n - 1n) / 2n,
    'd = (n + 1) / 2: 2P = G': (n + 1n) / 2n,
    'd = 2^64': 1n << 64n,
    'd = 2^128': 1n << 128n,
    'd = 2^255': 1n << 255n,
    'd = 15': 15n,
    'd = 31': 31n,
  }
  for (const [name, part] of [
    ['x of 31 octets', 'x'],
    ['y of 31 octets', 'y'],
  ] as const) {
    let d = SHORT_COORDINATE_FROM[part]
    while (multiply(d)[part] >= 1n << 248n) d++
    keys[`d = ${d}, ${name}`] = d
  }
  return Object.entries(keys).map(([name, d]) => {
    const { r, s } = sign({ d }, MESSAGE, name)
    const shared = { flags: ['SpecialPublicKey'], msg: MESSAGE }
    return groupOf({ d }, [
      { ...good({ d }, name, MESSAGE, 'SpecialPublicKey') },
      { ...shared, comment: `${name}, s + 1`, sig: der({ r, s: s + 1n }), result: 'invalid', reason: 's does not fit' },
      { ...shared, comment: `${name}, n - s`, sig: der({ r, s: n - s }), result: 'invalid', reason: 's does not fit' },
    ])
  })
}

const otherIds = (): Group[] => {
  const ids: Readonly<Record<string, Uint8Array>> = {
    'the id ALICE123@YAHOO.COM': utf8('ALICE123@YAHOO.COM'),
    'the empty id': new Uint8Array(),
    'an id of one octet': utf8('1'),
    'an id of Chinese characters': utf8('江南省政务服务中心'),
    'an id of 8191 octets, the longest': new Uint8Array(8191).fill(0x69),
  }
  return Object.entries(ids).map(([name, id]) => {
    const key = { d: D, id }
    const underDefault = der(sign({ d: D }, MESSAGE, name))
    return groupOf(key, [
      { ...good(key, name, MESSAGE, 'OtherId') },
      {
        comment: `${name}, signed under the default id`,
        flags: ['OtherId'],
        msg: MESSAGE,
        sig: underDefault,
        result: 'invalid',
        reason: 'the id is part of what is signed',
      },
    ])
  })
}

export const verifyGroups = (): Group[] => [mainGroup(), ...specialKeys(), ...otherIds()]
