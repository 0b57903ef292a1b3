/** No bytes can hurt: the parser throws DerError only, in bounded time, and a flipped bit never proves possession of the same key. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { nodeCrypto } from '../../../src/crypto/node.ts'
import { equalBytes, fromPem } from '../../../standards/bytes.ts'
import { encodeElement } from '../../../standards/der/index.ts'
import { DerError } from '../../../standards/errors.ts'
import type { CertificationRequest } from '../../../standards/rfc2986-pkcs10/index.ts'
import { isPossessionProven, parseCertificationRequest } from '../../../standards/rfc2986-pkcs10/index.ts'
import { skipWithoutVectors, vectorsDir } from '../../support/outside.ts'

const makeRandom =
  (seed: number) =>
  (below: number): number => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0
    return Math.floor((seed / 2 ** 32) * below)
  }

const ROUNDS = process.env['XINYIN_EXTENDED'] === '1' ? 200_000 : 5_000
const FILES = ['tongsuo/sm2-csr.pem', 'gmsm/csrFromAli.pem', 'gmsm/sadkGeneratedCSR.pem', 'gmsm/trustAsiaCSR.pem']
const corpus = (): Uint8Array[] =>
  FILES.flatMap((f) => fromPem(readFileSync(join(vectorsDir() ?? '', f), 'latin1'), 'CERTIFICATE REQUEST'))

const tryParse = (bytes: Uint8Array, mode: 'strict' | 'compat' = 'compat'): CertificationRequest | undefined => {
  try {
    return parseCertificationRequest(bytes, mode)
  } catch (error) {
    expect(error).toBeInstanceOf(DerError)
    return undefined
  }
}

const MUTATIONS: readonly ((bytes: Uint8Array, random: (below: number) => number) => Uint8Array)[] = [
  (b, r) => b.map((v, i) => (i === r(b.length) ? r(256) : v)),
  (b, r) => b.slice(0, r(b.length)),
  (b, r) => {
    const at = r(b.length)
    return Uint8Array.of(...b.subarray(0, at), ...b.subarray(at + r(8)))
  },
  (b, r) => {
    const at = r(b.length)
    return Uint8Array.of(...b.subarray(0, at), r(256), 0x80 | r(8), ...b.subarray(at))
  },
]

describe.skipIf(skipWithoutVectors())('hostile certification requests', () => {
  it('throws DerError only, whatever is cut, put in or changed', () => {
    const random = makeRandom(20261122)
    const seeds = corpus()
    const began = performance.now()
    for (let i = 0; i < ROUNDS; i++) {
      const mutate = MUTATIONS[i % MUTATIONS.length]
      const seed = seeds[random(seeds.length)]
      if (mutate !== undefined && seed !== undefined) tryParse(mutate(seed, random))
    }
    // A tenth of a millisecond each is usual; ten times that would be a way to keep us busy.
    expect((performance.now() - began) / ROUNDS).toBeLessThan(3)
  })

  it('a flipped bit inside what is signed never proves possession of the same key', () => {
    const [seed] = corpus()
    if (seed === undefined) throw new Error('no corpus')
    const { publicKey } = parseCertificationRequest(seed)
    for (let at = 0; at < seed.length; at++) {
      const bytes = seed.slice()
      bytes[at] = (bytes[at] as number) ^ (1 << (at % 8))
      const request = tryParse(bytes, 'strict')
      if (request === undefined || !equalBytes(request.publicKey, publicKey)) continue
      expect([at, isPossessionProven(request, nodeCrypto)]).toEqual([at, false])
    }
  })

  it('is not kept busy by depth, by many attributes or by many names', () => {
    let deep: Uint8Array = encodeElement(0x30)
    for (let i = 0; i < 5_000; i++) deep = encodeElement(0x30, deep)
    const attribute = encodeElement(
      0x30,
      encodeElement(0x06, Uint8Array.of(0x2a)),
      encodeElement(0x31, encodeElement(5)),
    )
    const many = encodeElement(0xa0, ...Array.from({ length: 7_000 }, () => attribute))
    const rdn = encodeElement(
      0x31,
      encodeElement(0x30, encodeElement(0x06, Uint8Array.of(0x55, 4, 3)), encodeElement(12)),
    )
    const names = encodeElement(0x30, ...Array.from({ length: 5_000 }, () => rdn))
    const [seed] = corpus()
    const spki = parseCertificationRequest(seed as Uint8Array).publicKey
    const whole = (...parts: Uint8Array[]): Uint8Array =>
      encodeElement(
        0x30,
        encodeElement(0x30, encodeElement(2, Uint8Array.of(0)), ...parts),
        encodeElement(0x30, encodeElement(0x06, Uint8Array.of(0x2a))),
        encodeElement(3, Uint8Array.of(0)),
      )
    const began = performance.now()
    for (const bytes of [deep, whole(names, spki, many), whole(encodeElement(0x30), spki, many)]) tryParse(bytes)
    expect(performance.now() - began).toBeLessThan(2_000)
  })
})
