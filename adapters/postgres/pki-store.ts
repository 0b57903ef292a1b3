/** The register of certificates and CRLs. Serial numbers, single completion and "revoked once" are the tables' own rules too. */
import type { PkiStore, RevokedSerial, StatusChange, StoredCertificate, StoredCrl } from '../../src/pki/index.ts'
import { TrustError } from '../../src/errors.ts'
import type { Tx } from '../../src/kernel/index.ts'
import type { Db, Row } from './db.ts'
import { queryable } from './db.ts'

interface CertificateRow extends Row {
  readonly issuer_id: string
  readonly serial: string
  readonly profile: string
  readonly der: Uint8Array
  readonly not_after: Date
  readonly revoked_at: Date | null
  readonly reason: number | null
}
interface CrlRow extends Row {
  readonly issuer_id: string
  readonly number: number
  readonly der: Uint8Array
  readonly this_update: Date
  readonly next_update: Date
  readonly through_seq: number
  readonly entries: number
}
interface ChangeRow extends Row {
  readonly seq: number
  readonly issuer_id: string
  readonly serial: string
  readonly change: StatusChange['change']
  readonly reason: number
  readonly at: Date
}
interface RevokedRow extends Row {
  readonly serial: string
  readonly revoked_at: Date
  readonly reason: number
}

const bytes = (b: Uint8Array): Uint8Array => new Uint8Array(b)

const storedCertificate = (r: CertificateRow): StoredCertificate => ({
  issuerId: r.issuer_id,
  serialHex: r.serial,
  profile: r.profile,
  der: bytes(r.der),
  notAfter: r.not_after,
  ...(r.revoked_at === null || r.reason === null ? {} : { revocation: { at: r.revoked_at, reasonCode: r.reason } }),
})
const storedCrl = (r: CrlRow): Omit<StoredCrl, 'entries'> => ({
  issuerId: r.issuer_id,
  number: r.number,
  der: bytes(r.der),
  thisUpdate: r.this_update,
  nextUpdate: r.next_update,
  throughSeq: r.through_seq,
})
const revokedSerial = (r: RevokedRow): RevokedSerial => ({
  serialHex: r.serial,
  at: r.revoked_at,
  reasonCode: r.reason,
})

type Intents = Pick<PkiStore, 'intend' | 'complete' | 'abandonIntents'>
const intents = (db: Db): Intents => ({
  intend: async (tx, { id, issuerId, serialHex, profile, tbs, actor, at }) => {
    const rows = await queryable(db, tx).query(
      `INSERT INTO certificate_intent (id, issuer_id, serial, profile, tbs, actor_kind, actor_id, at)
       SELECT $1, $2, $3, $4, $5, $6, $7, $8
       WHERE NOT EXISTS (SELECT 1 FROM certificate WHERE issuer_id = $2 AND serial = $3)
       ON CONFLICT ON CONSTRAINT certificate_intent_serial DO NOTHING RETURNING id`,
      [id, issuerId, serialHex, profile, tbs, actor.kind, actor.id, at],
    )
    return rows.length === 1
  },
  complete: async (tx, intentId, { issuerId, serialHex, profile, der, notAfter, auditEventId }) => {
    const q = queryable(db, tx)
    const closed = await q.query(
      `UPDATE certificate_intent SET state = 'issued'
       WHERE id = $1 AND issuer_id = $2 AND serial = $3 AND state = 'open' RETURNING id`,
      [intentId, issuerId, serialHex],
    )
    if (closed.length !== 1) throw new TrustError('CONFLICT', 'the intent is not open any more')
    await q.query(
      `INSERT INTO certificate (issuer_id, serial, intent_id, profile, der, not_after, audit_event)
       VALUES ($1, $2, $3, $4, $5, $6, $7)`,
      [issuerId, serialHex, intentId, profile, der, notAfter, auditEventId ?? null],
    )
  },
  abandonIntents: async (tx, before) => {
    const rows = await queryable(db, tx).query<{ id: string; issuer_id: string; serial: string; profile: string }>(
      `UPDATE certificate_intent SET state = 'abandoned' WHERE state = 'open' AND at < $1
       RETURNING id, issuer_id, serial, profile`,
      [before],
    )
    return rows.map((r) => ({ id: r.id, issuerId: r.issuer_id, serialHex: r.serial, profile: r.profile }))
  },
})

type Certificates = Pick<PkiStore, 'recordCeremonial' | 'findBySerial' | 'findManyBySerial'>
const certificates = (db: Db): Certificates => ({
  recordCeremonial: async (tx, { issuerId, serialHex, profile, der, notAfter }) => {
    const rows = await queryable(db, tx).query(
      `INSERT INTO certificate (issuer_id, serial, profile, der, not_after) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (issuer_id, serial) DO NOTHING RETURNING serial`,
      [issuerId, serialHex, profile, der, notAfter],
    )
    return rows.length === 1
  },
  findBySerial: async (issuerId, serialHex, tx) => {
    const [row] = await queryable(db, tx).query<CertificateRow>(
      `SELECT issuer_id, serial, profile, der, not_after, revoked_at, reason
       FROM certificate WHERE issuer_id = $1 AND serial = $2`,
      [issuerId, serialHex],
    )
    return row === undefined ? undefined : storedCertificate(row)
  },
  findManyBySerial: async (issuerId, serials, tx) => {
    const rows = await queryable(db, tx).query<CertificateRow>(
      `SELECT issuer_id, serial, profile, der, not_after, revoked_at, reason
       FROM certificate WHERE issuer_id = $1 AND serial = ANY ($2::text[])`,
      [issuerId, serials],
    )
    return rows.map(storedCertificate)
  },
})

/** What the row becomes; a revocation out of a suspension keeps the day of the suspension. */
const CHANGES: Readonly<Record<StatusChange['change'], string>> = {
  suspended: `UPDATE certificate SET status = 'suspended', revoked_at = $3, reason = $4
              WHERE issuer_id = $1 AND serial = $2 AND status = 'valid' RETURNING serial`,
  released: `UPDATE certificate SET status = 'valid', revoked_at = NULL, reason = NULL
             WHERE issuer_id = $1 AND serial = $2 AND status = 'suspended' RETURNING serial`,
  revoked: `UPDATE certificate SET status = 'revoked', revoked_at = coalesce(revoked_at, $3), reason = $4
            WHERE issuer_id = $1 AND serial = $2 AND status <> 'revoked' RETURNING serial`,
}

type Status = Pick<PkiStore, 'lockStatus' | 'changeStatus' | 'statusChangesSince' | 'lastStatusChange'>
const status = (db: Db): Status => ({
  lockStatus: async (tx) => {
    await queryable(db, tx).query(`SELECT pg_advisory_xact_lock(hashtextextended('certificate-status', 0))`)
  },
  changeStatus: async (tx, { issuerId, serialHex, change, reasonCode, at }) => {
    const q = queryable(db, tx)
    const when = change === 'released' ? [] : [at, reasonCode]
    const rows = await q.query(CHANGES[change], [issuerId, serialHex, ...when])
    if (rows.length !== 1) return false
    await q.query(
      'INSERT INTO certificate_status (issuer_id, serial, change, reason, at) VALUES ($1, $2, $3, $4, $5)',
      [issuerId, serialHex, change, reasonCode, at],
    )
    return true
  },
  statusChangesSince: async (seq, tx) => {
    const rows = await queryable(db, tx).query<ChangeRow>(
      `SELECT seq, issuer_id, serial, change, reason, at FROM certificate_status WHERE seq > $1 ORDER BY seq LIMIT 1000`,
      [seq],
    )
    return rows.map((r) => ({
      seq: r.seq,
      issuerId: r.issuer_id,
      serialHex: r.serial,
      change: r.change,
      reasonCode: r.reason,
      at: r.at,
    }))
  },
  lastStatusChange: async (issuerId, tx) => {
    const [row] = await queryable(db, tx).query<{ last: number }>(
      'SELECT coalesce(max(seq), 0) AS last FROM certificate_status WHERE issuer_id = $1',
      [issuerId],
    )
    return row?.last ?? 0
  },
})

type Lists = Pick<PkiStore, 'listForCrl' | 'listForDelta'>
const lists = (db: Db): Lists => ({
  listForCrl: async (issuerId, tx) => {
    const rows = await queryable(db, tx).query<RevokedRow>(
      `SELECT serial, revoked_at, reason FROM certificate
       WHERE issuer_id = $1 AND status <> 'valid' ORDER BY revoked_at, serial`,
      [issuerId],
    )
    return rows.map(revokedSerial)
  },
  listForDelta: async (issuerId, seq, tx) => {
    const rows = await queryable(db, tx).query<RevokedRow>(
      `SELECT c.serial, coalesce(c.revoked_at, s.at) AS revoked_at, coalesce(c.reason, 8) AS reason
       FROM (SELECT serial, max(at) AS at FROM certificate_status WHERE issuer_id = $1 AND seq > $2 GROUP BY serial) s
       JOIN certificate c ON c.issuer_id = $1 AND c.serial = s.serial ORDER BY 2, 1`,
      [issuerId, seq],
    )
    return rows.map(revokedSerial)
  },
})

/** A list is signed once. */
const completing =
  (db: Db, table: 'crl' | 'crl_delta') =>
  async (tx: Tx, { issuerId, number, der }: Pick<StoredCrl, 'issuerId' | 'number' | 'der'>): Promise<void> => {
    const rows = await queryable(db, tx).query(
      `UPDATE ${table} SET der = $3 WHERE issuer_id = $1 AND number = $2 AND der IS NULL RETURNING number`,
      [issuerId, number, der],
    )
    if (rows.length !== 1) throw new TrustError('CONFLICT', 'this list was signed before')
  }

type Crls = Pick<
  PkiStore,
  'currentCrl' | 'firstCurrentCrl' | 'findList' | 'nextCrlNumber' | 'intendCrl' | 'completeCrl'
>
const crls = (db: Db): Crls => ({
  currentCrl: async (issuerId, tx) => {
    const [row] = await queryable(db, tx).query<CrlRow>(
      `SELECT issuer_id, number, der, this_update, next_update, through_seq, entries FROM crl
       WHERE issuer_id = $1 AND der IS NOT NULL ORDER BY number DESC LIMIT 1`,
      [issuerId],
    )
    return row === undefined ? undefined : { ...storedCrl(row), entries: row.entries }
  },
  findList: async (kind, { issuerId, number }, tx) => {
    const table = kind === 'crl' ? 'crl' : 'crl_delta'
    const [row] = await queryable(db, tx).query<{ tbs: Uint8Array; is_signed: boolean }>(
      `SELECT tbs, der IS NOT NULL AS is_signed FROM ${table} WHERE issuer_id = $1 AND number = $2`,
      [issuerId, number],
    )
    return row === undefined ? undefined : { tbs: bytes(row.tbs), isSigned: row.is_signed }
  },
  firstCurrentCrl: async (issuerId, at, tx) => {
    const [row] = await queryable(db, tx).query<{ number: number; through_seq: number }>(
      `SELECT number, through_seq FROM crl
       WHERE issuer_id = $1 AND der IS NOT NULL AND next_update > $2 ORDER BY number LIMIT 1`,
      [issuerId, at],
    )
    return row === undefined ? undefined : { number: row.number, throughSeq: row.through_seq }
  },
  nextCrlNumber: async (issuerId, tx) => {
    const [row] = await queryable(db, tx).query<{ next: number }>(
      `SELECT greatest((SELECT coalesce(max(number), 0) FROM crl WHERE issuer_id = $1),
                       (SELECT coalesce(max(number), 0) FROM crl_delta WHERE issuer_id = $1)) + 1 AS next`,
      [issuerId],
    )
    return row?.next ?? 1
  },
  intendCrl: async (tx, { issuerId, number, thisUpdate, nextUpdate, tbs, throughSeq, entries }) => {
    await queryable(db, tx).query(
      `INSERT INTO crl (issuer_id, number, this_update, next_update, tbs, through_seq, entries)
       VALUES ($1, $2, $3, $4, $5, $6, $7)`,
      [issuerId, number, thisUpdate, nextUpdate, tbs, throughSeq, entries],
    )
  },
  completeCrl: completing(db, 'crl'),
})

type Deltas = Pick<PkiStore, 'currentDelta' | 'intendDelta' | 'completeDelta'>
const deltas = (db: Db): Deltas => ({
  currentDelta: async (issuerId, tx) => {
    const [row] = await queryable(db, tx).query<CrlRow & { readonly base_number: number }>(
      `SELECT issuer_id, number, der, this_update, next_update, through_seq, base_number FROM crl_delta
       WHERE issuer_id = $1 AND der IS NOT NULL ORDER BY number DESC LIMIT 1`,
      [issuerId],
    )
    return row === undefined ? undefined : { ...storedCrl(row), baseNumber: row.base_number }
  },
  intendDelta: async (tx, { issuerId, number, baseNumber, thisUpdate, nextUpdate, tbs, throughSeq }) => {
    await queryable(db, tx).query(
      `INSERT INTO crl_delta (issuer_id, number, base_number, through_seq, this_update, next_update, tbs)
       VALUES ($1, $2, $3, $4, $5, $6, $7)`,
      [issuerId, number, baseNumber, throughSeq, thisUpdate, nextUpdate, tbs],
    )
  },
  completeDelta: completing(db, 'crl_delta'),
})

export const makePkiStore = (db: Db): PkiStore => ({
  ...intents(db),
  ...certificates(db),
  ...status(db),
  ...lists(db),
  ...crls(db),
  ...deltas(db),
})
