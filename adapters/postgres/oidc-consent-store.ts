/** Whom people let have which data, with the version of the text that they read. */
import type { ConsentRow, ConsentStore } from '../../src/oidc/ports.ts'
import { queryable, type Db } from './db.ts'

interface Row extends Record<string, unknown> {
  client_id: string
  scopes: string[]
  text_version: string
  given_at: Date
  withdrawn_at: Date | null
}

const asConsent = (r: Row): ConsentRow => ({
  clientId: r.client_id,
  scopes: r.scopes,
  textVersion: r.text_version,
  givenAt: r.given_at,
  ...(r.withdrawn_at === null ? {} : { withdrawnAt: r.withdrawn_at }),
})

export const makeConsentStore = (db: Db): ConsentStore => ({
  covers: async ({ accountId, clientId, scopes, textVersion }) => {
    const text = `SELECT id FROM oidc_consent WHERE account_id = $1::uuid AND client_id = $2 AND text_version = $3
      AND scopes @> $4 AND withdrawn_at IS NULL LIMIT 1`
    return (await db.query(text, [accountId, clientId, textVersion, scopes])).length > 0
  },
  insert: async (tx, { id, accountId, clientId, scopes, textVersion, givenAt }) => {
    const text = `INSERT INTO oidc_consent (id, account_id, client_id, scopes, text_version, given_at)
      VALUES ($1, $2, $3, $4, $5, $6)`
    await queryable(db, tx).query(text, [id, accountId, clientId, scopes, textVersion, givenAt])
  },
  ofAccount: async (accountId) => {
    const text = `SELECT client_id, scopes, text_version, given_at, withdrawn_at FROM oidc_consent
      WHERE account_id = $1::uuid ORDER BY given_at DESC, id DESC LIMIT 500`
    return (await db.query<Row>(text, [accountId])).map(asConsent)
  },
  withdraw: async (tx, { accountId, clientId, at }) => {
    const text = `UPDATE oidc_consent SET withdrawn_at = $3 WHERE account_id = $1::uuid AND client_id = $2
      AND withdrawn_at IS NULL RETURNING id`
    return (await queryable(db, tx).query(text, [accountId, clientId, at])).length
  },
})
