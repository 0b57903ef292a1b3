/** Browser sessions, the portals in them, and for whom the person acts there. An ended session is a tombstone. */
import type { Principal } from '../../src/identity/index.ts'
import type { LoadedSession, Participant, PrincipalChoice, SessionRow, SessionStore } from '../../src/oidc/ports.ts'
import { queryable, type Db } from './db.ts'
import { makeJoin, makeJoinAgain, makeSave } from './oidc-save.ts'

interface LoadedRow extends Record<string, unknown> {
  payload: Record<string, unknown>
  portals: LoadedSession['portals'] | null
}
interface Row extends Record<string, unknown> {
  uid: string
  account_id: string
  acr: string | null
  auth_time: Date | null
  created_at: Date
  seen_at: Date
  expires_at: Date
}
interface ParticipantRow extends Record<string, unknown> {
  session_uid: string
  client_id: string
  sid: string
  sub: string
  account_id: string
  grant_id: string
  created_at: Date
  seen_at: Date | null
}
interface ChoiceRow extends Record<string, unknown> {
  session_uid: string
  client_id: string
  person_id: string
  entity_id: string | null
  mandate_id: string | null
}

const loadBy = (column: 'id_hash' | 'uid'): string => `SELECT p.payload, (
    SELECT jsonb_agg(jsonb_build_object('clientId', t.client_id, 'sid', t.sid, 'grantId', t.grant_id,
      'ended', t.ended_at IS NOT NULL) ORDER BY t.created_at, t.sid)
    FROM session_participant t WHERE t.session_uid = p.uid) AS portals
  FROM oidc_payload p JOIN oidc_session s ON s.uid = p.uid
  WHERE p.model = 'Session' AND p.${column} = $1 AND p.ended_at IS NULL AND p.expires_at > $2
    AND s.ended_at IS NULL AND s.expires_at > $2
  ORDER BY p.expires_at DESC LIMIT 1`

const ROW = 'uid, account_id, acr, auth_time, created_at, seen_at, expires_at'
const LIVE = 'ended_at IS NULL AND account_id IS NOT NULL'

const ADD = `INSERT INTO session_participant (session_uid, client_id, sid, sub, account_id, grant_id, created_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING RETURNING sid`

const PARTICIPANTS = `SELECT session_uid, client_id, sid, sub, account_id, grant_id, created_at, seen_at
  FROM session_participant
  WHERE session_uid = ANY($1) AND ended_at IS NULL ORDER BY created_at, client_id, sid`

const END_PAYLOADS = `UPDATE oidc_payload SET ended_at = $2 WHERE ended_at IS NULL AND (
  session_uid = ANY($1) OR (model = 'Session' AND uid = ANY($1))
  OR grant_id IN (SELECT grant_id FROM session_participant WHERE session_uid = ANY($1)))`

const CHOOSE = `INSERT INTO session_principal (session_uid, client_id, person_id, entity_id, mandate_id, chosen_at)
  SELECT uid, $2, $3::uuid, $4::uuid, $5::uuid, $6 FROM oidc_session WHERE uid = $1 AND ended_at IS NULL FOR SHARE
  ON CONFLICT (session_uid, client_id) DO UPDATE SET person_id = EXCLUDED.person_id, entity_id = EXCLUDED.entity_id,
    mandate_id = EXCLUDED.mandate_id, chosen_at = EXCLUDED.chosen_at, ended_at = NULL
  RETURNING client_id`

const CHOICE = 'session_uid, client_id, person_id, entity_id, mandate_id'

const END_CHOICES = `UPDATE session_principal p SET ended_at = $3 FROM oidc_session s
  WHERE p.entity_id = $1 AND ($2::uuid IS NULL OR p.person_id = $2::uuid) AND p.ended_at IS NULL AND ($4::uuid IS NULL OR p.mandate_id = $4::uuid)
    AND s.uid = p.session_uid AND s.ended_at IS NULL
  RETURNING p.session_uid, p.client_id, p.person_id, p.entity_id, p.mandate_id`

const REMOVE = `DELETE FROM oidc_session WHERE uid IN (
  SELECT uid FROM oidc_session WHERE ended_at < $1 ORDER BY ended_at LIMIT $2 FOR UPDATE SKIP LOCKED) RETURNING uid`

const asRow = (r: Row): SessionRow => ({
  uid: r.uid,
  accountId: r.account_id,
  ...(r.acr === null ? {} : { acr: r.acr }),
  ...(r.auth_time === null ? {} : { authTime: r.auth_time }),
  createdAt: r.created_at,
  seenAt: r.seen_at,
  expiresAt: r.expires_at,
})

const asParticipant = (r: ParticipantRow): Participant => ({
  sessionUid: r.session_uid,
  clientId: r.client_id,
  sid: r.sid,
  sub: r.sub,
  accountId: r.account_id,
  grantId: r.grant_id,
  createdAt: r.created_at,
  ...(r.seen_at === null ? {} : { seenAt: r.seen_at }),
})

const principalOf = (r: ChoiceRow): Principal =>
  r.entity_id === null
    ? { kind: 'self' }
    : {
        kind: 'entity',
        entityId: r.entity_id,
        via: r.mandate_id === null ? 'legal-representative' : { mandateId: r.mandate_id },
      }

const asChoice = (r: ChoiceRow): PrincipalChoice => ({
  sessionUid: r.session_uid,
  clientId: r.client_id,
  personId: r.person_id,
  principal: principalOf(r),
})

const idsOf = (principal: Principal): [string | null, string | null] =>
  principal.kind === 'self'
    ? [null, null]
    : [principal.entityId, principal.via === 'legal-representative' ? null : principal.via.mandateId]

type Reading = 'load' | 'find' | 'ofAccount' | 'participants' | 'expired' | 'choice'

const makeReading = (db: Db): Pick<SessionStore, Reading> => ({
  load: async (by, at) => {
    const [text, value] = 'idHash' in by ? [loadBy('id_hash'), by.idHash] : [loadBy('uid'), by.uid]
    const [row] = await db.query<LoadedRow>(text, [value, at])
    return row && { payload: row.payload, portals: row.portals ?? [] }
  },
  find: async (uid, at) => {
    const text = `SELECT ${ROW} FROM oidc_session WHERE uid = $1 AND expires_at > $2 AND ${LIVE}`
    const [row] = await db.query<Row>(text, [uid, at])
    return row && asRow(row)
  },
  ofAccount: async (accountId, at, tx) => {
    const text = `SELECT ${ROW} FROM oidc_session WHERE account_id = $1 AND expires_at > $2 AND ${LIVE} ORDER BY created_at DESC`
    return (await queryable(db, tx).query<Row>(text, [accountId, at])).map(asRow)
  },
  participants: async (uids, tx) =>
    uids.length === 0 ? [] : (await queryable(db, tx).query<ParticipantRow>(PARTICIPANTS, [uids])).map(asParticipant),
  expired: async (at, limit) => {
    const text = 'SELECT uid FROM oidc_session WHERE ended_at IS NULL AND expires_at <= $1 ORDER BY expires_at LIMIT $2'
    return (await db.query<{ uid: string }>(text, [at, limit])).map((r) => r.uid)
  },
  choice: async (sessionUid, clientId) => {
    const text = `SELECT ${CHOICE} FROM session_principal WHERE session_uid = $1 AND client_id = $2 AND ended_at IS NULL`
    const [row] = await db.query<ChoiceRow>(text, [sessionUid, clientId])
    return row && asChoice(row)
  },
})

const tombstone =
  (db: Db): SessionStore['tombstone'] =>
  async (tx, scope, { at, reason }) => {
    const q = queryable(db, tx)
    const [where, value] =
      'sessionUid' in scope ? ['uid = $1', scope.sessionUid] : ['account_id = $1::uuid', scope.accountId]
    const lock = `SELECT uid FROM oidc_session WHERE ${where} AND ended_at IS NULL ORDER BY uid FOR UPDATE`
    const uids = (await q.query<{ uid: string }>(lock, [value])).map((r) => r.uid)
    if (uids.length === 0) return []
    await q.query('UPDATE oidc_session SET ended_at = $2, end_reason = $3 WHERE uid = ANY($1)', [uids, at, reason])
    await q.query(END_PAYLOADS, [uids, at])
    return uids
  }

export const makeSessionStore = (db: Db): SessionStore => ({
  ...makeReading(db),
  tombstone: tombstone(db),
  join: makeJoin(db),
  save: makeSave(db),
  joinAgain: makeJoinAgain(db),
  addParticipant: async (tx, p) => {
    const values = [p.sessionUid, p.clientId, p.sid, p.sub, p.accountId, p.grantId, p.createdAt]
    return (await queryable(db, tx).query(ADD, values)).length === 1
  },
  touchParticipant: async (tx, { sessionUid, clientId, at }) => {
    const text =
      'UPDATE session_participant SET seen_at = $3 WHERE session_uid = $1 AND client_id = $2 AND ended_at IS NULL'
    await queryable(db, tx).query(text, [sessionUid, clientId, at])
  },
  endParticipant: async (tx, { sessionUid, clientId, at }) => {
    const text =
      'UPDATE session_participant SET ended_at = $3 WHERE session_uid = $1 AND client_id = $2 AND ended_at IS NULL'
    await queryable(db, tx).query(text, [sessionUid, clientId, at])
  },
  choose: async (tx, { sessionUid, clientId, personId, principal, at }) => {
    const values = [sessionUid, clientId, personId, ...idsOf(principal), at]
    return (await queryable(db, tx).query(CHOOSE, values)).length === 1
  },
  endChoices: async (tx, { entityId, personId, mandateId }, at) =>
    (await queryable(db, tx).query<ChoiceRow>(END_CHOICES, [entityId, personId ?? null, at, mandateId ?? null])).map(
      asChoice,
    ),
  removeEnded: async (before, limit) => (await db.query(REMOVE, [before, limit])).length,
})
