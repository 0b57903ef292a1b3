/**
 * kill -9 at any moment, again and again, on the embedded database. XINYIN_CRASH_SECONDS: for how long (45). Prints its rounds.
 */
import { execFileSync } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { openDataFolder } from '../../../adapters/data-folder/index.ts'
import { openEmbedded } from '../../../adapters/postgres/pglite.ts'
import { freePort, killAll, newFolder, removeFolders, startServer } from '../start/server-process.ts'
import { connectSite, nothingYet, workUntil } from './acts.ts'
import type { Findings } from './examine.ts'
import { examine } from './examine.ts'
import { revisit } from './revisit.ts'

const SECONDS = Number(process.env['XINYIN_CRASH_SECONDS'] ?? 45)
const CLI = fileURLToPath(new URL('../../../bin/xinyin.mjs', import.meta.url))

afterAll(() => {
  killAll()
  removeFolders()
})

const lookInside = async (folder: string): Promise<Findings> => {
  const held = await openDataFolder(folder)
  const db = await openEmbedded(join(folder, 'db'))
  try {
    return await examine(db)
  } finally {
    await db.close()
    await held.release()
  }
}

describe('kill -9', () => {
  it(
    'loses nothing that was acknowledged, uses no number twice, and leaves the audit chain whole',
    async () => {
      const folder = newFolder()
      const env = { XINYIN_DATA: folder, PORT: String(await freePort()), LOG_LEVEL: 'warn' }
      const known = nothingYet()
      const began = Date.now()
      const times: number[] = []
      const until = Date.now() + SECONDS * 1000
      let rounds = 0
      let torn = 0
      do {
        const server = startServer(env)
        const asked = Date.now()
        const site = await connectSite(await server.ready())
        times.push(Date.now() - asked)
        expect(await revisit(site, known)).toEqual([])
        const work = new AbortController()
        const working = workUntil(site, known, work.signal)
        await sleep(randomInt(200, 4_000))
        work.abort()
        await server.kill()
        await working
        rounds++
        const found = await lookInside(folder)
        expect(found).toMatchObject({ auditIntact: true, duplicates: [] })
        torn += found.open.seals + found.open.certificates + found.open.drafts
        for (const [id, licenceId] of known.licences)
          expect(found.licences.get(id)).toEqual({
            licenceId,
            status: known.suspended.has(id) ? 'suspended' : found.licences.get(id)?.status,
          })
        expect(found.appliedSeals).toBeGreaterThanOrEqual(known.sealed.length + known.licences.size)
      } while (Date.now() < until)

      const last = startServer(env)
      expect(await revisit(await connectSite(await last.ready()), known)).toEqual([])
      await sleep(12_000) // a delivery that a killed worker held comes back when its lease of ten seconds is over
      expect(await last.stop()).toEqual({ code: 0, signal: null })
      const end = await lookInside(folder)
      expect(end.deliveries['delivering'] ?? 0).toBe(0)
      expect(end.deliveries['pending'] ?? 0).toBe(0)
      expect(end.open.drafts).toBe(0)
      expect(
        execFileSync(process.execPath, [CLI, 'audit', 'check'], { env: { ...process.env, ...env } }).length,
      ).toBeGreaterThan(0)
      expect(known.wrong).toEqual([])
      process.stdout.write(
        `kill -9: ${rounds} rounds, ${known.licences.size} licences, ${known.sealed.length} sealed documents, ${known.ended.length} sign-outs, ${torn} torn operations, ${end.reported} orphans reported, deliveries ${JSON.stringify(end.deliveries)}, ${end.auditRows} audit rows; starts ${times.join(' ')} ms, all ${Date.now() - began} ms\n`,
      )
    },
    (SECONDS + 120) * 1000,
  )
})
