/** Forgeries against PKCS#1 v1.5 with the exponent 3: only the whole, exact encoding passes, on both ports. */
import { constants, createHash, generateKeyPairSync, privateEncrypt } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { portableCrypto } from '../../../src/crypto/index.ts'
import { nodeCrypto } from '../../../src/crypto/node.ts'
import { concat, fromHex, utf8 } from '../../../standards/bytes.ts'

const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 1024, publicExponent: 3 })
const spki = new Uint8Array(publicKey.export({ type: 'spki', format: 'der' }))
const message = utf8('原文')
const hash = new Uint8Array(createHash('sha256').update(message).digest())
const PREFIX = fromHex('3031300d060960864801650304020105000420')
const WITHOUT_NULL = fromHex('302f300b0609608648016503040201' + '0420')
const SIZE = 128

const pad = (info: Uint8Array, { type = 1, fill = 0xff, tail = new Uint8Array() } = {}): Uint8Array => {
  const length = SIZE - 3 - info.length - tail.length
  return concat(Uint8Array.of(0, type), new Uint8Array(length).fill(fill), Uint8Array.of(0), info, tail)
}
const signed = (encoded: Uint8Array): Uint8Array =>
  new Uint8Array(privateEncrypt({ key: privateKey, padding: constants.RSA_NO_PADDING }, encoded))
const accepted = (signature: Uint8Array): boolean[] =>
  [portableCrypto, nodeCrypto].map((c) =>
    c.isSignedBy({ algorithm: 'RSA-SHA256', publicKey: spki, message, signature }),
  )

describe('RSA PKCS#1 v1.5', () => {
  const good = pad(concat(PREFIX, hash))
  it('accepts the exact encoding', () => expect(accepted(signed(good))).toEqual([true, true]))

  it.each([
    ['a short padding with bytes after the digest', pad(concat(PREFIX, hash), { tail: new Uint8Array(40) })],
    ['padding of zeros', pad(concat(PREFIX, hash), { fill: 0 })],
    ['block type 2', pad(concat(PREFIX, hash), { type: 2 })],
    ['a DigestInfo without NULL', pad(concat(WITHOUT_NULL, hash))],
    ['the bare digest', pad(hash)],
    [
      'another digest',
      pad(
        concat(
          PREFIX,
          hash.map((b) => b ^ 1),
        ),
      ),
    ],
  ])('refuses %s', (_, encoded) => expect(accepted(signed(encoded))).toEqual([false, false]))

  it('refuses other lengths, and the signature plus the modulus', () => {
    const signature = signed(good)
    expect(accepted(concat(Uint8Array.of(0), signature))).toEqual([false, false])
    expect(accepted(signature.subarray(1))).toEqual([false, false])
    expect(accepted(new Uint8Array(SIZE).fill(0xff))).toEqual([false, false])
    expect(accepted(new Uint8Array())).toEqual([false, false])
  })
})
