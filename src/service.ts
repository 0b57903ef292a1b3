/** From parts to a listener: the OpenID provider, all routes in one table, who calls, and how errors look. */
import type { IncomingMessage } from 'node:http'
import type { Assembly } from './assemble.ts'
import type { Config } from './config.ts'
import { TrustError } from './errors.ts'
import type { AddressLimit, AnyRoute, AppDeps, Caller, HealthChecks, Listener, RouteTable } from './http/index.ts'
import {
  bytes,
  caDeskRoutes,
  certificateRoutes,
  healthRoutes,
  json,
  licenceRoutes,
  logoutFeedRoutes,
  makeListener,
  noBody,
  makeAddressLimit,
  ocspRoutes,
  openApi,
  registryEventRoutes,
  route,
  routeTable,
  sealRoutes,
  timeStampRoutes,
  trustRoutes,
} from './http/index.ts'
import type { Clock, Logger } from './kernel/index.ts'
import { systemMonotonicClock } from './kernel/index.ts'
import type { BrowserSessions } from './oidc/index.ts'
import {
  makeBrowserSessions,
  makeInteractions,
  makePollFeed,
  makeProvider,
  makeProviderHandler,
  makeResolveBearer,
} from './oidc/index.ts'
import type { PageDeps } from './web/index.ts'
import { errorPageHtml, makeAssets, makeVerifyPool, pageRoutes, providerPages } from './web/index.ts'

export interface ServiceInput {
  readonly assembly: Assembly
  readonly config: Config
  readonly publicUrl: string
  readonly clock: Clock
  readonly logger: Logger
  readonly portals: PageDeps['portals']
}

export interface Service {
  readonly listener: Listener
  readonly routes: RouteTable
  setReady(): void
}

const openApiRoute = (table: () => RouteTable, issuer: string): AnyRoute =>
  route({
    method: 'GET',
    path: '/openapi.json',
    access: 'public',
    kind: 'api',
    summary: 'This description',
    body: noBody,
    handler: () => Promise.resolve(bytes('application/json', JSON.stringify(openApi(table(), issuer)))),
  })

/** What the demonstration runs beside us: for the journey, and for people who try it. */
const demoRoute = (portals: ServiceInput['portals']): AnyRoute =>
  route({
    method: 'GET',
    path: '/demo.json',
    access: 'public',
    kind: 'api',
    summary: 'The sample portals of the demonstration',
    body: noBody,
    handler: () => Promise.resolve(json({ portals: portals() })),
  })

export interface RouteDeps {
  readonly health: HealthChecks
  readonly issuer: string
  readonly pages: PageDeps
  readonly status: Pick<Assembly['status'], 'ocsp' | 'timestamps'>
  /** What strangers may ask a second, each kind counted for itself; absent: all that comes. */
  readonly limited?: () => AddressLimit
}

/** Every route there is, in the order in which they are tried; docs/openapi.json is made from it too. */
export const serviceRoutes = ({ health, issuer, pages, status, limited }: RouteDeps): RouteTable => {
  const table: RouteTable = routeTable([
    ...healthRoutes(health),
    ...trustRoutes(pages.trust, pages.pki),
    ...ocspRoutes(status.ocsp, pages.clock, limited?.()),
    ...timeStampRoutes(status.timestamps, limited?.()),
    ...certificateRoutes(pages.enrolment),
    ...caDeskRoutes(pages.enrolment),
    ...sealRoutes(pages.seals),
    ...licenceRoutes(pages.licences),
    ...registryEventRoutes(pages.registers),
    ...logoutFeedRoutes(makePollFeed(pages.oidc)),
    openApiRoute(() => table, issuer),
    ...(pages.demo ? [demoRoute(pages.portals)] : []),
    ...pageRoutes(pages),
  ])
  return table
}

const TOKEN = /^(Bearer|DPoP) ([A-Za-z0-9._~+/-]+=*)$/i

type Bearers = ReturnType<typeof makeResolveBearer>

/** RFC 9449 §7.1: the proof of the scheme DPoP; none given fails like a bad one. */
const proofOf = ({ headers, method = 'GET', url = '/' }: IncomingMessage, scheme: string) =>
  scheme.toLowerCase() === 'dpop'
    ? { proof: headers['dpop']?.toString() ?? '', method, path: url.split('?')[0] ?? '' }
    : undefined

const apiCaller = async (req: IncomingMessage, resolve: Bearers): Promise<Caller> => {
  const header = req.headers.authorization
  if (header === undefined) return { kind: 'anonymous' }
  const [, scheme = '', token] = TOKEN.exec(header) ?? []
  const bearer = token === undefined ? undefined : await resolve(token, proofOf(req, scheme))
  if (bearer === undefined) throw new TrustError('UNAUTHENTICATED', 'the token is not valid, or not any more')
  return bearer.kind === 'client' ? bearer : { ...bearer, acr: bearer.acr ?? '' }
}

const pageCaller = async (
  sessions: BrowserSessions,
  ...[req, res]: Parameters<BrowserSessions['current']>
): Promise<Caller> => {
  if (!(req.headers.cookie ?? '').includes('xinyin_session')) return { kind: 'anonymous' }
  const current = await sessions.current(req, res)
  if (current === undefined) return { kind: 'anonymous' }
  const { sessionUid, accountId, personId } = current
  const principal = (await sessions.principalOf({ sessionUid, personId })) ?? { kind: 'self' }
  return { kind: 'person', accountId, personId, principal, acr: current.acr ?? '', sessionUid }
}

export const makeService = async (input: ServiceInput): Promise<Service> => {
  const { assembly, config, publicUrl, clock, logger } = input
  const { identity, seals, licences, oidc, trust, db } = assembly
  const demo = !config.production
  const assets = await makeAssets()
  const frame = {
    assets,
    demo,
    platform: config.platformName,
    publicUrl,
    host: new URL(publicUrl).host,
    oidc,
    clock,
    identity,
  }
  const provider = makeProvider({
    ...oidc,
    cookieKeys: assembly.cookieKeys,
    interactionUrl: (uid) => `/interaction/${uid}`,
    strongestSignIn: 'urn:xinyin:acr:4',
    pages: providerPages(frame),
  })
  const sessions = makeBrowserSessions(oidc, provider)
  const interactions = makeInteractions(oidc, provider)
  const resolveBearer = makeResolveBearer(oidc, provider)

  let ready = false
  const health: HealthChecks = {
    started: () => (ready ? Promise.resolve() : Promise.reject(new TrustError('TRY_LATER', 'starting'))),
    database: async () => {
      await db.query('SELECT 1 AS one')
    },
    keys: async () => {
      await seals.keys.signer(seals.maker.keyId)
    },
    trust: async () => {
      const { trust: material } = await trust.loaded()
      if (material.anchors.length === 0 || material.crls.length === 0)
        throw new TrustError('CHAIN_INVALID', 'no trust material')
    },
  }
  const pages: PageDeps = {
    ...frame,
    pki: assembly.pki,
    enrolment: assembly.enrolment,
    responders: assembly.status.responders,
    registers: assembly.registers,
    seals,
    licences,
    interactions,
    sessions,
    trust,
    verify: makeVerifyPool({ trust }),
    crypto: assembly.crypto,
    portals: input.portals,
  }
  const limited = (): AddressLimit => makeAddressLimit(config.tsaPerAddress, systemMonotonicClock)
  const table = serviceRoutes({ health, issuer: `${publicUrl}/oidc`, pages, status: assembly.status, limited })
  const serveOidc = makeProviderHandler(provider)
  const app: AppDeps = {
    routes: table,
    publicUrl,
    trustedProxies: config.trustedProxies,
    clock,
    logger,
    oidc: (req, res) => {
      serveOidc(req, res).catch((error: unknown) => {
        logger.error('oidc.unexpected', { error: error instanceof Error ? error.name : 'unknown' })
        res.destroy()
      })
    },
    callerOf: (req, res, kind) => (kind === 'api' ? apiCaller(req, resolveBearer) : pageCaller(sessions, req, res)),
    errorPage: (problem, language) => errorPageHtml(frame, problem, language),
  }
  return {
    listener: makeListener(app),
    routes: table,
    setReady: () => {
      ready = true
    },
  }
}
