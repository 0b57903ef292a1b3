/** Production: PostgreSQL 15 or later over `pg`, with named prepared statements (worth 1.5×, measured in STACK.md). */
import pg from 'pg'
import { createHash } from 'node:crypto'
import type { Db, Param, Queryable, Row } from './db.ts'
import { RETRY_STATES, sqlState } from './db.ts'

const INT8 = 20
pg.types.setTypeParser(INT8, (value) => Number(value))
const BYTEA = 17
pg.types.setTypeParser(BYTEA, (value) => Uint8Array.from(Buffer.from(value.slice(2), 'hex')))

const names = new Map<string, string>()
const statementName = (text: string): string => {
  let name = names.get(text)
  if (name === undefined) {
    name = `s${createHash('sha256').update(text).digest('hex').slice(0, 24)}`
    names.set(text, name)
  }
  return name
}

const asQueryable = (client: pg.Pool | pg.PoolClient): Queryable => ({
  query: async <R extends Row>(text: string, params: readonly Param[] = []) => {
    const values = params.map((p) => (p instanceof Uint8Array ? Buffer.from(p.buffer, p.byteOffset, p.byteLength) : p))
    return (await client.query({ name: statementName(text), text, values })).rows as R[]
  },
})

const inTransaction = async <T>(pool: pg.Pool, work: (q: Queryable) => Promise<T>): Promise<T> => {
  const client = await pool.connect()
  try {
    await client.query('BEGIN')
    const result = await work(asQueryable(client))
    await client.query('COMMIT')
    client.release()
    return result
  } catch (error) {
    const broken = await client.query('ROLLBACK').then(
      () => undefined,
      (e: unknown) => e,
    )
    client.release(broken instanceof Error ? broken : undefined)
    throw error
  }
}

const ALONE = 727_002

/** On a connection of its own, whose end frees the lock, kill -9 included. */
const withLock = async <T>(pool: pg.Pool, work: () => Promise<T>): Promise<T> => {
  const client = await pool.connect()
  try {
    await client.query('SELECT pg_advisory_lock($1)', [ALONE])
    return await work()
  } finally {
    client.release(true)
  }
}

export const openPostgres = (url: string, max = 10): Db => {
  const pool = new pg.Pool({ connectionString: url, max, options: '-c timezone=UTC' })
  // An idle connection that the server drops must not end the process; the next query gets a fresh one.
  pool.on('error', () => undefined)
  return {
    kind: 'postgres',
    ...asQueryable(pool),
    tx: async (work) => {
      for (let attempt = 1; ; attempt++) {
        try {
          return await inTransaction(pool, work)
        } catch (error) {
          if (attempt >= 5 || !RETRY_STATES.has(sqlState(error) ?? '')) throw error
        }
      }
    },
    alone: (work) => withLock(pool, work),
    script: async (sql) => {
      await pool.query(sql)
    },
    close: () => pool.end(),
  }
}
