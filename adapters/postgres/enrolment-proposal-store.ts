/** What officers propose and decide, in SQL. That two people do it is a rule of the table too. */
import type { ProposalStore, Proposal, ProposedAct, RecoveryRecipient } from '../../src/pki/enrolment/index.ts'
import { targetOf } from '../../src/pki/enrolment/index.ts'
import type { RevocationReason } from '../../src/pki/index.ts'
import type { Db, Param, Row } from './db.ts'
import { queryable } from './db.ts'

interface ProposalRow extends Row {
  readonly id: string
  readonly kind: ProposedAct['kind']
  readonly application_id: string | null
  readonly issuer_id: string | null
  readonly serial: string | null
  readonly revocation_reason: RevocationReason | null
  readonly recipient_kind: RecoveryRecipient['kind'] | null
  readonly recipient_issuer: string | null
  readonly recipient_serial: string | null
  readonly recipient_key: Uint8Array | null
  readonly order_reference: string | null
  readonly reason: string
  readonly proposed_by: string
  readonly proposed_at: Date
  readonly expires_at: Date
  readonly barred: string[]
  readonly status: Proposal['status']
  readonly decided_by: string | null
  readonly decided_at: Date | null
  readonly decision_reason: string | null
}

const COLUMNS = `id, kind, application_id, issuer_id, serial, revocation_reason, recipient_kind, recipient_issuer, recipient_serial,
  recipient_key, order_reference, reason, proposed_by, proposed_at, expires_at, barred, status, decided_by, decided_at, decision_reason`

const recipientIn = (row: ProposalRow): RecoveryRecipient =>
  row.recipient_kind === 'holder'
    ? { kind: 'holder', issuerId: row.recipient_issuer ?? '', serialHex: row.recipient_serial ?? '' }
    : { kind: 'order', publicKey: new Uint8Array(row.recipient_key ?? []), order: row.order_reference ?? '' }

/** Which columns are filled is a CHECK of the table. */
const actIn = (row: ProposalRow): ProposedAct => {
  const certificate = { issuerId: row.issuer_id ?? '', serialHex: row.serial ?? '' }
  switch (row.kind) {
    case 'issue':
      return { kind: 'issue', applicationId: row.application_id ?? '' }
    case 'revoke':
      return { kind: 'revoke', ...certificate, revocationReason: row.revocation_reason ?? 'unspecified' }
    case 'recover':
      return { kind: 'recover', ...certificate, recipient: recipientIn(row) }
    default:
      return { kind: row.kind, ...certificate }
  }
}

const decisionIn = ({ decided_by, decided_at, decision_reason }: ProposalRow): Pick<Proposal, 'decision'> =>
  decided_by === null || decided_at === null || decision_reason === null
    ? {}
    : { decision: { by: decided_by, at: decided_at, reason: decision_reason } }

const toProposal = (row: ProposalRow): Proposal => ({
  id: row.id,
  act: actIn(row),
  reason: row.reason,
  proposedBy: row.proposed_by,
  proposedAt: row.proposed_at,
  expiresAt: row.expires_at,
  barred: row.barred,
  status: row.status,
  ...decisionIn(row),
})

const actParams = (act: ProposedAct): readonly Param[] => {
  if (act.kind === 'issue') return [act.applicationId, null, null, null, null, null, null, null, null]
  const { issuerId, serialHex } = act
  const reason = act.kind === 'revoke' ? act.revocationReason : null
  if (act.kind !== 'recover') return [null, issuerId, serialHex, reason, null, null, null, null, null]
  const { recipient } = act
  return recipient.kind === 'holder'
    ? [null, issuerId, serialHex, null, 'holder', recipient.issuerId, recipient.serialHex, null, null]
    : [null, issuerId, serialHex, null, 'order', null, null, recipient.publicKey, recipient.order]
}

export const makeProposalStore = (db: Db): ProposalStore => ({
  insert: async (tx, { id, act, reason, proposedBy, proposedAt, expiresAt, barred, status }) =>
    (
      await queryable(db, tx).query(
        `INSERT INTO certificate_proposal
           (id, kind, target, application_id, issuer_id, serial, revocation_reason, recipient_kind, recipient_issuer,
            recipient_serial, recipient_key, order_reference, reason, proposed_by, proposed_at, expires_at, barred, status)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17::text[], $18)
         ON CONFLICT (kind, target) WHERE status = 'open' DO NOTHING RETURNING id`,
        [id, act.kind, targetOf(act), ...actParams(act), reason, proposedBy, proposedAt, expiresAt, barred, status],
      )
    ).length === 1,
  find: async (id, tx) =>
    (await queryable(db, tx).query<ProposalRow>(`SELECT ${COLUMNS} FROM certificate_proposal WHERE id = $1`, [id])).map(
      toProposal,
    )[0],
  withStatus: async (status, { limit, after }, tx) =>
    (
      await queryable(db, tx).query<ProposalRow>(
        `SELECT ${COLUMNS} FROM certificate_proposal WHERE status = $1 AND ($2::uuid IS NULL OR id < $2::uuid)
         ORDER BY id DESC LIMIT $3`,
        [status, after ?? null, limit],
      )
    ).map(toProposal),
  forTarget: async (target, tx) =>
    (
      await queryable(db, tx).query<ProposalRow>(
        `SELECT ${COLUMNS} FROM certificate_proposal WHERE target = $1 ORDER BY id DESC LIMIT 1000`,
        [target],
      )
    ).map(toProposal),
  decide: async (tx, id, { status, by, at, reason }) =>
    (
      await queryable(db, tx).query(
        `UPDATE certificate_proposal SET status = $2, decided_by = $3, decided_at = $4, decision_reason = $5
         WHERE id = $1 AND status = 'open' AND expires_at > $4 RETURNING id`,
        [id, status, by, at, reason],
      )
    ).length === 1,
  expire: async (tx, at) =>
    (
      await queryable(db, tx).query<{ id: string }>(
        `UPDATE certificate_proposal SET status = 'expired' WHERE status = 'open' AND expires_at <= $1 RETURNING id`,
        [at],
      )
    ).map((r) => r.id),
})
