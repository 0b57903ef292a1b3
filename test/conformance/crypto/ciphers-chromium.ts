/** A page with our Content-Security-Policy in a headless Chromium, with SM3, SM4 and the readers of enveloped keys in it. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { writeSecurityHeaders } from '../../../src/http/write.ts'
import { launch } from '../../e2e/support.ts'
import type { CiphersPage } from './ciphers-page.ts'

type WithPage = typeof globalThis & { readonly ciphersPage: Record<string, (...args: readonly unknown[]) => unknown> }

export interface OpenedCiphersPage {
  call<K extends keyof CiphersPage>(name: K, ...args: Parameters<CiphersPage[K]>): Promise<ReturnType<CiphersPage[K]>>
  close(): Promise<void>
}

const bundled = async (): Promise<string> => {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('./ciphers-page.ts', import.meta.url))],
    ...{ bundle: true, write: false, format: 'esm', platform: 'browser', minify: true, logLevel: 'silent' },
    target: ['es2022', 'chrome109'],
  })
  return outputFiles[0]?.text ?? ''
}

export const openCiphersPage = async (): Promise<OpenedCiphersPage> => {
  const script = await bundled()
  const server = createServer((req, res) => {
    writeSecurityHeaders(res, 'http://127.0.0.1')
    const isScript = req.url === '/ciphers.js'
    res.setHeader('content-type', isScript ? 'text/javascript' : 'text/html')
    res.end(isScript ? script : '<!doctype html><title>SM3</title><script type="module" src="/ciphers.js"></script>')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const browser = await launch()
  const page = await browser.newPage()
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
  await page.waitForFunction(() => 'ciphersPage' in globalThis)
  return {
    call: (name, ...args) =>
      page.evaluate(([called, given]) => (globalThis as WithPage).ciphersPage[called]?.(...given), [
        name,
        args,
      ] as const) as Promise<never>,
    close: async () => {
      await browser.close()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
