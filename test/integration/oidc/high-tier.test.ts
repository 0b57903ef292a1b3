/** Portals that move money or file legal acts: pushed requests, signed requests, tokens bound to a key, keys instead of secrets. */
import { exportJWK, generateKeyPair, SignJWT, type JWK } from 'jose'
import * as client from 'openid-client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Db } from '../../../adapters/postgres/db.ts'
import { freshEmbedded } from '../../support/database.ts'
import { newBrowser, startOidc, type OidcWorld } from './oidc-world.ts'
import { startPortal, walk, type Portal } from './oidc-portal.ts'

let db: Db
let world: OidcWorld
let high: Portal
let plain: Portal
let keys: CryptoKeyPair
let jwk: JWK
const clock = { offset: 0, now: () => new Date(Date.now() + clock.offset) }

const keyed = async (id: string, more: object = {}) =>
  startPortal(world, id, { secret: undefined as never, jwks: { keys: [{ ...jwk }] }, ...more })

beforeAll(async () => {
  db = await freshEmbedded()
  world = await startOidc({ db, clock })
  keys = (await generateKeyPair('ES256', { extractable: true })) as CryptoKeyPair
  jwk = { ...(await exportJWK(keys.publicKey)), alg: 'ES256', kid: 'portal-key', use: 'sig' }
  high = await keyed('portal-high', { tier: 'high' })
  plain = await keyed('portal-keyed')
})
afterAll(async () => {
  await high.stop()
  await plain.stop()
  await world.stop()
  await db.close()
})

const configFor = (portal: Portal) =>
  client.discovery(
    new URL(world.issuer),
    portal.clientId,
    { id_token_signed_response_alg: 'ES256' },
    client.PrivateKeyJwt({ key: keys.privateKey, kid: 'portal-key' }),
    { execute: [client.allowInsecureRequests] },
  )

describe('the high tier', () => {
  const signIn = async () => {
    const config = await configFor(high)
    const handle = client.getDPoPHandle(config, await client.randomDPoPKeyPair('ES256', { extractable: true }))
    const verifier = client.randomPKCECodeVerifier()
    const url = await client.buildAuthorizationUrlWithPAR(
      config,
      {
        redirect_uri: `${high.url}/cb`,
        scope: 'openid profile',
        code_challenge: await client.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
        state: 's',
      },
      { DPoP: handle },
    )
    const callback = await walk(newBrowser(), url.href)
    const options = { pkceCodeVerifier: verifier, expectedState: 's' }
    const tokens = await client.authorizationCodeGrant(config, new URL(callback), options, undefined, { DPoP: handle })
    return { config, handle, tokens }
  }

  it('signs in with everything that FAPI 2.0 asks for, and says who answered (iss)', async () => {
    const { config, handle, tokens } = await signIn()
    expect(tokens.token_type).toBe('dpop')
    const sub = tokens.claims()?.sub ?? ''
    expect((await client.fetchUserInfo(config, tokens.access_token, sub, { DPoP: handle })).sub).toBe(sub)
    const other = client.getDPoPHandle(config, await client.randomDPoPKeyPair('ES256', { extractable: true }))
    await expect(client.fetchUserInfo(config, tokens.access_token, sub, { DPoP: other })).rejects.toThrow()
    await expect(client.fetchUserInfo(config, tokens.access_token, sub)).rejects.toThrow()
  })

  it('refuses a request that was not pushed', async () => {
    const answer = await fetch(await high.start(), { redirect: 'manual' })
    expect(answer.headers.get('location')).toContain('error=invalid_request')
  })

  it('refuses a code without a proof', async () => {
    const config = await configFor(high)
    const verifier = client.randomPKCECodeVerifier()
    const url = await client.buildAuthorizationUrlWithPAR(config, {
      redirect_uri: `${high.url}/cb`,
      scope: 'openid',
      code_challenge: await client.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    })
    const callback = await walk(newBrowser(), url.href)
    await expect(
      client.authorizationCodeGrant(config, new URL(callback), { pkceCodeVerifier: verifier }),
    ).rejects.toMatchObject({ error: 'invalid_grant' })
  })

  it('uses a pushed request once', async () => {
    const config = await configFor(high)
    const url = await client.buildAuthorizationUrlWithPAR(config, {
      redirect_uri: `${high.url}/cb`,
      scope: 'openid',
      code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
      code_challenge_method: 'S256',
    })
    const browser = newBrowser()
    expect(await walk(browser, url.href)).toContain('code=')
    const again = await browser.get(url.href)
    expect(again.headers.get('location') ?? (await again.text())).toContain('invalid_request_uri')
  })

  describe('a token bound to a key, at our API', () => {
    const proofFor = async (token: string, key: CryptoKeyPair, change: Record<string, unknown> = {}) => {
      const ath = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(token))
      const claims = {
        htm: 'POST',
        htu: `${world.publicUrl}/api/x`,
        jti: crypto.randomUUID(),
        iat: Math.floor(clock.now().getTime() / 1_000),
        ath: Buffer.from(ath).toString('base64url'),
        ...change,
      }
      const header = { alg: 'ES256', typ: 'dpop+jwt', jwk: await exportJWK(key.publicKey) }
      return new SignJWT(claims).setProtectedHeader(header).sign(key.privateKey)
    }
    const bound = async () => {
      const key = (await client.randomDPoPKeyPair('ES256', { extractable: true })) as CryptoKeyPair
      const config = await configFor(high)
      const handle = client.getDPoPHandle(config, key)
      const verifier = client.randomPKCECodeVerifier()
      const wish = {
        redirect_uri: `${high.url}/cb`,
        scope: 'openid seal.use',
        resource: `${world.publicUrl}/api`,
        code_challenge: await client.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
      }
      const url = await client.buildAuthorizationUrlWithPAR(config, wish, { DPoP: handle })
      const callback = new URL(await walk(newBrowser(), url.href))
      const { access_token: token } = await client.authorizationCodeGrant(
        config,
        callback,
        { pkceCodeVerifier: verifier },
        { resource: wish.resource },
        { DPoP: handle },
      )
      return { token, key }
    }
    const at = { method: 'POST', path: '/api/x' }

    it('is good with a proof, once; and is nothing without', async () => {
      const { token, key } = await bound()
      const proof = await proofFor(token, key)
      expect(await world.resolveBearer(token)).toBeUndefined()
      expect(await world.resolveBearer(token, { ...at, proof })).toMatchObject({ kind: 'person' })
      expect(await world.resolveBearer(token, { ...at, proof })).toBeUndefined()
    })

    it('refuses proofs of another key, method, address, token, time, or none at all', async () => {
      const { token, key } = await bound()
      const other = (await client.randomDPoPKeyPair('ES256', { extractable: true })) as CryptoKeyPair
      const now = Math.floor(Date.now() / 1_000)
      const bad = [
        await proofFor(token, other),
        await proofFor('another-token', key),
        await proofFor(token, key, { htm: 'GET' }),
        await proofFor(token, key, { htu: `${world.publicUrl}/api/y` }),
        await proofFor(token, key, { htu: 'https://elsewhere.example/api/x' }),
        await proofFor(token, key, { iat: now - 120 }),
        await proofFor(token, key, { iat: now + 120 }),
        await proofFor(token, key, { jti: undefined }),
        `${(await proofFor(token, key)).slice(0, -6)}AAAAAA`,
        '',
        'x.y.z',
      ]
      for (const proof of bad) expect(await world.resolveBearer(token, { ...at, proof })).toBeUndefined()
    })

    it('lets eight copies of one proof in once', async () => {
      const { token, key } = await bound()
      const proof = await proofFor(token, key)
      const all = await Promise.all(Array.from({ length: 8 }, () => world.resolveBearer(token, { ...at, proof })))
      expect(all.filter((b) => b !== undefined)).toHaveLength(1)
    })
  })
})

describe('a signed request', () => {
  const wish = () => ({
    client_id: 'portal-keyed',
    response_type: 'code',
    redirect_uri: `${plain.url}/cb`,
    scope: 'openid',
    state: 'signed',
    code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
    code_challenge_method: 'S256',
  })
  const sign = async (
    change: Record<string, unknown> = {},
    { typ = 'oauth-authz-req+jwt', key = keys.privateKey } = {},
  ) => {
    const now = Math.floor(Date.now() / 1_000)
    const standing = { iss: 'portal-keyed', aud: world.issuer, iat: now, nbf: now, exp: now + 300 }
    return new SignJWT({ ...standing, ...wish(), ...change })
      .setProtectedHeader({ alg: 'ES256', kid: 'portal-key', typ })
      .sign(key)
  }
  const send = async (request: string, more: Record<string, string> = {}) => {
    const query = new URLSearchParams({ client_id: 'portal-keyed', request, ...more })
    const answer = await fetch(`${world.issuer}/auth?${query.toString()}`, { redirect: 'manual' })
    return `${answer.headers.get('location') ?? ''} ${await answer.text()}`
  }

  it('is followed, and what stands outside of it is not', async () => {
    expect(await send(await sign())).toContain('/interaction/')
    const state = new URL(
      await walk(
        newBrowser(),
        `${world.issuer}/auth?${new URLSearchParams({
          client_id: 'portal-keyed',
          request: await sign(),
          state: 'planted',
          scope: 'openid profile',
        }).toString()}`,
      ),
    ).searchParams.get('state')
    expect(state).toBe('signed')
  })

  it.each<[string, Record<string, unknown>]>([
    ['for another issuer', { aud: 'https://elsewhere.example' }],
    ['of another client', { iss: 'portal-high' }],
    ['that is over', { exp: 1 }],
    ['that never ends', { exp: undefined }],
    ['that lasts too long', { exp: Math.floor(Date.now() / 1_000) + 90_000 }],
    ['with a request inside', { request: 'x' }],
  ])('is refused %s', async (_what, change) => {
    expect(await send(await sign(change))).toContain('invalid_request_object')
  })

  it('is refused when another key signed it, nobody did, a bit changed, or it is another kind of token', async () => {
    const other = (await generateKeyPair('ES256')) as CryptoKeyPair
    const good = await sign()
    const [header = '', payload = '', signature = ''] = good.split('.')
    const none = `${btoa('{"alg":"none"}').replaceAll('=', '')}.${payload}.`
    const bad = [
      await sign({}, { key: other.privateKey }),
      none,
      `${header}.${payload}.${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`,
      await sign({}, { typ: 'logout+jwt' }),
      'x',
    ]
    for (const request of bad) expect(await send(request)).toContain('invalid_request_object')
  })

  it('is never fetched from an address', async () => {
    const query = new URLSearchParams({ ...wish(), request_uri: 'https://elsewhere.example/request.jwt' })
    const answer = await fetch(`${world.issuer}/auth?${query.toString()}`, { redirect: 'manual' })
    expect(`${answer.headers.get('location') ?? ''} ${await answer.text()}`).toMatch(/request_uri|invalid_request/)
  })
})
