/** Certificates as people handle them at the real service: an agent applies, two officers decide, the holder has it, one revokes it. */
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { toPem } from '../../standards/bytes.ts'
import { skipUnlessExtended } from '../support/outside.ts'
import { newRequest } from '../unit/pki/enrolment-world.ts'
import { actFor, looksRight, signedIn } from './real-pages.ts'
import type { RealService } from './real-service.ts'
import { startService } from './real-service.ts'
import { launch, skipWithoutChromium } from './support.ts'

const FIRM = '云湖示例科技有限公司'
const OPERATOR = '云湖省样例数据局'

describe.skipIf(skipUnlessExtended('certificate pages with Chromium and axe') || skipWithoutChromium())(
  'certificates at the real service',
  { timeout: 60_000 },
  () => {
    let service: RealService
    let browser: Browser
    const contexts: BrowserContext[] = []
    beforeAll(async () => {
      ;[service, browser] = await Promise.all([startService(), launch()])
    }, 120_000)
    afterAll(async () => {
      await browser.close()
      await service.stop()
    })

    const at = (path: string): string => service.url + path
    const acting = async (person: string, entity: string): Promise<Page> => {
      const context = await browser.newContext({ locale: 'zh-CN' })
      context.setDefaultTimeout(20_000)
      contexts.push(context)
      const page = await signedIn(context, person, at('/account'))
      await actFor(page, entity)
      return page
    }
    const press = async (page: Page, name: string): Promise<void> => {
      await page.getByRole('button', { name, exact: true }).click()
      await page.waitForLoadState()
    }
    const unfold = (page: Page, name: string): Promise<void> =>
      page.locator('details.more summary', { hasText: name }).first().click()

    let applicant: Page
    let guan: Page
    let meng: Page
    it('an agent applies for a pair', async () => {
      applicant = await acting('lin', FIRM)
      await looksRight(applicant, 'home-certificates')
      await applicant.goto(at('/certificates'))
      await looksRight(applicant, 'certificates-empty')
      await applicant.getByRole('link', { name: '申请证书' }).first().click()
      await looksRight(applicant, 'certificate-apply')
      await press(applicant, '提交申请')
      await applicant.locator('.errors').waitFor()
      await looksRight(applicant, 'certificate-apply-wrong')
      await applicant.fill('#f-request', toPem((await newRequest()).csr, 'CERTIFICATE REQUEST'))
      await applicant.check('input[name=dual]')
      await applicant.fill('#f-unit', '财务部')
      await press(applicant, '提交申请')
      expect(applicant.url()).toContain('/certificates/applications/')
      await looksRight(applicant, 'certificate-application')
    })

    it('two officers issue it', async () => {
      guan = await acting('guan', OPERATOR)
      meng = await acting('meng', OPERATOR)
      await guan.getByRole('link', { name: '证书机构' }).click()
      await looksRight(guan, 'ca-desk')
      await guan.goto(at('/ca/applications'))
      await looksRight(guan, 'ca-applications')
      await guan.getByRole('link', { name: FIRM }).click()
      await looksRight(guan, 'ca-application')
      await press(guan, '提议签发')
      await guan.locator('.errors').waitFor()
      await looksRight(guan, 'ca-application-wrong')
      await guan.fill('#f-reason', '资料齐全，与登记信息一致')
      await press(guan, '提议签发')
      await looksRight(guan, 'ca-proposal-own')
      await meng.goto(at('/ca'))
      await looksRight(meng, 'ca-desk-waiting')
      await meng.getByRole('link', { name: '签发证书' }).click()
      await looksRight(meng, 'ca-proposal')
      await meng.fill('#f-reason', '复核无误')
      await press(meng, '批准并执行')
      await looksRight(meng, 'ca-proposal-approved')
    })

    it('the holder sees both certificates and the delivery of the key', async () => {
      await applicant.goto(at('/certificates'))
      await looksRight(applicant, 'certificates')
      await applicant.locator('tr', { hasText: '加密证书' }).first().getByRole('link').first().click()
      await applicant.getByText('加密密钥已交给持有者').waitFor()
      await looksRight(applicant, 'certificate')
    })

    it('one officer puts it on hold at once, two revoke it', async () => {
      await meng.goto(at('/ca/certificates'))
      await looksRight(meng, 'ca-certificates')
      await meng.fill('#f-q', '000000')
      await press(meng, '查找')
      await meng.locator('.errors').waitFor()
      await looksRight(meng, 'ca-certificates-wrong')
      await meng.goto(at('/ca/expiring?days=365'))
      await looksRight(meng, 'ca-expiring')
      await meng.goto(at('/ca/certificates'))
      await meng.locator('tr', { hasText: '企业签名证书' }).first().getByRole('link').first().click()
      await unfold(meng, '紧急冻结')
      await meng.fill('#reason-suspend-now', '怀疑私钥泄露')
      await press(meng, '紧急冻结')
      await unfold(meng, '提议吊销')
      await looksRight(meng, 'ca-certificate-held')
      await meng.selectOption('#revocationReason-revoke', 'keyCompromise')
      await meng.fill('#reason-revoke', '持有者确认私钥泄露')
      await press(meng, '提议吊销')
      const proposal = meng.url()
      await guan.goto(proposal)
      await guan.fill('#f-reason', '同意吊销')
      await press(guan, '批准并执行')
      await guan.getByRole('link', { name: '看证书' }).click()
      await guan.getByText('证书已吊销，不能再改').waitFor()
      await looksRight(guan, 'ca-certificate-revoked')
      await guan.goto(at('/ca/proposals?status=approved'))
      await looksRight(guan, 'ca-proposals')
    })
  },
)
