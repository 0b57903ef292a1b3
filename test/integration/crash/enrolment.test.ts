/** kill -9 in the middle of making a pair of certificates: another process finishes it, once, under new numbers. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { migrate } from '../../../adapters/postgres/migrate.ts'
import { openPostgres } from '../../../adapters/postgres/pg.ts'
import { sweepEnrolment } from '../../../src/pki/enrolment/index.ts'
import { sweepIntents } from '../../../src/pki/index.ts'
import { toBase64 } from '../../../standards/bytes.ts'
import type { PostgresServer } from '../../support/database.ts'
import { skipWithoutPostgres, startPostgres } from '../../support/database.ts'
import { enrolmentParts } from '../../unit/pki/enrolment-world.ts'
import { random } from '../../unit/pki/pki-world.ts'

const CHILD = fileURLToPath(new URL('enrolment-child.ts', import.meta.url))

/** Runs until it says that it is there, and kills it there. */
const killAt = async (moment: string, url: string, masterKey: Uint8Array): Promise<void> => {
  const child = spawn(process.execPath, [CHILD, url, toBase64(masterKey), moment], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const faults: string[] = []
  child.stderr.on('data', (text) => faults.push(String(text)))
  const there = new Promise<boolean>((resolve) => {
    child.stdout.on('data', (text) => String(text).includes('HERE') && resolve(true))
    child.on('exit', () => resolve(false))
  })
  const isThere = await there
  expect([isThere, isThere ? '' : faults.join('')]).toEqual([true, ''])
  child.kill('SIGKILL')
  await once(child, 'exit')
}

describe.skipIf(skipWithoutPostgres())('kill -9 while certificates are made', () => {
  let server: PostgresServer
  beforeAll(() => {
    server = startPostgres()
  })
  afterAll(() => server.stop())

  it.each(['journalled', 'signed'])(
    'after it was %s, another process finishes the pair, once',
    async (moment) => {
      const url = await server.newDatabase()
      const db = openPostgres(url, 4)
      await migrate(db)
      const masterKey = random.bytes(32)
      await killAt(moment, url, masterKey)

      const one = async <T extends object>(sql: string): Promise<T> => (await db.query(sql))[0] as T
      const { id, status } = await one<{ id: string; status: string }>('SELECT id, status FROM certificate_application')
      expect(status).toBe('approved')
      expect(await one('SELECT count(*) AS n FROM certificate')).toEqual({ n: 0 })

      const { deps, clock } = await enrolmentParts(db, masterKey)
      expect(await sweepEnrolment(deps)).toMatchObject({ issued: 0, failed: [] })
      clock.advance(3 * 60_000)
      const [orphan, ...more] = await sweepIntents(deps.pki)
      expect([orphan?.profile, more]).toEqual(['person-signing', []])
      const [a, b] = await Promise.all([sweepEnrolment(deps), sweepEnrolment(deps)])
      expect(a.issued + b.issued).toBeGreaterThanOrEqual(1)
      const application = await deps.store.applications.find(id)
      expect(application?.status).toBe('issued')
      expect(application?.signing?.serialHex).not.toBe(orphan?.serialHex)
      expect(await one('SELECT count(*) AS n FROM certificate')).toEqual({ n: 2 })
      expect(await one('SELECT count(*) AS n FROM certificate_holder')).toEqual({ n: 2 })
      expect(await one('SELECT count(*) AS n FROM key_delivery')).toEqual({ n: 1 })
      await db.close()
    },
    120_000,
  )
})
