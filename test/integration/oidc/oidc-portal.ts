/** A portal as its authors would write it with openid-client, with a back-channel address that can be told to misbehave. */
import { createServer } from 'node:http'
import { createRemoteJWKSet, jwtVerify, type JWTPayload } from 'jose'
import * as client from 'openid-client'
import type { ClientRegistration } from '../../../src/oidc/index.ts'
import { close, listen, type Browser, type OidcWorld } from './oidc-world.ts'

export type Mood = 'ok' | 'hang' | number

export type Portal = Awaited<ReturnType<typeof startPortal>>

const SECRET = 'a-secret-of-this-portal-0123456789abcdef'

export const startPortal = async (
  world: Pick<OidcWorld, 'issuer' | 'register'>,
  clientId: string,
  registration: Partial<ClientRegistration> = {},
) => {
  const told: JWTPayload[] = []
  const calls: number[] = []
  const state: { mood: Mood } = { mood: 'ok' }
  const keys = createRemoteJWKSet(new URL(`${world.issuer}/jwks`))
  const server = createServer((req, res) => {
    let body = ''
    req.on('data', (part) => (body += String(part)))
    req.on('end', () => {
      calls.push(Date.now())
      if (state.mood === 'hang') return
      if (state.mood !== 'ok') {
        res.statusCode = state.mood
        res.end()
        return
      }
      const token = new URLSearchParams(body).get('logout_token') ?? ''
      jwtVerify(token, keys, { issuer: world.issuer, audience: clientId, typ: 'logout+jwt' }).then(
        ({ payload }) => {
          told.push(payload)
          res.end()
        },
        () => {
          res.statusCode = 400
          res.end()
        },
      )
    })
  })
  const url = await listen(server)
  await world.register({
    clientId,
    name: `门户 ${clientId}`,
    uri: url,
    scopes: ['openid', 'profile', 'entity', 'seal.use'],
    grantTypes: ['authorization_code', 'refresh_token'],
    redirectUris: [`${url}/cb`],
    postLogoutRedirectUris: [`${url}/out`],
    backchannelLogoutUri: `${url}/bcl`,
    secret: SECRET,
    ...registration,
  })
  const config = await client.discovery(
    new URL(world.issuer),
    clientId,
    { id_token_signed_response_alg: 'ES256' },
    client.ClientSecretBasic(SECRET),
    { execute: [client.allowInsecureRequests] },
  )
  const verifier = client.randomPKCECodeVerifier()
  const start = async (extra: Record<string, string> = {}): Promise<string> =>
    client.buildAuthorizationUrl(config, {
      redirect_uri: `${url}/cb`,
      scope: 'openid profile',
      code_challenge: await client.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      state: 's',
      nonce: 'n',
      ...extra,
    }).href
  const redeem = (callback: string) =>
    client.authorizationCodeGrant(config, new URL(callback), {
      pkceCodeVerifier: verifier,
      expectedState: 's',
      expectedNonce: 'n',
    })
  return {
    clientId,
    url,
    config,
    told,
    calls,
    state,
    start,
    redeem,
    verifier,
    secret: SECRET,
    stop: () => close(server),
  }
}

const location = (response: Response, base: string): string => {
  const to = response.headers.get('location')
  if (to === null) throw new Error(`no redirect but ${response.status}`)
  return new URL(to, base).href
}

/** Walks from the portal's address to its callback, answering interactions with these headers. Returns the callback address. */
export const walk = async (browser: Browser, from: string, headers: Record<string, string> = {}): Promise<string> => {
  let response = await browser.get(from)
  for (let i = 0; i < 8; i++) {
    const to = location(response, from)
    if (new URL(to).origin !== new URL(from).origin) return to
    response = to.includes('/interaction/') ? await browser.post(to, {}, headers) : await browser.get(to)
  }
  throw new Error('walked in circles')
}

export const signIn = async (
  browser: Browser,
  portal: Portal,
  { extra = {}, headers = {} }: { extra?: Record<string, string>; headers?: Record<string, string> } = {},
) => portal.redeem(await walk(browser, await portal.start(extra), headers))

export const until = async (holds: () => boolean | Promise<boolean>, ms = 10_000): Promise<void> => {
  const end = Date.now() + ms
  while (!(await holds())) {
    if (Date.now() > end) throw new Error('did not happen in time')
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
