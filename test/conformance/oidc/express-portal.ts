/** A portal written with express-openid-connect, as its authors document it: sessions and signed-out sessions in one store. */
import type { Server } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import express from 'express'
import { auth } from 'express-openid-connect'
import type { ConfigParams } from 'express-openid-connect'

export interface ExpressPortalSettings {
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret: string
}

type SessionStore = NonNullable<Extract<ConfigParams['backchannelLogout'], object>['store']>
type Session = Parameters<SessionStore['set']>[1]

const memoryStore = (kept: Map<string, Session>): SessionStore => ({
  get: (id, done) => done(null, kept.get(id) ?? null),
  set: (id, session, done) => {
    kept.set(id, session)
    done?.()
  },
  destroy: (id, done) => {
    kept.delete(id)
    done?.()
  },
})

/** Listens first, so that its addresses can be registered, then serves by `start`. */
export const listenExpressPortal = async () => {
  const server: Server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  /** What the library answered to each back-channel call. */
  const answers: number[] = []
  const tokens: string[] = []
  const signedOut = new Map<string, Session>()
  return {
    url,
    answers,
    /** The logout tokens as they arrived. */
    tokens,
    signedOut,
    start: ({ issuer, clientId, clientSecret }: ExpressPortalSettings): void => {
      const app = express()
      app.use('/backchannel-logout', express.urlencoded({ extended: false }), (req, res, next) => {
        tokens.push(String((req.body as { logout_token?: unknown }).logout_token))
        res.on('finish', () => answers.push(res.statusCode))
        next()
      })
      app.use(
        auth({
          issuerBaseURL: issuer,
          baseURL: url,
          clientID: clientId,
          clientSecret,
          clientAuthMethod: 'client_secret_basic',
          secret: 'the cookie secret of this portal',
          idTokenSigningAlg: 'ES256',
          authRequired: false,
          idpLogout: true,
          enableTelemetry: false,
          authorizationParams: { response_type: 'code', scope: 'openid profile' },
          session: { name: 'express_portal' },
          routes: { login: '/sign-in', logout: '/sign-out', callback: '/callback' },
          backchannelLogout: { store: memoryStore(signedOut) },
        }),
      )
      app.get('/', async (req, res) => {
        const signedIn = req.oidc.isAuthenticated()
        const claims = signedIn ? await req.oidc.fetchUserInfo() : undefined
        res.json({ signedIn, sub: req.oidc.idTokenClaims?.sub, claims })
      })
      app.use(((error: Error, _req, res, _next) => {
        res.status(500).send(`${error.name}: ${error.message}`)
      }) as express.ErrorRequestHandler)
      server.on('request', app)
    },
    stop: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}
