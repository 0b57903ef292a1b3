/** The identity store in SQL: people, entities, mandates, and the counting of failed sign-ins. */
import type { Attempts, AttemptStore, FieldCipher, IdentityStore } from '../../src/identity/ports.ts'
import { toHex } from '../../standards/bytes.ts'
import { queryable, type Db } from './db.ts'
import { makeEntityStore, makeMandateStore } from './identity-entity-store.ts'
import {
  makeAuthenticatorStore,
  makeNoticeStore,
  makeRecoveryCodeStore,
  makeSignInStepStore,
} from './identity-authenticator-store.ts'
import { makeRegisterEventStore, makeRegisterFeedStore } from './identity-register-store.ts'
import {
  makeAccountStore,
  makeAdministratorStore,
  makeEvidenceStore,
  makePersonStore,
} from './identity-person-store.ts'

interface AttemptRow extends Record<string, unknown> {
  key: string
  failures: number
  last_failure_at: Date | null
  last_success_at: Date | null
  not_before: Date | null
}

const toAttempts = (key: string, row: AttemptRow): Attempts => ({
  key,
  failures: row.failures,
  ...(row.last_failure_at === null ? {} : { lastFailureAt: row.last_failure_at }),
  ...(row.last_success_at === null ? {} : { lastSuccessAt: row.last_success_at }),
  ...(row.not_before === null ? {} : { notBefore: row.not_before }),
})

const makeAttemptStore = (db: Db, cipher: FieldCipher): AttemptStore => {
  const blind = (key: string): string => toHex(cipher.blindIndex('sign_in_attempt.key', key))
  return {
    lock: async (tx, keys) => {
      // Always in one order, so that two sign-ins over the same keys wait for each other and do not deadlock.
      const rows = await queryable(db, tx).query<AttemptRow>(
        `INSERT INTO sign_in_attempt AS a (key) SELECT k FROM unnest($1::text[]) AS k ORDER BY k
         ON CONFLICT (key) DO UPDATE SET failures = a.failures
         RETURNING a.key, a.failures, a.last_failure_at, a.last_success_at, a.not_before`,
        [keys.map(blind)],
      )
      const byKey = new Map(rows.map((row) => [row.key, row]))
      return keys.flatMap((key) => {
        const row = byKey.get(blind(key))
        return row === undefined ? [] : [toAttempts(key, row)]
      })
    },
    put: async (tx, { key, failures, lastFailureAt, lastSuccessAt, notBefore }) => {
      await queryable(db, tx).query(
        `UPDATE sign_in_attempt SET failures = $2, last_failure_at = $3, last_success_at = $4, not_before = $5
         WHERE key = $1`,
        [blind(key), failures, lastFailureAt ?? null, lastSuccessAt ?? null, notBefore ?? null],
      )
    },
    sweep: async (before) =>
      (
        await db.query(
          `DELETE FROM sign_in_attempt
           WHERE greatest(last_failure_at, last_success_at, not_before, '-infinity'::timestamptz) < $1 RETURNING key`,
          [before],
        )
      ).length,
  }
}

/** `cipher` encrypts names and numbers; without its keys the tables say nothing about people. */
export const makeIdentityStore = (db: Db, cipher: FieldCipher): IdentityStore => ({
  persons: makePersonStore(db, cipher),
  accounts: makeAccountStore(db, cipher),
  administrators: makeAdministratorStore(db),
  evidence: makeEvidenceStore(db),
  entities: makeEntityStore(db),
  mandates: makeMandateStore(db),
  attempts: makeAttemptStore(db, cipher),
  registerEvents: makeRegisterEventStore(db, cipher),
  registerFeeds: makeRegisterFeedStore(db),
  authenticators: makeAuthenticatorStore(db, cipher),
  recoveryCodes: makeRecoveryCodeStore(db, cipher),
  signInSteps: makeSignInStepStore(db, cipher),
  notices: makeNoticeStore(db),
})
