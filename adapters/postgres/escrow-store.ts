/** Escrowed keys and their deliveries in SQL. What stands here opens only with a master key, and only for its own certificate. */
import type { EscrowStore, EscrowedKey, KeyDelivery } from '../../src/pki/escrow/index.ts'
import type { Db, Row } from './db.ts'
import { queryable } from './db.ts'

interface KeyRow extends Row {
  readonly issuer_id: string
  readonly serial: string
  readonly public_key: Uint8Array
  readonly sealed: Uint8Array
}
interface DeliveryRow extends Row {
  readonly id: string
  readonly issuer_id: string
  readonly serial: string
  readonly occasion: KeyDelivery['occasion']
  readonly proposal_id: string | null
  readonly recipient_key: Uint8Array
  readonly envelope: Uint8Array
  readonly audit_event: string | null
  readonly at: Date
}

const KEY = 'issuer_id, serial, public_key, sealed'
const DELIVERY = 'id, issuer_id, serial, occasion, proposal_id, recipient_key, envelope, at, audit_event'

const toKey = (r: KeyRow): EscrowedKey => ({
  issuerId: r.issuer_id,
  serialHex: r.serial,
  publicKey: new Uint8Array(r.public_key),
  sealed: new Uint8Array(r.sealed),
})
const toDelivery = (r: DeliveryRow): KeyDelivery => ({
  id: r.id,
  issuerId: r.issuer_id,
  serialHex: r.serial,
  occasion: r.occasion,
  ...(r.proposal_id === null ? {} : { proposalId: r.proposal_id }),
  recipientKey: new Uint8Array(r.recipient_key),
  envelope: new Uint8Array(r.envelope),
  ...(r.audit_event === null ? {} : { auditEventId: r.audit_event }),
  at: r.at,
})

type Keys = Pick<EscrowStore, 'insert' | 'find' | 'reseal' | 'page'>
const keys = (db: Db): Keys => ({
  insert: async (tx, { issuerId, serialHex, publicKey, sealed }) => {
    await queryable(db, tx).query(`INSERT INTO escrowed_key (${KEY}) VALUES ($1, $2, $3, $4)`, [
      issuerId,
      serialHex,
      publicKey,
      sealed,
    ])
  },
  find: async ({ issuerId, serialHex }, tx) =>
    (
      await queryable(db, tx).query<KeyRow>(`SELECT ${KEY} FROM escrowed_key WHERE issuer_id = $1 AND serial = $2`, [
        issuerId,
        serialHex,
      ])
    ).map(toKey)[0],
  reseal: async (tx, { issuerId, serialHex }, sealed) => {
    await queryable(db, tx).query('UPDATE escrowed_key SET sealed = $3 WHERE issuer_id = $1 AND serial = $2', [
      issuerId,
      serialHex,
      sealed,
    ])
  },
  page: async (after, limit, tx) =>
    (
      await queryable(db, tx).query<KeyRow>(
        `SELECT ${KEY} FROM escrowed_key WHERE $1::text IS NULL OR (issuer_id, serial) > ($1, $2)
         ORDER BY issuer_id, serial LIMIT $3`,
        [after?.issuerId ?? null, after?.serialHex ?? null, limit],
      )
    ).map(toKey),
})

export const makeEscrowStore = (db: Db): EscrowStore => ({
  ...keys(db),
  insertDelivery: async (tx, { id, issuerId, serialHex, occasion, at, ...d }) => {
    await queryable(db, tx).query(
      `INSERT INTO key_delivery (${DELIVERY}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
      [
        ...[id, issuerId, serialHex, occasion],
        ...[d.proposalId ?? null, d.recipientKey, d.envelope, at, d.auditEventId ?? null],
      ],
    )
  },
  deliveries: async ({ issuerId, serialHex }, tx) =>
    (
      await queryable(db, tx).query<DeliveryRow>(
        `SELECT ${DELIVERY} FROM key_delivery WHERE issuer_id = $1 AND serial = $2 ORDER BY id DESC`,
        [issuerId, serialHex],
      )
    ).map(toDelivery),
  deliveryOf: async (proposalId, tx) =>
    (
      await queryable(db, tx).query<DeliveryRow>(`SELECT ${DELIVERY} FROM key_delivery WHERE proposal_id = $1`, [
        proposalId,
      ])
    ).map(toDelivery)[0],
})
