/** The storage traps of IDENTITY.md §4.3 (4, 5, 6) on a real PostgreSQL, over HTTP. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { SignJWT } from 'jose'
import type { Db } from '../../../adapters/postgres/db.ts'
import { endSession, makeLogoutWorker } from '../../../src/oidc/index.ts'
import { skipWithoutPostgres, startPostgres, type PostgresServer } from '../../support/database.ts'
import { newBrowser, startOidc, ZHANG, type Browser, type OidcWorld } from '../../integration/oidc/oidc-world.ts'
import { signIn, startPortal, until, walk, type Portal } from '../../integration/oidc/oidc-portal.ts'

const TEN = 10
const EIGHT = 8

interface Me {
  readonly sessionUid: string
  readonly accountId: string
}

describe.skipIf(skipWithoutPostgres())('storage of sign-in on PostgreSQL', () => {
  let server: PostgresServer
  let db: Db
  let world: OidcWorld
  let portals: Portal[]
  let first: Portal

  beforeAll(async () => {
    server = startPostgres()
    db = await server.fresh(20)
    world = await startOidc({ db })
    portals = []
    for (let i = 0; i < TEN; i++) portals.push(await startPortal(world, `portal-${i}`))
    first = await startPortal(world, 'portal-first')
  })
  afterAll(async () => {
    for (const p of [...portals, first]) await p.stop()
    await world.stop()
    await db.close()
    server.stop()
  })

  const me = async (browser: Browser): Promise<Me | null> =>
    (await (await browser.get(`${world.publicUrl}/me`)).json()) as Me | null
  const end = (sessionUid: string) =>
    endSession(world.deps, { scope: { sessionUid }, reason: 'signed-out', actor: { kind: 'system', id: 'test' } })
  const redeemRaw = (portal: Portal, code: string): Promise<Response> =>
    fetch(`${world.issuer}/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa(`${portal.clientId}:${portal.secret}`)}` },
      body: new URLSearchParams({
        grant_type: 'authorization_code',
        code,
        redirect_uri: `${portal.url}/cb`,
        code_verifier: portal.verifier,
      }),
    })
  const codeOf = (callback: string): string => new URL(callback).searchParams.get('code') ?? ''

  /** Stops the next look-up of an account until released: the middle of an authorization or of a token request. */
  const gate = () => {
    const original = world.people.account
    let release = (): void => undefined
    let reached = (): void => undefined
    const entered = new Promise<void>((resolve) => (reached = resolve))
    const opened = new Promise<void>((resolve) => (release = resolve))
    Object.assign(world.people, {
      account: async (id: string) => {
        Object.assign(world.people, { account: original })
        reached()
        await opened
        return original(id)
      },
    })
    return { entered, release: () => release() }
  }

  it('trap 4: ten portals that sign in at once are all on record, get tokens that work, and are all told of the end', async () => {
    for (let round = 0; round < 3; round++) {
      const browser = newBrowser()
      await signIn(browser, first)
      const callbacks = await Promise.all(
        portals.map(async (p) => walk(browser.copy(), await p.start({ prompt: 'none' }))),
      )
      const tokens = await Promise.all(portals.map((p, i) => p.redeem(callbacks[i] ?? '')))
      for (const t of tokens) expect(await world.resolveBearer(t.access_token)).toBeDefined()
      const session = await me(browser)
      const joined = await world.deps.store.sessions.participants([session?.sessionUid ?? ''])
      expect(new Set(joined.map((p) => p.clientId)).size).toBe(TEN + 1)
      for (const p of portals) p.told.length = 0
      const worker = makeLogoutWorker(world.deps, { pollMs: 50 })
      worker.start()
      await end(session?.sessionUid ?? '')
      await until(() => portals.every((p) => p.told.length === 1))
      portals.forEach((p, i) => expect(p.told[0]?.['sid']).toBe(tokens[i]?.claims()?.['sid']))
      await worker.stop()
    }
  })

  it('trap 4: one portal opened in ten tabs at once gets a token for each, and every sid of it is told', async () => {
    const browser = newBrowser()
    await signIn(browser, first)
    const [portal] = portals as [Portal]
    portal.told.length = 0
    const callbacks = await Promise.all(
      portals.map(async () => walk(browser.copy(), await portal.start({ prompt: 'none' }))),
    )
    const tokens = await Promise.all(callbacks.map((c) => portal.redeem(c)))
    const sids = new Set(tokens.map((t) => t.claims()?.['sid']))
    const worker = makeLogoutWorker(world.deps, { pollMs: 50 })
    worker.start()
    await end((await me(browser))?.sessionUid ?? '')
    await until(() => new Set(portal.told.map((t) => t['sid'])).size === sids.size)
    await worker.stop()
    for (const t of tokens) expect(await world.resolveBearer(t.access_token)).toBeUndefined()
  })

  it('trap 5: an authorization in flight while the person signs out gives no code and revives no session', async () => {
    const browser = newBrowser()
    await signIn(browser, first)
    const session = await me(browser)
    const old = browser.copy()
    const { entered, release } = gate()
    const inFlight = walk(browser, await first.start({ prompt: 'none' }))
    await entered
    await end(session?.sessionUid ?? '')
    release()
    expect(new URL(await inFlight).searchParams.get('error')).toBe('login_required')
    for (const b of [browser, old]) {
      expect(await me(b)).toBeNull()
      const again = await walk(b, await first.start({ prompt: 'none' }))
      expect(new URL(again).searchParams.get('error')).toBe('login_required')
    }
    const rows = await db.query('SELECT uid FROM oidc_session WHERE uid = $1 AND ended_at IS NULL', [
      session?.sessionUid ?? '',
    ])
    expect(rows).toEqual([])
  })

  it('trap 5: a code handed out before the person signs out is refused afterwards', async () => {
    const browser = newBrowser()
    await signIn(browser, first)
    const code = codeOf(await walk(browser, await first.start({ prompt: 'none' })))
    await end((await me(browser))?.sessionUid ?? '')
    const response = await redeemRaw(first, code)
    expect([response.status, ((await response.json()) as { error: string }).error]).toEqual([400, 'invalid_grant'])
  })

  it('trap 5: a token request in flight while the person signs out gives no token', async () => {
    const browser = newBrowser()
    await signIn(browser, first)
    const code = codeOf(await walk(browser, await first.start({ prompt: 'none' })))
    const { sessionUid } = (await me(browser)) as Me
    const { entered, release } = gate()
    const inFlight = redeemRaw(first, code)
    await entered
    await end(sessionUid)
    release()
    expect((await inFlight).status).toBe(400)
    const live = await db.query(
      "SELECT model FROM oidc_payload WHERE session_uid = $1 AND ended_at IS NULL AND model <> 'Interaction'",
      [sessionUid],
    )
    expect(live).toEqual([])
  })

  it('trap 5: sign-outs at random moments of parallel sign-ins leave no portal untold and no token alive', async () => {
    for (let round = 0; round < 5; round++) {
      const browser = newBrowser()
      await signIn(browser, first)
      const { sessionUid } = (await me(browser)) as Me
      const got = await Promise.all([
        ...portals.slice(0, 6).map(async (p) => {
          const callback = await walk(browser.copy(), await p.start({ prompt: 'none' }))
          if (codeOf(callback) === '') return undefined
          return p.redeem(callback).then(
            (t) => ({ clientId: p.clientId, token: t.access_token }),
            () => undefined,
          )
        }),
        new Promise<undefined>((resolve) =>
          setTimeout(() => void end(sessionUid).then(() => resolve(undefined)), round * 25),
        ),
      ])
      const rows = await db.query<{ client_id: string }>(
        'SELECT client_id FROM logout_delivery WHERE session_uid = $1',
        [sessionUid],
      )
      for (const g of got) {
        if (g === undefined) continue
        expect(rows.map((r) => r.client_id)).toContain(g.clientId)
        expect(await world.resolveBearer(g.token)).toBeUndefined()
      }
    }
  })

  it('trap 6: of eight parallel redemptions of one code exactly one wins, and its token works', async () => {
    for (let round = 0; round < 3; round++) {
      const browser = newBrowser()
      const code = codeOf(await walk(browser, await first.start()))
      const responses = await Promise.all(Array.from({ length: EIGHT }, () => redeemRaw(first, code)))
      const bodies = (await Promise.all(responses.map((r) => r.json()))) as { access_token?: string; error?: string }[]
      expect(bodies.filter((b) => b.error === 'invalid_grant')).toHaveLength(EIGHT - 1)
      const won = bodies.filter((b) => b.access_token !== undefined)
      expect(won).toHaveLength(1)
      expect(await world.resolveBearer(won[0]?.access_token ?? '')).toMatchObject({ accountId: ZHANG.accountId })
    }
  })

  it('trap 6: a code replayed later takes its tokens with it', async () => {
    const code = codeOf(await walk(newBrowser(), await first.start()))
    const { access_token: token = '' } = (await (await redeemRaw(first, code)).json()) as { access_token?: string }
    await new Promise((resolve) => setTimeout(resolve, 3_100))
    expect((await redeemRaw(first, code)).status).toBe(400)
    expect(await world.resolveBearer(token)).toBeUndefined()
  })

  it('trap 6: a client assertion is accepted once, though it is sent eight times at once', async () => {
    const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify'])
    const jwk = { ...(await crypto.subtle.exportKey('jwk', pair.publicKey)), alg: 'ES256', use: 'sig', kid: 'k' }
    await world.register({
      clientId: 'approval-system',
      name: '审批系统',
      scopes: ['seal.use'],
      grantTypes: ['client_credentials'],
      jwks: { keys: [jwk] },
    })
    const assertion = await new SignJWT()
      .setProtectedHeader({ alg: 'ES256', kid: 'k' })
      .setIssuer('approval-system')
      .setSubject('approval-system')
      .setAudience(world.issuer)
      .setJti(randomUUID())
      .setIssuedAt()
      .setExpirationTime('1m')
      .sign(pair.privateKey)
    const send = () =>
      fetch(`${world.issuer}/token`, {
        method: 'POST',
        body: new URLSearchParams({
          grant_type: 'client_credentials',
          client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
          client_assertion: assertion,
        }),
      })
    const statuses = (await Promise.all(Array.from({ length: EIGHT }, send))).map((r) => r.status).sort()
    expect(statuses).toEqual([200, ...Array.from({ length: EIGHT - 1 }, () => 401)])
  })

  it('the database itself refuses to revive what has ended', async () => {
    await signIn(newBrowser(), first)
    await expect(
      db.query('UPDATE oidc_session SET ended_at = NULL, end_reason = NULL WHERE ended_at IS NOT NULL'),
    ).rejects.toMatchObject({ code: '42501' })
    await expect(db.query('UPDATE oidc_payload SET ended_at = NULL WHERE ended_at IS NOT NULL')).rejects.toMatchObject({
      code: '42501',
    })
    await expect(
      db.query('UPDATE oidc_payload SET consumed_at = NULL WHERE consumed_at IS NOT NULL'),
    ).rejects.toMatchObject({ code: '42501' })
  })
})
