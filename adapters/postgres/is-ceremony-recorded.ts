import type { Db } from './db.ts'

/** Whether the audit has the transcript of this digest. Asked under `Db.alone`, so that it is entered once. */
export const isCeremonyRecorded = async (db: Db, digest: string): Promise<boolean> => {
  const rows = await db.query(
    `SELECT 1 AS one FROM audit_event WHERE object_kind = 'ceremony' AND object_id = $1 AND action = 'ceremony.recorded' LIMIT 1`,
    [digest],
  )
  return rows.length > 0
}
