/** A database that is not there, or takes the connection and says nothing: TRY_LATER within seconds, and nothing of its address. */
import { createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Db } from '../../../adapters/postgres/db.ts'
import { migrate } from '../../../adapters/postgres/migrate.ts'
import { openPostgres } from '../../../adapters/postgres/pg.ts'
import type { PostgresServer } from '../../support/database.ts'
import { skipWithoutPostgres, startPostgres } from '../../support/database.ts'

const later = expect.objectContaining({ code: 'TRY_LATER', message: 'the database does not answer' }) as unknown

describe('a database that is away', () => {
  it('says TRY_LATER at once where nobody listens', async () => {
    const db = openPostgres('postgres://xinyin:secret@127.0.0.1:1/x', 2)
    await expect(db.query('SELECT 1')).rejects.toEqual(later)
    await expect(db.tx((q) => q.query('SELECT 1'))).rejects.toEqual(later)
    await expect(db.alone(() => Promise.resolve())).rejects.toEqual(later)
    await expect(db.script('SELECT 1')).rejects.toEqual(later)
    await db.close()
  })

  it('says TRY_LATER after ten seconds where somebody listens and never answers', async () => {
    const sockets: Socket[] = []
    const hole = createServer((socket) => void sockets.push(socket.on('error', () => undefined)))
    await new Promise<void>((resolve) => hole.listen(0, '127.0.0.1', resolve))
    const db = openPostgres(`postgres://x@127.0.0.1:${(hole.address() as AddressInfo).port}/x`, 1)
    const started = performance.now()
    const all = await Promise.allSettled([
      db.query('SELECT 1'),
      db.tx((q) => q.query('SELECT 1')),
      db.query('SELECT 2'),
    ])
    expect(all.map((r) => r.status === 'rejected' && (r.reason as { code?: string }).code)).toEqual(
      Array(3).fill('TRY_LATER'),
    )
    expect(performance.now() - started).toBeLessThan(20_000)
    for (const socket of sockets) socket.destroy()
    hole.close()
    await db.close()
  }, 30_000)
})

describe.skipIf(skipWithoutPostgres())('PostgreSQL', () => {
  let server: PostgresServer
  let db: Db
  beforeAll(async () => {
    server = startPostgres()
    db = await server.fresh(2)
  })
  afterAll(async () => {
    await db.close()
    server.stop()
  })

  it('limits statements to a minute, and not those of whoever sets up or migrates', async () => {
    const limit = async (q: Pick<Db, 'query'>) => (await q.query('SHOW statement_timeout'))[0]?.['statement_timeout']
    expect(await limit(db)).toBe('1min')
    expect(await db.tx(limit)).toBe('1min')
    const waiting = db.tx(async (q) => {
      await q.query('SET LOCAL statement_timeout = 200')
      await q.query('SELECT pg_sleep(5)')
    })
    await expect(waiting).rejects.toEqual(later)
    expect(await migrate(db)).toEqual([])
    expect(await limit(db)).toBe('1min')
    expect(await db.alone(() => Promise.resolve('done'))).toBe('done')
  })

  it('says what is wrong with a statement as before: only absence is TRY_LATER', async () => {
    await expect(db.query('SELECT 1 / 0')).rejects.toMatchObject({ code: '22012' })
    await expect(db.tx((q) => q.query('SELECT nothing FROM nowhere'))).rejects.toMatchObject({ code: '42P01' })
    const ended = db.tx((q) => q.query('SELECT pg_terminate_backend(pg_backend_pid())'))
    await expect(ended).rejects.toEqual(later)
    expect(await db.query('SELECT 1 AS one')).toEqual([{ one: 1 }])
  })
})
