/** Seal applications in SQL, and the serial numbers of seal codes. */
import type { Agent } from '../../src/identity/index.ts'
import type { SealApplications } from '../../src/seal/ports.ts'
import type { SealApplication, SealKind } from '../../src/seal/index.ts'
import type { Db, Row } from './db.ts'
import { queryable } from './db.ts'

export const agentId = (agent: Agent): string => (agent.kind === 'person' ? agent.personId : agent.clientId)
export const toAgent = (kind: string, id: string): Agent =>
  kind === 'person' ? { kind: 'person', personId: id } : { kind: 'client', clientId: id }

interface ApplicationRow extends Row {
  readonly id: string
  readonly entity_id: string
  readonly name: string
  readonly kind: SealKind
  readonly line: string | null
  readonly diameter_mm: number
  readonly division: string
  readonly reason: string
  readonly applied_by_kind: string
  readonly applied_by: string
  readonly applied_at: Date
  readonly status: SealApplication['status']
  readonly approved_by: string | null
  readonly approved_at: Date | null
  readonly code: string | null
}

const COLUMNS = `id, entity_id, name, kind, line, diameter_mm, division, reason, applied_by_kind, applied_by, applied_at,
  status, approved_by, approved_at, code`

const approvalOf = ({ approved_by, approved_at, code }: ApplicationRow): Pick<SealApplication, 'approval'> =>
  approved_by === null || approved_at === null || code === null
    ? {}
    : { approval: { by: { kind: 'person', personId: approved_by }, at: approved_at, code } }

const toApplication = (row: ApplicationRow): SealApplication => ({
  id: row.id,
  entityId: row.entity_id,
  name: row.name,
  kind: row.kind,
  ...(row.line === null ? {} : { line: row.line }),
  diameterMm: row.diameter_mm,
  division: row.division,
  reason: row.reason,
  appliedBy: toAgent(row.applied_by_kind, row.applied_by),
  appliedAt: row.applied_at,
  status: row.status,
  ...approvalOf(row),
})

export const makeSealApplications = (db: Db): SealApplications => ({
  insert: async (tx, a) => {
    await queryable(db, tx).query(
      `INSERT INTO seal_application
         (id, entity_id, name, kind, line, diameter_mm, division, reason, applied_by_kind, applied_by, applied_at, status)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
      [
        ...[a.id, a.entityId, a.name, a.kind, a.line ?? null, a.diameterMm, a.division, a.reason],
        ...[a.appliedBy.kind, agentId(a.appliedBy), a.appliedAt, a.status],
      ],
    )
  },
  find: async (id, tx) => {
    const [row] = await queryable(db, tx).query<ApplicationRow>(
      `SELECT ${COLUMNS} FROM seal_application WHERE id = $1`,
      [id],
    )
    return row && toApplication(row)
  },
  ofEntity: async (entityId, tx) =>
    (
      await queryable(db, tx).query<ApplicationRow>(
        `SELECT ${COLUMNS} FROM seal_application WHERE entity_id = $1 ORDER BY applied_at DESC, id DESC`,
        [entityId],
      )
    ).map(toApplication),
  nextSerial: async (tx, division) => {
    const [row] = await queryable(db, tx).query<{ last: number }>(
      `INSERT INTO seal_serial AS s (division, last) VALUES ($1, 1)
       ON CONFLICT (division) DO UPDATE SET last = s.last + 1 RETURNING last`,
      [division],
    )
    return (row as { last: number }).last
  },
  approve: async (tx, id, { by, at, code }) =>
    (
      await queryable(db, tx).query(
        `UPDATE seal_application SET status = 'approved', approved_by = $2, approved_at = $3, code = $4
         WHERE id = $1 AND status = 'applied' RETURNING id`,
        [id, agentId(by), at, code],
      )
    ).length === 1,
  markMade: async (tx, id) =>
    (
      await queryable(db, tx).query(
        `UPDATE seal_application SET status = 'made' WHERE id = $1 AND status = 'approved' RETURNING id`,
        [id],
      )
    ).length === 1,
})
