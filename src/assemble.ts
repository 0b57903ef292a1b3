/**
 * Wires the house: settings and adapters in, a running service's parts out. Together with main.ts and demo.ts the only place that
 * knows every adapter. Decides nothing.
 */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { openDocumentFolder } from '../adapters/document-store/index.ts'
import { makeLegalEntityRegistry } from '../adapters/legal-entity-registry/index.ts'
import { makePopulationRegistry } from '../adapters/population-registry/index.ts'
import { makePortalCallback } from '../adapters/portal-callback/index.ts'
import type { Db } from '../adapters/postgres/db.ts'
import { makeIdentityStore } from '../adapters/postgres/identity-store.ts'
import { makeLicenceStore } from '../adapters/postgres/licence-store.ts'
import { migrate } from '../adapters/postgres/migrate.ts'
import { makeOidcStore } from '../adapters/postgres/oidc-store.ts'
import { openPostgres } from '../adapters/postgres/pg.ts'
import { openEmbedded } from '../adapters/postgres/pglite.ts'
import { makeSealStore } from '../adapters/postgres/seal-store.ts'
import { makeRegistryCall } from '../adapters/registry-call/index.ts'
import { makeRegisters } from './assemble-registers.ts'
import type { Registers } from './assemble-registers.ts'
import type { Sequencer } from './audit/index.ts'
import type { RegistrySlice } from './config.ts'
import type { CryptoPort } from '../standards/ports.ts'
import { makePasswordHasher, nodeCrypto } from './crypto/node.ts'
import { TrustError } from './errors.ts'
import type { CertificateTrust, IdentityDeps, Reaction } from './identity/index.ts'
import { findProvenEntity, requireAuthority } from './identity/index.ts'
import type { Clock } from './kernel/index.ts'
import { systemRandom } from './kernel/index.ts'
import type { LicenceDeps } from './licence/index.ts'
import { openFaceFont, parseLicenceTypes } from './licence/index.ts'
import type { LogoutWorker, OidcDeps, SigningJwk } from './oidc/index.ts'
import { makeIdentityReactions, makeLogoutWorker, makePeople, openSigningKeys } from './oidc/index.ts'
import type { PkiDeps } from './pki/index.ts'
import type { EnrolmentDeps } from './pki/enrolment/index.ts'
import { refuseDemonstrationClients, refuseDemonstrationPeople } from './refuse-demonstration.ts'
import type { SealDeps } from './seal/index.ts'
import { applySeal, openSealFont } from './seal/index.ts'
import type { TrustPublisher } from './verification/index.ts'
import licenceTypes from './licence/licence-types.json' with { type: 'json' }
import type { AssemblyInput, Base } from './assemble-base.ts'
import { makeBase } from './assemble-base.ts'
import {
  makeEnrolment,
  makeEnrolmentRegister,
  sealCertificates,
  withCertificatesAndSeals,
} from './assemble-enrolment.ts'
import { certificateOf, chainOf, makePki, statusSigners } from './assemble-pki.ts'
import type { StatusParts } from './assemble-status.ts'
import { makeStatusParts } from './assemble-status.ts'
import { makeTrust, otherRegions } from './assemble-trust.ts'

export type { AssemblyInput } from './assemble-base.ts'

export interface Assembly {
  readonly db: Db
  readonly identity: IdentityDeps
  /** Feeds of the registries, and gates for what they push. */
  readonly registers: Registers
  readonly pki: PkiDeps
  /** OCSP answers and time stamps. */
  readonly status: StatusParts
  readonly seals: SealDeps
  /** Applications for certificates, officers, escrow. */
  readonly enrolment: EnrolmentDeps
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

const registryCall = (slice: RegistrySlice, clock: Clock) =>
  makeRegistryCall({ url: slice.url, clientId: slice.client, secret: slice.secret, clock, random: systemRandom })

const makeIdentity = (
  { config, registries, clock }: AssemblyInput,
  db: Db,
  {
    base,
    reaction,
    trust,
  }: { readonly base: Base; readonly reaction: Reaction; readonly trust: () => Promise<CertificateTrust> },
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
    random: systemRandom,
    digests: nodeCrypto,
    certificates: { crypto: base.crypto, trust },
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
  const firstKey = JSON.parse(await secrets.get('oidc-signing-key', newSigningKey)) as SigningJwk
  const { keys, refresh } = await openSigningKeys({ store, cipher, clock, work, audit }, firstKey)
  const pairwise = Buffer.from(await secrets.get('pairwise-key-1', newKey), 'base64')
  const cookieKeys = [await secrets.get('cookie-key-1', newKey)]
  const extraHosts = new Set(config.portalCallbackHosts)
  const common = { clock, ids, random: systemRandom, logger, work, audit, store, publicUrl, cipher }
  const pairwiseKeys = { current: '1', keys: { '1': new Uint8Array(pairwise) } }
  const portals = makePortalCallback({
    isRegistered: async (host) => extraHosts.has(host) || (await store.clients.hasHost(host)),
  })
  return { ...common, pairwise: pairwiseKeys, portals, signingKeys: keys, refreshSigningKeys: refresh, cookieKeys }
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
  const register = makeEnrolmentRegister(db, base)
  const sealStore = makeSealStore(db)
  const reaction = withCertificatesAndSeals(makeIdentityReactions(oidcParts), {
    ...{ parts, store: register, seals: sealStore },
  })
  const identity = makeIdentity(input, db, { base, reaction, trust: async () => (await trust.loaded()).trust })
  const enrolment = makeEnrolment(input, db, { base, parts, identity, store: register })
  const oidc: OidcDeps = {
    ...oidcParts,
    people: makePeople(identity),
    receiptSigners: statusSigners(parts),
    nudge: () => worker.nudge(),
  }
  const worker: LogoutWorker = makeLogoutWorker(oidc)

  const font = new Uint8Array(await readFile(FONT))
  const licenceStore = makeLicenceStore(db, base.cipher)
  const others = await otherRegions(input)
  const trust = makeTrust(input, base, { ...parts, store: licenceStore, sealStore, others })
  const status = makeStatusParts(input, db, { base, parts })
  base.changes.note = () => {
    trust.noteChange()
    status.ocsp.noteChange()
  }
  const { work, audit, ids } = base
  const seals: SealDeps = {
    work,
    store: sealStore,
    identity,
    audit,
    keys: parts.keyStore,
    certificates: sealCertificates(enrolment),
    maker: {
      keyId: 'seal-maker-sm2',
      certificate: certificateOf(parts.certificates, 'seal-maker-sm2'),
      vendor: 'XINYIN',
    },
    font: openSealFont(font),
    crypto: base.crypto,
    chains: { SM2: chainOf(parts.pki, 'office-ca-sm2'), 'P-256': chainOf(parts.pki, 'office-ca-p256') },
    timestamps: status.timestamps,
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
    status,
    enrolment,
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
