/**
 * Kernel and OpenSSL give the same verdict: 10^4 signatures in the normal run, 10^6 with XINYIN_EXTENDED=1 (XINYIN_CHECKS=n for another
 * number). Good ones signed by the kernel or by OpenSSL, changed ones, and good ones whose s, r + s or nonce lies at the edges of [1, n-1],
 * for which the key is solved: d = (k - s)/(r + s). OpenSSL's streaming verifier takes e = SM3(data), without Z: only so the key can come last.
 */
import { createPrivateKey, createPublicKey, createSign, createVerify, hash, randomBytes } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { generatePkcs8 } from '../../../src/crypto/node.ts'
import { bytesToBigInt } from '../../../standards/der/index.ts'
import { fromHex } from '../../../standards/bytes.ts'
import type { Sm2Check, Sm2Verifier, Sm2VerifyingKey } from '../../../standards/gbt-32918-sm2/index.ts'
import {
  encodeRawSm2Signature,
  encodeSm2PublicKey,
  makeSm2Verifier,
  openKernel,
  openSm2Secrets,
  parseRawSm2Signature,
  rawFromSm2Signature,
  SM2_CURVE,
  sm2SignatureFromRaw,
} from '../../../standards/gbt-32918-sm2/index.ts'
import { draw } from '../../unit/crypto/sm2-kernel-probe.ts'

const { n, p } = SM2_CURVE
const isExtended = process.env['XINYIN_EXTENDED'] === '1'
const CHECKS = Number(process.env['XINYIN_CHECKS'] ?? (isExtended ? 1_000_000 : 10_000))
/** Of one key: the first two without its table, the others with it. */
const PER_KEY = 100

const be = (value: bigint): Uint8Array => fromHex(value.toString(16).padStart(64, '0'))
const mod = (value: bigint): bigint => ((value % n) + n) % n
const inverse = (value: bigint): bigint => {
  let [r0, r1, t0, t1]: [bigint, bigint, bigint, bigint] = [n, mod(value), 0n, 1n]
  while (r1 !== 0n) {
    const q: bigint = r0 / r1
    ;[r0, r1, t0, t1] = [r1, r0 - q * r1, t1, t0 - q * t1]
  }
  return mod(t0)
}

const secrets = openSm2Secrets()
if (secrets === undefined) throw new Error('no WebAssembly')
const open = (name: 'fma' | 'integer'): Sm2Verifier => {
  const kernel = openKernel(name)
  if (kernel === undefined) throw new Error(`this engine does not take the kernel “${name}”`)
  return makeSm2Verifier(kernel)
}
const [fma, integer] = [open('fma'), open('integer')]

interface Key {
  readonly openssl: KeyObject
  readonly verifying: readonly [Sm2VerifyingKey, Sm2VerifyingKey]
}
const keyOf = (point: Uint8Array): Key => ({
  openssl: createPublicKey({ key: Buffer.from(encodeSm2PublicKey(point)), format: 'der', type: 'spki' }),
  verifying: [fma.keyOf(point), integer.keyOf(point)],
})
const digestOf = (data: Uint8Array): Uint8Array => new Uint8Array(hash('sm3', data, 'buffer'))

/** The verdict of OpenSSL, of the kernel on doubles, and of the one on integers for every eighth. */
const agreed = (key: Key, data: Uint8Array, signature: Uint8Array, at: number): boolean => {
  const e = digestOf(data)
  const theirs = createVerify('sm3').update(data).verify(key.openssl, sm2SignatureFromRaw(signature))
  const checks = key.verifying.map((verifying): Sm2Check => ({ key: verifying, e, signature }))
  const ours = fma.isSigned(checks[0] as Sm2Check)
  const integers = at % 8 === 0 ? integer.isSigned(checks[1] as Sm2Check) : ours
  if (ours !== theirs || integers !== theirs)
    throw new Error(
      `differ: ${Buffer.from(key.verifying[0].point).toString('hex')} e ${Buffer.from(e).toString('hex')} ${Buffer.from(signature).toString('hex')} SEED=${draw.seed}`,
    )
  return theirs
}

const EDGES = [
  0n,
  1n,
  2n,
  3n,
  n - 1n,
  n,
  n + 1n,
  p,
  p - 1n,
  n >> 1n,
  (n >> 1n) + 1n,
  p - n,
  1n << 255n,
  1n << 128n,
  (1n << 256n) - 1n,
]
const edge = (): bigint => (EDGES[draw.below(EDGES.length)] as bigint) + BigInt(draw.below(5)) - 2n
const inRange = (value: bigint): bigint => mod(value) || 1n

const changed = (raw: Uint8Array): Uint8Array => {
  const { r, s } = parseRawSm2Signature(raw)
  const fits = (value: bigint): bigint => BigInt.asUintN(256, value < 0n ? -value : value)
  switch (draw.below(4)) {
    case 0:
      return raw.map((v, i) => (i === state.at % 64 ? v ^ (1 << draw.below(8)) : v))
    case 1:
      return encodeRawSm2Signature({ r: fits(edge()), s })
    case 2:
      return encodeRawSm2Signature({ r, s: fits(edge()) })
    default:
      return encodeRawSm2Signature({ r: fits(edge()), s: fits(edge()) })
  }
}
const state = { at: 0 }

/** A key for which s (or t = r + s) and the nonce are what they are told to be. */
const solved = (): { key: Key; data: Uint8Array; signature: Uint8Array } | undefined => {
  const data = randomBytes(20)
  const k = draw.below(2) === 0 ? inRange(edge()) : inRange(draw.number())
  const r = mod(bytesToBigInt(digestOf(data)) + bytesToBigInt(secrets.multiplyBase(be(k))?.subarray(1, 33) ?? data))
  const s = draw.below(2) === 0 ? inRange(edge()) : inRange(inRange(edge()) - r)
  const t = mod(r + s)
  const d = t === 0n ? 0n : mod((k - s) * inverse(t))
  const point = secrets.multiplyBase(be(d))
  return r === 0n || point === undefined
    ? undefined
    : { key: keyOf(point), data, signature: encodeRawSm2Signature({ r, s }) }
}

describe(`kernel and OpenSSL on ${CHECKS} signatures (SEED=${draw.seed})`, () => {
  it('agree on every one', () => {
    const counts = { good: 0, bad: 0, solved: 0 }
    let [key, prepared, native] = fresh()
    for (state.at = 0; state.at < CHECKS; state.at++) {
      if (state.at % PER_KEY === 0) [key, prepared, native] = fresh()
      if (state.at % 20 === 7) {
        let made = solved()
        while (made === undefined) made = solved()
        counts.solved += 1
        expect(agreed(made.key, made.data, made.signature, state.at)).toBe(true)
        continue
      }
      const data = randomBytes(32)
      const signature =
        state.at % 10 === 3
          ? rawFromSm2Signature(new Uint8Array(createSign('sm3').update(data).sign(native)))
          : secrets.sign({ inverse: prepared, nonce: randomBytes(64), e: digestOf(data) })
      if (signature === undefined) throw new Error('another nonce, once in 2^255')
      const isChanged = state.at % 3 === 1
      const verdict = agreed(key, data, isChanged ? changed(signature) : signature, state.at)
      if (!isChanged && !verdict) throw new Error('a good signature that is refused')
      counts[verdict ? 'good' : 'bad'] += 1
    }
    process.stderr.write(`kernel and OpenSSL agree: ${JSON.stringify(counts)}\n`)
    expect(counts.good + counts.bad + counts.solved).toBe(CHECKS)
    expect(counts.bad).toBeGreaterThan(CHECKS * 0.2)
  }, 7_200_000)
})

/** A new key of OpenSSL's: for verifying, prepared for the kernel's signing, and OpenSSL's own. */
const fresh = (): [Key, Uint8Array, KeyObject] => {
  const pkcs8 = generatePkcs8('SM2')
  const native = createPrivateKey({ key: Buffer.from(pkcs8), format: 'der', type: 'pkcs8' })
  const prepared = secrets.prepare(pkcs8.subarray(36, 68))
  const point = pkcs8.subarray(-65)
  if (prepared === undefined || Buffer.compare(prepared.point, point) !== 0) throw new Error('another public key')
  return [keyOf(point), prepared.inverse, native]
}
