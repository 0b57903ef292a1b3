/** The register of certificates and CRLs. Serial numbers, single completion and "revoked once" are the tables' own rules too. */
import type { PkiStore, RevokedSerial, StoredCertificate, StoredCrl } from '../../src/pki/index.ts'
import { TrustError } from '../../src/errors.ts'
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
const storedCrl = (r: CrlRow): StoredCrl => ({
  issuerId: r.issuer_id,
  number: r.number,
  der: bytes(r.der),
  thisUpdate: r.this_update,
  nextUpdate: r.next_update,
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
  complete: async (tx, intentId, { issuerId, serialHex, profile, der, notAfter }) => {
    const q = queryable(db, tx)
    const closed = await q.query(
      `UPDATE certificate_intent SET state = 'issued'
       WHERE id = $1 AND issuer_id = $2 AND serial = $3 AND state = 'open' RETURNING id`,
      [intentId, issuerId, serialHex],
    )
    if (closed.length !== 1) throw new TrustError('CONFLICT', 'the intent is not open any more')
    await q.query(
      'INSERT INTO certificate (issuer_id, serial, intent_id, profile, der, not_after) VALUES ($1, $2, $3, $4, $5, $6)',
      [issuerId, serialHex, intentId, profile, der, notAfter],
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

type Certificates = Pick<PkiStore, 'recordCeremonial' | 'findBySerial' | 'revoke' | 'listForCrl' | 'hasUnlisted'>
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
  revoke: async (tx, { issuerId, serialHex, at, reasonCode }) => {
    const rows = await queryable(db, tx).query(
      `UPDATE certificate SET status = 'revoked', revoked_at = $3, reason = $4
       WHERE issuer_id = $1 AND serial = $2 AND status = 'valid' RETURNING serial`,
      [issuerId, serialHex, at, reasonCode],
    )
    return rows.length === 1
  },
  listForCrl: async (tx, issuerId, number) => {
    const q = queryable(db, tx)
    // Marked first and read by the mark: what is revoked between the two statements is not marked, so it waits.
    await q.query(
      `UPDATE certificate SET first_crl = $2 WHERE issuer_id = $1 AND status = 'revoked' AND first_crl IS NULL`,
      [issuerId, number],
    )
    const rows = await q.query<RevokedRow>(
      `SELECT serial, revoked_at, reason FROM certificate
       WHERE issuer_id = $1 AND status = 'revoked' AND first_crl IS NOT NULL ORDER BY revoked_at, serial`,
      [issuerId],
    )
    return rows.map(revokedSerial)
  },
  hasUnlisted: async (issuerId, tx) => {
    const [row] = await queryable(db, tx).query<{ unlisted: boolean }>(
      `SELECT EXISTS (
         SELECT 1 FROM certificate WHERE issuer_id = $1 AND status = 'revoked'
         AND (first_crl IS NULL
              OR first_crl > (SELECT coalesce(max(number), 0) FROM crl WHERE issuer_id = $1 AND der IS NOT NULL))
       ) AS unlisted`,
      [issuerId],
    )
    return row?.unlisted === true
  },
})

type Crls = Pick<PkiStore, 'lockCrls' | 'currentCrl' | 'nextCrlNumber' | 'intendCrl' | 'completeCrl'>
const crls = (db: Db): Crls => ({
  lockCrls: async (tx, issuerId) => {
    await queryable(db, tx).query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`crl/${issuerId}`])
  },
  currentCrl: async (issuerId, tx) => {
    const [row] = await queryable(db, tx).query<CrlRow>(
      `SELECT issuer_id, number, der, this_update, next_update FROM crl
       WHERE issuer_id = $1 AND der IS NOT NULL ORDER BY number DESC LIMIT 1`,
      [issuerId],
    )
    return row === undefined ? undefined : storedCrl(row)
  },
  nextCrlNumber: async (issuerId, tx) => {
    const [row] = await queryable(db, tx).query<{ next: number }>(
      'SELECT coalesce(max(number), 0) + 1 AS next FROM crl WHERE issuer_id = $1',
      [issuerId],
    )
    return row?.next ?? 1
  },
  intendCrl: async (tx, { issuerId, number, thisUpdate, nextUpdate, tbs }) => {
    const q = queryable(db, tx)
    await q.query('INSERT INTO crl (issuer_id, number, this_update, next_update, tbs) VALUES ($1, $2, $3, $4, $5)', [
      issuerId,
      number,
      thisUpdate,
      nextUpdate,
      tbs,
    ])
  },
  completeCrl: async (tx, { issuerId, number, der }) => {
    const rows = await queryable(db, tx).query(
      'UPDATE crl SET der = $3 WHERE issuer_id = $1 AND number = $2 AND der IS NULL RETURNING number',
      [issuerId, number, der],
    )
    if (rows.length !== 1) throw new TrustError('CONFLICT', 'this CRL was signed before')
  },
})

export const makePkiStore = (db: Db): PkiStore => ({ ...intents(db), ...certificates(db), ...crls(db) })
