/** Whose each certificate is, in SQL. */
import { parseCertificate } from '../../standards/rfc5280-x509/index.ts'
import type {
  CertificateUse,
  HeldCertificate,
  HeldQuery,
  HeldStatusChange,
  HeldStore,
  HoldOrigin,
} from '../../src/pki/enrolment/index.ts'
import type { Db, Param, Row } from './db.ts'
import { queryable } from './db.ts'
import { holderIdOf, toHolder } from './enrolment-application-store.ts'

interface HeldRow extends Row {
  readonly issuer_id: string
  readonly serial: string
  readonly holder_kind: string
  readonly holder_id: string
  readonly purpose: CertificateUse
  readonly application_id: string | null
  readonly issued_at: Date
  readonly superseded_at: Date | null
  readonly audit_event: string | null
  readonly profile: string
  readonly der: Uint8Array
  readonly not_after: Date
  readonly revoked_at: Date | null
  readonly reason: number | null
}

const SELECT = `SELECT h.issuer_id, h.serial, h.holder_kind, h.holder_id, h.purpose, h.application_id, h.issued_at, h.superseded_at,
  c.profile, c.der, c.not_after, c.revoked_at, c.reason, c.audit_event
  FROM certificate_holder h JOIN certificate c ON c.issuer_id = h.issuer_id AND c.serial = h.serial`

const toHeld = (r: HeldRow): HeldCertificate => {
  const der = new Uint8Array(r.der)
  return {
    issuerId: r.issuer_id,
    serialHex: r.serial,
    holder: toHolder(r.holder_kind, r.holder_id),
    use: r.purpose,
    profile: r.profile,
    ...(r.application_id === null ? {} : { applicationId: r.application_id }),
    der,
    ...(r.audit_event === null ? {} : { auditEventId: r.audit_event }),
    publicKey: parseCertificate(der).publicKey,
    issuedAt: r.issued_at,
    notAfter: r.not_after,
    ...(r.revoked_at === null || r.reason === null ? {} : { revocation: { at: r.revoked_at, reasonCode: r.reason } }),
    ...(r.superseded_at === null ? {} : { supersededAt: r.superseded_at }),
  }
}

/** `$1` is the present. */
const STATES: Readonly<Record<NonNullable<HeldQuery['state']>, string>> = {
  'in-force': `c.status = 'valid' AND c.not_after > $1`,
  suspended: `c.status = 'suspended' AND c.not_after > $1`,
  revoked: `c.status = 'revoked' AND $1::timestamptz IS NOT NULL`,
  expired: `c.not_after <= $1`,
}
/** `issuer/serial` of the last one that was seen. */
const place = (after: string | undefined): readonly Param[] => {
  const [issuerId = null, serialHex = null] = after?.split('/') ?? []
  return [issuerId, serialHex]
}

interface HistoryRow extends Row {
  readonly change: HeldStatusChange['change']
  readonly at: Date
  readonly reason_code: number
  readonly origin: HoldOrigin | null
  readonly hold_reason: string | null
}

const toHistory = (r: HistoryRow): HeldStatusChange => ({
  change: r.change,
  at: r.at,
  reasonCode: r.reason_code,
  ...(r.origin === null
    ? {}
    : { hold: { origin: r.origin, ...(r.hold_reason === null ? {} : { reason: r.hold_reason }) } }),
})

/** Every hold of a holder's certificate is noted with whose it is: the bare suspensions say no more. */
const HISTORY = `SELECT s.change, s.at, s.reason AS reason_code, NULL AS origin, NULL AS hold_reason, s.seq, 0 AS kind
    FROM certificate_status s WHERE s.issuer_id = $1 AND s.serial = $2 AND s.change <> 'suspended'
  UNION ALL SELECT 'suspended', h.at, 6, h.origin, h.reason, h.seq, 1
    FROM certificate_hold h WHERE h.issuer_id = $1 AND h.serial = $2
  ORDER BY at DESC, kind, seq DESC`

type Reads = Omit<HeldStore, 'insert' | 'supersede' | 'noteHold'>
const reads = (db: Db): Reads => ({
  find: async ({ issuerId, serialHex }, tx) =>
    (
      await queryable(db, tx).query<HeldRow>(`${SELECT} WHERE h.issuer_id = $1 AND h.serial = $2`, [
        issuerId,
        serialHex,
      ])
    ).map(toHeld)[0],
  ofHolder: async (holder, tx) =>
    (
      await queryable(db, tx).query<HeldRow>(
        `${SELECT} WHERE h.holder_kind = $1 AND h.holder_id = $2 ORDER BY h.issued_at DESC, h.serial DESC`,
        [holder.kind, holderIdOf(holder)],
      )
    ).map(toHeld),
  ofKey: async (keyDigest, tx) =>
    (await queryable(db, tx).query<HeldRow>(`${SELECT} WHERE h.key_digest = $1`, [keyDigest])).map(toHeld),
  ofApplication: async (id, tx) =>
    (await queryable(db, tx).query<HeldRow>(`${SELECT} WHERE h.application_id = $1`, [id])).map(toHeld),
  list: async ({ state, holder, page, at }, tx) =>
    (
      await queryable(db, tx).query<HeldRow>(
        `${SELECT} WHERE ${state === undefined ? '$1::timestamptz IS NOT NULL' : STATES[state]}
         AND ($2::text IS NULL OR (h.holder_kind = $2 AND h.holder_id = $3))
         AND ($4::text IS NULL OR (h.issued_at, h.serial) <
              (SELECT p.issued_at, p.serial FROM certificate_holder p WHERE p.issuer_id = $4 AND p.serial = $5))
         ORDER BY h.issued_at DESC, h.serial DESC LIMIT $6`,
        [at, holder?.kind ?? null, holder === undefined ? null : holderIdOf(holder), ...place(page.after), page.limit],
      )
    ).map(toHeld),
  expiring: async ({ at, before }, page, tx) =>
    (
      await queryable(db, tx).query<HeldRow>(
        `${SELECT} WHERE c.status = 'valid' AND c.not_after > $1 AND c.not_after <= $2 AND h.superseded_at IS NULL
         AND ($3::text IS NULL OR (c.not_after, c.serial) >
              (SELECT p.not_after, p.serial FROM certificate p WHERE p.issuer_id = $3 AND p.serial = $4))
         ORDER BY c.not_after, c.serial LIMIT $5`,
        [at, before, ...place(page.after), page.limit],
      )
    ).map(toHeld),
  superseded: async (at) =>
    (
      await db.query<{ issuer_id: string; serial: string }>(
        `SELECT h.issuer_id, h.serial FROM certificate_holder h
         JOIN certificate c ON c.issuer_id = h.issuer_id AND c.serial = h.serial
         WHERE h.superseded_at <= $1 AND c.status = 'valid' AND c.not_after > $1 ORDER BY h.superseded_at LIMIT 1000`,
        [at],
      )
    ).map((r) => ({ issuerId: r.issuer_id, serialHex: r.serial })),
  lastHold: async ({ issuerId, serialHex }, tx) =>
    (
      await queryable(db, tx).query<{ origin: HoldOrigin }>(
        'SELECT origin FROM certificate_hold WHERE issuer_id = $1 AND serial = $2 ORDER BY seq DESC LIMIT 1',
        [issuerId, serialHex],
      )
    )[0]?.origin,
  history: async ({ issuerId, serialHex }, tx) =>
    (await queryable(db, tx).query<HistoryRow>(HISTORY, [issuerId, serialHex])).map(toHistory),
})

export const makeHeldStore = (db: Db): HeldStore => ({
  ...reads(db),
  insert: async (tx, { issuerId, serialHex, holder, use, keyDigest, applicationId, issuedAt }) => {
    await queryable(db, tx).query(
      `INSERT INTO certificate_holder (issuer_id, serial, holder_kind, holder_id, purpose, key_digest, application_id, issued_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
      [issuerId, serialHex, holder.kind, holderIdOf(holder), use, keyDigest, applicationId ?? null, issuedAt],
    )
  },
  supersede: async (tx, { issuerId, serialHex }, at) =>
    (
      await queryable(db, tx).query(
        `UPDATE certificate_holder SET superseded_at = $3
         WHERE issuer_id = $1 AND serial = $2 AND superseded_at IS NULL RETURNING serial`,
        [issuerId, serialHex, at],
      )
    ).length === 1,
  noteHold: async (tx, { issuerId, serialHex, origin, reason, at }) => {
    await queryable(db, tx).query(
      'INSERT INTO certificate_hold (issuer_id, serial, origin, reason, at) VALUES ($1, $2, $3, $4, $5)',
      [issuerId, serialHex, origin, reason ?? null, at],
    )
  },
})
