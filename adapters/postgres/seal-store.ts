/** The seal store in SQL: seals, their timelines, and the journal of intents. */
import type { SealJournal, Seals, SealStore, StatusChange } from '../../src/seal/ports.ts'
import type { Seal, SealKind, SealStatus, StatusStep } from '../../src/seal/index.ts'
import { TrustError } from '../../src/errors.ts'
import type { Db, Queryable, Row } from './db.ts'
import { queryable } from './db.ts'
import { agentId, makeSealApplications, toAgent } from './seal-application-store.ts'

interface SealRow extends Row {
  readonly id: string
  readonly entity_id: string
  readonly code: string
  readonly name: string
  readonly kind: SealKind
  readonly line: string | null
  readonly status: SealStatus
  readonly der: Uint8Array
  readonly picture_type: Seal['picture']['type']
  readonly picture: Uint8Array
  readonly width_mm: number
  readonly height_mm: number
  readonly outline: NonNullable<Seal['picture']['outline']> | null
  readonly outline_size: number | null
  readonly sm2_key_id: string
  readonly sm2_certificate: Uint8Array
  readonly p256_key_id: string
  readonly p256_certificate: Uint8Array
  readonly valid_from: Date
  readonly valid_to: Date
  readonly made_at: Date
}

const COLUMNS = `id, entity_id, code, name, kind, line, status, der, picture_type, picture, width_mm, height_mm, outline,
  outline_size, sm2_key_id, sm2_certificate, p256_key_id, p256_certificate, valid_from, valid_to, made_at`

/** One driver gives a Buffer: the same octets, but other semantics. */
const plain = (b: Uint8Array): Uint8Array => new Uint8Array(b.buffer, b.byteOffset, b.length)

const toSeal = (row: SealRow): Seal => ({
  id: row.id,
  entityId: row.entity_id,
  code: row.code,
  name: row.name,
  kind: row.kind,
  ...(row.line === null ? {} : { line: row.line }),
  status: row.status,
  der: plain(row.der),
  picture: {
    type: row.picture_type,
    data: plain(row.picture),
    widthMm: row.width_mm,
    heightMm: row.height_mm,
    ...(row.outline === null ? {} : { outline: row.outline }),
    ...(row.outline_size === null ? {} : { outlineSize: row.outline_size }),
  },
  sm2: { keyId: row.sm2_key_id, certificate: plain(row.sm2_certificate) },
  p256: { keyId: row.p256_key_id, certificate: plain(row.p256_certificate) },
  validFrom: row.valid_from,
  validTo: row.valid_to,
  madeAt: row.made_at,
})

const insertSeal = async (q: Queryable, seal: Seal): Promise<void> => {
  const { picture, sm2, p256 } = seal
  await q.query(
    `INSERT INTO seal (${COLUMNS})
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13::jsonb, $14, $15, $16, $17, $18, $19, $20, $21)`,
    [
      ...[seal.id, seal.entityId, seal.code, seal.name, seal.kind, seal.line ?? null, seal.status, seal.der],
      ...[picture.type, picture.data, picture.widthMm, picture.heightMm],
      ...[picture.outline === undefined ? null : JSON.stringify(picture.outline), picture.outlineSize ?? null],
      ...[sm2.keyId, sm2.certificate, p256.keyId, p256.certificate, seal.validFrom, seal.validTo, seal.madeAt],
    ],
  )
}

const appendStatus = (q: Queryable, id: string, { status, from, reason, agent }: StatusChange) =>
  q.query(
    `INSERT INTO seal_status (seal_id, step, status, from_at, reason, agent_kind, agent_id)
     SELECT $1, coalesce(max(step), 0) + 1, $2, $3, $4, $5, $6 FROM seal_status WHERE seal_id = $1`,
    [id, status, from, reason, agent.kind, agent.kind === 'system' ? agent.id : agentId(agent)],
  )

interface StatusRow extends Row {
  readonly status: SealStatus
  readonly from_at: Date
  readonly reason: string
  readonly agent_kind: string
  readonly agent_id: string
}

const timelineOf = async (q: Queryable, id: string): Promise<StatusChange[]> =>
  (
    await q.query<StatusRow>(
      'SELECT status, from_at, reason, agent_kind, agent_id FROM seal_status WHERE seal_id = $1 ORDER BY step',
      [id],
    )
  ).map((r) => ({
    status: r.status,
    from: r.from_at,
    reason: r.reason,
    agent: r.agent_kind === 'system' ? { kind: 'system', id: r.agent_id } : toAgent(r.agent_kind, r.agent_id),
  }))

const allTimelines = async (q: Queryable): Promise<{ code: string; timeline: StatusStep[] }[]> => {
  const rows = await q.query<{ code: string; status: string; from_at: Date }>(
    `SELECT s.code, t.status, t.from_at FROM seal s JOIN seal_status t ON t.seal_id = s.id ORDER BY s.code, t.step`,
  )
  const byCode = new Map<string, StatusStep[]>()
  for (const { code, status, from_at } of rows)
    byCode.set(code, [...(byCode.get(code) ?? []), { status, from: from_at }])
  return [...byCode].map(([code, timeline]) => ({ code, timeline }))
}

const makeSeals = (db: Db): Seals => ({
  insert: async (tx, seal, first) => {
    const q = queryable(db, tx)
    await insertSeal(q, seal)
    await appendStatus(q, seal.id, first)
  },
  find: async (id, tx) => {
    const [row] = await queryable(db, tx).query<SealRow>(`SELECT ${COLUMNS} FROM seal WHERE id = $1`, [id])
    return row && toSeal(row)
  },
  ofEntity: async (entityId, tx) =>
    (
      await queryable(db, tx).query<SealRow>(
        `SELECT ${COLUMNS} FROM seal WHERE entity_id = $1 ORDER BY made_at DESC, id DESC`,
        [entityId],
      )
    ).map(toSeal),
  lockForUse: async (tx, id) => {
    const [row] = await queryable(db, tx).query<Pick<SealRow, 'status' | 'valid_from' | 'valid_to'>>(
      'SELECT status, valid_from, valid_to FROM seal WHERE id = $1 FOR SHARE',
      [id],
    )
    return row && { status: row.status, validFrom: row.valid_from, validTo: row.valid_to }
  },
  lockForChange: async (tx, id) => {
    const q = queryable(db, tx)
    const [row] = await q.query<Pick<SealRow, 'status'>>('SELECT status FROM seal WHERE id = $1 FOR UPDATE', [id])
    return row && { status: row.status, timeline: await timelineOf(q, id) }
  },
  changeStatus: async (tx, id, change) => {
    const q = queryable(db, tx)
    await q.query('UPDATE seal SET status = $2 WHERE id = $1', [id, change.status])
    await appendStatus(q, id, change)
  },
  timeline: (id, tx) => timelineOf(queryable(db, tx), id),
  timelines: (tx) => allTimelines(queryable(db, tx)),
})

interface IntentRow extends Row {
  readonly id: string
  readonly kind: 'make' | 'apply'
  readonly seal_id: string
  readonly at: Date
}

const makeJournal = (db: Db): SealJournal => ({
  intend: async (tx, i) => {
    await queryable(db, tx).query(
      `INSERT INTO seal_intent (id, kind, seal_id, agent_kind, agent_id, reason, document_digest, key_id, to_sign, at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
      [
        ...[i.id, i.kind, i.sealId, i.agent.kind, agentId(i.agent), i.reason],
        ...[i.documentDigest ?? null, i.keyId, i.toSign, i.at],
      ],
    )
  },
  complete: async (tx, id, { resultDigest, at }) => {
    const rows = await queryable(db, tx).query(
      `UPDATE seal_intent SET result_digest = $2, completed_at = $3 WHERE id = $1 AND completed_at IS NULL RETURNING id`,
      [id, resultDigest, at],
    )
    if (rows.length === 0) throw new TrustError('CONFLICT', 'the intent is not open')
  },
  sweep: async (tx, before, at) =>
    (
      await queryable(db, tx).query<IntentRow>(
        `UPDATE seal_intent SET reported_at = $2
         WHERE completed_at IS NULL AND reported_at IS NULL AND at < $1 RETURNING id, kind, seal_id, at`,
        [before, at],
      )
    ).map((r) => ({ id: r.id, kind: r.kind, sealId: r.seal_id, at: r.at })),
})

export const makeSealStore = (db: Db): SealStore => ({
  applications: makeSealApplications(db),
  seals: makeSeals(db),
  journal: makeJournal(db),
})
