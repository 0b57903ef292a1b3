import { zipSync } from 'fflate'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Licence } from '../../../src/licence/index.ts'
import { issueLicence, licenceFile } from '../../../src/licence/index.ts'
import { findSeals } from '../../../src/seal/index.ts'
import { reportSchema } from '../../../src/verification/report-json.ts'
import {
  actFor,
  newBrowser,
  personNamed,
  signedIn,
  startWeb,
  type Browser,
  type Page,
  type WebWorld,
} from './web-world.ts'

let web: WebWorld
let clerk: Browser
let custodian: Browser
let officer: Browser
let licence: Licence
let file: Uint8Array

const NOWHERE = '01900000-0000-7000-8000-000000000001'
const idOf = (entity: string): string => web.entities.get(entity) ?? ''
const officeBrowser = async (person: string): Promise<Browser> => {
  const browser = await signedIn(web, person)
  await actFor(web, browser, 'scjg')
  return browser
}

beforeAll(async () => {
  web = await startWeb()
  clerk = await officeBrowser('zheng')
  custodian = await officeBrowser('sun')
  officer = await officeBrowser('zhao')
})
afterAll(() => web.stop())

describe('the seal desk', () => {
  const wish = { kind: 'other', line: '证照专用章', diameterMm: '42', reason: '签发电子证照' }
  let application: string
  let seal: string

  it.each([
    ['no such kind', { kind: 'royal' }, 'f-kind'],
    ['no line on a seal that needs one', { line: '' }, 'f-line'],
    ['a diameter out of range', { diameterMm: '90' }, 'f-diameterMm'],
    ['a diameter that is no number', { diameterMm: 'wide' }, 'f-diameterMm'],
    ['no reason', { reason: '' }, 'f-reason'],
  ])('refuses %s, at its input', async (_what, over, input) => {
    const answer = await clerk.post('/seals/apply', { ...wish, ...over })
    expect(answer.status).toBe(400)
    expect(answer.text).toContain(`href="#${input}"`)
  })

  it('takes an application from a clerk, not from who may only approve', async () => {
    expect((await custodian.get('/seals/apply')).status).toBe(403)
    const refused = await custodian.post('/seals/apply', wish)
    expect([refused.status, refused.text.includes('MANDATE_MISSING')]).toEqual([403, true])
    expect((await custodian.get('/seals')).text).not.toContain('/seals/apply')
    application = (await clerk.post('/seals/apply', wish)).to
    expect(application).toMatch(/^\/seals\/applications\/[0-9a-f-]{36}$/)
    expect((await clerk.get(application)).text).toContain('这是您自己提出的申请')
    expect((await officer.get('/seals')).status).toBe(403)
  })

  it('refuses the applicant’s own approval, even from the head who may do everything', async () => {
    const mine = await clerk.post(application, { decision: 'approve' })
    expect([mine.status, mine.text.includes('SEAL_SAME_PERSON')]).toEqual([403, true])
    const head = await officeBrowser('chen')
    const own = (await head.post('/seals/apply', wish)).to
    const answer = await head.post(own, { decision: 'approve' })
    expect([answer.status, answer.text.includes('SEAL_SAME_PERSON')]).toEqual([403, true])
    expect((await head.get(own)).text).not.toContain('value="approve"')
  })

  it('makes the seal when a second person approves, once', async () => {
    expect((await custodian.get('/seals')).text).toContain('等您核准')
    expect((await custodian.post(application, { decision: 'refuse' })).status).toBe(400)
    const made = await custodian.post(application, { decision: 'approve' })
    expect(made.status).toBe(303)
    seal = made.to
    const again = await custodian.post(application, { decision: 'approve' })
    expect([again.status, again.text.includes('SEAL_APPLICATION_STATE')]).toEqual([409, true])
    const shown = await custodian.get(seal)
    expect(shown.text).toContain('证照专用章')
    expect(shown.text).toContain('孙演示')
    const picture = /src="(\/seals\/[^"]+\/picture)"/.exec(shown.text)?.[1] ?? ''
    const image = await custodian.get(picture)
    expect([image.status, image.headers.get('content-type')]).toEqual([200, 'image/png'])
    expect(image.text.slice(1, 4)).toBe('PNG')
  })

  it('shows nothing of it to another organisation, nor without the organisation chosen', async () => {
    const other = await signedIn(web, 'zhou')
    for (const path of [seal, `${seal}/picture`, application]) expect((await other.get(path)).status).toBe(403)
    await actFor(web, other, 'shili')
    for (const path of [seal, `${seal}/picture`, application]) expect((await other.get(path)).status).toBe(404)
    expect((await other.post(application, { decision: 'approve' })).status).toBe(404)
    expect((await other.post(`${seal}/status`, { change: 'revoke', reason: '试验' })).status).toBe(404)
    for (const path of ['/seals/nothing', `/seals/${NOWHERE}`, `/seals/applications/${NOWHERE}`])
      expect((await custodian.get(path)).status, path).toBe(404)
  })

  it('changes its status with a reason, for who may manage it', async () => {
    expect((await clerk.get(seal)).text).toContain('您没有管理印章的授权')
    expect((await clerk.post(`${seal}/status`, { change: 'suspend', reason: '试验' })).status).toBe(403)
    const silent = await custodian.post(`${seal}/status`, { change: 'suspend', reason: '' })
    expect([silent.status, silent.text.includes('href="#f-reason"')]).toEqual([400, true])
    expect((await custodian.post(`${seal}/status`, { change: 'delete', reason: '试验' })).status).toBe(400)
    expect((await custodian.post(`${seal}/status`, { change: 'suspend', reason: '盘点' })).to).toBe(seal)
    expect((await custodian.get(seal)).text).toContain('盘点')
    const twice = await custodian.post(`${seal}/status`, { change: 'suspend', reason: '盘点' })
    expect([twice.status, twice.text.includes('SEAL_STATE')]).toEqual([409, true])
    expect((await custodian.post(`${seal}/status`, { change: 'resume', reason: '盘点完毕' })).to).toBe(seal)
  })
})

describe('licences', () => {
  beforeAll(async () => {
    const [first] = await findSeals(web.assembly.seals, idOf('scjg'))
    const issued = await issueLicence(web.assembly.licences, {
      issuerId: idOf('scjg'),
      agent: { kind: 'client', clientId: 'approval-scjg' },
      sealId: first?.id ?? '',
      typeCode: '11990000MB09900163009',
      holder: { kind: 'entity', name: '云湖示例科技有限公司', code: '91990103MA7KXY0A2Y' },
      number: 'JY19901030000001',
      fields: { FDDBR: '周示范', JYCS: '云湖省澄州市样例路一号', ZTYT: '餐饮服务经营者', JYXM: '热食类食品制售' },
      caseNumber: 'case-0001',
    })
    licence = issued.licence
    file = await licenceFile(web.assembly.licences, licence)
  })

  it('are listed for the office that issued them, and found by number and status', async () => {
    expect((await officer.get('/licences')).text).toContain('JY19901030000001')
    expect((await officer.get('/licences?q=0001&status=valid')).text).toContain('JY19901030000001')
    for (const query of ['?q=999', '?status=revoked', '?q=%27%20OR%201=1'])
      expect((await officer.get(`/licences${query}`)).text, query).toContain('没有找到')
    const page = await officer.get(`/licences/${licence.id}`)
    expect(page.text).toContain('法定代表人')
    expect(page.text).toContain(`href="/wallet/${licence.id}/file"`)
    expect((await officer.send(`/wallet/${licence.id}/file`, {})).status).toBe(200)
    expect((await clerk.get('/licences')).status).toBe(403)
  })

  it('lie in the wallet of their holder, its agents with the function included, and of nobody else', async () => {
    const holder = await signedIn(web, 'zhou')
    expect((await holder.get('/wallet')).text).not.toContain('JY19901030000001')
    expect((await holder.get(`/wallet/${licence.id}`)).status).toBe(404)
    await actFor(web, holder, 'shili')
    expect((await holder.get('/wallet')).text).toContain('JY19901030000001')
    const page = await holder.get(`/wallet/${licence.id}`)
    expect(page.text).toContain('核验这本证照的二维码')
    const down = await holder.get(`/wallet/${licence.id}/file`)
    expect(down.headers.get('content-type')).toBe('application/ofd')
    expect(down.headers.get('content-disposition')).toMatch(/^attachment/)
    expect(Number(down.headers.get('content-length'))).toBe(file.length)
    const agent = await signedIn(web, 'lin')
    await actFor(web, agent, 'shili')
    expect((await agent.get('/wallet')).text).toContain('JY19901030000001')
    const stranger = await signedIn(web, 'wu')
    await actFor(web, stranger, 'yangben')
    for (const path of [`/wallet/${licence.id}`, `/wallet/${licence.id}/file`, `/licences/${licence.id}`])
      expect((await stranger.get(path)).status, path).toBeGreaterThanOrEqual(403)
    expect((await stranger.get(`/wallet/${licence.id}/file`)).status).toBe(404)
  })

  it('change their status with a reason that the holder reads, for who may manage them', async () => {
    const at = `/licences/${licence.id}/status`
    expect((await clerk.post(at, { change: 'suspended', reason: '试验' })).status).toBe(403)
    const silent = await officer.post(at, { change: 'suspended', reason: ' ' })
    expect([silent.status, silent.text.includes('href="#f-reason"')]).toEqual([400, true])
    expect((await officer.post(at, { change: 'draft', reason: '试验' })).status).toBe(400)
    expect((await officer.post(at, { change: 'suspended', reason: '抽检不合格' })).status).toBe(303)
    const again = await officer.post(at, { change: 'suspended', reason: '抽检不合格' })
    expect([again.status, again.text.includes('LICENCE_STATE')]).toEqual([409, true])
    const holder = await signedIn(web, 'zhou')
    await actFor(web, holder, 'shili')
    expect((await holder.get(`/wallet/${licence.id}`)).text).toContain('抽检不合格')
    expect((await officer.post(at, { change: 'valid', reason: '复检合格' })).status).toBe(303)
  })
})

describe('verifying', () => {
  const upload = (fields: Record<string, string | Blob>): FormData => {
    const form = new FormData()
    for (const [name, value] of Object.entries(fields))
      if (typeof value === 'string') form.set(name, value)
      else form.set(name, value, '证照.ofd')
    return form
  }
  const blob = (bytes: Uint8Array): Blob => new Blob([bytes as Uint8Array<ArrayBuffer>])
  const byForm = (fields: Record<string, string | Blob>): Promise<Page> =>
    newBrowser(web.publicUrl).send('/verify', { method: 'POST', body: upload(fields) })
  const byProgram = (query: string, init: RequestInit = {}) =>
    fetch(`${web.publicUrl}/verify${query}`, {
      method: 'POST',
      headers: { 'content-type': 'application/ofd', accept: 'application/json' },
      body: file as Uint8Array<ArrayBuffer>,
      ...init,
    })

  it('gives a browser without a script a page, and keeps nothing', async () => {
    const answer = await byForm({ file: blob(file) })
    expect(answer.status).toBe(200)
    expect(answer.text).toContain('id="verdict"')
    expect(answer.text).toContain('文件真实，现行有效')
    expect(answer.text).toContain('证照.ofd')
  })

  it('gives a program the same report as JSON, the file as the body or in a form', async () => {
    const raw = await byProgram('')
    const report = reportSchema.parse(await raw.json())
    expect(report.verdict).toBe('valid')
    expect(report.licence?.id).toBe(licence.licenceId)
    const form = await fetch(`${web.publicUrl}/verify`, {
      method: 'POST',
      body: upload({ file: blob(file), mode: 'strict' }),
    })
    expect(reportSchema.parse(await form.json()).verdict).toBe('valid')
  })

  it('judges at the time it is asked for', async () => {
    const at = '2020-01-01T00:00:00Z'
    const report = reportSchema.parse(await (await byProgram(`?at=${at}`)).json())
    expect(report.at).toBe(new Date(at).toISOString())
    expect(report.verdict).not.toBe('valid')
  })

  it('finds a changed file invalid, a foreign file too, with status 200: that is an answer', async () => {
    const changed = file.slice()
    const middle = Math.floor(changed.length / 2)
    changed[middle] = (changed[middle] ?? 0) ^ 1
    const zip = zipSync({ 'a.txt': new TextEncoder().encode('a') })
    for (const bytes of [changed, zip, new TextEncoder().encode('hello')]) {
      const answer = await byProgram('', { body: bytes as Uint8Array<ArrayBuffer> })
      expect([answer.status, reportSchema.parse(await answer.json()).verdict]).toEqual([200, 'invalid'])
    }
  })

  it.each(['?at=yesterday', '?at=2026-11-21', '?mode=lax', '?at=2026-13-45T00:00:00Z'])('refuses %s', async (query) => {
    const answer = await byProgram(query)
    expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([400, 'INPUT_INVALID'])
  })

  it('refuses nothing at all, and what is no document by its name', async () => {
    const empty = await byForm({ mode: 'compat' })
    expect([empty.status, empty.text.includes('href="#f-file"')]).toEqual([400, true])
    expect((await byForm({ file: blob(file), mode: 'lax' })).status).toBe(400)
    expect((await byProgram('', { body: '' })).status).toBe(400)
    expect((await byProgram('', { headers: { 'content-type': 'text/plain' } })).status).toBe(415)
    const foreign = { 'content-type': 'application/ofd', origin: 'https://other.example' }
    expect((await byProgram('', { headers: foreign })).status).toBe(403)
  })

  it('says of a scanned code whether the register knows it and its status, and nothing personal', async () => {
    const browser = newBrowser(web.publicUrl)
    const known = await browser.get(`/verify?id=${encodeURIComponent(licence.licenceId)}`)
    expect(known.text).toContain('现行有效')
    for (const secret of ['周示范', '云湖示例科技有限公司', '91990103MA7KXY0A2Y', licence.number, licence.id])
      expect(known.text).not.toContain(secret)
    const unknown = ['1.2.156.3005.2.11990000MB09900163009.X.Y.1.0', licence.id, '<script>', '']
    for (const id of unknown) {
      const answer = await browser.get(`/verify?id=${encodeURIComponent(id)}`)
      expect(answer.status, id).toBe(200)
      expect(answer.text, id).toContain('登记的证照里没有这个标识')
      expect(answer.text).not.toContain('<script>"')
    }
    expect((await browser.get('/verify?id=1&lang=en')).to).toBe('/verify?id=1')
    expect((await browser.get('/verify?id=1')).text).toContain('The register knows no licence')
  })

  it('leaves no name and no number in the log', () => {
    for (const value of [personNamed('zhou').name, '91990103MA7KXY0A2Y', licence.number, licence.licenceId])
      expect(web.log.join('\n')).not.toContain(value)
  })
})
