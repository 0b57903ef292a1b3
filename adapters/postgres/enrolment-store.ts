/** Enrolment in SQL: applications, proposals, holders, and the keys that belong to them. */
import type { FieldCipher } from '../../src/identity/ports.ts'
import type { EnrolmentStore } from '../../src/pki/enrolment/index.ts'
import type { Db } from './db.ts'
import { queryable } from './db.ts'
import { holderIdOf, makeApplicationStore } from './enrolment-application-store.ts'
import { makeHeldStore } from './enrolment-held-store.ts'
import { makeProposalStore } from './enrolment-proposal-store.ts'

export const makeEnrolmentStore = (db: Db, cipher: FieldCipher): EnrolmentStore => ({
  applications: makeApplicationStore(db, cipher),
  proposals: makeProposalStore(db),
  held: makeHeldStore(db),
  lockHolder: async (tx, holder) => {
    const name = `certificate-holder/${holder.kind}/${holderIdOf(holder)}`
    await queryable(db, tx).query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [name])
  },
  bindKey: async (tx, keyDigest, { holder, at }) => {
    const q = queryable(db, tx)
    await q.query(
      `INSERT INTO certificate_key (key_digest, holder_kind, holder_id, bound_at) VALUES ($1, $2, $3, $4)
       ON CONFLICT (key_digest) DO NOTHING`,
      [keyDigest, holder.kind, holderIdOf(holder), at],
    )
    const [bound] = await q.query<{ holder_kind: string; holder_id: string }>(
      'SELECT holder_kind, holder_id FROM certificate_key WHERE key_digest = $1',
      [keyDigest],
    )
    return bound?.holder_kind === holder.kind && bound.holder_id === holderIdOf(holder)
  },
  reportLostKey: async (tx, keyDigest, { issuerId, serialHex, at }) =>
    (
      await queryable(db, tx).query(
        `INSERT INTO lost_certificate_key (key_digest, issuer_id, serial, reported_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (key_digest) DO NOTHING RETURNING serial`,
        [keyDigest, issuerId, serialHex, at],
      )
    ).length === 1,
  isKeyLost: async (keyDigest, tx) =>
    (await queryable(db, tx).query('SELECT 1 AS one FROM lost_certificate_key WHERE key_digest = $1', [keyDigest]))
      .length > 0,
  isNameOfOther: async (text, holder, tx) =>
    (
      await queryable(db, tx).query(
        'SELECT 1 AS one FROM legal_entity WHERE (name = $1 OR uscc = $1) AND ($2::text IS NULL OR id::text <> $2) LIMIT 1',
        [text, holder.kind === 'entity' ? holder.entityId : null],
      )
    ).length > 0,
})
