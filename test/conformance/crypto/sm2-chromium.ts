/** A page with our Content-Security-Policy in a headless Chromium, with the SM2 kernel in it. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { writeSecurityHeaders } from '../../../src/http/write.ts'
import { launch } from '../../e2e/support.ts'
import type { PageCheck, Sm2Page } from './sm2-page.ts'

export interface OpenedPage {
  engine(): Promise<ReturnType<Sm2Page['engine']>>
  verdicts(checks: readonly PageCheck[]): Promise<boolean[]>
  rates(check: PageCheck, ms: number): Promise<ReturnType<Sm2Page['rates']>>
  /** What the policy forbade. */
  readonly refusals: readonly string[]
  close(): Promise<void>
}

type WithPage = typeof globalThis & { readonly sm2Page: Sm2Page }

const bundled = async (): Promise<string> => {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('./sm2-page.ts', import.meta.url))],
    ...{ bundle: true, write: false, format: 'esm', platform: 'browser', minify: true, logLevel: 'silent' },
    target: ['es2022', 'chrome109'],
  })
  return outputFiles[0]?.text ?? ''
}

export const openSm2Page = async (): Promise<OpenedPage> => {
  const script = await bundled()
  const server = createServer((req, res) => {
    writeSecurityHeaders(res, 'http://127.0.0.1')
    const isScript = req.url === '/sm2.js'
    res.setHeader('content-type', isScript ? 'text/javascript' : 'text/html')
    res.end(isScript ? script : '<!doctype html><title>SM2</title><script type="module" src="/sm2.js"></script>')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const browser = await launch()
  const page = await browser.newPage()
  const refusals: string[] = []
  page.on('console', (line) => {
    if (line.type() === 'error' && line.text().includes('Content Security Policy')) refusals.push(line.text())
  })
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
  await page.waitForFunction(() => 'sm2Page' in globalThis)
  return {
    refusals,
    engine: () => page.evaluate(() => (globalThis as WithPage).sm2Page.engine()),
    verdicts: (checks) => page.evaluate((given) => (globalThis as WithPage).sm2Page.verdicts(given), checks),
    rates: (check, ms) =>
      page.evaluate(([given, time]) => (globalThis as WithPage).sm2Page.rates(given, time), [check, ms] as const),
    close: async () => {
      await browser.close()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
