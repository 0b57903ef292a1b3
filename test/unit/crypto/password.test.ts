import { describe, expect, it } from 'vitest'
import { DEFAULT_ARGON2, encodePhc, makePasswordHasher, parsePhc } from '../../../src/crypto/node.ts'
import { systemRandom } from '../../../src/kernel/index.ts'

const cheap = { memory: 64, passes: 1, parallelism: 1 }
const hasher = makePasswordHasher({ random: systemRandom, parameters: cheap })
/** From the test suite of the reference implementation (phc-winner-argon2, test.c): argon2id v=19, m=256, t=2, p=1. */
const REFERENCE = '$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4'

describe('makePasswordHasher', () => {
  it('knows the password again, and no other', async () => {
    const stored = await hasher.hash('正确的密码 1')
    expect(await hasher.matches('正确的密码 1', stored)).toBe(true)
    for (const wrong of ['正确的密码 2', '正确的密码', '', ' 正确的密码 1'])
      expect(await hasher.matches(wrong, stored)).toBe(false)
  })

  it('agrees with the reference implementation', async () => {
    expect(await hasher.matches('password', REFERENCE)).toBe(true)
    expect(await hasher.matches('passwore', REFERENCE)).toBe(false)
  })

  it('salts: the same password is stored differently each time', async () => {
    expect(await hasher.hash('a')).not.toBe(await hasher.hash('a'))
  })

  it('takes full-width characters of an input method as the same password', async () => {
    expect(await hasher.matches('abc123', await hasher.hash('ａｂｃ１２３'))).toBe(true)
  })

  it('says no for an account that is not there, after the same work', async () => {
    expect(await hasher.matches('anything', undefined)).toBe(false)
  })

  it('refuses to hash more than 1024 bytes, and matches none such', async () => {
    await expect(hasher.hash('字'.repeat(342))).rejects.toEqual(expect.objectContaining({ code: 'INPUT_TOO_LARGE' }))
    expect(await hasher.matches('字'.repeat(342), REFERENCE)).toBe(false)
  })

  it('uses 19 MiB, two passes and one lane unless told otherwise', async () => {
    const stored = await makePasswordHasher({ random: systemRandom }).hash('a')
    expect(parsePhc(stored)).toMatchObject({ memory: 19456, passes: 2, parallelism: 1 })
    expect(DEFAULT_ARGON2).toEqual({ memory: 19456, passes: 2, parallelism: 1 })
    expect(hasher.isOutdated(stored)).toBe(true)
    expect(hasher.isOutdated(await hasher.hash('a'))).toBe(false)
  })

  it('answers TRY_LATER once as many wait as may, and works on afterwards', async () => {
    const narrow = makePasswordHasher({ random: systemRandom, parameters: cheap, concurrency: 1, queue: 2 })
    const results = await Promise.allSettled(Array.from({ length: 6 }, () => narrow.hash('a')))
    expect(results.map((r) => r.status)).toEqual([
      'fulfilled',
      'fulfilled',
      'fulfilled',
      'rejected',
      'rejected',
      'rejected',
    ])
    expect(results.slice(3).every((r) => r.status === 'rejected' && r.reason.code === 'TRY_LATER')).toBe(true)
    expect(await narrow.matches('a', await narrow.hash('a'))).toBe(true)
  })

  it('gives its place back when a run fails', async () => {
    const broken = makePasswordHasher({
      random: systemRandom,
      parameters: { ...cheap, memory: 1 },
      concurrency: 1,
      queue: 0,
    })
    for (let i = 0; i < 3; i++)
      await expect(broken.hash('a')).rejects.not.toEqual(expect.objectContaining({ code: 'TRY_LATER' }))
  })
})

describe('parsePhc', () => {
  it('reads what encodePhc writes', () => {
    expect(encodePhc(parsePhc(REFERENCE))).toBe(REFERENCE)
  })

  it.each([
    '',
    REFERENCE.replace('argon2id', 'argon2i'),
    REFERENCE.replace('v=19', 'v=16'),
    REFERENCE.replace('m=256', 'm=9999999'),
    REFERENCE.replace('m=256', 'm=7'),
    REFERENCE.replace('t=2', 't=0'),
    REFERENCE.replace('t=2', 't=99'),
    REFERENCE.replace('p=1', 'p=0'),
    REFERENCE.replace('p=1', 'p=9'),
    REFERENCE.replace('m=256,t=2', 't=2,m=256'),
    REFERENCE.replace('c29tZXNhbHQ', 'c29t'),
    REFERENCE.replace('c29tZXNhbHQ', 'c29tZXNhbHR'),
    REFERENCE.replace('c29tZXNhbHQ', 'c29tZXNhbHQaa'),
    `${REFERENCE}=`,
    `${REFERENCE}\n`,
    REFERENCE.slice(0, -30),
  ])('refuses %s', (text) => {
    expect(() => parsePhc(text)).toThrow(expect.objectContaining({ reason: 'PHC_MALFORMED' }))
  })
})
