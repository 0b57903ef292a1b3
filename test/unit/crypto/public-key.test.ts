import type { KeyObject } from 'node:crypto'
import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { keyKindOf, parsePublicKey } from '../../../src/crypto/index.ts'
import { generatePkcs8, signerFromPkcs8 } from '../../../src/crypto/node.ts'
import { concat, fromHex, toHex } from '../../../standards/bytes.ts'
import { encodeElement } from '../../../standards/der/index.ts'
import { DerError } from '../../../standards/errors.ts'
import {
  computeZ,
  encodeSm2PublicKey,
  parseSm2Point,
  parseSm2PublicKey,
} from '../../../standards/gbt-32918-sm2/index.ts'
import { portableCrypto } from '../../../src/crypto/portable.ts'

const sm2 = signerFromPkcs8(generatePkcs8('SM2')).publicKey
const point = parseSm2PublicKey(sm2)
const at = (bytes: Uint8Array, index: number, value: number): Uint8Array =>
  Uint8Array.from(bytes, (b, i) => (i === index ? value : b))
const exported = (type: string, options: object): Uint8Array => {
  const { publicKey } = (generateKeyPairSync as (t: string, o: object) => { publicKey: KeyObject })(type, options)
  return new Uint8Array(publicKey.export({ type: 'spki', format: 'der' }))
}

describe('parsePublicKey', () => {
  it('names the kinds that we verify with', () => {
    expect(keyKindOf(sm2)).toBe('SM2')
    expect(keyKindOf(exported('ec', { namedCurve: 'P-256' }))).toBe('P-256')
    expect(keyKindOf(exported('ec', { namedCurve: 'P-384' }))).toBe('P-384')
    expect(parsePublicKey(exported('rsa', { modulusLength: 2048 }))).toMatchObject({
      kind: 'RSA',
      size: 256,
      exponent: 65537n,
    })
  })

  it.each([
    ['another curve', exported('ec', { namedCurve: 'secp256k1' })],
    ['P-521', exported('ec', { namedCurve: 'P-521' })],
    ['Ed25519', exported('ed25519', {})],
    ['RSA-PSS keys', exported('rsa-pss', { modulusLength: 2048 })],
    ['RSA of 512 bits', exported('rsa', { modulusLength: 512 })],
    ['explicit parameters of P-256', exported('ec', { namedCurve: 'P-256', paramEncoding: 'explicit' })],
    ['trailing bytes', concat(sm2, Uint8Array.of(0))],
    ['nothing', new Uint8Array()],
  ])('refuses %s', (_, spki) => {
    expect(() => parsePublicKey(spki)).toThrow(DerError)
    expect(keyKindOf(spki)).toBeUndefined()
  })
})

describe('SM2 points', () => {
  const parity = 2 + ((point[64] as number) & 1)
  it.each([
    ['off the curve', at(point, 64, (point[64] as number) ^ 1)],
    ['the origin', concat(Uint8Array.of(4), new Uint8Array(64))],
    ['infinity', Uint8Array.of(0)],
    ['compressed', concat(Uint8Array.of(parity), point.subarray(1, 33))],
    ['hybrid', at(point, 0, 4 + parity)],
    ['too short', point.subarray(0, 64)],
    ['a coordinate not below p', concat(Uint8Array.of(4), new Uint8Array(32).fill(0xff), point.subarray(33))],
  ])('refuses a point that is %s', (_, bytes) => {
    expect(() => parseSm2Point(bytes)).toThrow(DerError)
    expect(() => encodeSm2PublicKey(bytes)).toThrow(DerError)
    expect(() => computeZ(portableCrypto, bytes)).toThrow(DerError)
    const spki = encodeElement(
      0x30,
      fromHex('301306072a8648ce3d020106082a811ccf5501822d'),
      encodeElement(0x03, Uint8Array.of(0), bytes),
    )
    expect(() => parseSm2PublicKey(spki)).toThrow(DerError)
  })

  it('refuses a P-256 key as an SM2 key', () => {
    expect(() => parseSm2PublicKey(exported('ec', { namedCurve: 'P-256' }))).toThrow(DerError)
  })
})

describe('computeZ', () => {
  it('depends on the id and on the key', () => {
    const z = toHex(computeZ(portableCrypto, sm2))
    expect(toHex(computeZ(portableCrypto, point))).toBe(z)
    expect(toHex(computeZ(portableCrypto, sm2, new Uint8Array()))).not.toBe(z)
    expect(toHex(computeZ(portableCrypto, signerFromPkcs8(generatePkcs8('SM2')).publicKey))).not.toBe(z)
  })

  it('refuses an id whose bit length does not fit two bytes', () => {
    expect(computeZ(portableCrypto, sm2, new Uint8Array(8191))).toHaveLength(32)
    expect(() => computeZ(portableCrypto, sm2, new Uint8Array(8192))).toThrow(
      expect.objectContaining({ reason: 'SM2_ID_TOO_LONG' }),
    )
  })
})
