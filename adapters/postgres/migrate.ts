/**
 * Forward-only migrations: `migrations/NNNN_name.sql` in order, one transaction each, checksum recorded.
 * Refuses to go on when a file that was applied has changed since.
 */
import { createHash } from 'node:crypto'
import { readFile, readdir } from 'node:fs/promises'
import { TrustError } from '../../src/errors.ts'
import type { Db } from './db.ts'

const FOLDER = new URL('./migrations/', import.meta.url)
const LOCK = 727_001

interface Migration {
  readonly name: string
  readonly sql: string
  readonly checksum: string
}

export const readMigrations = async (): Promise<Migration[]> => {
  const names = (await readdir(FOLDER)).filter((n) => /^\d{4}_[a-z0-9-]+\.sql$/.test(n)).sort()
  return Promise.all(
    names.map(async (name) => {
      const sql = await readFile(new URL(name, FOLDER), 'utf8')
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') }
    }),
  )
}

/** Applies what is missing and returns its names. @throws TrustError CONFIG_INVALID when history was rewritten */
export const migrate = async (db: Db): Promise<string[]> => {
  await db.script(
    'CREATE TABLE IF NOT EXISTS schema_migration (name text PRIMARY KEY, checksum text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())',
  )
  const applied: string[] = []
  for (const { name, sql, checksum } of await readMigrations()) {
    const done = await db.tx(async (q) => {
      // However long it takes, and however long another process takes.
      await q.query('SET LOCAL statement_timeout = 0')
      await q.query('SELECT pg_advisory_xact_lock($1)', [LOCK])
      const [row] = await q.query<{ checksum: string }>('SELECT checksum FROM schema_migration WHERE name = $1', [name])
      if (row !== undefined) {
        if (row.checksum !== checksum)
          throw new TrustError('CONFIG_INVALID', `migration ${name} was changed after it was applied`)
        return false
      }
      for (const statement of splitStatements(sql)) await q.query(statement)
      await q.query('INSERT INTO schema_migration (name, checksum) VALUES ($1, $2)', [name, checksum])
      return true
    })
    if (done) applied.push(name)
  }
  return applied
}

/** Statements end with a semicolon at the end of a line; bodies between $$ are left whole. */
const splitStatements = (sql: string): string[] => {
  const out: string[] = []
  let current = ''
  let quoted = false
  for (const line of sql.split('\n')) {
    if (line.trimStart().startsWith('--')) continue
    if ((line.match(/\$\$/g) ?? []).length % 2 === 1) quoted = !quoted
    current += `${line}\n`
    if (!quoted && line.trimEnd().endsWith(';')) {
      out.push(current)
      current = ''
    }
  }
  if (current.trim() !== '') out.push(current)
  return out
}
