/** Certificates at our own pages: holders apply and keep their own, officers decide by two, and nobody else sees anything. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { toPem } from '../../../standards/bytes.ts'
import { issueApplication } from '../../../src/pki/enrolment/index.ts'
import { codeOf as refusalOf, need } from '../../unit/pki/enrolment-acts.ts'
import { newRequest } from '../../unit/pki/enrolment-world.ts'
import type { Browser, Page, WebWorld } from './web-world.ts'
import { actFor, newBrowser, personNamed, signedIn, startWeb } from './web-world.ts'

let web: WebWorld
/** Two officers of the operator; an agent of a company; somebody without mandates. */
let guan: Browser
let meng: Browser
let lin: Browser
let tang: Browser

const acting = async (person: string, entity: string): Promise<Browser> => {
  const browser = await signedIn(web, person)
  await actFor(web, browser, entity)
  return browser
}

beforeAll(async () => {
  web = await startWeb()
  guan = await acting('guan', 'shuju')
  meng = await acting('meng', 'shuju')
  lin = await acting('lin', 'shili')
  tang = await signedIn(web, 'tang')
})
afterAll(() => web.stop())

const NOWHERE = '01900000-0000-7000-8000-000000000001'
const codeOf = ({ status, text }: Page, code: string): unknown[] => [status, text.includes(`<code>${code}</code>`)]

const upload = (browser: Browser, fields: Readonly<Record<string, string | Blob>>): Promise<Page> => {
  const body = new FormData()
  for (const [name, value] of Object.entries(fields)) body.set(name, value)
  const headers = { origin: web.publicUrl, 'sec-fetch-site': 'same-origin' }
  return browser.send('/certificates/apply', { method: 'POST', body, headers })
}
const pem = async (): Promise<string> => toPem((await newRequest()).csr, 'CERTIFICATE REQUEST')

/** An application of the company; its address at the officers' desk. */
const applied = async (more: Readonly<Record<string, string>> = {}): Promise<{ own: string; desk: string }> => {
  const own = (await upload(lin, { request: await pem(), ...more })).to
  expect(own).toMatch(/^\/certificates\/applications\/[0-9a-f-]{36}$/)
  return { own, desk: own.replace('/certificates/', '/ca/') }
}
const proposed = async (desk: string): Promise<string> => {
  const { to } = await guan.post(desk, { decision: 'propose', reason: '资料齐全' })
  expect(to).toMatch(/^\/ca\/proposals\/[0-9a-f-]{36}$/)
  return to
}
/** A certificate of the company; its address for its holder, and at the officers' desk. */
const issued = async (more: Readonly<Record<string, string>> = {}): Promise<{ own: string; desk: string }> => {
  const application = await applied(more)
  await meng.post(await proposed(application.desk), { decision: 'approve', reason: '复核无误' })
  const own = /href="(\/certificates\/[a-z0-9-]+\/[0-9a-f]+)">签名证书/.exec((await lin.get(application.own)).text)?.[1]
  return { own: own ?? '', desk: `/ca${own ?? ''}` }
}

const PAGES = ['/ca', '/ca/applications', '/ca/proposals', '/ca/certificates', '/ca/expiring'] as const

describe('the certificate desk', () => {
  it.each(PAGES)('%s is for officers who act for the operator only', async (path) => {
    const anonymous = await newBrowser(web.publicUrl).get(path)
    expect([anonymous.status, anonymous.to.startsWith('/sign-in')]).toEqual([303, true])
    const unchosen = await signedIn(web, 'guan')
    for (const browser of [tang, lin, unchosen]) expect((await browser.get(path)).status).toBe(403)
    for (const browser of [guan, meng]) expect((await browser.get(path)).status).toBe(200)
  })

  it('refuses the head of another organisation, who has every function there', async () => {
    const head = await acting('chen', 'scjg')
    expect(codeOf(await head.get('/ca'), 'FORBIDDEN')).toEqual([403, true])
    expect((await head.get('/')).text).not.toContain('href="/ca"')
    expect((await guan.get('/')).text).toContain('href="/ca"')
  })

  it('shows every CRL and every OCSP responder', async () => {
    const { text } = await guan.get('/ca')
    expect(text.match(/CA（(?:SM2|P-256)）<\/b>/g)?.length).toBe(
      web.assembly.pki.authorities.length + web.assembly.status.responders.length,
    )
  })

  it.each([
    '/ca/applications?status=none',
    '/ca/proposals?after=1',
    '/ca/certificates?after=..%2F',
    '/ca/expiring?days=0',
  ])('refuses %s', async (path) => expect(codeOf(await guan.get(path), 'INPUT_INVALID')).toEqual([400, true]))

  it('knows nothing at addresses that lead nowhere', async () => {
    const nowhere = [`/ca/applications/${NOWHERE}`, '/ca/applications/x', `/ca/proposals/${NOWHERE}`]
    for (const path of [...nowhere, '/ca/certificates/entity-ca-sm2/00ff', '/ca/certificates/..%2F/zz'])
      expect((await guan.get(path)).status, path).toBe(404)
  })
})

describe('issuing', () => {
  it.each([
    ['nothing', {}, 'INPUT_INVALID', 400],
    ['what is no request', { request: 'hello' }, 'CERTIFICATE_REQUEST_REFUSED', 400],
  ] as const)('refuses %s, at its input, keeping what was typed', async (_what, fields, code, status) => {
    const answer = await upload(lin, fields)
    expect([answer.status >= status && answer.status < 500, answer.text.includes(code)]).toEqual([true, true])
    expect(answer.text).toContain('href="#f-request"')
  })

  it('takes an upload too, and refuses one that is too large or from another site', async () => {
    const { csr } = await newRequest()
    const ok = await upload(lin, { file: new Blob([csr as Uint8Array<ArrayBuffer>]) })
    expect(ok.status).toBe(303)
    expect((await lin.post(ok.to, { change: 'withdraw' })).to).toBe(ok.to)
    expect(codeOf(await lin.post(ok.to, { change: 'withdraw' }), 'CERTIFICATE_APPLICATION_STATE')).toEqual([409, true])
    const large = await upload(lin, { file: new Blob([new Uint8Array(100_000)]) })
    expect(codeOf(large, 'INPUT_TOO_LARGE')).toEqual([413, true])
    const body = new FormData()
    const foreign = { origin: 'https://other.example', 'sec-fetch-site': 'cross-site' }
    expect((await lin.send('/certificates/apply', { method: 'POST', body, headers: foreign })).status).toBe(403)
  })

  it('needs two officers: one proposes, the same cannot approve, another does, once', async () => {
    const { own, desk } = await applied({ dual: 'yes', unit: '财务部' })
    const shown = await guan.get(desk)
    for (const word of ['云湖示例科技有限公司', '林小样', '财务部', 'SM2', '一律由两位审核员办理'])
      expect(shown.text).toContain(word)
    expect(codeOf(await guan.post(desk, { decision: 'propose', reason: '' }), 'INPUT_INVALID')).toEqual([400, true])
    expect((await guan.post(desk, { decision: 'issue', reason: '资料齐全' })).status).toBe(400)
    const proposal = await proposed(desk)
    const twice = await guan.post(desk, { decision: 'propose', reason: '资料齐全' })
    expect(codeOf(twice, 'PROPOSAL_STATE')).toEqual([409, true])
    expect((await guan.get(proposal)).text).toContain('这是您自己的提议')
    const same = await guan.post(proposal, { decision: 'approve', reason: '复核无误' })
    expect(codeOf(same, 'OFFICER_SAME_PERSON')).toEqual([403, true])
    expect((await lin.post(proposal, { decision: 'approve', reason: '复核无误' })).status).toBe(403)
    expect((await guan.get('/ca')).text).not.toContain('等您复核</span>')
    expect((await meng.get('/ca')).text).toContain(proposal)
    expect((await meng.post(proposal, { decision: 'approve', reason: '复核无误' })).to).toBe(proposal)
    const replayed = await meng.post(proposal, { decision: 'approve', reason: '复核无误' })
    expect(codeOf(replayed, 'PROPOSAL_STATE')).toEqual([409, true])
    const mine = await lin.get(own)
    expect(mine.text.match(/href="\/certificates\/entity-ca-sm2\/[0-9a-f]+"/g)).toHaveLength(2)
  })

  it('is rejected by one, with a reason that the applicant reads', async () => {
    const { own, desk } = await applied()
    expect(codeOf(await guan.post(desk, { decision: 'reject', reason: ' ' }), 'INPUT_INVALID')).toEqual([400, true])
    expect((await guan.post(desk, { decision: 'reject', reason: '缺少授权书' })).to).toBe(desk)
    expect((await lin.get(own)).text).toContain('缺少授权书')
    const late = await meng.post(desk, { decision: 'propose', reason: '资料齐全' })
    expect(codeOf(late, 'CERTIFICATE_APPLICATION_STATE')).toEqual([409, true])
  })

  it('lets nobody decide on an application of their own', async () => {
    const self = await signedIn(web, 'guan')
    const own = (await upload(self, { request: await pem() })).to
    const desk = own.replace('/certificates/', '/ca/')
    expect((await guan.get(desk)).text).not.toContain('value="propose"')
    for (const decision of ['propose', 'reject'])
      expect(codeOf(await guan.post(desk, { decision, reason: '自己的' }), 'OFFICER_SAME_PERSON')).toEqual([403, true])
    expect((await meng.get(desk)).text).toContain('value="propose"')
  })
})

describe('a certificate', () => {
  it('is seen and changed by its holder only, who downloads it', async () => {
    const { own } = await issued()
    for (const path of [own, `${own}/file`]) {
      expect((await tang.get(path)).status, path).toBe(404)
      expect((await newBrowser(web.publicUrl).get(path)).to).toMatch(/^\/sign-in/)
    }
    expect((await tang.post(own, { change: 'revoke', reason: 'keyCompromise' })).status).toBe(404)
    const file = await lin.get(`${own}/file`)
    expect([file.headers.get('content-type'), file.text.split('\n')[0]]).toEqual([
      'application/x-pem-file',
      '-----BEGIN CERTIFICATE-----',
    ])
    expect((await lin.get(`${own}/key`)).status).toBe(404)
    expect((await lin.post(own, { change: 'revoke', reason: 'cACompromise' })).status).toBe(400)
    expect((await lin.post(own, { change: 'delete' })).status).toBe(400)
    expect((await lin.post(own, { change: 'suspend' })).to).toBe(own)
    expect((await lin.get(own)).text).toContain('持有者冻结')
    expect((await lin.post(own, { change: 'release' })).to).toBe(own)
    expect((await lin.post(own, { change: 'revoke', reason: 'superseded' })).to).toBe(own)
    expect(codeOf(await lin.post(own, { change: 'suspend' }), 'CERTIFICATE_REVOKED')[1]).toBe(true)
  })

  it('is revoked by two officers', async () => {
    const { own, desk } = await issued({ dual: 'yes' })
    const wish = { change: 'revoke', revocationReason: 'privilegeWithdrawn', reason: '资格取消' }
    expect((await guan.post(desk, { ...wish, revocationReason: 'certificateHold' })).status).toBe(400)
    expect(codeOf(await guan.post(desk, { ...wish, reason: '' }), 'INPUT_INVALID')).toEqual([400, true])
    const proposal = (await guan.post(desk, wish)).to
    expect((await guan.get(proposal)).text).toContain('资格被取消')
    expect((await lin.get(own)).text).toContain('有效</span>')
    const same = await guan.post(proposal, { decision: 'approve', reason: '复核无误' })
    expect(codeOf(same, 'OFFICER_SAME_PERSON')).toEqual([403, true])
    expect((await meng.post(proposal, { decision: 'approve', reason: '复核无误' })).to).toBe(proposal)
    expect((await lin.get(own)).text).toContain('证书已吊销，不能再改')
    expect((await lin.get(own)).text).not.toContain('/ca/proposals')
    expect((await guan.get(desk)).text).toContain(`href="${proposal}"`)
    const again = await guan.post(desk, wish)
    expect(codeOf(again, 'CERTIFICATE_REVOKED')[1]).toBe(true)
  })

  it('is put on hold by one officer where waiting would do harm, and not released by its holder', async () => {
    const { own, desk } = await issued()
    expect((await lin.post(desk, { change: 'suspend-now', reason: '试试' })).status).toBe(403)
    expect((await guan.post(desk, { change: 'suspend-now', reason: '' })).status).toBe(400)
    expect((await guan.post(desk, { change: 'suspend-now', reason: '私钥可能泄露' })).to).toBe(desk)
    const shown = await meng.get(desk)
    for (const word of ['审核员冻结', '私钥可能泄露']) expect(shown.text).toContain(word)
    expect(codeOf(await lin.post(own, { change: 'release' }), 'CERTIFICATE_HELD_BY_OTHERS')[1]).toBe(true)
    const proposal = (await meng.post(desk, { change: 'release', reason: '核实无误' })).to
    expect((await guan.post(proposal, { decision: 'approve', reason: '同意' })).to).toBe(proposal)
    expect((await guan.get(desk)).text).toContain('解除冻结')
  })

  it('is found by the social credit code and by its serial number, and by nothing else', async () => {
    const { desk } = await issued()
    const serial = desk.split('/').at(-1) ?? ''
    expect((await guan.get(`/ca/certificates?q=${serial.toUpperCase()}`)).to).toBe(desk)
    expect((await guan.get('/ca/certificates?q=91990103MA7KXY0A2Y')).text).toContain(desk)
    expect((await guan.get('/ca/certificates?q=91990100MA5QRT2B9A')).text).not.toContain(desk)
    expect((await guan.get(`/ca/certificates?of=${desk.slice('/ca/certificates/'.length)}`)).text).toContain(desk)
    for (const q of ['林小样', '%27%20OR%201', '00ff'])
      expect(codeOf(await guan.get(`/ca/certificates?q=${q}`), 'CERTIFICATE_NOT_FOUND')).toEqual([404, true])
    expect((await guan.get('/ca/expiring?days=365')).status).toBe(200)
  })

  it('leaves no name and no number in the log', () => {
    for (const who of ['lin', 'guan']) {
      const { name, citizenIdNumber } = personNamed(who)
      for (const value of [name, citizenIdNumber]) expect(web.log.join('\n')).not.toContain(value)
    }
  })
})

// Last: nothing is chained afterwards.
it('no page gives out a certificate or a key whose audit row is not in the chain', async () => {
  const earlier = await issued({ dual: 'yes' })
  const { own, desk } = await applied()
  const proposal = await proposed(desk)
  await web.assembly.sequencer.stop()
  const { enrolment } = web.assembly
  const id = own.split('/').at(-1) ?? ''
  expect((await meng.post(proposal, { decision: 'approve', reason: '复核无误' })).status).toBe(503)
  expect(await refusalOf(issueApplication(enrolment, id))).toBe('AUDIT_NOT_CHAINED')
  const { issuerId, serialHex } = need((await enrolment.store.applications.find(id))?.signing)
  const place = `/certificates/${issuerId}/${serialHex}/file`
  for (const page of await Promise.all([lin.get(place), guan.get(`/ca${place}`)])) {
    expect(codeOf(page, 'AUDIT_NOT_CHAINED')).toEqual([503, true])
    expect(page.text).not.toContain('BEGIN CERTIFICATE')
  }
  expect((await lin.get(`${earlier.own}/file`)).status).toBe(200)
}, 30_000)
