/** Client libraries that we did not write, against the whole service: what we issue they must accept, and refuse what was tampered with. */
import { createServer } from 'node:http'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { decodeJwt, decodeProtectedHeader, generateKeyPair, SignJWT } from 'jose'
import * as client from 'openid-client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RunningPortal } from '../../../examples/portal.ts'
import { Portal } from '../../../examples/portal.ts'
import { world } from '../../../examples/world.ts'
import { Browser, portalState, signInAt, signOutEverywhere } from '../../../src/cli/journey/steps.ts'
import type { ClientRegistration } from '../../../src/oidc/index.ts'
import { putClient } from '../../../src/oidc/index.ts'
import { until } from '../../integration/oidc/oidc-portal.ts'
import { startWeb } from '../../integration/web/web-world.ts'
import type { WebWorld } from '../../integration/web/web-world.ts'
import { listenExpressPortal } from './express-portal.ts'

const SECRET = 'a secret of a portal, long enough for us'
const BACKCHANNEL = 'http://schemas.openid.net/event/backchannel-logout'

let web: WebWorld
let sample: RunningPortal
let express: Awaited<ReturnType<typeof listenExpressPortal>>
let echo: Server
let issuer: string

const person = (name: string) => {
  const found = world.accounts.find((a) => a.person === name)
  if (found === undefined) throw new Error(`world.json has no account of ${name}`)
  return { loginName: found.loginName, password: found.password }
}

const register = (clientId: string, url: string, more: Partial<ClientRegistration> = {}): Promise<void> => {
  const common = {
    clientId,
    name: `门户 ${clientId}`,
    uri: url,
    scopes: ['openid', 'profile', 'entity'],
    secret: SECRET,
  }
  const addresses = { redirectUris: [`${url}/callback`], postLogoutRedirectUris: [`${url}/`, url] }
  const grantTypes = ['authorization_code', 'refresh_token'] as const
  return putClient(web.assembly.oidc, { ...common, ...addresses, grantTypes, ...more }, { kind: 'system', id: 'test' })
}

const backchannel = (url: string) => ({ backchannelLogoutUri: `${url}/backchannel-logout` })
const urlOf = (server: Server): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`

beforeAll(async () => {
  web = await startWeb()
  issuer = `${web.publicUrl}/oidc`
  web.assembly.logoutWorker.start()
  const portal = await Portal.listen()
  express = await listenExpressPortal()
  echo = createServer((req, res) => res.end(req.url))
  await new Promise<void>((resolve) => echo.listen(0, '127.0.0.1', resolve))
  await register('sample', portal.url, backchannel(portal.url))
  await register('express', express.url, backchannel(express.url))
  await register('careful', urlOf(echo), { principalTypes: 'any' })
  const common = { issuer, clientSecret: SECRET }
  const look = { name: '示例', cookieName: 'sample', scope: 'openid profile' }
  sample = await portal.start({ ...common, ...look, clientId: 'sample' })
  express.start({ ...common, clientId: 'express' })
})
afterAll(async () => {
  await sample.close()
  await express.stop()
  await new Promise((resolve) => echo.close(resolve))
  await web.stop()
})

describe('express-openid-connect', () => {
  const browser = new Browser()
  const elsewhere = new Browser()

  it('signs a person in, and at the next portal no password is asked for', async () => {
    const first = await signInAt(browser, express.url, { person: person('lin') })
    expect(first.askedPassword).toBe(true)
    expect(first.state.claims?.['name']).toBe(world.people.find((p) => p.id === 'lin')?.name)
    const second = await signInAt(browser, sample.url, { person: person('lin') })
    expect(second.askedPassword).toBe(false)
    expect(second.state.sub).not.toBe(first.state.sub)
    await signInAt(elsewhere, express.url, { person: person('wu') })
  })

  it('refuses a logout token of a stranger, and nobody is signed out', async () => {
    const { privateKey } = await generateKeyPair('ES256')
    const { sub } = await portalState(browser, express.url)
    const forged = await new SignJWT({ events: { [BACKCHANNEL]: {} }, sub: String(sub) })
      .setProtectedHeader({ alg: 'ES256', typ: 'logout+jwt' })
      .setIssuer(issuer)
      .setAudience('express')
      .setIssuedAt()
      .setExpirationTime('2m')
      .setJti('forged')
      .sign(privateKey)
    const body = new URLSearchParams({ logout_token: forged })
    const answer = await fetch(`${express.url}/backchannel-logout`, { method: 'POST', body })
    expect(answer.status).toBe(400)
    expect((await portalState(browser, express.url)).signedIn).toBe(true)
    express.answers.length = express.tokens.length = 0
  })

  it('accepts our logout token: signed out at one portal, the session at the other is gone', async () => {
    await signOutEverywhere(browser, sample.url, [express.url])
    await until(() => express.answers.length > 0)
    expect(express.answers).toEqual([204])
    const token = express.tokens[0] ?? ''
    expect(decodeProtectedHeader(token)).toMatchObject({ alg: 'ES256', typ: 'logout+jwt' })
    const { iss, aud, sid, events, nonce } = decodeJwt(token)
    expect({ iss, aud, events, nonce }).toEqual({
      iss: issuer,
      aud: 'express',
      events: { [BACKCHANNEL]: {} },
      nonce: undefined,
    })
    expect(express.signedOut.has(`${issuer}|${String(sid)}`)).toBe(true)
    expect((await portalState(browser, express.url)).signedIn).toBe(false)
  })

  it('keeps the session of another person in another browser', async () => {
    expect((await portalState(elsewhere, express.url)).signedIn).toBe(true)
  })

  it('ends the session with us when it signs out itself, and the next sign-in asks for the password again', async () => {
    await signInAt(elsewhere, sample.url, { person: person('wu') })
    await signOutEverywhere(elsewhere, express.url, [sample.url])
    const again = await signInAt(elsewhere, express.url, { person: person('wu') })
    expect(again.askedPassword).toBe(true)
  })
})

describe('openid-client over oauth4webapi', () => {
  const browser = new Browser()
  const checks = { pkceCodeVerifier: client.randomPKCECodeVerifier(), expectedState: 'st', expectedNonce: 'no' }
  let config: client.Configuration

  beforeAll(async () => {
    const metadata = { id_token_signed_response_alg: 'ES256' }
    // The signature of the ID token is checked too, against the published keys.
    const execute = [client.allowInsecureRequests, client.enableNonRepudiationChecks]
    config = await client.discovery(new URL(issuer), 'careful', metadata, client.ClientSecretBasic(SECRET), { execute })
    await signInAt(browser, sample.url, { person: person('lin') })
  })

  /** A callback address with a fresh code, for oneself or for an organisation. */
  const callback = async (actFor?: string, scope = 'openid profile'): Promise<URL> => {
    const code_challenge = await client.calculatePKCECodeChallenge(checks.pkceCodeVerifier)
    const wish = { redirect_uri: `${urlOf(echo)}/callback`, scope, state: 'st', nonce: 'no' }
    const how = { code_challenge, code_challenge_method: 'S256' }
    let page = await browser.visit(client.buildAuthorizationUrl(config, { ...wish, ...how }).href)
    if (page.text.includes('name="principal"')) {
      const choice = page.text
        .split('<label')
        .find((l) => l.includes('name="principal"') && l.includes(actFor ?? '本人'))
      page = await browser.submit(page, { principal: /value="([^"]*)"/.exec(choice ?? '')?.[1] ?? '' })
    }
    return new URL(page.url)
  }

  it('accepts the discovery document and what it promises', () => {
    const found = config.serverMetadata()
    expect(found.issuer).toBe(issuer)
    expect(found.supportsPKCE()).toBe(true)
    expect(found).toMatchObject({
      backchannel_logout_supported: true,
      backchannel_logout_session_supported: true,
      authorization_response_iss_parameter_supported: true,
    })
    expect(found.id_token_signing_alg_values_supported).toContain('ES256')
    expect(found.id_token_signing_alg_values_supported).not.toContain('none')
  })

  it('accepts the ID token, its signature, its nonce, and the userinfo of the same subject', async () => {
    const tokens = await client.authorizationCodeGrant(config, await callback(), checks)
    const claims = tokens.claims()
    expect(claims).toMatchObject({ iss: issuer, aud: 'careful' })
    const info = await client.fetchUserInfo(config, tokens.access_token, claims?.sub ?? '')
    expect(info.name).toBe(world.people.find((p) => p.id === 'lin')?.name)
    await expect(client.fetchUserInfo(config, tokens.access_token, 'somebody-else')).rejects.toMatchObject({
      code: 'OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED',
    })
  })

  it('accepts an ID token and the verified claims of an agent who acts for an organisation', async () => {
    const entity = world.entities.find((e) => e.id === 'shili')
    const tokens = await client.authorizationCodeGrant(
      config,
      await callback(entity?.name, 'openid profile entity'),
      checks,
    )
    const info = await client.fetchUserInfo(config, tokens.access_token, tokens.claims()?.sub ?? '')
    expect(JSON.stringify(info)).toContain(entity?.uscc)
  })

  it('refuses another nonce, another state, another code verifier and another issuer', async () => {
    const redeem = async (other: Partial<typeof checks>, at?: URL) =>
      client.authorizationCodeGrant(config, at ?? (await callback()), { ...checks, ...other })
    await expect(redeem({ expectedNonce: 'other' })).rejects.toMatchObject({
      code: 'OAUTH_JWT_CLAIM_COMPARISON_FAILED',
    })
    await expect(redeem({ expectedState: 'other' })).rejects.toMatchObject({ code: 'OAUTH_INVALID_RESPONSE' })
    const pkceCodeVerifier = client.randomPKCECodeVerifier()
    await expect(redeem({ pkceCodeVerifier })).rejects.toMatchObject({ error: 'invalid_grant' })
    const mixedUp = await callback()
    mixedUp.searchParams.set('iss', 'https://elsewhere.example')
    await expect(redeem({}, mixedUp)).rejects.toMatchObject({ code: 'OAUTH_INVALID_RESPONSE' })
  })

  it('is refused a second use of a code', async () => {
    const at = await callback()
    await client.authorizationCodeGrant(config, at, checks)
    await expect(client.authorizationCodeGrant(config, at, checks)).rejects.toMatchObject({ error: 'invalid_grant' })
  })
})
