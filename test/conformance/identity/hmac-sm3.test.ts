import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { hmacSm3 } from '../../../adapters/registry-call/signed-text.ts'
import { fromHex, toHex } from '../../../standards/bytes.ts'
import { skipWithoutVectors, vectorsDir } from '../../support/outside.ts'

interface Case {
  readonly tcId: number
  readonly key: string
  readonly msg: string
  readonly tag: string
  readonly result: 'valid' | 'invalid'
}

describe.skipIf(skipWithoutVectors())('HMAC-SM3 of registry calls', () => {
  it('gives the tags of Wycheproof, and not its wrong ones', () => {
    const file = join(vectorsDir() ?? '', 'wycheproof', 'hmac_sm3_test.json')
    const { testGroups } = JSON.parse(readFileSync(file, 'utf8')) as {
      testGroups: readonly { readonly tagSize: number; readonly tests: readonly Case[] }[]
    }
    let seen = 0
    for (const { tagSize, tests } of testGroups)
      for (const { tcId, key, msg, tag, result } of tests) {
        const ours = toHex(hmacSm3(fromHex(key), fromHex(msg)).subarray(0, tagSize / 8))
        expect(ours === tag, `tcId ${tcId}`).toBe(result === 'valid')
        seen++
      }
    expect(seen).toBeGreaterThan(100)
  })
})
