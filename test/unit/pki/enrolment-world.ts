/** Enrolment over a real database with the real identity store: a CA in memory, its operator with officers, an enterprise, an office, people. */
import type { Db } from '../../../adapters/postgres/db.ts'
import { makeUnitOfWork } from '../../../adapters/postgres/db.ts'
import { makeEnrolmentStore } from '../../../adapters/postgres/enrolment-store.ts'
import { makeEscrowStore } from '../../../adapters/postgres/escrow-store.ts'
import { makeIdentityStore } from '../../../adapters/postgres/identity-store.ts'
import { makePkiStore } from '../../../adapters/postgres/pki-store.ts'
import { fixedKeyRing, generatePkcs8, makeFieldCipher, signerFromPkcs8 } from '../../../src/crypto/node.ts'
import type { Agent, AssuranceLevel, MandateFunction } from '../../../src/identity/index.ts'
import type { CertificateHolder, EnrolmentDeps } from '../../../src/pki/enrolment/index.ts'
import { applyForCertificate, standardEnrolmentPolicy } from '../../../src/pki/enrolment/index.ts'
import { escrowScalars, makeEscrowVault } from '../../../src/pki/escrow/node.ts'
import { OID } from '../../../standards/oid/index.ts'
import { encodeCertificationRequest, encodeCertificationRequestInfo } from '../../../standards/rfc2986-pkcs10/index.ts'
import { encodeName } from '../../../standards/rfc5280-x509/index.ts'
import { DAY, pkiWorld, random } from './pki-world.ts'

export interface TestKey {
  readonly csr: Uint8Array
  readonly pkcs8: Uint8Array
  readonly publicKey: Uint8Array
}

/** A fresh key with its request. `names`: what the requester claims to be. */
export const newRequest = async (
  algorithm: 'SM2' | 'P-256' = 'SM2',
  { names = ['somebody'], pkcs8 = generatePkcs8(algorithm) }: { names?: readonly string[]; pkcs8?: Uint8Array } = {},
): Promise<TestKey> => {
  const signer = signerFromPkcs8(pkcs8)
  const subject = encodeName(names.map((text) => ({ oid: OID.commonName, text })))
  const tbs = encodeCertificationRequestInfo({ subject, publicKey: signer.publicKey })
  const csr = encodeCertificationRequest({ tbs, algorithm: signer.algorithm, signature: await signer.sign(tbs) })
  return { csr, pkcs8, publicKey: signer.publicKey }
}

const BEFORE_SCALAR = Buffer.from('0201010420', 'hex')
/** The 32 bytes of an EC private key in PKCS#8: version 1, then an OCTET STRING of 32. */
export const scalarOf = (pkcs8: Uint8Array): Uint8Array => {
  const at = Buffer.from(pkcs8).indexOf(BEFORE_SCALAR) + BEFORE_SCALAR.length
  return pkcs8.slice(at, at + 32)
}

const person = (personId: string): Agent => ({ kind: 'person', personId })

const addPeople = async (deps: EnrolmentDeps) => {
  const { ids, work, clock } = deps.pki
  const add = async (name: string, proofing: AssuranceLevel = 'L3'): Promise<string> => {
    const id = ids.next()
    const citizenIdNumber = `test-${id}`
    const proven = { id, name, citizenIdNumber, status: 'active', proofing, provenAt: clock.now() } as const
    await work.run((tx) => deps.identity.store.persons.insert(tx, proven))
    return id
  }
  return {
    head: await add('云示范'),
    anna: await add('安示范'),
    bert: await add('白示范'),
    carl: await add('常示范'),
    dora: await add('董示范'),
    citizen: await add('周示范', 'L4'),
    neighbour: await add('周示范', 'L4'),
    boss: await add('吴示范'),
    clerk: await add('郑示范'),
    chief: await add('王示范'),
  }
}

const addEntities = async (deps: EnrolmentDeps, people: Awaited<ReturnType<typeof addPeople>>) => {
  const { ids, work, clock } = deps.pki
  const add = async (name: string, uscc: string, more: { kind: 'enterprise' | 'government-office'; head: string }) => {
    const id = ids.next()
    const entity = { id, kind: more.kind, name, uscc, legalRepresentativeId: more.head, status: 'active' } as const
    await work.run((tx) => deps.identity.store.entities.insert(tx, { ...entity, registeredAt: clock.now() }))
    return id
  }
  return {
    operator: await add('云湖省样例证书中心', '11990000MB09900163', { kind: 'government-office', head: people.head }),
    company: await add('云湖示范食品有限公司', '91990000MA9900001A', { kind: 'enterprise', head: people.boss }),
    rival: await add('云湖示范酒业有限公司', '91990000MA99000282', { kind: 'enterprise', head: people.dora }),
    bureau: await add('云湖省样例数据局', '11990000MB0990024X', { kind: 'government-office', head: people.chief }),
  }
}

export const MACHINE: Agent = { kind: 'client', clientId: 'company-system' }

/** The operations' dependencies over this database, with a CA of its own in memory. */
export const enrolmentParts = async (db: Db, masterKeyBytes: Uint8Array = random.bytes(32)) => {
  const work = makeUnitOfWork(db)
  const { deps: pki, clock, audit, certificates, ceremony } = await pkiWorld({ store: makePkiStore(db), work })
  const masterKey = { id: 'm1', key: masterKeyBytes }
  const cipher = makeFieldCipher({ keys: [masterKey], encryptWith: 'm1', indexWith: 'm1', random })
  const operator: { id?: string } = {}
  const deps: EnrolmentDeps = {
    pki,
    identity: { store: makeIdentityStore(db, cipher) },
    store: makeEnrolmentStore(db, cipher),
    escrow: {
      store: makeEscrowStore(db),
      vault: makeEscrowVault({ ring: fixedKeyRing([masterKey], 'm1'), random }),
      scalars: escrowScalars(),
    },
    policy: standardEnrolmentPolicy,
    cipher,
    operatorEntityId: () => Promise.resolve(operator.id),
  }
  return { deps, work, clock, audit, certificates, ceremony, masterKey, operator }
}

export const enrolmentWorld = async (db: Db, masterKeyBytes?: Uint8Array) => {
  const parts = await enrolmentParts(db, masterKeyBytes)
  const { deps, work, clock, audit, certificates, ceremony, masterKey, operator } = parts
  const { pki } = deps
  const people = await addPeople(deps)
  const entities = await addEntities(deps, people)
  operator.id = entities.operator
  const grant = (
    agent: Agent,
    entityId: string,
    functions: readonly MandateFunction[],
    grantedBy = people.head,
  ): Promise<void> =>
    work.run((tx) =>
      deps.identity.store.mandates.insert(tx, {
        ...{ id: pki.ids.next(), entityId, agent, functions, grantedBy },
        validFrom: new Date(clock.now().getTime() - DAY),
        validTo: new Date(clock.now().getTime() + 3000 * DAY),
      }),
    )
  for (const id of [people.anna, people.bert]) await grant(person(id), entities.operator, ['ca.review'])
  for (const id of [people.carl, people.dora]) await grant(person(id), entities.operator, ['ca.recover'])
  await grant(person(people.clerk), entities.company, ['certificate.apply'], people.boss)
  await grant(MACHINE, entities.company, ['certificate.apply'], people.boss)
  const agents = Object.fromEntries(Object.entries(people).map(([name, id]) => [name, person(id)])) as Readonly<
    Record<keyof typeof people, Agent>
  >
  const own = (name: keyof typeof people): CertificateHolder => ({ kind: 'person', personId: people[name] })
  const of = (name: keyof typeof entities): CertificateHolder => ({ kind: 'entity', entityId: entities[name] })
  /** A person at full strength: made at once. */
  const certify = async (name: keyof typeof people = 'citizen', more: { dual?: boolean; key?: TestKey } = {}) => {
    const key = more.key ?? (await newRequest())
    const request = { holder: own(name), agent: agents[name], strength: 'urn:xinyin:acr:2' } as const
    return { key, application: await applyForCertificate(deps, { ...request, csr: key.csr, dual: more.dual === true }) }
  }
  return {
    db,
    deps,
    clock,
    audit,
    certificates,
    ceremony,
    people,
    agents,
    entities,
    own,
    of,
    grant,
    certify,
    masterKey,
  }
}
export type EnrolmentWorld = Awaited<ReturnType<typeof enrolmentWorld>>
