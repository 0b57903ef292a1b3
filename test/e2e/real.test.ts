/** The main job as people do it: the real service, a real browser, real data. In order; later tests use what earlier ones did. */
import { readFile } from 'node:fs/promises'
import type { Browser, BrowserContext, Download, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { world } from '../../examples/world.ts'
import { accountOf, actFor, enterName, looksRight, signedIn, tabTo } from './real-pages.ts'
import type { BroughtFiles, RealService } from './real-service.ts'
import { makeFiles, startService } from './real-service.ts'
import { launch, skipWithoutChromium } from './support.ts'

const OFFICE = '云湖省样例市场监督管理局'
const FIRM = '云湖示例科技有限公司'

interface PortalState {
  readonly signedIn: boolean
  readonly claims?: { readonly name?: string; readonly verified_claims?: unknown }
}

const portalState = async (context: BrowserContext, url: string): Promise<PortalState> =>
  (await context.request.get(`${url}/`, { headers: { accept: 'application/json' } })).json() as Promise<PortalState>

const bytesOf = async (download: Download): Promise<Uint8Array> => new Uint8Array(await readFile(await download.path()))

const downloadBy = async (page: Page, selector: string): Promise<Download> => {
  const [download] = await Promise.all([page.waitForEvent('download'), page.click(selector)])
  return download
}

const POST_HEADERS = (origin: string) => ({ origin, 'sec-fetch-site': 'same-origin', accept: 'text/html' })

describe.skipIf(skipWithoutChromium())('people at the real service', { timeout: 60_000 }, () => {
  let service: RealService
  let files: BroughtFiles
  let browser: Browser
  beforeAll(async () => {
    ;[service, browser] = await Promise.all([startService(), launch()])
    files = await makeFiles(service.approval)
  }, 120_000)
  afterAll(async () => {
    await browser.close()
    await service.stop()
  })

  const at = (path: string): string => service.url + path
  const visitor = async (options: { javaScriptEnabled?: boolean; locale?: string } = {}): Promise<BrowserContext> => {
    const context = await browser.newContext({ locale: 'zh-CN', ...options })
    context.setDefaultTimeout(20_000)
    return context
  }

  describe('a citizen', () => {
    let context: BrowserContext
    beforeAll(async () => {
      context = await visitor()
    })
    afterAll(() => context.close())
    const xu = world.people.find((p) => p.id === 'xu')

    it('registers with real name, and is told which part of a wrong number is impossible', async () => {
      const page = await context.newPage()
      await page.goto(at('/'))
      await looksRight(page, 'home')
      await page.getByRole('link', { name: '注册并实名' }).first().click()
      await page.waitForURL(at('/register'))
      await looksRight(page, 'register-identity')
      await page.fill('#f-name', xu?.name ?? '')
      await page.fill('#f-citizenId', '990103199513165279')
      await page.click('main button.btn')
      await page.locator('.errors').waitFor()
      await looksRight(page, 'register-identity-wrong')
      await page.fill('#f-citizenId', xu?.citizenIdNumber ?? '')
      await page.click('main button.btn')
      await page.fill('#f-loginName', 'xuweizhuce')
      await looksRight(page, 'register-login')
      await page.fill('#f-password', 'four quiet river stones')
      await page.fill('#f-passwordAgain', 'four quiet river stones')
      await page.click('main button.btn:not(.second)')
      await page.getByText('注册完成').first().waitFor()
      await looksRight(page, 'register-done')
      expect(page.url()).toBe(at('/register'))
      await page.close()
    })

    it('signs in at the first portal, and enters the second without a password', async () => {
      const [first, second] = service.portals
      const page = await context.newPage()
      await page.goto(`${first}/sign-in`)
      await looksRight(page, 'sign-in-portal')
      await enterName(page, { ...accountOf('tang'), loginName: 'xuweizhuce', password: 'wrong river stones' })
      await page.locator('.errors').waitFor()
      await looksRight(page, 'sign-in-wrong')
      await enterName(page, { ...accountOf('tang'), loginName: 'xuweizhuce', password: 'four quiet river stones' })
      if (!page.url().startsWith(first)) {
        await page.locator('input[name=principal]').first().check()
        await page.click('main button.btn')
      }
      await page.waitForURL(`${first}/`)
      expect(await portalState(context, first)).toMatchObject({ signedIn: true, claims: { name: xu?.name } })
      await page.goto(`${second}/sign-in`)
      await page.waitForURL(`${second}/`)
      expect((await portalState(context, second)).signedIn).toBe(true)
      await page.close()
    })

    it('signs out once, and sees that both portals confirmed', async () => {
      const page = await context.newPage()
      await page.goto(at('/account'))
      await looksRight(page, 'account-new')
      await page.getByRole('link', { name: '退出登录' }).click()
      await page.getByText('您现在登录着 2 个门户').waitFor()
      await looksRight(page, 'sign-out')
      await page.getByRole('button', { name: '退出登录' }).click()
      await page.getByText('2 / 2 已确认').waitFor()
      await looksRight(page, 'sign-out-receipt')
      for (const portal of service.portals) expect((await portalState(context, portal)).signedIn).toBe(false)
      await page.goto(at('/account'))
      await page.locator('#f-password').waitFor()
      await page.close()
    })
  })

  it('signs in by keyboard alone, and says for whom', async () => {
    const context = await visitor()
    const page = await context.newPage()
    await page.goto(at('/sign-in?to=/principal'))
    await looksRight(page, 'sign-in')
    await tabTo(page, '#f-loginName')
    await page.keyboard.type(accountOf('lin').loginName)
    await tabTo(page, '#f-password')
    await page.keyboard.type(accountOf('lin').password)
    await page.keyboard.press('Enter')
    await page.waitForURL(at('/principal'))
    await tabTo(page, 'input[name=principal]')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await page.waitForURL(at('/'))
    expect(await page.locator('.acting').innerText()).toContain('有限公司')
    await context.close()
  })

  it('an agent chooses whom to act for, and the portal learns the authority', async () => {
    const [first] = service.portals
    const context = await visitor()
    const page = await context.newPage()
    await page.goto(`${first}/sign-in`)
    await enterName(page, accountOf('lin'))
    await page.locator('label.choice', { hasText: FIRM }).waitFor()
    await looksRight(page, 'choose-principal')
    await page.locator('label.choice', { hasText: FIRM }).click()
    await page.click('main button.btn')
    await page.waitForURL(`${first}/`)
    const { claims } = await portalState(context, first)
    expect(JSON.stringify(claims?.verified_claims)).toContain(world.entities.find((e) => e.id === 'shili')?.uscc)
    await context.close()
  })

  it('a legal representative grants a mandate and takes it back; the agent sees both', async () => {
    const context = await visitor()
    const page = await signedIn(context, 'zhou', at('/account'))
    await looksRight(page, 'account-representative')
    await page.locator('#entities li', { hasText: FIRM }).getByRole('link', { name: '授权' }).click()
    const tang = accountOf('tang')
    await page.fill('#f-agentName', tang.name)
    await page.fill('#f-agentCitizenId', tang.number)
    await page.click('main button.btn')
    await page.locator('.errors').waitFor()
    await looksRight(page, 'grant-mandate-wrong')
    await page.locator('input[value="matter.file"]').check()
    await looksRight(page, 'grant-mandate')
    await page.click('main button.btn')
    await page.getByText('授权已生效').waitFor()
    await looksRight(page, 'account-granted')

    const agents = await visitor()
    const agent = await signedIn(agents, 'tang', at('/principal'))
    await agent.locator('label.choice', { hasText: FIRM }).waitFor()

    const row = page.locator('#given li', { hasText: tang.name }).first()
    await row.locator('details').evaluate((fold) => ((fold as HTMLDetailsElement).open = true))
    await row.getByRole('button', { name: '确认撤销' }).click()
    await page.getByText('授权已撤销').waitFor()
    await looksRight(page, 'account-revoked')
    await agent.reload()
    expect(await agent.locator('label.choice', { hasText: FIRM }).count()).toBe(0)
    await looksRight(agent, 'principal-revoked')
    await agent.goto(at('/wallet'))
    await looksRight(agent, 'wallet-empty')
    await agent.goto(at('/seals'))
    await looksRight(agent, 'seals-not-acting')
    await context.close()
    await agents.close()
  })

  describe('an office', () => {
    let application: string
    let clerk: Page
    it('has a clerk apply for a seal, who cannot approve it', async () => {
      clerk = await signedIn(await visitor(), 'zheng', at('/account'))
      await actFor(clerk, OFFICE)
      await looksRight(clerk, 'home-clerk')
      await clerk.goto(at('/seals/apply'))
      await looksRight(clerk, 'seal-apply')
      await clerk.locator('label.choice', { hasText: '合同' }).click()
      await clerk.fill('#f-line', '合同专用章')
      await clerk.click('main button.btn')
      await clerk.locator('.errors').waitFor()
      await looksRight(clerk, 'seal-apply-wrong')
      await clerk.fill('#f-reason', '签订政府采购合同')
      await clerk.click('main button.btn')
      await clerk.waitForURL(/\/seals\/applications\//)
      application = clerk.url()
      expect(await clerk.getByRole('button', { name: '核准' }).count()).toBe(0)
      await looksRight(clerk, 'seal-application-own')
      const forged = await clerk
        .context()
        .request.post(application, { headers: POST_HEADERS(service.url), form: { decision: 'approve' } })
      expect(forged.status()).toBe(403)
      expect(await forged.text()).toMatch(/SEAL_SAME_PERSON|MANDATE_MISSING/)
    })

    it('has its custodian approve it, and shows the picture of the new seal', async () => {
      const page = await signedIn(await visitor(), 'sun', at('/account'))
      await page.goto(at('/'))
      await actFor(page, OFFICE)
      await page.goto(at('/seals'))
      await looksRight(page, 'seals')
      await page.goto(application)
      await looksRight(page, 'seal-application')
      await page.getByRole('button', { name: '核准并制作' }).click()
      await page.waitForURL((url) => /^\/seals\/[0-9a-f-]{36}$/.test(url.pathname))
      const shown = await page.locator('img.picture').evaluate(async (img: HTMLImageElement) => {
        await img.decode()
        return img.naturalWidth
      })
      expect(shown).toBeGreaterThan(100)
      await looksRight(page, 'seal')
      await page.context().close()
      await clerk.reload()
      await looksRight(clerk, 'seal-application-made')
      await clerk.context().close()
    })

    it('suspends a licence and resumes it; verification follows at once', async () => {
      const page = await signedIn(await visitor(), 'zhao', at('/account'))
      await actFor(page, OFFICE)
      await page.goto(at('/licences'))
      await looksRight(page, 'licences')
      await page.getByRole('link', { name: '食品经营许可证' }).first().click()
      await page.waitForURL(/\/licences\/[0-9a-f-]{36}$/)
      await looksRight(page, 'licence')
      const change = async (to: string, reason: string): Promise<void> => {
        const form = page.locator(`form:has(input[value=${to}])`)
        await form.evaluate((f) => f.closest('details')?.setAttribute('open', ''))
        await form.locator('textarea').fill(reason)
        await Promise.all([page.waitForEvent('domcontentloaded'), form.locator('button').click()])
      }
      await change('suspended', '')
      await page.locator('.errors').waitFor()
      await looksRight(page, 'licence-wrong')
      await change('suspended', '现场检查发现经营场所变更')
      await page.getByText('现场检查发现经营场所变更').waitFor()
      await looksRight(page, 'licence-suspended')
      expect(await verdictOf(files.licence.bytes)).toBe('invalid')
      await change('valid', '已经办理变更')
      await page.getByText('已经办理变更').waitFor()
      expect(await verdictOf(files.licence.bytes)).toBe('valid')
      await page.context().close()
    })
  })

  const reportOf = async (bytes: Uint8Array, query = ''): Promise<{ verdict: string }> => {
    const headers = { accept: 'application/json', 'content-type': 'application/octet-stream' }
    const answer = await fetch(at(`/verify${query}`), { method: 'POST', headers, body: new Uint8Array(bytes) })
    return (await answer.json()) as { verdict: string }
  }
  const verdictOf = async (bytes: Uint8Array): Promise<string> => (await reportOf(bytes)).verdict

  it('shows the enterprise its licence, and gives the file as it was issued', async () => {
    const page = await signedIn(await visitor(), 'zhou', at('/account'))
    await actFor(page, FIRM)
    await page.goto(at('/wallet'))
    await looksRight(page, 'wallet')
    await page.locator('a.licence').first().click()
    await page.getByText(files.licence.number).first().waitFor()
    await looksRight(page, 'wallet-licence')
    const file = await downloadBy(page, 'aside a.btn:not(.second)')
    expect(file.suggestedFilename()).toMatch(/\.ofd$/)
    expect(Buffer.compare(await bytesOf(file), files.licence.bytes)).toBe(0)
    await page.context().close()
  })

  describe('a counterparty at the public page', () => {
    let context: BrowserContext
    let page: Page
    let sent: string[]
    beforeAll(async () => {
      context = await visitor()
      sent = []
      context.on('request', (r) => sent.push(`${r.method()} ${new URL(r.url()).origin}${r.postData() ?? ''}`))
      page = await context.newPage()
      await page.goto(at('/verify'))
      await looksRight(page, 'verify')
    })
    afterAll(() => context.close())

    const drop = async ({ name, bytes }: { name: string; bytes: Uint8Array }): Promise<void> => {
      await page.reload()
      await page.locator('[data-with-script]:not([hidden])').waitFor()
      const base64 = Buffer.from(bytes).toString('base64')
      await page.evaluate(
        ([fileName, text]) => {
          const data = new DataTransfer()
          data.items.add(new File([Uint8Array.from(atob(text), (c) => c.charCodeAt(0))], fileName))
          document
            .getElementById('drop')
            ?.dispatchEvent(new DragEvent('drop', { dataTransfer: data, cancelable: true }))
        },
        [name, base64] as const,
      )
      await page.locator('#result').waitFor({ timeout: 20_000 })
    }

    it.each([
      ['sealedOfd', 'ok', 'verify-valid'],
      ['sealedPdf', 'ok', 'verify-valid-pdf'],
      ['licence', 'ok', 'verify-licence'],
      ['tampered', 'bad', 'verify-tampered'],
      ['unsigned', 'warn', 'verify-unsigned'],
    ] as const)(
      '%s is %s, without being sent, and its report is the one that the service gives',
      async (which, tone, name) => {
        const file = files[which]
        await drop(file)
        expect(await page.locator('#result .verdict').getAttribute('class')).toContain(tone)
        if (which === 'unsigned') expect(await page.locator('#result').innerText()).toMatch(/没有.*(签名|印章|签章)/)
        const download = await downloadBy(page, '#result a[download]')
        const local = JSON.parse(Buffer.from(await bytesOf(download)).toString('utf8')) as { at: string }
        await looksRight(page, name)
        expect(sent.filter((line) => line !== `GET ${service.url}`)).toEqual([])
        expect(local).toEqual(await reportOf(file.bytes, `?at=${encodeURIComponent(local.at)}`))
      },
    )

    it('is told what the register says under the code of a licence, and asked for the file', async () => {
      const id = /"id":"(1\.2\.156\.[^"]*)"/.exec(JSON.stringify(await reportOf(files.licence.bytes)))?.[1] ?? ''
      await page.goto(at(`/verify?id=${encodeURIComponent(id)}`))
      expect(await page.locator('#asked').innerText()).toContain(id)
      await looksRight(page, 'verify-asked')
    })

    it('without a script the form sends the file and the page shows the same verdict', async () => {
      const plain = await visitor({ javaScriptEnabled: false })
      const form = await plain.newPage()
      await form.goto(at('/verify'))
      const { name, bytes } = files.sealedOfd
      await form.setInputFiles('#f-file', { name, mimeType: 'application/ofd', buffer: Buffer.from(bytes) })
      await form.click('#drop button.btn')
      await form.locator('#result .verdict.ok').waitFor({ timeout: 20_000 })
      expect(await form.locator('#result').innerText()).toContain(name)
      await plain.close()
    })

    it('reads English where it is chosen', async () => {
      await page.goto(at('/verify?lang=en'))
      await page.waitForURL(at('/verify'))
      await drop(files.sealedPdf)
      await looksRight(page, 'verify-valid-en')
      await page.goto(at('/'))
      await looksRight(page, 'home-en')
      await page.goto(at('/sign-in'))
      await looksRight(page, 'sign-in-en')
    })
  })

  it('an address that is nowhere gets a page that says so', async () => {
    const context = await visitor()
    const page = await context.newPage()
    expect((await page.goto(at('/nowhere')))?.status()).toBe(404)
    await looksRight(page, 'not-found')
    await page.goto(at('/interaction/gone'))
    await looksRight(page, 'interaction-expired')
    await context.close()
  })
})
