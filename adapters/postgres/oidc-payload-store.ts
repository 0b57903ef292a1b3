/** The library's models: one row each, found by the hash of their id. What has ended is not found, written or used again. */
import type { PayloadRow, PayloadStore, StoredPayload } from '../../src/oidc/ports.ts'
import { queryable, type Db, type Param } from './db.ts'

interface Row extends Record<string, unknown> {
  payload: Record<string, unknown>
  consumed_at: Date | null
}

const COLUMNS = 'model, id_hash, payload, grant_id, user_code, uid, account_id, session_uid, client_id, expires_at'
const VALUES = '$1, $2, $3::jsonb, $4, $5, $6, $7::uuid, $8, $9, $10'

const params = (row: PayloadRow): Param[] => [
  row.model,
  row.idHash,
  JSON.stringify(row.payload),
  row.grantId ?? null,
  row.userCode ?? null,
  row.uid ?? null,
  row.accountId ?? null,
  row.sessionUid ?? null,
  row.clientId ?? null,
  row.expiresAt,
]

const PUT = `INSERT INTO oidc_payload (${COLUMNS}) VALUES (${VALUES})
  ON CONFLICT (model, id_hash) DO UPDATE SET payload = EXCLUDED.payload, grant_id = EXCLUDED.grant_id,
    user_code = EXCLUDED.user_code, uid = EXCLUDED.uid, account_id = EXCLUDED.account_id,
    session_uid = EXCLUDED.session_uid, client_id = EXCLUDED.client_id, expires_at = EXCLUDED.expires_at
  WHERE oidc_payload.ended_at IS NULL
  RETURNING model`

const INSERT_ONCE = `INSERT INTO oidc_payload (${COLUMNS}) VALUES (${VALUES}) ON CONFLICT DO NOTHING RETURNING model`

const findBy = (column: 'id_hash' | 'user_code'): string => `SELECT p.payload, p.consumed_at FROM oidc_payload p
  WHERE p.model = $1 AND p.${column} = $2 AND p.ended_at IS NULL AND p.expires_at > $3
    AND (p.session_uid IS NULL OR EXISTS (
      SELECT 1 FROM oidc_session s WHERE s.uid = p.session_uid AND s.ended_at IS NULL AND s.expires_at > $3))`

const CONSUME = `UPDATE oidc_payload SET consumed_at = $3
  WHERE model = $1 AND id_hash = $2 AND consumed_at IS NULL AND ended_at IS NULL RETURNING model`

const END_TOKENS = `UPDATE oidc_payload SET ended_at = $3
  WHERE session_uid = $1 AND client_id = $2 AND ended_at IS NULL`

const END_GRANTS = `UPDATE oidc_payload SET ended_at = $3
  WHERE ended_at IS NULL AND grant_id IN (
    SELECT grant_id FROM session_participant WHERE session_uid = $1 AND client_id = $2)`

const REMOVE = `DELETE FROM oidc_payload WHERE (model, id_hash) IN (
  SELECT model, id_hash FROM oidc_payload WHERE expires_at < $1 ORDER BY expires_at LIMIT $2 FOR UPDATE SKIP LOCKED)
  RETURNING model`

const asStored = (row: Row | undefined): StoredPayload | undefined =>
  row && { payload: row.payload, ...(row.consumed_at === null ? {} : { consumedAt: row.consumed_at }) }

export const makePayloadStore = (db: Db): PayloadStore => ({
  put: async (row, tx) => (await queryable(db, tx).query(PUT, params(row))).length === 1,
  insertOnce: async (row) => (await db.query(INSERT_ONCE, params(row))).length === 1,
  find: async (model, by, at) => {
    const [text, value] = 'idHash' in by ? [findBy('id_hash'), by.idHash] : [findBy('user_code'), by.userCode]
    return asStored((await db.query<Row>(text, [model, value, at]))[0])
  },
  consume: async (model, idHash, at) => (await db.query(CONSUME, [model, idHash, at])).length === 1,
  end: async (model, idHash, at) => {
    await db.query('UPDATE oidc_payload SET ended_at = $3 WHERE model = $1 AND id_hash = $2 AND ended_at IS NULL', [
      model,
      idHash,
      at,
    ])
  },
  endByGrant: async (model, grantId, at) => {
    await db.query('UPDATE oidc_payload SET ended_at = $3 WHERE model = $1 AND grant_id = $2 AND ended_at IS NULL', [
      model,
      grantId,
      at,
    ])
  },
  endTokens: async (tx, { sessionUid, clientId, grants, at }) => {
    const q = queryable(db, tx)
    await q.query(END_TOKENS, [sessionUid, clientId, at])
    if (grants === true) await q.query(END_GRANTS, [sessionUid, clientId, at])
  },
  removeExpired: async (before, limit) => (await db.query(REMOVE, [before, limit])).length,
})
