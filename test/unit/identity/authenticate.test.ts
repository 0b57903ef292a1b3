import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { authenticate, changePassword, freezeAccount } from '../../../src/identity/index.ts'
import { TrustError } from '../../../src/errors.ts'
import { addressGroup, delaySeconds } from '../../../src/identity/throttle.ts'
import { freshEmbedded } from '../../support/database.ts'
import { accountOf, countRows, enrol, makeIdentityWorld, personNamed, type IdentityWorld } from './identity-world.ts'

const HOME = '198.51.100.7'
const ELSEWHERE = '203.0.113.9'
const { loginName, password } = accountOf('lin')

let w: IdentityWorld
let lin: { accountId: string; personId: string }
beforeAll(async () => {
  w = await makeIdentityWorld(await freshEmbedded())
})
beforeEach(async () => {
  await w.reset()
  lin = await enrol(w, 'lin')
})
afterAll(() => w.close())

const signIn = (address = HOME, typed = password, name = loginName) =>
  authenticate(w.deps, { name, password: typed, address })
const codeOf = (attempt: Promise<unknown>): Promise<string> =>
  attempt.then(
    () => 'signed-in',
    (e: unknown) => (e instanceof TrustError ? e.code : 'other'),
  )
const fail = async (times: number, address: string, name = loginName): Promise<string[]> => {
  const codes: string[] = []
  for (let i = 0; i < times; i++) codes.push(await codeOf(signIn(address, 'wrong-password', name)))
  return codes
}
const administrator = { kind: 'person', id: 'an-administrator' } as const

describe('signing in', () => {
  it('says who it is and how strongly they signed in, by login name or by citizen ID number', async () => {
    const expected = { ...lin, amr: ['pwd'], acr: 'urn:xinyin:acr:1' }
    expect(await signIn()).toEqual(expected)
    expect(await signIn(HOME, password, ` ${loginName.toUpperCase()}`)).toEqual(expected)
    expect(await signIn(HOME, password, personNamed('lin').citizenIdNumber)).toEqual(expected)
  })

  it('answers a wrong password and an unknown name alike, with one password comparison each', async () => {
    let compared = 0
    const passwords = {
      ...w.deps.passwords,
      matches: (typed: string, stored: string | undefined) => {
        compared++
        return w.deps.passwords.matches(typed, stored)
      },
    }
    for (const name of [loginName, 'nobody', '11010519491231002X', '', '%', 'a'.repeat(5000)]) {
      const attempt = authenticate({ ...w.deps, passwords }, { name, password: 'wrong-password', address: HOME })
      expect(await codeOf(attempt)).toBe('LOGIN_FAILED')
    }
    expect(compared).toBe(6)
    const rows = await w.db.query("SELECT action FROM audit_event WHERE action = 'account.sign-in-failed'")
    expect(rows).toHaveLength(6)
  })

  it('refuses a frozen account, and tells so only to who knows the password', async () => {
    await freezeAccount(w.deps, { accountId: lin.accountId, actor: administrator, frozen: true })
    for (let i = 0; i < 7; i++) expect(await codeOf(signIn())).toBe('ACCOUNT_FROZEN')
    expect(await codeOf(signIn(HOME, 'wrong-password'))).toBe('LOGIN_FAILED')
    await freezeAccount(w.deps, { accountId: lin.accountId, actor: administrator, frozen: false })
    expect(await codeOf(signIn())).toBe('signed-in')
  })

  it('counts no failure when the hasher is too busy to compare', async () => {
    const busy = {
      ...w.deps.passwords,
      matches: () => Promise.reject(new TrustError('TRY_LATER', 'busy')),
    }
    for (let i = 0; i < 12; i++)
      expect(
        await codeOf(authenticate({ ...w.deps, passwords: busy }, { name: loginName, password, address: HOME })),
      ).toBe('TRY_LATER')
    expect(await codeOf(signIn())).toBe('signed-in')
  })
})

describe('holding back guesses', () => {
  it('makes an address wait after five failures for an account, longer each time, and opens again', async () => {
    expect(await fail(6, ELSEWHERE)).toEqual([...Array(5).fill('LOGIN_FAILED'), 'ACCOUNT_LOCKED'])
    expect(await codeOf(signIn(ELSEWHERE))).toBe('ACCOUNT_LOCKED')
    w.clock.forward(1_100)
    expect(await fail(2, ELSEWHERE)).toEqual(['LOGIN_FAILED', 'ACCOUNT_LOCKED'])
    w.clock.forward(1_100)
    expect(await codeOf(signIn(ELSEWHERE))).toBe('ACCOUNT_LOCKED')
    w.clock.forward(1_000)
    expect(await codeOf(signIn(ELSEWHERE))).toBe('signed-in')
    expect(await fail(1, ELSEWHERE)).toEqual(['LOGIN_FAILED'])
  })

  it('locks out nobody else: neither the owner elsewhere, nor another account here', async () => {
    await enrol(w, 'zhou')
    await fail(6, ELSEWHERE)
    expect(await codeOf(signIn(HOME))).toBe('signed-in')
    const zhou = accountOf('zhou')
    expect(await codeOf(signIn(ELSEWHERE, zhou.password, zhou.loginName))).toBe('signed-in')
  })

  it('is more patient where the account has signed in lately, but not endlessly', async () => {
    await signIn(HOME)
    expect(await fail(21, HOME)).toEqual([...Array(20).fill('LOGIN_FAILED'), 'ACCOUNT_LOCKED'])
  })

  it('does the same for a name that does not exist', async () => {
    expect(await fail(6, ELSEWHERE, 'nobody')).toEqual([...Array(5).fill('LOGIN_FAILED'), 'ACCOUNT_LOCKED'])
  })

  it('gives many guesses at once no more than one by one', async () => {
    const codes = await Promise.all(Array.from({ length: 20 }, () => codeOf(signIn(ELSEWHERE, 'wrong-password'))))
    expect(codes.filter((c) => c === 'LOGIN_FAILED')).toHaveLength(5)
  })

  it('slows an address that tries many names, but not somebody who has signed in from there before', async () => {
    await signIn(ELSEWHERE)
    for (let i = 0; i < 30; i++) await fail(1, ELSEWHERE, `somebody-${i}`)
    expect(await fail(1, ELSEWHERE, 'one-more')).toEqual(['TOO_MANY_REQUESTS'])
    expect(await codeOf(signIn(ELSEWHERE))).toBe('signed-in')
    w.clock.forward(31_000)
    expect(await fail(1, ELSEWHERE, 'one-more')).toEqual(['LOGIN_FAILED'])
  })

  it('forgets failures after an hour, and removes their rows on request', async () => {
    await fail(5, ELSEWHERE)
    w.clock.forward(3_700_000)
    expect(await fail(5, ELSEWHERE)).toEqual(Array(5).fill('LOGIN_FAILED'))
    w.clock.forward(86_400_000)
    expect(await w.deps.store.attempts.sweep(w.clock.now())).toBe(2)
  })

  it('keeps neither address nor typed name', async () => {
    await fail(1, ELSEWHERE, 'my-password-in-the-wrong-field')
    const rows = JSON.stringify(await w.db.query('SELECT t::text AS row FROM sign_in_attempt t'))
    expect(rows).not.toContain(ELSEWHERE)
    expect(rows).not.toContain('my-password')
    expect(await countRows(w.db, 'sign_in_attempt')).toBe(2)
  })

  it('doubles the delay up to a limit', () => {
    const limit = { free: 3, maxSeconds: 60 }
    expect([0, 2, 3, 4, 8, 9, 10, 1000].map((n) => delaySeconds(n, limit))).toEqual([0, 0, 1, 2, 32, 60, 60, 60])
  })

  it.each([
    ['198.51.100.7', '198.51.100.7'],
    ['::ffff:198.51.100.7', '198.51.100.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
    ['2001:0DB8:1:2::9', '2001:db8:1:2'],
    ['2001:db8::1', '2001:db8:0:0'],
    ['::1', '0:0:0:0'],
    ['fe80::1%eth0', 'fe80:0:0:0'],
  ])('counts %s as %s', (address, group) => {
    expect(addressGroup(address)).toBe(group)
  })
})

describe('changing an account', () => {
  const change = (oldPassword: string, newPassword: string) =>
    changePassword(w.deps, { accountId: lin.accountId, oldPassword, newPassword, address: HOME })

  it('changes the password and tells who must react, in the same transaction', async () => {
    await change(password, 'another-good-one')
    expect(w.reactions).toEqual([`password-changed ${lin.accountId}`])
    expect(await codeOf(signIn())).toBe('LOGIN_FAILED')
    expect(await codeOf(signIn(HOME, 'another-good-one'))).toBe('signed-in')
  })

  it('refuses a wrong old password, throttled, and a weak new one', async () => {
    expect(await codeOf(change(password, 'short'))).toBe('PASSWORD_WEAK')
    for (let i = 0; i < 3; i++) expect(await codeOf(change('wrong-password', 'another-good-one'))).toBe('LOGIN_FAILED')
    expect(w.reactions).toEqual([])
    for (let i = 0; i < 3; i++) await codeOf(change('wrong-password', 'another-good-one'))
    expect(await codeOf(change(password, 'another-good-one'))).toBe('ACCOUNT_LOCKED')
  })

  it('changes nothing when a reaction fails', async () => {
    const reaction = { ...w.deps.reaction, accountChanged: () => Promise.reject(new Error('oidc is down')) }
    const freeze = freezeAccount(
      { ...w.deps, reaction },
      { accountId: lin.accountId, actor: administrator, frozen: true },
    )
    await expect(freeze).rejects.toThrow()
    expect(await codeOf(signIn())).toBe('signed-in')
  })

  it('freezes once, and ends what is open', async () => {
    const freeze = { accountId: lin.accountId, actor: administrator, frozen: true }
    await freezeAccount(w.deps, freeze)
    expect(w.reactions).toEqual([`frozen ${lin.accountId}`])
    expect(await codeOf(freezeAccount(w.deps, freeze))).toBe('CONFLICT')
    expect(await codeOf(freezeAccount(w.deps, { ...freeze, accountId: w.deps.ids.next() }))).toBe('NOT_FOUND')
    expect(await codeOf(change(password, 'another-good-one'))).toBe('ACCOUNT_FROZEN')
  })
})
