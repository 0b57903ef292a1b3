/** Who is still to be told that a session ended. Rows are leased, so that those of a killed worker come back. */
import type { Delivery, DeliveryState, LogoutStore, ReceiptRow } from '../../src/oidc/ports.ts'
import { queryable, type Db } from './db.ts'

interface ClaimedRow extends Record<string, unknown> {
  id: string
  ending_id: string
  session_uid: string
  sid: string
  client_id: string
  sub: string
  uri: string
  host: string
  attempts: number
  give_up_at: Date
  created_at: Date
}
interface PortalRow extends Record<string, unknown> {
  client_id: string
  metadata: Record<string, unknown> | null
  state: DeliveryState
  attempts: number
  confirmed_at: Date | null
}

const INSERT_DELIVERY = `INSERT INTO logout_delivery
    (id, ending_id, session_uid, sid, client_id, sub, uri, host, state, next_at, give_up_at, created_at)
  SELECT $1::uuid, $2::uuid, $3, $4, $5, $6, c.uri, split_part(c.uri, '/', 3),
    CASE WHEN c.uri IS NULL THEN 'unreachable' ELSE 'pending' END, $7, $8, $7
  FROM (SELECT (SELECT backchannel_logout_uri FROM oidc_client WHERE client_id = $5) AS uri) c
  RETURNING state`

const DUE = `((state = 'pending' AND next_at <= $1) OR (state = 'delivering' AND lease_until <= $1))`

/** The conditions stand twice: the inner ones choose fairly between hosts, the outer ones are checked again under the lock. */
const CLAIM = `UPDATE logout_delivery SET state = 'delivering', lease_until = $2, attempts = attempts + 1
  WHERE id IN (
    SELECT id FROM logout_delivery WHERE ${DUE} AND id IN (
      SELECT id FROM (
        SELECT id, next_at, row_number() OVER (PARTITION BY host ORDER BY next_at, id) AS place
        FROM logout_delivery WHERE ${DUE} AND host <> ALL($5)) fair
      WHERE place <= $4 ORDER BY next_at LIMIT $3)
    FOR UPDATE SKIP LOCKED)
  RETURNING id, ending_id, session_uid, sid, client_id, sub, uri, host, attempts, give_up_at, created_at`

const SETTLE = `UPDATE logout_delivery SET state = $3, lease_until = NULL, next_at = COALESCE($4, next_at),
    last_error = $5, confirmed_at = $6
  WHERE id = $1 AND attempts = $2 AND state = 'delivering' RETURNING id`

const GIVE_UP = `UPDATE logout_delivery SET state = 'dead', last_error = COALESCE(last_error, 'GAVE_UP')
  WHERE state = 'pending' AND give_up_at <= $1 RETURNING id, client_id`

const PORTALS = `SELECT d.client_id, c.metadata, d.state, d.attempts, d.confirmed_at
  FROM logout_delivery d LEFT JOIN oidc_client c ON c.client_id = d.client_id
  WHERE d.ending_id = $1 ORDER BY d.client_id, d.id`

const REMOVE = `DELETE FROM session_ending WHERE id IN (
  SELECT id FROM session_ending WHERE ended_at < $1 ORDER BY ended_at LIMIT $2 FOR UPDATE SKIP LOCKED) RETURNING id`

const asDelivery = (r: ClaimedRow): Delivery => ({
  id: r.id,
  endingId: r.ending_id,
  sessionUid: r.session_uid,
  sid: r.sid,
  clientId: r.client_id,
  sub: r.sub,
  uri: r.uri,
  host: r.host,
  attempts: r.attempts,
  giveUpAt: r.give_up_at,
  createdAt: r.created_at,
})

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

const asPortal = (r: PortalRow): ReceiptRow => {
  const name = text(r.metadata?.['client_name'])
  const uri = text(r.metadata?.['client_uri'])
  return {
    clientId: r.client_id,
    ...(name === undefined ? {} : { name }),
    ...(uri === undefined ? {} : { uri }),
    state: r.state,
    attempts: r.attempts,
    ...(r.confirmed_at === null ? {} : { confirmedAt: r.confirmed_at }),
  }
}

const readReceipt =
  (db: Db): LogoutStore['receipt'] =>
  async (receiptHash) => {
    const [ending] = await db.query<{ id: string; reason: string; sessions: number; ended_at: Date }>(
      'SELECT id, reason, sessions, ended_at FROM session_ending WHERE receipt_hash = $1',
      [receiptHash],
    )
    if (ending === undefined) return undefined
    const portals = (await db.query<PortalRow>(PORTALS, [ending.id])).map(asPortal)
    return { reason: ending.reason, sessions: ending.sessions, endedAt: ending.ended_at, portals }
  }

export const makeLogoutStore = (db: Db): LogoutStore => ({
  receipt: readReceipt(db),
  removeEndings: async (before, limit) => (await db.query(REMOVE, [before, limit])).length,
  insertEnding: async (tx, { id, receiptHash, reason, sessions, at }) => {
    await queryable(db, tx).query(
      'INSERT INTO session_ending (id, receipt_hash, reason, sessions, ended_at) VALUES ($1, $2, $3, $4, $5)',
      [id, receiptHash, reason, sessions, at],
    )
  },
  insertDelivery: async (tx, { id, endingId, participant: p, at, giveUpAt }) => {
    const values = [id, endingId, p.sessionUid, p.sid, p.clientId, p.sub, at, giveUpAt]
    const [row] = await queryable(db, tx).query<{ state: DeliveryState }>(INSERT_DELIVERY, values)
    return row?.state ?? 'unreachable'
  },
  claim: async ({ at, leaseUntil, limit, perHost, notHosts }) =>
    (await db.query<ClaimedRow>(CLAIM, [at, leaseUntil, limit, perHost, notHosts])).map(asDelivery),
  settle: async (tx, { id, attempts }, outcome, at) => {
    const values = [
      id,
      attempts,
      outcome.state,
      outcome.state === 'pending' ? outcome.nextAt : null,
      outcome.state === 'confirmed' ? null : outcome.lastError,
      outcome.state === 'confirmed' ? at : null,
    ]
    return (await queryable(db, tx).query(SETTLE, values)).length === 1
  },
  giveUp: async (tx, at) =>
    (await queryable(db, tx).query<{ id: string; client_id: string }>(GIVE_UP, [at])).map((r) => ({
      id: r.id,
      clientId: r.client_id,
    })),
})
