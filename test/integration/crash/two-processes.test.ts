/** Two processes on one PostgreSQL and one XINYIN_DATA, behind a proxy that takes turns; then one of them dies. */
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Db } from '../../../adapters/postgres/db.ts'
import { openPostgres } from '../../../adapters/postgres/pg.ts'
import type { PostgresServer } from '../../support/database.ts'
import { skipWithoutPostgres, startPostgres } from '../../support/database.ts'
import type { ServerProcess } from '../start/server-process.ts'
import { freePort, killAll, newFolder, removeFolders, startServer } from '../start/server-process.ts'
import type { Acknowledged, Site } from './acts.ts'
import { connectSite, newCase, nothingYet, workUntil } from './acts.ts'
import { examine } from './examine.ts'
import type { Front } from './front.ts'
import { startFront } from './front.ts'
import { revisit } from './revisit.ts'

const LONG = 120_000

describe.skipIf(skipWithoutPostgres())('two processes on one database', () => {
  let postgres: PostgresServer
  let db: Db
  let front: Front
  let site: Site
  const servers: ServerProcess[] = []
  const known: Acknowledged = nothingYet()

  beforeAll(async () => {
    postgres = startPostgres()
    const url = await postgres.newDatabase()
    db = openPostgres(url, 2)
    const ports = [await freePort(), await freePort()] as const
    front = await startFront(ports)
    const folder = newFolder()
    const env = { XINYIN_DATA: folder, DATABASE_URL: url, PUBLIC_URL: front.url, LOG_LEVEL: 'warn' }
    // One after the other: the sample portals of the second are the registered ones, and the lease is the first one's.
    for (const port of ports) {
      const server = startServer({ ...env, PORT: String(port) })
      await server.ready()
      servers.push(server)
    }
    const info = (await (await fetch(`http://127.0.0.1:${ports[1]}/demo.json`)).json()) as {
      readonly portals: readonly { readonly url: string }[]
    }
    const portals = info.portals.map((p) => p.url) as [string, string]
    site = { ...(await connectSite(front.url)), portals }
  }, LONG)
  afterAll(async () => {
    killAll()
    await front.close()
    await db.close()
    postgres.stop()
    removeFolders()
  })

  const lease = async (): Promise<string | undefined> =>
    (await db.query<{ holder: string }>("SELECT holder FROM lease WHERE name = 'audit-sequencer' AND until > now()"))[0]
      ?.holder

  it(
    'issue one licence for one case that both are asked for at once',
    async () => {
      await site.approval.seals()
      // The proxy takes turns: of four at once, two go to each.
      for (let i = 0; i < 3; i++) {
        const request = newCase(site)
        const answers = await Promise.all([1, 2, 3, 4].map(() => site.approval.issue(request)))
        expect(new Set(answers.map((a) => a.licenceId)).size).toBe(1)
        for (const { id, licenceId } of answers) known.licences.set(id, licenceId)
      }
    },
    LONG,
  )

  it(
    'serve side by side, and tell each portal of each sign-out once',
    async () => {
      const end = AbortSignal.timeout(8_000)
      await workUntil(site, known, end)
      await sleep(2_000)
      expect(known.wrong).toEqual([])
      const found = await examine(db)
      expect(found).toMatchObject({ auditIntact: true, duplicates: [], mostAttempts: Math.min(1, known.ended.length) })
      expect(Object.keys(found.deliveries).filter((state) => state !== 'confirmed')).toEqual([])
    },
    LONG,
  )

  it(
    'go on when the one that chains the audit dies at work',
    async () => {
      const holder = await lease()
      expect(holder).toBeDefined()
      const end = AbortSignal.timeout(12_000)
      const working = workUntil(site, known, end)
      await sleep(1_500)
      await servers[0]?.kill()
      await working
      await sleep(5_000)
      expect(await lease()).not.toBe(holder)
      // What was under way in the dead process is cut off or waits for the chain; nothing else may fail.
      expect(known.wrong.filter((w) => !/fetch failed|AUDIT_NOT_CHAINED|other side closed|status 502/.test(w))).toEqual(
        [],
      )
      expect(await revisit(site, known)).toEqual([])
      const found = await examine(db)
      expect(found).toMatchObject({ auditIntact: true, duplicates: [] })
      expect(found.deliveries['delivering'] ?? 0).toBe(0)
      expect(found.deliveries['failed'] ?? 0).toBe(0)
      for (const [id, licenceId] of known.licences) expect(found.licences.get(id)?.licenceId).toBe(licenceId)
      process.stdout.write(
        `two processes: ${known.licences.size} licences, ${known.sealed.length} sealed documents, ${known.ended.length} sign-outs, ${known.wrong.length} cut off (${[...new Set(known.wrong)].join('; ')}), ${found.auditRows} audit rows\n`,
      )
      expect((await servers[1]?.stop())?.code).toBe(0)
    },
    LONG,
  )
})
