import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import fc from 'fast-check'
import {
  amrOf,
  authenticate,
  authenticateWith,
  changePassword,
  continueSignIn,
  enrolTotp,
  findAuthenticators,
  findNextMethods,
  findSignInStep,
  forgetSignInStep,
  freezeAccount,
  makeRecoveryCodes,
  offerTotp,
  recoverPassword,
  removeAuthenticator,
  strengthAtLeast,
  strengthOf,
  type Method,
} from '../../../src/identity/index.ts'
import { parseBase32, totpCode, totpStep } from '../../../standards/rfc6238-totp/index.ts'
import { nodeCrypto } from '../../../src/crypto/node.ts'
import { freshEmbedded } from '../../support/database.ts'
import { accountOf, countRows, enrol, makeIdentityWorld, type IdentityWorld } from './identity-world.ts'

const METHODS: readonly Method[] = ['password', 'recovery-code', 'totp', 'sms', 'passkey', 'certificate']

describe('the strength of a sign-in', () => {
  it.each<[readonly Method[], string | undefined]>([
    [['password'], 'urn:xinyin:acr:1'],
    [['sms'], 'urn:xinyin:acr:1'],
    [['password', 'totp'], 'urn:xinyin:acr:2'],
    [['password', 'sms'], 'urn:xinyin:acr:2'],
    [['password', 'recovery-code'], 'urn:xinyin:acr:2'],
    [['passkey'], 'urn:xinyin:acr:3'],
    [['certificate'], 'urn:xinyin:acr:4'],
    [['totp'], undefined],
    [['recovery-code'], undefined],
    [['totp', 'recovery-code'], undefined],
    [[], undefined],
  ])('of %j is %s', (methods, strength) => {
    expect(strengthOf(methods)).toBe(strength)
  })

  it('never falls when more is shown, and does not depend on order or repetition', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...METHODS)), fc.constantFrom(...METHODS), (shown, more) => {
        const before = strengthOf(shown)
        const after = strengthOf([more, ...shown, ...shown])
        expect(before === undefined || (after !== undefined && strengthAtLeast(after, before))).toBe(true)
        expect(strengthOf([...shown].reverse())).toBe(before)
      }),
    )
  })

  it('names two things as more than one factor, and one thing as one', () => {
    expect(amrOf(['password'])).toEqual(['pwd'])
    expect(amrOf(['password', 'totp'])).toEqual(['pwd', 'otp', 'mfa'])
    expect(amrOf(['password', 'password'])).toEqual(['pwd'])
    expect(amrOf(['passkey'])).toContain('mfa')
  })
})

describe('an authenticator program', () => {
  let w: IdentityWorld
  let accountId: string
  const { loginName, password } = accountOf('lin')
  const address = '192.0.2.1'
  beforeAll(async () => {
    w = await makeIdentityWorld(await freshEmbedded())
  })
  beforeEach(async () => {
    await w.reset()
    ;({ accountId } = await enrol(w, 'lin'))
  })
  afterAll(() => w.close())

  const owner = (code = '', typed = password) => ({
    accountId,
    password: typed,
    code,
    acr: 'urn:xinyin:acr:1',
    address,
  })
  const codeOf = (secret: string, offset = 0): string =>
    totpCode(nodeCrypto, { secret: parseBase32(secret), step: totpStep(w.clock.now()) + offset })
  /** A code that was not used yet: the clock goes on a step. */
  const nextCode = (secret: string): string => {
    w.clock.forward(30_000)
    return codeOf(secret)
  }
  const enrolled = async (): Promise<string> => {
    const { authenticatorId, secret } = await offerTotp(w.deps, accountId)
    await enrolTotp(w.deps, { owner: owner(), authenticatorId, newCode: codeOf(secret) })
    return secret
  }
  const first = (handle = 'handle-1') =>
    authenticate(w.deps, { name: loginName, password, address }).then((authentication) =>
      continueSignIn(w.deps, { handle, authentication }),
    )
  const second = (code: string, { handle = 'handle-1', method = 'totp' as 'totp' | 'recovery-code' } = {}) =>
    authenticateWith(w.deps, { handle, method, code })
  const own = () => findAuthenticators(w.deps, { accountId, notices: 20 })

  it('counts only after its first code, and then always', async () => {
    expect(await first()).toMatchObject({ done: { acr: 'urn:xinyin:acr:1' } })
    await offerTotp(w.deps, accountId)
    expect(await first()).toHaveProperty('done')
    await enrolled()
    expect(await first()).toEqual({ next: ['totp'] })
    expect((await own()).notices.map((n) => n.what)).toEqual(['totp-enrolled'])
  })

  it('makes a sign-in of two factors', async () => {
    const secret = await enrolled()
    await first()
    expect(await second(nextCode(secret))).toEqual({
      accountId,
      personId: expect.any(String),
      amr: ['pwd', 'otp', 'mfa'],
      acr: 'urn:xinyin:acr:2',
    })
  })

  it('accepts no code twice, the one it was enrolled with included', async () => {
    const { authenticatorId, secret } = await offerTotp(w.deps, accountId)
    const code = codeOf(secret)
    await enrolTotp(w.deps, { owner: owner(), authenticatorId, newCode: code })
    await first()
    await expect(second(code)).rejects.toMatchObject({ code: 'CODE_WRONG' })
    const next = nextCode(secret)
    await second(next)
    await first()
    await expect(second(next)).rejects.toMatchObject({ code: 'CODE_WRONG' })
    // One that is older than what was accepted is a replay too, though its time is within the window.
    await expect(second(codeOf(secret, -1))).rejects.toMatchObject({ code: 'CODE_WRONG' })
  })

  it('accepts one of several simultaneous uses of a code', async () => {
    const secret = await enrolled()
    const code = nextCode(secret)
    await Promise.all(['a', 'b', 'c', 'd'].map((h) => first(h)))
    const results = await Promise.allSettled(['a', 'b', 'c', 'd'].map((handle) => second(code, { handle })))
    expect(results.filter((r) => r.status === 'fulfilled')).toHaveLength(1)
  })

  it('accepts a clock one step off, and not two', async () => {
    const secret = await enrolled()
    w.clock.forward(300_000)
    await first()
    await expect(second(codeOf(secret, 2))).rejects.toMatchObject({ code: 'CODE_WRONG' })
    await expect(second(codeOf(secret, -2))).rejects.toMatchObject({ code: 'CODE_WRONG' })
    expect(await second(codeOf(secret, 1))).toMatchObject({ acr: 'urn:xinyin:acr:2' })
  })

  it.each(['', '12345', '1234567', 'abcdef', '１２３４５６', '-12345', '1e5000', "' OR 1=1"])(
    'refuses %j',
    async (code) => {
      await enrolled()
      await first()
      await expect(second(code)).rejects.toMatchObject({ code: 'CODE_WRONG' })
    },
  )

  it('holds back guessing by account, over all addresses, and lets the owner in later', async () => {
    const secret = await enrolled()
    await first()
    for (let i = 0; i < 6; i++) await second('000000').catch(() => undefined)
    await expect(second(nextCode(secret))).resolves.toBeDefined()
    await first('handle-2')
    for (let i = 0; i < 12; i++) await second('000000', { handle: 'handle-2' }).catch(() => undefined)
    await expect(second(codeOf(secret), { handle: 'handle-2' })).rejects.toMatchObject({ code: 'ACCOUNT_LOCKED' })
    w.clock.forward(3_700_000)
    await first('handle-3')
    expect(await second(codeOf(secret), { handle: 'handle-3' })).toBeDefined()
  })

  it('opens nothing without the first step, after it was taken back, too late, or a second time', async () => {
    const secret = await enrolled()
    await expect(second(nextCode(secret))).rejects.toMatchObject({ code: 'SIGN_IN_EXPIRED' })
    await first()
    await forgetSignInStep(w.deps, 'handle-1')
    expect(await findSignInStep(w.deps, 'handle-1')).toBeUndefined()
    await expect(second(nextCode(secret))).rejects.toMatchObject({ code: 'SIGN_IN_EXPIRED' })
    await first()
    w.clock.forward(11 * 60_000)
    await expect(second(codeOf(secret))).rejects.toMatchObject({ code: 'SIGN_IN_EXPIRED' })
    await first()
    await second(nextCode(secret))
    await expect(second(nextCode(secret))).rejects.toMatchObject({ code: 'SIGN_IN_EXPIRED' })
  })

  it('does not open a frozen account', async () => {
    const secret = await enrolled()
    await first()
    await freezeAccount(w.deps, { accountId, frozen: true, actor: { kind: 'system', id: 'test' } })
    await expect(second(nextCode(secret))).rejects.toMatchObject({ code: 'ACCOUNT_FROZEN' })
  })

  it('is enrolled by its owner only: not with a wrong password, a wrong code, or for another account', async () => {
    const { authenticatorId, secret } = await offerTotp(w.deps, accountId)
    const enrolment = { authenticatorId, newCode: codeOf(secret) }
    await expect(enrolTotp(w.deps, { ...enrolment, owner: owner('', 'wrong-password') })).rejects.toMatchObject({
      code: 'LOGIN_FAILED',
    })
    await expect(enrolTotp(w.deps, { ...enrolment, newCode: '000000', owner: owner() })).rejects.toMatchObject({
      code: 'CODE_WRONG',
      field: 'newCode',
    })
    const other = await enrol(w, 'zhou')
    const theirs = {
      accountId: other.accountId,
      password: accountOf('zhou').password,
      code: '',
      acr: 'urn:xinyin:acr:1',
      address,
    }
    await expect(enrolTotp(w.deps, { ...enrolment, owner: theirs })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    expect(await findNextMethods(w.deps, accountId)).toEqual([])
  })

  it('is one an account', async () => {
    await enrolled()
    await expect(offerTotp(w.deps, accountId)).rejects.toMatchObject({ code: 'AUTHENTICATOR_TAKEN' })
  })

  it('is removed with password and code, not with the password alone; then every session ends', async () => {
    const secret = await enrolled()
    const [totp] = (await own()).authenticators
    const authenticatorId = totp?.id ?? ''
    await expect(removeAuthenticator(w.deps, { owner: owner(), authenticatorId })).rejects.toMatchObject({
      code: 'CODE_WRONG',
    })
    await removeAuthenticator(w.deps, { owner: owner(nextCode(secret)), authenticatorId })
    expect(w.reactions).toEqual([`authenticator-removed ${accountId}`])
    expect(await first()).toHaveProperty('done')
    await expect(removeAuthenticator(w.deps, { owner: owner(), authenticatorId })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    })
    await expect(enrolled()).resolves.toBeDefined()
  })

  describe('with recovery codes', () => {
    it('lets its owner in without the phone, each code once', async () => {
      const secret = await enrolled()
      const codes = await makeRecoveryCodes(w.deps, owner(nextCode(secret)))
      expect(new Set(codes).size).toBe(10)
      expect(await first()).toEqual({ next: ['totp', 'recovery-code'] })
      const [code = ''] = codes
      const typed = ` ${code.toLowerCase().replace('-', ' ')}`
      expect(await second(typed, { method: 'recovery-code' })).toMatchObject({ acr: 'urn:xinyin:acr:2' })
      await first()
      await expect(second(code, { method: 'recovery-code' })).rejects.toMatchObject({ code: 'CODE_WRONG' })
      expect((await own()).recoveryCodesLeft).toBe(9)
    })

    it('keeps no code that could be read, and no secret', async () => {
      const secret = await enrolled()
      const codes = await makeRecoveryCodes(w.deps, owner(nextCode(secret)))
      const rows = JSON.stringify([
        await w.db.query("SELECT encode(code_index, 'escape') AS c FROM recovery_code"),
        await w.db.query("SELECT label, encode(secret_encrypted, 'escape') AS s FROM authenticator"),
        await w.db.query('SELECT detail FROM audit_event'),
      ])
      for (const text of [secret, ...codes.map((c) => c.replace('-', ''))]) expect(rows).not.toContain(text)
    })

    it('makes an earlier sheet worthless', async () => {
      const secret = await enrolled()
      const [old = ''] = await makeRecoveryCodes(w.deps, owner(nextCode(secret)))
      await makeRecoveryCodes(w.deps, owner(nextCode(secret)))
      await first()
      await expect(second(old, { method: 'recovery-code' })).rejects.toMatchObject({ code: 'CODE_WRONG' })
    })

    it('gives none to an account with nothing to recover', async () => {
      await expect(makeRecoveryCodes(w.deps, owner())).rejects.toMatchObject({ code: 'AUTHENTICATOR_MISSING' })
    })
  })

  describe('recovering the password', () => {
    const newPassword = 'quite-another-one'
    const recovery = (code: string, recoveryCode: string, more: object = {}) =>
      recoverPassword(w.deps, { loginName, code, recoveryCode, newPassword, address, ...more })
    const prepared = async () => {
      const secret = await enrolled()
      const [code = '', other = ''] = await makeRecoveryCodes(w.deps, owner(nextCode(secret)))
      return { secret, code, other }
    }

    it('takes both other things, spends the code, ends every session, and asks for two factors as before', async () => {
      const { secret, code } = await prepared()
      await recovery(nextCode(secret), code)
      expect(w.reactions).toEqual([`password-changed ${accountId}`])
      const authentication = await authenticate(w.deps, { name: loginName, password: newPassword, address })
      expect(await continueSignIn(w.deps, { handle: 'h', authentication })).toHaveProperty('next')
      await expect(recovery(nextCode(secret), code)).rejects.toMatchObject({ code: 'RECOVERY_FAILED' })
    })

    type Parts = { secret: string; code: string; other: string }
    type Typed = (parts: Parts) => [string, string, object?]
    it.each<[string, Typed]>([
      ['no recovery code', ({ secret }) => [nextCode(secret), '']],
      ['a wrong recovery code', ({ secret }) => [nextCode(secret), 'AAAAA-AAAAA']],
      ['a wrong code of the program', ({ code }) => ['000000', code]],
      ['two recovery codes', ({ code, other }) => [other, code]],
      ['another name', ({ secret, code }) => [nextCode(secret), code, { loginName: 'somebody' }]],
    ])('refuses %s with one and the same word, and spends nothing', async (_what, typed) => {
      const parts = await prepared()
      const [code, recoveryCode, more] = typed(parts)
      await expect(recovery(code, recoveryCode, more)).rejects.toMatchObject({ code: 'RECOVERY_FAILED' })
      expect((await own()).recoveryCodesLeft).toBe(10)
      expect(await authenticate(w.deps, { name: loginName, password, address })).toBeDefined()
    })

    it('refuses an account that has only its password', async () => {
      await expect(recovery('123456', 'AAAAA-AAAAA')).rejects.toMatchObject({ code: 'RECOVERY_FAILED' })
    })

    it('refuses a weak new password', async () => {
      const { secret, code } = await prepared()
      await expect(recovery(nextCode(secret), code, { newPassword: 'short' })).rejects.toMatchObject({
        code: 'PASSWORD_WEAK',
      })
    })

    it('lets a stranger who tries and tries not lock the owner out of the second factor', async () => {
      const { secret } = await prepared()
      for (let i = 0; i < 12; i++)
        await recovery('000000', 'AAAAA-AAAAA', { address: '198.51.100.7' }).catch(() => undefined)
      await first()
      expect(await second(nextCode(secret))).toBeDefined()
    })

    it('holds back whoever tries and tries', async () => {
      await prepared()
      const codes: unknown[] = []
      for (let i = 0; i < 8; i++)
        codes.push(await recovery('000000', 'AAAAA-AAAAA').catch((e: { code?: string }) => e.code))
      expect(codes).toContain('ACCOUNT_LOCKED')
    })
  })

  it('is told in the notices, with a changed password', async () => {
    await changePassword(w.deps, { accountId, oldPassword: password, newPassword: 'quite-another-one', address })
    expect((await own()).notices.map((n) => n.what)).toEqual(['password-changed'])
  })

  it('forgets steps that were left', async () => {
    await enrolled()
    await first()
    expect(await w.deps.store.signInSteps.sweep(w.clock.now())).toBe(0)
    w.clock.forward(11 * 60_000)
    expect(await w.deps.store.signInSteps.sweep(w.clock.now())).toBe(1)
    expect(await countRows(w.db, 'sign_in_step')).toBe(0)
  })
})
