/** The public verification page: the file is judged in the browser and never leaves it. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page, Request } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startPreview } from '../../tools/preview-pages.ts'
import type { Preview } from '../../tools/preview-pages.ts'
import { vectorsDir } from '../support/outside.ts'
import { SHOTS, launch, skipWithoutChromium } from './support.ts'

const manifest = Buffer.from(JSON.stringify({ version: 1, issuedAt: '2026-11-21T06:05:12Z', files: [] }))
const vector = (name: string): Buffer | undefined => {
  const path = join(vectorsDir() ?? '', 'ofdrw', name)
  return existsSync(path) ? readFileSync(path) : undefined
}

describe.skipIf(skipWithoutChromium())('verification in the browser', () => {
  let preview: Preview
  let browser: Browser
  let trust: Buffer | undefined = manifest
  beforeAll(async () => {
    preview = await startPreview(0, (path) => (path === '/trust/manifest.json' ? trust : undefined))
    browser = await launch()
  })
  afterAll(async () => {
    await browser.close()
    await preview.close()
  })

  const open = async (): Promise<{ page: Page; sent: Request[] }> => {
    const page = await browser.newPage()
    const sent: Request[] = []
    page.on('request', (request) => sent.push(request))
    await page.goto(`${preview.url}/verify`)
    await page.waitForSelector('[data-with-script]:not([hidden])', { state: 'attached' })
    return { page, sent }
  }
  const choose = (page: Page, buffer: Buffer, name = 'x.ofd'): Promise<void> =>
    page.setInputFiles('#f-file', { name, mimeType: 'application/ofd', buffer })
  const verdict = async (page: Page): Promise<string> => (await page.waitForSelector('#verdict')).innerText()

  it('calls bytes that are no document false, without sending them', async () => {
    const { page, sent } = await open()
    await choose(page, Buffer.from('not a document at all'))
    expect(await verdict(page)).toContain('核验不通过')
    expect(await page.textContent('#result')).toContain('FORMAT_FAILURE')
    expect(sent.filter((request) => request.method() !== 'GET')).toEqual([])
    await page.close()
  })

  const unsigned = vector('helloworld.ofd')
  it.skipIf(unsigned === undefined)('never calls an unsigned OFD valid', async () => {
    const { page, sent } = await open()
    await choose(page, unsigned as Buffer)
    expect(await verdict(page)).toContain('没有印章或签名')
    expect(sent.filter((request) => request.method() !== 'GET')).toEqual([])
    await page.close()
  })

  const sealed = vector('SESV4SignDoc.ofd')
  it.skipIf(sealed === undefined)('cannot tell about a seal whose maker it does not know', async () => {
    const { page } = await open()
    await choose(page, sealed as Buffer)
    expect(await verdict(page)).not.toMatch(/真实/)
    expect(await page.textContent('#lamp-authentic')).toContain('NO_CERTIFICATE_CHAIN_FOUND')
    await page.screenshot({ path: `${SHOTS}/verify-in-browser.png`, fullPage: true })
    await page.close()
  })

  it('shows a file name that is markup as text', async () => {
    const { page } = await open()
    await choose(page, Buffer.from('x'), '<img src=x onerror=alert(1)>.ofd')
    await verdict(page)
    expect(await page.locator('#result img').count()).toBe(0)
    expect(await page.textContent('#result')).toContain('<img src=x onerror=alert(1)>.ofd')
    await page.close()
  })

  it('judges a dropped file as a chosen one', async () => {
    const { page } = await open()
    await page.evaluate(() => {
      const data = new DataTransfer()
      data.items.add(new File(['nothing'], 'dropped.ofd'))
      document
        .getElementById('drop')
        ?.dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }))
    })
    expect(await verdict(page)).toContain('核验不通过')
    expect(await page.textContent('#result')).toContain('dropped.ofd')
    expect(await page.evaluate(() => (document.getElementById('f-file') as HTMLInputElement).files?.[0]?.name)).toBe(
      'dropped.ofd',
    )
    await page.close()
  })

  it('gives the report as a file and moves the focus to the verdict', async () => {
    const { page } = await open()
    await choose(page, Buffer.from('x'))
    await verdict(page)
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('verdict')
    const [download] = await Promise.all([page.waitForEvent('download'), page.click('#result a[download]')])
    const report = JSON.parse(readFileSync(await download.path(), 'utf8')) as { readonly verdict: string }
    expect(report.verdict).toBe('invalid')
    await page.close()
  })

  it('refuses a file that is too large before reading it', async () => {
    const page = await browser.newPage()
    await page.route('**/verify', async (route) => {
      const answer = await route.fetch()
      await route.fulfill({ response: answer, body: (await answer.text()).replace(/data-max="\d+"/, 'data-max="3"') })
    })
    await page.goto(`${preview.url}/verify`)
    await choose(page, Buffer.from('four'))
    await page.waitForSelector('#outcome .note')
    expect(await page.textContent('#outcome')).toContain('太大')
    expect(await page.locator('#verdict').count()).toBe(0)
    await page.close()
  })

  it('without trust files says that it cannot be done here, and offers to upload', async () => {
    trust = undefined
    const { page } = await open()
    await choose(page, Buffer.from('x'))
    await page.waitForSelector('#drop button.btn:visible')
    expect(await page.locator('#verdict').count()).toBe(0)
    trust = manifest
    await page.close()
  })
})
