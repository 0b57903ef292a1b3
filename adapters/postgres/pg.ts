/**
 * Production: PostgreSQL 15 or later over `pg`, with named prepared statements (worth 1.5×, measured in STACK.md). A database that is
 * away, full, or answers nothing is TRY_LATER after seconds, not a caller that hangs.
 */
import pg from 'pg'
import { createHash } from 'node:crypto'
import { TrustError } from '../../src/errors.ts'
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

/** For a place in the pool and for a connection, together. */
const CONNECT_MS = 10_000
/** The server gives up a statement, also one that waits for a lock; migrations and `alone` lift it for themselves. */
const STATEMENT_MS = 60_000
/** Beyond the server's own limit: it was reached once and is silent now. */
const SILENT_MS = STATEMENT_MS + 5_000

/** Cancelled by the limit; shutting down, starting; connection lost; too many connections. */
const AWAY_STATES = /^(57014|57P0[1-3]|08...|53300)$/
const AWAY_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ETIMEDOUT',
  'EPIPE',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
])
/** The driver has no codes for these. */
const AWAY_WORDS = /^(timeout exceeded when trying to connect|Connection terminated|Query read timeout)/

const isAway = (error: unknown): boolean => {
  const { code, message } = error as { readonly code?: unknown; readonly message?: unknown }
  if (typeof code === 'string') return AWAY_CODES.has(code) || AWAY_STATES.test(code)
  return error instanceof Error && !(error instanceof TrustError) && AWAY_WORDS.test(String(message))
}

/** The driver's words may hold the address of the database: they stay in the cause. */
const orLater = (error: unknown): never => {
  throw isAway(error) ? new TrustError('TRY_LATER', 'the database does not answer', { cause: error }) : error
}

const asQueryable = (
  client: pg.Pool | pg.PoolClient,
  patience: { readonly query_timeout?: number } = {},
): Queryable => ({
  query: async <R extends Row>(text: string, params: readonly Param[] = []) => {
    const values = params.map((p) => (p instanceof Uint8Array ? Buffer.from(p.buffer, p.byteOffset, p.byteLength) : p))
    return (await client.query({ name: statementName(text), text, values, ...patience })).rows as R[]
  },
})

/** A connection that died while nobody used it is found out here. */
const begin = async (pool: pg.Pool): Promise<pg.PoolClient> => {
  const client = await pool.connect()
  try {
    const patience = { query_timeout: CONNECT_MS }
    await client.query({ text: 'BEGIN', ...patience })
    return client
  } catch (error) {
    client.release(true)
    throw error
  }
}

const inTransaction = async <T>(pool: pg.Pool, work: (q: Queryable) => Promise<T>): Promise<T> => {
  const client = await begin(pool)
  try {
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
  const client = await pool.connect().catch(orLater)
  try {
    await client.query('SET statement_timeout = 0')
    await client.query('SELECT pg_advisory_lock($1)', [ALONE])
    return await work()
  } finally {
    client.release(true)
  }
}

export const openPostgres = (url: string, max = 10): Db => {
  const pool = new pg.Pool({
    connectionString: url,
    max,
    options: `-c timezone=UTC -c statement_timeout=${STATEMENT_MS}`,
    connectionTimeoutMillis: CONNECT_MS,
    keepAlive: true,
  })
  const plain = asQueryable(pool, { query_timeout: SILENT_MS })
  // A connection that the server drops must not end the process, idle or in use; the next query fails, or gets a fresh one.
  pool.on('error', () => undefined)
  pool.on('connect', (client) => client.on('error', () => undefined))
  return {
    kind: 'postgres',
    query: (text, params) => plain.query(text, params).catch(orLater) as never,
    tx: async (work) => {
      for (let attempt = 1; ; attempt++) {
        try {
          return await inTransaction(pool, work)
        } catch (error) {
          if (attempt >= 5 || !RETRY_STATES.has(sqlState(error) ?? '')) orLater(error)
        }
      }
    },
    alone: (work) => withLock(pool, work),
    script: async (sql) => {
      await pool.query(sql).catch(orLater)
    },
    close: () => pool.end(),
  }
}
