import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { OWN_PAGES, registerClient } from '../../../src/oidc/index.ts'
import type { CertificateAddress } from '../../../src/web/paths.ts'
import { paths } from '../../../src/web/paths.ts'
import { actFor, newBrowser, personNamed, signedIn, startWeb, type Browser, type WebWorld } from './web-world.ts'

let web: WebWorld
beforeAll(async () => {
  web = await startWeb()
})
afterAll(() => web.stop())

const PASSWORD = '湖边 三只 白鹭 飞过'
const person = personNamed('xu')
const identity = { name: person.name, citizenId: person.citizenIdNumber }
const login = (loginName: string) => ({ ...identity, loginName, password: PASSWORD, passwordAgain: PASSWORD })

describe('the table of pages', () => {
  it('refuses an anonymous caller wherever it does not say public', async () => {
    const closed = web.routes.all.filter((r) => r.kind === 'page' && r.access !== 'public')
    expect(closed.length).toBeGreaterThan(15)
    const browser = newBrowser(web.publicUrl)
    for (const { method, path } of closed) {
      const address = path.replace(/:[a-z]+/gi, '01900000-0000-7000-8000-000000000001')
      const answer = method === 'GET' ? await browser.get(address) : await browser.post(address, {})
      if (method === 'GET') expect(answer.to, path).toBe(`/sign-in?to=${encodeURIComponent(address)}`)
      else expect(answer.status, path).toBe(401)
    }
  })

  it('opens only these pages to everybody', () => {
    const open = web.routes.all.filter((r) => r.kind === 'page' && r.access === 'public')
    expect(open.map((r) => `${r.method} ${r.path}`).sort()).toEqual(
      [
        'GET /',
        'GET /interaction/:uid',
        'GET /interaction/:uid/cancel',
        'GET /recover-password',
        'GET /register',
        'GET /sign-in',
        'GET /sign-out',
        'GET /sign-out/receipt',
        'GET /sign-out/receipt/signed',
        'GET /signed-in',
        'GET /verify',
        'POST /interaction/:uid',
        'POST /recover-password',
        'POST /register',
        'POST /sign-out',
        'POST /verify',
      ].sort(),
    )
  })

  it('has a route for every address that pages link to', () => {
    const id = '01900000-0000-7000-8000-000000000001'
    // Of a certificate, by its issuer and serial; of anything else, by its id.
    const named = Object.assign(new String(id), { issuerId: 'entity-ca-sm2', serialHex: '0a' }) as string &
      CertificateAddress
    const linked = Object.entries(paths).map(([name, p]) => [name, typeof p === 'string' ? p : p(named)] as const)
    for (const [name, path] of linked) {
      const found = web.routes.find('GET', path)
      expect('route' in found || found.allowed.includes('POST'), name).toBe(true)
    }
  })

  it.each([
    ['an Origin of another site', { origin: 'https://other.example' }],
    ['Sec-Fetch-Site: cross-site', { 'sec-fetch-site': 'cross-site' }],
    ['Sec-Fetch-Site: same-site, which another host of our domain would send', { 'sec-fetch-site': 'same-site' }],
    ['Origin: null, which a sandboxed frame sends', { origin: 'null' }],
  ])('refuses every form that comes with %s', async (_what, headers) => {
    const browser = await signedIn(web, 'tang')
    for (const { path } of web.routes.all.filter((r) => r.kind === 'page' && r.method === 'POST')) {
      const answer = await browser.post(path.replace(/:[a-z]+/gi, 'x'), { sessionId: 'x' }, headers)
      expect(answer.status, path).toBe(403)
      expect(answer.text).toContain('CSRF_REJECTED')
    }
  })

  it('sends assets compressed, to be kept for ever', async () => {
    const browser = newBrowser(web.publicUrl)
    const { text } = await browser.get('/')
    const path = /href="(\/assets\/[^"]+\.css)"/.exec(text)?.[1] ?? ''
    const small = await fetch(web.publicUrl + path, { headers: { 'accept-encoding': 'gzip' } })
    expect(small.headers.get('content-encoding')).toBe('gzip')
    expect(small.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
    const plain = await fetch(web.publicUrl + path, { headers: { 'accept-encoding': 'identity, gzip;q=0' } })
    expect(plain.headers.get('content-encoding')).toBeNull()
    expect(await plain.text()).toBe(await small.text())
    expect((await browser.get('/assets/xinyin-000000000000.css')).status).toBe(404)
  })

  it('keeps the chosen language, and only those two', async () => {
    const browser = newBrowser(web.publicUrl)
    expect((await browser.get('/verify?lang=en&id=1')).to).toBe('/verify?id=1')
    expect((await browser.get('/')).text).toContain('<html lang="en">')
    await browser.get('/?lang=fr')
    expect((await browser.get('/')).text).toContain('<html lang="en">')
    await browser.get('/?lang=zh')
    expect((await browser.get('/')).text).toContain('<html lang="zh-CN">')
  })
})

describe('signing in', () => {
  it('comes back with the name but never the password when it is wrong', async () => {
    const browser = newBrowser(web.publicUrl)
    const { at } = await browser.open('/sign-in?to=/wallet')
    const wrong = await browser.post(at, { loginName: 'linxiaoyang', password: 'quite-wrong-password' })
    expect(wrong.status).toBe(401)
    expect(wrong.text).toContain('LOGIN_FAILED')
    expect(wrong.text).toContain('value="linxiaoyang"')
    expect(wrong.text).not.toContain('quite-wrong-password')
    const right = await browser.post(at, { loginName: 'linxiaoyang', password: 'demo-Lin-2026' })
    expect(right.status).toBe(303)
    expect((await browser.open(right.to)).at).toBe('/wallet')
    expect((await browser.get('/sign-in?to=/account')).to).toBe('/account')
  })

  it.each([
    'https://other.example/',
    '//other.example/',
    '/\\other.example/',
    '\\\\other.example',
    '/\t/other.example',
    '/.//other.example',
    '/a/..//other.example',
    'javascript:alert(1)',
    'other.example',
    '@other.example',
    `/${'a'.repeat(600)}`,
  ])('leads nowhere else afterwards: to=%s', async (to) => {
    const browser = newBrowser(web.publicUrl)
    const started = await browser.get(`/sign-in?to=${encodeURIComponent(to)}`)
    expect(new URL(started.to, web.publicUrl).searchParams.get('state')).toBe('/')
    const back = await browser.get(`/signed-in?code=x&state=${encodeURIComponent(to)}`)
    expect(back.to).toBe('/')
    const known = await signedIn(web, 'tang')
    expect((await known.get(`/sign-in?to=${encodeURIComponent(to)}`)).to).toBe('/')
    const chosen = await known.post(`/principal?to=${encodeURIComponent(to)}`, { principal: 'self' })
    expect(chosen.to).toBe('/')
  })

  it('tells an interaction that nobody began, or another browser began, that it is over', async () => {
    const { at } = await newBrowser(web.publicUrl).open('/sign-in')
    const other = newBrowser(web.publicUrl)
    const seen = await other.get(at)
    expect(seen.status).toBe(400)
    expect(seen.text).toContain('INTERACTION_EXPIRED')
    const posted = await other.post(at, { loginName: 'linxiaoyang', password: 'demo-Lin-2026' })
    expect(posted.text).toContain('INTERACTION_EXPIRED')
    expect(other.cookies().has('xinyin_session')).toBe(false)
  })
})

describe('signing in to a portal', () => {
  const callback = 'http://127.0.0.1:9/cb'
  const start = (browser: Browser) =>
    browser.open(
      `/oidc/auth?${new URLSearchParams({
        client_id: 'portal-test',
        response_type: 'code',
        scope: 'openid profile entity',
        redirect_uri: callback,
        state: 's',
        code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
        code_challenge_method: 'S256',
      }).toString()}`,
    )
  /** Redirects until the site is left; where to. */
  const leave = async (browser: Browser, from: string): Promise<URL> => {
    let to = from
    while (to.startsWith('/')) to = (await browser.get(to)).to
    return new URL(to)
  }

  beforeAll(() =>
    registerClient(
      web.assembly.oidc,
      {
        clientId: 'portal-test',
        name: '测试专区',
        uri: 'http://127.0.0.1:9',
        scopes: ['openid', 'profile', 'entity'],
        grantTypes: ['authorization_code'],
        redirectUris: [callback],
        secret: 'a-secret-of-this-portal-0123456789abcdef',
        principalTypes: 'entity',
      },
      { kind: 'system', id: 'test' },
    ),
  )

  it('names the portal and what it gets, asks for whom, and offers only those it accepts', async () => {
    const browser = newBrowser(web.publicUrl)
    const { at, text } = await start(browser)
    expect(text).toContain('测试专区')
    const signed = await browser.post(at, { loginName: 'linxiaoyang', password: 'demo-Lin-2026' })
    const choice = await browser.open(signed.to)
    const options = [...choice.text.matchAll(/name="principal"[^>]*value="([^"]+)"/g)].map((m) => m[1])
    expect(options).toHaveLength(2)
    expect(options.every((o) => /^[0-9a-f-]{36} [0-9a-f-]{36}$/.test(o ?? ''))).toBe(true)

    const none = await browser.post(choice.at, {})
    expect([none.status, none.text.includes('INPUT_INVALID')]).toEqual([400, true])
    const foreign = `${web.entities.get('scjg') ?? ''} legal-representative`
    for (const principal of ['self', foreign, 'nonsense']) {
      const refused = await browser.post(choice.at, { principal })
      expect([refused.status, refused.text.includes('PRINCIPAL_NOT_AVAILABLE')]).toEqual([403, true])
    }
    const done = await leave(browser, (await browser.post(choice.at, { principal: options[0] ?? '' })).to)
    expect(done.origin + done.pathname).toBe(callback)
    expect(done.searchParams.has('code')).toBe(true)

    const asked = await browser.get('/sign-out')
    expect(asked.text).toContain('测试专区')
  })

  it('goes back to the portal when the person does not want to', async () => {
    const browser = newBrowser(web.publicUrl)
    const { at } = await start(browser)
    const back = await leave(browser, `${at}/cancel`)
    expect(back.origin + back.pathname).toBe(callback)
    expect(back.searchParams.get('error')).toBe('access_denied')
  })

  it('asks with our own page before a portal’s wish ends a session it cannot name', async () => {
    const browser = await signedIn(web, 'tang')
    const { text } = await browser.get('/oidc/session/end')
    expect(text).toContain('<h1>要退出登录吗？</h1>')
    const action = /method="post" action="([^"]+)"/.exec(text)?.[1] ?? ''
    const xsrf = /name="xsrf" value="([^"]+)"/.exec(text)?.[1] ?? ''
    const confirmed = await browser.post(new URL(action).pathname, { xsrf, logout: 'yes' })
    const end = await browser.open(confirmed.to)
    expect(end.text).toContain('<h1>您已退出登录</h1>')
    expect((await browser.get('/account')).status).toBe(303)
    expect((await browser.get('/sign-out/receipt')).text).toContain('<h1>您已退出登录</h1>')
  })

  it('shows the provider’s errors on our page, with a code and nothing of the request', async () => {
    const answer = await newBrowser(web.publicUrl).get('/oidc/auth?client_id=%3Cscript%3Enobody')
    expect(answer.text).toContain('CLIENT_UNKNOWN')
    expect(answer.text).not.toContain('nobody')
    const wrong = await newBrowser(web.publicUrl).get(
      `/oidc/auth?client_id=${OWN_PAGES}&redirect_uri=https://other.example&response_type=code`,
    )
    expect(wrong.to).toBe('')
    expect(wrong.text).toContain('<h1>')
  })
})

describe('signing out', () => {
  it('ends this browser’s session only, or every one of them, and gives a receipt that does not open sessions', async () => {
    const [one, two, three] = [await signedIn(web, 'wu'), await signedIn(web, 'wu'), await signedIn(web, 'wu')]
    expect((await one.get('/sign-out')).text).toContain('value="account"')
    const here = await one.post('/sign-out', { scope: 'session' })
    expect(here.to).toBe('/sign-out/receipt')
    const receipt = await one.get(here.to)
    expect(receipt.text).toContain('<h1>您已退出登录</h1>')
    expect(receipt.text).not.toContain(one.cookies().get('xinyin_receipt') ?? '-')
    expect((await one.get('/account')).to).toBe('/sign-in?to=%2Faccount')
    expect((await two.get('/account')).status).toBe(200)
    await two.post('/sign-out', { scope: 'account' })
    expect((await three.get('/account')).status).toBe(303)
  })

  it('has nothing to show to who never signed in', async () => {
    const browser = newBrowser(web.publicUrl)
    expect((await browser.get('/sign-out')).to).toBe('/')
    expect((await browser.get('/sign-out/receipt')).to).toBe('/')
    const forged = await browser.get('/sign-out/receipt', { cookie: `xinyin_receipt=${'A'.repeat(43)}` })
    expect(forged.to).toBe('/')
  })
})

describe('registering oneself', () => {
  afterEach(() => web.controlPopulation({ failure: 'none', delayMs: 0 }))

  it.each([
    ['990101199001010001', 'check'],
    ['00010119900101123X', 'division'],
    ['99010119901301123X', 'birth-date'],
  ])('says which part of an impossible number is wrong: %s', async (citizenId) => {
    const answer = await newBrowser(web.publicUrl).post('/register', { name: '林小样', citizenId })
    expect(answer.status).toBe(400)
    expect(answer.text).toContain('CITIZEN_ID_INVALID')
    expect(answer.text).toContain('<span class="bad">')
    expect(answer.text).toContain(`value="${citizenId}"`)
  })

  it('names both wrong inputs at once', async () => {
    const answer = await newBrowser(web.publicUrl).post('/register', { name: '<b>', citizenId: '1' })
    expect(answer.text).toContain('href="#f-name"')
    expect(answer.text).toContain('href="#f-citizenId"')
    expect(answer.text).not.toContain('<b>"')
  })

  it('keeps everything but the password when the registry is out, and says nothing about the person', async () => {
    const browser = newBrowser(web.publicUrl)
    await web.controlPopulation({ failure: 'hang-up' })
    const out = await browser.post('/register', login('xuweizhuce'))
    expect(out.status).toBe(503)
    expect(out.headers.get('retry-after')).toBe('5')
    expect(out.text).toContain('REGISTRY_UNAVAILABLE')
    for (const value of [person.name, person.citizenIdNumber, 'xuweizhuce'])
      expect(out.text).toContain(`value="${value}"`)
    expect(out.text).not.toContain(PASSWORD)
    await web.controlPopulation({ failure: 'undefined-code' })
    expect((await browser.post('/register', login('xuweizhuce'))).text).toContain('REGISTRY_ANSWER_UNDEFINED')
  })

  it.each([
    ['a name that does not belong to the number', { name: '许冒名' }, 422, 'PERSON_MISMATCH', 'f-name'],
    ['a person who has died', personNamed('han'), 422, 'PERSON_DECEASED', 'f-citizenId'],
    ['a person who has an account', personNamed('lin'), 409, 'PERSON_ALREADY_REGISTERED', 'f-citizenId'],
    ['a login name that is taken', { loginName: 'linxiaoyang' }, 409, 'LOGIN_NAME_TAKEN', 'f-loginName'],
    ['a login name of digits', { loginName: '13800000000' }, 400, 'INPUT_INVALID', 'f-loginName'],
    ['a weak password', { password: '1234567890', passwordAgain: '1234567890' }, 400, 'PASSWORD_WEAK', 'f-password'],
    ['two different passwords', { passwordAgain: `${PASSWORD}!` }, 400, 'INPUT_INVALID', 'f-passwordAgain'],
  ])('refuses %s, at its input', async (_what, other, status, code, input) => {
    const form = 'citizenIdNumber' in other ? { name: other.name, citizenId: other.citizenIdNumber } : other
    const answer = await newBrowser(web.publicUrl).post('/register', { ...login('xuweizhuce'), ...form })
    expect(answer.status).toBe(status)
    expect(answer.text).toContain(`<code>${code}</code>`)
    expect(answer.text).toContain(`href="#${input}"`)
    expect(answer.text).not.toContain(PASSWORD)
  })

  it('goes from name and number to login to an account, back and forth, without an address that says anything', async () => {
    const browser = newBrowser(web.publicUrl)
    const second = await browser.post('/register', identity)
    expect(second.status).toBe(200)
    expect(second.text).toContain(`name="citizenId" value="${person.citizenIdNumber}"`)
    const back = await browser.post('/register', { ...login('xuweizhuce'), back: '1' })
    expect(back.text).toContain(`value="${person.citizenIdNumber}"`)
    const done = await browser.post('/register', login('xuweizhuce'))
    expect(done.status).toBe(201)
    expect(done.text).toContain('href="/sign-in?to=%2Faccount"')
    const { at } = await browser.open('/sign-in?to=%2Faccount')
    const signed = await browser.post(at, { loginName: 'xuweizhuce', password: PASSWORD })
    expect((await browser.open(signed.to)).at).toBe('/account')
    for (const secret of [person.citizenIdNumber, person.name, PASSWORD, encodeURIComponent(person.name)])
      expect(web.log.join('\n')).not.toContain(secret)
  })
})

describe('registering an enterprise', () => {
  it('registers it for its legal representative, and for nobody else', async () => {
    // The register of the demonstration has 何样首 as head of this office; he is no citizen of the service yet.
    const head = personNamed('he')
    const form = { name: '澄州市样例人力资源和社会保障局', uscc: '11990100MB0991035E' }
    const other = await signedIn(web, 'tang')
    const refused = await other.post('/register/entity', form)
    expect([refused.status, refused.text.includes('ENTITY_MISMATCH')]).toEqual([422, true])
    expect(refused.text).toContain(`value="${form.uscc}"`)
    expect((await other.post('/register/entity', { ...form, uscc: '1' })).text).toContain('USCC_INVALID')

    const browser = newBrowser(web.publicUrl)
    const account = { name: head.name, citizenId: head.citizenIdNumber, loginName: 'heyangshou' }
    await browser.post('/register', { ...account, password: PASSWORD, passwordAgain: PASSWORD })
    const { at } = await browser.open('/sign-in')
    await browser.open((await browser.post(at, { loginName: 'heyangshou', password: PASSWORD })).to)
    const registered = await browser.post('/register/entity', form)
    expect(registered.to).toMatch(/^\/register\/entity\?done=[0-9a-f-]{36}$/)
    expect((await browser.get(registered.to)).text).toContain(form.name)
    expect((await other.get(registered.to)).status).toBe(404)
    const again = await browser.post('/register/entity', form)
    expect([again.status, again.text.includes('ENTITY_ALREADY_REGISTERED')]).toEqual([409, true])
  })

  it('shows for whom one acts on every page, once chosen', async () => {
    const browser = await signedIn(web, 'zhou')
    await actFor(web, browser, 'shili')
    expect((await browser.get('/')).text).toMatch(/法定代表人，正在代表<\/span> <b>云湖示例科技有限公司/)
    await browser.post('/principal', { principal: 'self' })
    expect((await browser.get('/')).text).toContain('正在以本人身份办理')
  })
})
