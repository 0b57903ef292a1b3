/**
 * What each sign-in writes, as one statement each: it is its own transaction, and what it must find alive it locks until it is done.
 * A sign-out that runs at the same moment either comes first, and nothing is written, or waits, and ends what was written.
 */
import type { OpenSession, PayloadRow, PayloadStore, SessionStore } from '../../src/oidc/ports.ts'
import { queryable, type Db, type Param } from './db.ts'

export const PAYLOAD_COLUMNS =
  'model, id_hash, payload, grant_id, user_code, uid, account_id, session_uid, client_id, expires_at'
export const PAYLOAD_VALUES =
  '$1::text, $2::text, $3::jsonb, $4::text, $5::text, $6::text, $7::uuid, $8::text, $9::text, $10::timestamptz'
export const payloadParams = (row: PayloadRow): Param[] => [
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
export const PAYLOAD_CONFLICT = `ON CONFLICT (model, id_hash) DO UPDATE SET payload = EXCLUDED.payload,
    grant_id = EXCLUDED.grant_id, user_code = EXCLUDED.user_code, uid = EXCLUDED.uid, account_id = EXCLUDED.account_id,
    session_uid = EXCLUDED.session_uid, client_id = EXCLUDED.client_id, expires_at = EXCLUDED.expires_at
  WHERE oidc_payload.ended_at IS NULL
  RETURNING model`

export const SESSION_CONFLICT = `ON CONFLICT (uid) DO UPDATE SET account_id = EXCLUDED.account_id, acr = EXCLUDED.acr,
    auth_time = EXCLUDED.auth_time, seen_at = EXCLUDED.seen_at, expires_at = EXCLUDED.expires_at
  WHERE oidc_session.ended_at IS NULL
    AND (oidc_session.account_id IS NULL OR oidc_session.account_id = EXCLUDED.account_id)
  RETURNING uid`

/** A cookie's id that was given up extends no session. */
const SAVE_SESSION = `WITH s AS (
    INSERT INTO oidc_session (uid, account_id, acr, auth_time, created_at, seen_at, expires_at)
    SELECT $6::text, $7::uuid, $11::text, $12::timestamptz, $13::timestamptz, $13::timestamptz, $10::timestamptz
    WHERE NOT EXISTS (SELECT 1 FROM oidc_payload WHERE model = $1 AND id_hash = $2 AND ended_at IS NOT NULL)
    ${SESSION_CONFLICT})
  INSERT INTO oidc_payload (${PAYLOAD_COLUMNS}) SELECT ${PAYLOAD_VALUES} FROM s ${PAYLOAD_CONFLICT}`

const JOIN = `WITH s AS (
    INSERT INTO oidc_session (uid, account_id, acr, auth_time, created_at, seen_at, expires_at)
    VALUES ($8::text, $7::uuid, $11::text, $12::timestamptz, $13::timestamptz, $13::timestamptz, $14::timestamptz)
    ${SESSION_CONFLICT}),
  joined AS (
    INSERT INTO session_participant (session_uid, client_id, sid, sub, account_id, grant_id, created_at)
    SELECT $8::text, $9::text, $15::text, $16::text, $7::uuid, $4::text, $13::timestamptz FROM s
    ON CONFLICT DO NOTHING RETURNING sid)
  INSERT INTO oidc_payload (${PAYLOAD_COLUMNS}) SELECT ${PAYLOAD_VALUES} FROM s
  ${PAYLOAD_CONFLICT}, EXISTS (SELECT 1 FROM joined) AS is_new`

const HEARD_OF = `UPDATE session_participant SET seen_at = $12::timestamptz
  WHERE session_uid = $8 AND client_id = $9 AND ended_at IS NULL`

const putBound = (heardOf: boolean): string => `WITH held AS (
    SELECT s.uid FROM oidc_session s, oidc_payload g
    WHERE s.uid = $8 AND s.ended_at IS NULL AND s.expires_at > $12::timestamptz
      AND g.model = 'Grant' AND g.id_hash = $11 AND g.ended_at IS NULL AND g.expires_at > $12
    FOR SHARE OF s, g)${heardOf ? `, heard AS (${HEARD_OF})` : ''}
  INSERT INTO oidc_payload (${PAYLOAD_COLUMNS}) SELECT ${PAYLOAD_VALUES} FROM held ${PAYLOAD_CONFLICT}`
const PUT_BOUND = { true: putBound(true), false: putBound(false) }

const joinAgain = (heardOf: boolean): string => `WITH held AS (
    SELECT uid FROM oidc_session WHERE uid = $8 AND account_id = $7::uuid AND ended_at IS NULL
      AND expires_at > $12::timestamptz FOR SHARE),
  joined AS (${
    heardOf
      ? `${HEARD_OF} AND sid = $11 RETURNING sid`
      : 'SELECT sid FROM session_participant WHERE session_uid = $8 AND client_id = $9 AND sid = $11 AND ended_at IS NULL FOR SHARE'
  })
  INSERT INTO oidc_payload (${PAYLOAD_COLUMNS}) SELECT ${PAYLOAD_VALUES} FROM held, joined ${PAYLOAD_CONFLICT}`
const JOIN_AGAIN = { true: joinAgain(true), false: joinAgain(false) }

const done = (rows: readonly unknown[]): boolean => rows.length === 1

export const makePutBound =
  (db: Db): PayloadStore['putBound'] =>
  async (row, { grantHash, at, heardOf }) =>
    done(await db.query(PUT_BOUND[heardOf ? 'true' : 'false'], [...payloadParams(row), grantHash, at]))

export const makeSave =
  (db: Db): SessionStore['save'] =>
  async (session: OpenSession, row) =>
    done(
      await db.query(SAVE_SESSION, [
        ...payloadParams({ ...row, uid: session.uid }),
        session.acr ?? null,
        session.authTime ?? null,
        session.at,
      ]),
    )

export const makeJoinAgain =
  (db: Db): SessionStore['joinAgain'] =>
  async (code, { sid, at, heardOf }) =>
    done(await db.query(JOIN_AGAIN[heardOf ? 'true' : 'false'], [...payloadParams(code), sid, at]))

export const makeJoin =
  (db: Db): SessionStore['join'] =>
  async (tx, session, { code, sid, sub }) => {
    const { acr, authTime, at, expiresAt } = session
    const values = [...payloadParams(code), acr ?? null, authTime ?? null, at, expiresAt, sid, sub]
    const [row] = await queryable(db, tx).query<{ model: string; is_new: boolean }>(JOIN, values)
    return { saved: row !== undefined, isNew: row?.is_new === true }
  }
