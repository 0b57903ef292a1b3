/** People at the real pages: signing in, choosing for whom, and looking at each page for what would keep somebody out. */
import { mkdirSync } from 'node:fs'
import type { BrowserContext, Page } from 'playwright-core'
import { expect } from 'vitest'
import { world } from '../../examples/world.ts'
import { WIDTHS, seriousFindings } from './support.ts'

/** Set to a folder: every page that is looked at leaves its picture there, at both widths. */
const shots = process.env['XINYIN_SHOTS']
/** Pages of which the dark scheme is kept too. */
const DARK = /^(home|sign-in|verify-valid|wallet-licence|seal)$/

const shoot = async (page: Page, name: string): Promise<void> => {
  if (shots === undefined) return
  mkdirSync(shots, { recursive: true })
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: width === 390 ? 844 : 900 })
    await page.screenshot({ path: `${shots}/${name}-${width}.png`, fullPage: true })
    if (!DARK.test(name)) continue
    await page.emulateMedia({ colorScheme: 'dark' })
    await page.screenshot({ path: `${shots}/${name}-${width}-dark.png`, fullPage: true })
    await page.emulateMedia({ colorScheme: 'light' })
  }
}

const examined = new Set<string>()

/** Axe takes most of a second: once for each address, and again when errors or another verdict stand on it. */
const isNew = async (page: Page): Promise<boolean> => {
  const path = new URL(page.url()).pathname.replace(/[0-9a-f-]{36}/, ':id')
  const state = await page.evaluate(() => {
    const verdict = document.querySelector('#result .verdict')?.className ?? ''
    return `${document.documentElement.lang} ${document.querySelector('h1')?.textContent ?? ''} ${verdict} ${document.querySelectorAll('.errors').length}`
  })
  const key = `${path} ${state}`
  return examined.size < examined.add(key).size
}

/** Nothing serious for axe with every fold open, no sideways scrolling at either width, no word of a program in the text. */
export const looksRight = async (page: Page, name: string): Promise<void> => {
  await shoot(page, name)
  const text = await page.locator('body').innerText()
  expect(text, name).not.toMatch(/undefined|\[object|NaN|Invalid Date|null|有一项没有填/)
  // Codes of the domains that nobody translated. The English pages use these words.
  if (!name.endsWith('-en')) expect(text, name).not.toMatch(/\b(made|issued|active|valid|applied)\b/)
  if (await isNew(page)) expect(await seriousFindings(page), name).toEqual([])
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 900 })
    const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
    expect(over, `${name} at ${width}`).toBeLessThanOrEqual(0)
  }
}

export const accountOf = (person: string): { loginName: string; password: string; name: string; number: string } => {
  const account = world.accounts.find((a) => a.person === person)
  const known = world.people.find((p) => p.id === person)
  if (account === undefined || known === undefined) throw new Error(`world.json has no account of ${person}`)
  return { ...account, name: known.name, number: known.citizenIdNumber }
}

export const enterName = async (page: Page, { loginName, password }: ReturnType<typeof accountOf>): Promise<void> => {
  await page.fill('#f-loginName', loginName)
  await page.fill('#f-password', password)
  await page.click('main button.btn')
}

/** A page in a browser of one's own, signed in to our pages at `path`. */
export const signedIn = async (context: BrowserContext, person: string, address: string): Promise<Page> => {
  const page = await context.newPage()
  const { origin, pathname } = new URL(address)
  await page.goto(`${origin}/sign-in?to=${encodeURIComponent(pathname)}`)
  await enterName(page, accountOf(person))
  await page.waitForURL(address)
  return page
}

/** By the switch in the header. */
export const actFor = async (page: Page, name: string): Promise<void> => {
  await page.goto(new URL('/principal', page.url()).href)
  await page.locator('label.choice', { hasText: name }).click()
  await Promise.all([page.waitForURL((url) => url.pathname === '/'), page.click('main button.btn')])
}

/** Presses Tab until that element has the focus, as somebody without a mouse does. */
export const tabTo = async (page: Page, selector: string): Promise<void> => {
  for (let i = 0; i < 40; i++) {
    await page.keyboard.press('Tab')
    if (await page.evaluate((s) => document.activeElement?.matches(s) === true, selector)) return
  }
  throw new Error(`${selector} cannot be reached by Tab`)
}
