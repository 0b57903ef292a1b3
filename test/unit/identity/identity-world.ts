/** Identity wired as in the service, over a given database and the simulators' real HTTP; only the clock can be moved. */
import { makeAuditStore } from '../../../adapters/postgres/audit-store.ts'
import { makeUnitOfWork, type Db } from '../../../adapters/postgres/db.ts'
import { makeIdentityStore } from '../../../adapters/postgres/identity-store.ts'
import { makeLegalEntityRegistry } from '../../../adapters/legal-entity-registry/index.ts'
import { makePopulationRegistry } from '../../../adapters/population-registry/index.ts'
import { makeRegisterFeed } from '../../../adapters/registry-call/feed.ts'
import { makeRegistryCall } from '../../../adapters/registry-call/index.ts'
import { makeRegisterPushGate } from '../../../adapters/registry-call/push-gate.ts'
import { startLegalEntityRegistry } from '../../../examples/simulators/legal-entity-registry.ts'
import { startPopulationRegistry } from '../../../examples/simulators/population-registry.ts'
import type { Control } from '../../../examples/simulators/registry-server.ts'
import { world, type WorldAccount, type WorldEntity, type WorldPerson } from '../../../examples/world.ts'
import { makeAuditTrail } from '../../../src/audit/index.ts'
import { makeFieldCipher, makePasswordHasher, nodeCrypto } from '../../../src/crypto/node.ts'
import type { IdentityDeps, Mandate, PollDeps, PushReceiver, RegistryName } from '../../../src/identity/index.ts'
import { registerEntity, registerPerson } from '../../../src/identity/index.ts'
import type { Clock, Ids } from '../../../src/kernel/index.ts'
import { makeIds, silentLogger, systemRandom } from '../../../src/kernel/index.ts'

export interface MovingClock {
  now(): Date
  forward(ms: number): void
  reset(): void
}

const movingClock = (): MovingClock => {
  let offset = 0
  return {
    now: () => new Date(Date.now() + offset),
    forward: (ms) => void (offset += ms),
    reset: () => void (offset = 0),
  }
}

export interface IdentityWorld {
  readonly deps: IdentityDeps
  readonly db: Db
  readonly clock: MovingClock
  /** What the reaction was told, in order. */
  readonly reactions: string[]
  control(registry: RegistryName, control: Control): Promise<void>
  /** Reads the registries' feeds, and takes their pushes. */
  readonly events: PollDeps & PushReceiver
  /** Writes an event into a registry, which then tells it. */
  tell(
    registry: RegistryName,
    event: Readonly<Record<string, unknown>>,
  ): Promise<{ readonly eventId: string; readonly seq: number }>
  readonly urls: Readonly<Record<RegistryName, string>>
  /** Hex; for another process over the same tables. */
  readonly fieldKey: string
  /** Empties the tables and turns everything back: much quicker than a database for each test. */
  reset(): Promise<void>
  close(): Promise<void>
}

type Call = (url: string) => ReturnType<typeof makeRegistryCall>
interface Wires {
  readonly call: Call
  readonly urls: Readonly<Record<RegistryName, string>>
  readonly ids: Ids
  readonly registryClock: Clock
}

const registerWires = ({ call, urls, ids, registryClock: clock }: Wires) => {
  const gate = (registry: RegistryName) =>
    makeRegisterPushGate({ registry, clientId: 'xinyin', secret: world.registrySecrets.xinyin, clock })
  const feed = (registry: RegistryName) => makeRegisterFeed(registry, call(urls[registry]), ids)
  return {
    feeds: { population: feed('population'), 'legal-entity': feed('legal-entity') },
    pushGates: { population: gate('population'), 'legal-entity': gate('legal-entity') },
  }
}

const TABLES =
  'natural_person, account, administrator, legal_entity, proofing_evidence, mandate, sign_in_attempt, audit_event, register_event, register_subject, register_cursor, register_push, lease, authenticator, recovery_code, sign_in_step, account_notice'

export const makeIdentityWorld = async (db: Db, timeoutMs = 3_000): Promise<IdentityWorld> => {
  const [population, entities] = await Promise.all([
    startPopulationRegistry({ port: 0 }),
    startLegalEntityRegistry({ port: 0 }),
  ])
  const clock = movingClock()
  const random = systemRandom
  const ids = makeIds(clock, random)
  // The registries have their own, true clock: only ours is moved in tests.
  const registryClock = { now: () => new Date() }
  const call = (url: string) =>
    makeRegistryCall({
      url,
      clientId: 'xinyin',
      secret: world.registrySecrets.xinyin,
      clock: registryClock,
      random,
      timeoutMs,
    })
  const key = { id: 'test', key: random.bytes(32) }
  const cipher = makeFieldCipher({ keys: [key], encryptWith: 'test', indexWith: 'test', random })
  const reactions: string[] = []
  const deps: IdentityDeps = {
    clock,
    ids,
    random,
    digests: nodeCrypto,
    work: makeUnitOfWork(db),
    audit: makeAuditTrail({ store: makeAuditStore(db), clock, ids, digests: nodeCrypto }),
    store: makeIdentityStore(db, cipher),
    passwords: makePasswordHasher({ random, parameters: { memory: 64, passes: 1, parallelism: 1 } }),
    populationRegistry: makePopulationRegistry(call(population.url)),
    legalEntityRegistry: makeLegalEntityRegistry(call(entities.url)),
    reaction: {
      mandateRevoked: async (_tx, mandate: Mandate) => void reactions.push(`mandate-revoked ${mandate.id}`),
      accountChanged: async (_tx, accountId, reason) => void reactions.push(`${reason} ${accountId}`),
      entityChanged: async (_tx, { entityId, change }) => void reactions.push(`${change} ${entityId}`),
      personChanged: async (_tx, { personId, change }) => void reactions.push(`${change} ${personId}`),
    },
  }
  const urls = { population: population.url, 'legal-entity': entities.url }
  const control: IdentityWorld['control'] = async (registry, switches) => {
    await fetch(`${urls[registry]}/_control`, { method: 'POST', body: JSON.stringify(switches) })
  }
  return {
    deps,
    db,
    clock,
    reactions,
    control,
    events: { ...deps, ...registerWires({ call, urls, ids, registryClock }), logger: silentLogger, holder: ids.next() },
    tell: async (registry, event) => {
      const response = await fetch(`${urls[registry]}/_event`, { method: 'POST', body: JSON.stringify(event) })
      if (response.status !== 200) throw new TypeError(`the registry does not take ${JSON.stringify(event)}`)
      return (await response.json()) as { eventId: string; seq: number }
    },
    urls,
    fieldKey: Buffer.from(key.key).toString('hex'),
    reset: async () => {
      await db.script(`TRUNCATE ${TABLES} CASCADE`)
      clock.reset()
      reactions.length = 0
      await control('population', {})
      await control('legal-entity', {})
    },
    close: async () => {
      await Promise.all([population.close(), entities.close(), db.close()])
    },
  }
}

const named = <T extends object>(things: readonly T[], key: keyof T, value: string): T => {
  const found = things.find((t) => t[key] === value)
  if (found === undefined) throw new TypeError(`world.json has no ${value}`)
  return found
}
export const personNamed = (id: string): WorldPerson => named(world.people, 'id', id)
export const entityNamed = (id: string): WorldEntity => named(world.entities, 'id', id)
export const accountOf = (person: string): WorldAccount => named(world.accounts, 'person', person)

/** Registers somebody of world.json. */
export const enrol = async (w: IdentityWorld, person: string) => {
  const { name, citizenIdNumber } = personNamed(person)
  const { loginName, password } = accountOf(person)
  return registerPerson(w.deps, { name, citizenIdNumber, loginName, password })
}

/** Registers an entity of world.json with its representative. */
export const enrolEntity = async (w: IdentityWorld, id: string) => {
  const { name, uscc, legalRepresentative } = entityNamed(id)
  const { personId: actor } = await enrol(w, legalRepresentative)
  return registerEntity(w.deps, { actor, name, uscc })
}

export const countRows = async (db: Db, table: string): Promise<number> =>
  (await db.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${table}`))[0]?.n ?? 0
