/** The way into a portal, bent: requests that no portal would send, codes and tokens of others, and answers that a portal did not ask for. */
import { createHash, randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { world } from '../../../examples/world.ts'
import type { Browser } from '../web/web-world.ts'
import { newBrowser, signedIn } from '../web/web-world.ts'
import type { Target } from './service.ts'
import { ask, form, startTarget } from './service.ts'

let target: Target
let person: Browser
beforeAll(async () => {
  target = await startTarget()
  person = await signedIn({ publicUrl: target.url }, 'lin')
}, 120_000)
afterAll(() => target.stop())

const portals = world.clients.filter((c) => c.kind === 'portal')
const idOf = (n: number): string => portals[n]?.id ?? ''
const basicOf = (n: number): string => {
  const secret = portals[n]?.authentication
  return `Basic ${Buffer.from(`${idOf(n)}:${secret?.method === 'client_secret_basic' ? secret.secret : ''}`).toString('base64')}`
}
const verifier = randomBytes(32).toString('base64url')
const challenge = createHash('sha256').update(verifier).digest('base64url')
const callback = (): string => `${target.portal}/callback`

const request = (changed: Readonly<Record<string, string | undefined>> = {}): string => {
  const usual = {
    client_id: idOf(0),
    response_type: 'code',
    scope: 'openid',
    redirect_uri: callback(),
    state: 's',
    nonce: 'n',
    code_challenge: challenge,
    code_challenge_method: 'S256',
  }
  const all = Object.entries({ ...usual, ...changed }).filter((e): e is [string, string] => e[1] !== undefined)
  return `/oidc/auth?${new URLSearchParams(all).toString()}`
}

/** Through the choice for whom one acts, to the portal's address. */
const codeFor = async (browser: Browser, address: string): Promise<URL> => {
  let page = await browser.get(address)
  for (let i = 0; i < 8; i++) {
    if (page.to.startsWith('http')) return new URL(page.to)
    if (page.to === '') {
      const value = /name="principal"[^>]*value="([^"]*)"|value="([^"]*)"[^>]*name="principal"/.exec(page.text)
      page = await browser.post(address, { principal: value?.[1] ?? value?.[2] ?? 'self' })
    } else {
      address = page.to
      page = await browser.get(address)
    }
  }
  throw new Error('no way to the portal')
}

const redeem = (code: string, changed: Readonly<Record<string, string>> = {}, authorization = basicOf(0)) =>
  ask(
    `${target.url}/oidc/token`,
    form(
      { grant_type: 'authorization_code', code, redirect_uri: callback(), code_verifier: verifier, ...changed },
      { authorization },
    ),
  )

describe('an authorization request', () => {
  it.each([
    'https://evil.example/callback',
    'http://127.0.0.1:1/callback',
    'PORTAL/callback/',
    'PORTAL/callback?x=1',
    'PORTAL/callback#x',
    'PORTAL/callback/../x',
    'PORTAL@evil.example/callback',
    'PORTAL/%63allback',
    'javascript:alert(1)',
  ])('to go back to %s is refused, and goes nowhere', async (uri) => {
    const redirect = uri.replace('PORTAL', target.portal)
    const { status, to } = await person.get(request({ redirect_uri: redirect }))
    expect([status, to]).toEqual([400, ''])
  })
  it.each([
    ['without PKCE', { code_challenge: undefined, code_challenge_method: undefined }],
    ['with a plain challenge', { code_challenge: verifier, code_challenge_method: 'plain' }],
    ['without a method, which means plain', { code_challenge_method: undefined }],
    ['for a token in the address', { response_type: 'token' }],
    ['for an ID token in the address', { response_type: 'id_token', nonce: 'n' }],
    ['for both', { response_type: 'code id_token' }],
    ['with a request object', { request: 'eyJhbGciOiJub25lIn0.e30.' }],
    ['with an address of a request object', { request_uri: 'http://169.254.169.254/latest' }],
    ['with a prompt that is none', { prompt: 'none login' }],
    ['for another resource', { resource: 'https://evil.example' }],
  ])('%s gives no code', async (_, changed) => {
    const { to, text } = await person.get(request(changed))
    expect(`${to}${text}`).not.toMatch(/[?&#](code|access_token|id_token)=/)
    expect(to === '' || /error=/.test(to) || to.startsWith('/interaction')).toBe(true)
    expect(to).not.toMatch(/^\/interaction/)
  })
  it('shows nothing of itself on the error page', async () => {
    const { text } = await person.get(request({ client_id: '<script>alert(1)</script>', state: 'very-own-state' }))
    expect(text).not.toContain('<script>alert')
    expect(text).not.toContain('very-own-state')
  })
})

describe('a code', () => {
  it('is worth nothing to another portal, with another verifier or address, invented, or used', async () => {
    const code = async (): Promise<string> => (await codeFor(person, request())).searchParams.get('code') ?? ''
    expect((await redeem(await code(), {}, basicOf(1))).code).toBe('invalid_grant')
    expect((await redeem(await code(), { code_verifier: randomBytes(32).toString('base64url') })).code).toBe(
      'invalid_grant',
    )
    expect((await redeem(await code(), { redirect_uri: `${target.portal2}/callback` })).code).toBe('invalid_grant')
    expect((await redeem(randomBytes(32).toString('base64url'))).code).toBe('invalid_grant')
    const once = await code()
    const first = await redeem(once)
    expect(first.status).toBe(200)
    expect((await redeem(once)).code).toBe('invalid_grant')
    // Sent twice in one moment it was the portal; later it was not only the portal, and what the first use gave dies.
    await new Promise((resolve) => setTimeout(resolve, 3_200))
    expect((await redeem(once)).code).toBe('invalid_grant')
    const { access_token: token } = JSON.parse(first.text) as { access_token: string }
    expect((await ask(`${target.url}/oidc/me`, { headers: { authorization: `Bearer ${token}` } })).status).toBe(401)
  })
  it('gives a token that opens no page and no API of ours', async () => {
    const code = (await codeFor(person, request())).searchParams.get('code') ?? ''
    const { access_token: token } = JSON.parse((await redeem(code)).text) as { access_token: string }
    const headers = { authorization: `Bearer ${token}` }
    for (const path of ['/api/seals', '/api/licences'])
      expect([401, 403]).toContain((await ask(`${target.url}${path}`, { headers })).status)
    expect((await ask(`${target.url}/account`, { headers: { ...headers, accept: 'text/html' } })).status).toBe(303)
  })
})

describe('a portal', () => {
  it.each(['', '?code=x', '?code=x&state=y', '?state=y', '?error=x', '?code=x&state=%00'])(
    'begins no session on an answer that it did not ask for (%s)',
    async (query) => {
      const visitor = newBrowser(target.portal)
      const { status } = await visitor.get(`/callback${query}`)
      expect(status).toBeGreaterThanOrEqual(400)
      expect((await visitor.get('/', { accept: 'application/json' })).text).toContain('"signedIn":false')
    },
  )
  it('refuses the code of another sign-in, and a state of its own choosing', async () => {
    const visitor = newBrowser(target.portal)
    const started = new URL((await visitor.get('/sign-in')).to)
    const code = (await codeFor(person, request())).searchParams.get('code') ?? ''
    const state = started.searchParams.get('state') ?? ''
    const iss = encodeURIComponent(`${target.url}/oidc`)
    expect((await visitor.get(`/callback?code=${code}&state=forged&iss=${iss}`)).status).toBeGreaterThanOrEqual(400)
    expect((await visitor.get(`/callback?code=${code}&state=${state}&iss=${iss}`)).status).toBeGreaterThanOrEqual(400)
    expect((await visitor.get('/', { accept: 'application/json' })).text).toContain('"signedIn":false')
  })
  it.each(['', 'logout_token=x', 'logout_token=eyJhbGciOiJub25lIn0.e30.'])(
    'ends no session on a false sign-out (%s)',
    async (body) => {
      const headers = { 'content-type': 'application/x-www-form-urlencoded' }
      const answer = await ask(`${target.portal}/backchannel-logout`, { method: 'POST', headers, body })
      expect(answer.status).toBe(400)
    },
  )
})

describe('after signing out', () => {
  it('prompt=none gives no code, and refresh tokens nothing', async () => {
    const leaving = await signedIn({ publicUrl: target.url }, 'tang')
    await codeFor(leaving, request())
    await leaving.post('/sign-out', {})
    const { to } = await leaving.get(request({ prompt: 'none' }))
    expect(new URL(to).searchParams.get('error')).toBe('login_required')
  })
})
