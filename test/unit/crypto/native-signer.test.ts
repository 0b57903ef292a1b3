import type { KeyObject } from 'node:crypto'
import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { portableCrypto } from '../../../src/crypto/index.ts'
import { generatePkcs8, nodeCrypto, signerFromPkcs8 } from '../../../src/crypto/node.ts'
import { concat, fromHex, toHex, utf8 } from '../../../standards/bytes.ts'

const unusable = expect.objectContaining({ code: 'KEY_UNUSABLE' })
const message = utf8('印章')
/** PKCS#8 of node: the scalar stands at 36 to 68, the public point is the last 65 bytes. */
const withScalar = (pkcs8: Uint8Array, scalar: Uint8Array): Uint8Array =>
  concat(pkcs8.subarray(0, 36), scalar, pkcs8.subarray(68))
const pkcs8Of = (type: string, options: object): Uint8Array =>
  new Uint8Array(
    (generateKeyPairSync as (t: string, o: object) => { privateKey: KeyObject })(type, options).privateKey.export({
      type: 'pkcs8',
      format: 'der',
    }),
  )

describe.each(['SM2', 'P-256'] as const)('signerFromPkcs8, %s', (algorithm) => {
  const pkcs8 = generatePkcs8(algorithm)

  it('signs what both ports accept, under the public half of the same key', async () => {
    const signer = signerFromPkcs8(pkcs8)
    expect(toHex(signer.publicKey.subarray(-65))).toBe(toHex(pkcs8.subarray(-65)))
    const check = {
      algorithm: signer.algorithm,
      publicKey: signer.publicKey,
      message,
      signature: await signer.sign(message),
    }
    expect([portableCrypto.isSignedBy(check), nodeCrypto.isSignedBy(check)]).toEqual([true, true])
  })

  it('makes another signature each time', async () => {
    const signer = signerFromPkcs8(pkcs8)
    expect(toHex(await signer.sign(message))).not.toBe(toHex(await signer.sign(message)))
  })

  it('refuses a public half that does not belong to the private one', () => {
    const other = generatePkcs8(algorithm)
    expect(() => signerFromPkcs8(withScalar(pkcs8, other.subarray(36, 68)))).toThrow(unusable)
  })

  it('refuses scalars outside the range', () => {
    for (const scalar of [new Uint8Array(32), new Uint8Array(32).fill(0xff)])
      expect(() => signerFromPkcs8(withScalar(pkcs8, scalar))).toThrow(unusable)
  })

  it('refuses a key cut off anywhere, and one with bytes after it', () => {
    for (let i = 0; i < pkcs8.length; i += 5) expect(() => signerFromPkcs8(pkcs8.subarray(0, i))).toThrow(unusable)
    expect(() => signerFromPkcs8(concat(pkcs8, Uint8Array.of(0)))).toThrow(unusable)
  })

  it('never shows the key in the error', () => {
    let text = ''
    try {
      signerFromPkcs8(withScalar(pkcs8, fromHex('ff'.repeat(32))))
    } catch (error) {
      const { message: what, stack, cause } = error as Error
      text = `${what} ${stack} ${String(cause)}`
    }
    expect(text).toContain('range')
    expect(text).not.toMatch(/ffffffff|255, ?255/)
  })
})

describe('signerFromPkcs8, RSA-3072', () => {
  const pkcs8 = generatePkcs8('RSA-3072')
  const changedAt = (at: number): Uint8Array => Uint8Array.from(pkcs8, (b, i) => (i === at ? b ^ 1 : b))

  it('signs what both ports accept, with PKCS #1 v1.5 and SHA-256', async () => {
    const { algorithm, publicKey, sign } = signerFromPkcs8(pkcs8)
    expect(algorithm).toBe('RSA-SHA256')
    const check = { algorithm, publicKey, message, signature: await sign(message) }
    expect(check.signature).toHaveLength(384)
    expect([portableCrypto.isSignedBy(check), nodeCrypto.isSignedBy(check)]).toEqual([true, true])
  })

  it('refuses another modulus, and a key cut off', () => {
    expect(() => signerFromPkcs8(changedAt(120))).toThrow(unusable)
    for (const length of [0, 1, 300, pkcs8.length - 1])
      expect(() => signerFromPkcs8(pkcs8.subarray(0, length))).toThrow(unusable)
  })

  it('with any other part changed it is refused, or signs as before: OpenSSL checks what the primes gave', async () => {
    const { publicKey, algorithm } = signerFromPkcs8(pkcs8)
    for (let at = 420; at < pkcs8.length; at += 97) {
      let signer
      try {
        signer = signerFromPkcs8(changedAt(at))
      } catch (error) {
        expect(error).toEqual(unusable)
        continue
      }
      expect(toHex(signer.publicKey)).toBe(toHex(publicKey))
      expect(nodeCrypto.isSignedBy({ algorithm, publicKey, message, signature: await signer.sign(message) })).toBe(true)
    }
  })
})

describe('signerFromPkcs8', () => {
  it.each([
    ['RSA-2048', pkcs8Of('rsa', { modulusLength: 2048 })],
    ['RSA-4096', pkcs8Of('rsa', { modulusLength: 4096 })],
    ['RSA with exponent 3', pkcs8Of('rsa', { modulusLength: 3072, publicExponent: 3 })],
    ['RSA-PSS', pkcs8Of('rsa-pss', { modulusLength: 3072 })],
    ['Ed25519', pkcs8Of('ed25519', {})],
    ['P-384', pkcs8Of('ec', { namedCurve: 'P-384' })],
    ['secp256k1', pkcs8Of('ec', { namedCurve: 'secp256k1' })],
  ])('refuses %s keys', (_, pkcs8) => expect(() => signerFromPkcs8(pkcs8)).toThrow(unusable))
})
