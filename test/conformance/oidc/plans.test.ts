/**
 * The modules of the OpenID Foundation's conformance plans by their names, each written here after its published summary and run by
 * ourselves: a self-check, no certification. Plans: basic, config, form post, RP-initiated and
 * back-channel logout; eKYC stands in ekyc-plan.test.ts.
 */
import { SignJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Db } from '../../../adapters/postgres/db.ts'
import { makeLogoutWorker, type LogoutWorker } from '../../../src/oidc/index.ts'
import { freshEmbedded } from '../../support/database.ts'
import { newBrowser, startOidc, type Browser, type OidcWorld } from '../../integration/oidc/oidc-world.ts'
import { startPortal, until, type Portal } from '../../integration/oidc/oidc-portal.ts'
import { planTools } from './plan-tools.ts'

const clock = { offset: 0, now: () => new Date(Date.now() + clock.offset) }
let db: Db
let world: OidcWorld
let portal: Portal
let second: Portal
let worker: LogoutWorker
let rp: ReturnType<typeof planTools>

beforeAll(async () => {
  db = await freshEmbedded()
  world = await startOidc({ db, clock, deps: { nudge: () => worker.nudge() } })
  worker = makeLogoutWorker(world.deps, { pollMs: 50 })
  worker.start()
  portal = await startPortal(world, 'plan-one')
  second = await startPortal(world, 'plan-two')
  rp = planTools(world)
})
afterAll(async () => {
  await worker.stop()
  await portal.stop()
  await second.stop()
  await world.stop()
  await db.close()
})

const errorOf = (at: URL): string | null => at.searchParams.get('error')
const asksToSignIn = (answer: Response): boolean => (answer.headers.get('location') ?? '').includes('/interaction/')
const location = (answer: Response): URL => new URL(answer.headers.get('location') ?? '', world.publicUrl)

describe('oidcc-config-certification-test-plan', () => {
  it('oidcc-discovery-endpoint-verification', async () => {
    const found = await rp.discovery()
    expect(found['issuer']).toBe(world.issuer)
    for (const name of ['authorization_endpoint', 'token_endpoint', 'userinfo_endpoint', 'jwks_uri'])
      expect(String(found[name])).toMatch(new RegExp(`^${world.issuer}/`))
    expect(found['response_types_supported']).toEqual(['code'])
    expect(found['code_challenge_methods_supported']).toEqual(['S256'])
    expect(found['authorization_response_iss_parameter_supported']).toBe(true)
    expect(found['token_endpoint_auth_methods_supported']).toEqual(['client_secret_basic', 'private_key_jwt'])
    expect(found['claims_parameter_supported']).toBe(true)
    expect(found['sign_out_receipt_uri']).toBe(`${world.publicUrl}/sign-out/receipt`)
  })
})

describe('oidcc-basic-certification-test-plan', () => {
  it('oidcc-server', async () => {
    const { callback, claims } = await rp.signIn(newBrowser(), portal)
    expect(callback.searchParams.get('state')).toBe('s')
    expect(callback.searchParams.get('iss')).toBe(world.issuer)
    expect(claims).toMatchObject({ nonce: 'n', aud: 'plan-one' })
    expect((claims.exp ?? 0) - (claims.iat ?? 0)).toBe(600)
  })
  it('oidcc-response-type-missing', async () => {
    const url = new URL(await portal.start())
    url.searchParams.delete('response_type')
    const answer = await newBrowser().get(url.href)
    expect(errorOf(location(answer))).toBe('invalid_request')
  })
  it('oidcc-userinfo-get', async () => {
    const { access, claims } = await rp.signIn(newBrowser(), portal)
    expect(await rp.userInfo(access)).toMatchObject({ status: 200, sub: claims.sub })
  })
  it('oidcc-userinfo-post-header', async () => {
    const { access, claims } = await rp.signIn(newBrowser(), portal)
    const init = { method: 'POST', headers: { authorization: `Bearer ${access}` } }
    expect(await rp.userInfo(access, init)).toMatchObject({ status: 200, sub: claims.sub })
  })
  it('oidcc-userinfo-post-body', async () => {
    const { access, claims } = await rp.signIn(newBrowser(), portal)
    const init = { method: 'POST', headers: {}, body: new URLSearchParams({ access_token: access }) }
    expect(await rp.userInfo(access, init)).toMatchObject({ status: 200, sub: claims.sub })
  })
  it('oidcc-ensure-request-without-nonce-succeeds-for-code-flow', async () => {
    const url = new URL(await portal.start())
    url.searchParams.delete('nonce')
    const browser = newBrowser()
    await rp.signIn(browser, portal)
    const callback = location(await browser.get(url.href))
    const { id_token: token = '' } = (await (await rp.redeem(portal, callback)).json()) as Record<string, string>
    expect((await rp.verify(token, portal))['nonce']).toBeUndefined()
  })
  it('oidcc-scope-profile', async () => {
    const { access } = await rp.signIn(newBrowser(), portal, { scope: 'openid profile' })
    expect((await rp.userInfo(access))['name']).toBeTypeOf('string')
  })
  it.each(['email', 'address', 'phone'])('oidcc-scope-%s: not offered, and discovery says so', async (scope) => {
    expect((await rp.discovery())['scopes_supported']).not.toContain(scope)
  })
  it('oidcc-scope-all', async () => {
    expect((await rp.signIn(newBrowser(), portal, { scope: 'openid profile entity' })).claims.sub).toBeTypeOf('string')
  })
  it('oidcc-ensure-other-scope-order-succeeds', async () => {
    expect((await rp.signIn(newBrowser(), portal, { scope: 'profile openid' })).claims.sub).toBeTypeOf('string')
  })
  it.each(['page', 'popup'])('oidcc-display-%s', async (display) => {
    expect((await rp.signIn(newBrowser(), portal, { display })).claims.sub).toBeTypeOf('string')
  })
  it('oidcc-prompt-login', async () => {
    const browser = newBrowser()
    const before = await rp.signIn(browser, portal)
    expect(asksToSignIn(await rp.first(browser, portal, { prompt: 'login' }))).toBe(true)
    await new Promise((resolve) => setTimeout(resolve, 1_100))
    const after = await rp.signIn(browser, portal, { prompt: 'login' })
    expect(Number(after.claims['auth_time'])).toBeGreaterThan(Number(before.claims['auth_time']))
    expect(after.claims.sub).toBe(before.claims.sub)
  })
  it('oidcc-prompt-none-not-logged-in', async () => {
    expect(errorOf(await rp.authorize(newBrowser(), portal, { prompt: 'none' }))).toBe('login_required')
  })
  it('oidcc-prompt-none-logged-in', async () => {
    const browser = newBrowser()
    const before = await rp.signIn(browser, portal)
    const after = await rp.signIn(browser, portal, { prompt: 'none' })
    expect([after.claims.sub, after.claims['auth_time']]).toEqual([before.claims.sub, before.claims['auth_time']])
  })
  it('oidcc-max-age-1', async () => {
    const browser = newBrowser()
    const before = await rp.signIn(browser, portal)
    await new Promise((resolve) => setTimeout(resolve, 2_100))
    expect(asksToSignIn(await rp.first(browser, portal, { max_age: '1' }))).toBe(true)
    const after = await rp.signIn(browser, portal, { max_age: '1' })
    expect(Number(after.claims['auth_time'])).toBeGreaterThan(Number(before.claims['auth_time']))
  })
  it('oidcc-max-age-10000', async () => {
    const browser = newBrowser()
    const before = await rp.signIn(browser, portal)
    const after = await rp.signIn(browser, portal, { max_age: '10000', prompt: 'none' })
    expect(after.claims['auth_time']).toBe(before.claims['auth_time'])
  })
  it.each([
    ['oidcc-ensure-request-with-unknown-parameter-succeeds', { extra: 'foobar' }],
    ['oidcc-login-hint', { login_hint: 'somebody' }],
    ['oidcc-ui-locales', { ui_locales: 'se' }],
    ['oidcc-claims-locales', { claims_locales: 'se' }],
    ['oidcc-ensure-request-with-acr-values-succeeds', { acr_values: 'unknown 1 2' }],
    ['oidcc-claims-essential', { claims: '{"userinfo":{"name":{"essential":true}}}' }],
  ])('%s', async (_name, extra) => {
    expect((await rp.signIn(newBrowser(), portal, extra as Record<string, string>)).claims.sub).toBeTypeOf('string')
  })
  it('oidcc-id-token-hint', async () => {
    const browser = newBrowser()
    const { idToken, claims } = await rp.signIn(browser, portal)
    const again = await rp.signIn(browser, portal, { id_token_hint: idToken, prompt: 'none' })
    expect(again.claims.sub).toBe(claims.sub)
  })
  it('oidcc-codereuse', async () => {
    const callback = await rp.authorize(newBrowser(), portal)
    expect((await rp.redeem(portal, callback)).status).toBe(200)
    expect((await rp.redeem(portal, callback)).status).toBe(400)
  })
  it('oidcc-codereuse-30seconds', async () => {
    const callback = await rp.authorize(newBrowser(), portal)
    const { access_token: access = '' } = (await (await rp.redeem(portal, callback)).json()) as Record<string, string>
    clock.offset = 30_000
    expect((await rp.redeem(portal, callback)).status).toBe(400)
    expect((await rp.userInfo(access))['status']).toBe(401)
    clock.offset = 0
  })
  it('oidcc-ensure-registered-redirect-uri', async () => {
    for (const uri of [
      `${portal.url}/cb/`,
      `${portal.url}/cb?x=1`,
      'https://elsewhere.example/cb',
      `${portal.url}/CB`,
    ]) {
      const answer = await rp.first(newBrowser(), portal, { redirect_uri: uri })
      expect([answer.status, answer.headers.get('location')]).toEqual([400, null])
    }
  })
  it('oidcc-ensure-post-request-succeeds: not met, only GET and pushed requests (a POST across sites brings no cookie)', async () => {
    const url = new URL(await portal.start())
    const answer = await fetch(`${world.issuer}/auth`, { method: 'POST', body: url.searchParams, redirect: 'manual' })
    expect(answer.status).toBe(404)
  })
  it('oidcc-server-client-secret-post: not offered, and discovery says so', async () => {
    const callback = await rp.authorize(newBrowser(), portal)
    const form = { client_id: 'plan-one', client_secret: portal.secret, grant_type: 'authorization_code' }
    const code = callback.searchParams.get('code') ?? ''
    const body = new URLSearchParams({
      ...form,
      code,
      redirect_uri: `${portal.url}/cb`,
      code_verifier: portal.verifier,
    })
    expect((await fetch(`${world.issuer}/token`, { method: 'POST', body })).status).toBe(401)
  })
  it('oidcc-unsigned-request-object-supported-correctly-or-rejected-as-unsupported', async () => {
    const payload = btoa(JSON.stringify({ client_id: 'plan-one', state: 'inside' })).replaceAll('=', '')
    const request = `${btoa('{"alg":"none"}').replaceAll('=', '')}.${payload}.`
    expect(errorOf(location(await rp.first(newBrowser(), portal, { request })))).toMatch(
      /^(invalid_request_object|request_not_supported)$/,
    )
  })
  it('oidcc-ensure-request-object-with-redirect-uri', async () => {
    const request = await new SignJWT({ redirect_uri: 'https://elsewhere.example/cb' })
      .setProtectedHeader({ alg: 'HS256' })
      .sign(new TextEncoder().encode(portal.secret))
    const answer = await rp.first(newBrowser(), portal, { request })
    expect(answer.headers.get('location') ?? '').not.toContain('elsewhere.example')
  })
  it('oidcc-refresh-token', async () => {
    const { refresh, claims } = await rp.signIn(newBrowser(), portal)
    const answer = await rp.token(portal, { grant_type: 'refresh_token', refresh_token: refresh })
    const { id_token: token = '', refresh_token: next } = (await answer.json()) as Record<string, string>
    expect((await rp.verify(token, portal)).sub).toBe(claims.sub)
    expect(next).not.toBe(refresh)
    const stolen = await fetch(`${world.issuer}/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa(`plan-two:${second.secret}`)}` },
      body: new URLSearchParams({ grant_type: 'refresh_token', refresh_token: next ?? '' }),
    })
    expect(await stolen.json()).toMatchObject({ error: 'invalid_grant' })
  })
  it('oidcc-ensure-request-with-valid-pkce-succeeds', async () => {
    expect((await rp.signIn(newBrowser(), portal)).claims.sub).toBeTypeOf('string')
  })
})

describe('oidcc-formpost-basic-certification-test-plan', () => {
  const fields = (page: string): Record<string, string> =>
    Object.fromEntries([...page.matchAll(/name="([^"]+)" value="([^"]*)"/g)].map((m) => [m[1] ?? '', m[2] ?? '']))
  it('oidcc-server', async () => {
    const browser = newBrowser()
    await rp.signIn(browser, portal)
    const page = await (await rp.first(browser, portal, { response_mode: 'form_post' })).text()
    expect(page).toContain(`action="${portal.url}/cb"`)
    const { code = '', state, iss } = fields(page)
    expect([state, iss]).toEqual(['s', world.issuer])
    const callback = new URL(`${portal.url}/cb?${new URLSearchParams({ code }).toString()}`)
    expect((await rp.redeem(portal, callback)).status).toBe(200)
  })
  it('oidcc-prompt-none-not-logged-in', async () => {
    const answer = await rp.first(newBrowser(), portal, { response_mode: 'form_post', prompt: 'none' })
    expect(fields(await answer.text())).toMatchObject({ error: 'login_required', state: 's', iss: world.issuer })
  })
  it('oidcc-response-type-missing', async () => {
    const url = new URL(await portal.start({ response_mode: 'form_post' }))
    url.searchParams.delete('response_type')
    expect(fields(await (await newBrowser().get(url.href)).text())).toMatchObject({ error: 'invalid_request' })
  })
  it('escapes what the portal sent: a state with markup is a value', async () => {
    const answer = await rp.first(newBrowser(), portal, {
      response_mode: 'form_post',
      prompt: 'none',
      state: '"><script>alert(1)</script>',
    })
    expect(await answer.text()).not.toContain('<script>alert(1)')
  })
})

const endUrl = (form: Record<string, string>): string =>
  `${world.issuer}/session/end?${new URLSearchParams(form).toString()}`
const signedOut = async (browser: Browser): Promise<boolean> =>
  (await (await browser.get(`${world.publicUrl}/me`)).json()) === null

describe('oidcc-rp-initiated-logout-certification-test-plan', () => {
  const out = () => `${portal.url}/out`
  const leave = async (form: (idToken: string) => Record<string, string>) => {
    const browser = newBrowser()
    const { idToken } = await rp.signIn(browser, portal)
    const answer = await browser.get(endUrl(form(idToken)))
    return { browser, answer, to: answer.headers.get('location'), text: await answer.text() }
  }
  it('oidcc-rp-initiated-logout-discovery-endpoint-verification', async () => {
    expect((await rp.discovery())['end_session_endpoint']).toBe(`${world.issuer}/session/end`)
  })
  it('oidcc-rp-initiated-logout', async () => {
    const { browser, to } = await leave((t) => ({ id_token_hint: t, post_logout_redirect_uri: out(), state: 'bye' }))
    expect(to).toBe(`${out()}?state=bye`)
    expect(await signedOut(browser)).toBe(true)
    expect(errorOf(await rp.authorize(browser, portal, { prompt: 'none' }))).toBe('login_required')
  })
  it('oidcc-rp-initiated-logout-no-state', async () => {
    expect((await leave((t) => ({ id_token_hint: t, post_logout_redirect_uri: out() }))).to).toBe(out())
  })
  it.each<[string, (t: string) => Record<string, string>]>([
    [
      'bad-post-logout-redirect-uri',
      (t) => ({ id_token_hint: t, post_logout_redirect_uri: 'https://elsewhere.example/' }),
    ],
    [
      'query-added-to-post-logout-redirect-uri',
      (t) => ({ id_token_hint: t, post_logout_redirect_uri: `${out()}?a=b` }),
    ],
    ['bad-id-token-hint', () => ({ id_token_hint: 'bad', post_logout_redirect_uri: out() })],
    [
      'modified-id-token-hint',
      (t) => ({ id_token_hint: `${t.slice(0, -8)}AAAAAAAA`, post_logout_redirect_uri: out() }),
    ],
  ])('oidcc-rp-initiated-logout-%s: an error page, no redirect, still signed in', async (_name, form) => {
    const { browser, answer, to } = await leave(form)
    expect([answer.status, to]).toEqual([400, null])
    expect(await signedOut(browser)).toBe(false)
  })
  it.each<[string, (t: string) => Record<string, string>]>([
    ['no-id-token-hint', () => ({ client_id: 'plan-one', post_logout_redirect_uri: out() })],
    ['no-params', () => ({})],
    ['only-state', () => ({ state: 'x' })],
  ])('oidcc-rp-initiated-logout-%s: asks first', async (_name, form) => {
    const { browser, answer, to, text } = await leave(form)
    expect([answer.status, to]).toEqual([200, null])
    expect(text).toContain('name="logout"')
    expect(await signedOut(browser)).toBe(false)
  })
  it('oidcc-rp-initiated-logout-no-post-logout-redirect-uri', async () => {
    const { browser } = await leave((t) => ({ id_token_hint: t }))
    expect(await signedOut(browser)).toBe(true)
  })
})

describe('oidcc-backchannel-rp-initiated-logout-certification-test-plan', () => {
  it('oidcc-backchannel-rp-initiated-logout-discovery-endpoint-verification', async () => {
    const found = await rp.discovery()
    expect(found).toMatchObject({ backchannel_logout_supported: true, backchannel_logout_session_supported: true })
  })
  it('oidcc-backchannel-rp-initiated-logout', async () => {
    portal.told.length = 0
    const browser = newBrowser()
    const { idToken, claims } = await rp.signIn(browser, portal)
    await browser.get(endUrl({ id_token_hint: idToken, post_logout_redirect_uri: `${portal.url}/out` }))
    await until(() => portal.told.some((t) => t['sid'] === claims['sid']))
    const token = portal.told.find((t) => t['sid'] === claims['sid'])
    expect(token).toMatchObject({ iss: world.issuer, aud: 'plan-one', sub: claims.sub })
    expect(token?.['events']).toEqual({ 'http://schemas.openid.net/event/backchannel-logout': {} })
    expect(token).not.toHaveProperty('nonce')
    expect(token?.jti).toBeTypeOf('string')
    expect((token?.exp ?? 0) - (token?.iat ?? 0)).toBeLessThanOrEqual(120)
  })
})
