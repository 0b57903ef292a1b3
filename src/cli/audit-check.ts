/**
 * `xinyin audit check`: recomputes the audit chain of DATABASE_URL, or of the embedded database in XINYIN_DATA. Exit 0 intact,
 * 1 broken, 3 cannot be read. Changes nothing; refuses the embedded folder while the service holds it, as two processes would destroy it.
 */
import { makeAuditStore } from '../../adapters/postgres/audit-store.ts'
import { sqlState } from '../../adapters/postgres/db.ts'
import type { AuditCheck } from '../audit/index.ts'
import { checkAudit } from '../audit/index.ts'
import { readConfig } from '../config.ts'
import { nodeCrypto } from '../crypto/node.ts'
import { isTrustError } from '../errors.ts'
import { EXIT, UsageError, usage } from './exit.ts'
import { openDatabase } from './open-database.ts'
import { print } from './print.ts'

export const AUDIT_HELP = `xinyin audit check

  检查审计链：逐行重算摘要和链接，找出被改动、缺失或插入的记录。数据库由 DATABASE_URL 或 XINYIN_DATA 指定。
  Recomputes the audit chain of DATABASE_URL, or of the embedded database in XINYIN_DATA (stop the service first).

  退出码 exit: 0 完整 intact · 1 不完整 broken · 3 读不出来 cannot be read`

/** Codes only: a driver's message may hold the address with its password. */
const unreadable = (error: unknown): never => {
  if (error instanceof UsageError || isTrustError(error)) throw error
  const code = sqlState(error) ?? (error as NodeJS.ErrnoException).code ?? (error as Error).name
  throw new UsageError(`读不出审计记录 (the audit cannot be read): ${code}`)
}

const WHAT = {
  gap: '缺少记录 (a row is missing)',
  link: '链接对不上 (the link does not follow)',
  content: '内容被改动 (the content was changed)',
} as const

const lines = ({ intact, rows, unsequenced, brokenAt }: AuditCheck): string[] => [
  intact ? '✓ 审计链完整 (the audit chain is intact)' : '✗ 审计链不完整 (the audit chain is broken)',
  `  已检查 ${rows} 行 (rows that follow)`,
  ...(brokenAt === undefined ? [] : [`  第 ${brokenAt.seq} 行：${WHAT[brokenAt.what]}`]),
  `  等待入链 ${unsequenced} 行 (rows waiting to be chained)`,
]

export const run = async (args: readonly string[]): Promise<number> => {
  if (args[0] === '--help' || args[0] === '-h') {
    print(...AUDIT_HELP.split('\n'))
    return EXIT.valid
  }
  if (args.length !== 1 || args[0] !== 'check') usage(AUDIT_HELP)
  const opened = await openDatabase(readConfig(process.env)).catch(unreadable)
  try {
    const result = await checkAudit(makeAuditStore(opened.db), nodeCrypto).catch(unreadable)
    print(...lines(result))
    return result.intact ? EXIT.valid : EXIT.invalid
  } finally {
    await opened.close()
  }
}
