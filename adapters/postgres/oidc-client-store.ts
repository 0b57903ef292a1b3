/** Registered portals and systems. Secrets come and go encrypted. */
import type { ClientRow, ClientStore } from '../../src/oidc/ports.ts'
import { queryable, type Db } from './db.ts'

interface Row extends Record<string, unknown> {
  client_id: string
  metadata: Record<string, unknown>
  secret_sealed: Uint8Array | null
  organisation_entity_id: string | null
  backchannel_logout_uri: string | null
  hosts: string[]
  created_at: Date
}

const COLUMNS = 'client_id, metadata, secret_sealed, organisation_entity_id, backchannel_logout_uri, hosts, created_at'

const asClient = (r: Row): ClientRow => ({
  clientId: r.client_id,
  metadata: r.metadata,
  ...(r.secret_sealed === null ? {} : { secretSealed: r.secret_sealed }),
  ...(r.organisation_entity_id === null ? {} : { organisationEntityId: r.organisation_entity_id }),
  ...(r.backchannel_logout_uri === null ? {} : { backchannelLogoutUri: r.backchannel_logout_uri }),
  hosts: r.hosts,
  createdAt: r.created_at,
})

export const makeClientStore = (db: Db): ClientStore => ({
  insert: async (tx, c) => {
    const rows = await queryable(db, tx).query(
      `INSERT INTO oidc_client (${COLUMNS}) VALUES ($1, $2::jsonb, $3, $4::uuid, $5, $6, $7)
       ON CONFLICT DO NOTHING RETURNING client_id`,
      [
        c.clientId,
        JSON.stringify(c.metadata),
        c.secretSealed ?? null,
        c.organisationEntityId ?? null,
        c.backchannelLogoutUri ?? null,
        c.hosts,
        c.createdAt,
      ],
    )
    return rows.length === 1
  },
  replace: async (tx, c) => {
    await queryable(db, tx).query(
      `UPDATE oidc_client SET metadata = $2::jsonb, secret_sealed = $3, organisation_entity_id = $4::uuid,
         backchannel_logout_uri = $5, hosts = $6 WHERE client_id = $1`,
      [
        c.clientId,
        JSON.stringify(c.metadata),
        c.secretSealed ?? null,
        c.organisationEntityId ?? null,
        c.backchannelLogoutUri ?? null,
        c.hosts,
      ],
    )
  },
  find: async (clientId) => {
    const [row] = await db.query<Row>(`SELECT ${COLUMNS} FROM oidc_client WHERE client_id = $1`, [clientId])
    return row && asClient(row)
  },
  names: async (clientIds) => {
    const rows = await db.query<{ client_id: string; name: string | null }>(
      "SELECT client_id, metadata->>'client_name' AS name FROM oidc_client WHERE client_id = ANY($1)",
      [clientIds],
    )
    return new Map(rows.map((r) => [r.client_id, r.name ?? r.client_id]))
  },
  hasLogoutUri: async (uri) =>
    (await db.query('SELECT client_id FROM oidc_client WHERE backchannel_logout_uri = $1 LIMIT 1', [uri])).length > 0,
  hasHost: async (host) =>
    (await db.query('SELECT client_id FROM oidc_client WHERE $1 = ANY(hosts) LIMIT 1', [host])).length > 0,
})
