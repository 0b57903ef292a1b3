import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeUnitOfWork } from '../../../adapters/postgres/db.ts'
import { migrate } from '../../../adapters/postgres/migrate.ts'
import { openEmbedded } from '../../../adapters/postgres/pglite.ts'
import { makeTimeStampStore } from '../../../adapters/postgres/timestamp-store.ts'
import { makeIds, systemClock, systemRandom } from '../../../src/kernel/index.ts'
import { runCli } from '../verification/run-cli.ts'

describe('xinyin timestamp', () => {
  let data: string
  beforeAll(async () => {
    data = mkdtempSync(join(tmpdir(), 'xinyin-timestamp-'))
    const db = await openEmbedded(join(data, 'db'))
    await migrate(db)
    const halt = { id: makeIds(systemClock, systemRandom).next(), at: systemClock.now(), driftMs: -4_000 }
    await makeUnitOfWork(db).run((tx) => makeTimeStampStore(db).halt(tx, { ...halt, reason: 'clock-jumped' }))
    await db.close()
  })
  afterAll(() => rmSync(data, { recursive: true, force: true }))
  const cli = (...args: readonly string[]) => runCli(['timestamp', ...args], { XINYIN_DATA: data })

  it('says that it is stopped and why, goes on when an operator has confirmed the clock, and that is in the audit', async () => {
    const stopped = await cli('status')
    expect([stopped.code, stopped.out]).toEqual([1, expect.stringMatching(/clock-jumped[^]*-4000/) as string])
    expect((await cli('confirm-clock')).code).toBe(0)
    const db = await openEmbedded(join(data, 'db'))
    const rows = await db.query('SELECT action, actor_id, detail FROM audit_event')
    expect(await makeTimeStampStore(db).openHalt()).toBeUndefined()
    await db.close()
    expect((await cli('confirm-clock')).code).toBe(1)
    expect(rows).toMatchObject([
      { action: 'timestamp.clock-confirmed', actor_id: 'operator', detail: { reason: 'clock-jumped', driftMs: -4000 } },
    ])
  }, 90_000)

  it('refuses what it does not know', async () => {
    for (const args of [['stop'], ['status', 'now']]) expect((await cli(...args)).code).toBe(3)
  })
})
