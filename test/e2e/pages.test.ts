import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startPreview, samples } from '../../tools/preview-pages.ts'
import type { Preview } from '../../tools/preview-pages.ts'
import { WIDTHS, launch, seriousFindings, skipWithoutChromium } from './support.ts'

const KIB = 1024

let preview: Preview
beforeAll(async () => {
  preview = await startPreview()
})
afterAll(async () => preview.close())

const htmlOf = async (name: string): Promise<string> => (await fetch(`${preview.url}/${name}`)).text()

describe.each(samples.map(({ name }) => name))('%s', (name) => {
  it('is under 60 KB and loads nothing from elsewhere', async () => {
    const html = await htmlOf(name)
    expect(Buffer.byteLength(html)).toBeLessThan(60 * KIB)
    const loaded = [
      ...html.matchAll(
        /<(?:script|link|img|iframe|source|video|audio|object|embed)\b[^>]*\b(?:src|href|data)="([^"]*)"/g,
      ),
    ]
    for (const [, url] of loaded) expect(url).toMatch(/^(\/assets\/|data:)/)
    expect(html).not.toMatch(/@import|url\(/)
  })
  it('has no inline script, handler or style', async () => {
    const html = await htmlOf(name)
    expect(html).not.toMatch(/<script(?![^>]*\bsrc=)[^>]*>/)
    expect(html).not.toMatch(/<style|<[^>]*\s(?:style|on\w+)="/)
  })
  it('has one main heading, a language, and ids that are unique', async () => {
    const html = await htmlOf(name)
    expect(html.match(/<h1/g)).toHaveLength(1)
    expect(html).toMatch(/<html lang="(zh-CN|en)">/)
    const ids = [...html.matchAll(/\sid="([^"]*)"/g)].map(([, id]) => id)
    expect(ids.filter((id, i) => ids.indexOf(id) !== i)).toEqual([])
  })
  it('says nothing undefined', async () =>
    expect(await htmlOf(name)).not.toMatch(/undefined|\[object|NaN|Invalid Date/))
})

it('serves one stylesheet under 24 KB', async () => {
  const path = /href="(\/assets\/xinyin[^"]*)"/.exec(await htmlOf('home'))?.[1] ?? ''
  const css = await (await fetch(preview.url + path)).text()
  expect(css.length).toBeGreaterThan(10 * KIB)
  expect(Buffer.byteLength(css)).toBeLessThan(24 * KIB)
})

describe.skipIf(skipWithoutChromium())('in a browser', () => {
  let browser: Browser
  let context: BrowserContext
  let faults: string[]
  beforeAll(async () => {
    browser = await launch()
    context = await browser.newContext()
  })
  afterAll(async () => browser.close())

  const open = async (name: string): Promise<Page> => {
    const page = await context.newPage()
    faults = []
    page.on('console', (message) => message.type() === 'error' && faults.push(message.text()))
    page.on('pageerror', (error) => faults.push(error.message))
    await page.goto(`${preview.url}/${name}`)
    return page
  }

  it('axe finds what is wrong where something is', async () => {
    const page = await open('home')
    await page.evaluate(() =>
      document.querySelector('main')?.insertAdjacentHTML('beforeend', '<img src="data:,"><input>'),
    )
    expect((await seriousFindings(page)).map(({ id }) => id)).toEqual(expect.arrayContaining(['image-alt', 'label']))
    await page.close()
  })

  it.each(samples.map(({ name }) => name))(
    '%s: nothing serious for axe, nothing against the policy, no sideways scrolling',
    async (name) => {
      const page = await open(name)
      for (const width of WIDTHS) {
        await page.setViewportSize({ width, height: 900 })
        expect(await seriousFindings(page)).toEqual([])
        expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0)
      }
      expect(faults).toEqual([])
      await page.close()
    },
  )

  it('moves the focus to the error summary, and its links to the fields', async () => {
    const page = await open('register-identity-wrong')
    await page.waitForFunction(() => document.activeElement?.classList.contains('errors'))
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await page.waitForFunction(() => document.activeElement?.id === 'f-citizenId')
    await page.close()
  })

  it('copies a grouped code in one piece', async () => {
    const page = await open('account')
    const copied = await page.evaluate(() => {
      const range = document.createRange()
      range.selectNodeContents(document.querySelector('.code') as Element)
      getSelection()?.removeAllRanges()
      getSelection()?.addRange(range)
      return getSelection()?.toString()
    })
    expect(copied).toBe('93990111MA3HJK4C6X')
    await page.close()
  })

  it('shows and hides a password, and sends it as one', async () => {
    const page = await open('sign-in')
    await page.fill('#f-password', 'correct horse')
    await page.click('button[data-peek]')
    expect(await page.getAttribute('#f-password', 'type')).toBe('text')
    await page.click('button[data-peek]')
    expect(await page.getAttribute('#f-password', 'type')).toBe('password')
    await page.close()
  })

  it('renews the part of the receipt that waits, and stops when all have confirmed', async () => {
    const page = await open('sign-out-receipt')
    let asked = 0
    await page.route('**/sign-out-receipt', async (route) => {
      asked += 1
      const answer = await route.fetch()
      await route.fulfill({
        response: answer,
        body: (await answer.text()).replace(' data-live="3"', '').replaceAll('8 / 10', '10 / 10'),
      })
    })
    await page.getByText('10 / 10').waitFor()
    await page.waitForTimeout(4000)
    expect(asked).toBe(1)
    await page.close()
  })

  it('can be signed in without a script', async () => {
    const plain = await browser.newContext({ javaScriptEnabled: false })
    const page = await plain.newPage()
    await page.goto(`${preview.url}/sign-in`)
    await page.fill('#f-loginName', 'linxiaoyang')
    await page.fill('#f-password', 'correct horse')
    const [request] = await Promise.all([
      page.waitForRequest((r) => r.method() === 'POST'),
      page.press('#f-password', 'Enter'),
    ])
    expect(request.postData()).toBe('loginName=linxiaoyang&password=correct+horse')
    await plain.close()
  })
})
