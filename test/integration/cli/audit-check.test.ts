import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openDataFolder } from '../../../adapters/data-folder/index.ts'
import { makeAuditStore } from '../../../adapters/postgres/audit-store.ts'
import { makeUnitOfWork } from '../../../adapters/postgres/db.ts'
import { migrate } from '../../../adapters/postgres/migrate.ts'
import { openEmbedded } from '../../../adapters/postgres/pglite.ts'
import { makeAuditTrail, sequenceOnce } from '../../../src/audit/index.ts'
import { nodeCrypto } from '../../../src/crypto/node.ts'
import { makeIds, silentLogger, systemClock, systemRandom } from '../../../src/kernel/index.ts'
import { runCli } from '../verification/run-cli.ts'

describe('xinyin audit check on the embedded database', () => {
  let data: string
  beforeAll(async () => {
    data = mkdtempSync(join(tmpdir(), 'xinyin-audit-'))
    const db = await openEmbedded(join(data, 'db'))
    await migrate(db)
    const [store, work] = [makeAuditStore(db), makeUnitOfWork(db)]
    const ids = makeIds(systemClock, systemRandom)
    const trail = makeAuditTrail({ store, clock: systemClock, ids, digests: nodeCrypto })
    const event = {
      action: 'test.done',
      actor: { kind: 'system', id: 'test' },
      object: { kind: 'x', id: '1' },
    } as const
    for (let i = 0; i < 3; i++) await work.run((tx) => trail.record(tx, event))
    await sequenceOnce({ store, work, digests: nodeCrypto, logger: silentLogger, holder: 'test' })
    await work.run((tx) => trail.record(tx, event))
    await db.close()
  })
  afterAll(() => rmSync(data, { recursive: true, force: true }))
  const check = (folder = data) => runCli(['audit', 'check'], { XINYIN_DATA: folder })

  it('counts the rows that follow and those that wait', async () => {
    const { code, out } = await check()
    expect(code).toBe(0)
    expect(out).toMatch(/3 行[^]*1 行/)
  })

  it('is refused while another process holds the folder', async () => {
    const folder = await openDataFolder(data)
    const { code, err } = await check()
    await folder.release()
    expect(code).toBe(3)
    expect(err).toContain('DATA_FOLDER_IN_USE')
  })

  it('releases the folder: it can be run again', async () => expect((await check()).code).toBe(0))

  it('makes no database where there is none', async () => {
    const nowhere = join(data, 'nowhere')
    expect((await check(nowhere)).code).toBe(3)
    expect(existsSync(nowhere)).toBe(false)
  })
})
