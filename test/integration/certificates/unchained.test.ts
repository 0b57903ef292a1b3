/** Nothing that was signed or opened leaves while its audit row is not in the chain: with the real trail and a sequencer that stands still. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { makeAuditStore } from '../../../adapters/postgres/audit-store.ts'
import { makeUnitOfWork } from '../../../adapters/postgres/db.ts'
import type { Sequencer } from '../../../src/audit/index.ts'
import { makeAuditTrail, startSequencer } from '../../../src/audit/index.ts'
import { nodeCrypto } from '../../../src/crypto/node.ts'
import type { Caller } from '../../../src/http/index.ts'
import { caDeskRoutes, certificateRoutes } from '../../../src/http/index.ts'
import type { EnrolmentDeps } from '../../../src/pki/enrolment/index.ts'
import { applyForCertificate, decideProposal, findDeliveryOf, propose } from '../../../src/pki/enrolment/index.ts'
import { freshEmbedded } from '../../support/database.ts'
import type { Served } from '../../unit/http/serve.ts'
import { serve } from '../../unit/http/serve.ts'
import { codeOf, need } from '../../unit/pki/enrolment-acts.ts'
import type { EnrolmentWorld } from '../../unit/pki/enrolment-world.ts'
import { enrolmentWorld, newRequest } from '../../unit/pki/enrolment-world.ts'

let w: EnrolmentWorld
let deps: EnrolmentDeps
let sequencer: Sequencer
let citizen: Served
let dora: Served

const startChaining = (): Sequencer => {
  const quiet = () => undefined
  const logger = { info: quiet, warn: quiet, error: quiet }
  const store = makeAuditStore(w.db)
  return startSequencer({ store, work: makeUnitOfWork(w.db), digests: nodeCrypto, logger, holder: 'test' })
}

beforeAll(async () => {
  w = await enrolmentWorld(await freshEmbedded())
  const { clock, ids } = w.deps.pki
  const audit = makeAuditTrail({ store: makeAuditStore(w.db), clock, ids, digests: nodeCrypto })
  deps = { ...w.deps, pki: { ...w.deps.pki, audit } }
  const person = { kind: 'person', accountId: 'a', acr: 'urn:xinyin:acr:2' } as const
  const self: Caller = { ...person, personId: w.people.citizen, principal: { kind: 'self' } }
  const entity = { kind: 'entity', entityId: w.entities.operator, via: { mandateId: 'm' } } as const
  citizen = await serve(certificateRoutes(deps), { caller: self })
  dora = await serve(caDeskRoutes(deps), { caller: { ...person, personId: w.people.dora, principal: entity } })
  sequencer = startChaining()
})
afterAll(async () => {
  await sequencer.stop()
  await citizen.close()
  await dora.close()
  await w.db.close()
})

const get = async (served: Served, path: string) => {
  const response = await fetch(`${served.url}${path}`)
  const body = new Uint8Array(await response.arrayBuffer())
  return { status: response.status, body, text: new TextDecoder('latin1').decode(body) }
}
type Name = { readonly issuerId: string; readonly serialHex: string }
const placeOf = ({ issuerId, serialHex }: Name): string => `/api/certificates/${issuerId}/${serialHex}`
const strength = 'urn:xinyin:acr:2'
const FILES = ['certificate.cer', 'certificate.pem', 'chain.pem', 'key.der']

const recover = async (name: Name) => {
  const recipient = { kind: 'order', publicKey: (await newRequest()).publicKey, order: '云湖法执〔2026〕17号' } as const
  const act = { kind: 'recover', ...name, recipient } as const
  const { id } = await propose(deps, { agent: w.agents.carl, strength, act, reason: '法院调取' })
  const decision = { proposalId: id, agent: w.agents.dora, strength, decision: 'approve', reason: '同意恢复' } as const
  return { id, decide: () => decideProposal(deps, decision) }
}

it('gives neither certificates nor keys whose audit rows are not chained, and gives them once they are', async () => {
  const wish = { holder: w.own('citizen'), agent: w.agents.citizen, strength, dual: true } as const
  const before = await applyForCertificate(deps, { ...wish, csr: (await newRequest()).csr })
  await sequencer.stop()
  // Signing waits for the chain; what it recorded stands in the register meanwhile.
  const applied = applyForCertificate(deps, { ...wish, csr: (await newRequest()).csr, dual: false })
  const recovery = await recover(need(before.encryption))
  const [code, decided] = await Promise.all([codeOf(applied), codeOf(recovery.decide())])
  expect([code, decided]).toEqual(['AUDIT_NOT_CHAINED', 'AUDIT_NOT_CHAINED'])
  const [row] = await w.db.query<{ issuer_id: string; serial: string }>(
    `SELECT issuer_id, serial FROM certificate_holder WHERE purpose = 'signing' AND serial <> $1`,
    [need(before.signing).serialHex],
  )
  const newest = { issuerId: row?.issuer_id ?? '', serialHex: row?.serial ?? '' }
  expect(newest.serialHex).not.toBe(before.signing?.serialHex)
  const envelope = need(await findDeliveryOf(deps, recovery.id)).envelope
  const ask = () =>
    Promise.all([
      ...FILES.slice(0, 3).map((file) => get(citizen, `${placeOf(newest)}/${file}`)),
      get(dora, `/api/ca/recoveries/${recovery.id}/key.der`),
    ])
  for (const { status, text } of await ask()) {
    expect([status, text.includes('AUDIT_NOT_CHAINED')]).toEqual([503, true])
    expect(text).not.toContain('BEGIN CERTIFICATE')
    expect(text).not.toContain(new TextDecoder('latin1').decode(envelope))
  }
  // What was chained before is there all the while.
  const earlier = [need(before.signing), need(before.encryption)]
  for (const file of FILES) expect((await get(citizen, `${placeOf(need(earlier[1]))}/${file}`)).status).toBe(200)
  sequencer = startChaining()
  expect((await ask()).map((a) => a.status)).toEqual([200, 200, 200, 200])
}, 30_000)
