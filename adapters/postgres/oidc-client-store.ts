/** Registered portals and systems. Secrets come and go encrypted. */
import type { ClientRow, ClientStore, LogoutMode } from '../../src/oidc/ports.ts'
import { queryable, type Db, type Param } from './db.ts'

interface Row extends Record<string, unknown> {
  client_id: string
  metadata: Record<string, unknown>
  secret_sealed: Uint8Array | null
  organisation_entity_id: string | null
  backchannel_logout_uri: string | null
  logout_mode: LogoutMode
  lease_seconds: number | null
  hosts: string[]
  created_at: Date
  disabled_at: Date | null
}

const COLUMNS = `client_id, metadata, secret_sealed, organisation_entity_id, backchannel_logout_uri, hosts, logout_mode,
  lease_seconds`
const ALL = `${COLUMNS}, created_at, disabled_at`

const asClient = (r: Row): ClientRow => ({
  clientId: r.client_id,
  metadata: r.metadata,
  ...(r.secret_sealed === null ? {} : { secretSealed: r.secret_sealed }),
  ...(r.organisation_entity_id === null ? {} : { organisationEntityId: r.organisation_entity_id }),
  ...(r.backchannel_logout_uri === null ? {} : { backchannelLogoutUri: r.backchannel_logout_uri }),
  logoutMode: r.logout_mode,
  ...(r.lease_seconds === null ? {} : { leaseSeconds: r.lease_seconds }),
  hosts: r.hosts,
  createdAt: r.created_at,
  ...(r.disabled_at === null ? {} : { disabledAt: r.disabled_at }),
})

const params = (c: ClientRow): Param[] => [
  c.clientId,
  JSON.stringify(c.metadata),
  c.secretSealed ?? null,
  c.organisationEntityId ?? null,
  c.backchannelLogoutUri ?? null,
  c.hosts,
  c.logoutMode,
  c.leaseSeconds ?? null,
]

export const makeClientStore = (db: Db): ClientStore => ({
  insert: async (tx, c) => {
    const rows = await queryable(db, tx).query(
      `INSERT INTO oidc_client (${COLUMNS}, created_at) VALUES ($1, $2::jsonb, $3, $4::uuid, $5, $6, $7, $8, $9)
       ON CONFLICT DO NOTHING RETURNING client_id`,
      [...params(c), c.createdAt],
    )
    return rows.length === 1
  },
  replace: async (tx, c) => {
    await queryable(db, tx).query(
      `UPDATE oidc_client SET metadata = $2::jsonb, secret_sealed = $3, organisation_entity_id = $4::uuid,
         backchannel_logout_uri = $5, hosts = $6, logout_mode = $7, lease_seconds = $8 WHERE client_id = $1`,
      params(c),
    )
  },
  find: async (clientId) => {
    const [row] = await db.query<Row>(`SELECT ${ALL} FROM oidc_client WHERE client_id = $1`, [clientId])
    return row && asClient(row)
  },
  list: async () => (await db.query<Row>(`SELECT ${ALL} FROM oidc_client ORDER BY client_id`)).map(asClient),
  setDisabled: async (tx, clientId, at) => {
    const text = 'UPDATE oidc_client SET disabled_at = $2 WHERE client_id = $1 RETURNING client_id'
    return (await queryable(db, tx).query(text, [clientId, at ?? null])).length === 1
  },
  setSecret: async (tx, clientId, sealed) => {
    const text = `UPDATE oidc_client SET secret_sealed = $2 WHERE client_id = $1 AND secret_sealed IS NOT NULL
      RETURNING client_id`
    return (await queryable(db, tx).query(text, [clientId, sealed])).length === 1
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
