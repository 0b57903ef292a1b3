/** Licences in PostgreSQL. Holder and metadata travel encrypted; look-up by holder goes through the blind index of the code. */
import { TrustError } from '../../src/errors.ts'
import type { FieldCipher } from '../../src/identity/index.ts'
import type {
  Licence,
  LicenceHolder,
  LicenceMetadata,
  LicenceStatus,
  LicenceStore,
  StatusChange,
} from '../../src/licence/index.ts'
import type { Db, Row } from './db.ts'
import { isUniqueViolation, queryable } from './db.ts'

const COLUMN = 'licence.content'
const INDEX = 'licence.holder_index'
const COLUMNS = `id, licence_id, type_code, issuer_id, seal_id, number, version, content, salt, status, case_number,
  request_digest, document_id, created_at`

interface LicenceRow extends Row {
  readonly id: string
  readonly licence_id: string
  readonly type_code: string
  readonly issuer_id: string
  readonly seal_id: string
  readonly number: string
  readonly version: number
  readonly content: Uint8Array
  readonly salt: string
  readonly status: LicenceStatus
  readonly case_number: string
  readonly request_digest: string
  readonly document_id: string | null
  readonly created_at: Date
}

interface StatusRow extends Row {
  readonly licence_id: string
  readonly status: StatusChange['status']
  readonly at: Date
  readonly reason: string
}

const change = (r: StatusRow): StatusChange => ({
  licenceId: r.licence_id,
  status: r.status,
  at: r.at,
  reason: r.reason,
})

export const makeLicenceStore = (db: Db, cipher: FieldCipher): LicenceStore => {
  const read = (r: LicenceRow): Licence => {
    const content = JSON.parse(cipher.decrypt(COLUMN, r.content)) as {
      holder: LicenceHolder
      metadata: LicenceMetadata
    }
    return {
      id: r.id,
      licenceId: r.licence_id,
      typeCode: r.type_code,
      issuerId: r.issuer_id,
      sealId: r.seal_id,
      number: r.number,
      version: r.version,
      ...content,
      salt: r.salt,
      status: r.status,
      caseNumber: r.case_number,
      requestDigest: r.request_digest,
      ...(r.document_id === null ? {} : { documentId: r.document_id }),
      createdAt: r.created_at,
    }
  }
  const one = async (rows: Promise<LicenceRow[]>): Promise<Licence | undefined> => {
    const [row] = await rows
    return row === undefined ? undefined : read(row)
  }
  return {
    nextSerial: async () => {
      const [row] = await db.query<{ n: number }>(`SELECT nextval('licence_serial') AS n`)
      return row?.n ?? 0
    },
    insert: async (tx, l) => {
      try {
        await queryable(db, tx).query(
          `INSERT INTO licence (id, licence_id, type_code, issuer_id, seal_id, number, version, holder_kind, holder_index, content,
             salt, status, case_number, request_digest, document_id, created_at)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`,
          [
            l.id,
            l.licenceId,
            l.typeCode,
            l.issuerId,
            l.sealId,
            l.number,
            l.version,
            l.holder.kind,
            cipher.blindIndex(INDEX, l.holder.code),
            cipher.encrypt(COLUMN, JSON.stringify({ holder: l.holder, metadata: l.metadata })),
            l.salt,
            l.status,
            l.caseNumber,
            l.requestDigest,
            l.documentId ?? null,
            l.createdAt,
          ],
        )
      } catch (cause) {
        if (isUniqueViolation(cause))
          throw new TrustError('LICENCE_DUPLICATE', 'this number or case has a licence already', { cause })
        throw cause
      }
    },
    find: (id, tx) => one(queryable(db, tx).query<LicenceRow>(`SELECT ${COLUMNS} FROM licence WHERE id = $1`, [id])),
    findByLicenceId: (licenceId, tx) =>
      one(queryable(db, tx).query<LicenceRow>(`SELECT ${COLUMNS} FROM licence WHERE licence_id = $1`, [licenceId])),
    findByCase: (issuerId, caseNumber, tx) =>
      one(
        queryable(db, tx).query<LicenceRow>(
          `SELECT ${COLUMNS} FROM licence WHERE issuer_id = $1 AND case_number = $2`,
          [issuerId, caseNumber],
        ),
      ),
    findByHolder: async (code) =>
      (
        await db.query<LicenceRow>(
          `SELECT ${COLUMNS} FROM licence WHERE holder_index = $1 AND status <> 'draft' ORDER BY created_at DESC, id DESC LIMIT 500`,
          [cipher.blindIndex(INDEX, code)],
        )
      ).map(read),
    findByIssuer: async (issuerId, limit) =>
      (
        await db.query<LicenceRow>(
          `SELECT ${COLUMNS} FROM licence WHERE issuer_id = $1 AND status <> 'draft' ORDER BY created_at DESC, id DESC LIMIT $2`,
          [issuerId, limit],
        )
      ).map(read),
    setStatus: async (tx, id, { from, to, documentId, sealId }) =>
      (
        await queryable(db, tx).query(
          `UPDATE licence SET status = $3, document_id = coalesce($4, document_id), seal_id = coalesce($5::uuid, seal_id)
           WHERE id = $1 AND status = $2 RETURNING id`,
          [id, from, to, documentId ?? null, sealId ?? null],
        )
      ).length === 1,
    addStatus: async (tx, { licenceId, status, at, reason }) => {
      await queryable(db, tx).query(
        `INSERT INTO licence_status (licence_id, seq, status, at, reason)
         SELECT $1, coalesce(max(seq), 0) + 1, $2, $3, $4 FROM licence_status WHERE licence_id = $1`,
        [licenceId, status, at, reason],
      )
    },
    timeline: async (licenceId) =>
      (
        await db.query<StatusRow>(
          'SELECT licence_id, status, at, reason FROM licence_status WHERE licence_id = $1 ORDER BY seq',
          [licenceId],
        )
      ).map(change),
    allForSnapshot: async () => {
      const licences = await db.query<LicenceRow>(`SELECT ${COLUMNS} FROM licence WHERE status <> 'draft' ORDER BY id`)
      const changes = (
        await db.query<StatusRow>('SELECT licence_id, status, at, reason FROM licence_status ORDER BY licence_id, seq')
      ).map(change)
      const byLicence = Map.groupBy(changes, (c) => c.licenceId)
      return licences.map((r) => ({ licence: read(r), timeline: byLicence.get(r.id) ?? [] }))
    },
    draftsBefore: async (at) =>
      (
        await db.query<LicenceRow>(
          `SELECT ${COLUMNS} FROM licence WHERE status = 'draft' AND created_at < $1 ORDER BY id`,
          [at],
        )
      ).map(read),
  }
}
