/**
 * A whole trust world in memory: keys made by the real ceremony, CA, register of seals and licences in a database, audit with its
 * sequencer, the people and offices of examples/world.json, and the trust folder as it would be published. Nothing is stubbed but
 * the wire to the registries. `world.close()` when done.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { makeAuditStore } from '../../adapters/postgres/audit-store.ts'
import type { Db } from '../../adapters/postgres/db.ts'
import { makeUnitOfWork } from '../../adapters/postgres/db.ts'
import { makeIdentityStore } from '../../adapters/postgres/identity-store.ts'
import { makeLicenceStore } from '../../adapters/postgres/licence-store.ts'
import { makePkiStore } from '../../adapters/postgres/pki-store.ts'
import { makeSealStore } from '../../adapters/postgres/seal-store.ts'
import { openDocumentFolder } from '../../adapters/document-store/index.ts'
import { populate } from '../../examples/populate.ts'
import type { CeremonyResult } from '../../keys/ceremony.ts'
import { runCeremony } from '../../keys/ceremony.ts'
import { openCeremonyFolder } from '../../keys/ceremony-folder.ts'
import { standardHierarchy } from '../../keys/hierarchy.ts'
import { openSoftwareKeyStore } from '../../keys/software/index.ts'
import { makeAuditTrail, startSequencer } from '../../src/audit/index.ts'
import { makeFieldCipher, makePasswordHasher, nodeCrypto } from '../../src/crypto/node.ts'
import type { KeyStore } from '../../src/crypto/index.ts'
import type { IdentityDeps } from '../../src/identity/index.ts'
import { requireAuthority } from '../../src/identity/index.ts'
import { TrustError } from '../../src/errors.ts'
import type { Clock } from '../../src/kernel/index.ts'
import { makeIds, silentLogger, systemRandom } from '../../src/kernel/index.ts'
import type { LicenceDeps } from '../../src/licence/index.ts'
import { openFaceFont, parseLicenceTypes } from '../../src/licence/index.ts'
import types from '../../src/licence/licence-types.json' with { type: 'json' }
import type { PkiDeps } from '../../src/pki/index.ts'
import {
  issueCertificate,
  makeAuthorities,
  publishCrls,
  recordCeremony,
  standardProfiles,
} from '../../src/pki/index.ts'
import type { SealDeps } from '../../src/seal/index.ts'
import { applySeal, openSealFont } from '../../src/seal/index.ts'
import type { TrustPublisher } from '../../src/verification/index.ts'
import { freshEmbedded } from './database.ts'
import { worldActs } from './world-acts.ts'
import type { SettableClock } from './world-clock.ts'
import { settableClock } from './world-clock.ts'
import { memoryLegalEntityRegistry, memoryPopulationRegistry } from './world-registries.ts'
import { publisherOf } from './world-trust.ts'

export const PUBLIC_URL = 'http://127.0.0.1:3000'
const FONT = fileURLToPath(new URL('../../assets/fonts/NotoSerifSC-GB2312.ttf', import.meta.url))

/** Everything the acts below stand on; tests that need a fault replace a part of it. */
export interface WorldParts {
  readonly db: Db
  readonly keys: KeyStore
  readonly ceremony: CeremonyResult
  readonly identity: IdentityDeps
  readonly pki: PkiDeps
  readonly seals: SealDeps
  readonly licences: LicenceDeps
  /** As the service holds it: at most a second old by the world's clock. */
  readonly publisher: TrustPublisher
  /** Ids by the short names of examples/world.json. */
  readonly people: ReadonlyMap<string, string>
  readonly entities: ReadonlyMap<string, string>
}

const base = (clock: Clock, db: Db) => {
  const random = systemRandom
  const ids = makeIds(clock, random)
  const work = makeUnitOfWork(db)
  const store = makeAuditStore(db)
  const sequencer = startSequencer({ store, work, digests: nodeCrypto, logger: silentLogger, holder: ids.next() })
  const nudge = (): void => sequencer.nudge()
  const audit = makeAuditTrail({ store, clock, ids, digests: nodeCrypto, nudge })
  const key = { id: 'test', key: random.bytes(32) }
  const cipher = makeFieldCipher({ keys: [key], encryptWith: 'test', indexWith: 'test', random })
  return { clock, random, ids, work, audit, sequencer, cipher, db, crypto: nodeCrypto }
}
type Base = ReturnType<typeof base>

const identityOf = ({ clock, ids, work, audit, db, cipher, random }: Base): IdentityDeps => ({
  clock,
  ids,
  work,
  audit,
  random,
  digests: nodeCrypto,
  store: makeIdentityStore(db, cipher),
  passwords: makePasswordHasher({ random, parameters: { memory: 64, passes: 1, parallelism: 1 } }),
  populationRegistry: memoryPopulationRegistry(clock),
  legalEntityRegistry: memoryLegalEntityRegistry(clock),
  reaction: {
    mandateRevoked: () => Promise.resolve(),
    accountChanged: () => Promise.resolve(),
    entityChanged: () => Promise.resolve(),
    personChanged: () => Promise.resolve(),
  },
})

const pkiOf = async (b: Base, folder: string) => {
  const { clock, random, crypto } = b
  const keys = openSoftwareKeyStore({ folder: join(folder, 'keys'), masterKey: random.bytes(32), random })
  const ceremony = await runCeremony({
    keyStore: keys,
    shelf: openCeremonyFolder(join(folder, 'ceremony')),
    hierarchy: standardHierarchy,
    profiles: standardProfiles,
    crypto,
    clock,
    random,
    publicUrl: PUBLIC_URL,
  })
  const { certificates } = ceremony
  const pki: PkiDeps = {
    ...{ work: b.work, audit: b.audit, clock, ids: b.ids, random, crypto, profiles: standardProfiles },
    store: makePkiStore(b.db),
    authorities: makeAuthorities({ certificates, keyStore: keys, publicUrl: PUBLIC_URL }),
  }
  await recordCeremony(pki, certificates)
  await publishCrls(pki)
  return { keys, ceremony, pki }
}

const certificateOf = ({ certificates }: CeremonyResult, id: string): Uint8Array => {
  const found = certificates.find((c) => c.id === id)
  if (found === undefined) throw new TypeError(`the ceremony made no ${id}`)
  return found.der
}

const sealsOf = (
  b: Base,
  { keys, ceremony, pki }: Awaited<ReturnType<typeof pkiOf>>,
  { identity, ttf, publisher }: { identity: IdentityDeps; ttf: Uint8Array; publisher: () => TrustPublisher },
): SealDeps => ({
  ...{ work: b.work, audit: b.audit, clock: b.clock, ids: b.ids, crypto: b.crypto, keys, identity },
  store: makeSealStore(b.db),
  certificates: { issue: (request) => issueCertificate(pki, request) },
  maker: { keyId: 'seal-maker-sm2', certificate: certificateOf(ceremony, 'seal-maker-sm2'), vendor: 'Xinyin' },
  font: openSealFont(ttf),
  chains: { SM2: [certificateOf(ceremony, 'office-ca-sm2')], 'P-256': [certificateOf(ceremony, 'office-ca-p256')] },
  trust: async () => (await publisher().loaded()).trust,
})

const licencesOf = (
  b: Base,
  { identity, seals, ttf, folder }: { identity: IdentityDeps; seals: SealDeps; ttf: Uint8Array; folder: string },
): LicenceDeps => ({
  ...{ clock: b.clock, ids: b.ids, random: b.random, digests: b.crypto, work: b.work, audit: b.audit },
  store: makeLicenceStore(b.db, b.cipher),
  documents: openDocumentFolder(join(folder, 'documents'), b.crypto),
  types: parseLicenceTypes(types),
  sealing: {
    seal: async ({ placement, issuerId: actingFor, ...use }) =>
      (await applySeal(seals, { ...use, actingFor, placements: [placement] })).document,
  },
  offices: {
    office: async (entityId) => {
      const entity = await identity.store.entities.find(entityId)
      if (entity === undefined) throw new TrustError('ENTITY_NOT_FOUND', 'no such office')
      return { name: entity.name, uscc: entity.uscc }
    },
  },
  requireAuthority: (question) => requireAuthority(identity, question),
  font: openFaceFont(ttf, 'Noto Serif SC'),
  publicUrl: PUBLIC_URL,
})

export interface WorldOptions {
  /** A settable one standing at START when absent. */
  readonly clock?: Clock
  /** A fresh embedded one when absent; closed with the world either way. */
  readonly db?: Db
}

export const makeWorld = async <C extends Clock = SettableClock>(options: WorldOptions & { clock?: C } = {}) => {
  const clock = (options.clock ?? settableClock()) as C
  const db = options.db ?? (await freshEmbedded())
  const folder = mkdtempSync(join(tmpdir(), 'xinyin-world-'))
  const b = base(clock, db)
  const identity = identityOf(b)
  const ca = await pkiOf(b, folder)
  const ttf = new Uint8Array(readFileSync(FONT))
  const seals = sealsOf(b, ca, { identity, ttf, publisher: () => publisher })
  const licences = licencesOf(b, { identity, seals, ttf, folder })
  const newPublisher = (): TrustPublisher => publisherOf({ ...ca, seals, licences, publicUrl: PUBLIC_URL })
  const publisher = newPublisher()
  const parts: WorldParts = { db, ...ca, identity, seals, licences, publisher, ...(await populate(identity)) }
  return {
    ...parts,
    ...worldActs(parts, newPublisher),
    clock,
    crypto: nodeCrypto,
    close: async () => {
      await b.sequencer.stop()
      await db.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

export type World = Awaited<ReturnType<typeof makeWorld<SettableClock>>>
