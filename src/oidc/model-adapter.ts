/**
 * The library's storage on our tables. Ids are hashed; a code or refresh token is used once; a replayed assertion is refused; nothing
 * is written for a session that has ended; a portal is on record before it holds a code. The library alone guarantees none of these.
 */
import Provider, { errors, type Adapter, type AdapterPayload } from 'oidc-provider'
import type { Tx } from '../kernel/index.ts'
import { knownAccount } from './account-claims.ts'
import { clientPolicy } from './client-policy.ts'
import { hashId } from './hash-id.ts'
import { SESSION } from './lifetimes.ts'
import { mergeAuthorizations } from './merge-authorizations.ts'
import { hasJoined, keepGrant, keepJoined, takeGrant } from './request-memory.ts'
import type { OidcDeps, Payload, PayloadRow, StoredPayload } from './ports.ts'
import { isStorable } from './storable.ts'

export interface AdapterHooks {
  /** Metadata with the secret in clear; undefined when there is no such client. */
  readonly client: (clientId: string) => Promise<Payload | undefined>
  readonly subjectOf: (clientId: string, accountId: string) => Promise<string>
  /** Called when the library destroys a session, which it also does to give it a new id. */
  readonly sessionDestroyed: () => Promise<void>
}

type Deps = Pick<OidcDeps, 'store' | 'work' | 'clock' | 'audit'>
type Fields = AdapterPayload & Readonly<Record<string, unknown>>

/** A second use within this time is a portal that sent twice, refused but no reason to revoke what the first use was given. */
const DOUBLE_SUBMISSION_MS = 3_000
const BOUND_TO_SESSION: ReadonlySet<string> = new Set(['AccessToken', 'RefreshToken'])

const atSecond = (seconds: unknown): Date | undefined =>
  typeof seconds === 'number' ? new Date(seconds * 1_000) : undefined

/** The stored copy: without the id, and without the session's id that an interaction carries along. */
const atRest = (model: string, { jti: _jti, ...payload }: Fields): Payload => {
  if (model !== 'Interaction') return payload
  const { cookie: _cookie, ...session } = (payload.session ?? {}) as Record<string, unknown>
  return Object.keys(session).length === 0 ? payload : { ...payload, session }
}

const asRow = (model: string, id: string, payload: Fields, expiresAt: Date): PayloadRow => {
  // An interaction only remembers a grant; it does not end with it: signing in as somebody else goes on after signing out.
  const grantId = model === 'Grant' ? id : model === 'Interaction' ? undefined : payload.grantId
  const { userCode, uid, accountId, sessionUid, clientId } = payload
  return {
    model,
    idHash: hashId(id),
    payload: atRest(model, payload),
    expiresAt,
    ...(grantId === undefined ? {} : { grantId }),
    ...(userCode === undefined ? {} : { userCode }),
    ...(uid === undefined || model !== 'Session' ? {} : { uid }),
    ...(accountId === undefined ? {} : { accountId }),
    ...(sessionUid === undefined ? {} : { sessionUid: String(sessionUid) }),
    ...(clientId === undefined ? {} : { clientId }),
  }
}

/** The library would try once more to save what was refused, outside its own error handling. */
const sessionEnded = (): errors.LoginRequired => {
  const session = Provider.ctx?.oidc.session
  if (session !== undefined) Object.assign(session, { destroyed: true })
  return new errors.LoginRequired('the session has ended')
}

const saveSession = async (deps: Deps, row: PayloadRow, { uid, acr, loginTs }: Fields): Promise<void> => {
  const authTime = atSecond(loginTs)
  const session = {
    uid: String(uid),
    ...(row.accountId === undefined ? {} : { accountId: row.accountId }),
    ...(acr === undefined ? {} : { acr }),
    ...(authTime === undefined ? {} : { authTime }),
    at: deps.clock.now(),
    expiresAt: row.expiresAt,
  }
  if (!(await deps.store.sessions.save(session, row))) throw sessionEnded()
}

const replayed = (): Error =>
  Provider.ctx?.oidc.params?.['client_assertion'] === undefined && Provider.ctx?.get('DPoP') !== ''
    ? new errors.InvalidDpopProof('DPoP proofs must only be used once')
    : new errors.InvalidClientAuth('client assertion tokens must only be used once')

interface Joining {
  readonly sessionUid: string
  readonly clientId: string
  readonly accountId: string
  readonly grantId: string
}

/** Whether a portal on a lease is heard of now: what it holds from now on lapses so much later. */
const isOnLease = (): boolean => {
  const client = Provider.ctx?.oidc.client
  return client !== undefined && clientPolicy(client).lease !== undefined
}

const join = async (
  deps: Deps,
  tx: Tx,
  { row, payload, sub, joining }: { row: PayloadRow; payload: Fields; sub: string; joining: Joining },
): Promise<void> => {
  const at = deps.clock.now()
  const { sessionUid: uid, clientId, accountId } = joining
  const authTime = atSecond(payload.authTime) ?? at
  const expiresAt = new Date(authTime.getTime() + SESSION * 1_000)
  const acr = payload.acr === undefined ? {} : { acr: payload.acr }
  const sid = typeof payload.sid === 'string' ? payload.sid : ''
  // The session's row may not be there yet: the library saves a new session after its first code.
  const session = { uid, accountId, authTime, at, expiresAt, ...acr }
  const { saved, isNew } = await deps.store.sessions.join(tx, session, { code: row, sid, sub })
  if (!saved) throw sessionEnded()
  if (!isNew && isOnLease()) await deps.store.sessions.touchParticipant(tx, { sessionUid: uid, clientId, at })
  const person = Provider.ctx && knownAccount(Provider.ctx)
  if (isNew && person !== undefined)
    await deps.audit.record(tx, {
      action: 'portal.joined',
      actor: { kind: 'person', id: person.personId },
      object: { kind: 'client', id: clientId },
      detail: { session: uid },
    })
}

const saveCode = async (deps: Deps, hooks: AdapterHooks, row: PayloadRow, payload: Fields): Promise<void> => {
  const { sessionUid, clientId, accountId, grantId } = row
  if (sessionUid === undefined || clientId === undefined || accountId === undefined || grantId === undefined)
    throw new errors.InvalidRequest('a code without session')
  const sid = typeof payload.sid === 'string' ? payload.sid : ''
  const again = { sid, at: deps.clock.now(), heardOf: isOnLease() }
  // Most codes are for portals that have joined: one statement. Otherwise the first, or the session has ended.
  if (hasJoined(clientId) && (await deps.store.sessions.joinAgain(row, again))) return
  const sub = await hooks.subjectOf(clientId, accountId)
  await deps.work.run((tx) =>
    join(deps, tx, { row, payload, sub, joining: { sessionUid, clientId, accountId, grantId } }),
  )
}

const saveToken = async (deps: Deps, row: PayloadRow): Promise<void> => {
  const { sessionUid, grantId } = row
  const bound = sessionUid !== undefined && grantId !== undefined
  const by = { grantHash: hashId(grantId ?? ''), at: deps.clock.now(), heardOf: isOnLease() }
  if (!bound || !(await deps.store.payloads.putBound(row, by))) throw new errors.InvalidGrant('the session has ended')
}

const save = async (deps: Deps, hooks: AdapterHooks, row: PayloadRow, payload: Fields): Promise<void> => {
  if (!isStorable(row.payload)) throw new errors.InvalidRequest('characters that cannot be kept')
  if (row.model === 'Session') return saveSession(deps, row, payload)
  if (row.model === 'AuthorizationCode') return saveCode(deps, hooks, row, payload)
  if (BOUND_TO_SESSION.has(row.model)) return saveToken(deps, row)
  if (row.model === 'ReplayDetection') {
    if (!(await deps.store.payloads.insertOnce(row))) throw replayed()
    return
  }
  if (!(await deps.store.payloads.put(row))) throw new errors.InvalidRequest(`${row.model} has ended`)
}

const asPayload = (
  model: string,
  stored: StoredPayload | undefined,
  id: string | undefined,
  now: Date,
): AdapterPayload | undefined => {
  if (stored === undefined) return undefined
  const { consumedAt, payload } = stored
  const tolerated = model === 'AuthorizationCode' || model === 'RefreshToken' ? DOUBLE_SUBMISSION_MS : 0
  const used = consumedAt !== undefined && now.getTime() - consumedAt.getTime() >= tolerated
  return {
    ...payload,
    ...(id === undefined ? {} : { jti: id }),
    ...(used ? { consumed: Math.floor(consumedAt.getTime() / 1_000) } : {}),
  }
}

export const makeModelAdapter =
  (deps: Deps, hooks: AdapterHooks) =>
  (model: string): Adapter => {
    const { payloads, sessions } = deps.store
    const now = (): Date => deps.clock.now()
    const session = async (
      by: { idHash: string } | { uid: string },
      id?: string,
    ): Promise<AdapterPayload | undefined> => {
      const loaded = await sessions.load(by, now())
      keepJoined((loaded?.portals ?? []).filter((p) => !p.ended).map((p) => p.clientId))
      return loaded && { ...mergeAuthorizations(loaded), ...(id === undefined ? {} : { jti: id }) }
    }
    return {
      upsert: async (id, payload, expiresIn = SESSION) => {
        const expiresAt = new Date(now().getTime() + expiresIn * 1_000)
        await save(deps, hooks, asRow(model, id, payload as Fields, expiresAt), payload as Fields)
      },
      find: async (id) => {
        if (model === 'Client') return hooks.client(id)
        const idHash = hashId(id)
        if (model === 'Session') return session({ idHash }, id)
        const kept = model === 'Grant' ? takeGrant(id) : undefined
        if (kept !== undefined) return { ...kept, jti: id }
        const stored = await payloads.find(model, { idHash }, now())
        if (stored?.grant !== undefined) keepGrant(String(stored.payload['grantId']), stored.grant)
        return asPayload(model, stored, id, now())
      },
      findByUid: (uid) => session({ uid }),
      findByUserCode: async (userCode) =>
        asPayload(model, await payloads.find(model, { userCode }, now()), undefined, now()),
      consume: async (id) => {
        if (await payloads.consume(model, hashId(id), now())) return
        if (model === 'PushedAuthorizationRequest') throw new errors.InvalidRequestUri('request_uri was already used')
        throw new errors.InvalidGrant('already used')
      },
      destroy: async (id) => {
        await payloads.end(model, hashId(id), now())
        if (model === 'Session') await hooks.sessionDestroyed()
      },
      revokeByGrantId: (grantId) => payloads.endByGrant(model, grantId, now()),
    }
  }
