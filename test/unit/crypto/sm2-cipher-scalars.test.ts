/** The scalar ports of SM2 encryption and key exchange: the kernel, the reference and BigInt agree. */
import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { portableCrypto as digests } from '../../../src/crypto/index.ts'
import { fromHex, toHex } from '../../../standards/bytes.ts'
import {
  agreeSm2Key,
  decryptSm2,
  drawSm2EphemeralKey,
  encryptSm2,
  kernelScalars,
  openSm2Secrets,
  referenceScalars,
  SM2_CURVE,
} from '../../../standards/gbt-32918-sm2/index.ts'

const { n, p } = SM2_CURVE
const bytes = (value: bigint): Uint8Array => fromHex(value.toString(16).padStart(64, '0'))
const number = (value: Uint8Array): bigint => BigInt(`0x${toHex(value)}`)
const random = (length: number): Uint8Array => new Uint8Array(randomBytes(length))
const secrets = openSm2Secrets()
if (secrets === undefined) throw new Error('the kernel runs in every engine that runs these tests')
const kernel = kernelScalars(secrets)

describe('multiplyAddModN', () => {
  const edges = [0n, 1n, 2n, 8191n, 8192n, 1n << 127n, n - 2n, n - 1n, n, n + 1n, p, (1n << 256n) - 1n]
  const expected = (a: bigint, b: bigint, c: bigint): string => toHex(bytes((a * b + c) % n))

  it('equals BigInt on all triples of edge values', () => {
    for (const a of edges)
      for (const b of edges)
        for (const c of edges)
          expect(toHex(kernel.multiplyAddModN(bytes(a), bytes(b), bytes(c)))).toBe(expected(a, b, c))
  })

  it('equals BigInt on random values', () => {
    for (let i = 0; i < 200; i++) {
      const [a, b, c] = [random(32), random(32), random(32)]
      expect(toHex(kernel.multiplyAddModN(a, b, c))).toBe(expected(number(a), number(b), number(c)))
    }
  })
})

describe('the kernel’s scalars and the reference’s', () => {
  it('give the same multiples', () => {
    const point = referenceScalars.multiplyBase(bytes(77n))
    for (const k of [1n, 2n, 3n, n - 1n, n - 2n, 1n << 255n, number(random(32)) % n].map(bytes)) {
      expect(kernel.multiplyBase(k)).toEqual(referenceScalars.multiplyBase(k))
      expect(kernel.multiply(k, point)).toEqual(referenceScalars.multiply(k, point))
    }
  })

  it('open each other’s ciphertexts and agree on one key', () => {
    const privateKey = bytes((number(random(32)) % (n - 2n)) + 1n)
    const publicKey = kernel.multiplyBase(privateKey)
    const message = random(50)
    for (const [one, two] of [
      [kernel, referenceScalars],
      [referenceScalars, kernel],
    ] as const) {
      const ciphertext = encryptSm2({ digests, publicKey, message, random, scalars: one })
      expect(decryptSm2({ digests, privateKey, ciphertext, scalars: two })).toEqual(message)
    }
    const party = () => {
      const { secret, point } = drawSm2EphemeralKey(random, kernel)
      return { privateKey: secret, publicKey: point, ephemeral: drawSm2EphemeralKey(random, kernel) }
    }
    const [a, b] = [party(), party()]
    const seen = (of: typeof a) => ({ publicKey: of.publicKey, ephemeralPoint: of.ephemeral.point })
    const ofA = agreeSm2Key({ digests, role: 'initiator', own: a, peer: seen(b), length: 40, scalars: kernel })
    const ofB = agreeSm2Key({
      digests,
      role: 'responder',
      own: b,
      peer: seen(a),
      length: 40,
      scalars: referenceScalars,
    })
    expect(ofA.key).toEqual(ofB.key)
    expect(ofA.expected).toEqual(ofB.confirmation)
  })

  it('refuse infinity and scalars of zero', () => {
    for (const port of [kernel, referenceScalars]) {
      expect(() => port.multiplyBase(bytes(0n))).toThrow(expect.objectContaining({ reason: 'SM2_POINT_AT_INFINITY' }))
      expect(() => port.multiply(bytes(n), referenceScalars.multiplyBase(bytes(3n)))).toThrow(
        expect.objectContaining({ reason: 'SM2_POINT_AT_INFINITY' }),
      )
    }
  })
})
