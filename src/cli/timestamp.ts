/**
 * `xinyin timestamp status | confirm-clock`: whether time stamping is stopped because the clock jumped, and an operator's word that the
 * clock is right again. Restarting the service does not confirm it. Exit 0 it runs, 1 it is stopped (or was not, for confirm-clock), 3.
 */
import { makeAuditStore } from '../../adapters/postgres/audit-store.ts'
import { makeUnitOfWork, sqlState } from '../../adapters/postgres/db.ts'
import type { Db } from '../../adapters/postgres/db.ts'
import { makeTimeStampStore } from '../../adapters/postgres/timestamp-store.ts'
import { makeAuditTrail } from '../audit/index.ts'
import { readConfig } from '../config.ts'
import { nodeCrypto } from '../crypto/node.ts'
import { isTrustError } from '../errors.ts'
import { makeIds, systemClock, systemRandom } from '../kernel/index.ts'
import { confirmClock } from '../pki/node.ts'
import type { ClockHalt } from '../pki/node.ts'
import { EXIT, UsageError, usage } from './exit.ts'
import { openDatabase } from './open-database.ts'
import { print } from './print.ts'

export const TIMESTAMP_HELP = `xinyin timestamp status | confirm-clock

  status         时间戳服务是否因时钟跳变而停止，最近一次时间戳的时间。
                 Whether time stamping is stopped because the clock jumped; the time of the last stamp.
  confirm-clock  运维人员核对过系统时钟之后，恢复时间戳服务；写入审计。重启服务不算确认。
                 After an operator has checked the clock: time stamping goes on. Audited. A restart does not confirm.

  数据库由 DATABASE_URL 或 XINYIN_DATA 指定（内嵌数据库要先停止服务）。
  The database is that of DATABASE_URL, or the embedded one in XINYIN_DATA (stop the service first).

  退出码 exit: 0 正常 running, confirmed · 1 已停止，或没有要确认的 stopped, or nothing to confirm · 3 用法不对或读不出来`

const ACTIONS = ['status', 'confirm-clock'] as const
type Action = (typeof ACTIONS)[number]

const words = ({ at, reason, driftMs }: ClockHalt): string =>
  `${at.toISOString()} ${reason}，偏差 ${driftMs} 毫秒 (off by ${driftMs} ms)`

const status = async (db: Db): Promise<number> => {
  const store = makeTimeStampStore(db)
  const [halt, last, count] = [await store.openHalt(), await store.lastGenTime(), await store.countIssued()]
  print(
    halt === undefined ? '正常 (running)' : `已停止 (stopped) ${words(halt)}`,
    `  现在 (now) ${systemClock.now().toISOString()}`,
    ...(last === undefined ? [] : [`  最近的时间戳 (last stamp) ${last.toISOString()}`]),
    `  共签发 (issued) ${count}`,
  )
  return halt === undefined ? EXIT.valid : EXIT.invalid
}

const confirm = async (db: Db): Promise<number> => {
  const ids = makeIds(systemClock, systemRandom)
  const audit = makeAuditTrail({ store: makeAuditStore(db), clock: systemClock, ids, digests: nodeCrypto })
  const parts = { work: makeUnitOfWork(db), store: makeTimeStampStore(db), audit, clock: systemClock }
  try {
    const halt = await confirmClock(parts, { kind: 'system', id: 'operator' })
    print(`已确认 (confirmed) ${words(halt)}`)
    return EXIT.valid
  } catch (error) {
    if (!isTrustError(error, 'NOT_FOUND')) throw error
    print('时间戳服务没有停止 (time stamping is not stopped)')
    return EXIT.invalid
  }
}

const RUN: Readonly<Record<Action, (db: Db) => Promise<number>>> = { status, 'confirm-clock': confirm }

/** Codes only: a driver's message may hold the address with its password. */
const unreadable = (error: unknown): never => {
  if (error instanceof UsageError || isTrustError(error)) throw error
  const code = sqlState(error) ?? (error as NodeJS.ErrnoException).code ?? (error as Error).name
  throw new UsageError(`读不出时间戳记录 (the journal of time stamps cannot be read): ${code}`)
}

export const run = async (args: readonly string[]): Promise<number> => {
  if (args.includes('--help') || args.includes('-h')) {
    print(...TIMESTAMP_HELP.split('\n'))
    return EXIT.valid
  }
  const action = ACTIONS.find((a) => a === args[0])
  if (action === undefined || args.length > 1) return usage(TIMESTAMP_HELP)
  const { db, close } = await openDatabase(readConfig(process.env)).catch(unreadable)
  try {
    return await RUN[action](db).catch(unreadable)
  } finally {
    await close()
  }
}
