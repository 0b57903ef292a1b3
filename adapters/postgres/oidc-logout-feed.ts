/** Endings that portals fetch themselves, and the letters that nobody tries to deliver any more. */
import type { DeadLetter, FeedItem, LogoutMode, LogoutStore } from '../../src/oidc/ports.ts'
import { queryable, type Db } from './db.ts'

interface FeedRow extends Record<string, unknown> {
  id: string
  sid: string
  sub: string
  reason: string
  ended_at: Date
}
interface DeadRow extends Record<string, unknown> {
  id: string
  client_id: string
  name: string | null
  way: LogoutMode
  state: DeadLetter['state']
  attempts: number
  last_error: string | null
  created_at: Date
}

/** What was fetched and not acknowledged comes again (RFC 8936 §2.4). */
const FEED = `WITH due AS (
    SELECT id FROM logout_delivery WHERE client_id = $1 AND way = 'feed' AND state = 'pending' AND give_up_at > $3
    ORDER BY created_at, id LIMIT $2 FOR UPDATE SKIP LOCKED),
  fetched AS (UPDATE logout_delivery d SET attempts = attempts + 1 FROM due WHERE d.id = due.id
    RETURNING d.id, d.sid, d.sub, d.ending_id, d.created_at)
  SELECT f.id, f.sid, f.sub, e.reason, e.ended_at FROM fetched f JOIN session_ending e ON e.id = f.ending_id
  ORDER BY f.created_at, f.id`

const SETTLE_FEED = `UPDATE logout_delivery d SET state = CASE WHEN a.error IS NULL THEN 'confirmed' ELSE 'failed' END,
    last_error = a.error, confirmed_at = CASE WHEN a.error IS NULL THEN $3::timestamptz END
  FROM jsonb_to_recordset($2::jsonb) AS a (id text, error text)
  WHERE d.id::text = a.id AND d.client_id = $1 AND d.way = 'feed' AND d.state = 'pending' RETURNING d.id`

const DEAD = `SELECT d.id, d.client_id, c.metadata->>'client_name' AS name, d.way, d.state, d.attempts, d.last_error, d.created_at
  FROM logout_delivery d LEFT JOIN oidc_client c ON c.client_id = d.client_id
  WHERE d.state IN ('dead', 'failed') ORDER BY d.created_at, d.id LIMIT $1`

/** The address of today: a portal that moved is told where it is now. */
const REVIVE = `UPDATE logout_delivery d SET state = 'pending', next_at = $2, give_up_at = $3, uri = c.backchannel_logout_uri,
    host = split_part(c.backchannel_logout_uri, '/', 3), way = c.logout_mode
  FROM oidc_client c
  WHERE d.id::text = $1 AND d.state IN ('dead', 'failed') AND c.client_id = d.client_id AND c.logout_mode <> 'lease'
  RETURNING d.id`

const asDead = (r: DeadRow): DeadLetter => ({
  id: r.id,
  clientId: r.client_id,
  ...(r.name === null ? {} : { name: r.name }),
  way: r.way,
  state: r.state,
  attempts: r.attempts,
  lastError: r.last_error ?? '',
  createdAt: r.created_at,
})

const asItem = (r: FeedRow): FeedItem => ({ id: r.id, sid: r.sid, sub: r.sub, reason: r.reason, endedAt: r.ended_at })

export const makeLogoutFeed = (
  db: Db,
): Pick<LogoutStore, 'feed' | 'feedLength' | 'settleFeed' | 'deadLetters' | 'revive'> => ({
  feed: async ({ clientId, limit, at }) =>
    limit === 0 ? [] : (await db.query<FeedRow>(FEED, [clientId, limit, at])).map(asItem),
  feedLength: async (clientId) => {
    const text = `SELECT count(*) AS n FROM logout_delivery WHERE client_id = $1 AND way = 'feed' AND state = 'pending'`
    return Number((await db.query<{ n: number }>(text, [clientId]))[0]?.n ?? 0)
  },
  settleFeed: async (tx, { clientId, answers, at }) =>
    (await queryable(db, tx).query<{ id: string }>(SETTLE_FEED, [clientId, JSON.stringify(answers), at])).map(
      (r) => r.id,
    ),
  deadLetters: async (limit) => (await db.query<DeadRow>(DEAD, [limit])).map(asDead),
  revive: async (tx, { id, at, giveUpAt }) => (await queryable(db, tx).query(REVIVE, [id, at, giveUpAt])).length === 1,
})
