/** Verification of strangers' files: bounded time, never valid, and the service goes on answering. */
import { describe, expect, it } from 'vitest'
import { isTrustError } from '../../../src/errors.ts'
import { makeVerifyPool } from '../../../src/web/verify-pool.ts'
import type { VerifyPoolOptions } from '../../../src/web/verify-pool.ts'
import { COSTLY } from './costly-documents.ts'

const trust = { files: () => Promise.resolve(new Map<string, Uint8Array>()) }
const pool = (options: Partial<VerifyPoolOptions> = {}) => makeVerifyPool({ trust, workers: 1, ...options })
const ask = (bytes: Uint8Array) => ({ bytes, at: new Date('2026-11-21T00:00:00Z'), mode: 'compat' as const })

/** The verdict, or the code of the refusal. */
const outcome = async (verify: ReturnType<typeof pool>, bytes: Uint8Array): Promise<string> => {
  try {
    return (await verify(ask(bytes))).verdict
  } catch (error) {
    if (isTrustError(error)) return error.code
    throw error
  }
}

/** Longest time for which nothing else could run in this thread. */
const longestBlock = async (work: () => Promise<unknown>): Promise<number> => {
  let last = performance.now()
  let longest = 0
  const timer = setInterval(() => {
    const now = performance.now()
    longest = Math.max(longest, now - last)
    last = now
  }, 10)
  await work()
  clearInterval(timer)
  return longest
}

describe('a costly file', () => {
  const shared = pool({ workers: 2 })
  it.each(Object.keys(COSTLY))(
    '%s is never valid, refused or judged in time, and holds nobody else up',
    async (name) => {
      const bytes = COSTLY[name]?.() ?? new Uint8Array()
      const started = performance.now()
      let found = ''
      const block = await longestBlock(async () => {
        found = await outcome(shared, bytes)
      })
      expect(found).toMatch(/^(invalid|indeterminate|DOCUMENT_TOO_COSTLY)$/)
      expect(performance.now() - started).toBeLessThan(10_000)
      expect(block).toBeLessThan(500)
    },
  )
})

describe('a pool of verifiers', () => {
  it('refuses what goes beyond the time limit with its own code, and judges the next file', async () => {
    const verify = pool({ limitMs: (size) => (size > 1000 ? 0 : 10_000) })
    expect(await outcome(verify, new Uint8Array(50_000_000))).toBe('DOCUMENT_TOO_COSTLY')
    expect(await outcome(verify, new Uint8Array(10))).toBe('invalid')
  })
  it('does not count the time of waiting for others', async () => {
    const verify = pool({ limitMs: (size) => (size > 1000 ? 1 : 10_000) })
    const all = await Promise.all([outcome(verify, new Uint8Array(50_000_000)), outcome(verify, new Uint8Array(1))])
    expect(all).toEqual(['DOCUMENT_TOO_COSTLY', 'invalid'])
  })
  it('asks to try later when the queue is full', async () => {
    const verify = pool({ queue: 2 })
    const all = await Promise.all([1, 2, 3, 4].map((n) => outcome(verify, new Uint8Array(n))))
    expect(all).toEqual(['invalid', 'invalid', 'invalid', 'TRY_LATER'])
  })
})
