/** Two responders in two processes on one PostgreSQL: what one revokes the other does not call good for long; and what a killed TSA leaves. */
import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeAuditStore } from '../../../adapters/postgres/audit-store.ts'
import type { Db } from '../../../adapters/postgres/db.ts'
import { makeUnitOfWork } from '../../../adapters/postgres/db.ts'
import { migrate } from '../../../adapters/postgres/migrate.ts'
import { openPostgres } from '../../../adapters/postgres/pg.ts'
import { makePkiStore } from '../../../adapters/postgres/pki-store.ts'
import { makeTimeStampStore } from '../../../adapters/postgres/timestamp-store.ts'
import type { Sequencer } from '../../../src/audit/index.ts'
import { makeAuditTrail, startSequencer } from '../../../src/audit/index.ts'
import { nodeCrypto } from '../../../src/crypto/node.ts'
import { makeIds, silentLogger, systemClock, systemRandom } from '../../../src/kernel/index.ts'
import type { PkiDeps } from '../../../src/pki/index.ts'
import {
  issueCertificate,
  recordCeremony,
  releaseCertificate,
  revokeCertificate,
  standardProfiles,
  suspendCertificate,
} from '../../../src/pki/index.ts'
import { sweepTimeStamps } from '../../../src/pki/node.ts'
import { fromHex, toHex } from '../../../standards/bytes.ts'
import { encodeCertId, encodeOcspRequest, issuerDigests } from '../../../standards/rfc6960-ocsp/index.ts'
import type { PostgresServer } from '../../support/database.ts'
import { skipWithoutPostgres, startPostgres } from '../../support/database.ts'
import { saidBy } from '../../unit/ocsp/service-world.ts'
import { ACTOR, SEAL_SUBJECT, newPublicKey } from '../../unit/pki/pki-world.ts'
import { queryOf } from '../../unit/timestamp/tsa-world.ts'
import { openHierarchy } from './hierarchy.ts'

const PROCESS = fileURLToPath(new URL('./responder-process.ts', import.meta.url))
const ISSUER = 'office-ca-sm2'
interface Started {
  readonly address: string
  readonly child: ChildProcess
  readonly lines: () => string[]
}
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

describe.skipIf(skipWithoutPostgres())('responders in two processes on one PostgreSQL', () => {
  const folder = mkdtempSync(join(tmpdir(), 'xinyin-ocsp-two-'))
  const masterKey = systemRandom.bytes(32)
  const children: ChildProcess[] = []
  let server: PostgresServer
  let url: string
  let db: Db
  let pki: PkiDeps
  let sequencer: Sequencer
  let responders: string[]
  let isStopped = false
  let hanging: Started

  const start = async (env: NodeJS.ProcessEnv = {}): Promise<Started> => {
    const child = spawn(process.execPath, [PROCESS, url, folder, toHex(masterKey)], {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    children.push(child)
    const seen: string[] = []
    const lines = createInterface({ input: child.stdout as NonNullable<typeof child.stdout> })
    const address = await new Promise<string>((resolve, reject) => {
      lines.on('line', (line) => {
        seen.push(line)
        if (line.startsWith('http')) resolve(line)
      })
      child.on('exit', () => reject(new Error('the responder ended')))
    })
    return { address, child, lines: () => seen }
  }

  beforeAll(async () => {
    server = startPostgres()
    url = await server.newDatabase()
    db = openPostgres(url, 6)
    await migrate(db)
    const { authorities, source } = await openHierarchy(folder, masterKey)
    const work = makeUnitOfWork(db)
    const store = makeAuditStore(db)
    const ids = makeIds(systemClock, systemRandom)
    sequencer = startSequencer({ store, work, digests: nodeCrypto, logger: silentLogger, holder: 'test' })
    pki = {
      work,
      store: makePkiStore(db),
      audit: makeAuditTrail({ store, clock: systemClock, ids, digests: nodeCrypto, nudge: () => sequencer.nudge() }),
      authorities,
      profiles: standardProfiles,
      crypto: nodeCrypto,
      clock: systemClock,
      ids,
      random: systemRandom,
    }
    await recordCeremony(pki, source.certificates)
    const [first, second] = await Promise.all([start(), start({ HANG: '1' })])
    responders = [first.address, second.address]
    hanging = second
  }, 60_000)
  afterAll(async () => {
    for (const child of children) child.kill('SIGKILL')
    if (!isStopped) await takeAway()
    rmSync(folder, { recursive: true })
  })

  const takeAway = async (): Promise<void> => {
    isStopped = true
    await sequencer.stop()
    await db.close()
    server.stop()
  }
  const issue = () =>
    issueCertificate(pki, {
      profile: 'seal-signer',
      subject: SEAL_SUBJECT,
      publicKey: newPublicKey('SM2'),
      actor: ACTOR,
    })
  const ask = async (address: string, serialHex: string): Promise<string> => {
    const issuer = pki.authorities.find((a) => a.id === ISSUER)?.certificate
    if (issuer === undefined) throw new Error('no issuer')
    const certId = encodeCertId('sm3', issuerDigests(nodeCrypto, 'sm3', issuer), fromHex(serialHex))
    const response = await fetch(`${address}/ocsp/${ISSUER}`, {
      method: 'POST',
      headers: { 'content-type': 'application/ocsp-request' },
      body: Buffer.from(encodeOcspRequest({ certIds: [certId] })),
    })
    return saidBy({ der: new Uint8Array(await response.arrayBuffer()) })
  }
  /** Asks both all the time; how long after `since` the last other word came. */
  const untilAllSay = async (word: string, serialHex: string, since: number): Promise<number> => {
    let last = since
    for (let calm = 0; calm < 20;) {
      const said = await Promise.all(responders.map((address) => ask(address, serialHex)))
      if (said.every((s) => s === word)) calm++
      else {
        calm = 0
        last = performance.now()
      }
      if (performance.now() - since > 10_000) throw new Error(`still ${said.join(' ')}`)
      await sleep(20)
    }
    return last - since
  }

  it('neither says good for more than about a second after a revocation, a hold or a release was committed', async () => {
    const { serialHex, issuerId } = await issue()
    const name = { issuerId, serialHex, actor: ACTOR }
    expect(await untilAllSay('good', serialHex, performance.now())).toBeLessThan(1_000)
    const delays: number[] = []
    for (const [change, word] of [
      [() => suspendCertificate(pki, name), 'revoked 6'],
      [() => releaseCertificate(pki, name), 'good'],
      [() => revokeCertificate(pki, { ...name, reason: 'keyCompromise' }), 'revoked 1'],
    ] as const) {
      await change()
      delays.push(await untilAllSay(word, serialHex, performance.now()))
    }
    process.stdout.write(`stale for ${delays.map((d) => Math.round(d)).join(', ')} ms\n`)
    // 0.7 s by design; the rest is what a busy machine takes.
    expect(Math.max(...delays)).toBeLessThan(1_500)
  }, 30_000)

  it('a TSA that is killed between writing down and signing leaves an intent, which the sweep of another closes', async () => {
    const { address, child, lines } = hanging
    responders = responders.filter((r) => r !== address)
    const lost = fetch(`${address}/tsa/sm2`, {
      method: 'POST',
      headers: { 'content-type': 'application/timestamp-query' },
      body: Buffer.from(queryOf()),
    }).catch((error: unknown) => error)
    for (let i = 0; !lines().includes('signing') && i < 200; i++) await sleep(20)
    child.kill('SIGKILL')
    expect(await lost).toBeInstanceOf(Error)
    const states = async () => (await db.query<{ state: string }>('SELECT state FROM time_stamp')).map((r) => r.state)
    expect(await states()).toEqual(['open'])
    const { work, audit } = pki
    const late = { now: () => new Date(systemClock.now().getTime() + 61_000) }
    expect(await sweepTimeStamps({ work, audit, store: makeTimeStampStore(db), clock: late })).toHaveLength(1)
    expect(await states()).toEqual(['abandoned'])
  }, 30_000)

  it('give what they signed while the database is away, and tell others to try later', async () => {
    const [known, unknown] = [await issue(), await issue()]
    await untilAllSay('good', known.serialHex, performance.now())
    await takeAway()
    await sleep(1_000)
    for (const address of responders) {
      expect(await ask(address, known.serialHex)).toBe('good')
      expect(await ask(address, unknown.serialHex)).toBe('tryLater')
    }
  }, 30_000)
})
