/**
 * Databases for tests: a fresh embedded one (from a migrated dump, 0.3 s), and a real PostgreSQL where one is installed.
 */
import {
  mkdtempSync,
  existsSync,
  readdirSync,
  chownSync,
  mkdirSync,
  readFileSync,
  writeFileSync,
  rmSync,
} from 'node:fs'
import { createHash } from 'node:crypto'
import { execFileSync, spawnSync } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Db } from '../../adapters/postgres/db.ts'
import { dumpEmbedded, openEmbedded } from '../../adapters/postgres/pglite.ts'
import { openPostgres } from '../../adapters/postgres/pg.ts'
import { migrate, readMigrations } from '../../adapters/postgres/migrate.ts'
import { skipUnless } from './outside.ts'

const CACHE = fileURLToPath(new URL('../../.cache/', import.meta.url))

/** A migrated, empty, in-memory database. Close it. */
export const freshEmbedded = async (): Promise<Db> => {
  const key = createHash('sha256')
    .update((await readMigrations()).map((m) => m.checksum).join())
    .digest('hex')
    .slice(0, 16)
  const file = join(CACHE, `empty-${key}.tar`)
  if (existsSync(file)) return openEmbedded(undefined, new Blob([readFileSync(file)]))
  const db = await openEmbedded()
  await migrate(db)
  const dump = await dumpEmbedded(db)
  mkdirSync(CACHE, { recursive: true })
  const part = `${file}.${process.pid}`
  writeFileSync(part, Buffer.from(await dump.arrayBuffer()))
  if (existsSync(file)) rmSync(part)
  else execFileSync('mv', [part, file])
  return db
}

const binaries = (): string | undefined => {
  const base = '/usr/lib/postgresql'
  const versions = existsSync(base) ? readdirSync(base).sort((a, b) => Number(b) - Number(a)) : []
  return versions.map((v) => join(base, v, 'bin')).find((d) => existsSync(join(d, 'initdb')))
}

/** `describe.skipIf(skipWithoutPostgres())('…', …)` */
export const skipWithoutPostgres = (): boolean =>
  skipUnless(binaries() !== undefined, 'PostgreSQL (initdb in /usr/lib/postgresql)')

export interface PostgresServer {
  /** URL of a new, empty database; not migrated. */
  newDatabase(): Promise<string>
  /** A new migrated database. Close it. */
  fresh(max?: number): Promise<Db>
  stop(): void
}

/** A private server in a temporary folder on a free port; PostgreSQL refuses root, so root hands it to uid 65534. */
export const startPostgres = (): PostgresServer => {
  const bin = binaries()
  if (bin === undefined) throw new Error('no PostgreSQL')
  const folder = mkdtempSync(join(tmpdir(), 'xinyin-pg-'))
  const data = join(folder, 'data')
  const root = process.getuid?.() === 0
  if (root) chownSync(folder, 65534, 65534)
  const run = (program: string, args: readonly string[]): void => {
    const r = spawnSync(join(bin, program), args, {
      stdio: ['ignore', 'ignore', 'pipe'],
      cwd: folder,
      ...(root ? { uid: 65534, gid: 65534 } : {}),
    })
    if (r.status !== 0) throw new Error(`${program}: ${String(r.stderr)}`)
  }
  run('initdb', ['-D', data, '-U', 'xinyin', '-A', 'trust', '-E', 'UTF8', '--no-sync'])
  const port = 20_000 + (process.pid % 20_000) + Math.floor(Math.random() * 2_000)
  run('pg_ctl', [
    '-D',
    data,
    '-w',
    '-l',
    join(folder, 'log'),
    '-o',
    `-p ${port} -k ${folder} -c listen_addresses=127.0.0.1 -c fsync=off -c max_connections=200`,
    'start',
  ])
  const url = (name: string): string => `postgres://xinyin@127.0.0.1:${port}/${name}`
  let count = 0
  const newDatabase = async (): Promise<string> => {
    const admin = openPostgres(url('postgres'), 1)
    const name = `t${++count}_${Date.now()}`
    await admin.script(`CREATE DATABASE ${name}`)
    await admin.close()
    return url(name)
  }
  return {
    newDatabase,
    fresh: async (max) => {
      const db = openPostgres(await newDatabase(), max)
      await migrate(db)
      return db
    },
    stop: () => {
      run('pg_ctl', ['-D', data, '-m', 'immediate', 'stop'])
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
