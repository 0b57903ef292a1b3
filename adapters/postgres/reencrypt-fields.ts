/**
 * Puts every encrypted field under the current master key while the service runs: in batches, each field replaced only if it is
 * still the one that was read. Can be cut off and run again. Refuses fields that do not open, and knows when a column that it
 * was never told of holds fields of an earlier key.
 */
import { equalBytes } from '../../standards/bytes.ts'
import { fieldHeader } from '../../src/crypto/node.ts'
import type { FieldCipher } from '../../src/identity/index.ts'
import type { Db } from './db.ts'

interface EncryptedColumn {
  readonly table: string
  readonly key: string
  readonly keyType: 'uuid' | 'text'
  readonly column: string
  /** What the field is bound to. */
  readonly name: string
}

/** Every column with encrypted fields. One that is missing here keeps an earlier master key from being retired. */
export const ENCRYPTED_COLUMNS: readonly EncryptedColumn[] = [
  { table: 'natural_person', key: 'id', keyType: 'uuid', column: 'name_encrypted', name: 'natural_person.name' },
  {
    table: 'natural_person',
    key: 'id',
    keyType: 'uuid',
    column: 'citizen_id_encrypted',
    name: 'natural_person.citizen_id',
  },
  { table: 'licence', key: 'id', keyType: 'uuid', column: 'content', name: 'licence.content' },
  {
    table: 'oidc_client',
    key: 'client_id',
    keyType: 'text',
    column: 'secret_sealed',
    name: 'oidc_client.secret_sealed',
  },
  {
    table: 'certificate_application',
    key: 'id',
    keyType: 'uuid',
    column: 'csr',
    name: 'certificate_application.csr',
  },
  {
    table: 'authenticator',
    key: 'id',
    keyType: 'uuid',
    column: 'secret_encrypted',
    name: 'authenticator.secret',
  },
  { table: 'oidc_signing_key', key: 'kid', keyType: 'text', column: 'sealed', name: 'oidc_signing_key.sealed' },
  { table: 'service_secret', key: 'name', keyType: 'text', column: 'sealed', name: 'service_secret.sealed' },
]

const BATCH = 200

export interface ReencryptOptions {
  readonly db: Db
  readonly cipher: Pick<FieldCipher, 'encrypt' | 'decrypt'>
  /** Version of the current master key. */
  readonly current: string
  /** After each batch, so that a long run can be watched and, in tests, cut off. */
  readonly afterBatch?: () => Promise<void>
}

const isCurrent = (field: Uint8Array, current: string): boolean => {
  const header = fieldHeader(current)
  return equalBytes(field.subarray(0, header.length), header)
}

interface FieldRow {
  readonly key: string
  readonly field: Uint8Array
  readonly [more: string]: unknown
}

const nextRows = (db: Db, c: EncryptedColumn, after: string | undefined): Promise<FieldRow[]> =>
  db.query<FieldRow>(
    `SELECT ${c.key}::text AS key, ${c.column} AS field FROM ${c.table}
     WHERE ${c.column} IS NOT NULL ${after === undefined ? '' : `AND ${c.key} > $1::${c.keyType}`}
     ORDER BY ${c.key} LIMIT ${BATCH}`,
    after === undefined ? [] : [after],
  )

const reencryptColumn = async (options: ReencryptOptions, c: EncryptedColumn): Promise<number> => {
  const { db, cipher, current, afterBatch } = options
  let done = 0
  for (let rows = await nextRows(db, c, undefined); rows.length > 0;) {
    for (const { key, field } of rows) {
      if (isCurrent(field, current)) continue
      const fresh = cipher.encrypt(c.name, cipher.decrypt(c.name, field))
      const changed = await db.query(
        `UPDATE ${c.table} SET ${c.column} = $2 WHERE ${c.key} = $1::${c.keyType} AND ${c.column} = $3 RETURNING 1 AS one`,
        [key, fresh, field],
      )
      done += changed.length
    }
    await afterBatch?.()
    rows = await nextRows(db, c, rows.at(-1)?.key)
  }
  return done
}

/** How many fields were replaced. @throws TrustError KEY_NOT_FOUND, KEY_UNUSABLE */
export const reencryptFields = async (options: ReencryptOptions): Promise<number> => {
  let done = 0
  for (const column of ENCRYPTED_COLUMNS) done += await reencryptColumn(options, column)
  return done
}

/**
 * How many fields stand under the master key of this version, by `table.column`, wherever they are: the beginning of a field
 * names its key, and every bytea column is looked at.
 */
export const countFields = async (db: Db, version: string): Promise<ReadonlyMap<string, number>> => {
  const columns = await db.query<{ table_name: string; column_name: string }>(
    `SELECT c.table_name, c.column_name FROM information_schema.columns c
     JOIN information_schema.tables t USING (table_schema, table_name)
     WHERE c.table_schema = current_schema() AND c.data_type = 'bytea' AND t.table_type = 'BASE TABLE'
     ORDER BY 1, 2`,
  )
  const header = fieldHeader(version)
  const counts = new Map<string, number>()
  for (const { table_name: table, column_name: column } of columns) {
    const [row] = await db.query<{ n: number }>(
      `SELECT count(*) AS n FROM "${table}" WHERE substring("${column}" FROM 1 FOR ${header.length}) = $1`,
      [header],
    )
    if (row !== undefined && row.n > 0) counts.set(`${table}.${column}`, row.n)
  }
  return counts
}
