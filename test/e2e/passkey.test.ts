/** Passkeys with the authenticator that Chromium itself brings: made, used, refused where they do not belong, removed. */
import type { Browser, BrowserContext, CDPSession, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startWeb, type WebWorld } from '../integration/web/web-world.ts'
import { accountOf, enterName, looksRight, signedIn } from './real-pages.ts'
import { launch, skipWithoutChromium } from './support.ts'

const OPTIONS = {
  protocol: 'ctap2',
  transport: 'internal',
  hasResidentKey: true,
  hasUserVerification: true,
  isUserVerified: true,
  automaticPresenceSimulation: true,
} as const

describe.skipIf(skipWithoutChromium())('passkeys', { timeout: 60_000 }, () => {
  let web: WebWorld
  let browser: Browser
  let context: BrowserContext
  let page: Page
  let devices: CDPSession
  let device: string
  beforeAll(async () => {
    ;[web, browser] = await Promise.all([startWeb({ host: 'localhost' }), launch()])
    context = await browser.newContext({ locale: 'zh-CN' })
    page = await signedIn(context, 'tang', at('/account/authenticators'))
    devices = await context.newCDPSession(page)
    await devices.send('WebAuthn.enable')
    device = (await devices.send('WebAuthn.addVirtualAuthenticator', { options: OPTIONS })).authenticatorId
  }, 120_000)
  afterAll(async () => {
    await browser.close()
    await web.stop()
  })
  const at = (path: string): string => web.publicUrl + path
  const signOut = () => context.clearCookies()
  const toSignIn = async (): Promise<void> => {
    await page.goto(at('/sign-in?to=%2Faccount%2Fauthenticators'))
    await page.getByRole('button', { name: '用通行密钥登录' }).waitFor()
  }

  it('is not added with a wrong password', async () => {
    await page.goto(at('/account/authenticators/passkey'))
    await looksRight(page, 'passkey-add')
    await page.fill('#f-label', '我的手机')
    await page.fill('#f-password', 'not the password')
    await page.getByRole('button', { name: '添加' }).click()
    await page.locator('.errors').waitFor()
    await devices.send('WebAuthn.clearCredentials', { authenticatorId: device })
  })

  it('is added by its owner, and named as they call it', async () => {
    await page.goto(at('/account/authenticators/passkey'))
    await page.fill('#f-label', '我的手机')
    await page.fill('#f-password', accountOf('tang').password)
    await page.getByRole('button', { name: '添加' }).click()
    await page.waitForURL(at('/account/authenticators?done=passkey-enrolled'))
    await looksRight(page, 'passkey-added')
    expect(await page.locator('main').innerText()).toContain('我的手机')
  })

  it('opens the account without a password, more strongly', async () => {
    await signOut()
    await toSignIn()
    await looksRight(page, 'sign-in-with-passkey')
    await page.getByRole('button', { name: '用通行密钥登录' }).click()
    await page.waitForURL(at('/account/authenticators'))
    await page.goto(at('/account'))
    expect(await page.locator('#level').innerText()).toContain('防钓鱼')
  })

  it('opens nothing when the person is not verified by the device', async () => {
    await signOut()
    await toSignIn()
    await devices.send('WebAuthn.setUserVerified', { authenticatorId: device, isUserVerified: false })
    await page.getByRole('button', { name: '用通行密钥登录' }).click()
    await page.locator('[data-failed]:not([hidden])').waitFor()
    await devices.send('WebAuthn.setUserVerified', { authenticatorId: device, isUserVerified: true })
  })

  it('opens nothing with an answer made in another sign-in, a changed one, or none at all', async () => {
    await signOut()
    await toSignIn()
    const answer = await page.evaluate(async () => {
      const form = document.querySelector<HTMLFormElement>('form[data-passkey]')
      const options = JSON.parse(form?.dataset['options'] ?? '{}')
      const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options)
      const credential = (await navigator.credentials.get({ publicKey })) as PublicKeyCredential
      return JSON.stringify(credential.toJSON())
    })
    const stop = new URL(page.url()).pathname
    const post = async (path: string, passkey: string): Promise<string> => {
      const headers = { origin: web.publicUrl, 'sec-fetch-site': 'same-origin', accept: 'text/html' }
      const response = await context.request.post(at(path), { form: { passkey }, headers, maxRedirects: 0 })
      return `${response.status()} ${/(PASSKEY_REFUSED|INPUT_INVALID)/.exec(await response.text())?.[1] ?? ''}`
    }
    const parsed = JSON.parse(answer) as { response: { signature: string; clientDataJSON: string } }
    const changed = { ...parsed, response: { ...parsed.response, signature: parsed.response.signature.slice(2) } }
    for (const bad of ['', '{', 'null', '{"id":"x"}', '{"id":"x","response":{}}', JSON.stringify(changed)])
      expect(await post(stop, bad), bad.slice(0, 30)).toBe('401 PASSKEY_REFUSED')
    await signOut()
    await toSignIn()
    expect(await post(new URL(page.url()).pathname, answer)).toBe('401 PASSKEY_REFUSED')
  })

  it('keeps a thief of the password from changing anything', async () => {
    await signOut()
    await page.goto(at('/sign-in?to=%2Faccount%2Fauthenticators'))
    await enterName(page, accountOf('tang'))
    await page.waitForURL(at('/account/authenticators'))
    await page.getByRole('link', { name: '解除 我的手机' }).click()
    await page.fill('#f-password', accountOf('tang').password)
    await page.locator('main button.danger').click()
    await page.locator('.errors').waitFor()
    expect(await page.locator('.errors').innerText()).toContain('STRONGER_SIGN_IN_NEEDED')
    await looksRight(page, 'passkey-remove-refused')
  })

  it('is removed by who came with it, and then opens nothing', async () => {
    await signOut()
    await toSignIn()
    await page.getByRole('button', { name: '用通行密钥登录' }).click()
    await page.waitForURL(at('/account/authenticators'))
    await page.getByRole('link', { name: '解除 我的手机' }).click()
    await page.fill('#f-password', accountOf('tang').password)
    await page.locator('main button.danger').click()
    await page.locator('#f-loginName').waitFor()
    await toSignIn()
    await page.getByRole('button', { name: '用通行密钥登录' }).click()
    await page.locator('.errors').waitFor()
    expect(await page.locator('.errors').innerText()).toContain('PASSKEY_REFUSED')
  })
})
