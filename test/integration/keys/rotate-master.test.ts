/** A rotation of the master key on a real PostgreSQL, with a service that goes on, and with a kill -9 in the middle. */
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Db } from '../../../adapters/postgres/db.ts'
import { openPostgres } from '../../../adapters/postgres/pg.ts'
import { migrate } from '../../../adapters/postgres/migrate.ts'
import { ENCRYPTED_COLUMNS, countFields, reencryptFields } from '../../../adapters/postgres/reencrypt-fields.ts'
import { openMasterKeys } from '../../../keys/master/index.ts'
import type { MasterKeys } from '../../../keys/master/index.ts'
import { countKeyFiles, openSoftwareKeyStore } from '../../../keys/software/index.ts'
import { makeRingCipher } from '../../../src/crypto/node.ts'
import { systemRandom } from '../../../src/kernel/index.ts'
import { toBase64 } from '../../../standards/bytes.ts'
import { skipWithoutPostgres, startPostgres } from '../../support/database.ts'
import type { PostgresServer } from '../../support/database.ts'
import { runCli } from '../verification/run-cli.ts'

const MAIN = fileURLToPath(new URL('../../../src/cli/main.ts', import.meta.url))
const FILES = 240
const ROWS = 500

describe.skipIf(skipWithoutPostgres())('a rotation of the master key', () => {
  let server: PostgresServer
  let db: Db
  let folder: string
  let path: string
  let env: Record<string, string>
  const keysOf = (): MasterKeys =>
    openMasterKeys({ source: { kind: 'key-file', path }, saltOf: () => new Uint8Array(16), every: 0 })
  const keyFolder = (): string => join(folder, 'data', 'keys')
  const cipherOf = (ring: MasterKeys) => makeRingCipher({ ring, random: systemRandom })
  /** As if the new key stood in the file for a while: the command need not wait for other processes. */
  const settle = (): void => utimesSync(path, new Date(), new Date(Date.now() - 60_000))
  const secretsOpen = async (ring: MasterKeys): Promise<number> => {
    const rows = await db.query<{ name: string; sealed: Uint8Array }>('SELECT name, sealed FROM service_secret')
    const opened = rows.map((r) => cipherOf(ring).decrypt('service_secret.sealed', r.sealed) === `${r.name}\nvalue`)
    return opened.filter((ok) => ok).length
  }
  const allKeysOpen = async (ring: MasterKeys): Promise<void> => {
    const store = openSoftwareKeyStore({ folder: keyFolder(), masterKey: ring, random: systemRandom })
    const ids = readdirSync(keyFolder()).filter((n) => n.endsWith('.key.json'))
    expect(ids).toHaveLength(FILES)
    for (const name of ids) await store.signer(name.replace('.key.json', ''))
  }

  beforeAll(async () => {
    server = startPostgres()
    folder = mkdtempSync(join(tmpdir(), 'xinyin-rotate-'))
    path = join(folder, 'master-keys')
    writeFileSync(path, `${toBase64(systemRandom.bytes(32))}\n`, { mode: 0o600 })
    const url = await server.newDatabase()
    db = openPostgres(url, 2)
    await migrate(db)
    env = { DATABASE_URL: url, XINYIN_DATA: join(folder, 'data'), MASTER_KEY_FILE: path }
    const keys = openSoftwareKeyStore({ folder: keyFolder(), masterKey: keysOf(), random: systemRandom })
    for (let i = 0; i < FILES; i++) await keys.generate(`seal-${i}`, i % 2 === 0 ? 'SM2' : 'P-256')
    const cipher = cipherOf(keysOf())
    for (let i = 0; i < ROWS; i++)
      await db.query('INSERT INTO service_secret (name, sealed) VALUES ($1, $2)', [
        `secret-${i}`,
        cipher.encrypt('service_secret.sealed', `secret-${i}\nvalue`),
      ])
  })
  afterAll(async () => {
    await db.close()
    server.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  it('knows every column with encrypted fields', async () => {
    for (const { table, column, key } of ENCRYPTED_COLUMNS)
      await db.query(`SELECT ${key}, ${column} FROM ${table} LIMIT 0`)
    const registered = new Set(ENCRYPTED_COLUMNS.map((c) => c.name))
    const sources = ['adapters/postgres', 'src/oidc', 'src/pki', 'src/identity', 'src/licence', 'src/seal'].flatMap(
      (d) =>
        readdirSync(d, { recursive: true, encoding: 'utf8' }).flatMap((n) => (n.endsWith('.ts') ? [join(d, n)] : [])),
    )
    const used = sources.flatMap((file) => {
      const text = readFileSync(file, 'utf8')
      return [...text.matchAll(/\.encrypt\(\s*([A-Z_]+|'[^']+')/g)].map(([, name = '']) =>
        name.startsWith("'") ? name.slice(1, -1) : (new RegExp(`\\b${name} = '([^']+)'`).exec(text)?.[1] ?? name),
      )
    })
    expect(used.length).toBeGreaterThan(3)
    expect(used.filter((name) => !registered.has(name) && name !== 'SECRET_COLUMN')).toEqual([])
  })

  it('keeps an earlier key until nothing is under it', async () => {
    expect((await runCli(['keys', 'retire-master', 'm1'], env)).code, 'the current one').toBe(3)
    const added = await runCli(['keys', 'new-master'], env)
    expect([added.code, added.out]).toEqual([0, expect.stringContaining('m2')])
    const refused = await runCli(['keys', 'retire-master', 'm1'], env)
    expect([refused.code, refused.out]).toEqual([1, expect.stringContaining(`service_secret.sealed: ${ROWS}`)])
    expect(keysOf().ids()).toEqual(['m2', 'm1'])
    await allKeysOpen(keysOf())
  })

  it('leaves every key and field readable when it is killed, and goes on when it is run again', async () => {
    settle()
    for (let round = 0; round < 2; round++) {
      const child = spawn(process.execPath, [MAIN, 'keys', 'rotate-master'], {
        env: { PATH: process.env['PATH'] ?? '', ...env },
        stdio: 'ignore',
      })
      const ended = new Promise((resolve) => child.once('exit', resolve))
      const had = (await countKeyFiles(keyFolder())).get('m1') ?? 0
      while (((await countKeyFiles(keyFolder())).get('m1') ?? 0) > had - 2 && child.exitCode === null) await sleep(1)
      child.kill('SIGKILL')
      await ended
      await allKeysOpen(keysOf())
      expect(await secretsOpen(keysOf())).toBe(ROWS)
    }
    expect([...(await countKeyFiles(keyFolder())).keys()].sort(), 'it was killed on its way').toEqual(['m1', 'm2'])
  })

  it('goes on with fields after an interruption, and touches none that changed meanwhile', async () => {
    const ring = keysOf()
    let batches = 0
    const cut = reencryptFields({
      db,
      cipher: cipherOf(ring),
      current: 'm2',
      afterBatch: () => (++batches === 2 ? Promise.reject(new Error('power cut')) : Promise.resolve()),
    })
    await expect(cut).rejects.toThrow('power cut')
    const left = (await countFields(db, 'm1')).get('service_secret.sealed') ?? 0
    expect(left).toBeGreaterThan(0)
    expect(left).toBeLessThan(ROWS)
    expect(await secretsOpen(ring)).toBe(ROWS)
  })

  it('refuses a second command at once', async () => {
    const [one, two] = await Promise.all([
      runCli(['keys', 'rotate-master'], env),
      sleep(50).then(() => runCli(['keys', 'rotate-master'], env)),
    ])
    const codes = [one.code, two.code].sort()
    // Whoever comes after the other has ended may go on too.
    expect([
      [0, 3],
      [0, 0],
    ]).toContainEqual(codes)
  })

  it('ends with everything under the new key, said in the audit, and the old one gone', async () => {
    expect((await runCli(['keys', 'rotate-master'], env)).code).toBe(0)
    expect([...(await countFields(db, 'm1'))]).toEqual([])
    const retired = await runCli(['keys', 'retire-master', 'm1'], env)
    expect([retired.code, keysOf().ids()]).toEqual([0, ['m2']])
    await allKeysOpen(keysOf())
    expect(await secretsOpen(keysOf())).toBe(ROWS)
    const [event] = await db.query(`SELECT object_id, actor_id FROM audit_event WHERE action = 'master-key.rotated'`)
    expect(event).toEqual({ object_id: 'm2', actor_id: 'keys' })
    const status = await runCli(['keys', 'status'], env)
    expect([status.code, status.out]).toEqual([0, expect.stringContaining('m2')])
    expect(status.out).not.toContain(readFileSync(path, 'utf8').split(':').at(-1)?.trim())
  })

  it('reaches people and their authenticators, removed ones too, and changes nothing else of them', async () => {
    const ids = Array.from({ length: 3 }, () => crypto.randomUUID())
    const [person, account, authenticator] = ids as [string, string, string]
    await runCli(['keys', 'new-master'], env)
    settle()
    const ring = keysOf()
    const before = ring.ids()[1] ?? ''
    const oldCipher = makeRingCipher({
      ring: { current: () => ring.find(before) ?? ring.current(), find: (id) => ring.find(id) },
      random: systemRandom,
    })
    await db.query(
      `INSERT INTO natural_person (id, name_encrypted, citizen_id_encrypted, citizen_id_index, status, proofing, proven_at)
       VALUES ($1, $2, $3, $4, 'active', 'L2', now())`,
      [
        person,
        oldCipher.encrypt('natural_person.name', 'text'),
        oldCipher.encrypt('natural_person.citizen_id', 'text'),
        systemRandom.bytes(32),
      ],
    )
    await db.query(
      `INSERT INTO account (id, person_id, login_name, password_hash, status) VALUES ($1, $2, 'somebody', $3, 'active')`,
      [account, person, 'x'.repeat(40)],
    )
    await db.query(
      `INSERT INTO authenticator (id, account_id, kind, label, secret_encrypted, created_at, confirmed_at, removed_at)
       VALUES ($1, $2, 'totp', 'old', $3, now(), now(), now())`,
      [authenticator, account, oldCipher.encrypt('authenticator.secret', 'text')],
    )
    const rotated = await runCli(['keys', 'rotate-master'], env)
    expect([rotated.code, rotated.err]).toEqual([0, ''])
    expect([...(await countFields(db, before))]).toEqual([])
    const relabelled = db.query(`UPDATE authenticator SET label = 'other' WHERE id = $1`, [authenticator])
    await expect(relabelled, 'else it stays as it was').rejects.toMatchObject({ code: '42501' })
  })

  it('finds fields in a column it was never told of', async () => {
    await db.script('CREATE TABLE forgotten (id int, field bytea)')
    const other = makeRingCipher({
      ring: { current: () => ({ id: 'm9', key: systemRandom.bytes(32) }), find: () => undefined },
      random: systemRandom,
    })
    await db.query('INSERT INTO forgotten (id, field) VALUES (1, $1)', [other.encrypt('forgotten.field', 'x')])
    expect([...(await countFields(db, 'm9'))]).toEqual([['forgotten.field', 1]])
  })
})
