import { createHash } from 'node:crypto'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type * as NodeCrypto from 'node:crypto'
import { generatePkcs8 } from '../../../src/crypto/node.ts'
import { isSignedNatively } from '../../../src/crypto/native-crypto.ts'
import { makeSm2Signer } from '../../../src/crypto/sm2-signer.ts'
import type * as Secrets from '../../../src/crypto/sm2-secrets.ts'
import { concat, fromHex, toHex, utf8 } from '../../../standards/bytes.ts'
import { openSm2Secrets, parseSm2Signature, SM2_CURVE } from '../../../standards/gbt-32918-sm2/index.ts'
import { draw } from './sm2-kernel-probe.ts'

const unusable = expect.objectContaining({ code: 'KEY_UNUSABLE' })
const message = utf8('签章数据')
const be = (value: bigint): Uint8Array => fromHex(value.toString(16).padStart(64, '0'))
const { n } = SM2_CURVE

describe('makeSm2Signer', () => {
  const pkcs8 = generatePkcs8('SM2')
  const signer = makeSm2Signer(pkcs8)

  it('signs what OpenSSL accepts over this message only', () => {
    for (let i = 0; i < 50; i++) {
      const own = concat(message, Uint8Array.of(i))
      const signature = signer.sign(own)
      expect(isSignedNatively({ publicKey: signer.publicKey, message: own, signature })).toBe(true)
      expect(isSignedNatively({ publicKey: signer.publicKey, message, signature })).toBe(false)
    }
  })

  it('makes another signature each time', () => {
    const all = Array.from({ length: 50 }, () => toHex(signer.sign(message)))
    expect(new Set(all).size).toBe(50)
  })

  it('refuses keys of another kind, broken ones, and scalars outside the range', () => {
    expect(() => makeSm2Signer(generatePkcs8('P-256'))).toThrow(unusable)
    for (let i = 0; i < pkcs8.length; i += 9) expect(() => makeSm2Signer(pkcs8.subarray(0, i))).toThrow(unusable)
    for (const d of [0n, n - 1n, n, (1n << 256n) - 1n])
      expect(() => makeSm2Signer(concat(pkcs8.subarray(0, 36), be(d), pkcs8.subarray(68)))).toThrow(unusable)
  })
})

describe('makeSm2Signer on a bad day', () => {
  afterEach(() => {
    vi.doUnmock('node:crypto')
    vi.doUnmock('../../../src/crypto/sm2-secrets.ts')
    vi.resetModules()
  })
  const load = async () => (await import('../../../src/crypto/sm2-signer.ts')).makeSm2Signer
  const pkcs8 = generatePkcs8('SM2')

  it('does not repeat a nonce under another message when the generator repeats itself', async () => {
    vi.resetModules()
    vi.doMock('node:crypto', async () => ({
      ...(await vi.importActual<typeof NodeCrypto>('node:crypto')),
      randomFillSync: (bytes: Uint8Array) => bytes.fill(7),
    }))
    const signer = (await load())(pkcs8)
    const [one, two] = [signer.sign(message), signer.sign(concat(message, message))].map(parseSm2Signature)
    // with one nonce k for both, r - e is x(kG) both times
    const z = (await import('../../../standards/gbt-32918-sm2/index.ts')).computeZ(
      {
        digest: (algorithm, ...parts) =>
          new Uint8Array(
            createHash(algorithm)
              .update(concat(...parts))
              .digest(),
          ),
      },
      signer.publicKey,
    )
    const x = [one, two].map((signature, i) => {
      const e = createHash('sm3')
        .update(z)
        .update(i === 0 ? message : concat(message, message))
        .digest('hex')
      return (((signature?.r ?? 0n) - BigInt(`0x${e}`)) % n) + n
    })
    expect((x[0] as bigint) % n).not.toBe((x[1] as bigint) % n)
    expect(toHex(signer.sign(message))).toBe(toHex(signer.sign(message)))
  })

  it('withholds a signature that does not verify', async () => {
    vi.resetModules()
    vi.doMock('../../../src/crypto/sm2-secrets.ts', async () => ({
      ...(await vi.importActual<typeof Secrets>('../../../src/crypto/sm2-secrets.ts')),
      sm2Secrets: () => {
        const real = openSm2Secrets()
        return real && { ...real, sign: (input: Parameters<typeof real.sign>[0]) => real.sign(input)?.fill(1, 40, 41) }
      },
    }))
    const signer = (await load())(pkcs8)
    expect(() => Array.from({ length: 3 }, () => signer.sign(message))).toThrow(unusable)
  })

  it('signs by OpenSSL where there is no kernel', async () => {
    vi.resetModules()
    vi.doMock('../../../src/crypto/sm2-secrets.ts', () => ({ sm2Secrets: () => undefined }))
    const signer = (await load())(pkcs8)
    expect(isSignedNatively({ publicKey: signer.publicKey, message, signature: signer.sign(message) })).toBe(true)
  })
})

describe(`numbers that are secret (SEED=${draw.seed})`, () => {
  const secrets = openSm2Secrets()
  if (secrets === undefined) throw new Error('no WebAssembly')
  const one = be(1n)
  const base = secrets.multiplyBase(one) as Uint8Array

  it('multiply points as the reference of the curve does, by edge values too', () => {
    // k·(jG) = j·(kG) = (jk)G, three ways that share no table
    const edges = [
      1n,
      2n,
      3n,
      15n,
      16n,
      17n,
      31n,
      32n,
      n - 1n,
      n - 2n,
      n + 1n,
      n >> 1n,
      (n >> 1n) + 1n,
      1n << 255n,
      1n << 128n,
    ]
    for (const k of [...edges, ...Array.from({ length: 20 }, () => draw.number())])
      for (const j of [2n, n - 1n, draw.number() % n]) {
        const both = secrets.multiplyBase(be((k * j) % n)) as Uint8Array
        const left = secrets.multiply(be(k), secrets.multiplyBase(be(j)) as Uint8Array) as Uint8Array
        const right = secrets.multiply(be(j), secrets.multiplyBase(be(k % n)) as Uint8Array) as Uint8Array
        expect([toHex(left), toHex(right)]).toEqual([toHex(both), toHex(both)])
      }
    expect(toHex(secrets.multiply(one, base) as Uint8Array)).toBe(toHex(base))
    const { gx, gy } = SM2_CURVE
    expect(toHex(base)).toBe(`04${toHex(be(gx))}${toHex(be(gy))}`)
  })

  it('give nothing for zero, and for points that are none', () => {
    for (const k of [0n, n]) {
      expect(secrets.multiplyBase(be(k))).toBeUndefined()
      expect(secrets.multiply(be(k), base)).toBeUndefined()
    }
    const off = base.map((b, i) => (i === 64 ? b ^ 1 : b))
    for (const point of [off, base.subarray(1), new Uint8Array(65), concat(Uint8Array.of(4), new Uint8Array(64))])
      expect(secrets.multiply(be(5n), point)).toBeUndefined()
  })

  it('are prepared for signing only in [1, n-2]', () => {
    for (const d of [0n, n - 1n, n, n + 1n, (1n << 256n) - 1n]) expect(secrets.prepare(be(d))).toBeUndefined()
    for (const d of [1n, 2n, n - 2n]) expect(secrets.prepare(be(d))?.point).toEqual(secrets.multiplyBase(be(d)))
  })

  it('sign as the standard says for nonces and digests at the edges, and ask for another nonce where it says so', () => {
    const d = draw.number() % (n - 2n)
    const key = secrets.prepare(be(d))
    if (key === undefined) throw new Error('not prepared')
    const power = (base_: bigint, exponent: bigint): bigint => {
      let result = 1n
      for (let [x, e] = [base_ % n, exponent]; e > 0n; e >>= 1n, x = (x * x) % n) if (e & 1n) result = (result * x) % n
      return result
    }
    const wide = (k: bigint): Uint8Array => fromHex(k.toString(16).padStart(128, '0'))
    for (const k of [1n, 2n, n - 1n, n + 1n, n * n + 5n, (1n << 512n) - 1n, (draw.number() << 256n) | draw.number()])
      for (const e of [0n, 1n, n - 1n, n, (1n << 256n) - 1n, draw.number()]) {
        const x = BigInt(`0x${toHex((secrets.multiplyBase(be(k % n)) as Uint8Array).subarray(1, 33))}`)
        const r = (e + x) % n
        const s = ((((k - r * d) * power(1n + d, n - 2n)) % n) + n) % n
        expect(toHex(secrets.sign({ inverse: key.inverse, nonce: wide(k), e: be(e) }) as Uint8Array)).toBe(
          toHex(concat(be(r), be(s))),
        )
      }
    // r = 0 and r + k = n, reached on purpose
    const k = draw.number() % n
    const x = BigInt(`0x${toHex((secrets.multiplyBase(be(k)) as Uint8Array).subarray(1, 33))}`)
    for (const e of [-x, -x - k])
      expect(secrets.sign({ inverse: key.inverse, nonce: wide(k), e: be(((e % n) + n) % n) })).toBeUndefined()
    for (const none of [0n, n, n * n])
      expect(secrets.sign({ inverse: key.inverse, nonce: wide(none), e: be(5n) })).toBeUndefined()
    expect(() => secrets.sign({ inverse: key.inverse, nonce: wide(k).subarray(1), e: be(5n) })).toThrow(RangeError)
  })
})
