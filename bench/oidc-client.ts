/** A portal and a browser in one, with as little work of their own as can be: what is measured is the server. */
import { createHash, randomBytes } from 'node:crypto'
import { Agent, request } from 'node:http'
import type { IncomingHttpHeaders } from 'node:http'

export const CLIENT = 'bench-portal'
export const SECRET = 'bench-secret-bench-secret-bench-secret'
export const CALLBACK = 'http://127.0.0.1:9/callback'
export const PASSWORD = 'four quiet river stones'
export const USERS: readonly string[] = Array.from({ length: 8 }, (_, i) => `bench_user_${i}`)

const agent = new Agent({ keepAlive: true, maxSockets: 64 })

interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

interface Sent {
  readonly body?: string
  readonly headers?: Readonly<Record<string, string>>
}

const send = (method: string, url: string, { body, headers = {} }: Sent = {}): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const form = body === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }
    const req = request(url, { method, agent, headers: { ...form, ...headers } }, (res) => {
      let text = ''
      res.setEncoding('utf8')
      res.on('data', (part: string) => (text += part))
      res.on('end', () => resolve({ status: res.statusCode ?? 0, headers: res.headers, body: text }))
    })
    req.on('error', reject)
    req.end(body)
  })

/** Cookies of one browser. */
export class Jar {
  readonly #cookies = new Map<string, string>()
  keep(headers: IncomingHttpHeaders): void {
    for (const line of headers['set-cookie'] ?? []) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      if (/expires=Thu, 01 Jan 1970/i.test(line)) this.#cookies.delete(name)
      else this.#cookies.set(name, value)
    }
  }
  get header(): Readonly<Record<string, string>> {
    return { cookie: [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ') }
  }
}

const must = (answer: Answer, status: number, what: string): Answer => {
  if (answer.status !== status) throw new Error(`${what}: ${answer.status} ${answer.body.slice(0, 300)}`)
  return answer
}

export interface SignIn {
  readonly url: string
  readonly jar: Jar
  readonly user: number
  readonly password?: string
}

const BASIC = { authorization: `Basic ${Buffer.from(`${CLIENT}:${SECRET}`).toString('base64')}` }

/**
 * Authorization request, the stop at the sign-in page when the server makes one, code, token, userinfo: five requests with that stop,
 * three without.
 */
export const signIn = async ({ url, jar, user, password }: SignIn): Promise<void> => {
  const verifier = randomBytes(32).toString('base64url')
  const query = new URLSearchParams({
    client_id: CLIENT,
    response_type: 'code',
    scope: 'openid profile',
    redirect_uri: CALLBACK,
    state: 's',
    nonce: 'n',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  })
  const go = async (method: string, address: string, headers: Readonly<Record<string, string>> = {}) => {
    const answer = must(await send(method, address, { headers: { ...jar.header, ...headers } }), 303, 'redirect')
    jar.keep(answer.headers)
    return new URL(answer.headers.location ?? '', url)
  }
  let at = await go('GET', `${url}/oidc/auth?${query.toString()}`)
  if (at.pathname.startsWith('/interaction/')) {
    const who = { 'x-user': String(user), ...(password === undefined ? {} : { 'x-password': password }) }
    at = await go('POST', at.href, who)
    at = await go('GET', `${url}/oidc${at.pathname.replace(/^\/oidc/, '')}`)
  }
  const code = at.searchParams.get('code')
  if (code === null) throw new Error(`no code: ${at.href}`)
  const body = new URLSearchParams({
    grant_type: 'authorization_code',
    code,
    redirect_uri: CALLBACK,
    code_verifier: verifier,
  }).toString()
  const tokens = must(await send('POST', `${url}/oidc/token`, { body, headers: BASIC }), 200, 'token')
  const { access_token: token } = JSON.parse(tokens.body) as { access_token: string }
  const info = await send('GET', `${url}/oidc/me`, { headers: { authorization: `Bearer ${token}` } })
  if (typeof (JSON.parse(must(info, 200, 'userinfo').body) as { sub?: unknown }).sub !== 'string')
    throw new Error('userinfo without sub')
}
