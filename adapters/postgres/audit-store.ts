/** Rows of the audit, written once, linked once (the table's trigger refuses anything else). */
import type { AuditStore, ChainedRow, StoredEvent } from '../../src/audit/index.ts'
import { toHex } from '../../standards/bytes.ts'
import type { Db } from './db.ts'
import { queryable } from './db.ts'

interface EventRow {
  readonly id: string
  readonly at: Date
  readonly actor_kind: 'person' | 'client' | 'system'
  readonly actor_id: string
  readonly action: string
  readonly object_kind: string
  readonly object_id: string
  readonly detail: Readonly<Record<string, string | number | boolean>>
  readonly [key: string]: unknown
}
interface LinkRow {
  readonly id: string
  readonly digest: Uint8Array
  readonly seq: number
  readonly prev_hash: Uint8Array
  readonly hash: Uint8Array
  readonly [key: string]: unknown
}

const chained = (r: LinkRow): ChainedRow => ({
  id: r.id,
  digest: r.digest,
  seq: r.seq,
  prevHash: r.prev_hash,
  hash: r.hash,
})

const stored = (r: EventRow): StoredEvent => ({
  id: r.id,
  at: r.at,
  actor: { kind: r.actor_kind, id: r.actor_id },
  action: r.action,
  object: { kind: r.object_kind, id: r.object_id },
  detail: r.detail,
})

export const makeAuditStore = (db: Db): AuditStore => ({
  insert: async (tx, event, digest) => {
    await queryable(db, tx).query(
      `INSERT INTO audit_event (id, at, actor_kind, actor_id, action, object_kind, object_id, detail, digest)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8::jsonb, $9)`,
      [
        event.id,
        event.at,
        event.actor.kind,
        event.actor.id,
        event.action,
        event.object.kind,
        event.object.id,
        JSON.stringify(event.detail ?? {}),
        digest,
      ],
    )
  },
  unsequenced: async (limit, tx) => {
    const rows = await queryable(db, tx).query<{ id: string; digest: Uint8Array }>(
      'SELECT id, digest FROM audit_event WHERE seq IS NULL ORDER BY id LIMIT $1',
      [limit],
    )
    return rows.map(({ id, digest }) => ({ id, digest }))
  },
  last: async (tx) => {
    const [row] = await queryable(db, tx).query<LinkRow>(
      'SELECT id, digest, seq, prev_hash, hash FROM audit_event WHERE seq IS NOT NULL ORDER BY seq DESC LIMIT 1',
    )
    return row === undefined ? undefined : chained(row)
  },
  link: async (tx, rows) => {
    const links = rows.map((r) => ({ id: r.id, seq: r.seq, prev: toHex(r.prevHash), hash: toHex(r.hash) }))
    await queryable(db, tx).query(
      `UPDATE audit_event e SET seq = l.seq, prev_hash = decode(l.prev, 'hex'), hash = decode(l.hash, 'hex')
       FROM jsonb_to_recordset($1::jsonb) AS l(id uuid, seq bigint, prev text, hash text) WHERE e.id = l.id`,
      [JSON.stringify(links)],
    )
  },
  isChained: async (id) =>
    (await db.query('SELECT 1 AS one FROM audit_event WHERE id = $1 AND seq IS NOT NULL', [id])).length > 0,
  page: async (after, limit) => {
    const rows = await db.query<EventRow & LinkRow>(
      `SELECT id, at, actor_kind, actor_id, action, object_kind, object_id, detail, digest, seq, prev_hash, hash
       FROM audit_event WHERE seq > $1 ORDER BY seq LIMIT $2`,
      [after, limit],
    )
    return rows.map((r) => ({ ...chained(r), event: stored(r) }))
  },
  countUnsequenced: async () => {
    const [row] = await db.query<{ n: number }>('SELECT count(*) AS n FROM audit_event WHERE seq IS NULL')
    return row?.n ?? 0
  },
  holdLease: async (tx, name, holder, untilMs) => {
    const rows = await queryable(db, tx).query(
      `INSERT INTO lease AS l (name, holder, until) VALUES ($1, $2, now() + make_interval(secs => $3::double precision / 1000))
       ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until = excluded.until
       WHERE l.holder = excluded.holder OR l.until < now() RETURNING l.name`,
      [name, holder, untilMs],
    )
    return rows.length === 1
  },
})
