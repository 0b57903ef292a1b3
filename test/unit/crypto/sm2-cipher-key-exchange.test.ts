/** SM2 key exchange: who does not get the same key, and what is refused. */
import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { portableCrypto as digests } from '../../../src/crypto/index.ts'
import { concat, equalBytes, fromHex, toHex, utf8 } from '../../../standards/bytes.ts'
import { DerError } from '../../../standards/errors.ts'
import type { Sm2Agreement } from '../../../standards/gbt-32918-sm2/index.ts'
import {
  agreeSm2Key,
  drawSm2EphemeralKey,
  parseSm2Point,
  referenceScalars,
  SM2_CURVE,
} from '../../../standards/gbt-32918-sm2/index.ts'

const random = (length: number): Uint8Array => new Uint8Array(randomBytes(length))
const scalar = (value: bigint): Uint8Array => fromHex(value.toString(16).padStart(64, '0'))

const party = (id?: Uint8Array) => {
  const { secret, point } = drawSm2EphemeralKey(random)
  return { privateKey: secret, publicKey: point, ephemeral: drawSm2EphemeralKey(random), ...(id && { id }) }
}
type Party = ReturnType<typeof party>
const seen = ({ publicKey, ephemeral, id }: Party): Sm2Agreement['peer'] => ({
  publicKey,
  ephemeralPoint: ephemeral.point,
  ...(id && { id }),
})
const agree = (role: Sm2Agreement['role'], own: Party, peer: Sm2Agreement['peer'], length = 32) =>
  agreeSm2Key({ digests, role, own, peer, length })

describe('agreeSm2Key', () => {
  const [a, b] = [party(utf8('ALICE123@YAHOO.COM')), party(utf8('BILL456@YAHOO.COM'))]

  it.each([1, 16, 32, 33, 100])('gives both sides one key of %i bytes, and confirmations that fit', (length) => {
    const [ofA, ofB] = [agree('initiator', a, seen(b), length), agree('responder', b, seen(a), length)]
    expect(ofA.key).toEqual(ofB.key)
    expect(ofA.key.length).toBe(length)
    expect(equalBytes(ofA.confirmation, ofB.expected) && equalBytes(ofB.confirmation, ofA.expected)).toBe(true)
    expect(toHex(ofA.confirmation)).not.toBe(toHex(ofB.confirmation))
  })

  it('gives another key and other confirmations for another id, ephemeral key, party or role', () => {
    const right = agree('initiator', a, seen(b))
    const others = [
      agree('initiator', a, { ...seen(b), id: utf8('BILL457@YAHOO.COM') }),
      agree('initiator', a, seen({ ...b, ephemeral: drawSm2EphemeralKey(random) })),
      agree('initiator', { ...a, ephemeral: drawSm2EphemeralKey(random) }, seen(b)),
      agree('initiator', a, seen(party(utf8('BILL456@YAHOO.COM')))),
      agree('responder', a, seen(b)),
    ]
    for (const other of others) {
      expect(toHex(other.key)).not.toBe(toHex(right.key))
      expect(toHex(other.expected)).not.toBe(toHex(right.expected))
    }
  })

  it('refuses peer points that are not on the curve', () => {
    const bad = (point: Uint8Array): Uint8Array => point.map((octet, i) => (i === 64 ? octet ^ 1 : octet))
    expect(() => agree('initiator', a, { ...seen(b), ephemeralPoint: bad(b.ephemeral.point) })).toThrow(DerError)
    expect(() => agree('initiator', a, { ...seen(b), publicKey: bad(b.publicKey) })).toThrow(DerError)
    expect(() => agree('initiator', a, { ...seen(b), ephemeralPoint: Uint8Array.of(0) })).toThrow(DerError)
  })

  const W = 1n << 127n
  const shortened = (point: Uint8Array): bigint => W + (parseSm2Point(point).x & (W - 1n))

  it('refuses a peer whose public key cancels its ephemeral one', () => {
    const cancelled =
      SM2_CURVE.n - ((shortened(b.ephemeral.point) * BigInt(`0x${toHex(b.ephemeral.secret)}`)) % SM2_CURVE.n)
    const publicKey = referenceScalars.multiplyBase(scalar(cancelled))
    expect(() => agree('initiator', a, { ...seen(b), publicKey })).toThrow(
      expect.objectContaining({ reason: 'SM2_AGREEMENT_FAILED' }),
    )
  })

  it('refuses where our own secrets cancel', () => {
    const r = BigInt(`0x${toHex(a.ephemeral.secret)}`)
    const privateKey = scalar(SM2_CURVE.n - ((shortened(a.ephemeral.point) * r) % SM2_CURVE.n))
    expect(() => agree('initiator', { ...a, privateKey }, seen(b))).toThrow(
      expect.objectContaining({ reason: 'SM2_AGREEMENT_FAILED' }),
    )
  })

  it('adds equal points where the peer’s public key equals the multiple of its ephemeral one', () => {
    const multiple = (shortened(b.ephemeral.point) * BigInt(`0x${toHex(b.ephemeral.secret)}`)) % SM2_CURVE.n
    const same = { ...b, privateKey: scalar(multiple), publicKey: referenceScalars.multiplyBase(scalar(multiple)) }
    expect(agree('initiator', a, seen(same)).key).toEqual(agree('responder', same, seen(a)).key)
  })

  it('refuses private keys outside [1, n-2] and ids that do not fit', () => {
    for (const bad of [0n, SM2_CURVE.n - 1n, SM2_CURVE.n].map(scalar))
      expect(() => agree('initiator', { ...a, privateKey: bad }, seen(b))).toThrow(
        expect.objectContaining({ reason: 'SM2_KEY_RANGE' }),
      )
    expect(() => agree('initiator', { ...a, id: new Uint8Array(8192) }, seen(b))).toThrow(
      expect.objectContaining({ reason: 'SM2_ID_TOO_LONG' }),
    )
  })

  it('takes an ephemeral secret in the range only', () => {
    const draws = [scalar(0n), scalar(SM2_CURVE.n), concat(scalar(3n))]
    expect(drawSm2EphemeralKey(() => draws.shift() as Uint8Array).secret).toEqual(scalar(3n))
  })
})
