/**
 * A sub-portal as its own authors would write it: openid-client for sign-in, an own cookie, an own session table, and the one thing
 * that most portals forget: a back-channel sign-out address that checks the logout token and really ends the session.
 */
import { randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createRemoteJWKSet, errors, jwtVerify } from 'jose'
import * as oidc from 'openid-client'

export interface PortalSettings {
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret: string
  readonly name: string
  /** Own cookie name: cookies ignore ports, and two portals on one host must not overwrite each other. */
  readonly cookieName: string
  readonly scope: string
}

export interface RunningPortal {
  readonly url: string
  /** Sessions alive now: what a sign-out must bring to zero. */
  sessions(): number
  close(): Promise<void>
}

interface PortalSession {
  readonly sub: string
  readonly sid: string
  readonly idToken: string
  readonly claims: Readonly<Record<string, unknown>>
}

interface Pending {
  readonly verifier: string
  readonly state: string
  readonly nonce: string
}

const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`)
const SHELL_STYLE =
  'body{font:17px/1.7 system-ui,sans-serif;max-width:42rem;margin:2rem auto;padding:0 1rem;color:#1b2733}a.b{display:inline-block;background:#0b4a8f;color:#fff;padding:.5rem 1.25rem;border-radius:6px;text-decoration:none}pre{background:#f3f5f8;padding:1rem;overflow:auto;font-size:14px}'

/** Listens on a free port first, so that the caller can register the redirect URI, then is configured by `start`. */
export class Portal {
  readonly #server: Server
  readonly #sessions = new Map<string, PortalSession>()
  readonly #pending = new Map<string, Pending>()
  #settings: PortalSettings | undefined
  #config: oidc.Configuration | undefined

  private constructor(server: Server) {
    this.#server = server
    server.on('request', (req: IncomingMessage, res: ServerResponse) => {
      this.#handle(req, res).catch((error: unknown) => {
        process.stderr.write(
          `portal ${this.#settings?.clientId ?? ''}: ${String((error as { code?: unknown }).code ?? (error as Error).name)}\n`,
        )
        if (!res.headersSent) res.writeHead(502, { 'content-type': 'text/html; charset=utf-8' })
        res.end(this.#page('<p>登录没有完成，请<a href="/sign-in">再试一次</a>。</p>'))
      })
    })
  }

  static async listen(port = 0): Promise<Portal> {
    const server = createServer()
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve))
    return new Portal(server)
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  async start(settings: PortalSettings): Promise<RunningPortal> {
    this.#settings = settings
    const { issuer, clientId, clientSecret } = settings
    this.#config = await oidc.discovery(new URL(issuer), clientId, undefined, oidc.ClientSecretBasic(clientSecret), {
      execute: issuer.startsWith('http://') ? [oidc.allowInsecureRequests] : [],
    })
    return {
      url: this.url,
      sessions: () => this.#sessions.size,
      close: () =>
        new Promise((resolve) => {
          this.#server.closeAllConnections()
          this.#server.close(() => resolve())
        }),
    }
  }

  #page(body: string): string {
    const name = escapeHtml(this.#settings?.name ?? '')
    return `<!doctype html><html lang="zh-CN"><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>${name}</title><style>${SHELL_STYLE}</style><h1>${name}</h1>${body}</html>`
  }

  #cookie(req: IncomingMessage, suffix: string): string | undefined {
    const name = `${this.#settings?.cookieName ?? ''}${suffix}`
    return (req.headers.cookie ?? '')
      .split(/;\s*/)
      .map((pair) => pair.split('='))
      .find(([key]) => key === name)?.[1]
  }

  #setCookie(res: ServerResponse, suffix: string, value: string, maxAge?: number): void {
    const name = `${this.#settings?.cookieName ?? ''}${suffix}`
    res.appendHeader(
      'set-cookie',
      `${name}=${value}; Path=/; HttpOnly; SameSite=Lax${maxAge === undefined ? '' : `; Max-Age=${maxAge}`}`,
    )
  }

  async #handle(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const url = new URL(req.url ?? '/', this.url)
    switch (`${req.method ?? ''} ${url.pathname}`) {
      case 'GET /':
        return this.#home(req, res)
      case 'GET /sign-in':
        return this.#signIn(res)
      case 'GET /callback':
        return this.#callback(req, res, url)
      case 'GET /sign-out':
        return this.#signOut(req, res)
      case 'POST /backchannel-logout':
        return this.#backchannel(req, res)
      default:
        res.writeHead(404).end()
    }
  }

  #session(req: IncomingMessage): PortalSession | undefined {
    return this.#sessions.get(this.#cookie(req, '') ?? '')
  }

  #home(req: IncomingMessage, res: ServerResponse): void {
    const session = this.#session(req)
    if ((req.headers.accept ?? '').includes('application/json')) {
      res.writeHead(200, { 'content-type': 'application/json' })
      res.end(
        JSON.stringify(
          session === undefined ? { signedIn: false } : { signedIn: true, sub: session.sub, claims: session.claims },
        ),
      )
      return
    }
    res.writeHead(200, { 'content-type': 'text/html; charset=utf-8' })
    res.end(
      this.#page(
        session === undefined
          ? '<p>您还没有登录。</p><p><a class="b" href="/sign-in">用信印账户登录</a></p>'
          : `<p>您已登录。本门户得到的信息：</p><pre>${escapeHtml(JSON.stringify(session.claims, null, 2))}</pre><p><a class="b" href="/sign-out">退出全部门户</a></p>`,
      ),
    )
  }

  async #signIn(res: ServerResponse): Promise<void> {
    const config = this.#require()
    const pending = { verifier: oidc.randomPKCECodeVerifier(), state: oidc.randomState(), nonce: oidc.randomNonce() }
    const id = randomBytes(16).toString('hex')
    this.#pending.set(id, pending)
    this.#setCookie(res, '_start', id, 600)
    const to = oidc.buildAuthorizationUrl(config, {
      redirect_uri: `${this.url}/callback`,
      scope: this.#settings?.scope ?? 'openid',
      state: pending.state,
      nonce: pending.nonce,
      code_challenge: await oidc.calculatePKCECodeChallenge(pending.verifier),
      code_challenge_method: 'S256',
    })
    res.writeHead(303, { location: to.href }).end()
  }

  async #callback(req: IncomingMessage, res: ServerResponse, url: URL): Promise<void> {
    const config = this.#require()
    const id = this.#cookie(req, '_start') ?? ''
    const pending = this.#pending.get(id)
    if (pending === undefined) {
      res
        .writeHead(400, { 'content-type': 'text/html; charset=utf-8' })
        .end(this.#page('<p>这次登录不是从本门户开始的。</p>'))
      return
    }
    this.#pending.delete(id)
    const tokens = await oidc.authorizationCodeGrant(config, url, {
      pkceCodeVerifier: pending.verifier,
      expectedState: pending.state,
      expectedNonce: pending.nonce,
    })
    const idClaims = tokens.claims()
    if (idClaims === undefined) throw new Error('no ID token')
    const claims = await oidc.fetchUserInfo(config, tokens.access_token, idClaims.sub)
    const session = randomBytes(24).toString('hex')
    this.#sessions.set(session, {
      sub: idClaims.sub,
      sid: String(idClaims['sid'] ?? ''),
      idToken: tokens.id_token ?? '',
      claims: { ...idClaims, ...claims },
    })
    this.#setCookie(res, '', session)
    res.writeHead(303, { location: '/' }).end()
  }

  #signOut(req: IncomingMessage, res: ServerResponse): void {
    const config = this.#require()
    const session = this.#session(req)
    this.#sessions.delete(this.#cookie(req, '') ?? '')
    this.#setCookie(res, '', '', 0)
    const to = oidc.buildEndSessionUrl(config, {
      post_logout_redirect_uri: `${this.url}/`,
      ...(session === undefined ? {} : { id_token_hint: session.idToken }),
    })
    res.writeHead(303, { location: to.href }).end()
  }

  /** OpenID Connect Back-Channel Logout 1.0 §2.6. */
  async #backchannel(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const metadata = this.#require().serverMetadata()
    let body = ''
    for await (const chunk of req) body += String(chunk)
    try {
      const token = new URLSearchParams(body).get('logout_token') ?? ''
      const { payload } = await jwtVerify(token, createRemoteJWKSet(new URL(metadata.jwks_uri ?? '')), {
        issuer: metadata.issuer,
        audience: this.#settings?.clientId ?? '',
        typ: 'logout+jwt',
      })
      const events = payload['events'] as Record<string, unknown> | undefined
      if (
        events?.['http://schemas.openid.net/event/backchannel-logout'] === undefined ||
        payload['nonce'] !== undefined
      )
        throw new errors.JWTInvalid('not a logout token')
      for (const [key, session] of this.#sessions)
        if (payload['sid'] === undefined ? session.sub === payload.sub : session.sid === payload['sid'])
          this.#sessions.delete(key)
      res.writeHead(200, { 'cache-control': 'no-store' }).end()
    } catch (error) {
      // Only a token that was judged is refused for good; keys that could not be fetched are asked for again.
      const judged = error instanceof errors.JOSEError && !(error instanceof errors.JWKSTimeout)
      res
        .writeHead(judged ? 400 : 503, { 'cache-control': 'no-store', 'content-type': 'application/json' })
        .end('{"error":"invalid_request"}')
    }
  }

  #require(): oidc.Configuration {
    if (this.#config === undefined) throw new Error('the portal has not been started')
    return this.#config
  }
}
