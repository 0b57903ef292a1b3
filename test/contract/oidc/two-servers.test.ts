/**
 * Two server processes on one PostgreSQL behind a balancer, people who sign in at several portals at once and sign out in the middle
 * of it, and kill -9 of a server every now and then. Afterwards every portal that took part has been told, and nothing that belonged
 * to an ended session works. XINYIN_EXTENDED=1: hundreds of people instead of a few dozen.
 */
import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createServer, request, type Server } from 'node:http'
import { fileURLToPath } from 'node:url'
import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Db } from '../../../adapters/postgres/db.ts'
import { openPostgres } from '../../../adapters/postgres/pg.ts'
import { migrate } from '../../../adapters/postgres/migrate.ts'
import { skipWithoutPostgres, startPostgres, type PostgresServer } from '../../support/database.ts'
import {
  close,
  listen,
  makeSigningKey,
  newBrowser,
  startOidc,
  type Browser,
} from '../../integration/oidc/oidc-world.ts'
import { until } from '../../integration/oidc/oidc-portal.ts'

const EXTENDED = process.env['XINYIN_EXTENDED'] === '1'
const PEOPLE = EXTENDED ? 300 : 24
const AT_ONCE = 4
const KILLS = EXTENDED ? 12 : 2
const PORTALS = ['a', 'b', 'c', 'd'].map((name) => `portal-${name}`)
const SECRET = 'a-secret-of-this-portal-0123456789abcdef'
const SERVER = fileURLToPath(new URL('./server-process.ts', import.meta.url))
const VERIFIER = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk'
const CHALLENGE = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM'

interface Running {
  readonly child: ChildProcess
  readonly url: string
}
interface Held {
  readonly clientId: string
  readonly access: string
  readonly refresh: string
}

describe.skipIf(skipWithoutPostgres())('two servers, one of them killed now and then', () => {
  let postgres: PostgresServer
  let db: Db
  let servers: Running[] = []
  let balancer: Server
  let portal: Server
  let publicUrl: string
  let callback: string
  const told = new Set<string>()
  const key = makeSigningKey()
  let databaseUrl: string

  const startServer = async (): Promise<Running> => {
    const child = fork(SERVER, [databaseUrl, JSON.stringify(key), publicUrl])
    const [url] = (await once(child, 'message')) as [string]
    return { child, url }
  }

  beforeAll(async () => {
    postgres = startPostgres()
    databaseUrl = await postgres.newDatabase()
    db = openPostgres(databaseUrl, 4)
    await migrate(db)
    let turn = 0
    balancer = createServer((req, res) => {
      const to = servers[turn++ % Math.max(1, servers.length)]
      const fail = (): void => void (res.headersSent ? res.destroy() : res.writeHead(502).end())
      if (to === undefined) return fail()
      const onward = request(
        to.url + (req.url ?? ''),
        { method: req.method ?? 'GET', headers: req.headers },
        (answer) => {
          res.writeHead(answer.statusCode ?? 502, answer.headers)
          answer.pipe(res).on('error', fail)
          answer.on('error', fail)
        },
      )
      onward.on('error', fail)
      req.pipe(onward)
    })
    publicUrl = await listen(balancer)
    portal = createServer((req, res) => {
      let body = ''
      req.on('data', (part) => (body += String(part)))
      req.on('end', () => {
        const { sid, aud } = decodeJwt(new URLSearchParams(body).get('logout_token') ?? '')
        told.add(`${String(aud)} ${String(sid)}`)
        res.end()
      })
    })
    const at = await listen(portal)
    callback = `${at}/cb`
    const setUp = await startOidc({ db, at: publicUrl })
    for (const clientId of PORTALS)
      await setUp.register({
        clientId,
        name: clientId,
        scopes: ['openid', 'profile'],
        grantTypes: ['authorization_code', 'refresh_token'],
        redirectUris: [callback],
        backchannelLogoutUri: `${at}/${clientId}`,
        secret: SECRET,
      })
    await setUp.stop()
    servers = [await startServer(), await startServer()]
  }, 60_000)
  afterAll(async () => {
    for (const s of servers) s.child.kill('SIGKILL')
    await close(balancer)
    await close(portal)
    await db.close()
    postgres.stop()
  })

  const authorize = (clientId: string, more: Record<string, string> = {}): string =>
    `${publicUrl}/oidc/auth?${new URLSearchParams({
      client_id: clientId,
      response_type: 'code',
      scope: 'openid profile',
      redirect_uri: callback,
      code_challenge: CHALLENGE,
      code_challenge_method: 'S256',
      ...more,
    }).toString()}`

  /** The address at the portal; undefined when a server died under it or the session ended on the way. */
  const enter = async (browser: Browser, clientId: string, mayAsk: boolean): Promise<URL | undefined> => {
    let at = authorize(clientId, mayAsk ? {} : { prompt: 'none' })
    for (let i = 0; i < 8; i++) {
      const answer = at.includes('/interaction/') ? await browser.post(at) : await browser.get(at)
      const to = answer.headers.get('location')
      if (to === null) return undefined
      at = new URL(to, publicUrl).href
      if (at.startsWith(callback)) return new URL(at)
    }
    return undefined
  }
  const token = (clientId: string, form: Record<string, string>): Promise<Response> =>
    fetch(`${publicUrl}/oidc/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa(`${clientId}:${SECRET}`)}` },
      body: new URLSearchParams(form),
    })
  const redeem = async (clientId: string, at: URL | undefined): Promise<Held[]> => {
    const code = at?.searchParams.get('code')
    if (code === null || code === undefined) return []
    const form = { grant_type: 'authorization_code', code, redirect_uri: callback, code_verifier: VERIFIER }
    const answer = await token(clientId, form).catch(() => undefined)
    if (answer?.status !== 200) return []
    const { access_token: access, refresh_token: refresh = '' } = (await answer.json()) as Record<string, string>
    return [{ clientId, access: access ?? '', refresh }]
  }
  const leave = async (browser: Browser): Promise<boolean> =>
    (await browser.copy().get(`${publicUrl}/leave`)).status === 200
  const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

  /** One person's afternoon: in at one portal, at three more at once, and out in the middle of it. */
  const person = async (): Promise<{ browser: Browser; held: Held[] }> => {
    const browser = newBrowser()
    const [home = '', ...others] = PORTALS
    const held: Held[] = await redeem(home, await enter(browser, home, true))
    const entering = others.map(async (clientId) => {
      await pause(Math.random() * 40)
      const own = browser.copy()
      held.push(...(await redeem(clientId, await enter(own, clientId, false))))
    })
    await pause(Math.random() * 60)
    for (let i = 0; i < 20 && !(await leave(browser)); i++) await pause(50)
    await Promise.all(entering)
    return { browser, held }
  }

  it('tells every portal, and leaves nothing of an ended session that works', async () => {
    const afternoons: { browser: Browser; held: Held[] }[] = []
    let left = PEOPLE
    const everybody = Array.from({ length: AT_ONCE }, async () => {
      while (left-- > 0) afternoons.push(await person())
    })
    const killer = async (): Promise<void> => {
      for (let i = 0; i < KILLS; i++) {
        await pause(400 + Math.random() * 800)
        const [victim, ...rest] = servers
        victim?.child.kill('SIGKILL')
        servers = rest
        servers = [...servers, await startServer()]
      }
    }
    await Promise.all([...everybody, killer()])
    await until(async () => {
      const text = `SELECT count(*) AS n FROM logout_delivery WHERE state IN ('pending', 'delivering')`
      return Number((await db.query<{ n: number }>(text))[0]?.n) === 0
    }, 30_000)

    const text = `SELECT p.client_id, p.sid, s.ended_at IS NOT NULL AS ended FROM session_participant p
      JOIN oidc_session s ON s.uid = p.session_uid`
    const joined = await db.query<{ client_id: string; sid: string; ended: boolean }>(text)
    const ended = joined.filter((j) => j.ended)
    expect(ended.length).toBeGreaterThan(PEOPLE / 2)
    expect(ended.filter((j) => !told.has(`${j.client_id} ${j.sid}`))).toEqual([])
    const dead = await db.query(`SELECT id FROM logout_delivery WHERE state <> 'confirmed'`)
    expect(dead).toEqual([])

    let checked = 0
    for (const { browser, held } of afternoons) {
      const again = await enter(browser, PORTALS[0] ?? '', false)
      expect(again?.searchParams.get('code') ?? null).toBeNull()
      for (const { clientId, access, refresh } of held) {
        const me = await fetch(`${publicUrl}/oidc/me`, { headers: { authorization: `Bearer ${access}` } })
        expect(me.status).toBe(401)
        expect((await token(clientId, { grant_type: 'refresh_token', refresh_token: refresh })).status).toBe(400)
        checked++
      }
    }
    expect(checked).toBeGreaterThan(PEOPLE / 2)
  }, 300_000)
})
