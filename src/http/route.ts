/**
 * A route is a value. All routes stand in one table (app.ts gets it from the root): the source of dispatch, of OpenAPI and of the test
 * that each refuses an anonymous caller, save those whose access is the explicit `'public'`.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Caller } from './caller.ts'
import type { BodyParser } from './body.ts'
import type { Reply } from './reply.ts'

/**
 * `public`: anyone. `person`: a person signed in at our own pages. Anything else is a scope of an access token;
 * the mandate behind it is checked by the operation that is called.
 */
export type Access =
  | 'public'
  | 'person'
  | 'seal.apply'
  | 'seal.approve'
  | 'seal.use'
  | 'seal.manage'
  | 'licence.issue'
  | 'licence.manage'
  | 'licence.read'
  | 'certificate.apply'
  | 'ca.review'
  | 'ca.recover'
  | 'logout.feed'

export interface RouteRequest<B> {
  readonly params: Readonly<Record<string, string>>
  readonly query: URLSearchParams
  readonly body: B
  readonly caller: Caller
  readonly language: 'zh' | 'en'
  /** Address of the client as the proxies we trust report it. */
  readonly address: string
  readonly path: string
  /** For the OpenID interactions only, which need the raw pair. */
  readonly raw: { readonly req: IncomingMessage; readonly res: ServerResponse }
}

export interface Route<B = undefined> {
  readonly method: 'GET' | 'POST' | 'DELETE'
  /** `/api/seals/:id`; `/ocsp/:issuer/:request*` takes the rest of the path, slashes too */
  readonly path: string
  readonly access: Access
  /** One line for OpenAPI. */
  readonly summary: string
  /** `page`: HTML for people, refused across origins; `api`: JSON and documents for programs. */
  readonly kind: 'page' | 'api'
  readonly body: BodyParser<B>
  readonly handler: (request: RouteRequest<B>) => Promise<Reply>
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a table holds routes of every body type; each handler keeps its own
export type AnyRoute = Route<any>

export const route = <B>(value: Route<B>): AnyRoute => value

interface Match {
  readonly route: AnyRoute
  readonly params: Readonly<Record<string, string>>
}

export interface RouteTable {
  /** The route, or the methods that this path has. */
  find(method: string, path: string): Match | { readonly allowed: readonly string[] }
  readonly all: readonly AnyRoute[]
}

const compile = (path: string): RegExp =>
  new RegExp(
    `^${path
      .replace(/[.]/g, '\\.')
      .replace(/:([a-zA-Z]+)\*/g, '(?<$1>.{1,4000})')
      .replace(/:([a-zA-Z]+)/g, '(?<$1>[^/]{1,200})')}$`,
  )

/** Refuses two routes for the same method and path. */
export const routeTable = (routes: readonly AnyRoute[]): RouteTable => {
  const keys = new Set<string>()
  for (const r of routes) {
    const key = `${r.method} ${r.path}`
    if (keys.has(key)) throw new TypeError(`two routes for ${key}`)
    keys.add(key)
  }
  const compiled = routes.map((r) => ({ route: r, pattern: compile(r.path) }))
  return {
    all: routes,
    find: (method, path) => {
      const fitting = compiled.flatMap(({ route: r, pattern }) => {
        const match = pattern.exec(path)
        return match === null ? [] : [{ route: r, params: decodeAll(match.groups ?? {}) }]
      })
      const wanted = method === 'HEAD' ? 'GET' : method
      return fitting.find((f) => f.route.method === wanted) ?? { allowed: fitting.map((f) => f.route.method) }
    },
  }
}

const decodeAll = (groups: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(groups).map(([k, v]) => [k, decodeOr(v)]))

const decodeOr = (value: string): string => {
  try {
    return decodeURIComponent(value)
  } catch (error) {
    if (error instanceof URIError) return value
    throw error
  }
}
