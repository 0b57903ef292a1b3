/** The journal of time stamps and of the clock's halts. Whole batches by one statement; the rules are triggers and keys of 0033. */
import { toHex } from '../../standards/bytes.ts'
import { TrustError } from '../../src/errors.ts'
import type { ClockHalt, TimeStampStore } from '../../src/pki/node.ts'
import type { Db } from './db.ts'
import { queryable } from './db.ts'

type HaltRow = {
  readonly id: string
  readonly at: Date
  readonly reason: ClockHalt['reason']
  readonly drift_ms: number
}
const haltOf = ({ id, at, reason, drift_ms }: HaltRow): ClockHalt => ({ id, at, reason, driftMs: drift_ms })

type Stamps = Pick<TimeStampStore, 'intend' | 'complete' | 'abandonIntents' | 'lastGenTime' | 'countIssued'>
const stamps = (db: Db): Stamps => ({
  intend: async (tx, { id, keyId, genTime, intents }) => {
    await queryable(db, tx).query(
      `INSERT INTO time_stamp (serial, key_id, batch_id, gen_time, tst_info, to_sign)
       SELECT u.serial, $1, $2, $3, decode(u.tst_info, 'hex'), decode(u.to_sign, 'hex')
       FROM unnest($4::text[], $5::text[], $6::text[]) AS u (serial, tst_info, to_sign)`,
      [
        keyId,
        id,
        genTime,
        intents.map((i) => i.serialHex),
        intents.map((i) => toHex(i.tstInfo)),
        intents.map((i) => toHex(i.toSign)),
      ],
    )
  },
  complete: async (tx, batchId, signed) => {
    const rows = await queryable(db, tx).query(
      `UPDATE time_stamp t SET signature = decode(u.signature, 'hex'), state = 'issued'
       FROM unnest($2::text[], $3::text[]) AS u (serial, signature)
       WHERE t.serial = u.serial AND t.batch_id = $1 AND t.state = 'open' RETURNING t.serial`,
      [batchId, signed.map((s) => s.serialHex), signed.map((s) => toHex(s.signature))],
    )
    if (rows.length !== signed.length) throw new TrustError('CONFLICT', 'the intents are not open any more')
  },
  abandonIntents: async (tx, before) => {
    const rows = await queryable(db, tx).query<{ serial: string }>(
      `UPDATE time_stamp SET state = 'abandoned' WHERE state = 'open' AND gen_time < $1 RETURNING serial`,
      [before],
    )
    return rows.map((r) => r.serial)
  },
  lastGenTime: async (tx) => {
    const [row] = await queryable(db, tx).query<{ gen_time: Date }>(
      `SELECT gen_time FROM time_stamp
       WHERE seq > coalesce((SELECT max(through_seq) FROM time_stamp_halt), 0)
       ORDER BY gen_time DESC LIMIT 1`,
    )
    return row?.gen_time
  },
  countIssued: async (tx) => {
    const [row] = await queryable(db, tx).query<{ n: number }>(
      `SELECT count(*) AS n FROM time_stamp WHERE state = 'issued'`,
    )
    return row?.n ?? 0
  },
})

type Halts = Pick<TimeStampStore, 'openHalt' | 'halt' | 'confirmClock' | 'databaseTime'>
const halts = (db: Db): Halts => ({
  openHalt: async (tx) => {
    const [row] = await queryable(db, tx).query<HaltRow>(
      'SELECT id, at, reason, drift_ms FROM time_stamp_halt WHERE confirmed_at IS NULL',
    )
    return row === undefined ? undefined : haltOf(row)
  },
  halt: async (tx, { id, at, reason, driftMs }) => {
    const rows = await queryable(db, tx).query(
      `INSERT INTO time_stamp_halt (id, at, reason, drift_ms) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING RETURNING id`,
      [id, at, reason, driftMs],
    )
    return rows.length === 1
  },
  confirmClock: async (tx, at) => {
    const [row] = await queryable(db, tx).query<HaltRow>(
      `UPDATE time_stamp_halt SET confirmed_at = $1, through_seq = (SELECT coalesce(max(seq), 0) FROM time_stamp)
       WHERE confirmed_at IS NULL RETURNING id, at, reason, drift_ms`,
      [at],
    )
    return row === undefined ? undefined : haltOf(row)
  },
  databaseTime: async (tx) => {
    // Not now(), which is when the transaction began.
    const [row] = await queryable(db, tx).query<{ at: Date }>('SELECT clock_timestamp() AS at')
    if (row === undefined) throw new TypeError('the database gave no time')
    return row.at
  },
})

export const makeTimeStampStore = (db: Db): TimeStampStore => ({ ...stamps(db), ...halts(db) })
