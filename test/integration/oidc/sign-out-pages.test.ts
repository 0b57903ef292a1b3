/** Signing out as the whole service does it, over HTTP: the feed behind its token, and receipts on pages and signed. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isJwsSignatureValid, parseJws, portableCrypto } from '../../../src/crypto/index.ts'
import { registerClient } from '../../../src/oidc/index.ts'
import { newBrowser, signedIn, startWeb, type Browser, type WebWorld } from '../web/web-world.ts'

const SECRET = 'a-secret-of-this-portal-0123456789abcdef'
const ACTOR = { kind: 'system', id: 'test' } as const
const CALLBACK = 'http://127.0.0.1:9/cb'
const AUTH =
  '/oidc/auth?response_type=code&scope=openid&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM' +
  `&code_challenge_method=S256&redirect_uri=${encodeURIComponent(CALLBACK)}`

let web: WebWorld
beforeAll(async () => {
  web = await startWeb()
  const common = { name: '内网门户', secret: SECRET, redirectUris: [CALLBACK] }
  await registerClient(
    web.assembly.oidc,
    {
      ...common,
      clientId: 'intranet',
      scopes: ['openid', 'logout.feed'],
      grantTypes: ['authorization_code', 'client_credentials'],
      logoutMode: 'feed',
    },
    ACTOR,
  )
  await registerClient(
    web.assembly.oidc,
    { ...common, clientId: 'brief', scopes: ['openid'], grantTypes: ['authorization_code'] },
    ACTOR,
  )
}, 60_000)
afterAll(() => web.stop())

const token = async (clientId: string): Promise<string> => {
  const answer = await fetch(`${web.publicUrl}/oidc/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${clientId}:${SECRET}`)}` },
    body: new URLSearchParams({ grant_type: 'client_credentials', scope: 'logout.feed' }),
  })
  return String(((await answer.json()) as { access_token?: string }).access_token)
}
const poll = (bearer: string, body: unknown): Promise<Response> =>
  fetch(`${web.publicUrl}/logout-feed`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(bearer === '' ? {} : { authorization: `Bearer ${bearer}` }) },
    body: JSON.stringify(body),
  })
const enter = async (browser: Browser, clientId: string): Promise<void> => {
  const { to } = await browser.get(`${AUTH}&client_id=${clientId}`)
  expect(to).toContain(`${CALLBACK}?code=`)
}

describe('an answer by form (response_mode=form_post)', () => {
  it('may run the script that sends it, and no other', async () => {
    const page = await newBrowser(web.publicUrl).get(`${AUTH}&client_id=brief&response_mode=form_post&prompt=none`)
    expect(page.text).toContain('name="error" value="login_required"')
    expect(page.headers.get('content-security-policy')).toMatch(/script-src[^;]*'sha256-/)
    expect(page.headers.get('content-security-policy')).not.toContain('unsafe-inline')
  })
})

describe('the feed over HTTP', () => {
  it('refuses who shows no token, an invented one, or one without the scope', async () => {
    expect((await poll('', {})).status).toBe(401)
    expect((await poll('x'.repeat(43), {})).status).toBe(401)
    expect((await poll(await token('brief'), {})).status).toBe(401)
  })

  it.each([
    { maxEvents: -1 },
    { maxEvents: 1.5 },
    { ack: 'x' },
    { ack: [1] },
    { setErrs: { a: {} } },
    { setErrs: { a: { err: '<b>' } } },
    [],
  ])('refuses %j', async (body) => {
    expect((await poll(await token('intranet'), body)).status).toBe(400)
  })

  it('gives what ended and takes the acknowledgement; the receipt says so, in words and signed', async () => {
    const browser = await signedIn(web, 'zhao')
    await enter(browser, 'intranet')
    await enter(browser, 'brief')
    const { to } = await browser.post('/sign-out', { scope: 'session' })
    expect(to).toBe('/sign-out/receipt')
    expect((await browser.get(to)).text).toContain('2 个门户中 0 个已确认退出')

    const bearer = await token('intranet')
    const given = await poll(bearer, { returnImmediately: true })
    expect(given.headers.get('cache-control')).toBe('no-store')
    const { sets } = (await given.json()) as { sets: Record<string, string> }
    expect(await (await poll(bearer, { ack: Object.keys(sets), returnImmediately: true })).json()).toEqual({ sets: {} })
    const receipt = await browser.get(to)
    expect(receipt.text).toContain('2 个门户中 1 个已确认退出')
    expect(receipt.text).toContain('等它失效')

    const { payload, signatures } = parseJws((await browser.get('/sign-out/receipt/signed')).text)
    expect(JSON.parse(new TextDecoder().decode(payload))).toMatchObject({
      confirmed: 1,
      portals: [
        { client_id: 'brief', way: 'lease', state: 'unreachable' },
        { client_id: 'intranet', way: 'feed', state: 'confirmed' },
      ],
    })
    expect(signatures.map((s) => s.alg)).toEqual(['SM2SM3', 'ES256'])
    for (const s of signatures) {
      expect(isJwsSignatureValid(portableCrypto, s)).toBe(true)
      const bent = { ...s, signingInput: s.signingInput.map((b, i, all) => (i === all.length - 9 ? b ^ 1 : b)) }
      expect(isJwsSignatureValid(portableCrypto, bent)).toBe(false)
    }
  })

  it('shows a past receipt to its person alone', async () => {
    const before = await signedIn(web, 'zhao')
    await before.post('/sign-out', { scope: 'session' })
    const browser = await signedIn(web, 'zhao')
    const personId = web.people.get('zhao') ?? ''
    const account = await web.assembly.identity.store.accounts.findByPerson(personId)
    const [newest] = await web.assembly.oidc.store.logouts.endings(account?.id ?? '', 1)
    const path = `/sign-out/receipt?ending=${newest?.endingId ?? ''}`
    expect((await browser.get(path)).status).toBe(200)
    expect((await newBrowser(web.publicUrl).get(path)).to).toBe('/')
    expect((await (await signedIn(web, 'zheng')).get(path)).to).toBe('/')
  })

  it('has no signed receipt for a browser that holds none', async () => {
    expect((await newBrowser(web.publicUrl).get('/sign-out/receipt/signed')).status).toBe(404)
  })
})
