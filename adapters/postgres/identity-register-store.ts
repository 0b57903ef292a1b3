/** Events of registries in SQL. Whom they are about is kept as a blind index; what they said as a keyed digest, to tell repeats from lies. */
import { canonicalJson } from '../../src/kernel/index.ts'
import type { FieldCipher, RegisterEventStore, RegisterFeedStore } from '../../src/identity/ports.ts'
import type { ReadEvent } from '../../src/identity/index.ts'
import { queryable, type Db } from './db.ts'

interface SubjectRow extends Record<string, unknown> {
  status_seq: number
  name_seq: number
  representative_seq: number
  newest_event_at: Date | null
  answered_at: Date | null
}

/** Everything but the number and id under which it is found. */
const contentOf = (event: ReadEvent): string => {
  const { registry, change } = event
  if (!('subject' in event)) return canonicalJson({ registry, change })
  return canonicalJson({ registry, change, subject: event.subject, at: event.at.toISOString(), name: event.name })
}

const sameBytes = (a: Uint8Array, b: Uint8Array): boolean => Buffer.from(a).equals(Buffer.from(b))

export const makeRegisterEventStore = (db: Db, cipher: FieldCipher): RegisterEventStore => {
  const indexOf = (registry: string, subject: string): Uint8Array =>
    cipher.blindIndex('register_subject.subject', `${registry} ${subject}`)
  return {
    begin: async (tx, event, { via, receivedAt }) => {
      const q = queryable(db, tx)
      const content = cipher.blindIndex('register_event.content', contentOf(event))
      const inserted = await q.query(
        `INSERT INTO register_event (registry, event_id, seq, content, via, received_at) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT DO NOTHING RETURNING seq`,
        [event.registry, event.id, event.seq, content, via, receivedAt],
      )
      if (inserted.length === 1) return 'new'
      const [known] = await q.query<{ seq: number; content: Uint8Array }>(
        'SELECT seq, content FROM register_event WHERE registry = $1 AND event_id = $2',
        [event.registry, event.id],
      )
      return known?.seq === event.seq && sameBytes(known.content, content) ? 'repeated' : 'conflict'
    },
    finish: async (tx, { registry, id }, outcome) => {
      await queryable(db, tx).query('UPDATE register_event SET outcome = $3 WHERE registry = $1 AND event_id = $2', [
        registry,
        id,
        outcome,
      ])
    },
    lockSubject: async (tx, registry, subject) => {
      const [row] = await queryable(db, tx).query<SubjectRow>(
        `INSERT INTO register_subject AS s (registry, subject_index) VALUES ($1, $2)
         ON CONFLICT (registry, subject_index) DO UPDATE SET status_seq = s.status_seq
         RETURNING s.status_seq, s.name_seq, s.representative_seq, s.newest_event_at, s.answered_at`,
        [registry, indexOf(registry, subject)],
      )
      if (row === undefined) throw new TypeError('the row was just written')
      return {
        registry,
        subject,
        applied: { status: row.status_seq, name: row.name_seq, representative: row.representative_seq },
        ...(row.newest_event_at === null ? {} : { newestEventAt: row.newest_event_at }),
        ...(row.answered_at === null ? {} : { answeredAt: row.answered_at }),
      }
    },
    putSubject: async (tx, { registry, subject, applied, newestEventAt, answeredAt }) => {
      await queryable(db, tx).query(
        `UPDATE register_subject SET status_seq = $3, name_seq = $4, representative_seq = $5, newest_event_at = $6,
           answered_at = $7 WHERE registry = $1 AND subject_index = $2`,
        [
          registry,
          indexOf(registry, subject),
          applied.status,
          applied.name,
          applied.representative,
          newestEventAt ?? null,
          answeredAt ?? null,
        ],
      )
    },
  }
}

export const makeRegisterFeedStore = (db: Db): RegisterFeedStore => ({
  cursor: async (registry) =>
    (await db.query<{ seq: number }>('SELECT seq FROM register_cursor WHERE registry = $1', [registry]))[0]?.seq ?? 0,
  moveCursor: async (registry, seq) => {
    await db.query(
      `INSERT INTO register_cursor AS c (registry, seq) VALUES ($1, $2)
       ON CONFLICT (registry) DO UPDATE SET seq = greatest(c.seq, excluded.seq) RETURNING c.seq`,
      [registry, Math.max(0, seq)],
    )
  },
  holdPoll: async (registry, holder, forMs) =>
    (
      await db.query(
        `INSERT INTO lease AS l (name, holder, until) VALUES ($1, $2, now() + make_interval(secs => $3::double precision / 1000))
         ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until = excluded.until
         WHERE l.holder = excluded.holder OR l.until < now() RETURNING l.name`,
        [`register-poll-${registry}`, holder, forMs],
      )
    ).length === 1,
  usePush: async (registry, nonce, at) =>
    (
      await db.query(
        'INSERT INTO register_push (registry, nonce, received_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING RETURNING nonce',
        [registry, nonce, at],
      )
    ).length === 1,
  sweep: async (before) => {
    const pushes = await db.query('DELETE FROM register_push WHERE received_at < $1 RETURNING nonce', [before])
    const strangers = await db.query(
      `DELETE FROM register_subject WHERE answered_at IS NULL AND status_seq = 0 AND name_seq = 0
         AND representative_seq = 0 AND newest_event_at < $1 RETURNING registry`,
      [before],
    )
    return pushes.length + strangers.length
  },
})
