/** Workers that share the deliveries of one PostgreSQL: never two at one row, nothing lost with a killed one. */
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { openPostgres } from '../../../adapters/postgres/pg.ts'
import type { Db } from '../../../adapters/postgres/db.ts'
import { migrate } from '../../../adapters/postgres/migrate.ts'
import { endSession, makeLogoutWorker } from '../../../src/oidc/index.ts'
import type { PortalAnswer } from '../../../src/oidc/ports.ts'
import { skipWithoutPostgres, startPostgres, type PostgresServer } from '../../support/database.ts'
import { newBrowser, startOidc, ZHANG, type OidcWorld } from '../../integration/oidc/oidc-world.ts'
import { signIn, startPortal, until, type Portal } from '../../integration/oidc/oidc-portal.ts'

const WORKER = fileURLToPath(new URL('./worker-process.ts', import.meta.url))

describe.skipIf(skipWithoutPostgres())('logout workers on PostgreSQL', () => {
  let server: PostgresServer
  let url: string
  let db: Db
  let world: OidcWorld
  let portals: Portal[]
  const leftovers: (() => void)[] = []

  beforeAll(async () => {
    server = startPostgres()
    url = await server.newDatabase()
    db = openPostgres(url, 20)
    await migrate(db)
    world = await startOidc({ db })
    portals = []
    for (let i = 0; i < 4; i++) portals.push(await startPortal(world, `portal-${i}`))
  })
  afterEach(() => {
    for (const clear of leftovers.splice(0)) clear()
  })
  afterAll(async () => {
    for (const p of portals) await p.stop()
    await world.stop()
    await db.close()
    server.stop()
  })

  const endAll = () =>
    endSession(world.deps, {
      scope: { accountId: ZHANG.accountId },
      reason: 'signed-out-everywhere',
      actor: { kind: 'system', id: 'test' },
    })
  const states = async (): Promise<string[]> =>
    (await db.query<{ state: string }>('SELECT state FROM logout_delivery')).map((r) => r.state)
  const settled = async (): Promise<boolean> => (await states()).every((s) => s === 'confirmed')

  it('two workers deliver each row once, and never one row at once', async () => {
    for (let i = 0; i < 5; i++) {
      const browser = newBrowser()
      for (const p of portals) await signIn(browser, p)
    }
    const inFlight = new Map<string, number>()
    let [total, worst] = [0, 0]
    const post = async (uri: string, form: Readonly<Record<string, string>>): Promise<PortalAnswer> => {
      const claims = JSON.parse(
        atob((form['logout_token'] ?? '').split('.')[1]?.replaceAll('-', '+').replaceAll('_', '/') ?? ''),
      ) as { sid: string }
      const key = uri + claims.sid
      const now = (inFlight.get(key) ?? 0) + 1
      inFlight.set(key, now)
      worst = Math.max(worst, now)
      total++
      await new Promise((resolve) => setTimeout(resolve, 30))
      inFlight.set(key, (inFlight.get(key) ?? 1) - 1)
      return { status: 200 }
    }
    const deps = { ...world.deps, portals: { ...world.deps.portals, post } }
    const workers = [1, 2, 3].map(() => makeLogoutWorker(deps, { pollMs: 5, concurrency: 6 }))
    for (const w of workers) w.start()
    expect((await endAll()).deliveries).toBe(20)
    await until(settled)
    for (const w of workers) await w.stop()
    expect([total, worst]).toEqual([20, 1])
  })

  it('what a killed worker held is delivered by another when the lease is over', async () => {
    const browser = newBrowser()
    for (const p of portals) await signIn(browser, p)
    for (const p of portals) {
      p.state.mood = 'hang'
      p.calls.length = 0
      p.told.length = 0
    }
    const key = JSON.stringify(world.deps.signingKeys[0])
    const child = spawn(process.execPath, [WORKER, url, key, world.publicUrl, '1500'], { stdio: 'inherit' })
    leftovers.push(() => child.kill('SIGKILL'))
    await endAll()
    await until(() => portals.every((p) => p.calls.length === 1))
    child.kill('SIGKILL')
    expect((await states()).filter((s) => s === 'delivering')).toHaveLength(4)
    for (const p of portals) p.state.mood = 'ok'
    const other = makeLogoutWorker(world.deps, { pollMs: 50, leaseMs: 5_000 })
    other.start()
    await until(() => portals.every((p) => p.told.length === 1))
    await until(settled)
    await other.stop()
  })

  it('a worker that lost its lease does not overwrite what the next one wrote', async () => {
    const browser = newBrowser()
    await signIn(browser, portals[0] as Portal)
    let answer: (a: PortalAnswer) => void = () => undefined
    const slow = { ...world.deps.portals, post: () => new Promise<PortalAnswer>((resolve) => (answer = resolve)) }
    const late = makeLogoutWorker({ ...world.deps, portals: slow }, { pollMs: 20, leaseMs: 200 })
    late.start()
    await endAll()
    await until(async () => (await states()).includes('delivering'))
    const waiting = late.stop()
    const next = makeLogoutWorker(world.deps, { pollMs: 20 })
    next.start()
    await until(settled)
    answer({ status: 500 })
    await waiting
    await next.stop()
    expect(await settled()).toBe(true)
  })

  it('gives up when the portal has been away for as long as its own sessions live', async () => {
    const browser = newBrowser()
    await signIn(browser, portals[1] as Portal)
    await endAll()
    await db.query("UPDATE logout_delivery SET give_up_at = now() - interval '1 second' WHERE state = 'pending'")
    const worker = makeLogoutWorker(
      { ...world.deps, portals: { ...world.deps.portals, post: async () => ({ status: 503 }) } },
      { pollMs: 20 },
    )
    worker.start()
    await until(async () => (await states()).includes('dead'))
    await worker.stop()
    const audit = await db.query("SELECT action FROM audit_event WHERE action = 'logout.dead'")
    expect(audit).toHaveLength(1)
  })
})
