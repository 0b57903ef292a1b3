/** Keys that sign tokens change while people sign in, in two processes, and nobody's verification fails. */
import { createRemoteJWKSet, customFetch, jwtVerify } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Db } from '../../../adapters/postgres/db.ts'
import { makeUnitOfWork } from '../../../adapters/postgres/db.ts'
import { openSigningKeys, rotateSigningKey } from '../../../src/oidc/index.ts'
import { publishedKeys } from '../../../src/oidc/signing-keys.ts'
import { freshEmbedded } from '../../support/database.ts'
import { makeSigningKey, newBrowser, startOidc, type OidcWorld } from './oidc-world.ts'
import { signIn, startPortal, type Portal } from './oidc-portal.ts'

const ACTOR = { kind: 'system', id: 'test' } as const
const MINUTE = 60_000
const HOUR = 60 * MINUTE
const clock = { offset: 0, now: () => new Date(Date.now() + clock.offset) }
let db: Db
let world: OidcWorld
let portal: Portal
let refresh: () => Promise<void>

beforeAll(async () => {
  db = await freshEmbedded()
  const first = makeSigningKey('first')
  const base = await startOidc({ db, clock })
  const ring = await openSigningKeys(base.deps, first)
  await base.stop()
  refresh = ring.refresh
  world = await startOidc({ db, clock, deps: { signingKeys: ring.keys } })
  portal = await startPortal(world, 'portal-keys')
})
afterAll(async () => {
  await portal.stop()
  await world.stop()
  await db.close()
})

const kidOf = (token = ''): string => String((JSON.parse(atob(token.split('.')[0] ?? '')) as { kid: string }).kid)
const published = async (): Promise<string[]> =>
  ((await (await fetch(`${world.issuer}/jwks`)).json()) as { keys: { kid: string }[] }).keys.map((k) => k.kid)

describe('rotation', () => {
  it('takes an old ID token for a hint while its session lives', async () => {
    const browser = newBrowser()
    const { id_token: hint = '' } = await signIn(browser, portal)
    const { kid } = await rotateSigningKey(world.deps, { actor: ACTOR })
    clock.offset += 16 * MINUTE
    await refresh()
    expect((await published())[0]).toBe(kid)
    expect(kidOf(hint)).not.toBe(kid)
    const end = `${world.issuer}/session/end?${new URLSearchParams({ id_token_hint: hint, post_logout_redirect_uri: `${portal.url}/out` }).toString()}`
    expect((await browser.get(end)).headers.get('location')).toBe(`${portal.url}/out`)
  })

  it('publishes the next key first, lets it sign later, and keeps the last until its tokens are forgotten', async () => {
    let fetched = 0
    // A portal that fetches the key set once in ten minutes, as many do.
    const options = { cooldownDuration: 10 * MINUTE, cacheMaxAge: 10 * MINUTE }
    const cached = createRemoteJWKSet(new URL(`${world.issuer}/jwks`), {
      ...options,
      [customFetch]: (url: string, init: RequestInit) => {
        fetched++
        return fetch(url, init)
      },
    })
    const verified = async (): Promise<string> => {
      const { id_token: token = '' } = await signIn(newBrowser(), portal)
      await jwtVerify(token, cached, { issuer: world.issuer })
      return kidOf(token)
    }
    const [last = ''] = await published()
    const before = await published()
    expect(await verified()).toBe(last)
    const { kid, signsFrom } = await rotateSigningKey(world.deps, { actor: ACTOR })
    await refresh()
    expect(await published()).toEqual([...before, kid])
    expect(await verified()).toBe(last)
    clock.offset = signsFrom.getTime() - Date.now() + 1_000
    await refresh()
    expect(await published()).toEqual([kid, ...before])
    // The portal has looked at the key set since: its time to keep it was over before the key signed.
    const { id_token: token = '' } = await signIn(newBrowser(), portal)
    expect(kidOf(token)).toBe(kid)
    await jwtVerify(token, createRemoteJWKSet(new URL(`${world.issuer}/jwks`)), { issuer: world.issuer })
    expect(fetched).toBe(1)
    clock.offset += 9 * HOUR + MINUTE
    await refresh()
    expect(await published()).toEqual([kid])
  })

  it('withdraws every other key at once when one is known to somebody else', async () => {
    const { kid } = await rotateSigningKey(world.deps, { now: true, actor: ACTOR })
    await refresh()
    expect(await published()).toEqual([kid])
    expect(kidOf((await signIn(newBrowser(), portal)).id_token)).toBe(kid)
  })

  it('is the same in a process that starts later, and keeps no private key in clear', async () => {
    const { keys } = await openSigningKeys(world.deps, makeSigningKey('another'))
    expect(keys.map((k) => k.kid)).toEqual(await published())
    const rows = await makeUnitOfWork(db).run((tx) => world.deps.store.signingKeys.list(tx))
    const d = keys[0].d
    expect(rows.some((r) => new TextDecoder().decode(r.sealed).includes(d))).toBe(false)
  })

  it('signs with the newest whose time has come, and with none twice', () => {
    const at = new Date('2026-11-22T00:00:00Z')
    const key = (kid: string, hours: number) => ({
      jwk: makeSigningKey(kid),
      signsFrom: new Date(at.getTime() + hours * HOUR),
    })
    const kids = (...k: ReturnType<typeof key>[]) => publishedKeys(k, at).map((j) => j.kid)
    expect(kids(key('next', 1), key('now', -1), key('last', -20), key('old', -40))).toEqual(['now', 'last', 'next'])
    expect(kids(key('now', 0), key('last', -9))).toEqual(['now', 'last'])
    expect(kids(key('now', -9), key('last', -20))).toEqual(['now'])
  })
})
