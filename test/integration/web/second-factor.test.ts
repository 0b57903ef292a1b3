/** Signing in with a second factor over real HTTP, without a script; what asks for two factors; passwords changed and recovered. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { world } from '../../../examples/world.ts'
import { nodeCrypto } from '../../../src/crypto/node.ts'
import { systemRandom } from '../../../src/kernel/index.ts'
import { ownSignInUrl } from '../../../src/oidc/index.ts'
import { parseBase32, totpCode, totpStep } from '../../../standards/rfc6238-totp/index.ts'
import { newBrowser, signedIn, startWeb, type Browser, type Page, type WebWorld } from './web-world.ts'

let web: WebWorld
beforeAll(async () => {
  web = await startWeb()
})
afterAll(() => web.stop())

/** The service looks one step to either side, so that three codes can be spent one after another at any moment. */
const codeOf = (secret: string, offset: -1 | 0 | 1): string =>
  totpCode(nodeCrypto, { secret: parseBase32(secret), step: totpStep(new Date()) + offset })
const accountOf = (person: string) => {
  const found = world.accounts.find((a) => a.person === person)
  if (found === undefined) throw new TypeError(person)
  return found
}
const match = (text: string, pattern: RegExp): string => pattern.exec(text)?.[1] ?? ''
const secretIn = ({ text }: Page): string =>
  match(text, /class="code">((?:<span>[A-Z2-7]+<\/span>(?:<wbr>)?)+)/).replace(/<[^>]+>/g, '')

/** Waits for the beginning of a step, so that the three codes of it stay good for the test. */
const stepBegins = async (): Promise<void> => {
  const left = 30_000 - (Date.now() % 30_000)
  if (left < 8_000) await new Promise((resolve) => setTimeout(resolve, left + 50))
}

const enrol = async (person: string): Promise<{ browser: Browser; secret: string }> => {
  await stepBegins()
  const browser = await signedIn(web, person)
  const form = await browser.get('/account/authenticators/totp')
  const secret = secretIn(form)
  const answer = await browser.post('/account/authenticators/totp', {
    authenticatorId: match(form.text, /name="authenticatorId" value="([^"]+)"/),
    newCode: codeOf(secret, -1),
    password: accountOf(person).password,
  })
  expect(answer.to).toBe('/account/authenticators?done=totp-enrolled')
  return { browser, secret }
}
const firstStep = async (person: string, url = '/sign-in') => {
  const browser = newBrowser(web.publicUrl)
  const { at } = await browser.open(url)
  const { loginName, password } = accountOf(person)
  return { browser, at, page: await browser.post(at, { loginName, password }) }
}
const enter = async (browser: Browser, done: Page): Promise<Page> => {
  expect(done.status).toBe(303)
  await browser.open(done.to)
  return browser.get('/account')
}
const makeCodes = async (browser: Browser, person: string, code: string): Promise<readonly string[]> => {
  const made = await browser.post('/account/authenticators/recovery-codes', {
    password: accountOf(person).password,
    code,
  })
  expect(made.status).toBe(200)
  return [...made.text.matchAll(/<code>([A-Z2-7]{5}-[A-Z2-7]{5})<\/code>/g)].map((m) => m[1] ?? '')
}

describe('a second factor', () => {
  it('is asked for once it is enrolled, and makes the sign-in stronger', async () => {
    const { browser: own, secret } = await enrol('tang')
    const centre = await own.get('/account/authenticators?done=totp-enrolled')
    expect(centre.text).toContain('验证器已绑定')
    expect(centre.text).not.toContain(secret)
    const { browser, at, page } = await firstStep('tang')
    expect(page.status).toBe(200)
    expect(page.text).toContain('one-time-code')
    expect((await browser.get('/account')).status).toBe(303)
    const account = await enter(browser, await browser.post(at, { method: 'totp', code: codeOf(secret, 1) }))
    expect(account.text).toContain('两种凭证')
  })

  it('keeps its step over a reload, says what is wrong, and begins again when asked', async () => {
    const { browser, at } = await firstStep('tang')
    expect((await browser.get(at)).text).toContain('one-time-code')
    const wrong = await browser.post(at, { method: 'totp', code: '000000' })
    expect(wrong.status).toBe(401)
    expect(wrong.text).toContain('CODE_WRONG')
    await browser.post(at, { again: '1' })
    expect((await browser.get(at)).text).toContain('name="loginName"')
    expect((await browser.post(at, { method: 'totp', code: '000000' })).text).toContain('SIGN_IN_EXPIRED')
  })

  it('is not reached from another browser, nor by a foreign form', async () => {
    const { browser, at } = await firstStep('tang')
    const other = newBrowser(web.publicUrl)
    expect((await other.post(at, { method: 'totp', code: '000000' })).status).toBe(400)
    const foreign = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }
    expect((await browser.post(at, { method: 'totp', code: '000000' }, foreign)).status).toBe(403)
  })

  it('can be replaced by a recovery code, which is shown once and works once', async () => {
    const { browser: own, secret } = await enrol('wu')
    const codes = await makeCodes(own, 'wu', codeOf(secret, 0))
    expect(new Set(codes).size).toBe(10)
    expect((await own.get('/account/authenticators')).text).not.toContain(codes[0])
    const { browser, at } = await firstStep('wu')
    expect((await browser.get(`${at}?with=recovery-code`)).text).toContain('value="recovery-code"')
    const shown = { method: 'recovery-code', code: codes[0] ?? '' }
    expect((await enter(browser, await browser.post(at, shown))).text).toContain('两种凭证')
    const again = await firstStep('wu')
    expect((await again.browser.post(again.at, shown)).text).toContain('CODE_WRONG')
    expect((await own.get('/account/authenticators')).text).toContain('还剩 9 个')
  })

  it('is removed with password and code, and then every session ends', async () => {
    const { browser, secret } = await enrol('zhou')
    const centre = await browser.get('/account/authenticators')
    const address = match(centre.text, /href="(\/account\/authenticators\/[^"]+\/remove)"/)
    const { password } = accountOf('zhou')
    expect((await browser.get(address)).text).toContain('name="code"')
    expect((await browser.post(address, { password, code: '' })).status).toBe(401)
    const done = await browser.post(address, { password, code: codeOf(secret, 0) })
    expect(done.status).toBe(303)
    expect((await browser.get('/account')).status).toBe(303)
    expect((await firstStep('zhou')).page.status).toBe(303)
  })
})

describe('who asks for two factors', () => {
  const twoFactors = (): string => {
    const url = new URL(ownSignInUrl(web.publicUrl, { state: '/account', random: systemRandom }))
    url.searchParams.set(
      'claims',
      JSON.stringify({ id_token: { acr: { essential: true, value: 'urn:xinyin:acr:2' } } }),
    )
    return url.pathname + url.search
  }

  it('is not entered with a password alone: the page says what to do, and the portal hears no error', async () => {
    const { page, browser } = await firstStep('jiang', twoFactors())
    expect(page.status).toBe(403)
    expect(page.text).toContain('/account/authenticators')
    expect((await browser.get('/account')).status).toBe(303)
  })

  it('is entered with both; who was signed in by a password is asked for more', async () => {
    const { browser, secret } = await enrol('jiang')
    const { at } = await browser.open(twoFactors())
    expect(at).toContain('/interaction/')
    const { loginName, password } = accountOf('jiang')
    expect((await browser.post(at, { loginName, password })).text).toContain('one-time-code')
    const done = await browser.post(at, { method: 'totp', code: codeOf(secret, 0) })
    expect((await enter(browser, done)).text).toContain('两种凭证')
  })
})

describe('a password', () => {
  const fresh = 'seven green wooden boats'

  it('is changed by who knows it, and every session ends', async () => {
    const [here, there] = [await signedIn(web, 'qian'), await signedIn(web, 'qian')]
    const { password } = accountOf('qian')
    const change = (over: object) =>
      here.post('/account/password', { oldPassword: password, newPassword: fresh, passwordAgain: fresh, ...over })
    expect((await change({ oldPassword: 'wrong' })).status).toBe(401)
    expect((await change({ passwordAgain: 'another' })).text).toContain('两次输入的密码不一样')
    expect((await change({ newPassword: 'short', passwordAgain: 'short' })).text).toContain('PASSWORD_WEAK')
    expect((await change({})).status).toBe(303)
    expect([(await here.get('/account')).status, (await there.get('/account')).status]).toEqual([303, 303])
  })

  it('is recovered with two other things, and with nothing less', async () => {
    const { browser: own, secret } = await enrol('zhao')
    const codes = await makeCodes(own, 'zhao', codeOf(secret, 0))
    const visitor = newBrowser(web.publicUrl)
    const recover = (over: object) =>
      visitor.post('/recover-password', {
        loginName: accountOf('zhao').loginName,
        code: codeOf(secret, 1),
        recoveryCode: codes[0] ?? '',
        newPassword: fresh,
        passwordAgain: fresh,
        ...over,
      })
    for (const less of [{ code: '' }, { recoveryCode: '' }, { loginName: 'nobody-here' }])
      expect((await recover(less)).text).toContain('RECOVERY_FAILED')
    const done = await recover({})
    expect(done.status).toBe(200)
    expect(done.text).toContain('新密码已生效')
    expect((await own.get('/account')).status).toBe(303)
  })

  it('is offered to be recovered where one signs in, in both languages', async () => {
    const browser = newBrowser(web.publicUrl)
    expect((await browser.open('/sign-in')).text).toContain('/recover-password')
    await browser.get('/recover-password?lang=en')
    expect((await browser.get('/recover-password')).text).toContain('Recover the password')
  })
})

it('writes no code, secret or password into the log', () => {
  const log = web.log.join('\n')
  for (const word of ['demo-Tang-2026', 'demo-Wu-2026', 'seven green', 'otpauth']) expect(log).not.toContain(word)
  expect(log).not.toMatch(/[A-Z2-7]{5}-[A-Z2-7]{5}/)
})
