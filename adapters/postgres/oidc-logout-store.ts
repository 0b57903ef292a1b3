/** Who is still to be told that a session ended. Rows are leased, so that those of a killed worker come back. */
import type { Delivery, DeliveryState, LogoutMode, LogoutStore, Receipt, ReceiptRow } from '../../src/oidc/ports.ts'
import { queryable, type Db } from './db.ts'
import { makeLogoutFeed } from './oidc-logout-feed.ts'

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
  way: LogoutMode
  lapses_at: Date | null
  confirmed_at: Date | null
}
interface EndingRow extends Record<string, unknown> {
  id: string
  reason: string
  sessions: number
  ended_at: Date
}

/** All in one statement: a person with two hundred portals does not wait for two hundred round trips. */
const INSERT_DELIVERIES = `INSERT INTO logout_delivery (id, ending_id, session_uid, sid, client_id, sub, uri, host, way, state,
    next_at, give_up_at, lapses_at, created_at)
  SELECT d.id, $2::uuid, d.session_uid, d.sid, d.client_id, d.sub, c.backchannel_logout_uri,
    split_part(c.backchannel_logout_uri, '/', 3), COALESCE(c.logout_mode, 'lease'),
    CASE WHEN COALESCE(c.logout_mode, 'lease') = 'lease' THEN 'unreachable' ELSE 'pending' END, $3, $4,
    CASE COALESCE(c.logout_mode, 'lease') WHEN 'lease'
      THEN LEAST($4, COALESCE(d.seen_at + make_interval(secs => c.lease_seconds), $4)) END, $3
  FROM jsonb_to_recordset($1::jsonb) AS d (id uuid, session_uid text, sid text, client_id text, sub text, seen_at timestamptz)
  LEFT JOIN oidc_client c ON c.client_id = d.client_id
  RETURNING way`

const DUE = `way = 'callback' AND ((state = 'pending' AND next_at <= $1) OR (state = 'delivering' AND lease_until <= $1))`

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

const PORTALS = `SELECT d.client_id, c.metadata, d.state, d.attempts, d.way, d.lapses_at, d.confirmed_at
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
    way: r.way,
    ...(r.lapses_at === null ? {} : { lapsesAt: r.lapses_at }),
    ...(r.confirmed_at === null ? {} : { confirmedAt: r.confirmed_at }),
  }
}

const asEnding = (r: EndingRow): Omit<Receipt, 'portals'> => ({
  endingId: r.id,
  reason: r.reason,
  sessions: r.sessions,
  endedAt: r.ended_at,
})

const readReceipt =
  (db: Db): LogoutStore['receipt'] =>
  async (by) => {
    const [where, values] =
      'receiptHash' in by
        ? ['receipt_hash = $1', [by.receiptHash]]
        : ['id = $1::uuid AND account_id = $2::uuid', [by.endingId, by.accountId]]
    const text = `SELECT id, reason, sessions, ended_at FROM session_ending WHERE ${where}`
    const [ending] = await db.query<EndingRow>(text, values)
    return ending && { ...asEnding(ending), portals: (await db.query<PortalRow>(PORTALS, [ending.id])).map(asPortal) }
  }

const insertDeliveries =
  (db: Db): LogoutStore['insertDeliveries'] =>
  async (tx, { endingId, to, at, giveUpAt }) => {
    if (to.length === 0) return { callbacks: 0, feeds: 0 }
    const rows = to.map(({ id, participant: p }) => ({
      id,
      session_uid: p.sessionUid,
      sid: p.sid,
      client_id: p.clientId,
      sub: p.sub,
      seen_at: (p.seenAt ?? p.createdAt).toISOString(),
    }))
    const values = [JSON.stringify(rows), endingId, at, giveUpAt]
    const ways = (await queryable(db, tx).query<{ way: LogoutMode }>(INSERT_DELIVERIES, values)).map((r) => r.way)
    const count = (way: LogoutMode): number => ways.filter((w) => w === way).length
    return { callbacks: count('callback'), feeds: count('feed') }
  }

export const makeLogoutStore = (db: Db): LogoutStore => ({
  ...makeLogoutFeed(db),
  receipt: readReceipt(db),
  insertDeliveries: insertDeliveries(db),
  endings: async (accountId, limit) => {
    const text = `SELECT id, reason, sessions, ended_at FROM session_ending WHERE account_id = $1::uuid
      ORDER BY ended_at DESC, id DESC LIMIT $2`
    return (await db.query<EndingRow>(text, [accountId, limit])).map(asEnding)
  },
  removeEndings: async (before, limit) => (await db.query(REMOVE, [before, limit])).length,
  insertEnding: async (tx, { id, receiptHash, reason, sessions, accountId, at }) => {
    const text = `INSERT INTO session_ending (id, receipt_hash, reason, sessions, account_id, ended_at)
      VALUES ($1, $2, $3, $4, $5::uuid, $6)`
    await queryable(db, tx).query(text, [id, receiptHash, reason, sessions, accountId ?? null, at])
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
