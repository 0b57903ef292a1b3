/** Portals that fetch what ended, portals on a lease, letters that nobody could deliver, and the receipts of all of them. */
import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose'
import * as client from 'openid-client'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Db } from '../../../adapters/postgres/db.ts'
import {
  deadLetters,
  endSession,
  logoutReceipt,
  makeLogoutWorker,
  makePollFeed,
  ownReceipt,
  pastSignOuts,
  retryLogout,
  type FeedPoll,
} from '../../../src/oidc/index.ts'
import { freshEmbedded } from '../../support/database.ts'
import { LI, newBrowser, startOidc, ZHANG, type Browser, type OidcWorld } from './oidc-world.ts'
import { signIn, startPortal, until, type Portal } from './oidc-portal.ts'

let db: Db
let world: OidcWorld
let intranet: Portal
let other: Portal
let brief: Portal
let called: Portal
const clock = { offset: 0, now: () => new Date(Date.now() + clock.offset) }
const ACTOR = { kind: 'system', id: 'test' } as const
const NONE = { backchannelLogoutUri: undefined as never }
const FETCHES = {
  ...NONE,
  logoutMode: 'feed',
  scopes: ['openid', 'profile', 'logout.feed'],
  grantTypes: ['authorization_code', 'refresh_token', 'client_credentials'],
} as const

beforeAll(async () => {
  db = await freshEmbedded()
  world = await startOidc({ db, clock })
  intranet = await startPortal(world, 'portal-intranet', FETCHES)
  other = await startPortal(world, 'portal-other', FETCHES)
  brief = await startPortal(world, 'portal-brief', { ...NONE, leaseSeconds: 120 })
  called = await startPortal(world, 'portal-called')
})
beforeEach(() => {
  clock.offset = 0
})
afterAll(async () => {
  for (const p of [intranet, other, brief, called]) await p.stop()
  await world.stop()
  await db.close()
})

const leave = (browser: Browser) => browser.get(`${world.publicUrl}/leave`)
const receiptOf = (browser: Browser): string => /xinyin_receipt=([^;]+)/.exec(browser.cookies())?.[1] ?? ''
const poll = (clientId: string, more: Partial<FeedPoll> = {}) =>
  makePollFeed(world.deps)({
    clientId,
    maxEvents: 100,
    returnImmediately: true,
    ack: [],
    setErrs: {},
    gone: () => false,
    ...more,
  })
const drain = async (clientId: string) =>
  poll(clientId, { ack: Object.keys((await poll(clientId)).sets), maxEvents: 0 })

describe('the feed of a portal that cannot be called', () => {
  it('holds a signed event that names the session of the ID token and nobody else, and no call was made', async () => {
    const browser = newBrowser()
    const tokens = await signIn(browser, intranet)
    await leave(browser)
    const { sets, moreAvailable } = await poll('portal-intranet')
    expect(Object.keys(sets)).toHaveLength(1)
    expect(moreAvailable).toBe(false)
    const [[jti, set] = ['', '']] = Object.entries(sets)
    const { payload } = await jwtVerify(set, createRemoteJWKSet(new URL(`${world.issuer}/jwks`)), {
      issuer: world.issuer,
      audience: 'portal-intranet',
      typ: 'secevent+jwt',
    })
    expect(payload.jti).toBe(jti)
    expect(payload['sub_id']).toEqual({
      format: 'complex',
      session: { format: 'opaque', id: tokens.claims()?.['sid'] },
      user: { format: 'iss_sub', iss: world.issuer, sub: tokens.claims()?.sub },
    })
    expect(Object.keys(payload['events'] as object)).toEqual([
      'https://schemas.openid.net/secevent/caep/event-type/session-revoked',
    ])
    // RFC 8417 §2.2, §4: not to be mistaken for another token.
    for (const member of ['exp', 'sub', 'nonce']) expect(payload).not.toHaveProperty(member)
    expect(intranet.calls).toHaveLength(0)
    expect(await logoutReceipt(world.deps, receiptOf(browser))).toMatchObject({
      settled: false,
      portals: [{ way: 'feed', state: 'pending' }],
    })
    await drain('portal-intranet')
    expect(await logoutReceipt(world.deps, receiptOf(browser))).toMatchObject({ settled: true, confirmed: 1 })
  })

  it('brings again what was not acknowledged, and never again what was', async () => {
    const browser = newBrowser()
    await signIn(browser, intranet)
    await leave(browser)
    const first = Object.keys((await poll('portal-intranet')).sets)
    expect(Object.keys((await poll('portal-intranet')).sets)).toEqual(first)
    expect(Object.keys((await poll('portal-intranet', { ack: first })).sets)).toEqual([])
    expect(Object.keys((await poll('portal-intranet')).sets)).toEqual([])
  })

  it('is nobody else’s: another portal neither reads it nor acknowledges it', async () => {
    const browser = newBrowser()
    await signIn(browser, intranet)
    await leave(browser)
    const mine = Object.keys((await poll('portal-intranet')).sets)
    expect(Object.keys((await poll('portal-other', { ack: mine })).sets)).toEqual([])
    expect(Object.keys((await poll('portal-intranet')).sets)).toEqual(mine)
    await drain('portal-intranet')
  })

  it('gives as many as asked for, oldest first, and says that there are more', async () => {
    for (let i = 0; i < 3; i++) {
      const browser = newBrowser()
      await signIn(browser, intranet)
      await leave(browser)
    }
    const page = await poll('portal-intranet', { maxEvents: 2 })
    expect(Object.keys(page.sets)).toHaveLength(2)
    expect(page.moreAvailable).toBe(true)
    const rest = await poll('portal-intranet', { maxEvents: 2, ack: Object.keys(page.sets) })
    expect(Object.keys(rest.sets)).toHaveLength(1)
    expect(rest.moreAvailable).toBe(false)
    expect(await poll('portal-intranet', { maxEvents: 0, ack: Object.keys(rest.sets) })).toEqual({
      sets: {},
      moreAvailable: false,
    })
  })

  it('waits for news, and ends the wait when the portal has gone', async () => {
    const browser = newBrowser()
    await signIn(browser, intranet)
    const waiting = poll('portal-intranet', { returnImmediately: false })
    setTimeout(() => void leave(browser), 50)
    expect(Object.keys((await waiting).sets)).toHaveLength(1)
    await drain('portal-intranet')
    let gone = false
    const given = poll('portal-intranet', { returnImmediately: false, gone: () => gone })
    gone = true
    expect((await given).sets).toEqual({})
  })

  it('keeps what the portal refused as a dead letter, with its code, for an operator', async () => {
    const browser = newBrowser()
    await signIn(browser, intranet)
    await leave(browser)
    const [jti = ''] = Object.keys((await poll('portal-intranet')).sets)
    await poll('portal-intranet', { setErrs: { [jti]: 'invalid_audience' } })
    const found = (await deadLetters(world.deps)).find((d) => d.id === jti)
    expect(found).toMatchObject({ clientId: 'portal-intranet', way: 'feed', lastError: 'SET_invalid_audience' })
    await retryLogout(world.deps, jti, ACTOR)
    expect(Object.keys((await poll('portal-intranet')).sets)).toEqual([jti])
    await drain('portal-intranet')
    await expect(retryLogout(world.deps, jti, ACTOR)).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  it('passes over acknowledgements of things that never were', async () => {
    expect(await poll('portal-intranet', { ack: ['x', "' OR 1=1"] })).toMatchObject({ sets: {} })
  })
})

describe('a portal on a lease', () => {
  it('holds nothing that outlives the lease', async () => {
    const tokens = await signIn(newBrowser(), brief)
    expect(tokens.expires_in).toBeLessThanOrEqual(120)
    const { exp = 0, iat = 0, sid } = decodeJwt(tokens.id_token ?? '')
    expect(exp - iat).toBe(120)
    expect(sid).toBeUndefined()
    clock.offset = 130_000
    await expect(client.refreshTokenGrant(brief.config, tokens.refresh_token ?? '')).rejects.toMatchObject({
      error: 'invalid_grant',
    })
  })

  it('goes on for another lease each time that it comes back, and not a moment after the session has ended', async () => {
    const browser = newBrowser()
    let tokens: { readonly refresh_token?: string } = await signIn(browser, brief)
    for (const minutes of [1.5, 3, 4.5]) {
      clock.offset = minutes * 60_000
      tokens = await client.refreshTokenGrant(brief.config, tokens.refresh_token ?? '')
    }
    await leave(browser)
    await expect(client.refreshTokenGrant(brief.config, tokens.refresh_token ?? '')).rejects.toMatchObject({
      error: 'invalid_grant',
    })
    const receipt = await logoutReceipt(world.deps, receiptOf(browser))
    expect(receipt).toMatchObject({ settled: true, confirmed: 0, portals: [{ way: 'lease', state: 'unreachable' }] })
    const left = (receipt?.portals[0]?.lapsesAt?.getTime() ?? 0) - clock.now().getTime()
    expect(left).toBeGreaterThan(110_000)
    expect(left).toBeLessThanOrEqual(120_000)
    clock.offset += 120_001
    expect(await logoutReceipt(world.deps, receiptOf(browser))).toMatchObject({ portals: [{ state: 'lapsed' }] })
  })
})

describe('a letter that could not be delivered', () => {
  it('is delivered after all when the operator says so, to the address of today', async () => {
    const worker = makeLogoutWorker(world.deps, { pollMs: 50 })
    const browser = newBrowser()
    await signIn(browser, called)
    called.state.mood = 400
    await leave(browser)
    worker.start()
    try {
      await until(async () => (await logoutReceipt(world.deps, receiptOf(browser)))?.settled === true)
      const letter = (await deadLetters(world.deps)).find((d) => d.clientId === 'portal-called')
      expect(letter).toMatchObject({ state: 'failed', lastError: 'HTTP_400' })
      called.state.mood = 'ok'
      await retryLogout(world.deps, letter?.id ?? '', ACTOR)
      await until(async () => (await logoutReceipt(world.deps, receiptOf(browser)))?.confirmed === 1)
      expect((await deadLetters(world.deps)).filter((d) => d.clientId === 'portal-called')).toEqual([])
    } finally {
      await worker.stop()
    }
  })
  it.each(['', 'x', '01900000-0000-7000-8000-000000000009', "' OR 1=1"])('is not made out of %j', async (id) => {
    await expect(retryLogout(world.deps, id, ACTOR)).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })
})

describe('receipts', () => {
  it('are listed to their person, also when somebody else ended the sessions, and to nobody else', async () => {
    const browser = newBrowser()
    await signIn(browser, brief)
    const scope = { accountId: ZHANG.accountId }
    await endSession(world.deps, { scope, reason: 'account-frozen', actor: ACTOR })
    const past = await pastSignOuts(world.deps, ZHANG.accountId)
    const endingId = past.find((e) => e.reason === 'account-frozen')?.endingId ?? ''
    expect(await ownReceipt(world.deps, { endingId, accountId: ZHANG.accountId })).toMatchObject({ endingId })
    expect(await ownReceipt(world.deps, { endingId, accountId: LI.accountId })).toBeUndefined()
    expect(await ownReceipt(world.deps, { endingId: "x' OR 1=1", accountId: ZHANG.accountId })).toBeUndefined()
    expect(await pastSignOuts(world.deps, LI.accountId)).toEqual([])
  })
})
