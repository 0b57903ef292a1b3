/** The seal domain over a real database, with a test CA, keys in memory, and one office with a handful of people. */
import { readFileSync } from 'node:fs'
import { PDFDocument } from '@cantoo/pdf-lib'
import type { Db } from '../../../adapters/postgres/db.ts'
import { makeUnitOfWork } from '../../../adapters/postgres/db.ts'
import { makeSealStore } from '../../../adapters/postgres/seal-store.ts'
import type { AuditEvent, AuditTrail } from '../../../src/audit/index.ts'
import type { Agent, LegalEntity, Mandate, MandateFunction } from '../../../src/identity/index.ts'
import { makeIds, silentLogger, systemRandom } from '../../../src/kernel/index.ts'
import type { Seal, SealDeps } from '../../../src/seal/index.ts'
import {
  applyForSeal,
  approveSeal,
  makeStatusSnapshot,
  openSealFont,
  sealStatusSnapshot,
} from '../../../src/seal/index.ts'
import { buildOfd } from '../../../standards/gbt-33190-ofd/index.ts'
import { MAKER, NOW, crypto, days, makeCa, memoryKeyStore } from './trust-world.ts'

const font = openSealFont(readFileSync(new URL('../../../assets/fonts/NotoSerifSC-GB2312.ttf', import.meta.url)))
const ENTITY = '0193aaaa-0000-7000-8000-000000000001'
const person = (n: number): Agent => ({ kind: 'person', personId: `0193bbbb-0000-7000-8000-00000000000${n}` })
/** head has every function, clerk applies, chief approves and manages, officer uses, stranger has nothing. */
export const people = { head: person(1), clerk: person(2), chief: person(3), officer: person(4), stranger: person(5) }
export const client: Agent = { kind: 'client', clientId: 'approval-system' }

const office: LegalEntity = {
  id: ENTITY,
  kind: 'government-office',
  name: '云湖省样例数据局',
  uscc: '11990101MB1234567X',
  legalRepresentativeId: people.head.kind === 'person' ? people.head.personId : '',
  status: 'active',
  registeredAt: days(-100),
}

const mandate = (agent: Agent, functions: readonly MandateFunction[]): Mandate => ({
  id: `m-${JSON.stringify(agent)}`,
  entityId: ENTITY,
  agent,
  functions,
  validFrom: days(-10),
  validTo: days(10),
  grantedBy: office.legalRepresentativeId ?? '',
})

const MANDATES = [
  mandate(people.clerk, ['seal.apply', 'seal.approve']),
  mandate(people.chief, ['seal.approve', 'seal.manage']),
  mandate(people.officer, ['seal.use']),
  mandate(client, ['seal.use']),
]

const sameJson = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)

export const makeDomainWorld = async (db: Db) => {
  const ca = await makeCa()
  const keys = memoryKeyStore()
  const maker = await ca.issue({ name: 'Seal Maker', ...MAKER })
  const makerKey = await keys.generate('seal-maker-sm2', 'SM2')
  const makerCert = await ca.certify({ name: maker.certificate ? 'Seal Maker' : '', publicKey: makerKey, ...MAKER })
  const now = { at: NOW, mandates: [...MANDATES] }
  const clock = { now: () => now.at }
  const events: AuditEvent[] = []
  const audit: AuditTrail = {
    record: async (_tx, event) => {
      events.push(event)
      return String(events.length)
    },
    chained: async () => undefined,
  }
  const identity = {
    store: {
      persons: { statusOf: async () => 'active' },
      entities: { find: async (id: string) => (id === ENTITY ? office : undefined) },
      mandates: { ofAgent: async (agent: Agent) => now.mandates.filter((m) => sameJson(m.agent, agent)) },
    },
  } as unknown as SealDeps['identity']
  const crls = { thisUpdate: days(-1), nextUpdate: days(2000) }
  const trust = async () => ({
    anchors: [ca.root],
    intermediates: [ca.issuing],
    crls: await ca.crls(crls),
    statuses: [],
  })
  const deps: SealDeps = {
    work: makeUnitOfWork(db),
    store: makeSealStore(db),
    identity,
    audit,
    keys,
    certificates: {
      issue: async ({ subject, publicKey }) => ({ der: await ca.certify({ name: subject.commonName, publicKey }) }),
    },
    maker: { keyId: 'seal-maker-sm2', certificate: makerCert, vendor: 'Xinyin' },
    font,
    crypto,
    chains: { SM2: [ca.issuing.der], 'P-256': [ca.issuing.der] },
    trust,
    clock,
    ids: makeIds(clock, systemRandom),
  }
  const apply = (wish: Partial<Parameters<typeof applyForSeal>[1]> = {}) =>
    applyForSeal(deps, { entityId: ENTITY, agent: people.clerk, kind: 'legal-name', reason: '机构设立', ...wish })
  const make = async (): Promise<Seal> => approveSeal(deps, { applicationId: (await apply()).id, agent: people.chief })
  const trustNow = async () => {
    const entries = await sealStatusSnapshot(deps)
    const snapshot = makeStatusSnapshot({ kind: 'seal', issuedAt: now.at, nextUpdate: days(1, now.at), entries })
    return { ...(await trust()), statuses: [snapshot] }
  }
  return { db, deps, keys, events, now, apply, make, trustNow, log: silentLogger, entityId: ENTITY }
}
export type DomainWorld = Awaited<ReturnType<typeof makeDomainWorld>>

export const smallOfd = (): Uint8Array =>
  buildOfd({
    docId: '0123456789abcdef0123456789abcdef',
    creationDate: '2026-11-21',
    fonts: [],
    pages: [{ widthMm: 210, heightMm: 297, objects: [{ kind: 'path', data: 'M 20 20 L 190 20', stroke: [0, 0, 0] }] }],
  })

export const smallPdf = async (): Promise<Uint8Array> => {
  const pdf = await PDFDocument.create()
  pdf.addPage([595, 842]).drawText('Decision', { x: 60, y: 700 })
  return pdf.save()
}

export const PLACE = [{ page: 1, xMm: 150, yMm: 240 }]
