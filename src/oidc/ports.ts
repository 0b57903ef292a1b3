/**
 * What OpenID Connect needs from outside: a store, a way to call portals, and who people are.
 * Library writes that are one statement take no transaction; everything that changes two things does.
 */
import type { AuditTrail } from '../audit/index.ts'
import type { JwsSigner } from '../crypto/index.ts'
import type { AssuranceLevel, EntityKind, FieldCipher, MandateFunction, Principal } from '../identity/index.ts'
import type { LogoutMode, LogoutStore, Participant } from './logout-ports.ts'
import type { Clock, Ids, Logger, RandomSource, Tx, UnitOfWork } from '../kernel/index.ts'

export type * from './logout-ports.ts'

export type Payload = Readonly<Record<string, unknown>>

/** A row as the library's models are kept: the id only as its hash. */
export interface PayloadRow {
  readonly model: string
  readonly idHash: string
  readonly payload: Payload
  readonly grantId?: string
  readonly userCode?: string
  readonly uid?: string
  readonly accountId?: string
  readonly sessionUid?: string
  readonly clientId?: string
  readonly expiresAt: Date
}

export interface StoredPayload {
  readonly payload: Payload
  readonly consumedAt?: Date
  /** That of a code or token, read with it. */
  readonly grant?: Payload
}

export interface PayloadStore {
  /** False when that id has ended: nothing comes back to life. */
  put(row: PayloadRow, tx?: Tx): Promise<boolean>
  /** As put, while its session and grant are alive, else false. `heardOf`: its portal's lease begins anew. */
  putBound(
    row: PayloadRow,
    by: { readonly grantHash: string; readonly at: Date; readonly heardOf: boolean },
  ): Promise<boolean>
  /** False when that id is there already. */
  insertOnce(row: PayloadRow): Promise<boolean>
  /** Neither ended nor expired, nor bound to a session that is. */
  find(
    model: string,
    by: { readonly idHash: string } | { readonly userCode: string },
    at: Date,
  ): Promise<StoredPayload | undefined>
  /** False when it was used before, or has ended: exactly one caller gets true. */
  consume(model: string, idHash: string, at: Date): Promise<boolean>
  end(model: string, idHash: string, at: Date): Promise<void>
  endByGrant(model: string, grantId: string, at: Date): Promise<void>
  /** Tokens and codes of one portal in one session; its grants as well when `grants` is given. */
  endTokens(
    tx: Tx,
    of: { readonly sessionUid: string; readonly clientId: string; readonly grants?: boolean; readonly at: Date },
  ): Promise<void>
  /** Expired rows, oldest first; returns how many went. */
  removeExpired(before: Date, limit: number): Promise<number>
}

export interface OpenSession {
  readonly uid: string
  readonly accountId?: string
  readonly acr?: string
  readonly authTime?: Date
  readonly at: Date
  readonly expiresAt: Date
}

export interface SessionRow {
  readonly uid: string
  readonly accountId: string
  readonly acr?: string
  readonly authTime?: Date
  readonly createdAt: Date
  readonly seenAt: Date
  readonly expiresAt: Date
}

/** What is to end: sessions, or one choice of principal and with it the portals that relied on it. */
export type SessionScope = { readonly sessionUid: string } | { readonly accountId: string }
export interface PrincipalScope {
  readonly entityId: string
  /** Absent: whoever acts for it. */
  readonly personId?: string
  /** Only choices that rest on this mandate. */
  readonly mandateId?: string
}

export interface PrincipalChoice {
  readonly sessionUid: string
  readonly clientId: string
  readonly personId: string
  readonly principal: Principal
}

export interface LoadedSession {
  readonly payload: Payload
  readonly portals: readonly {
    readonly clientId: string
    readonly sid: string
    readonly grantId: string
    readonly ended: boolean
  }[]
}

export interface SessionStore {
  /** Undefined when ended or expired. Portals in the order in which they joined. */
  load(by: { readonly idHash: string } | { readonly uid: string }, at: Date): Promise<LoadedSession | undefined>
  /** Makes or extends the session, and the library's own row with it. False when the session has ended or is somebody else's. */
  save(session: OpenSession, row: PayloadRow): Promise<boolean>
  /** Makes or extends the session, holds it until `tx` ends, and stores a code for a portal that joins with it; nothing of both when the session has ended. */
  join(
    tx: Tx,
    session: OpenSession,
    portal: { readonly code: PayloadRow; readonly sid: string; readonly sub: string },
  ): Promise<{ readonly saved: boolean; readonly isNew: boolean }>
  /** Stores a code for a portal that has joined with this sid. False: it has not, or the session has ended. */
  joinAgain(
    code: PayloadRow,
    by: { readonly sid: string; readonly at: Date; readonly heardOf: boolean },
  ): Promise<boolean>
  find(uid: string, at: Date): Promise<SessionRow | undefined>
  ofAccount(accountId: string, at: Date, tx?: Tx): Promise<readonly SessionRow[]>
  /** True when new. */
  addParticipant(tx: Tx, participant: Participant): Promise<boolean>
  participants(sessionUids: readonly string[], tx?: Tx): Promise<readonly Participant[]>
  /** A portal on a lease was heard of: its session may go on for another lease. */
  touchParticipant(
    tx: Tx,
    of: { readonly sessionUid: string; readonly clientId: string; readonly at: Date },
  ): Promise<void>
  /** Marks live sessions as ended, with grants, tokens and everything else that hangs on them. Returns their uids. */
  tombstone(
    tx: Tx,
    scope: SessionScope,
    how: { readonly at: Date; readonly reason: string },
  ): Promise<readonly string[]>
  endParticipant(
    tx: Tx,
    of: { readonly sessionUid: string; readonly clientId: string; readonly at: Date },
  ): Promise<void>
  /** Past their time and not ended. */
  expired(at: Date, limit: number): Promise<readonly string[]>
  /** False when the session has ended. Replaces an earlier choice. */
  choose(tx: Tx, choice: PrincipalChoice & { readonly at: Date }): Promise<boolean>
  choice(sessionUid: string, clientId: string): Promise<PrincipalChoice | undefined>
  /** Ends matching choices in live sessions and returns them. */
  endChoices(tx: Tx, scope: PrincipalScope, at: Date): Promise<readonly PrincipalChoice[]>
  /** Sessions long over, with their participants; returns how many went. */
  removeEnded(before: Date, limit: number): Promise<number>
}

export interface ClientRow {
  readonly clientId: string
  readonly metadata: Payload
  readonly secretSealed?: Uint8Array
  readonly organisationEntityId?: string
  readonly backchannelLogoutUri?: string
  readonly logoutMode: LogoutMode
  /** With mode `lease`. */
  readonly leaseSeconds?: number
  readonly hosts: readonly string[]
  readonly createdAt: Date
  readonly disabledAt?: Date
}

export interface ClientStore {
  /** False when the id is taken. */
  insert(tx: Tx, client: ClientRow): Promise<boolean>
  /** All but the times of creation and disabling. */
  replace(tx: Tx, client: ClientRow): Promise<void>
  find(clientId: string): Promise<ClientRow | undefined>
  list(): Promise<readonly ClientRow[]>
  /** False when there is no such client. */
  setDisabled(tx: Tx, clientId: string, at: Date | undefined): Promise<boolean>
  /** False when there is no such client, or it has keys instead. */
  setSecret(tx: Tx, clientId: string, secretSealed: Uint8Array): Promise<boolean>
  names(clientIds: readonly string[]): Promise<ReadonlyMap<string, string>>
  hasLogoutUri(uri: string): Promise<boolean>
  hasHost(host: string): Promise<boolean>
}

export interface SigningKeyStore {
  /** Newest first; private halves encrypted. */
  list(tx?: Tx): Promise<readonly { readonly kid: string; readonly sealed: Uint8Array; readonly signsFrom: Date }[]>
  /** False when the id or the time is taken. */
  insert(
    tx: Tx,
    key: { readonly kid: string; readonly sealed: Uint8Array; readonly signsFrom: Date; readonly at: Date },
  ): Promise<boolean>
  withdrawOthers(tx: Tx, than: { readonly kid: string; readonly at: Date }): Promise<void>
}

export interface ConsentRow {
  readonly clientId: string
  readonly scopes: readonly string[]
  readonly textVersion: string
  readonly givenAt: Date
  readonly withdrawnAt?: Date
}
interface ConsentQuestion {
  readonly accountId: string
  readonly clientId: string
  readonly scopes: readonly string[]
  readonly textVersion: string
}
export interface ConsentStore {
  /** One that stands covers all these scopes, with this text. */
  covers(question: ConsentQuestion): Promise<boolean>
  insert(tx: Tx, consent: ConsentQuestion & { readonly id: string; readonly givenAt: Date }): Promise<void>
  /** Newest first. */
  ofAccount(accountId: string): Promise<readonly ConsentRow[]>
  /** Returns how many. */
  withdraw(tx: Tx, of: { readonly accountId: string; readonly clientId: string; readonly at: Date }): Promise<number>
}

export interface OidcStore {
  readonly payloads: PayloadStore
  readonly sessions: SessionStore
  readonly logouts: LogoutStore
  readonly clients: ClientStore
  readonly signingKeys: SigningKeyStore
  readonly consents: ConsentStore
}

/** How a portal answered. Bodies are read to a bound and only for `get`. */
export interface PortalAnswer {
  readonly status: number
  readonly retryAfterMs?: number
}
export interface PortalDocument extends PortalAnswer {
  readonly contentType?: string
  readonly body: Uint8Array
}
export type PortalFault = 'TIMEOUT' | 'UNREACHABLE' | 'NOT_REGISTERED' | 'TOO_LARGE'
export class PortalError extends Error {
  readonly fault: PortalFault
  constructor(fault: PortalFault, options?: ErrorOptions) {
    super(`portal not told: ${fault}`, options)
    this.name = 'PortalError'
    this.fault = fault
  }
}

/** The only way from here to a portal. @throws PortalError */
export interface PortalCallback {
  post(uri: string, form: Readonly<Record<string, string>>): Promise<PortalAnswer>
  get(uri: string): Promise<PortalDocument>
}

export interface KnownAccount {
  readonly accountId: string
  readonly personId: string
  readonly proofing: AssuranceLevel
}

/** One check against a register, without what was sent. */
export interface RegisterCheck {
  readonly checkId: string
  readonly at: Date
}
export interface KnownPerson {
  readonly name: string
  /** `1990-01-01`. */
  readonly birthdate: string
  readonly level: AssuranceLevel
  readonly provenAt: Date
  readonly checks: readonly RegisterCheck[]
}
export interface HeldAuthority {
  readonly entity: {
    readonly id: string
    readonly name: string
    readonly uscc: string
    readonly kind: EntityKind
    readonly registeredAt: Date
    readonly level: AssuranceLevel
    readonly checks: readonly RegisterCheck[]
  }
  readonly functions: readonly MandateFunction[]
  readonly via: 'legal-representative' | { readonly mandateId: string }
  readonly validFrom?: Date
  readonly validTo?: Date
}

export interface People {
  /** Undefined when unknown, frozen, or of somebody who died. */
  account(accountId: string): Promise<KnownAccount | undefined>
  person(personId: string): Promise<KnownPerson | undefined>
  /** The name alone: asked at each sign-in. */
  name(personId: string): Promise<string | undefined>
  /** What this person may do for that entity now; undefined when nothing any more. */
  authority(personId: string, principal: Principal): Promise<HeldAuthority | undefined>
}

/** Pairwise subjects: `current` for new clients, older keys for those registered with them. */
export interface PairwiseKeys {
  readonly current: string
  readonly keys: Readonly<Record<string, Uint8Array>>
}

export interface SigningJwk {
  readonly kty: 'EC'
  readonly crv: 'P-256'
  readonly x: string
  readonly y: string
  readonly d: string
  readonly kid: string
}

/** What every operation here takes; each names the part that it needs. */
export interface OidcDeps {
  readonly clock: Clock
  readonly ids: Ids
  readonly random: RandomSource
  readonly logger: Logger
  readonly work: UnitOfWork
  readonly audit: AuditTrail
  readonly store: OidcStore
  readonly people: People
  readonly cipher: Pick<FieldCipher, 'encrypt' | 'decrypt'>
  readonly portals: PortalCallback
  readonly pairwise: PairwiseKeys
  /** ES256, the one that signs first; the list changes in place when keys do (signing-keys.ts). */
  readonly signingKeys: readonly [SigningJwk, ...SigningJwk[]]
  /** Without trailing slash; the issuer is `${publicUrl}/oidc`. */
  readonly publicUrl: string
  /** The status keys of the key hierarchy, for signed receipts. */
  readonly receiptSigners?: () => Promise<readonly JwsSigner[]>
  /** Brings `signingKeys` up to date. */
  readonly refreshSigningKeys?: () => Promise<void>
  /** Called after deliveries were written, outside the transaction: wakes the worker. */
  readonly nudge?: () => void
}
