/** Legal entities and mandates in SQL. Reads inside a transaction hold their rows, so that nothing is revoked under a decision. */
import type { EntityStore, MandateStore } from '../../src/identity/ports.ts'
import type { Agent, EntityKind, LegalEntity, Mandate, MandateFunction } from '../../src/identity/index.ts'
import { TrustError } from '../../src/errors.ts'
import type { Tx } from '../../src/kernel/index.ts'
import { isUniqueViolation, queryable, type Db } from './db.ts'

const held = (tx: Tx | undefined, strength: 'SHARE' | 'UPDATE' = 'SHARE'): string =>
  tx === undefined ? '' : ` FOR ${strength}`

interface EntityRow extends Record<string, unknown> {
  id: string
  kind: EntityKind
  name: string
  uscc: string
  legal_representative_id: string | null
  status: LegalEntity['status']
  registered_at: Date
}
const ENTITY = 'id, kind, name, uscc, legal_representative_id, status, registered_at'

const toEntity = (row: EntityRow): LegalEntity => ({
  id: row.id,
  kind: row.kind,
  name: row.name,
  uscc: row.uscc,
  legalRepresentativeId: row.legal_representative_id ?? undefined,
  status: row.status,
  registeredAt: row.registered_at,
})

export const makeEntityStore = (db: Db): EntityStore => {
  const select = async (where: string, param: string | readonly string[], tx?: Tx): Promise<LegalEntity[]> =>
    (
      await queryable(db, tx).query<EntityRow>(
        `SELECT ${ENTITY} FROM legal_entity WHERE ${where} ORDER BY registered_at, id${held(tx)}`,
        [param],
      )
    ).map(toEntity)
  return {
    insert: async (tx, { id, kind, name, uscc, legalRepresentativeId, status, registeredAt }) => {
      await queryable(db, tx)
        .query(`INSERT INTO legal_entity (${ENTITY}) VALUES ($1, $2, $3, $4, $5, $6, $7)`, [
          id,
          kind,
          name,
          uscc,
          legalRepresentativeId ?? null,
          status,
          registeredAt,
        ])
        .catch((error: unknown) => {
          if (!isUniqueViolation(error, 'legal_entity_uscc_unique')) throw error
          throw new TrustError('ENTITY_ALREADY_REGISTERED', 'this entity is registered')
        })
    },
    find: async (id, tx) => (await select('id = $1', id, tx))[0],
    findByUscc: async (uscc, tx) => (await select('uscc = $1', uscc, tx))[0],
    findMany: (ids, tx) => (ids.length === 0 ? Promise.resolve([]) : select('id = ANY($1::uuid[])', ids, tx)),
    ofRepresentative: (personId, tx) => select('legal_representative_id = $1', personId, tx),
    hold: async (tx, uscc) =>
      (
        await queryable(db, tx).query<EntityRow>(`SELECT ${ENTITY} FROM legal_entity WHERE uscc = $1 FOR UPDATE`, [
          uscc,
        ])
      ).map(toEntity)[0],
    setStatus: async (tx, id, status) =>
      (
        await queryable(db, tx).query(
          'UPDATE legal_entity SET status = $2 WHERE id = $1 AND status <> $2 RETURNING id',
          [id, status],
        )
      ).length === 1,
    rename: async (tx, id, name) =>
      (
        await queryable(db, tx).query('UPDATE legal_entity SET name = $2 WHERE id = $1 AND name <> $2 RETURNING id', [
          id,
          name,
        ])
      ).length === 1,
    setRepresentative: async (tx, id, personId) => {
      await queryable(db, tx).query('UPDATE legal_entity SET legal_representative_id = $2 WHERE id = $1', [
        id,
        personId ?? null,
      ])
    },
  }
}

interface MandateRow extends Record<string, unknown> {
  id: string
  entity_id: string
  agent_kind: Agent['kind']
  agent_id: string
  functions: MandateFunction[]
  valid_from: Date
  valid_to: Date
  granted_by: string
  revoked_at: Date | null
}
const MANDATE = 'id, entity_id, agent_kind, agent_id, functions, valid_from, valid_to, granted_by, revoked_at'

const agentId = (agent: Agent): string => (agent.kind === 'person' ? agent.personId : agent.clientId)

const toMandate = (row: MandateRow): Mandate => ({
  id: row.id,
  entityId: row.entity_id,
  agent:
    row.agent_kind === 'person'
      ? { kind: 'person', personId: row.agent_id }
      : { kind: 'client', clientId: row.agent_id },
  functions: row.functions,
  validFrom: row.valid_from,
  validTo: row.valid_to,
  grantedBy: row.granted_by,
  ...(row.revoked_at === null ? {} : { revokedAt: row.revoked_at }),
})

export const makeMandateStore = (db: Db): MandateStore => ({
  insert: async (tx, { id, entityId, agent, functions, validFrom, validTo, grantedBy }) => {
    await queryable(db, tx).query(
      `INSERT INTO mandate (id, entity_id, agent_kind, agent_id, functions, valid_from, valid_to, granted_by)
       VALUES ($1, $2, $3, $4, $5::text[], $6, $7, $8)`,
      [id, entityId, agent.kind, agentId(agent), functions, validFrom, validTo, grantedBy],
    )
  },
  find: async (id, tx) =>
    (
      await queryable(db, tx).query<MandateRow>(`SELECT ${MANDATE} FROM mandate WHERE id = $1${held(tx, 'UPDATE')}`, [
        id,
      ])
    ).map(toMandate)[0],
  revoke: async (tx, id, { personId, at }) =>
    (
      await queryable(db, tx).query<MandateRow>(
        `UPDATE mandate SET revoked_at = $2, revoked_by = $3 WHERE id = $1 AND revoked_at IS NULL RETURNING ${MANDATE}`,
        [id, at, personId],
      )
    ).map(toMandate)[0],
  revokeOfEntity: async (tx, entityId, { at, cause }) =>
    (
      await queryable(db, tx).query<MandateRow>(
        `UPDATE mandate SET revoked_at = $2, revoked_cause = $3 WHERE entity_id = $1 AND revoked_at IS NULL RETURNING ${MANDATE}`,
        [entityId, at, cause],
      )
    ).map(toMandate),
  ofAgent: async (agent, entityId, tx) =>
    (
      await queryable(db, tx).query<MandateRow>(
        `SELECT ${MANDATE} FROM mandate WHERE agent_kind = $1 AND agent_id = $2 AND ($3::uuid IS NULL OR entity_id = $3::uuid)
         ORDER BY id DESC${held(tx)}`,
        [agent.kind, agentId(agent), entityId ?? null],
      )
    ).map(toMandate),
  ofEntity: async (entityId, tx) =>
    (
      await queryable(db, tx).query<MandateRow>(
        `SELECT ${MANDATE} FROM mandate WHERE entity_id = $1 ORDER BY id DESC${held(tx)}`,
        [entityId],
      )
    ).map(toMandate),
})
