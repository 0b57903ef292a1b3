/** What must hold in the database whatever died: looked at with no service running. */
import { makeAuditStore } from '../../../adapters/postgres/audit-store.ts'
import type { Db } from '../../../adapters/postgres/db.ts'
import { checkAudit } from '../../../src/audit/index.ts'
import { nodeCrypto } from '../../../src/crypto/node.ts'

export interface Findings {
  readonly auditIntact: boolean
  readonly auditRows: number
  readonly licences: ReadonlyMap<string, { readonly licenceId: string; readonly status: string }>
  readonly appliedSeals: number
  /** Signings written down without result and not reported; likewise for certificates, and licences without a file. */
  readonly open: { readonly seals: number; readonly certificates: number; readonly drafts: number }
  readonly reported: number
  readonly deliveries: Readonly<Record<string, number>>
  readonly mostAttempts: number
  readonly duplicates: readonly string[]
}

const count = async (db: Db, sql: string): Promise<number> => (await db.query<{ n: number }>(sql))[0]?.n ?? 0

const UNIQUE: Readonly<Record<string, string>> = {
  licence: 'SELECT licence_id AS key FROM licence GROUP BY licence_id HAVING count(*) > 1',
  case: 'SELECT case_number AS key FROM licence GROUP BY issuer_id, case_number HAVING count(*) > 1',
  seal: 'SELECT code AS key FROM seal GROUP BY code HAVING count(*) > 1',
  certificate: `SELECT serial AS key FROM (SELECT issuer_id, serial FROM certificate UNION ALL
    SELECT issuer_id, serial FROM certificate_intent WHERE state <> 'issued') s GROUP BY issuer_id, serial HAVING count(*) > 1`,
  crl: 'SELECT issuer_id AS key FROM crl GROUP BY issuer_id, number HAVING count(*) > 1',
}

export const examine = async (db: Db): Promise<Findings> => {
  const { intact, rows } = await checkAudit(makeAuditStore(db), nodeCrypto)
  const licences = await db.query<{ id: string; licence_id: string; status: string }>(
    'SELECT id, licence_id, status FROM licence',
  )
  const deliveries = await db.query<{ state: string; n: number }>(
    'SELECT state, count(*) AS n FROM logout_delivery GROUP BY state',
  )
  const duplicates: string[] = []
  for (const [what, sql] of Object.entries(UNIQUE))
    for (const { key } of await db.query<{ key: string }>(sql)) duplicates.push(`${what} ${key}`)
  return {
    auditIntact: intact,
    auditRows: rows,
    licences: new Map(licences.map((l) => [l.id, { licenceId: l.licence_id, status: l.status }])),
    appliedSeals: await count(
      db,
      "SELECT count(*) AS n FROM seal_intent WHERE kind = 'apply' AND completed_at IS NOT NULL",
    ),
    open: {
      seals: await count(
        db,
        'SELECT count(*) AS n FROM seal_intent WHERE completed_at IS NULL AND reported_at IS NULL',
      ),
      certificates: await count(db, "SELECT count(*) AS n FROM certificate_intent WHERE state = 'open'"),
      drafts: licences.filter((l) => l.status === 'draft').length,
    },
    reported: await count(db, 'SELECT count(*) AS n FROM seal_intent WHERE reported_at IS NOT NULL'),
    deliveries: Object.fromEntries(deliveries.map((d) => [d.state, d.n])),
    mostAttempts: await count(db, 'SELECT coalesce(max(attempts), 0) AS n FROM logout_delivery'),
    duplicates,
  }
}
