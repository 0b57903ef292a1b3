/**
 * The request's way through the house, in one list (`handle` below). Refuses cross-origin form posts, unknown paths and methods,
 * callers without access, and bodies of the wrong size or shape, before a handler sees anything.
 */
import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { TrustError } from '../errors.ts'
import type { Clock, Logger } from '../kernel/index.ts'
import type { BodyBudget } from './body-budget.ts'
import { makeBodyBudget } from './body-budget.ts'
import type { Caller } from './caller.ts'
import { requireAccess } from './caller.ts'
import { clientAddress } from './forwarded.ts'
import type { Problem } from './problem.ts'
import { problemOf } from './problem.ts'
import type { Reply } from './reply.ts'
import type { AnyRoute, RouteTable } from './route.ts'
import { writeReply, writeSecurityHeaders } from './write.ts'

export interface AppDeps {
  readonly routes: RouteTable
  readonly publicUrl: string
  readonly trustedProxies: readonly string[]
  readonly clock: Clock
  readonly logger: Logger
  /** The OpenID provider's own listener, for everything under /oidc. */
  readonly oidc: (req: IncomingMessage, res: ServerResponse) => void
  readonly callerOf: (req: IncomingMessage, res: ServerResponse, kind: AnyRoute['kind']) => Promise<Caller>
  readonly errorPage: (problem: Problem, language: 'zh' | 'en') => string
}

export type Listener = (req: IncomingMessage, res: ServerResponse) => void

export const makeListener = (deps: AppDeps): Listener => {
  const trusted = new Set(deps.trustedProxies)
  const bodies = makeBodyBudget()
  return (req, res) => {
    const started = deps.clock.now().getTime()
    const address = clientAddress(req, trusted)
    const requestId = randomUUID()
    res.setHeader('x-request-id', requestId)
    let pattern = ''
    res.once('close', () =>
      deps.logger.info('http.request', {
        requestId,
        method: req.method,
        route: pattern,
        status: res.statusCode,
        ms: deps.clock.now().getTime() - started,
        cut: !res.writableFinished,
      }),
    )
    writeSecurityHeaders(res, deps.publicUrl)
    if (req.url === '/oidc' || req.url?.startsWith('/oidc/') === true) {
      pattern = '/oidc'
      deps.oidc(req, res)
      return
    }
    handle({ ...deps, bodies }, { req, res, address }, (p) => {
      pattern = p
    }).catch((error: unknown) => refuse(deps, { req, res }, { error, requestId }))
  }
}

interface Exchange {
  readonly req: IncomingMessage
  readonly res: ServerResponse
}

const handle = async (
  deps: AppDeps & { readonly bodies: BodyBudget },
  { req, res, address }: Exchange & { readonly address: string },
  matched: (pattern: string) => void,
): Promise<void> => {
  const url = parseUrl(req)
  const found = deps.routes.find(req.method ?? 'GET', url.pathname)
  if ('allowed' in found) throw notRouted(found.allowed, res)
  const { route, params } = found
  matched(route.path)
  if (route.kind === 'page' && route.method !== 'GET') requireSameOrigin(req, deps.publicUrl)
  const caller =
    route.access === 'public' && route.kind === 'api' ? ANONYMOUS : await deps.callerOf(req, res, route.kind)
  if (route.kind === 'page' && route.access !== 'public' && caller.kind === 'anonymous' && route.method === 'GET') {
    writeReply(req, res, { type: 'redirect', to: `/sign-in?to=${encodeURIComponent(url.pathname + url.search)}` })
    return
  }
  requireAccess(caller, route.access)
  const release = deps.bodies.reserve(req)
  try {
    const body: unknown = await route.body.parse(req)
    const request = {
      params,
      query: url.searchParams,
      body,
      caller,
      language: languageOf(req),
      address,
      path: url.pathname,
    }
    const reply: Reply = await route.handler({ ...request, raw: { req, res } })
    if (reply.type !== 'answered') writeReply(req, res, reply)
  } finally {
    release()
  }
}

const ANONYMOUS: Caller = { kind: 'anonymous' }

const parseUrl = (req: IncomingMessage): URL => {
  const target = req.url ?? '/'
  // Joined as text: resolved against a base, `//elsewhere/account` would be our /account under another name.
  const address = `http://localhost${target}`
  if (!target.startsWith('/') || !URL.canParse(address)) throw new TrustError('NOT_FOUND', 'no such page')
  return new URL(address)
}

const notRouted = (allowed: readonly string[], res: ServerResponse): TrustError => {
  if (allowed.length === 0) return new TrustError('NOT_FOUND', 'no such page')
  res.setHeader('allow', allowed.join(', '))
  return new TrustError('METHOD_NOT_ALLOWED', `use ${allowed.join(' or ')}`)
}

/** Forms of our pages are posted from our pages: browsers say so in Sec-Fetch-Site or Origin; programs without cookies say neither. */
const requireSameOrigin = (req: IncomingMessage, publicUrl: string): void => {
  const site = req.headers['sec-fetch-site']
  const origin = req.headers.origin
  const sameSite = site === undefined || site === 'same-origin' || site === 'none'
  const sameOrigin = origin === undefined || origin === publicUrl
  if (!sameSite || !sameOrigin) throw new TrustError('CSRF_REJECTED', 'the form was not sent from this site')
}

export const languageOf = (req: IncomingMessage): 'zh' | 'en' => {
  const cookie = /(?:^|;\s*)lang=(zh|en)\b/.exec(req.headers.cookie ?? '')?.[1]
  if (cookie === 'zh' || cookie === 'en') return cookie
  return /^\s*en\b/i.test(req.headers['accept-language'] ?? '') ? 'en' : 'zh'
}

const refuse = (
  deps: AppDeps,
  { req, res }: Exchange,
  failure: { readonly error: unknown; readonly requestId: string },
): void => {
  const { problem, unexpected } = problemOf(failure.error)
  if (unexpected) {
    const { name, stack } = failure.error instanceof Error ? failure.error : { name: 'unknown', stack: undefined }
    deps.logger.error('http.unexpected', { requestId: failure.requestId, name, at: firstFrame(stack) })
  }
  if (res.headersSent) {
    res.destroy()
    return
  }
  if (problem.status === 503) res.setHeader('retry-after', '5')
  if (problem.status === 413) res.setHeader('connection', 'close')
  const wantsPage = (req.headers.accept ?? '').includes('text/html')
  if (wantsPage)
    writeReply(req, res, { type: 'html', status: problem.status, html: deps.errorPage(problem, languageOf(req)) })
  else
    writeReply(req, res, {
      type: 'bytes',
      status: problem.status,
      mediaType: 'application/problem+json',
      bytes: JSON.stringify({ ...problem, requestId: failure.requestId }),
    })
}

/** File and line of our own code, without the message, which may quote input. */
const firstFrame = (stack: string | undefined): string =>
  stack
    ?.split('\n')
    .slice(1)
    .find((line) => line.includes('/src/') || line.includes('/adapters/') || line.includes('/standards/'))
    ?.trim()
    .replace(/^at /, '')
    .replace(/\(?file:\/\/.*?\/(src|adapters|standards)\//, '($1/') ?? ''
