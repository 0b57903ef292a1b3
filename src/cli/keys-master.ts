/**
 * `xinyin keys status | new-master | rotate-master | retire-master`: the life of master keys. The service goes on meanwhile; a
 * command that was killed is run again. Refuses to retire a key while a single file or field is under it.
 */
import { stat } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { makeAuditStore } from '../../adapters/postgres/audit-store.ts'
import type { Db } from '../../adapters/postgres/db.ts'
import { makeUnitOfWork } from '../../adapters/postgres/db.ts'
import { makeEscrowStore } from '../../adapters/postgres/escrow-store.ts'
import { countFields, reencryptFields } from '../../adapters/postgres/reencrypt-fields.ts'
import { addMasterKey, removeMasterKey } from '../../keys/master/index.ts'
import type { Custody } from '../../keys/open-custody.ts'
import { openCustody } from '../../keys/open-custody.ts'
import { countKeyFiles, rewrapKeys } from '../../keys/software/index.ts'
import { makeAuditTrail } from '../audit/index.ts'
import type { Config } from '../config.ts'
import { makeRingCipher, nodeCrypto } from '../crypto/node.ts'
import { makeIds, systemClock, systemRandom } from '../kernel/index.ts'
import { resealEscrow } from '../pki/escrow/index.ts'
import { makeEscrowVault } from '../pki/escrow/node.ts'
import { askPassword } from './ask-password.ts'
import { EXIT, usage } from './exit.ts'
import { withKeysLock } from './keys-lock.ts'
import { openDatabase } from './open-database.ts'
import { print } from './print.ts'

const custodyOf = (config: Config): Promise<Custody> =>
  openCustody({ config, folder: config.dataFolder, random: systemRandom, ask: askPassword })

const withDatabase = async <T>(config: Config, work: (db: Db) => Promise<T>): Promise<T> => {
  const { db, close } = await openDatabase(config)
  try {
    return await work(db)
  } finally {
    await close()
  }
}

const usesOf = async (db: Db, custody: Custody, id: string): Promise<ReadonlyMap<string, number>> => {
  const files = (await countKeyFiles(custody.keyFolder)).get(id) ?? 0
  return new Map([...(files === 0 ? [] : [['keys/*.key.json', files] as const]), ...(await countFields(db, id))])
}

export const keysStatus = async (config: Config): Promise<number> => {
  const custody = await custodyOf(config)
  await withDatabase(config, async (db) => {
    for (const [i, id] of custody.masterKeys.ids().entries()) {
      print(`${id}${i === 0 ? '  当前 (current)' : '  旧 (previous)'}`)
      for (const [where, count] of await usesOf(db, custody, id)) print(`    ${where}: ${count}`)
    }
  })
  const unknown = [...(await countKeyFiles(custody.keyFolder))].filter(([id]) => !custody.masterKeys.ids().includes(id))
  for (const [id, count] of unknown) print(`? ${id}: ${count} 个密钥文件打不开 (key files that do not open)`)
  return unknown.length === 0 ? EXIT.valid : EXIT.invalid
}

export const newMasterKey = ({ masterKey }: Config): number => {
  if (masterKey?.kind !== 'key-file')
    return usage(
      '只改 MASTER_KEY_FILE 指定的文件；其他来源请自己换，见 docs/operations.md (changes the file of MASTER_KEY_FILE only; see docs/operations.md)',
    )
  const id = addMasterKey(masterKey.path, systemRandom)
  print(
    `✓ 新主密钥 ${id} 已写入，现在是当前密钥 (is now the current master key)`,
    '  先把这个文件备份到别处，再运行 xinyin keys rotate-master (copy the file elsewhere, then rotate)',
  )
  return EXIT.valid
}

/** Processes look at the file every two seconds: what they write with the old key comes before the walk, not after it. */
const SETTLE = 5_000

const waitForOthers = async ({ masterKey }: Config): Promise<void> => {
  if (masterKey === undefined || masterKey.kind === 'keys' || masterKey.path === '-') return
  const age = Date.now() - (await stat(masterKey.path)).mtimeMs
  if (age < SETTLE) await sleep(SETTLE - age)
}

const record = (db: Db, detail: Readonly<Record<string, string | number>>, id: string): Promise<string> => {
  const store = makeAuditStore(db)
  const ids = makeIds(systemClock, systemRandom)
  const trail = makeAuditTrail({ store, clock: systemClock, ids, digests: nodeCrypto, nudge: () => undefined })
  const event = { actor: { kind: 'system', id: 'keys' }, object: { kind: 'master-key', id }, detail } as const
  return makeUnitOfWork(db).run((tx) => trail.record(tx, { action: 'master-key.rotated', ...event }))
}

export const rotateMaster = (config: Config): Promise<number> =>
  withKeysLock(config, async () => {
    const { masterKeys, keyFolder } = await custodyOf(config)
    const current = masterKeys.current().id
    await waitForOthers(config)
    const cipher = makeRingCipher({ ring: masterKeys, random: systemRandom })
    await withDatabase(config, async (db) => {
      const { rewrapped: files } = await rewrapKeys({ folder: keyFolder, ring: masterKeys, random: systemRandom })
      const vault = makeEscrowVault({ ring: masterKeys, random: systemRandom })
      const escrow = { work: makeUnitOfWork(db), store: makeEscrowStore(db), vault }
      const fields = (await reencryptFields({ db, cipher, current })) + (await resealEscrow(escrow))
      if (files + fields > 0) await record(db, { files, fields }, current)
      print(`✓ 都在主密钥 ${current} 之下 (all under it now): ${files} 个文件 (files), ${fields} 个字段 (fields)`)
    })
    const old = masterKeys.ids().slice(1)
    if (old.length > 0) print(`  接着 (next): ${old.map((id) => `xinyin keys retire-master ${id}`).join(' · ')}`)
    return EXIT.valid
  })

export const retireMaster = (config: Config, id: string): Promise<number> =>
  withKeysLock(config, async () => {
    const custody = await custodyOf(config)
    if (custody.masterKeys.current().id === id) return usage(`${id} 是当前主密钥 (is the current master key)`)
    const uses = await withDatabase(config, (db) => usesOf(db, custody, id))
    if (uses.size > 0) {
      print(`✗ ${id} 之下还有 (still under it):`, ...[...uses].map(([where, count]) => `    ${where}: ${count}`))
      print('  先运行 xinyin keys rotate-master (rotate first)')
      return EXIT.invalid
    }
    if (config.masterKey?.kind !== 'key-file') {
      print(`✓ 没有东西在 ${id} 之下，可以从设置里删去 (nothing is under it; take it out of the settings)`)
      return EXIT.valid
    }
    removeMasterKey(config.masterKey.path, id, systemRandom)
    print(
      `✓ ${id} 已从文件里删去 (is out of the file)；旧的数据库备份仍要用它 (older backups of the database still need it)`,
    )
    return EXIT.valid
  })
