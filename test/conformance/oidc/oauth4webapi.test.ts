/** A portal written with oauth4webapi, which checks every answer by the letter: in, userinfo, refresh, revocation, introspection. */
import * as oauth from 'oauth4webapi'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Db } from '../../../adapters/postgres/db.ts'
import { freshEmbedded } from '../../support/database.ts'
import { newBrowser, startOidc, type OidcWorld } from '../../integration/oidc/oidc-world.ts'
import { startPortal, walk, type Portal } from '../../integration/oidc/oidc-portal.ts'

let db: Db
let world: OidcWorld
let portal: Portal
let as: oauth.AuthorizationServer
let client: oauth.Client
let secret: oauth.ClientAuth
const insecure = { [oauth.allowInsecureRequests]: true }

beforeAll(async () => {
  db = await freshEmbedded()
  world = await startOidc({ db })
  portal = await startPortal(world, 'portal-4webapi')
  const issuer = new URL(world.issuer)
  as = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, insecure))
  client = { client_id: portal.clientId, id_token_signed_response_alg: 'ES256' }
  secret = oauth.ClientSecretBasic(portal.secret)
})
afterAll(async () => {
  await portal.stop()
  await world.stop()
  await db.close()
})

const signIn = async () => {
  const verifier = oauth.generateRandomCodeVerifier()
  const [state, nonce] = [oauth.generateRandomState(), oauth.generateRandomNonce()]
  const parameters = new URLSearchParams({
    client_id: client.client_id,
    redirect_uri: `${portal.url}/cb`,
    response_type: 'code',
    scope: 'openid profile',
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    state,
    nonce,
  })
  const pushed = await oauth.processPushedAuthorizationResponse(
    as,
    client,
    await oauth.pushedAuthorizationRequest(as, client, secret, parameters, insecure),
  )
  const browser = newBrowser()
  const query = new URLSearchParams({ client_id: client.client_id, request_uri: pushed.request_uri })
  const callback = new URL(await walk(browser, `${as.authorization_endpoint ?? ''}?${query.toString()}`))
  const params = oauth.validateAuthResponse(as, client, callback, state)
  const answer = await oauth.authorizationCodeGrantRequest(
    as,
    client,
    secret,
    params,
    `${portal.url}/cb`,
    verifier,
    insecure,
  )
  const tokens = await oauth.processAuthorizationCodeResponse(as, client, answer, {
    expectedNonce: nonce,
    requireIdToken: true,
  })
  await oauth.validateApplicationLevelSignature(as, answer, insecure)
  return { browser, tokens, callback }
}

describe('oauth4webapi', () => {
  it('signs in by a pushed request and accepts ID token, its signature, and userinfo', async () => {
    const { tokens } = await signIn()
    const sub = oauth.getValidatedIdTokenClaims(tokens)?.sub ?? ''
    const info = await oauth.userInfoRequest(as, client, tokens.access_token, insecure)
    expect(await oauth.processUserInfoResponse(as, client, sub, info)).toMatchObject({ sub, name: '测试张三' })
  })

  it('detects a mix-up: an answer that names another issuer', async () => {
    const { callback } = await signIn()
    callback.searchParams.set('iss', 'https://elsewhere.example')
    expect(() => oauth.validateAuthResponse(as, client, callback, oauth.skipStateCheck)).toThrow(/iss/)
  })

  it('refreshes, introspects and revokes', async () => {
    const { tokens } = await signIn()
    const refreshed = await oauth.processRefreshTokenResponse(
      as,
      client,
      await oauth.refreshTokenGrantRequest(as, client, secret, tokens.refresh_token ?? '', insecure),
    )
    const introspect = async () =>
      oauth.processIntrospectionResponse(
        as,
        client,
        await oauth.introspectionRequest(as, client, secret, refreshed.access_token, insecure),
      )
    expect((await introspect()).active).toBe(true)
    const answer = await oauth.revocationRequest(as, client, secret, refreshed.access_token, insecure)
    expect(await oauth.processRevocationResponse(answer)).toBeUndefined()
    expect((await introspect()).active).toBe(false)
  })

  it('signs out, and the portal is back where it asked to be', async () => {
    const { browser, tokens } = await signIn()
    const end = new URL(as.end_session_endpoint ?? '')
    end.search = new URLSearchParams({
      id_token_hint: tokens.id_token ?? '',
      post_logout_redirect_uri: `${portal.url}/out`,
      state: 'x',
    }).toString()
    expect((await browser.get(end.href)).headers.get('location')).toBe(`${portal.url}/out?state=x`)
    const info = await oauth.userInfoRequest(as, client, tokens.access_token, insecure)
    expect(info.status).toBe(401)
  })
})
