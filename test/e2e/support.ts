/** A headless Chromium on our pages; axe; screenshots. Where no Chromium is found the suite skips and says so. */
import { existsSync, mkdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { chromium } from 'playwright-core'
import type { Browser, Page } from 'playwright-core'
import { skipUnless } from '../support/outside.ts'

const CHROMIUM = '/usr/bin/chromium'
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--lang=zh-CN',
]

export const skipWithoutChromium = (): boolean => skipUnless(existsSync(CHROMIUM), `Chromium at ${CHROMIUM}`)

export const launch = (): Promise<Browser> => chromium.launch({ executablePath: CHROMIUM, args: FLAGS })

export const WIDTHS = [390, 1440] as const
export const SHOTS = '/tmp/xinyin/shots'

const axePath = createRequire(import.meta.url).resolve('axe-core/axe.min.js')

export interface Finding {
  readonly id: string
  readonly impact: string
  readonly where: readonly string[]
}

interface AxeResults {
  readonly violations: readonly {
    readonly id: string
    readonly impact: string | null
    readonly nodes: readonly { readonly html: string }[]
  }[]
}

/**
 * Serious and critical findings of axe. It is put in through the debugging protocol, so the page's policy stays in force.
 * Open every fold first: what is folded away is read by people too.
 */
export async function seriousFindings(page: Page): Promise<readonly Finding[]> {
  await page.evaluate(() => {
    for (const fold of document.querySelectorAll('details')) fold.open = true
  })
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axeSource())
  const results = (await page.evaluate("axe.run({ resultTypes: ['violations'], preload: false })")) as AxeResults
  return results.violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, impact, nodes }) => ({ id, impact: impact ?? '', where: nodes.map((node) => node.html.slice(0, 160)) }))
}

let source: string | undefined
const axeSource = (): string =>
  (source ??= `${createRequire(import.meta.url)('node:fs').readFileSync(axePath, 'utf8')};0`)

/** At 390 and 1440 px, light and dark: SHOTS/<name>-<width>-<scheme>.png, whole page. */
export async function shoot(page: Page, name: string): Promise<void> {
  mkdirSync(SHOTS, { recursive: true })
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: width === 390 ? 844 : 900 })
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      await page.screenshot({ path: `${SHOTS}/${name}-${width}-${colorScheme}.png`, fullPage: true })
    }
  }
  await page.emulateMedia({ colorScheme: 'light' })
}
