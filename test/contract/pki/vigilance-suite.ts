/** What happens between application and certificate, on both databases: lost keys, holds of others, ended holders, failures that stay. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Db } from '../../../adapters/postgres/db.ts'
import type { Agent } from '../../../src/identity/index.ts'
import type { CertificateApplication } from '../../../src/pki/enrolment/index.ts'
import {
  applyForCertificate,
  changeOwnCertificate,
  decideProposal,
  findHeldCertificate,
  makeCertificateReactions,
  propose,
  renewCertificate,
  suspendInEmergency,
  sweepEnrolment,
} from '../../../src/pki/enrolment/index.ts'
import { codeOf, enrolmentActs, need } from '../../unit/pki/enrolment-acts.ts'
import type { EnrolmentWorld, TestKey } from '../../unit/pki/enrolment-world.ts'
import { MACHINE, enrolmentWorld, newRequest } from '../../unit/pki/enrolment-world.ts'
import { DAY } from '../../unit/pki/pki-world.ts'

type Deps = EnrolmentWorld['deps']

export const vigilanceSuite = (open: () => Promise<Db>): void => {
  let w: EnrolmentWorld
  let acts: ReturnType<typeof enrolmentActs>
  beforeAll(async () => {
    w = await enrolmentWorld(await open())
    acts = enrolmentActs(w)
  })
  afterAll(() => w.db.close())

  const nearEnd = (): Deps => acts.later(1095 * DAY - 40 * DAY)
  const find = async (id: string) => need(await w.deps.store.applications.find(id))
  /** Its authorities refuse to sign. */
  const unable = (deps: Deps): Deps => ({
    ...deps,
    pki: {
      ...deps.pki,
      authorities: deps.pki.authorities.map((a) => ({ ...a, signer: () => Promise.reject(new Error('no device')) })),
    },
  })
  const revoke = (
    deps: Deps,
    certificate: CertificateApplication['signing'],
    reason: 'keyCompromise' | 'superseded' | 'unspecified',
  ) =>
    changeOwnCertificate(deps, {
      certificate: need(certificate),
      holder: w.own('citizen'),
      agent: w.agents.citizen,
      change: { kind: 'revoke', reason },
    })
  const renewal = async (deps: Deps, { key, application }: { key: TestKey; application: CertificateApplication }) =>
    renewCertificate(deps, {
      holder: w.own('citizen'),
      agent: w.agents.citizen,
      strength: 'urn:xinyin:acr:1',
      csr: key.csr,
      certificate: need(application.signing),
    })
  const decideOn = async (deps: Deps, applicationId: string) => {
    const act = { kind: 'issue', applicationId } as const
    const { id } = await propose(deps, { agent: w.agents.anna, act, reason: '材料齐全' })
    return () => decideProposal(deps, { proposalId: id, agent: w.agents.bert, decision: 'approve', reason: '同意签发' })
  }

  describe('lost keys', () => {
    it('ends the renewal that waits when its key is reported as lost', async () => {
      const made = await w.certify()
      const near = nearEnd()
      const waiting = await renewal(near, made)
      const approve = await decideOn(near, waiting.id)
      await revoke(near, made.application.signing, 'keyCompromise')
      expect(await find(waiting.id)).toMatchObject({ status: 'rejected', reason: 'CERTIFICATE_KEY_REFUSED' })
      expect(await codeOf(approve())).toBe('CERTIFICATE_APPLICATION_STATE')
    })

    it('ends an approved renewal too, and makes nothing of it', async () => {
      const made = await w.certify()
      const near = nearEnd()
      const waiting = await renewal(near, made)
      expect((await (await decideOn(unable(near), waiting.id))()).applicationStatus).toBe('approved')
      await revoke(near, made.application.signing, 'keyCompromise')
      await sweepEnrolment(acts.later(1095 * DAY - 39 * DAY))
      const after = await find(waiting.id)
      expect([after.status, after.signing]).toEqual(['rejected', undefined])
    })

    it('does not renew what is not in force any more when it comes to signing', async () => {
      const made = await w.certify()
      const near = nearEnd()
      const waiting = await renewal(near, { ...made, key: await newRequest() })
      const approve = await decideOn(near, waiting.id)
      await revoke(near, made.application.signing, 'unspecified')
      expect(await approve()).toMatchObject({ status: 'approved', applicationStatus: 'approved' })
      await sweepEnrolment(acts.later(1095 * DAY - 39 * DAY))
      const after = await find(waiting.id)
      expect(after).toMatchObject({ status: 'rejected', reason: 'CERTIFICATE_RENEWAL_REFUSED' })
      expect(after.signing).toBeUndefined()
    })

    it('sends no encryption key under a signing key that was lost meanwhile', async () => {
      const { id } = await acts.apply({ dual: true })
      const store = { ...w.deps.escrow.store, insert: () => Promise.reject(new Error('disk full')) }
      await (
        await decideOn({ ...w.deps, escrow: { ...w.deps.escrow, store } }, id)
      )()
      const { signing, holder } = await find(id)
      const own = { certificate: need(signing), holder, agent: w.agents.clerk } as const
      await changeOwnCertificate(w.deps, { ...own, change: { kind: 'revoke', reason: 'keyCompromise' } })
      await sweepEnrolment(acts.later(3 * 60_000))
      expect((await find(id)).encryption).toBeUndefined()
      expect((await find(id)).status).toBe('rejected')
    })

    it('remembers a key as lost although its certificate was revoked for another reason before', async () => {
      const byHolder = await w.certify()
      await revoke(w.deps, byHolder.application.signing, 'superseded')
      expect((await revoke(w.deps, byHolder.application.signing, 'keyCompromise')).revocation?.reasonCode).toBe(4)
      const byOfficers = await w.certify()
      await revoke(w.deps, byOfficers.application.signing, 'unspecified')
      const name = need(byOfficers.application.signing)
      const act = { kind: 'revoke', ...name, revocationReason: 'keyCompromise' } as const
      await acts.approve((await propose(w.deps, { agent: w.agents.anna, act, reason: '密钥泄露' })).id)
      for (const { issuerId, serialHex } of [need(byHolder.application.signing), name])
        expect(
          await acts.count('SELECT count(*) AS n FROM lost_certificate_key WHERE issuer_id = $1 AND serial = $2', [
            issuerId,
            serialHex,
          ]),
        ).toBe(1)
      const other = { ...act, revocationReason: 'unspecified' } as const
      const again = (what: typeof act | typeof other) =>
        codeOf(propose(w.deps, { agent: w.agents.anna, act: what, reason: '密钥泄露' }))
      expect(await again(other)).toBe('CERTIFICATE_REVOKED')
      await expect(w.db.query('DELETE FROM lost_certificate_key')).rejects.toMatchObject({ code: '42501' })
    })
  })

  describe('holds', () => {
    const own = (application: CertificateApplication, kind: 'suspend' | 'release', agent: Agent) =>
      changeOwnCertificate(w.deps, {
        certificate: need(application.signing),
        holder: application.holder,
        agent,
        change: { kind },
      })
    const heldOf = async (name: CertificateApplication['encryption']) =>
      (await findHeldCertificate(w.deps, need(name)))?.revocation?.reasonCode

    it('a holder who releases the signing certificate leaves what officers hold of the pair', async () => {
      const application = await acts.issued({ dual: true })
      const certificate = need(application.encryption)
      await suspendInEmergency(w.deps, { certificate, agent: w.agents.anna, reason: '疑似盗用' })
      await own(application, 'suspend', w.agents.clerk)
      await own(application, 'release', w.agents.clerk)
      expect([await heldOf(application.signing), await heldOf(application.encryption)]).toEqual([undefined, 6])
    })

    it('releases nothing of a holder that a register ended, neither proposed nor decided', async () => {
      const holder = w.of('bureau')
      const application = await acts.issued({ holder, agent: w.agents.chief })
      const act = { kind: 'release', ...need(application.signing) } as const
      await suspendInEmergency(w.deps, { certificate: act, agent: w.agents.anna, reason: '疑似盗用' })
      const proposal = await propose(w.deps, { agent: w.agents.anna, act, reason: '核查属实' })
      const { entityId } = holder as { readonly entityId: string }
      await w.deps.pki.work.run(async (tx) => {
        await w.deps.identity.store.entities.setStatus(tx, entityId, 'deregistered')
        await makeCertificateReactions(w.deps).entityChanged(tx, { entityId, change: 'deregistered' })
      })
      expect(await codeOf(acts.approve(proposal.id))).toBe('ENTITY_NOT_ACTIVE')
      expect(await heldOf(application.signing)).toBe(6)
      const no = { proposalId: proposal.id, agent: w.agents.bert, decision: 'reject', reason: '已注销' } as const
      await decideProposal(w.deps, no)
      expect(await codeOf(propose(w.deps, { agent: w.agents.anna, act, reason: '核查属实' }))).toBe('ENTITY_NOT_ACTIVE')
    })
  })

  it('bars colleagues of the applicant, and whoever set up the program that applies', async () => {
    const { boss, carl, dora, anna } = w.agents
    for (const agent of [carl, dora]) await w.grant(agent, w.entities.operator, ['ca.review'])
    const { strength: _none, ...wish } = await acts.wish({ agent: MACHINE })
    const { id } = await applyForCertificate(w.deps, wish)
    const proposal = await acts.proposeIssue(id, anna)
    // After the proposal: asked again at the decision.
    await w.grant(carl, w.entities.company, ['certificate.apply'], w.people.boss)
    await w.grant({ kind: 'client', clientId: 'second' }, w.entities.company, ['certificate.apply'], w.people.dora)
    for (const agent of [carl, dora]) {
      expect(await codeOf(acts.approve(proposal.id, agent))).toBe('OFFICER_SAME_PERSON')
      expect(await codeOf(acts.proposeIssue((await acts.apply()).id, agent))).toBe('OFFICER_SAME_PERSON')
    }
    expect(await codeOf(acts.proposeIssue(id, boss))).toBe('MANDATE_MISSING')
    expect((await acts.approve(proposal.id)).applicationStatus).toBe('issued')
  })

  it('one application that always fails keeps no other waiting, nor the certificates that are due', async () => {
    const made = await w.certify('neighbour')
    const near = nearEnd()
    const mine = { holder: w.own('neighbour'), agent: w.agents.neighbour, strength: 'urn:xinyin:acr:2' } as const
    await renewCertificate(near, { ...mine, csr: made.key.csr, certificate: need(made.application.signing) })
    const end = acts.later(1095 * DAY - 9 * DAY)
    const [poisoned, good] = [await acts.apply(), await acts.apply()]
    for (const { id } of [poisoned, good]) await (await decideOn(unable(w.deps), id))()
    const claim: Deps['store']['applications']['claim'] = (tx, id, times) =>
      id === poisoned.id ? Promise.reject(new Error('poison')) : w.deps.store.applications.claim(tx, id, times)
    const hurt = { ...end, store: { ...end.store, applications: { ...end.store.applications, claim } } }
    const first = await sweepEnrolment(hurt)
    expect(first.failed).toEqual(['INTERNAL'])
    expect(first.superseded).toBeGreaterThanOrEqual(1)
    expect([(await find(poisoned.id)).status, (await find(good.id)).status]).toEqual(['approved', 'issued'])
    expect((await sweepEnrolment(hurt)).failed).toEqual([])
    const hours = { ...hurt, pki: acts.later(1095 * DAY - 9 * DAY + 3_700_000).pki }
    expect((await sweepEnrolment(hours)).failed).toEqual(['INTERNAL'])
  })

  it('finds what waits behind a thousand newer applications', async () => {
    const holder = w.of('rival')
    const agent = w.agents.dora
    const waiting = await acts.apply({ holder, agent })
    await w.db.query(
      `INSERT INTO certificate_application (id, holder_kind, holder_id, holder_class, agent_kind, agent_id, applied_at, expires_at,
         dual, public_key, key_digest, csr, status, decided_at)
       SELECT ('ffffffff-ffff-4fff-8fff-' || lpad(n::text, 12, '0'))::uuid, holder_kind, holder_id, holder_class, agent_kind, agent_id,
         applied_at, expires_at, dual, public_key, key_digest, csr, 'withdrawn', applied_at
       FROM certificate_application, generate_series(1, 1001) AS n WHERE id = $1`,
      [waiting.id],
    )
    for (let n = 1; n < w.deps.policy.openApplications; n++) await acts.apply({ holder, agent })
    expect(await codeOf(acts.apply({ holder, agent }))).toBe('CERTIFICATE_LIMIT')
    const { entityId } = holder as { readonly entityId: string }
    const { entityChanged } = makeCertificateReactions(w.deps)
    await w.deps.pki.work.run((tx) => entityChanged(tx, { entityId, change: 'deregistered' }))
    expect((await find(waiting.id)).status).toBe('rejected')
  })
}
