/** The pages about ways of signing in, in a real browser: without a script where a password is enough, and looked at as they are met. */
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { nodeCrypto } from '../../src/crypto/node.ts'
import { parseBase32, totpCode, totpStep } from '../../standards/rfc6238-totp/index.ts'
import { startWeb, type WebWorld } from '../integration/web/web-world.ts'
import { accountOf, enterName, looksRight, signedIn } from './real-pages.ts'
import { launch, skipWithoutChromium } from './support.ts'

const codeOf = (secret: string, offset: -1 | 0 | 1): string =>
  totpCode(nodeCrypto, { secret: parseBase32(secret), step: totpStep(new Date()) + offset })

describe.skipIf(skipWithoutChromium())('ways of signing in', { timeout: 60_000 }, () => {
  let web: WebWorld
  let browser: Browser
  beforeAll(async () => {
    ;[web, browser] = await Promise.all([startWeb(), launch()])
  }, 120_000)
  afterAll(async () => {
    await browser.close()
    await web.stop()
  })
  const at = (path: string): string => web.publicUrl + path
  const visitor = (options: { javaScriptEnabled?: boolean; locale?: string } = {}): Promise<BrowserContext> =>
    browser.newContext({ locale: 'zh-CN', ...options })

  let secret = ''
  let recoveryCodes: string[] = []
  const enterFirst = async (page: Page, person: string): Promise<void> => {
    await page.goto(at('/sign-in?to=%2Faccount%2Fauthenticators'))
    await enterName(page, accountOf(person))
    await page.locator('#f-code').waitFor()
  }

  it('an authenticator program is enrolled, and recovery codes are made', async () => {
    const context = await visitor()
    const page = await signedIn(context, 'tang', at('/account/authenticators'))
    await looksRight(page, 'authenticators')
    await page.getByRole('link', { name: '绑定 验证器' }).click()
    await page.locator('.qr svg').waitFor()
    await looksRight(page, 'totp-enrol')
    secret = (await page.locator('.card .code').innerText()).replace(/\s/g, '')
    expect(secret).toMatch(/^[A-Z2-7]{32}$/)
    await page.fill('#f-newCode', '000000')
    await page.fill('#f-password', accountOf('tang').password)
    await page.click('main button.btn')
    await page.locator('.errors').waitFor()
    await looksRight(page, 'totp-enrol-wrong')
    expect((await page.locator('.card .code').innerText()).replace(/\s/g, '')).toBe(secret)
    await page.fill('#f-newCode', codeOf(secret, -1))
    await page.fill('#f-password', accountOf('tang').password)
    await page.click('main button.btn')
    await page.locator('.note.done').waitFor()
    await looksRight(page, 'authenticators-enrolled')
    await page.goto(at('/account/authenticators/recovery-codes'))
    await looksRight(page, 'recovery-codes-form')
    await page.fill('#f-password', accountOf('tang').password)
    await page.fill('#f-code', codeOf(secret, 0))
    await page.click('main button.btn')
    await page.locator('main ol code').first().waitFor()
    recoveryCodes = await page.locator('main ol code').allInnerTexts()
    expect(recoveryCodes).toHaveLength(10)
    await looksRight(page, 'recovery-codes')
    await page.goto(at('/account/authenticators'))
    await page.getByRole('link', { name: '解除' }).click()
    await page.locator('#f-code').waitFor()
    await looksRight(page, 'totp-remove')
    await context.close()
  })

  it('signing in takes both, without a script', async () => {
    const context = await visitor({ javaScriptEnabled: false })
    const page = await context.newPage()
    await enterFirst(page, 'tang')
    await page.fill('#f-code', codeOf(secret, 1))
    await page.click('main button.btn')
    await page.waitForURL(at('/account/authenticators'))
    await context.close()
  })

  it('a recovery code stands for the phone; by the keyboard alone, in English', async () => {
    const context = await visitor({ locale: 'en-GB' })
    const page = await context.newPage()
    await enterFirst(page, 'tang')
    await looksRight(page, 'second-factor-en')
    await page.getByRole('link', { name: 'No phone at hand: use a recovery code' }).press('Enter')
    await page.getByText('Each works once').waitFor()
    await looksRight(page, 'second-factor-recovery-en')
    await page.focus('#f-code')
    await page.keyboard.type(recoveryCodes[0] ?? '')
    await page.keyboard.press('Enter')
    await page.waitForURL(at('/account/authenticators'))
    await looksRight(page, 'authenticators-en')
    await context.close()
  })

  it('the second step and its mistakes look right in Chinese', async () => {
    const context = await visitor()
    const page = await context.newPage()
    await enterFirst(page, 'tang')
    await looksRight(page, 'second-factor')
    await page.fill('#f-code', '000000')
    await page.click('main button.btn')
    await page.locator('.errors').waitFor()
    await looksRight(page, 'second-factor-wrong')
    await context.close()
  })

  it('the line that a certificate signs can be read and taken at every width', async () => {
    const context = await visitor()
    const page = await signedIn(context, 'wu', at('/account/authenticators/certificate'))
    await looksRight(page, 'certificate-enrol')
    await context.clearCookies()
    await page.goto(at('/sign-in'))
    await page.getByRole('link', { name: '用数字证书登录' }).click()
    await page.locator('pre').waitFor()
    await looksRight(page, 'certificate-sign-in')
    await page.locator('main button.btn').click()
    await page.locator('.errors').waitFor()
    await looksRight(page, 'certificate-sign-in-wrong')
    await context.close()
  })

  it('passwords are changed and recovered on pages that look right', async () => {
    const context = await visitor()
    const page = await signedIn(context, 'wu', at('/account/password'))
    await looksRight(page, 'password-change')
    await page.goto(at('/recover-password'))
    await looksRight(page, 'password-recover')
    await page.fill('#f-loginName', 'nobody-here')
    await page.fill('#f-newPassword', 'seven green wooden boats')
    await page.fill('#f-passwordAgain', 'seven green wooden boats')
    await page.click('main button.btn')
    await page.locator('.errors').waitFor()
    await looksRight(page, 'password-recover-wrong')
    await context.close()
  })
})
