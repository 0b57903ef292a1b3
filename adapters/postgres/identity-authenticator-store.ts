/** Authenticators, recovery codes, steps of a sign-in and notices in SQL. Secrets are encrypted; codes and handles are blind indexes only. */
import type {
  Authenticator,
  AuthenticatorKind,
  FieldCipher,
  IdentityStore,
  Method,
  Notice,
} from '../../src/identity/index.ts'
import { TrustError } from '../../src/errors.ts'
import type { Tx } from '../../src/kernel/index.ts'
import { isUniqueViolation, queryable, type Db } from './db.ts'

const SECRET = 'authenticator.secret'
const LOOKUP = 'authenticator.lookup'

interface Row extends Record<string, unknown> {
  id: string
  account_id: string
  kind: AuthenticatorKind
  label: string
  secret_encrypted: Uint8Array
  counter: number
  created_at: Date
  confirmed_at: Date | null
  last_used_at: Date | null
}
const COLUMNS = 'id, account_id, kind, label, secret_encrypted, counter, created_at, confirmed_at, last_used_at'

const toAuthenticator = (row: Row): Authenticator => ({
  id: row.id,
  accountId: row.account_id,
  kind: row.kind,
  label: row.label,
  createdAt: row.created_at,
  ...(row.confirmed_at === null ? {} : { confirmedAt: row.confirmed_at }),
  ...(row.last_used_at === null ? {} : { lastUsedAt: row.last_used_at }),
})

const taken = (error: unknown): never => {
  if (isUniqueViolation(error, 'authenticator_lookup_unique') || isUniqueViolation(error, 'authenticator_one_totp'))
    throw new TrustError('AUTHENTICATOR_TAKEN', 'enrolled already')
  throw error
}

export const makeAuthenticatorStore = (db: Db, cipher: FieldCipher): IdentityStore['authenticators'] => {
  const select = (where: string, params: readonly (string | Uint8Array)[], tx?: Tx): Promise<Row[]> =>
    queryable(db, tx).query<Row>(
      `SELECT ${COLUMNS} FROM authenticator WHERE removed_at IS NULL AND ${where} ORDER BY created_at, id${tx === undefined ? '' : ' FOR UPDATE'}`,
      params,
    )
  const withSecret = (row: Row) => ({
    ...toAuthenticator(row),
    secret: cipher.decrypt(SECRET, row.secret_encrypted),
    counter: row.counter,
  })
  return {
    insert: async (tx, { id, accountId, kind, label, secret, counter, createdAt, confirmedAt, lookup }) => {
      await queryable(db, tx)
        .query(
          `INSERT INTO authenticator (id, account_id, kind, label, secret_encrypted, lookup_index, counter, created_at, confirmed_at)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
          [
            id,
            accountId,
            kind,
            label,
            cipher.encrypt(SECRET, secret),
            lookup === undefined ? null : cipher.blindIndex(LOOKUP, lookup),
            counter,
            createdAt,
            confirmedAt ?? null,
          ],
        )
        .catch(taken)
    },
    ofAccount: async (accountId, tx) =>
      (await select('account_id = $1 AND confirmed_at IS NOT NULL', [accountId], tx)).map(toAuthenticator),
    find: async (id, tx) => (await select('id = $1', [id], tx)).map(withSecret)[0],
    findByLookup: async (kind, lookup, tx) =>
      (
        await select(
          'kind = $1 AND lookup_index = $2 AND confirmed_at IS NOT NULL',
          [kind, cipher.blindIndex(LOOKUP, lookup)],
          tx,
        )
      ).map(withSecret)[0],
    secretsOf: async (accountId, kind, tx) =>
      (await select('account_id = $1 AND kind = $2 AND confirmed_at IS NOT NULL', [accountId, kind], tx)).map(
        withSecret,
      ),
    use: async (tx, id, { counter, at }) =>
      (
        await queryable(db, tx).query(
          `UPDATE authenticator SET counter = $2, last_used_at = $3
           WHERE id = $1 AND removed_at IS NULL AND (counter < $2 OR (counter = 0 AND $2 = 0)) RETURNING id`,
          [id, counter, at],
        )
      ).length === 1,
    confirm: async (tx, id, at) => {
      await queryable(db, tx)
        .query('UPDATE authenticator SET confirmed_at = $2 WHERE id = $1 AND confirmed_at IS NULL RETURNING id', [
          id,
          at,
        ])
        .catch(taken)
    },
    remove: async (tx, id, at) =>
      (
        await queryable(db, tx).query(
          'UPDATE authenticator SET removed_at = $2 WHERE id = $1 AND removed_at IS NULL RETURNING id',
          [id, at],
        )
      ).length === 1,
    discard: async (tx, accountId, kind) => {
      await queryable(db, tx).query(
        'DELETE FROM authenticator WHERE account_id = $1 AND kind = $2 AND confirmed_at IS NULL',
        [accountId, kind],
      )
    },
  }
}

export const makeRecoveryCodeStore = (db: Db, cipher: FieldCipher): IdentityStore['recoveryCodes'] => {
  const indexOf = (accountId: string, code: string): Uint8Array =>
    cipher.blindIndex('recovery_code.code', `${accountId} ${code}`)
  return {
    replace: async (tx, accountId, { codes, at }) => {
      const q = queryable(db, tx)
      await q.query('DELETE FROM recovery_code WHERE account_id = $1', [accountId])
      for (const code of codes)
        await q.query('INSERT INTO recovery_code (account_id, code_index, made_at) VALUES ($1, $2, $3)', [
          accountId,
          indexOf(accountId, code),
          at,
        ])
    },
    holds: async (accountId, code) =>
      (
        await db.query(
          'SELECT 1 AS one FROM recovery_code WHERE account_id = $1 AND code_index = $2 AND used_at IS NULL',
          [accountId, indexOf(accountId, code)],
        )
      ).length === 1,
    use: async (tx, accountId, { code, at }) =>
      (
        await queryable(db, tx).query(
          'UPDATE recovery_code SET used_at = $3 WHERE account_id = $1 AND code_index = $2 AND used_at IS NULL RETURNING account_id',
          [accountId, indexOf(accountId, code), at],
        )
      ).length === 1,
    left: async (accountId, tx) =>
      (
        await queryable(db, tx).query<{ n: number }>(
          'SELECT count(*)::int AS n FROM recovery_code WHERE account_id = $1 AND used_at IS NULL',
          [accountId],
        )
      )[0]?.n ?? 0,
  }
}

interface StepRow extends Record<string, unknown> {
  account_id: string
  methods: Method[]
  expires_at: Date
}

export const makeSignInStepStore = (db: Db, cipher: FieldCipher): IdentityStore['signInSteps'] => {
  const indexOf = (handle: string): Uint8Array => cipher.blindIndex('sign_in_step.handle', handle)
  return {
    challenge: (handle) => cipher.blindIndex('sign_in_step.challenge', handle),
    put: async (tx, { handle, accountId, methods, expiresAt }) => {
      await queryable(db, tx).query(
        `INSERT INTO sign_in_step (handle_index, account_id, methods, expires_at) VALUES ($1, $2, $3::text[], $4)
         ON CONFLICT (handle_index) DO UPDATE SET account_id = excluded.account_id, methods = excluded.methods,
           expires_at = excluded.expires_at`,
        [indexOf(handle), accountId, methods, expiresAt],
      )
    },
    find: async (handle, at) =>
      (
        await db.query<StepRow>(
          'SELECT account_id, methods, expires_at FROM sign_in_step WHERE handle_index = $1 AND expires_at > $2',
          [indexOf(handle), at],
        )
      ).map((row) => ({ handle, accountId: row.account_id, methods: row.methods, expiresAt: row.expires_at }))[0],
    take: async (tx, handle) =>
      (
        await queryable(db, tx).query('DELETE FROM sign_in_step WHERE handle_index = $1 RETURNING account_id', [
          indexOf(handle),
        ])
      ).length === 1,
    sweep: async (before) =>
      (await db.query('DELETE FROM sign_in_step WHERE expires_at < $1 RETURNING account_id', [before])).length,
  }
}

interface NoticeRow extends Record<string, unknown> {
  id: string
  what: Notice['what']
  at: Date
}

export const makeNoticeStore = (db: Db): IdentityStore['notices'] => ({
  insert: async (tx, { id, accountId, what, at }) => {
    await queryable(db, tx).query('INSERT INTO account_notice (id, account_id, what, at) VALUES ($1, $2, $3, $4)', [
      id,
      accountId,
      what,
      at,
    ])
  },
  ofAccount: async (accountId, limit) =>
    (
      await db.query<NoticeRow>(
        'SELECT id, what, at FROM account_notice WHERE account_id = $1 ORDER BY at DESC, id DESC LIMIT $2',
        [accountId, limit],
      )
    ).map(({ id, what, at }) => ({ id, accountId, what, at })),
})
