/** Persons, accounts, administrators and evidence in SQL. The only place where names and numbers are encrypted and decrypted. */
import type {
  AccountStore,
  AdministratorStore,
  EvidenceStore,
  FieldCipher,
  PersonStore,
} from '../../src/identity/ports.ts'
import type { Account, AdministratorRole, NaturalPerson, ProofingEvidence } from '../../src/identity/index.ts'
import { TrustError, type TrustErrorCode } from '../../src/errors.ts'
import { isUniqueViolation, queryable, type Db } from './db.ts'

/** Names the refusal that a unique constraint stands for. */
const refusing =
  (constraints: Readonly<Record<string, TrustErrorCode>>) =>
  (error: unknown): never => {
    for (const [constraint, code] of Object.entries(constraints))
      if (isUniqueViolation(error, constraint)) throw new TrustError(code, `taken: ${constraint}`)
    throw error
  }

const NAME = 'natural_person.name'
const NUMBER = 'natural_person.citizen_id'

interface PersonRow extends Record<string, unknown> {
  id: string
  name_encrypted: Uint8Array
  citizen_id_encrypted: Uint8Array
  status: NaturalPerson['status']
  proofing: NaturalPerson['proofing']
  proven_at: Date
}
const PERSON = 'id, name_encrypted, citizen_id_encrypted, status, proofing, proven_at'

export const makePersonStore = (db: Db, cipher: FieldCipher): PersonStore => {
  const toPerson = (row: PersonRow | undefined): NaturalPerson | undefined =>
    row && {
      id: row.id,
      name: cipher.decrypt(NAME, row.name_encrypted),
      citizenIdNumber: cipher.decrypt(NUMBER, row.citizen_id_encrypted),
      status: row.status,
      proofing: row.proofing,
      provenAt: row.proven_at,
    }
  return {
    insert: async (tx, { id, name, citizenIdNumber, status, proofing, provenAt }) => {
      await queryable(db, tx)
        .query(`INSERT INTO natural_person (${PERSON}, citizen_id_index) VALUES ($1, $2, $3, $4, $5, $6, $7)`, [
          id,
          cipher.encrypt(NAME, name),
          cipher.encrypt(NUMBER, citizenIdNumber),
          status,
          proofing,
          provenAt,
          cipher.blindIndex(NUMBER, citizenIdNumber),
        ])
        .catch(refusing({ natural_person_citizen_id_unique: 'PERSON_ALREADY_REGISTERED' }))
    },
    find: async (id, tx) =>
      toPerson(
        (await queryable(db, tx).query<PersonRow>(`SELECT ${PERSON} FROM natural_person WHERE id = $1`, [id]))[0],
      ),
    findByCitizenId: async (number, tx) =>
      toPerson(
        (
          await queryable(db, tx).query<PersonRow>(`SELECT ${PERSON} FROM natural_person WHERE citizen_id_index = $1`, [
            cipher.blindIndex(NUMBER, number),
          ])
        )[0],
      ),
    statusOf: async (id, tx) =>
      (
        await queryable(db, tx).query<{ status: NaturalPerson['status'] }>(
          `SELECT status FROM natural_person WHERE id = $1${tx === undefined ? '' : ' FOR SHARE'}`,
          [id],
        )
      )[0]?.status,
    hold: async (tx, number) =>
      toPerson(
        (
          await queryable(db, tx).query<PersonRow>(
            `SELECT ${PERSON} FROM natural_person WHERE citizen_id_index = $1 FOR UPDATE`,
            [cipher.blindIndex(NUMBER, number)],
          )
        )[0],
      ),
    setStatus: async (tx, id, status) =>
      (
        await queryable(db, tx).query(
          'UPDATE natural_person SET status = $2 WHERE id = $1 AND status <> $2 RETURNING id',
          [id, status],
        )
      ).length === 1,
    rename: async (tx, id, name) =>
      (
        await queryable(db, tx).query('UPDATE natural_person SET name_encrypted = $2 WHERE id = $1 RETURNING id', [
          id,
          cipher.encrypt(NAME, name),
        ])
      ).length === 1,
  }
}

interface AccountRow extends Record<string, unknown> {
  id: string
  person_id: string
  login_name: string
  status: Account['status']
  password_hash: string
}
const ACCOUNT = 'a.id, a.person_id, a.login_name, a.status, a.password_hash'

interface HolderRow extends Record<string, unknown> {
  person_id: string
  account_status: Account['status']
  person_status: NaturalPerson['status']
  proofing: NaturalPerson['proofing']
}
const HOLDER = `SELECT a.person_id, a.status AS account_status, p.status AS person_status, p.proofing
  FROM account a JOIN natural_person p ON p.id = a.person_id WHERE a.id = $1`

const toAccount = (row: AccountRow | undefined): Account | undefined =>
  row && { id: row.id, personId: row.person_id, loginName: row.login_name, status: row.status }

export const makeAccountStore = (db: Db, cipher: FieldCipher): AccountStore => {
  const FOR_SIGN_IN = {
    loginName: `SELECT ${ACCOUNT} FROM account a WHERE a.login_name = $1`,
    accountId: `SELECT ${ACCOUNT} FROM account a WHERE a.id = $1`,
    citizenIdNumber: `SELECT ${ACCOUNT} FROM account a JOIN natural_person p ON p.id = a.person_id WHERE p.citizen_id_index = $1`,
  } as const
  return {
    insert: async (tx, { id, personId, loginName, status, passwordHash }) => {
      await queryable(db, tx)
        .query('INSERT INTO account (id, person_id, login_name, status, password_hash) VALUES ($1, $2, $3, $4, $5)', [
          id,
          personId,
          loginName,
          status,
          passwordHash,
        ])
        .catch(
          refusing({
            account_login_name_unique: 'LOGIN_NAME_TAKEN',
            account_person_unique: 'PERSON_ALREADY_REGISTERED',
          }),
        )
    },
    find: async (id, tx) => toAccount((await queryable(db, tx).query<AccountRow>(FOR_SIGN_IN.accountId, [id]))[0]),
    findByPerson: async (personId, tx) =>
      toAccount(
        (
          await queryable(db, tx).query<AccountRow>(`SELECT ${ACCOUNT} FROM account a WHERE a.person_id = $1`, [
            personId,
          ])
        )[0],
      ),
    findHolder: async (id, tx) => {
      const [row] = await queryable(db, tx).query<HolderRow>(HOLDER, [id])
      return (
        row && {
          personId: row.person_id,
          accountStatus: row.account_status,
          personStatus: row.person_status,
          proofing: row.proofing,
        }
      )
    },
    findForSignIn: async (by, tx) => {
      const q = queryable(db, tx)
      const [row] = await ('loginName' in by
        ? q.query<AccountRow>(FOR_SIGN_IN.loginName, [by.loginName])
        : 'accountId' in by
          ? q.query<AccountRow>(FOR_SIGN_IN.accountId, [by.accountId])
          : q.query<AccountRow>(FOR_SIGN_IN.citizenIdNumber, [cipher.blindIndex(NUMBER, by.citizenIdNumber)]))
      const account = toAccount(row)
      return account && row && { ...account, passwordHash: row.password_hash }
    },
    setStatus: async (tx, id, status) =>
      (
        await queryable(db, tx).query('UPDATE account SET status = $2 WHERE id = $1 AND status <> $2 RETURNING id', [
          id,
          status,
        ])
      ).length === 1,
    setPasswordHash: async (tx, id, passwordHash) => {
      await queryable(db, tx).query('UPDATE account SET password_hash = $2 WHERE id = $1', [id, passwordHash])
    },
  }
}

export const makeAdministratorStore = (db: Db): AdministratorStore => ({
  appoint: async (tx, role, accountId) => {
    await queryable(db, tx)
      .query('INSERT INTO administrator (role, account_id) VALUES ($1, $2)', [role, accountId])
      .catch(refusing({ administrator_pkey: 'BOOTSTRAP_DONE', administrator_account_unique: 'BOOTSTRAP_DONE' }))
  },
  roleOf: async (accountId, tx) =>
    (
      await queryable(db, tx).query<{ role: AdministratorRole }>(
        'SELECT role FROM administrator WHERE account_id = $1',
        [accountId],
      )
    )[0]?.role,
  any: async (tx) => (await queryable(db, tx).query('SELECT role FROM administrator LIMIT 1')).length > 0,
})

interface EvidenceRow extends Record<string, unknown> {
  id: string
  source: ProofingEvidence['source']
  method: ProofingEvidence['method']
  request_id: string
  level: ProofingEvidence['level']
  at: Date
}

export const makeEvidenceStore = (db: Db): EvidenceStore => ({
  insert: async (tx, { id, subject, source, method, requestId, level, at }) => {
    await queryable(db, tx).query(
      `INSERT INTO proofing_evidence (id, subject_kind, subject_id, source, method, request_id, level, at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
      [id, subject.kind, subject.id, source, method, requestId, level, at],
    )
  },
  of: async (subject, tx) =>
    (
      await queryable(db, tx).query<EvidenceRow>(
        `SELECT id, source, method, request_id, level, at FROM proofing_evidence
         WHERE subject_kind = $1 AND subject_id = $2 ORDER BY at DESC, id DESC`,
        [subject.kind, subject.id],
      )
    ).map(({ request_id: requestId, id, source, method, level, at }) => ({
      id,
      subject,
      source,
      method,
      requestId,
      level,
      at,
    })),
})
