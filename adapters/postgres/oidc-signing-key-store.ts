/** Keys that sign tokens; the private halves come and go encrypted. */
import type { SigningKeyStore } from '../../src/oidc/ports.ts'
import { queryable, type Db } from './db.ts'

interface Row extends Record<string, unknown> {
  kid: string
  sealed: Uint8Array
  signs_from: Date
}

export const makeSigningKeyStore = (db: Db): SigningKeyStore => ({
  list: async (tx) => {
    const text = `SELECT kid, sealed, signs_from FROM oidc_signing_key WHERE withdrawn_at IS NULL ORDER BY signs_from DESC`
    const rows = await queryable(db, tx).query<Row>(text)
    return rows.map((r) => ({ kid: r.kid, sealed: r.sealed, signsFrom: r.signs_from }))
  },
  insert: async (tx, { kid, sealed, signsFrom, at }) => {
    const text = `INSERT INTO oidc_signing_key (kid, sealed, created_at, signs_from) VALUES ($1, $2, $3, $4)
      ON CONFLICT DO NOTHING RETURNING kid`
    return (await queryable(db, tx).query(text, [kid, sealed, at, signsFrom])).length === 1
  },
  withdrawOthers: async (tx, { kid, at }) => {
    const text = 'UPDATE oidc_signing_key SET withdrawn_at = $2 WHERE kid <> $1 AND withdrawn_at IS NULL'
    await queryable(db, tx).query(text, [kid, at])
  },
})
