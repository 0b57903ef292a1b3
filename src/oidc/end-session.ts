/**
 * Ends sessions, and says so to every portal in them. One transaction: the tombstone, grants and tokens, a delivery row for each
 * portal, the audit. Every ending goes through here: the person's own, time, freezing, a changed password, a revoked mandate.
 */
import { toBase64Url } from '../../standards/bytes.ts'
import type { Actor } from '../audit/index.ts'
import type { Tx } from '../kernel/index.ts'
import { hashId } from './hash-id.ts'
import { SESSION } from './lifetimes.ts'
import { OWN_PAGES } from './own-pages.ts'
import type { OidcDeps, Participant, PrincipalScope, SessionScope } from './ports.ts'

export type EndReason =
  | 'signed-out'
  | 'signed-out-everywhere'
  | 'expired'
  | 'account-frozen'
  | 'password-changed'
  | 'authenticator-removed'
  | 'mandate-revoked'
  | 'holder-deceased'
  | 'entity-ended'
  | 'representative-changed'

export interface SessionEnding {
  readonly scope: SessionScope | PrincipalScope
  readonly reason: EndReason
  readonly actor: Actor
}

export interface SignOut {
  /** Held by the browser that signed out; undefined when there was nothing left to end. */
  readonly receiptId?: string
  readonly sessions: number
  /** Portals that will be told. */
  readonly deliveries: number
}

type Deps = Pick<OidcDeps, 'clock' | 'ids' | 'random' | 'work' | 'audit' | 'store' | 'nudge'>

interface Ended {
  /** Sessions, or choices of principal. */
  readonly count: number
  readonly accountId?: string
  readonly object: { readonly kind: string; readonly id: string }
  readonly participants: readonly Participant[]
}

const endWhole = async (
  deps: Deps,
  tx: Tx,
  { scope, reason, at }: { scope: SessionScope; reason: string; at: Date },
): Promise<Ended> => {
  const uids = await deps.store.sessions.tombstone(tx, scope, { at, reason })
  const participants = await deps.store.sessions.participants(uids, tx)
  const accountId = 'accountId' in scope ? scope.accountId : participants[0]?.accountId
  return {
    count: uids.length,
    object:
      'sessionUid' in scope ? { kind: 'session', id: scope.sessionUid } : { kind: 'account', id: scope.accountId },
    participants,
    ...(accountId === undefined ? {} : { accountId }),
  }
}

/** The person stays signed in here; the portals that relied on the mandate are told, and must ask again. */
const endPrincipal = async (deps: Deps, tx: Tx, { scope, at }: { scope: PrincipalScope; at: Date }): Promise<Ended> => {
  const { sessions, payloads } = deps.store
  const choices = await sessions.endChoices(tx, scope, at)
  const chosen = new Set(choices.map(({ sessionUid, clientId }) => `${sessionUid} ${clientId}`))
  const joined = await sessions.participants([...new Set(choices.map((c) => c.sessionUid))], tx)
  const participants = joined.filter((p) => chosen.has(`${p.sessionUid} ${p.clientId}`))
  for (const { sessionUid, clientId } of choices) {
    await payloads.endTokens(tx, { sessionUid, clientId, grants: true, at })
    await sessions.endParticipant(tx, { sessionUid, clientId, at })
  }
  return { count: choices.length, object: { kind: 'entity', id: scope.entityId }, participants }
}

const announce = async (
  deps: Deps,
  tx: Tx,
  { ended, reason, at }: { ended: Ended; reason: string; at: Date },
): Promise<{ receiptId: string; deliveries: number }> => {
  const receiptId = toBase64Url(deps.random.bytes(32))
  const endingId = deps.ids.next()
  await deps.store.logouts.insertEnding(tx, {
    id: endingId,
    receiptHash: hashId(receiptId),
    reason,
    sessions: ended.count,
    ...(ended.accountId === undefined ? {} : { accountId: ended.accountId }),
    at,
  })
  const { callbacks, feeds } = await deps.store.logouts.insertDeliveries(tx, {
    endingId,
    to: ended.participants
      .filter((p) => p.clientId !== OWN_PAGES)
      .map((participant) => ({ id: deps.ids.next(), participant })),
    at,
    giveUpAt: new Date(at.getTime() + SESSION * 1_000),
  })
  return { receiptId, deliveries: callbacks + feeds }
}

const endInTx = async (deps: Deps, tx: Tx, { scope, reason, actor }: SessionEnding): Promise<SignOut> => {
  const at = deps.clock.now()
  const ended =
    'entityId' in scope ? await endPrincipal(deps, tx, { scope, at }) : await endWhole(deps, tx, { scope, reason, at })
  if (ended.count === 0) return { sessions: 0, deliveries: 0 }
  const { receiptId, deliveries } = await announce(deps, tx, { ended, reason, at })
  await deps.audit.record(tx, {
    action: 'entityId' in scope ? 'principal.ended' : 'session.ended',
    actor,
    object: ended.object,
    detail: { reason, count: ended.count, portals: ended.participants.length, deliveries },
  })
  return { receiptId, sessions: ended.count, deliveries }
}

/** Does nothing for what has ended already. Within a caller's `tx` the worker finds the rows by itself. */
export const endSession = async (deps: Deps, ending: SessionEnding, tx?: Tx): Promise<SignOut> => {
  if (tx !== undefined) return endInTx(deps, tx, ending)
  const signOut = await deps.work.run((own) => endInTx(deps, own, ending))
  if (signOut.deliveries > 0) deps.nudge?.()
  return signOut
}
