/** The library's models: one row each, found by the hash of their id. What has ended is not found, written or used again. */
import type { PayloadStore, StoredPayload } from '../../src/oidc/ports.ts'
import { queryable, type Db } from './db.ts'
import { PAYLOAD_COLUMNS, PAYLOAD_CONFLICT, PAYLOAD_VALUES, makePutBound, payloadParams } from './oidc-save.ts'

interface Row extends Record<string, unknown> {
  payload: Record<string, unknown>
  consumed_at: Date | null
  grant?: Record<string, unknown> | null
}

const PUT = `INSERT INTO oidc_payload (${PAYLOAD_COLUMNS}) VALUES (${PAYLOAD_VALUES}) ${PAYLOAD_CONFLICT}`

const INSERT_ONCE = `INSERT INTO oidc_payload (${PAYLOAD_COLUMNS}) VALUES (${PAYLOAD_VALUES})
  ON CONFLICT DO NOTHING RETURNING model`

const LIVE_SESSION = `(p.session_uid IS NULL OR EXISTS (
      SELECT 1 FROM oidc_session s WHERE s.uid = p.session_uid AND s.ended_at IS NULL AND s.expires_at > $3))`

const findBy = (column: 'id_hash' | 'user_code'): string => `SELECT p.payload, p.consumed_at FROM oidc_payload p
  WHERE p.model = $1 AND p.${column} = $2 AND p.ended_at IS NULL AND p.expires_at > $3 AND ${LIVE_SESSION}`

const FIND_BY_ID = findBy('id_hash')
const FIND_BY_USER_CODE = findBy('user_code')

/** The library asks for the grant right after: it comes along. Its id is hashed as src/oidc/hash-id.ts does. */
const FIND_WITH_GRANT = `SELECT p.payload, p.consumed_at, g.payload AS grant FROM oidc_payload p
  LEFT JOIN oidc_payload g ON g.model = 'Grant' AND g.ended_at IS NULL AND g.expires_at > $3
    AND g.id_hash = rtrim(translate(encode(sha256(convert_to(p.grant_id, 'UTF8')), 'base64'), '+/', '-_'), '=')
  WHERE p.model = $1 AND p.id_hash = $2 AND p.ended_at IS NULL AND p.expires_at > $3 AND ${LIVE_SESSION}`

const HAVE_GRANTS: ReadonlySet<string> = new Set(['AuthorizationCode', 'AccessToken', 'RefreshToken'])

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
  row && {
    payload: row.payload,
    ...(row.consumed_at === null ? {} : { consumedAt: row.consumed_at }),
    ...(row.grant === null || row.grant === undefined ? {} : { grant: row.grant }),
  }

export const makePayloadStore = (db: Db): PayloadStore => ({
  put: async (row, tx) => (await queryable(db, tx).query(PUT, payloadParams(row))).length === 1,
  putBound: makePutBound(db),
  insertOnce: async (row) => (await db.query(INSERT_ONCE, payloadParams(row))).length === 1,
  find: async (model, by, at) => {
    const byId = HAVE_GRANTS.has(model) ? FIND_WITH_GRANT : FIND_BY_ID
    const [text, value] = 'idHash' in by ? [byId, by.idHash] : [FIND_BY_USER_CODE, by.userCode]
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
