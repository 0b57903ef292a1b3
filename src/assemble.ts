/**
 * Wires the house: settings and adapters in, a running service's parts out. Together with main.ts and demo.ts the only place that
 * knows every adapter. Decides nothing.
 */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { DataFolder } from '../adapters/data-folder/index.ts'
import { openCrlShelf } from '../adapters/crl-shelf/index.ts'
import { openDocumentFolder } from '../adapters/document-store/index.ts'
import { makeLegalEntityRegistry } from '../adapters/legal-entity-registry/index.ts'
import { makePopulationRegistry } from '../adapters/population-registry/index.ts'
import { makePortalCallback } from '../adapters/portal-callback/index.ts'
import { makeAuditStore } from '../adapters/postgres/audit-store.ts'
import type { Db } from '../adapters/postgres/db.ts'
import { makeUnitOfWork } from '../adapters/postgres/db.ts'
import { makeIdentityStore } from '../adapters/postgres/identity-store.ts'
import { makeLicenceStore } from '../adapters/postgres/licence-store.ts'
import { migrate } from '../adapters/postgres/migrate.ts'
import { makeOidcStore } from '../adapters/postgres/oidc-store.ts'
import { openPostgres } from '../adapters/postgres/pg.ts'
import { openEmbedded } from '../adapters/postgres/pglite.ts'
import { makePkiStore } from '../adapters/postgres/pki-store.ts'
import { makeSealStore } from '../adapters/postgres/seal-store.ts'
import type { ServiceSecrets } from '../adapters/postgres/service-secrets.ts'
import { makeServiceSecrets } from '../adapters/postgres/service-secrets.ts'
import { makeRegistryCall } from '../adapters/registry-call/index.ts'
import { openCeremonyFolder } from '../keys/ceremony-folder.ts'
import type { CeremonyShelf } from '../keys/ceremony.ts'
import { runCeremony } from '../keys/ceremony.ts'
import { standardHierarchy } from '../keys/hierarchy.ts'
import { openCustody } from '../keys/open-custody.ts'
import { fromBase64, toBase64, toHex } from '../standards/bytes.ts'
import { makeRegisters } from './assemble-registers.ts'
import type { Registers } from './assemble-registers.ts'
import type { AuditTrail, Sequencer } from './audit/index.ts'
import { makeAuditTrail, startSequencer } from './audit/index.ts'
import { askPassword } from './cli/ask-password.ts'
import { readTrustFolder } from './cli/offline.ts'
import type { Config, RegistrySlice } from './config.ts'
import type { CryptoPort } from '../standards/ports.ts'
import type { JwsSigner } from './crypto/index.ts'
import type { KeyRing } from './crypto/node.ts'
import { deriveIndexKey, makePasswordHasher, makeRememberingCrypto, makeRingCipher, nodeCrypto } from './crypto/node.ts'
import { TrustError } from './errors.ts'
import type { IdentityDeps, Reaction } from './identity/index.ts'
import { findProvenEntity, requireAuthority } from './identity/index.ts'
import type { Clock, Logger } from './kernel/index.ts'
import { makeIds, systemRandom } from './kernel/index.ts'
import licenceTypes from './licence/licence-types.json' with { type: 'json' }
import type { LicenceDeps } from './licence/index.ts'
import { licenceSnapshotEntries, openFaceFont, parseLicenceTypes } from './licence/index.ts'
import type { LogoutWorker, OidcDeps, SigningJwk } from './oidc/index.ts'
import { makeIdentityReactions, makeLogoutWorker, makePeople } from './oidc/index.ts'
import type { HierarchyCertificate, PkiDeps } from './pki/index.ts'
import {
  newestCrl,
  issueCertificate,
  makeAuthorities,
  recordCeremony,
  standardProfiles,
  trustChain,
} from './pki/index.ts'
import { refuseDemonstrationClients, refuseDemonstrationPeople } from './refuse-demonstration.ts'
import type { SealDeps } from './seal/index.ts'
import { applySeal, openSealFont, sealStatusSnapshot } from './seal/index.ts'
import type { TrustFiles, TrustPublisher } from './verification/index.ts'
import { makeTrustPublisher } from './verification/index.ts'

export interface AssemblyInput {
  readonly config: Config
  readonly folder: DataFolder
  readonly publicUrl: string
  readonly clock: Clock
  readonly logger: Logger
  /** Where the registries answer: the settings, or the simulators of the demonstration. */
  readonly registries: Config['registries']
  /** `xinyin bootstrap`: makes the key hierarchy; a server in production only reads it. */
  readonly setUp?: boolean
}

export interface Assembly {
  readonly db: Db
  readonly identity: IdentityDeps
  /** Feeds of the registries, and gates for what they push. */
  readonly registers: Registers
  readonly pki: PkiDeps
  readonly seals: SealDeps
  readonly licences: LicenceDeps
  readonly oidc: OidcDeps
  readonly cookieKeys: readonly string[]
  /** Remembers the signatures of CAs, CRLs and seals that it found good. */
  readonly crypto: CryptoPort
  readonly trust: TrustPublisher
  readonly sequencer: Sequencer
  readonly logoutWorker: LogoutWorker
}

const FONT = new URL('../assets/fonts/NotoSerifSC-GB2312.ttf', import.meta.url)

const openDatabase = async ({ config, folder }: AssemblyInput): Promise<Db> => {
  const { url, pool } = config.database
  return url === undefined ? openEmbedded(join(folder.path, 'db')) : openPostgres(url, pool)
}

/** Blind indexes keep their key while master keys are rotated; databases from before that have the first one's. */
const indexKeyOf = async (secrets: ServiceSecrets, ring: KeyRing): Promise<Uint8Array> => {
  const isNew = (await secrets.find(HIERARCHY)) === undefined
  const first = isNew ? undefined : ring.find('m1')
  const make = (): string => toBase64(first === undefined ? systemRandom.bytes(32) : deriveIndexKey(first))
  return fromBase64(await secrets.get('blind-index-key', make))
}

const makeBase = async (input: AssemblyInput, db: Db) => {
  const { config, folder, clock, logger } = input
  const custody = await openCustody({ config, folder: folder.path, random: systemRandom, ask: askPassword })
  const ids = makeIds(clock, systemRandom)
  const work = makeUnitOfWork(db)
  const { masterKeys } = custody
  const secrets = makeServiceSecrets(db, makeRingCipher({ ring: masterKeys, random: systemRandom }))
  const indexKey = await indexKeyOf(secrets, masterKeys)
  const cipher = makeRingCipher({ ring: masterKeys, indexKey, random: systemRandom })
  const crypto = makeRememberingCrypto(nodeCrypto)
  const auditStore = makeAuditStore(db)
  const sequencer = startSequencer({ store: auditStore, work, digests: nodeCrypto, logger, holder: ids.next() })
  const trail = makeAuditTrail({ store: auditStore, clock, ids, digests: nodeCrypto, nudge: () => sequencer.nudge() })
  const changes: { note: () => void } = { note: () => undefined }
  // Whatever changes a seal, a licence or a certificate passes here: the published lists must not lag behind it.
  const audit: AuditTrail = {
    ...trail,
    record: (tx, event) => {
      if (/^(seal|licence|certificate)\./.test(event.action)) changes.note()
      return trail.record(tx, event)
    },
  }
  return { custody, ids, work, cipher, crypto, sequencer, audit, changes, secrets }
}
type Base = Awaited<ReturnType<typeof makeBase>>

const HIERARCHY = 'hierarchy'

/** One database, one hierarchy: keys under another XINYIN_DATA would sign what verifiers of this service do not trust. */
const requireCeremony = async (input: AssemblyInput, { secrets }: Base, shelf: CeremonyShelf): Promise<void> => {
  if ((await shelf.read('transcript.json')) !== undefined) return
  if (input.config.production && input.setUp !== true)
    throw new TrustError('CONFIG_INVALID', 'there are no keys in XINYIN_DATA: run `xinyin bootstrap` first')
  if ((await secrets.find(HIERARCHY)) !== undefined) throw otherHierarchy()
}

const requireSameHierarchy = async (
  { secrets }: Base,
  certificates: readonly HierarchyCertificate[],
): Promise<void> => {
  const roots = certificates.filter((c) => c.id === c.issuerId).map((c) => toHex(nodeCrypto.digest('sm3', c.der)))
  if ((await secrets.get(HIERARCHY, () => roots.join(' '))) !== roots.join(' ')) throw otherHierarchy()
}

const otherHierarchy = (): TrustError =>
  new TrustError('CONFIG_INVALID', 'this database was set up with other keys than those in XINYIN_DATA')

/** Development runs the ceremony by itself; production finds what `xinyin bootstrap` made, and the ceremony then changes nothing. */
const makePki = async (input: AssemblyInput, db: Db, base: Base) => {
  const { folder, publicUrl, clock } = input
  const shelf = openCeremonyFolder(join(folder.path, 'ceremony'))
  await requireCeremony(input, base, shelf)
  const { keyStore } = base.custody
  const profiles = standardProfiles
  const ceremony = await runCeremony({
    keyStore,
    shelf,
    hierarchy: standardHierarchy,
    profiles,
    crypto: nodeCrypto,
    clock,
    random: systemRandom,
    publicUrl,
  })
  await requireSameHierarchy(base, ceremony.certificates)
  const authorities = makeAuthorities({ certificates: ceremony.certificates, keyStore, publicUrl })
  const { work, audit, ids } = base
  const pki: PkiDeps = {
    work,
    store: makePkiStore(db),
    shelf: openCrlShelf(join(folder.path, 'crl')),
    audit,
    authorities,
    profiles,
    crypto: nodeCrypto,
    clock,
    ids,
    random: systemRandom,
  }
  await recordCeremony(pki, ceremony.certificates)
  return { pki, keyStore, certificates: ceremony.certificates }
}

const certificateOf = (certificates: readonly HierarchyCertificate[], id: string): Uint8Array => {
  const found = certificates.find((c) => c.id === id)
  if (found === undefined) throw new TrustError('CHAIN_INVALID', `the hierarchy has no ${id}`)
  return found.der
}

/** The issuing CA, its root left out: anchors are the verifier's business. */
const chainOf = (pki: PkiDeps, issuerId: string): readonly Uint8Array[] =>
  trustChain(pki, issuerId)
    .slice(0, -1)
    .map((c) => c.der)

/** Who signs what this service states about others: status lists, receipts of sign-outs. */
const statusSigners =
  ({ pki, certificates, keyStore }: Awaited<ReturnType<typeof makePki>>) =>
  async (): Promise<readonly JwsSigner[]> => {
    const signer = async (id: string, issuer: string) => {
      const above = trustChain(pki, issuer).map((c) => c.der)
      return { signer: await keyStore.signer(id), chain: [certificateOf(certificates, id), ...above] }
    }
    return [await signer('status-sm2', 'infra-ca-sm2'), await signer('status-p256', 'infra-ca-p256')]
  }

const OTHER_REGIONS = fileURLToPath(new URL('../keys/trust', import.meta.url))
const READ_AGAIN_MS = 60_000

/** Anchors and lists of other regions, read again every minute; while the folder cannot be read, what was read last holds. */
const otherRegions = async ({ config, clock, logger }: AssemblyInput): Promise<() => Promise<TrustFiles>> => {
  const folder = config.trustFolder ?? OTHER_REGIONS
  let files = await readTrustFolder(folder)
  let readAt = clock.now().getTime()
  return async () => {
    if (clock.now().getTime() - readAt < READ_AGAIN_MS) return files
    readAt = clock.now().getTime()
    try {
      files = await readTrustFolder(folder)
    } catch (error) {
      logger.warn('trust.other-regions-unread', { error: error instanceof Error ? error.name : 'unknown' })
    }
    return files
  }
}

const makeTrust = (
  { publicUrl, clock, logger }: AssemblyInput,
  base: Base,
  parts: Awaited<ReturnType<typeof makePki>> &
    Pick<LicenceDeps, 'store'> & { readonly sealStore: SealDeps['store']; readonly others: () => Promise<TrustFiles> },
): TrustPublisher => {
  const { pki } = parts
  const named = (a: PkiDeps['authorities'][number]) => ({ id: a.id, der: a.certificate.der })
  return makeTrustPublisher({
    crypto: base.crypto,
    clock,
    work: base.work,
    audit: base.audit,
    publicUrl,
    onStale: (error) => logger.warn('trust.stale', { error: error instanceof Error ? error.name : 'unknown' }),
    sources: {
      others: parts.others,
      anchors: pki.authorities.filter((a) => a.above.length === 0).map(named),
      intermediates: pki.authorities.filter((a) => a.above.length > 0).map(named),
      crls: () => Promise.all(pki.authorities.map(async ({ id }) => ({ id, der: await newestCrl(pki, id) }))),
      entries: {
        seal: () => sealStatusSnapshot({ store: parts.sealStore }),
        licence: () => licenceSnapshotEntries({ store: parts.store, digests: nodeCrypto }),
      },
      signers: statusSigners(parts),
    },
  })
}

const registryCall = (slice: RegistrySlice, clock: Clock) =>
  makeRegistryCall({ url: slice.url, clientId: slice.client, secret: slice.secret, clock, random: systemRandom })

const makeIdentity = (
  { config, registries, clock }: AssemblyInput,
  db: Db,
  { base, reaction }: { readonly base: Base; readonly reaction: Reaction },
): IdentityDeps => {
  const people = {
    passwords: makePasswordHasher({ random: systemRandom }),
    populationRegistry: makePopulationRegistry(registryCall(registries.population, clock)),
    legalEntityRegistry: makeLegalEntityRegistry(registryCall(registries.legalEntity, clock)),
  }
  return {
    clock,
    ids: base.ids,
    work: base.work,
    audit: base.audit,
    store: makeIdentityStore(db, base.cipher),
    ...(config.production ? refuseDemonstrationPeople(people) : people),
    reaction,
  }
}

const newSigningKey = async (): Promise<string> => {
  const { privateKey } = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, [
    'sign',
    'verify',
  ])
  const { kty, crv, x, y, d } = await crypto.subtle.exportKey('jwk', privateKey)
  return JSON.stringify({ kty, crv, x, y, d, kid: crypto.randomUUID() })
}
const newKey = (): string => Buffer.from(systemRandom.bytes(32)).toString('base64')

const makeOidcParts = async ({ clock, logger, publicUrl, config }: AssemblyInput, db: Db, base: Base) => {
  const { secrets, ids, work, audit, cipher } = base
  const anyClient = makeOidcStore(db)
  const store = config.production ? refuseDemonstrationClients(anyClient, cipher) : anyClient
  const signingKey = JSON.parse(await secrets.get('oidc-signing-key', newSigningKey)) as SigningJwk
  const pairwise = Buffer.from(await secrets.get('pairwise-key-1', newKey), 'base64')
  const cookieKeys = [await secrets.get('cookie-key-1', newKey)]
  const extraHosts = new Set(config.portalCallbackHosts)
  const common = { clock, ids, random: systemRandom, logger, work, audit, store, publicUrl, cipher }
  const pairwiseKeys = { current: '1', keys: { '1': new Uint8Array(pairwise) } }
  const portals = makePortalCallback({
    isRegistered: async (host) => extraHosts.has(host) || (await store.clients.hasHost(host)),
  })
  return { ...common, pairwise: pairwiseKeys, portals, signingKeys: [signingKey] as const, cookieKeys }
}

/** What the first process makes and all others find: tables, keys, secrets. Several may start at once on one database. */
const setUp = (input: AssemblyInput, db: Db) =>
  db.alone(async () => {
    await migrate(db)
    const base = await makeBase(input, db)
    try {
      return { base, parts: await makePki(input, db, base), oidc: await makeOidcParts(input, db, base) }
    } catch (error) {
      await base.sequencer.stop()
      throw error
    }
  })

export const assemble = async (input: AssemblyInput): Promise<Assembly> => {
  const db = await openDatabase(input)
  try {
    return await assembleOn(input, db)
  } catch (error) {
    await db.close()
    throw error
  }
}

const assembleOn = async (input: AssemblyInput, db: Db): Promise<Assembly> => {
  const { folder, clock, publicUrl } = input
  const { base, parts, oidc: made } = await setUp(input, db)
  const { cookieKeys, ...oidcParts } = made

  // Reactions write in the caller's transaction; the worker that delivers is nudged by its own poll.
  const reaction = makeIdentityReactions(oidcParts)
  const identity = makeIdentity(input, db, { base, reaction })
  const oidc: OidcDeps = {
    ...oidcParts,
    people: makePeople(identity),
    receiptSigners: statusSigners(parts),
    nudge: () => worker.nudge(),
  }
  const worker: LogoutWorker = makeLogoutWorker(oidc)

  const font = new Uint8Array(await readFile(FONT))
  const sealStore = makeSealStore(db)
  const licenceStore = makeLicenceStore(db, base.cipher)
  const others = await otherRegions(input)
  const trust = makeTrust(input, base, { ...parts, store: licenceStore, sealStore, others })
  base.changes.note = () => trust.noteChange()
  const { work, audit, ids } = base
  const seals: SealDeps = {
    work,
    store: sealStore,
    identity,
    audit,
    keys: parts.keyStore,
    certificates: { issue: (request) => issueCertificate(parts.pki, request) },
    maker: {
      keyId: 'seal-maker-sm2',
      certificate: certificateOf(parts.certificates, 'seal-maker-sm2'),
      vendor: 'XINYIN',
    },
    font: openSealFont(font),
    crypto: base.crypto,
    chains: { SM2: chainOf(parts.pki, 'office-ca-sm2'), 'P-256': chainOf(parts.pki, 'office-ca-p256') },
    trust: async () => (await trust.loaded()).trust,
    clock,
    ids,
  }
  const licences: LicenceDeps = {
    clock,
    ids,
    random: systemRandom,
    digests: nodeCrypto,
    work,
    audit,
    store: licenceStore,
    documents: openDocumentFolder(join(folder.path, 'documents'), nodeCrypto),
    types: parseLicenceTypes(licenceTypes),
    sealing: {
      seal: async ({ placement, issuerId: actingFor, ...use }) =>
        (await applySeal(seals, { ...use, actingFor, placements: [placement] })).document,
    },
    offices: {
      office: async (entityId) => {
        const found = await findProvenEntity(identity, entityId)
        if (found === undefined) throw new TrustError('ENTITY_NOT_FOUND', 'no such organisation')
        return { name: found.entity.name, uscc: found.entity.uscc }
      },
    },
    requireAuthority: (question) => requireAuthority(identity, question),
    font: openFaceFont(font, 'Noto Serif SC'),
    publicUrl,
  }
  return {
    db,
    identity,
    registers: makeRegisters(identity, input),
    pki: parts.pki,
    seals,
    licences,
    oidc,
    cookieKeys,
    crypto: base.crypto,
    trust,
    sequencer: base.sequencer,
    logoutWorker: worker,
  }
}
