/** A running provider on loopback over a real store, a browser with cookies, and portals written with openid-client. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { generateKeyPairSync } from 'node:crypto'
import type { Db } from '../../../adapters/postgres/db.ts'
import { makeUnitOfWork } from '../../../adapters/postgres/db.ts'
import { makeAuditStore } from '../../../adapters/postgres/audit-store.ts'
import { makeOidcStore } from '../../../adapters/postgres/oidc-store.ts'
import { makePortalCallback } from '../../../adapters/portal-callback/index.ts'
import { portableCrypto } from '../../../src/crypto/index.ts'
import { makeAuditTrail } from '../../../src/audit/index.ts'
import { makeIds, silentLogger, systemRandom, type Clock } from '../../../src/kernel/index.ts'
import {
  makeBrowserSessions,
  makeInteractions,
  makeProvider,
  makeProviderHandler,
  makeResolveBearer,
  registerClient,
  type ClientRegistration,
  type People,
  type ProviderDeps,
  type SigningJwk,
} from '../../../src/oidc/index.ts'
import type { HeldAuthority } from '../../../src/oidc/ports.ts'
import type { Principal } from '../../../src/identity/index.ts'

export const ZHANG = {
  accountId: '01900000-0000-7000-8000-000000000001',
  personId: '01900000-0000-7000-8000-0000000000a1',
}
export const LI = {
  accountId: '01900000-0000-7000-8000-000000000002',
  personId: '01900000-0000-7000-8000-0000000000a2',
}
export const FIRM = '01900000-0000-7000-8000-0000000000e1'
export const MANDATE = '01900000-0000-7000-8000-0000000000f1'

const heldAuthority: HeldAuthority = {
  entity: {
    id: FIRM,
    name: '云湖测试甲有限公司',
    uscc: '91990100MA00000000',
    kind: 'enterprise',
    registeredAt: new Date('2026-10-01T08:00:00Z'),
    level: 'L3',
    checks: [{ checkId: 'LE-1', at: new Date('2026-10-01T08:00:00Z') }],
  },
  functions: ['seal.use', 'matter.file'],
  via: { mandateId: MANDATE },
  validFrom: new Date('2026-10-01T00:00:00Z'),
  validTo: new Date('2099-10-01T00:00:00Z'),
}

export interface FakePeople extends People {
  readonly frozen: Set<string>
  mandated: boolean
}

export const makeFakePeople = (): FakePeople => {
  const all = [ZHANG, LI]
  const self: FakePeople = {
    frozen: new Set(),
    mandated: true,
    account: async (id) => {
      const found = all.find((a) => a.accountId === id)
      return found === undefined || self.frozen.has(id) ? undefined : { ...found, proofing: 'L3' }
    },
    person: async (id) =>
      id === ZHANG.personId
        ? {
            name: '测试张三',
            birthdate: '1990-01-01',
            level: 'L3',
            provenAt: new Date('2026-10-01T08:00:00Z'),
            checks: [{ checkId: 'POP-1', at: new Date('2026-10-01T08:00:00Z') }],
          }
        : undefined,
    name: async (id) => (id === ZHANG.personId ? '测试张三' : undefined),
    authority: async (personId, principal) =>
      personId === ZHANG.personId && principal.kind === 'entity' && principal.entityId === FIRM && self.mandated
        ? heldAuthority
        : undefined,
  }
  return self
}

export const makeSigningKey = (kid = 'k1'): SigningJwk => {
  const jwk = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' })
  return { kty: 'EC', crv: 'P-256', x: String(jwk.x), y: String(jwk.y), d: String(jwk.d), kid }
}

/** Reversible and useless; the real one is tested where it lives. */
const cipher = {
  encrypt: (_column: string, plain: string) => new TextEncoder().encode([...plain].reverse().join('')),
  decrypt: (_column: string, field: Uint8Array) => [...new TextDecoder().decode(field)].reverse().join(''),
}

export const listen = async (server: Server): Promise<string> => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
export const close = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.closeAllConnections()
    server.close(() => resolve())
  })

export type OidcWorld = Awaited<ReturnType<typeof startOidc>>

export interface WorldOptions {
  readonly db: Db
  readonly clock?: Clock
  readonly deps?: Partial<ProviderDeps>
  /** That of a balancer before several; its own address when absent. */
  readonly at?: string
}

export const startOidc = async ({ db, clock = { now: () => new Date() }, deps: overrides = {}, at }: WorldOptions) => {
  let handle: (req: IncomingMessage, res: ServerResponse) => Promise<void> = async () => undefined
  const server = createServer((req, res) => void handle(req, res))
  const ownUrl = await listen(server)
  const publicUrl = at ?? ownUrl
  const store = makeOidcStore(db)
  const ids = makeIds(clock, systemRandom)
  const people = makeFakePeople()
  const deps: ProviderDeps = {
    clock,
    ids,
    random: systemRandom,
    logger: silentLogger,
    work: makeUnitOfWork(db),
    audit: makeAuditTrail({ clock, ids, store: makeAuditStore(db), digests: portableCrypto }),
    store,
    people,
    cipher,
    portals: makePortalCallback({ isRegistered: (host) => store.clients.hasHost(host) }),
    pairwise: { current: 'v1', keys: { v1: new Uint8Array(32).fill(7) } },
    signingKeys: [makeSigningKey()],
    publicUrl,
    pages: {
      error: (_ctx, code) => `<p id="error">${code}</p>`,
      logoutConfirm: (_ctx, { form, formId }) => `${form}<button form="${formId}" name="logout" value="yes">`,
      loggedOut: (_ctx, { receiptId }) => `<p id="out">${receiptId ?? 'none'}</p>`,
    },
    cookieKeys: ['test-cookie-key'],
    interactionUrl: (uid) => `/interaction/${uid}`,
    strongestSignIn: 'urn:xinyin:acr:2',
    ...overrides,
  }
  const provider = makeProvider(deps)
  const interactions = makeInteractions(deps, provider)
  const sessions = makeBrowserSessions(deps, provider)
  const serveOidc = makeProviderHandler(provider)
  const header = (req: IncomingMessage, name: string): string | undefined => req.headers[name]?.toString()

  const interact = async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    if (header(req, 'x-abort') !== undefined) return interactions.abort(req, res)
    const { prompt } = await interactions.details(req, res)
    if (prompt === 'consent') return interactions.finishConsent(req, res)
    if (prompt === 'principal')
      return interactions.finishPrincipal(
        req,
        res,
        JSON.parse(header(req, 'x-principal') ?? '{"kind":"self"}') as Principal,
      )
    const who = header(req, 'x-user') === 'li' ? LI : ZHANG
    const acr = header(req, 'x-acr') === '2' ? 'urn:xinyin:acr:2' : 'urn:xinyin:acr:1'
    return interactions.finishLogin(req, res, { ...who, acr, amr: ['pwd'] })
  }
  const json = (res: ServerResponse, value: unknown): void => {
    res.setHeader('content-type', 'application/json')
    res.end(JSON.stringify(value ?? null))
  }
  handle = async (req, res) => {
    try {
      if (req.url?.startsWith('/oidc/') === true) return await serveOidc(req, res)
      if (req.method === 'GET' && req.url?.startsWith('/interaction/') === true)
        return json(res, await interactions.details(req, res))
      if (req.url?.startsWith('/interaction/') === true) return await interact(req, res)
      if (req.url === '/me') return json(res, await sessions.current(req, res))
      if (req.url === '/leave') return json(res, await sessions.signOut(req, res))
      res.statusCode = 404
      res.end()
    } catch (error) {
      res.statusCode = 500
      json(res, { code: (error as { code?: string }).code ?? String(error) })
    }
  }
  const register = (registration: ClientRegistration): Promise<void> =>
    registerClient(deps, registration, { kind: 'system', id: 'test' })
  return {
    deps,
    people,
    provider,
    interactions,
    sessions,
    register,
    publicUrl,
    ownUrl,
    issuer: `${publicUrl}/oidc`,
    resolveBearer: makeResolveBearer(deps, provider),
    stop: () => close(server),
  }
}

export interface Browser {
  readonly cookies: () => string
  /** One request, redirects not followed. */
  get(url: string, headers?: Record<string, string>): Promise<Response>
  post(url: string, form?: Record<string, string>, headers?: Record<string, string>): Promise<Response>
  copy(): Browser
}

interface Cookie {
  readonly name: string
  readonly value: string
  readonly path: string
}

export const newBrowser = (kept: readonly Cookie[] = []): Browser => {
  let jar = [...kept]
  const keep = (response: Response): void => {
    for (const line of response.headers.getSetCookie()) {
      const [pair = '', ...attributes] = line.split(/;\s*/)
      const at = pair.indexOf('=')
      const [name, value] = [pair.slice(0, at), pair.slice(at + 1)]
      const path = attributes.find((a) => a.toLowerCase().startsWith('path='))?.slice(5) ?? '/'
      jar = jar.filter((c) => c.name !== name || c.path !== path)
      if (!/1970/.test(line)) jar.push({ name, value, path })
    }
  }
  const send = async (url: string, init: RequestInit & { headers: Record<string, string> }): Promise<Response> => {
    const { pathname } = new URL(url)
    const fits = jar.filter((c) => c.path === '/' || pathname === c.path || pathname.startsWith(`${c.path}/`))
    const cookie = fits.map((c) => `${c.name}=${c.value}`).join('; ')
    const response = await fetch(url, { ...init, redirect: 'manual', headers: { ...init.headers, cookie } })
    keep(response)
    return response
  }
  return {
    cookies: () => jar.map((c) => `${c.name}=${c.value}`).join('; '),
    get: (url, headers = {}) => send(url, { headers }),
    post: (url, form = {}, headers = {}) => send(url, { method: 'POST', body: new URLSearchParams(form), headers }),
    copy: () => newBrowser(jar),
  }
}
