/** Applications for certificates in SQL. Requests are encrypted, as people write names and numbers into them. */
import { fromBase64, toBase64 } from '../../standards/bytes.ts'
import type { FieldCipher } from '../../src/identity/ports.ts'
import type { ApplicationStore, CertificateApplication, CertificateHolder } from '../../src/pki/enrolment/index.ts'
import { TrustError } from '../../src/errors.ts'
import type { Db, Row } from './db.ts'
import { isUniqueViolation, queryable } from './db.ts'
import { agentId, toAgent } from './seal-application-store.ts'

export const holderIdOf = (holder: CertificateHolder): string =>
  holder.kind === 'person' ? holder.personId : holder.entityId
export const toHolder = (kind: string, id: string): CertificateHolder =>
  kind === 'person' ? { kind: 'person', personId: id } : { kind: 'entity', entityId: id }

interface ApplicationRow extends Row {
  readonly id: string
  readonly holder_kind: string
  readonly holder_id: string
  readonly holder_class: CertificateApplication['holderClass']
  readonly agent_kind: string
  readonly agent_id: string
  readonly applied_at: Date
  readonly expires_at: Date
  readonly unit: string | null
  readonly dual: boolean
  readonly public_key: Uint8Array
  readonly csr: Uint8Array
  readonly replaces_issuer: string | null
  readonly replaces_serial: string | null
  readonly status: CertificateApplication['status']
  readonly reason: string | null
  readonly signing_issuer: string | null
  readonly signing_serial: string | null
  readonly encryption_issuer: string | null
  readonly encryption_serial: string | null
}

const COLUMNS = `id, holder_kind, holder_id, holder_class, agent_kind, agent_id, applied_at, expires_at, unit, dual, public_key, csr,
  replaces_issuer, replaces_serial, status, reason, signing_issuer, signing_serial, encryption_issuer, encryption_serial`
const CSR = 'certificate_application.csr'

const named = <K extends string>(key: K, issuerId: string | null, serialHex: string | null) =>
  (issuerId === null || serialHex === null ? {} : { [key]: { issuerId, serialHex } }) as {
    readonly [P in K]?: { readonly issuerId: string; readonly serialHex: string }
  }

const toApplication =
  (cipher: FieldCipher) =>
  (row: ApplicationRow): CertificateApplication => ({
    id: row.id,
    holder: toHolder(row.holder_kind, row.holder_id),
    holderClass: row.holder_class,
    appliedBy: toAgent(row.agent_kind, row.agent_id),
    appliedAt: row.applied_at,
    expiresAt: row.expires_at,
    ...(row.unit === null ? {} : { unit: row.unit }),
    dual: row.dual,
    publicKey: new Uint8Array(row.public_key),
    csr: fromBase64(cipher.decrypt(CSR, new Uint8Array(row.csr))),
    ...named('replaces', row.replaces_issuer, row.replaces_serial),
    status: row.status,
    ...(row.reason === null ? {} : { reason: row.reason }),
    ...named('signing', row.signing_issuer, row.signing_serial),
    ...named('encryption', row.encryption_issuer, row.encryption_serial),
  })

interface WaitingRow extends Row {
  readonly id: string
  readonly status: CertificateApplication['status']
  readonly expires_at: Date
}
const toWaiting = ({ id, status, expires_at }: WaitingRow) => ({ id, status, expiresAt: expires_at })

type Waiting = Pick<ApplicationStore, 'waitingOf' | 'waitingWithKey'>
const waiting = (db: Db): Waiting => ({
  waitingOf: async (holder, tx) =>
    (
      await queryable(db, tx).query<WaitingRow>(
        `SELECT id, status, expires_at FROM certificate_application
         WHERE holder_kind = $1 AND holder_id = $2 AND status IN ('open', 'approved')`,
        [holder.kind, holderIdOf(holder)],
      )
    ).map(toWaiting),
  waitingWithKey: async (keyDigest, tx) =>
    (
      await queryable(db, tx).query<WaitingRow>(
        `SELECT id, status, expires_at FROM certificate_application WHERE key_digest = $1 AND status IN ('open', 'approved')`,
        [keyDigest],
      )
    ).map(toWaiting),
})

type Reads = Pick<ApplicationStore, 'find' | 'ofHolder' | 'withStatus' | 'unclaimed'>
const reads = (db: Db, cipher: FieldCipher): Reads => ({
  find: async (id, tx) =>
    (
      await queryable(db, tx).query<ApplicationRow>(`SELECT ${COLUMNS} FROM certificate_application WHERE id = $1`, [
        id,
      ])
    ).map(toApplication(cipher))[0],
  ofHolder: async (holder, tx) =>
    (
      await queryable(db, tx).query<ApplicationRow>(
        `SELECT ${COLUMNS} FROM certificate_application WHERE holder_kind = $1 AND holder_id = $2 ORDER BY id DESC LIMIT 1000`,
        [holder.kind, holderIdOf(holder)],
      )
    ).map(toApplication(cipher)),
  withStatus: async (status, { limit, after }, tx) =>
    (
      await queryable(db, tx).query<ApplicationRow>(
        `SELECT ${COLUMNS} FROM certificate_application WHERE status = $1 AND ($2::uuid IS NULL OR id < $2::uuid)
         ORDER BY id DESC LIMIT $3`,
        [status, after ?? null, limit],
      )
    ).map(toApplication(cipher)),
  unclaimed: async ({ at, approvedBefore }) =>
    (
      await queryable(db).query<{ id: string }>(
        `SELECT id FROM certificate_application WHERE status = 'approved' AND decided_at < $2
         AND (claimed_until IS NULL OR claimed_until <= $1) ORDER BY claimed_until NULLS FIRST, id LIMIT 100`,
        [at, approvedBefore],
      )
    ).map((r) => r.id),
})

type Writes = Omit<ApplicationStore, keyof Reads | keyof Waiting>
const writes = (db: Db, cipher: FieldCipher): Writes => ({
  insert: async (tx, a) => {
    await queryable(db, tx)
      .query(
        `INSERT INTO certificate_application
           (id, holder_kind, holder_id, holder_class, agent_kind, agent_id, applied_at, expires_at, unit, dual, public_key,
            key_digest, csr, replaces_issuer, replaces_serial, status, decided_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)`,
        [
          ...[a.id, a.holder.kind, holderIdOf(a.holder), a.holderClass, a.appliedBy.kind, agentId(a.appliedBy)],
          ...[a.appliedAt, a.expiresAt, a.unit ?? null, a.dual, a.publicKey, a.keyDigest],
          ...[cipher.encrypt(CSR, toBase64(a.csr)), a.replaces?.issuerId ?? null, a.replaces?.serialHex ?? null],
          ...[a.status, a.status === 'open' ? null : a.appliedAt],
        ],
      )
      .catch((error: unknown) => {
        if (!isUniqueViolation(error, 'certificate_application_key')) throw error
        throw new TrustError('CERTIFICATE_KEY_REFUSED', 'an application with this key waits', { field: 'request' })
      })
  },
  change: async (tx, id, { from, to, at, reason }) =>
    (
      await queryable(db, tx).query(
        `UPDATE certificate_application SET status = $3, decided_at = $4, reason = $5
         WHERE id = $1 AND status = $2 AND ($3 <> 'approved' OR expires_at > $4) RETURNING id`,
        [id, from, to, at, reason ?? null],
      )
    ).length === 1,
  claim: async (tx, id, { at, until }) =>
    (
      await queryable(db, tx).query<ApplicationRow>(
        `UPDATE certificate_application SET claimed_until = $3
         WHERE id = $1 AND status = 'approved' AND (claimed_until IS NULL OR claimed_until <= $2) RETURNING ${COLUMNS}`,
        [id, at, until],
      )
    ).map(toApplication(cipher))[0],
  unclaim: async (tx, id) => {
    await queryable(db, tx).query('UPDATE certificate_application SET claimed_until = NULL WHERE id = $1', [id])
  },
  postpone: async (tx, id, at) => {
    await queryable(db, tx).query(
      `UPDATE certificate_application SET claimed_until = $2::timestamptz + least($2::timestamptz - decided_at, interval '1 hour')
       WHERE id = $1 AND status = 'approved' AND (claimed_until IS NULL OR claimed_until <= $2)`,
      [id, at],
    )
  },
  noteCertificate: async (tx, id, { issuerId, serialHex, use }) => {
    const other = use === 'signing' ? 'encryption' : 'signing'
    const isLast = use === 'signing' ? 'NOT dual OR encryption_serial IS NOT NULL' : `${other}_serial IS NOT NULL`
    const rows = await queryable(db, tx).query(
      `UPDATE certificate_application SET ${use}_issuer = $2, ${use}_serial = $3,
         status = CASE WHEN ${isLast} THEN 'issued' ELSE status END
       WHERE id = $1 AND status = 'approved' AND ${use}_serial IS NULL RETURNING id`,
      [id, issuerId, serialHex],
    )
    return rows.length === 1
  },
  expire: async (tx, at) =>
    (
      await queryable(db, tx).query<{ id: string }>(
        `UPDATE certificate_application SET status = 'expired', decided_at = $1
         WHERE status = 'open' AND expires_at <= $1 RETURNING id`,
        [at],
      )
    ).map((r) => r.id),
})

export const makeApplicationStore = (db: Db, cipher: FieldCipher): ApplicationStore => ({
  ...reads(db, cipher),
  ...waiting(db),
  ...writes(db, cipher),
})
