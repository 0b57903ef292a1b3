/** The portable and the native port give the same answer, on good input and on input changed at random. */
import { createSign, generateKeyPairSync, sign } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { DIGEST_OIDS, portableCrypto } from '../../../src/crypto/index.ts'
import { generatePkcs8, nodeCrypto, signerFromPkcs8 } from '../../../src/crypto/node.ts'
import { concat, toHex } from '../../../standards/bytes.ts'
import {
  encodeSm2Signature,
  isSm2DigestSignedBy,
  parseSm2PublicKey,
  parseSm2Signature,
  SM2_CURVE,
} from '../../../standards/gbt-32918-sm2/index.ts'
import type { DigestAlgorithm, SignatureCheck } from '../../../standards/ports.ts'
import { fittingSignature } from './noble-sm2.ts'

const seed = Number(process.env['SEED'] ?? Math.floor(Math.random() * 2 ** 31))
/** xorshift32: a failure can be run again with SEED. */
let state = seed | 1
const below = (limit: number): number => {
  state ^= state << 13
  state ^= state >>> 17
  state ^= state << 5
  return (state >>> 0) % limit
}
const bytes = (length: number): Uint8Array => Uint8Array.from({ length }, () => below(256))

const both = (check: SignatureCheck): readonly [boolean, boolean] => [
  portableCrypto.isSignedBy(check),
  nodeCrypto.isSignedBy(check),
]

const mutate = (given: Uint8Array): Uint8Array => {
  const where = below(given.length)
  switch (below(4)) {
    case 0:
      return Uint8Array.from(given, (b, i) => (i === where ? b ^ (1 << below(8)) : b))
    case 1:
      return given.subarray(0, where)
    case 2:
      return concat(given, bytes(1 + below(3)))
    default:
      return concat(given.subarray(0, where), bytes(1), given.subarray(where))
  }
}

describe(`the two ports agree (SEED=${seed})`, () => {
  it('on digests of every length around the block size, in any split', () => {
    for (const algorithm of Object.keys(DIGEST_OIDS) as DigestAlgorithm[])
      for (let length = 0; length < 140; length++) {
        const message = bytes(length)
        const cut = below(length + 1)
        const expected = toHex(nodeCrypto.digest(algorithm, message))
        expect(toHex(portableCrypto.digest(algorithm, message.subarray(0, cut), message.subarray(cut)))).toBe(expected)
        expect(toHex(nodeCrypto.digest(algorithm, message.subarray(0, cut), message.subarray(cut)))).toBe(expected)
      }
  })

  it('on SM3 of many parts and of a longer message', () => {
    const parts = Array.from({ length: 50 }, () => bytes(below(200)))
    expect(toHex(portableCrypto.digest('sm3', ...parts))).toBe(toHex(nodeCrypto.digest('sm3', concat(...parts))))
    const long = new Uint8Array(1_000_003).fill(0x61)
    expect(toHex(portableCrypto.digest('sm3', long))).toBe(toHex(nodeCrypto.digest('sm3', long)))
  })

  const checks: SignatureCheck[] = []
  beforeAll(async () => {
    for (const algorithm of ['SM2', 'P-256'] as const)
      for (let i = 0; i < 4; i++) {
        const signer = signerFromPkcs8(generatePkcs8(algorithm))
        const message = bytes(below(300))
        checks.push({
          algorithm: signer.algorithm,
          publicKey: signer.publicKey,
          message,
          signature: await signer.sign(message),
        })
      }
    checks.push(...others())
  })

  it('on good signatures of every algorithm', () => {
    expect(new Set(checks.map((c) => c.algorithm)).size).toBe(8)
    for (const check of checks) expect([check.algorithm, ...both(check)]).toEqual([check.algorithm, true, true])
  })

  it('on changed signatures, messages and keys', () => {
    for (let round = 0; round < 400; round++) {
      const check = checks[below(checks.length)] as SignatureCheck
      const what = (['signature', 'publicKey', 'message'] as const)[below(3)] as 'signature'
      const [portable, native] = both({ ...check, [what]: mutate(check[what].length === 0 ? bytes(1) : check[what]) })
      expect([check.algorithm, what, portable]).toEqual([check.algorithm, what, native])
      expect(portable).toBe(false)
    }
  })

  it('on a key of another kind', () => {
    for (const check of checks)
      for (const other of checks.filter((c) => c.algorithm.slice(0, 3) !== check.algorithm.slice(0, 3)))
        expect(both({ ...check, publicKey: other.publicKey })).toEqual([false, false])
  })

  it('on SM2 numbers at the edges of their range', () => {
    const [check] = checks as [SignatureCheck]
    const { n } = SM2_CURVE
    const { r, s } = parseSm2Signature(check.signature)
    const edges = [0n, 1n, n - 1n, n, n + 1n, (1n << 256n) - 1n, r, s, n - r, n - s]
    for (const one of edges)
      for (const two of edges) {
        const signature = encodeSm2Signature({ r: one, s: two })
        expect(both({ ...check, signature })).toEqual([one === r && two === s, one === r && two === s])
      }
  })

  it('on r and s raised by n, which would be the same numbers again', () => {
    const [check] = checks as [SignatureCheck]
    const { r, s } = parseSm2Signature(check.signature)
    for (const signature of [
      { r: r + SM2_CURVE.n, s },
      { r, s: s + SM2_CURVE.n },
    ]) {
      if (signature.r >= 1n << 256n || signature.s >= 1n << 256n) continue
      expect(both({ ...check, signature: encodeSm2Signature(signature) })).toEqual([false, false])
    }
  })
})

const others = (): SignatureCheck[] => {
  const message = bytes(100)
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' })
  const spki = (key: typeof rsa.publicKey): Uint8Array => new Uint8Array(key.export({ type: 'spki', format: 'der' }))
  const digests = { SHA1: 'sha1', SHA256: 'sha256', SHA384: 'sha384', SHA512: 'sha512' } as const
  return Object.entries(digests).flatMap(([name, digest]): SignatureCheck[] => [
    {
      algorithm: `RSA-${name as keyof typeof digests}`,
      publicKey: spki(rsa.publicKey),
      message,
      signature: new Uint8Array(createSign(digest).update(message).sign(rsa.privateKey)),
    },
    ...(name === 'SHA1'
      ? []
      : [
          {
            algorithm: `ECDSA-${name as 'SHA256' | 'SHA384' | 'SHA512'}` as const,
            publicKey: spki(p384.publicKey),
            message,
            signature: new Uint8Array(sign(digest, message, p384.privateKey)),
          },
        ]),
  ])
}

describe('the reference verification', () => {
  it('agrees with the group law of @noble/curves', () => {
    const signer = signerFromPkcs8(generatePkcs8('SM2'))
    const point = parseSm2PublicKey(signer.publicKey)
    for (let i = 0; i < 20; i++) {
      const e = bytes(32)
      const signature = fittingSignature(point, BigInt(1 + below(1000)), BigInt(`0x${toHex(bytes(31))}`))
      expect(isSm2DigestSignedBy({ point, e: signature.e, signature })).toBe(true)
      expect(isSm2DigestSignedBy({ point, e, signature })).toBe(false)
    }
  })
})
