/** What identity needs from outside: two registries, a password hasher, a store, and those who must react to its changes. */
import type { AuditTrail } from '../audit/index.ts'
import type { Digests } from '../../standards/ports.ts'
import type { Clock, Ids, RandomSource, Tx, UnitOfWork } from '../kernel/index.ts'
import type { Account, AccountHolder, AdministratorRole } from './account.ts'
import type { ProofingEvidence } from './assurance.ts'
import type { CertificateSignIn } from './authenticators/certificate.ts'
import type { AuthenticatorStore, NoticeStore, RecoveryCodeStore, SignInStepStore } from './authenticators/ports.ts'
import type { EntityKind, LegalEntity } from './legal-entity.ts'
import type { Agent, Mandate } from './mandate.ts'
import type { NaturalPerson } from './natural-person.ts'
import type { ReadEvent, RegisterOutcome, RegisterSubject, RegistryName } from './register-event.ts'

/** An answer the registry gave. Outage and nonsense are not answers: they throw. */
export interface PersonAnswer {
  readonly verdict: 'match' | 'mismatch' | 'not-found' | 'deceased'
  /** The registry's own time. */
  readonly at: Date
}

export interface PopulationRegistry {
  /** @throws TrustError REGISTRY_UNAVAILABLE, REGISTRY_ANSWER_UNDEFINED */
  matchPerson(question: {
    readonly requestId: string
    readonly name: string
    readonly citizenIdNumber: string
  }): Promise<PersonAnswer>
}

export type EntityAnswer =
  | { readonly verdict: 'match'; readonly kind: EntityKind; readonly at: Date }
  | { readonly verdict: 'mismatch' | 'not-found' | 'not-active' | 'representative-mismatch'; readonly at: Date }

export interface LegalEntityRegistry {
  /** @throws TrustError REGISTRY_UNAVAILABLE, REGISTRY_ANSWER_UNDEFINED */
  matchEntity(question: {
    readonly requestId: string
    readonly name: string
    readonly uscc: string
    readonly representative: { readonly name: string; readonly citizenIdNumber: string }
  }): Promise<EntityAnswer>
}

/**
 * One question to a registry over the wire (adapters/registry-call). Resolves with the authenticated JSON answer.
 * @throws TrustError REGISTRY_UNAVAILABLE, REGISTRY_ANSWER_UNDEFINED
 */
export type RegistryCall = (
  path: string,
  question: Readonly<Record<string, unknown>> & { readonly requestId: string },
) => Promise<Readonly<Record<string, unknown>>>

export interface PasswordHasher {
  /** A self-describing string. @throws TrustError TRY_LATER */
  hash(password: string): Promise<string>
  /** False, after the same work, when nothing is stored. @throws TrustError TRY_LATER */
  matches(password: string, stored: string | undefined): Promise<boolean>
}

/** Encryption of single fields at rest; `column` (`table.column`) is bound in, so that values cannot be moved about. */
export interface FieldCipher {
  encrypt(column: string, plain: string): Uint8Array
  /** @throws TrustError KEY_NOT_FOUND, KEY_UNUSABLE */
  decrypt(column: string, field: Uint8Array): string
  /** Keyed and deterministic: for looking up what is encrypted. */
  blindIndex(column: string, value: string): Uint8Array
}

/** What higher layers do, in the same transaction, when identity changes: end sessions, suspend what hangs on it. */
export interface Reaction {
  mandateRevoked(tx: Tx, mandate: Mandate): Promise<void>
  accountChanged(tx: Tx, accountId: string, reason: AccountChange): Promise<void>
  /** What a registry said of an entity has taken effect here. */
  entityChanged(tx: Tx, event: EntityEvent): Promise<void>
  /** What a registry said of a person has taken effect here. */
  personChanged(tx: Tx, event: PersonEvent): Promise<void>
}
export interface EntityEvent {
  readonly entityId: string
  readonly change: EntityChange
  /** Person id; with `representative-changed` only. */
  readonly formerRepresentativeId?: string
}
export interface PersonEvent {
  readonly personId: string
  readonly change: PersonChange
  /** Absent when the person has none. */
  readonly accountId?: string
}
export type AccountChange = 'frozen' | 'password-changed' | 'authenticator-removed'
/** Deregistered (注销) and revoked (吊销) end what the entity could do; restored gives it back. */
export type EntityChange = 'deregistered' | 'revoked' | 'restored' | 'renamed' | 'representative-changed'
export type PersonChange = 'deceased' | 'renamed' | 'restored'

export interface PersonStore {
  /** @throws TrustError PERSON_ALREADY_REGISTERED */
  insert(tx: Tx, person: NaturalPerson): Promise<void>
  find(id: string, tx?: Tx): Promise<NaturalPerson | undefined>
  findByCitizenId(citizenIdNumber: string, tx?: Tx): Promise<NaturalPerson | undefined>
  /** Nothing decrypted. With `tx` it stays so until it ends. */
  statusOf(id: string, tx?: Tx): Promise<NaturalPerson['status'] | undefined>
  /** The row is the caller's until `tx` ends. */
  hold(tx: Tx, citizenIdNumber: string): Promise<NaturalPerson | undefined>
  /** False when it has that status already. */
  setStatus(tx: Tx, id: string, status: NaturalPerson['status']): Promise<boolean>
  rename(tx: Tx, id: string, name: string): Promise<boolean>
}

export interface AccountWithHash extends Account {
  readonly passwordHash: string
}

export interface AccountStore {
  /** @throws TrustError LOGIN_NAME_TAKEN, PERSON_ALREADY_REGISTERED */
  insert(tx: Tx, account: AccountWithHash): Promise<void>
  find(id: string, tx?: Tx): Promise<Account | undefined>
  findByPerson(personId: string, tx?: Tx): Promise<Account | undefined>
  /** Asked several times in each sign-in: one statement, and nothing decrypted. */
  findHolder(id: string, tx?: Tx): Promise<AccountHolder | undefined>
  findForSignIn(
    by: { readonly loginName: string } | { readonly citizenIdNumber: string } | { readonly accountId: string },
    tx?: Tx,
  ): Promise<AccountWithHash | undefined>
  /** False when there is no such account, or it has that status already. */
  setStatus(tx: Tx, id: string, status: Account['status']): Promise<boolean>
  setPasswordHash(tx: Tx, id: string, passwordHash: string): Promise<void>
}

export interface AdministratorStore {
  /** @throws TrustError BOOTSTRAP_DONE when the role, or the account, is taken */
  appoint(tx: Tx, role: AdministratorRole, accountId: string): Promise<void>
  roleOf(accountId: string, tx?: Tx): Promise<AdministratorRole | undefined>
  any(tx?: Tx): Promise<boolean>
}

export interface EvidenceStore {
  insert(tx: Tx, evidence: ProofingEvidence): Promise<void>
  /** Newest first. */
  of(subject: ProofingEvidence['subject'], tx?: Tx): Promise<readonly ProofingEvidence[]>
}

export interface EntityStore {
  /** @throws TrustError ENTITY_ALREADY_REGISTERED */
  insert(tx: Tx, entity: LegalEntity): Promise<void>
  /** With `tx` the row is held against changes until it ends. */
  find(id: string, tx?: Tx): Promise<LegalEntity | undefined>
  findByUscc(uscc: string, tx?: Tx): Promise<LegalEntity | undefined>
  findMany(ids: readonly string[], tx?: Tx): Promise<readonly LegalEntity[]>
  ofRepresentative(personId: string, tx?: Tx): Promise<readonly LegalEntity[]>
  /** The row is the caller's until `tx` ends. */
  hold(tx: Tx, uscc: string): Promise<LegalEntity | undefined>
  /** False when it has that status already. */
  setStatus(tx: Tx, id: string, status: LegalEntity['status']): Promise<boolean>
  rename(tx: Tx, id: string, name: string): Promise<boolean>
  setRepresentative(tx: Tx, id: string, personId: string | undefined): Promise<void>
}

export interface MandateStore {
  insert(tx: Tx, mandate: Mandate): Promise<void>
  /** With `tx` the row is the caller's until it ends. */
  find(id: string, tx?: Tx): Promise<Mandate | undefined>
  /** Undefined when it was revoked already. */
  revoke(tx: Tx, id: string, by: { readonly personId: string; readonly at: Date }): Promise<Mandate | undefined>
  /** Those not revoked yet, by what a registry says and not by a person. */
  revokeOfEntity(
    tx: Tx,
    entityId: string,
    how: { readonly at: Date; readonly cause: 'representative-changed' },
  ): Promise<readonly Mandate[]>
  /** Newest first; of one entity only, when given. With `tx` the rows are held against revocation until it ends. */
  ofAgent(agent: Agent, entityId?: string, tx?: Tx): Promise<readonly Mandate[]>
  ofEntity(entityId: string, tx?: Tx): Promise<readonly Mandate[]>
}

/** Failures counted under a key (an account seen from an address; an address). Keys are kept as blind indexes only. */
export interface Attempts {
  readonly key: string
  readonly failures: number
  readonly lastFailureAt?: Date
  readonly lastSuccessAt?: Date
  /** No attempt is looked at before. */
  readonly notBefore?: Date
}

export interface AttemptStore {
  /** One row for each key, in the order of `keys`, locked until `tx` ends; a new key has no failures. */
  lock(tx: Tx, keys: readonly string[]): Promise<readonly Attempts[]>
  put(tx: Tx, attempts: Attempts): Promise<void>
  /** Removes rows that saw nothing since; returns how many went. */
  sweep(before: Date): Promise<number>
}

/** Events of registries, each taken once, and what is known of their subjects. */
export interface RegisterEventStore {
  /** Waits for another transaction that takes the same event. `conflict`: the id or the number stands for something else. */
  begin(
    tx: Tx,
    event: ReadEvent,
    how: { readonly via: 'push' | 'poll'; readonly receivedAt: Date },
  ): Promise<'new' | 'repeated' | 'conflict'>
  finish(tx: Tx, event: ReadEvent, outcome: Exclude<RegisterOutcome, 'repeated' | 'conflict'>): Promise<void>
  /** The caller's until `tx` ends, also for a subject that was never heard of. */
  lockSubject(tx: Tx, registry: RegistryName, subject: string): Promise<RegisterSubject>
  putSubject(tx: Tx, subject: RegisterSubject): Promise<void>
}

export interface RegisterFeedStore {
  cursor(registry: RegistryName): Promise<number>
  /** Never backwards. */
  moveCursor(registry: RegistryName, seq: number): Promise<void>
  /** True: this holder, and no other, reads the feed for so long. */
  holdPoll(registry: RegistryName, holder: string, forMs: number): Promise<boolean>
  /** False: seen before. */
  usePush(registry: RegistryName, nonce: string, at: Date): Promise<boolean>
  /** Pushes, and subjects that are not here, of before; returns how many went. */
  sweep(before: Date): Promise<number>
}

/** A registry's events in its order, from after a number. */
export interface RegisterFeed {
  /** @throws TrustError REGISTRY_UNAVAILABLE, REGISTRY_ANSWER_UNDEFINED */
  page(from: { readonly after: number; readonly limit: number }): Promise<{
    readonly events: readonly ReadEvent[]
    readonly more: boolean
  }>
}

/** A push as it came over HTTP. */
export interface RegisterPush {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: Uint8Array
}

export interface RegisterPushGate {
  /** @throws TrustError UNAUTHENTICATED, INPUT_INVALID */
  open(push: RegisterPush): {
    readonly nonce: string
    readonly events: readonly ReadEvent[]
    answer(outcomes: readonly { readonly eventId: string; readonly outcome: string }[]): {
      readonly headers: Readonly<Record<string, string>>
      readonly body: Uint8Array
    }
  }
}

export interface IdentityStore {
  readonly persons: PersonStore
  readonly accounts: AccountStore
  readonly administrators: AdministratorStore
  readonly evidence: EvidenceStore
  readonly entities: EntityStore
  readonly mandates: MandateStore
  readonly attempts: AttemptStore
  readonly registerEvents: RegisterEventStore
  readonly registerFeeds: RegisterFeedStore
  readonly authenticators: AuthenticatorStore
  readonly recoveryCodes: RecoveryCodeStore
  readonly signInSteps: SignInStepStore
  readonly notices: NoticeStore
}

/** Everything the operations take; each names the part that it needs. */
export interface IdentityDeps {
  readonly clock: Clock
  readonly ids: Ids
  readonly random: RandomSource
  readonly digests: Digests
  readonly work: UnitOfWork
  readonly audit: AuditTrail
  readonly store: IdentityStore
  readonly passwords: PasswordHasher
  readonly populationRegistry: PopulationRegistry
  readonly legalEntityRegistry: LegalEntityRegistry
  readonly reaction: Reaction
  /** Absent: certificates open nothing. */
  readonly certificates?: CertificateSignIn
  /** Absent: mandates stay with the entity that gave them, whoever represents it. */
  readonly registerPolicy?: { readonly mandatesOfFormerRepresentative: 'keep' | 'revoke' }
}
