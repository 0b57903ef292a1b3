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

describe('signerFromPkcs8', () => {
  it.each([
    ['RSA', pkcs8Of('rsa', { modulusLength: 2048 })],
    ['Ed25519', pkcs8Of('ed25519', {})],
    ['P-384', pkcs8Of('ec', { namedCurve: 'P-384' })],
    ['secp256k1', pkcs8Of('ec', { namedCurve: 'secp256k1' })],
  ])('refuses %s keys', (_, pkcs8) => expect(() => signerFromPkcs8(pkcs8)).toThrow(unusable))
})
