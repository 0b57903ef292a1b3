import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import * as client from 'openid-client'
import type { Db } from '../../../adapters/postgres/db.ts'
import { makeUnitOfWork } from '../../../adapters/postgres/db.ts'
import {
  endSession,
  logoutReceipt,
  makeIdentityReactions,
  makeLogoutWorker,
  removeLongPast,
  sweepSessions,
  type LogoutWorker,
} from '../../../src/oidc/index.ts'
import { freshEmbedded } from '../../support/database.ts'
import { FIRM, LI, MANDATE, newBrowser, startOidc, ZHANG, type Browser, type OidcWorld } from './oidc-world.ts'
import { signIn, startPortal, until, walk, type Portal } from './oidc-portal.ts'

let db: Db
let world: OidcWorld
let worker: LogoutWorker
let portals: Portal[]
const clock = { offset: 0, now: () => new Date(Date.now() + clock.offset) }

beforeAll(async () => {
  db = await freshEmbedded()
  world = await startOidc({ db, clock, deps: { nudge: () => worker.nudge() } })
  portals = await Promise.all(['one', 'two', 'three'].map((n) => startPortal(world, `portal-${n}`)))
})
beforeEach(() => {
  clock.offset = 0
  for (const p of portals) {
    p.state.mood = 'ok'
    p.told.length = 0
    p.calls.length = 0
  }
  worker = makeLogoutWorker(world.deps, { pollMs: 100 })
  worker.start()
})
afterEach(() => worker.stop())
afterAll(async () => {
  for (const p of portals) await p.stop()
  await world.stop()
  await db.close()
})

const everywhere = async (browser: Browser) => {
  const tokens = []
  for (const p of portals) tokens.push(await signIn(browser, p))
  return tokens
}
const endUrl = (portal: Portal, idToken: string | undefined): string =>
  `${world.issuer}/session/end?${new URLSearchParams({
    ...(idToken === undefined ? {} : { id_token_hint: idToken }),
    client_id: portal.clientId,
    post_logout_redirect_uri: `${portal.url}/out`,
    state: 'bye',
  }).toString()}`
const receiptOf = (browser: Browser): string => /xinyin_receipt=([^;]+)/.exec(browser.cookies())?.[1] ?? ''
const one = (): Portal => portals[0] as Portal

describe('sign-out started by a portal', () => {
  it('ends the session everywhere without a question and goes back with the state', async () => {
    const browser = newBrowser()
    const tokens = await everywhere(browser)
    const response = await browser.get(endUrl(one(), tokens[0]?.id_token))
    expect(response.status).toBe(303)
    expect(response.headers.get('location')).toBe(`${one().url}/out?state=bye`)
    await until(() => portals.every((p) => p.told.length === 1))
    portals.forEach((p, i) => {
      const claims = tokens[i]?.claims()
      expect(p.told[0]).toMatchObject({ sub: claims?.sub, sid: claims?.['sid'] })
      expect(p.told[0]).not.toHaveProperty('nonce')
      expect(p.told[0]?.['events']).toEqual({ 'http://schemas.openid.net/event/backchannel-logout': {} })
    })
    await until(async () => (await logoutReceipt(world.deps, receiptOf(browser)))?.confirmed === 3)
    for (const t of tokens) {
      expect(await world.resolveBearer(t.access_token)).toBeUndefined()
      await expect(client.refreshTokenGrant(one().config, t.refresh_token ?? '')).rejects.toMatchObject({
        error: 'invalid_grant',
      })
    }
    const silent = await walk(browser, await one().start({ prompt: 'none' }))
    expect(new URL(silent).searchParams.get('error')).toBe('login_required')
  })

  it('asks first when the hint is of another session, and ends nothing by itself', async () => {
    const [mine, other] = [newBrowser(), newBrowser()]
    await signIn(mine, one())
    const foreign = await signIn(other, one())
    const response = await mine.get(endUrl(one(), foreign.id_token))
    expect(response.status).toBe(200)
    expect(await response.text()).toContain('op.logoutForm')
    expect(await (await mine.get(`${world.publicUrl}/me`)).json()).not.toBeNull()
  })

  it('asks first when the hint is of another person', async () => {
    const [mine, other] = [newBrowser(), newBrowser()]
    await signIn(mine, one())
    const foreign = await signIn(other, one(), { headers: { 'x-user': 'li' } })
    expect((await mine.get(endUrl(one(), foreign.id_token))).status).toBe(200)
    expect(await (await mine.get(`${world.publicUrl}/me`)).json()).not.toBeNull()
  })

  it('signs out once the person has said yes, and gives a receipt', async () => {
    const browser = newBrowser()
    await everywhere(browser)
    const page = await (await browser.get(`${world.issuer}/session/end`)).text()
    const xsrf = /name="xsrf" value="([^"]+)"/.exec(page)?.[1] ?? ''
    const done = await browser.post(`${world.issuer}/session/end/confirm`, { xsrf, logout: 'yes' })
    const after = await browser.get(new URL(done.headers.get('location') ?? '', world.publicUrl).href)
    expect(await after.text()).toContain(receiptOf(browser))
    await until(() => portals.every((p) => p.told.length === 1))
    expect(await (await browser.get(`${world.publicUrl}/me`)).json()).toBeNull()
  })

  it('refuses a confirmation without the token of the page', async () => {
    const browser = newBrowser()
    await signIn(browser, one())
    await browser.get(`${world.issuer}/session/end`)
    const done = await browser.post(`${world.issuer}/session/end/confirm`, { xsrf: 'guess', logout: 'yes' })
    expect(done.status).toBe(400)
    expect(await (await browser.get(`${world.publicUrl}/me`)).json()).not.toBeNull()
  })

  it('does not go to an address that the portal has not registered', async () => {
    const browser = newBrowser()
    const tokens = await signIn(browser, one())
    const url = new URL(endUrl(one(), tokens.id_token))
    url.searchParams.set('post_logout_redirect_uri', 'https://evil.example/')
    const response = await browser.get(url.href)
    expect(response.status).toBe(400)
    expect(await (await browser.get(`${world.publicUrl}/me`)).json()).not.toBeNull()
  })
})

describe('sign-out from our own pages', () => {
  it('tells the portals and clears the cookie', async () => {
    const browser = newBrowser()
    await everywhere(browser)
    const said = (await (await browser.get(`${world.publicUrl}/leave`)).json()) as {
      receiptId: string
      deliveries: number
    }
    expect(said.deliveries).toBe(3)
    expect(browser.cookies()).not.toContain('xinyin_session=')
    expect(receiptOf(browser)).toBe(said.receiptId)
    await until(() => portals.every((p) => p.told.length === 1))
    expect(await (await browser.get(`${world.publicUrl}/leave`)).json()).toEqual({ sessions: 0, deliveries: 0 })
  })

  it('lists the sessions of a person with their portals', async () => {
    const browser = newBrowser()
    await signIn(browser, one(), { headers: { 'x-user': 'li' } })
    const me = (await (await browser.get(`${world.publicUrl}/me`)).json()) as { accountId: string; sessionUid: string }
    const mine = (await world.sessions.list(me.accountId)).find((s) => s.sessionUid === me.sessionUid)
    expect(mine?.portals.map((p) => p.clientId)).toEqual(['portal-one'])
  })
})

describe('delivery', () => {
  it('tries again after an error, with a new token, until the portal confirms', async () => {
    const browser = newBrowser()
    await everywhere(browser)
    one().state.mood = 500
    await browser.get(`${world.publicUrl}/leave`)
    await until(() => one().calls.length === 1)
    await until(async () => (await logoutReceipt(world.deps, receiptOf(browser)))?.confirmed === 2)
    expect(await logoutReceipt(world.deps, receiptOf(browser))).toMatchObject({ pending: 1, settled: false })
    one().state.mood = 'ok'
    await until(() => one().told.length === 1)
    await until(async () => (await logoutReceipt(world.deps, receiptOf(browser)))?.settled === true)
    const receipt = await logoutReceipt(world.deps, receiptOf(browser))
    expect(receipt?.portals.find((p) => p.clientId === 'portal-one')).toMatchObject({ state: 'confirmed', attempts: 2 })
  })

  it('does not let a portal that hangs delay the others', async () => {
    const browser = newBrowser()
    await everywhere(browser)
    one().state.mood = 'hang'
    const began = Date.now()
    await browser.get(`${world.publicUrl}/leave`)
    await until(() => portals.slice(1).every((p) => p.told.length === 1))
    expect(Date.now() - began).toBeLessThan(2_000)
    one().state.mood = 'ok'
    await until(() => one().told.length === 1)
  })

  it('does not repeat what a portal refuses, and says so', async () => {
    const browser = newBrowser()
    await signIn(browser, one())
    one().state.mood = 400
    await browser.get(`${world.publicUrl}/leave`)
    await until(async () => (await logoutReceipt(world.deps, receiptOf(browser)))?.settled === true)
    expect((await logoutReceipt(world.deps, receiptOf(browser)))?.portals).toMatchObject([
      { state: 'failed', attempts: 1 },
    ])
  })

  it('says of a portal without address that it cannot be told', async () => {
    const quiet = await startPortal(world, 'portal-quiet', { backchannelLogoutUri: undefined as never })
    const browser = newBrowser()
    await signIn(browser, quiet)
    await browser.get(`${world.publicUrl}/leave`)
    const receipt = await logoutReceipt(world.deps, receiptOf(browser))
    expect(receipt).toMatchObject({ settled: true, portals: [{ clientId: 'portal-quiet', state: 'unreachable' }] })
    await quiet.stop()
  })

  it('shows a receipt to nobody who has not its id', async () => {
    expect(await logoutReceipt(world.deps, 'x'.repeat(43))).toBeUndefined()
  })
})

describe('other endings', () => {
  it('ends every session of a person who signs out everywhere', async () => {
    const [home, work] = [newBrowser(), newBrowser()]
    await signIn(home, one())
    await signIn(work, one())
    const { sessions } = await endSession(world.deps, {
      scope: { accountId: ZHANG.accountId },
      reason: 'signed-out-everywhere',
      actor: { kind: 'person', id: ZHANG.personId },
    })
    expect(sessions).toBeGreaterThanOrEqual(2)
    for (const b of [home, work]) expect(await (await b.get(`${world.publicUrl}/me`)).json()).toBeNull()
    await until(() => one().told.length >= 2)
  })

  it('ends all sessions of an account in the transaction that freezes it, or not at all', async () => {
    const browser = newBrowser()
    await signIn(browser, one())
    const reactions = makeIdentityReactions(world.deps)
    const work = makeUnitOfWork(db)
    const rolledBack = work.run(async (tx) => {
      await reactions.accountChanged(tx, ZHANG.accountId, 'frozen')
      throw new Error('no')
    })
    await expect(rolledBack).rejects.toThrow('no')
    expect(await (await browser.get(`${world.publicUrl}/me`)).json()).not.toBeNull()
    await work.run((tx) => reactions.accountChanged(tx, ZHANG.accountId, 'frozen'))
    expect(await (await browser.get(`${world.publicUrl}/me`)).json()).toBeNull()
    await until(() => one().told.length === 1)
  })

  it('tells the portal that relied on a revoked mandate, and leaves the person signed in', async () => {
    const firms = await startPortal(world, 'portal-firms', { principalTypes: 'any' })
    const browser = newBrowser()
    const principal = { kind: 'entity', entityId: FIRM, via: { mandateId: MANDATE } }
    const headers = { 'x-principal': JSON.stringify(principal) }
    const tokens = await signIn(browser, firms, { headers })
    const elsewhere = await signIn(browser, one())
    const agent = { kind: 'person', personId: ZHANG.personId } as const
    const at = clock.now()
    const mandate = { id: MANDATE, entityId: FIRM, agent, functions: [], validFrom: at, validTo: at, grantedBy: 'x' }
    await makeUnitOfWork(db).run((tx) => makeIdentityReactions(world.deps).mandateRevoked(tx, mandate))
    await until(() => firms.told.length === 1)
    expect(firms.told[0]?.['sid']).toBe(tokens.claims()?.['sid'])
    expect(await world.resolveBearer(tokens.access_token)).toBeUndefined()
    await expect(client.refreshTokenGrant(firms.config, tokens.refresh_token ?? '')).rejects.toMatchObject({
      error: 'invalid_grant',
    })
    expect(one().told).toEqual([])
    expect(await world.resolveBearer(elsewhere.access_token)).toBeDefined()
    const again = await signIn(browser, firms)
    expect(await world.resolveBearer(again.access_token)).toMatchObject({ principal: { kind: 'self' } })
    // A late repetition of the old token must not hit the new sign-in.
    expect(again.claims()?.['sid']).not.toBe(tokens.claims()?.['sid'])
    await firms.stop()
  })

  it('ends sessions whose time is over and tells their portals', async () => {
    const browser = newBrowser()
    await signIn(browser, one())
    clock.offset = 8 * 3_600_000 + 5_000
    expect(await (await browser.get(`${world.publicUrl}/me`)).json()).toBeNull()
    expect(await sweepSessions(world.deps)).toBeGreaterThan(0)
    await until(async () => one().calls.length > 0)
    expect(await sweepSessions(world.deps)).toBe(0)
  })

  it('clears away what is long past, and nothing younger', async () => {
    const browser = newBrowser()
    await signIn(browser, one())
    await browser.get(`${world.publicUrl}/leave`)
    await until(() => one().told.length === 1)
    expect(await logoutReceipt(world.deps, receiptOf(browser))).toBeDefined()
    clock.offset = 20 * 24 * 3_600_000
    await removeLongPast(world.deps)
    expect(await logoutReceipt(world.deps, receiptOf(browser))).toBeDefined()
    clock.offset = 31 * 24 * 3_600_000
    while ((await removeLongPast(world.deps)) > 0);
    expect(await logoutReceipt(world.deps, receiptOf(browser))).toBeUndefined()
    for (const table of ['oidc_payload', 'logout_delivery', 'session_participant'])
      expect(await db.query(`SELECT 1 AS one FROM ${table} LIMIT 1`)).toEqual([])
  })

  it('signs the first person out when another signs in at the same browser', async () => {
    const browser = newBrowser()
    await signIn(browser, one())
    const start = await browser.get(await one().start({ prompt: 'login' }))
    const interaction = new URL(start.headers.get('location') ?? '', world.publicUrl).href
    const resumed = await browser.post(interaction, {}, { 'x-user': 'li' })
    const page = await (await browser.get(new URL(resumed.headers.get('location') ?? '', world.publicUrl).href)).text()
    const xsrf = /name="xsrf" value="([^"]+)"/.exec(page)?.[1] ?? ''
    const out = await browser.post(`${world.issuer}/session/end/confirm`, { xsrf, logout: 'yes' })
    await until(() => one().told.length === 1)
    await browser.get(new URL(out.headers.get('location') ?? '', world.publicUrl).href)
    expect(await (await browser.get(`${world.publicUrl}/me`)).json()).toMatchObject({ accountId: LI.accountId })
  })
})
