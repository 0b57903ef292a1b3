import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { decodeJwt } from 'jose'
import * as client from 'openid-client'
import type { Db } from '../../../adapters/postgres/db.ts'
import { freshEmbedded } from '../../support/database.ts'
import { skipWithoutVectors } from '../../support/outside.ts'
import { ekycSchemas } from '../../unit/oidc/ekyc-schemas.ts'
import { FIRM, MANDATE, newBrowser, startOidc, ZHANG, type OidcWorld } from './oidc-world.ts'
import { signIn, startPortal, walk, type Portal } from './oidc-portal.ts'

let db: Db
let world: OidcWorld
let one: Portal
let two: Portal
let firms: Portal
const clock = { offset: 0, now: () => new Date(Date.now() + clock.offset) }

beforeAll(async () => {
  db = await freshEmbedded()
  world = await startOidc({ db, clock })
  one = await startPortal(world, 'portal-one')
  two = await startPortal(world, 'portal-two')
  firms = await startPortal(world, 'portal-firms', { principalTypes: 'entity' })
})
afterAll(async () => {
  for (const p of [one, two, firms]) await p.stop()
  await world.stop()
  await db.close()
})

const errorOf = (callback: string): string | null => new URL(callback).searchParams.get('error')

describe('discovery', () => {
  it('names every endpoint under the public address, whatever the Host header says', async () => {
    const response = await fetch(`${world.issuer}/.well-known/openid-configuration`, {
      headers: { 'x-forwarded-host': 'evil' },
    })
    const found = (await response.json()) as Record<string, unknown>
    expect(found['issuer']).toBe(world.issuer)
    for (const name of [
      'authorization_endpoint',
      'token_endpoint',
      'jwks_uri',
      'end_session_endpoint',
      'pushed_authorization_request_endpoint',
    ])
      expect(String(found[name])).toMatch(`${world.issuer}/`)
    expect(found).toMatchObject({
      backchannel_logout_supported: true,
      backchannel_logout_session_supported: true,
      verified_claims_supported: true,
      id_token_signing_alg_values_supported: ['ES256'],
      subject_types_supported: ['pairwise'],
      code_challenge_methods_supported: ['S256'],
    })
  })
})

describe('sign-in', () => {
  it('signs in once and is known at the second portal without a question, by another subject', async () => {
    const browser = newBrowser()
    const first = await signIn(browser, one)
    const callback = await walk(browser, await two.start({ prompt: 'none' }))
    const second = await two.redeem(callback)
    expect(first.claims()).toMatchObject({ acr: 'urn:xinyin:acr:1', amr: ['pwd'] })
    expect(first.claims()?.auth_time).toBeTypeOf('number')
    expect(first.claims()?.sub).not.toBe(second.claims()?.sub)
    expect(first.claims()?.['sid']).toBeTypeOf('string')
    expect(JSON.stringify(decodeJwt(first.id_token ?? ''))).not.toContain(ZHANG.accountId)
  })

  it('works with pushed authorization requests', async () => {
    const browser = newBrowser()
    const parameters = Object.fromEntries(new URL(await one.start()).searchParams)
    const url = await client.buildAuthorizationUrlWithPAR(one.config, parameters)
    expect(url.searchParams.has('request_uri')).toBe(true)
    expect((await one.redeem(await walk(browser, url.href))).access_token).toBeTypeOf('string')
  })

  it('refuses a request without PKCE', async () => {
    const url = new URL(await one.start())
    url.searchParams.delete('code_challenge')
    url.searchParams.delete('code_challenge_method')
    expect(errorOf(await walk(newBrowser(), url.href))).toBe('invalid_request')
  })

  it.each([
    ['a NUL in the state', { state: 'a\u0000b' }],
    ['a NUL in a name of a claim', { claims: '{"userinfo":{"\\u0000":null}}' }],
    ['half a surrogate pair', { claims: '{"userinfo":{"\\ud800":null}}' }],
  ])('refuses what no database keeps: %s', async (_what, extra) => {
    const answer = await newBrowser().get(await one.start(extra as Record<string, string>))
    expect(errorOf(answer.headers.get('location') ?? '')).toBe('invalid_request')
  })

  it('refuses a redirect address that is not registered, without going there', async () => {
    const response = await newBrowser().get(await one.start({ redirect_uri: 'https://evil.example/cb' }))
    expect(response.status).toBe(400)
    expect(await response.text()).toContain('invalid_redirect_uri')
  })

  it('answers login_required to a browser without session', async () => {
    expect(errorOf(await walk(newBrowser(), await one.start({ prompt: 'none' })))).toBe('login_required')
  })

  it('tells the portal that the person went back', async () => {
    expect(errorOf(await walk(newBrowser(), await one.start(), { 'x-abort': '1' }))).toBe('access_denied')
  })

  it('gives a new session id at sign-in, so that a planted one is worth nothing', async () => {
    const victim = newBrowser()
    // An anonymous session, as an attacker would plant it.
    await victim.get(`${world.issuer}/session/end`)
    const attacker = victim.copy()
    expect(attacker.cookies()).toContain('xinyin_session=')
    await signIn(victim, one)
    expect(await (await victim.get(`${world.publicUrl}/me`)).json()).toMatchObject({ accountId: ZHANG.accountId })
    expect(await (await attacker.get(`${world.publicUrl}/me`)).json()).toBeNull()
  })

  it('refuses an interaction in a browser that did not start it', async () => {
    const response = await newBrowser().get(await one.start())
    const to = new URL(response.headers.get('location') ?? '', world.publicUrl).href
    const other = await newBrowser().get(to)
    expect(await other.json()).toEqual({ code: 'INTERACTION_EXPIRED' })
  })

  it('keeps no code, token or session id in clear', async () => {
    const browser = newBrowser()
    const tokens = await signIn(browser, one)
    const rows = JSON.stringify(await db.query('SELECT id_hash, payload FROM oidc_payload'))
    const cookie = /xinyin_session=([^;]+)/.exec(browser.cookies())?.[1] ?? 'none'
    for (const secret of [tokens.access_token, tokens.refresh_token ?? 'none', cookie])
      expect(rows).not.toContain(secret)
  })
})

describe('assurance', () => {
  const essential = (value: string): Record<string, string> => ({
    claims: JSON.stringify({ id_token: { acr: { essential: true, value } } }),
  })

  it('asks for a stronger sign-in and answers with what was asked', async () => {
    const browser = newBrowser()
    await signIn(browser, one)
    const tokens = await signIn(browser, two, { extra: essential('urn:xinyin:acr:2'), headers: { 'x-acr': '2' } })
    expect(tokens.claims()?.['acr']).toBe('urn:xinyin:acr:2')
    const again = await signIn(browser, two, { extra: essential('urn:xinyin:loa:L3.1') })
    expect(again.claims()?.['acr']).toBe('urn:xinyin:loa:L3.1')
  })

  it.each([
    ['a strength that nobody offers', 'urn:xinyin:acr:4'],
    ['a level that the person has not', 'urn:xinyin:loa:L5.1'],
    ['a level that does not exist', 'urn:other'],
  ])('refuses %s as unmet instead of asking for ever', async (_what, value) => {
    expect(errorOf(await walk(newBrowser(), await one.start(essential(value))))).toBe(
      'unmet_authentication_requirements',
    )
  })

  it('refuses as unmet when the person signs in too weakly', async () => {
    const callback = await walk(newBrowser(), await one.start(essential('urn:xinyin:acr:2')))
    expect(errorOf(callback)).toBe('unmet_authentication_requirements')
  })
})

const asFirm = { 'x-principal': JSON.stringify({ kind: 'entity', entityId: FIRM, via: { mandateId: MANDATE } }) }
const userInfo = (portal: Portal, tokens: { access_token: string }) =>
  client.fetchUserInfo(portal.config, tokens.access_token, client.skipSubjectCheck)

describe('claims', () => {
  const ask = (verified: unknown): Record<string, string> => ({
    claims: JSON.stringify({ userinfo: { verified_claims: verified } }),
  })

  it('gives the name by scope only', async () => {
    const browser = newBrowser()
    expect((await userInfo(one, await signIn(browser, one)))['name']).toBe('测试张三')
    const bare = await signIn(browser, one, {
      extra: { scope: 'openid', claims: JSON.stringify({ userinfo: { name: null } }) },
    })
    expect(await userInfo(one, bare)).not.toHaveProperty('name')
  })

  it('returns of verified_claims what was asked and nothing more', async () => {
    const request = { verification: { trust_framework: null }, claims: { name: null } }
    const info = await userInfo(one, await signIn(newBrowser(), one, { extra: ask(request) }))
    expect(info['verified_claims']).toEqual({
      verification: { trust_framework: 'cn_xinyin' },
      claims: { name: '测试张三' },
    })
  })

  it('leaves verified_claims out when the level asked for is not reached', async () => {
    const request = {
      verification: { trust_framework: null, assurance_level: { value: 'L5' } },
      claims: { name: null },
    }
    expect(await userInfo(one, await signIn(newBrowser(), one, { extra: ask(request) }))).not.toHaveProperty(
      'verified_claims',
    )
  })

  describe.skipIf(skipWithoutVectors())('asked for by an array', () => {
    const { response, request } = ekycSchemas()
    const of = (...claims: string[]) => ({
      verification: { trust_framework: { value: 'cn_xinyin' }, assurance_level: null },
      claims: Object.fromEntries(claims.map((c) => [c, null])),
    })
    const answer = async (asked: readonly unknown[], portal = firms, container = 'userinfo') => {
      const wish = { [container]: { verified_claims: asked } }
      expect(request(wish)).toEqual([])
      const extra = { scope: 'openid profile entity', claims: JSON.stringify(wish) }
      const tokens = await signIn(newBrowser(), portal, { extra, headers: asFirm })
      const found = container === 'userinfo' ? await userInfo(portal, tokens) : (tokens.claims() ?? {})
      const verified = (found as Record<string, unknown>)['verified_claims'] as { claims: object }[]
      if (verified !== undefined) expect(response({ verified_claims: verified })).toEqual([])
      return verified
    }
    it.each(['userinfo', 'id_token'])(
      'answers by an array in %s, each set with what was asked and no more',
      async (container) => {
        const verified = await answer([of('name'), of('organization_name', 'authority')], firms, container)
        expect(verified.map((v) => Object.keys(v.claims).toSorted())).toEqual([
          ['name'],
          ['authority', 'organization_name'],
        ])
      },
    )
    it('answers an array of one by an array of one', async () => {
      expect((await answer([of('birthdate')], one)).map((v) => v.claims)).toEqual([{ birthdate: '1990-01-01' }])
    })
    it('leaves out the sets that cannot be met, and everything when none can', async () => {
      const tooHigh = { ...of('name'), verification: { trust_framework: null, assurance_level: { value: 'L5' } } }
      expect((await answer([tooHigh, of('birthdate')], one)).map((v) => Object.keys(v.claims))).toEqual([['birthdate']])
      expect(await answer([tooHigh], one)).toBeUndefined()
    })
    it('survives a pushed request', async () => {
      const wish = await one.start({ claims: JSON.stringify({ userinfo: { verified_claims: [of('name')] } }) })
      const parameters = Object.fromEntries(new URL(wish).searchParams)
      const { href } = await client.buildAuthorizationUrlWithPAR(one.config, parameters)
      const info = await userInfo(one, await one.redeem(await walk(newBrowser(), href)))
      expect(info['verified_claims']).toMatchObject([{ claims: { name: '测试张三' } }])
    })
  })

  it.each([
    ['an empty array', []],
    ['an array with something else inside', [null]],
    ['no trust framework', { verification: {}, claims: { name: null } }],
    ['no claims', { verification: { trust_framework: null }, claims: {} }],
  ])('refuses a request with %s', async (_what, request) => {
    expect(errorOf(await walk(newBrowser(), await one.start(ask(request))))).toBe('invalid_request')
  })

  it('gives the entity with the authority of the person, once they said for whom they act', async () => {
    const tokens = await signIn(newBrowser(), firms, { extra: { scope: 'openid entity' }, headers: asFirm })
    const info = await userInfo(firms, tokens)
    expect(info['verified_claims']).toMatchObject({
      claims: {
        organization_name: '云湖测试甲有限公司',
        authority: { permission: [{ function: ['seal.use', 'matter.file'] }] },
      },
    })
    expect(await world.resolveBearer(tokens.access_token)).toMatchObject({
      kind: 'person',
      personId: ZHANG.personId,
      principal: { kind: 'entity', entityId: FIRM },
      scopes: ['openid', 'entity'],
    })
  })

  it('refuses an entity that the person has no mandate of', async () => {
    const browser = newBrowser()
    const other = {
      'x-principal': JSON.stringify({ kind: 'entity', entityId: ZHANG.personId, via: 'legal-representative' }),
    }
    await expect(walk(browser, await firms.start(), other)).rejects.toThrow('no redirect but 500')
  })

  it('demands the function that the portal asks for, at the choice and ever after', async () => {
    const filing = await startPortal(world, 'portal-filing', { principalTypes: 'entity', functions: ['matter.file'] })
    const sealing = await startPortal(world, 'portal-approve', { principalTypes: 'any', functions: ['seal.approve'] })
    try {
      expect((await signIn(newBrowser(), filing, { headers: asFirm })).access_token).toBeTypeOf('string')
      await expect(walk(newBrowser(), await sealing.start(), asFirm)).rejects.toThrow('no redirect but 500')
      // Nobody needs a function to act for themselves.
      expect((await signIn(newBrowser(), sealing)).access_token).toBeTypeOf('string')
    } finally {
      await filing.stop()
      await sealing.stop()
    }
  })

  it('refuses to act for oneself at a portal for entities', async () => {
    await expect(walk(newBrowser(), await firms.start(), {})).rejects.toThrow('no redirect but 500')
  })

  it('takes the entity away, and refreshing with it, when the mandate is gone', async () => {
    const tokens = await signIn(newBrowser(), firms, { extra: { scope: 'openid entity' }, headers: asFirm })
    world.people.mandated = false
    try {
      expect(await userInfo(firms, tokens)).not.toHaveProperty('verified_claims')
      expect(await world.resolveBearer(tokens.access_token)).toBeUndefined()
      await expect(client.refreshTokenGrant(firms.config, tokens.refresh_token ?? '')).rejects.toMatchObject({
        error: 'invalid_grant',
      })
    } finally {
      world.people.mandated = true
    }
  })
})

describe('tokens', () => {
  it('rotates refresh tokens and refuses the one that was used', async () => {
    const tokens = await signIn(newBrowser(), one)
    const next = await client.refreshTokenGrant(one.config, tokens.refresh_token ?? '')
    expect(next.refresh_token).not.toBe(tokens.refresh_token)
    await expect(client.refreshTokenGrant(one.config, tokens.refresh_token ?? '')).rejects.toMatchObject({
      error: 'invalid_grant',
    })
    expect((await client.refreshTokenGrant(one.config, next.refresh_token ?? '')).access_token).toBeTypeOf('string')
  })

  it('revokes the whole family when a refresh token is used a second time later, though the thief came first', async () => {
    const { refresh_token: stolen = '' } = await signIn(newBrowser(), one)
    const thief = await client.refreshTokenGrant(one.config, stolen)
    // Within three seconds a second use is taken for a portal that sent twice: refused, and nothing else.
    await expect(client.refreshTokenGrant(one.config, stolen)).rejects.toMatchObject({ error: 'invalid_grant' })
    expect(await world.resolveBearer(thief.access_token)).toBeDefined()
    clock.offset = 4_000
    await expect(client.refreshTokenGrant(one.config, stolen)).rejects.toMatchObject({ error: 'invalid_grant' })
    expect(await world.resolveBearer(thief.access_token)).toBeUndefined()
    await expect(client.refreshTokenGrant(one.config, thief.refresh_token ?? '')).rejects.toMatchObject({
      error: 'invalid_grant',
    })
    clock.offset = 0
  })

  it('refuses a token to introspect that belongs to another portal', async () => {
    const tokens = await signIn(newBrowser(), one)
    expect(await client.tokenIntrospection(one.config, tokens.access_token)).toMatchObject({ active: true })
    expect(await client.tokenIntrospection(two.config, tokens.access_token)).toEqual({ active: false })
  })

  it('resolves neither revoked tokens nor invented ones', async () => {
    const tokens = await signIn(newBrowser(), one)
    expect(await world.resolveBearer(tokens.access_token)).toMatchObject({ principal: { kind: 'self' } })
    await client.tokenRevocation(one.config, tokens.access_token)
    expect(await world.resolveBearer(tokens.access_token)).toBeUndefined()
    expect(await world.resolveBearer('x'.repeat(43))).toBeUndefined()
    expect(await world.resolveBearer("' OR 1=1")).toBeUndefined()
  })
})

describe('systems', () => {
  it('get the scopes of the API that they registered, with a key of their own, and no other', async () => {
    const { privateKey, publicKey } = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, [
      'sign',
      'verify',
    ])
    const jwk = { ...(await crypto.subtle.exportKey('jwk', publicKey)), alg: 'ES256', use: 'sig', kid: 'a1' }
    await world.register({
      clientId: 'approval-system',
      name: '审批系统',
      scopes: ['seal.use', 'licence.issue'],
      grantTypes: ['client_credentials'],
      jwks: { keys: [jwk] },
      organisationEntityId: FIRM,
    })
    const config = await client.discovery(
      new URL(world.issuer),
      'approval-system',
      undefined,
      client.PrivateKeyJwt({ key: privateKey, kid: 'a1' }),
      { execute: [client.allowInsecureRequests] },
    )
    const tokens = await client.clientCredentialsGrant(config, { scope: 'seal.use' })
    expect(await world.resolveBearer(tokens.access_token)).toEqual({
      kind: 'client',
      clientId: 'approval-system',
      entityId: FIRM,
      scopes: ['seal.use'],
    })
    await expect(client.clientCredentialsGrant(config, { scope: 'seal.manage' })).rejects.toMatchObject({
      error: 'invalid_scope',
    })
  })
})
