/** After the decision, on both databases: crashes between journal and certificate, suspension, renewal, registers, and the tables' own rules. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Db } from '../../../adapters/postgres/db.ts'
import { sweepIntents } from '../../../src/pki/index.ts'
import type { CertificateApplication } from '../../../src/pki/enrolment/index.ts'
import {
  changeOwnCertificate,
  decideProposal,
  findCertificates,
  findExpiring,
  findHeldCertificate,
  findHeldCertificates,
  issueApplication,
  makeCertificateReactions,
  propose,
  renewCertificate,
  suspendInEmergency,
  sweepEnrolment,
} from '../../../src/pki/enrolment/index.ts'
import { codeOf, codes, enrolmentActs, need, stateOf } from '../../unit/pki/enrolment-acts.ts'
import type { EnrolmentWorld } from '../../unit/pki/enrolment-world.ts'
import { enrolmentWorld, newRequest } from '../../unit/pki/enrolment-world.ts'
import { DAY } from '../../unit/pki/pki-world.ts'

export const enrolledSuite = (open: () => Promise<Db>): void => {
  let w: EnrolmentWorld
  let acts: ReturnType<typeof enrolmentActs>
  beforeAll(async () => {
    w = await enrolmentWorld(await open())
    acts = enrolmentActs(w)
  })
  afterAll(() => w.db.close())

  describe('between journal and certificate', () => {
    /** The CA's key fails, and the process with it: nothing after is run. */
    const dying = (): EnrolmentWorld['deps'] => {
      const authorities = w.deps.pki.authorities.map((a) => ({
        ...a,
        signer: async () => ({ ...(await a.signer()), sign: () => Promise.reject(new Error('killed')) }),
      }))
      const unclaim = () => Promise.reject(new Error('killed'))
      const applications = { ...w.deps.store.applications, unclaim }
      return { ...w.deps, pki: { ...w.deps.pki, authorities }, store: { ...w.deps.store, applications } }
    }

    it('an application whose process died is finished by the sweep, once, under a new number', async () => {
      const { id } = await acts.apply({ dual: true })
      const proposal = await acts.proposeIssue(id)
      const decision = { proposalId: proposal.id, agent: w.agents.bert, decision: 'approve', reason: '同意' } as const
      expect((await decideProposal(dying(), decision)).applicationStatus).toBe('approved')
      expect((await w.deps.store.applications.find(id))?.status).toBe('approved')
      expect(await codeOf(issueApplication(w.deps, id))).toBe('CERTIFICATE_APPLICATION_STATE')
      const after = acts.later(3 * 60_000)
      const orphans = await sweepIntents(after.pki)
      expect(orphans.map((o) => o.profile)).toEqual(['entity-signing'])
      const [one, two] = await Promise.all([sweepEnrolment(after), sweepEnrolment(after)])
      expect(one.issued + two.issued).toBeGreaterThanOrEqual(1)
      const application = need(await w.deps.store.applications.find(id))
      expect(application.status).toBe('issued')
      expect(application.signing?.serialHex).not.toBe(orphans[0]?.serialHex)
      expect(await acts.count('SELECT count(*) AS n FROM certificate_holder WHERE application_id = $1', [id])).toBe(2)
    })

    it('a second process that makes the same certificates records nothing', async () => {
      const { id } = await acts.apply()
      const proposal = await acts.proposeIssue(id)
      // Approves without making: what a process does that dies right after the decision.
      const decision = { proposalId: proposal.id, agent: w.agents.bert, decision: 'approve', reason: '同意' } as const
      expect((await decideProposal(dying(), decision)).applicationStatus).toBe('approved')
      const after = acts.later(3 * 60_000)
      const claim = async (tx: never, applicationId: string) => w.deps.store.applications.find(applicationId, tx)
      const blind = { ...after.store, applications: { ...after.store.applications, claim } }
      const results = await codes(Array.from({ length: 4 }, () => issueApplication({ ...after, store: blind }, id)))
      expect(results.filter((r) => r === 'done').length).toBeGreaterThanOrEqual(1)
      expect(results.filter((r) => r !== 'done' && r !== 'CONFLICT')).toEqual([])
      expect(await acts.count('SELECT count(*) AS n FROM certificate_holder WHERE application_id = $1', [id])).toBe(1)
    })

    it('gives up, with the reason, on an application that can never be issued', async () => {
      const { id } = await acts.apply()
      const proposal = await acts.proposeIssue(id)
      const decision = { proposalId: proposal.id, agent: w.agents.bert, decision: 'approve', reason: '同意' } as const
      expect((await decideProposal(dying(), decision)).applicationStatus).toBe('approved')
      const gone = { ...w.deps.identity.store.entities, find: () => Promise.resolve(undefined) }
      const identity = { store: { ...w.deps.identity.store, entities: gone } }
      const { rejected } = await sweepEnrolment({ ...acts.later(3 * 60_000), identity })
      expect(rejected).toBe(1)
      expect(await w.deps.store.applications.find(id)).toMatchObject({ status: 'rejected', reason: 'ENTITY_NOT_FOUND' })
    })
  })

  describe('afterwards', () => {
    const change = (application: CertificateApplication, kind: 'suspend' | 'release', who = w.agents.clerk) =>
      changeOwnCertificate(w.deps, {
        certificate: need(application.signing),
        holder: application.holder,
        agent: who,
        change: { kind },
      })
    const officers = async (
      application: CertificateApplication,
      act: { kind: 'suspend' | 'release' } | { kind: 'revoke'; revocationReason: 'privilegeWithdrawn' },
    ) => {
      const request = { agent: w.agents.anna, act: { ...act, ...need(application.signing) }, reason: '核查属实' }
      return acts.approve((await propose(w.deps, request)).id)
    }

    it('holders suspend, release and revoke their own at once, the pair with it', async () => {
      const application = await acts.issued({ dual: true })
      expect((await change(application, 'suspend')).revocation?.reasonCode).toBe(6)
      const encryption = async () => (await findHeldCertificate(w.deps, need(application.encryption)))?.revocation
      expect((await encryption())?.reasonCode).toBe(6)
      expect((await change(application, 'release')).revocation).toBeUndefined()
      expect(await encryption()).toBeUndefined()
      const certificate = need(application.signing)
      const lost = { kind: 'revoke', reason: 'keyCompromise' } as const
      const revoke = { certificate, holder: application.holder, agent: w.agents.clerk, change: lost }
      expect((await changeOwnCertificate(w.deps, revoke)).revocation?.reasonCode).toBe(1)
      expect((await encryption())?.reasonCode).toBe(1)
      expect(await codeOf(change(application, 'release'))).toBe('CERTIFICATE_REVOKED')
    })

    it('a key that was reported as compromised is never certified again', async () => {
      const key = await newRequest()
      const { application } = await w.certify('neighbour', { key })
      const certificate = need(application.signing)
      const revoke = { kind: 'revoke', reason: 'keyCompromise' } as const
      const own = { certificate, holder: w.own('neighbour'), agent: w.agents.neighbour, change: revoke }
      await changeOwnCertificate(w.deps, own)
      const again = await newRequest('SM2', { pkcs8: key.pkcs8, names: ['x'] })
      expect(await codeOf(w.certify('neighbour', { key: again }))).toBe('CERTIFICATE_KEY_REFUSED')
    })

    it('refuses to touch what is another’s, and reasons that are not the holder’s', async () => {
      const application = await acts.issued()
      expect(await codeOf(change(application, 'suspend', w.agents.citizen))).toBe('MANDATE_MISSING')
      const certificate = need(application.signing)
      const mine = { certificate, holder: w.own('citizen'), agent: w.agents.citizen } as const
      expect(await codeOf(changeOwnCertificate(w.deps, { ...mine, change: { kind: 'suspend' } }))).toBe(
        'CERTIFICATE_NOT_FOUND',
      )
      const claim = { kind: 'revoke', reason: 'privilegeWithdrawn' } as const
      const theirs = { certificate, holder: application.holder, agent: w.agents.clerk, change: claim }
      expect(await codeOf(changeOwnCertificate(w.deps, theirs))).toBe('INPUT_INVALID')
    })

    it('what one officer suspends in an emergency, two release, and the holder cannot', async () => {
      const application = await acts.issued()
      const certificate = need(application.signing)
      await suspendInEmergency(w.deps, { certificate, agent: w.agents.anna, reason: '疑似盗用' })
      expect(await codeOf(change(application, 'release'))).toBe('CERTIFICATE_HELD_BY_OTHERS')
      await change(application, 'suspend')
      expect(await codeOf(change(application, 'release'))).toBe('CERTIFICATE_HELD_BY_OTHERS')
      await officers(application, { kind: 'release' })
      expect((await acts.held(application)).revocation).toBeUndefined()
    })

    it('officers revoke and suspend by two, and never propose what cannot be', async () => {
      const application = await acts.issued()
      await officers(application, { kind: 'suspend' })
      expect((await acts.held(application)).revocation?.reasonCode).toBe(6)
      await officers(application, { kind: 'revoke', revocationReason: 'privilegeWithdrawn' })
      expect((await acts.held(application)).revocation?.reasonCode).toBe(9)
      for (const kind of ['suspend', 'release'] as const)
        expect(await codeOf(officers(application, { kind }))).toBe('CERTIFICATE_REVOKED')
      const unknown = { kind: 'suspend', issuerId: 'entity-ca-sm2', serialHex: 'ff' } as const
      const request = { agent: w.agents.anna, act: unknown, reason: '核查属实' }
      expect(await codeOf(propose(w.deps, request))).toBe('CERTIFICATE_NOT_FOUND')
    })

    it('renews near the end, with the same key or a new one; the old one is superseded after the overlap', async () => {
      const key = await newRequest()
      const { application } = await w.certify('citizen', { dual: true, key })
      const renewal = { holder: w.own('citizen'), agent: w.agents.citizen, strength: 'urn:xinyin:acr:2' } as const
      const certificate = need(application.signing)
      expect(await codeOf(renewCertificate(w.deps, { ...renewal, certificate, csr: key.csr }))).toBe(
        'CERTIFICATE_RENEWAL_REFUSED',
      )
      const near = acts.later(1095 * DAY - 40 * DAY)
      const soon = await findExpiring(near, 60, { limit: 100 })
      expect(soon.map((c) => c.serialHex)).toContain(certificate.serialHex)
      const again = await renewCertificate(near, { ...renewal, certificate, csr: key.csr })
      expect(again).toMatchObject({ status: 'issued', dual: true, replaces: certificate })
      expect((await findExpiring(near, 60, { limit: 100 })).map((c) => c.serialHex)).not.toContain(
        certificate.serialHex,
      )
      expect(await codeOf(renewCertificate(near, { ...renewal, certificate, csr: key.csr }))).toBe(
        'CERTIFICATE_RENEWAL_REFUSED',
      )
      const beforeEnd = acts.later(1095 * DAY - 11 * DAY)
      expect((await sweepEnrolment(beforeEnd)).superseded).toBe(0)
      const overlapOver = acts.later(1095 * DAY - 9 * DAY)
      expect((await sweepEnrolment(overlapOver)).superseded).toBe(2)
      for (const name of [certificate, need(application.encryption)])
        expect((await findHeldCertificate(w.deps, name))?.revocation?.reasonCode).toBe(4)
    })

    it('refuses to renew another’s certificate, or with another’s key', async () => {
      const { application } = await w.certify('citizen')
      const { key: foreign } = await w.certify('neighbour')
      const near = acts.later(1095 * DAY - 20 * DAY)
      const certificate = need(application.signing)
      const csr = (await newRequest()).csr
      const mine = { holder: w.own('neighbour'), agent: w.agents.neighbour, strength: 'urn:xinyin:acr:2' } as const
      expect(await codeOf(renewCertificate(near, { ...mine, certificate, csr }))).toBe('CERTIFICATE_NOT_FOUND')
      const theirs = { holder: w.own('citizen'), agent: w.agents.citizen, strength: 'urn:xinyin:acr:2' } as const
      expect(await codeOf(renewCertificate(near, { ...theirs, certificate, csr: foreign.csr }))).toBe(
        'CERTIFICATE_KEY_REFUSED',
      )
    })

    it('suspends all certificates of a holder that a register ended, and issues none any more', async () => {
      const holder = w.of('bureau')
      const application = await acts.issued({ holder, agent: w.agents.chief, dual: true })
      const open = await acts.apply({ holder, agent: w.agents.chief })
      const { entityChanged } = makeCertificateReactions(w.deps)
      const { entityId } = holder as { readonly entityId: string }
      await w.deps.pki.work.run((tx) => entityChanged(tx, { entityId, change: 'deregistered' }))
      const all = await findHeldCertificates(w.deps, holder)
      expect(all.length).toBeGreaterThanOrEqual(2)
      expect(all.map((c) => c.revocation?.reasonCode)).toEqual(all.map(() => 6))
      expect((await w.deps.store.applications.find(open.id))?.status).toBe('rejected')
      expect(await codeOf(change(application, 'release', w.agents.chief))).toBe('CERTIFICATE_HELD_BY_OTHERS')
    })

    it('suspends the certificates of a person who died, and leaves others alone', async () => {
      const { application } = await w.certify('neighbour')
      const { application: other } = await w.certify('citizen')
      const { personChanged } = makeCertificateReactions(w.deps)
      const personId = w.people.neighbour
      await w.deps.pki.work.run((tx) => personChanged(tx, { personId, change: 'renamed' }))
      expect((await acts.held(application)).revocation).toBeUndefined()
      await w.deps.pki.work.run((tx) => personChanged(tx, { personId, change: 'deceased' }))
      expect((await acts.held(application)).revocation?.reasonCode).toBe(6)
      expect((await acts.held(other)).revocation).toBeUndefined()
    })

    it('lists certificates by state, page by page', async () => {
      const first = await findCertificates(w.deps, { state: 'in-force', page: { limit: 2 } })
      expect(first).toHaveLength(2)
      const after = `${first[1]?.issuerId ?? ''}/${first[1]?.serialHex ?? ''}`
      const next = await findCertificates(w.deps, { state: 'in-force', page: { limit: 2, after } })
      expect(next.map((c) => c.serialHex)).not.toContain(first[1]?.serialHex)
      for (const state of ['suspended', 'revoked'] as const) {
        const list = await findCertificates(w.deps, { state, page: { limit: 100 } })
        expect(list.length).toBeGreaterThan(0)
        expect(list.every((c) => (c.revocation?.reasonCode === 6) === (state === 'suspended'))).toBe(true)
      }
    })
  })

  it('refuses in the database itself what the domain refuses', async () => {
    const { db } = w
    const { id } = await acts.apply()
    const proposal = await acts.proposeIssue(id)
    const decided = `decided_at = now(), decision_reason = 'x'`
    const approveBy = (who: string) =>
      stateOf(
        db.query(`UPDATE certificate_proposal SET status = 'approved', decided_by = $2, ${decided} WHERE id = $1`, [
          proposal.id,
          who,
        ]),
      )
    expect(await approveBy(w.people.anna)).toBe('23514')
    expect(await approveBy(w.people.clerk)).toBe('23514')
    expect(await approveBy(w.people.boss)).toBe('23514')
    const application = await acts.issued()
    const { issuerId, serialHex } = need(application.signing)
    const refused = [
      [`UPDATE certificate_application SET public_key = '\\x00' WHERE id = $1`, [id]],
      [`UPDATE certificate_application SET holder_id = 'x' WHERE id = $1`, [id]],
      [`UPDATE certificate_application SET status = 'open', decided_at = NULL WHERE id = $1`, [application.id]],
      [`DELETE FROM certificate_application WHERE id = $1`, [id]],
      [`UPDATE certificate_proposal SET reason = 'x' WHERE id = $1`, [proposal.id]],
      [`DELETE FROM certificate_proposal WHERE id = $1`, [proposal.id]],
      [`UPDATE certificate_holder SET holder_id = 'x' WHERE issuer_id = $1 AND serial = $2`, [issuerId, serialHex]],
      [`DELETE FROM certificate_holder WHERE issuer_id = $1 AND serial = $2`, [issuerId, serialHex]],
      [`UPDATE certificate_key SET holder_id = 'x'`, []],
      [`DELETE FROM certificate_hold`, []],
    ] as const
    for (const [sql, params] of refused) expect([sql, await stateOf(db.query(sql, params))]).toEqual([sql, '42501'])
    const unissued = `UPDATE certificate_application SET status = 'issued', decided_at = now() WHERE id = $1`
    expect(['23514', '42501']).toContain(await stateOf(db.query(unissued, [id])))
  })

  it('keeps names and numbers that people typed out of the database in the clear', async () => {
    const { csr } = await newRequest('SM2', { names: ['秘密姓名甲'] })
    const { id } = await acts.apply({ csr })
    const [row] = await w.db.query<{ csr: Uint8Array }>('SELECT csr FROM certificate_application WHERE id = $1', [id])
    expect(Buffer.from(row?.csr ?? []).includes(Buffer.from('秘密姓名甲'))).toBe(false)
    expect((await w.deps.store.applications.find(id))?.csr).toEqual(csr)
    expect(JSON.stringify(w.audit.events)).not.toMatch(/示范|秘密/)
  })
}
