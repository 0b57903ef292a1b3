/** No bytes can hurt: parsers throw DerError only, and a flipped bit never gives a valid signature. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { verdictOf } from '../../../src/kernel/index.ts'
import { verifySeal, verifySealSignature } from '../../../src/seal/offline.ts'
import type { TrustMaterial } from '../../../src/seal/offline.ts'
import { DerError } from '../../../standards/errors.ts'
import { parseSeal, parseSealSignature } from '../../../standards/gmt-0031-2025-seal/index.ts'
import { skipWithoutVectors, vectorsDir } from '../../support/outside.ts'
import { ES_ID, ORIGINAL, makeSealWorld } from '../../unit/seal/seal-world.ts'
import { NOW, crypto, days, trustIn } from '../../unit/seal/trust-world.ts'

/** A repeatable generator: a failure can be run again. */
const makeRandom =
  (seed: number) =>
  (below: number): number => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0
    return Math.floor((seed / 2 ** 32) * below)
  }

let signature: Uint8Array
let seal: Uint8Array
let trust: TrustMaterial
beforeAll(async () => {
  const world = await makeSealWorld()
  ;({ signature, seal } = world)
  trust = await trustIn(world.ca, { timelines: { [ES_ID]: [{ status: 'active', from: days(-10) }] } })
})

const onlyDerErrors = (work: () => unknown): void => {
  try {
    work()
  } catch (error) {
    expect(error).toBeInstanceOf(DerError)
  }
}

describe('a flipped bit', () => {
  it.each(['strict', 'compat'] as const)(
    'never leaves a signature valid, unless what is wrong is reported (%s)',
    (mode) => {
      const ask = (bytes: Uint8Array) => {
        const { checks } = verifySealSignature({ signature: bytes, original: ORIGINAL, crypto, trust, at: NOW, mode })
        return checks.some((c) => c.reason === 'COMPATIBILITY') ? 'compatible' : verdictOf(checks)
      }
      expect(ask(signature)).toBe('valid')
      for (let i = 0; i < signature.length; i++) {
        const bytes = signature.slice()
        bytes[i] = (bytes[i] as number) ^ (1 << (i % 8))
        expect([i, ask(bytes)]).not.toEqual([i, 'valid'])
      }
    },
  )

  it('never leaves a seal valid', () => {
    for (let i = 0; i < seal.length; i++) {
      const bytes = seal.slice()
      bytes[i] = (bytes[i] as number) ^ (1 << ((i + 3) % 8))
      const checks = verifySeal({ seal: bytes, crypto, trust, at: NOW, mode: 'strict' })
      expect([i, verdictOf(checks)]).not.toEqual([i, 'valid'])
    }
  })
})

describe('parsers', () => {
  it('throw DerError only, on random changes, cuts and repeats', () => {
    const random = makeRandom(7)
    for (let round = 0; round < 3000; round++) {
      const bytes = (round % 2 === 0 ? signature : seal).slice(
        0,
        round % 5 === 0 ? random(signature.length) : undefined,
      )
      for (let n = 0; n < 1 + random(6); n++) bytes[random(Math.min(bytes.length, 400))] = random(256)
      for (const mode of ['strict', 'compat'] as const) {
        onlyDerErrors(() => parseSeal(bytes, mode))
        onlyDerErrors(() => parseSealSignature(bytes, mode))
      }
    }
  })

  it('end on bytes that nest for ever', () => {
    const deep = new Uint8Array(4096).map((_, i) => (i % 2 === 0 ? 0x30 : 0x80))
    for (const parse of [parseSeal, parseSealSignature]) expect(() => parse(deep, 'compat')).toThrow(DerError)
  })
})

describe.skipIf(skipWithoutVectors())('seals of others', () => {
  it.each(['UserV1.esl', 'UserV4.esl', 'UserV5_ts.esl'])(
    '%s, changed at random: DerError or a report, never more',
    (file) => {
      const random = makeRandom(11)
      const original = new Uint8Array(readFileSync(join(vectorsDir() ?? '', 'ofdrw', file)))
      for (let round = 0; round < 300; round++) {
        const bytes = original.slice()
        for (let n = 0; n < 3; n++) bytes[random(700)] = random(256)
        const checks = verifySeal({ seal: bytes, crypto, trust, at: NOW, mode: 'compat' })
        expect(verdictOf(checks)).not.toBe('valid')
      }
    },
  )
})
