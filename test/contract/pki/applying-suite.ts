/** Applying for certificates and deciding on it, on both databases: who may, four eyes, and that races give one certificate. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Db } from '../../../adapters/postgres/db.ts'
import {
  applyForCertificate,
  decideProposal,
  findProposalsFor,
  propose,
  rejectApplication,
  sweepEnrolment,
  withdrawApplication,
} from '../../../src/pki/enrolment/index.ts'
import { findUscc } from '../../../standards/gbt-20518-certificate/index.ts'
import { commonName, nameText, parseCertificate } from '../../../standards/rfc5280-x509/index.ts'
import { codeOf, codes, enrolmentActs, need } from '../../unit/pki/enrolment-acts.ts'
import type { EnrolmentWorld } from '../../unit/pki/enrolment-world.ts'
import { enrolmentWorld, MACHINE, newRequest } from '../../unit/pki/enrolment-world.ts'
import { DAY } from '../../unit/pki/pki-world.ts'

export const applyingSuite = (open: () => Promise<Db>): void => {
  let w: EnrolmentWorld
  let acts: ReturnType<typeof enrolmentActs>
  beforeAll(async () => {
    w = await enrolmentWorld(await open())
    acts = enrolmentActs(w)
  })
  afterAll(() => w.db.close())

  describe('applying', () => {
    it('issues at once to a person who is proven and signed in well, with the name of the register', async () => {
      const key = await newRequest('P-256', { names: ['别的名字'] })
      const { application } = await w.certify('citizen', { key })
      expect(application).toMatchObject({ status: 'issued', holderClass: 'person' })
      const certificate = parseCertificate((await acts.held(application)).der)
      expect(commonName(certificate)).toBe('周示范')
      expect(nameText(certificate.subjectFields)).toMatch(/^C=CN, SERIALNUMBER=[0-9A-F]{20}, CN=周示范$/)
      expect(certificate.publicKey).toEqual(key.publicKey)
      expect(certificate.extensions.map((e) => e.extnID)).not.toContain('1.2.156.10260.4.1.1')
    })

    it('tells people of one name apart, and gives one person the same number again', async () => {
      const number = async (who: 'citizen' | 'neighbour') =>
        parseCertificate((await acts.held((await w.certify(who)).application)).der).subjectFields[1]?.text
      const [first, again, other] = [await number('citizen'), await number('citizen'), await number('neighbour')]
      expect(again).toBe(first)
      expect(other).not.toBe(first)
    })

    it('waits for officers where the sign-in is weak, or a program asks', async () => {
      const { status } = await acts.apply()
      expect(status).toBe('open')
      const { csr } = await newRequest()
      const weak = { holder: w.own('citizen'), agent: w.agents.citizen, strength: 'urn:xinyin:acr:1', csr } as const
      expect((await applyForCertificate(w.deps, { ...weak, dual: false })).status).toBe('open')
      const { strength: _none, ...machine } = await acts.wish({ agent: MACHINE })
      expect((await applyForCertificate(w.deps, machine)).status).toBe('open')
    })

    it('names an organisation by register and code, with its unit', async () => {
      const application = await acts.issued({ unit: '财务部(一)' })
      const certificate = parseCertificate((await acts.held(application)).der)
      expect(nameText(certificate.subjectFields)).toBe(
        'C=CN, O=云湖示范食品有限公司, OU=财务部（一）, CN=云湖示范食品有限公司',
      )
      expect(findUscc(certificate)).toBe('91990000MA9900001A')
      expect((await acts.held(application)).issuerId).toBe('entity-ca-sm2')
    })

    it('certifies an office under its own CA', async () => {
      const application = await acts.issued({ holder: w.of('bureau'), agent: w.agents.chief })
      expect(await acts.held(application)).toMatchObject({ issuerId: 'office-ca-sm2', profile: 'office-signing' })
    })

    it('refuses who may not: another person, no mandate, another organisation, nobody signed in', async () => {
      const { strength: _none, ...unsigned } = await acts.wish()
      expect(await codeOf(acts.apply({ holder: w.own('citizen') }))).toBe('FORBIDDEN')
      expect(await codeOf(acts.apply({ agent: w.agents.citizen }))).toBe('MANDATE_MISSING')
      expect(await codeOf(acts.apply({ holder: w.of('rival') }))).toBe('MANDATE_MISSING')
      expect(await codeOf(applyForCertificate(w.deps, unsigned))).toBe('ASSURANCE_TOO_LOW')
    })

    it('refuses names that are somebody else’s, hidden or reserved', async () => {
      const csr = async (name: string) => (await newRequest('SM2', { names: [name] })).csr
      expect(await codeOf(acts.apply({ csr: await csr('云湖示范酒业有限公司') }))).toBe('CERTIFICATE_NAME_REFUSED')
      expect(await codeOf(acts.apply({ csr: await csr('11990000MB0990024X') }))).toBe('CERTIFICATE_NAME_REFUSED')
      expect(await codeOf(acts.apply({ csr: await csr('云湖\u202e示范') }))).toBe('CERTIFICATE_NAME_REFUSED')
      expect(await codeOf(acts.apply({ unit: '云湖示范酒业有限公司' }))).toBe('CERTIFICATE_NAME_REFUSED')
      expect(await codeOf(acts.apply({ unit: '信印运营部' }))).toBe('CERTIFICATE_NAME_REFUSED')
      expect(await codeOf(acts.apply({ holder: w.own('clerk'), unit: '财务部' }))).toBe('INPUT_INVALID')
    })

    it('refuses an encryption pair for a key that cannot open the delivery', async () => {
      expect(await codeOf(acts.apply({ csr: (await newRequest('P-256')).csr, dual: true }))).toBe('INPUT_INVALID')
    })

    it('refuses a key that anybody else has shown, and one that has a certificate', async () => {
      const { key } = await w.certify('citizen')
      expect(await codeOf(acts.apply({ csr: key.csr }))).toBe('CERTIFICATE_KEY_REFUSED')
      expect(await codeOf(w.certify('citizen', { key }))).toBe('CERTIFICATE_KEY_REFUSED')
      expect(await codeOf(w.certify('neighbour', { key }))).toBe('CERTIFICATE_KEY_REFUSED')
    })

    it('of one key handed in five times at once, takes one', async () => {
      const { csr } = await newRequest()
      const results = await codes(Array.from({ length: 5 }, () => acts.apply({ csr })))
      expect(results).toEqual([...Array.from({ length: 4 }, () => 'CERTIFICATE_KEY_REFUSED'), 'done'])
    })

    it('of one key handed in by two holders at once, takes one', async () => {
      const { csr } = await newRequest()
      const mine = { holder: w.own('clerk'), agent: w.agents.clerk } as const
      expect(await codes([acts.apply({ csr }), acts.apply({ csr, ...mine })])).toEqual([
        'CERTIFICATE_KEY_REFUSED',
        'done',
      ])
    })

    it('refuses more applications than may wait, also when they come at once', async () => {
      const mine = { holder: w.own('boss'), agent: w.agents.boss } as const
      const results = await codes(Array.from({ length: 12 }, () => acts.apply(mine)))
      expect(results.filter((r) => r === 'done')).toHaveLength(10)
      expect(results.filter((r) => r === 'CERTIFICATE_LIMIT')).toHaveLength(2)
    })

    it('withdraws before the decision, and only then', async () => {
      const { id } = await acts.apply()
      expect(await codeOf(withdrawApplication(w.deps, { applicationId: id, agent: w.agents.citizen }))).toBe(
        'MANDATE_MISSING',
      )
      await withdrawApplication(w.deps, { applicationId: id, agent: w.agents.clerk })
      expect(await codeOf(withdrawApplication(w.deps, { applicationId: id, agent: w.agents.clerk }))).toBe(
        'CERTIFICATE_APPLICATION_STATE',
      )
      expect(await codeOf(acts.proposeIssue(id))).toBe('CERTIFICATE_APPLICATION_STATE')
    })
  })

  describe('four eyes', () => {
    it('refuses to approve what the same person proposed, and lets another do it', async () => {
      const { id } = await acts.apply()
      const proposal = await acts.proposeIssue(id)
      expect(await codeOf(acts.approve(proposal.id, w.agents.anna))).toBe('OFFICER_SAME_PERSON')
      expect((await acts.approve(proposal.id)).status).toBe('approved')
      expect((await w.deps.store.applications.find(id))?.status).toBe('issued')
    })

    it('refuses whoever it concerns: the applicant, the holder, the legal representative', async () => {
      for (const agent of [w.agents.clerk, w.agents.boss, w.agents.neighbour])
        await w.grant(agent, w.entities.operator, ['ca.review'])
      const { id } = await acts.apply()
      expect(await codeOf(acts.proposeIssue(id, w.agents.clerk))).toBe('OFFICER_SAME_PERSON')
      expect(await codeOf(acts.proposeIssue(id, w.agents.boss))).toBe('OFFICER_SAME_PERSON')
      const proposal = await acts.proposeIssue(id)
      expect(await codeOf(acts.approve(proposal.id, w.agents.clerk))).toBe('OFFICER_SAME_PERSON')
      const mine = await acts.apply({ holder: w.own('neighbour'), agent: w.agents.neighbour })
      expect(await codeOf(acts.proposeIssue(mine.id, w.agents.neighbour))).toBe('OFFICER_SAME_PERSON')
      const reject = { applicationId: mine.id, agent: w.agents.neighbour, reason: '不同意' }
      expect(await codeOf(rejectApplication(w.deps, reject))).toBe('OFFICER_SAME_PERSON')
    })

    it('refuses who is no officer: strangers, programs, officers of another kind', async () => {
      const { id } = await acts.apply()
      expect(await codeOf(acts.proposeIssue(id, w.agents.citizen))).toBe('MANDATE_MISSING')
      expect(await codeOf(acts.proposeIssue(id, w.agents.carl))).toBe('MANDATE_MISSING')
      expect(await codeOf(acts.proposeIssue(id, MACHINE))).toBe('FORBIDDEN')
      expect(await codeOf(acts.proposeIssue(id).then((p) => acts.approve(p.id, w.agents.carl)))).toBe('MANDATE_MISSING')
    })

    it('of approvals at once, one wins, and there is one certificate', async () => {
      const { id } = await acts.apply({ dual: true })
      const proposal = await acts.proposeIssue(id)
      const results = await codes(
        [w.agents.bert, w.agents.head, w.agents.bert].map((a) => acts.approve(proposal.id, a)),
      )
      expect(results).toEqual(['PROPOSAL_STATE', 'PROPOSAL_STATE', 'done'])
      expect(await acts.count('SELECT count(*) AS n FROM certificate_holder WHERE application_id = $1', [id])).toBe(2)
    })

    it('an approval that is replayed changes nothing', async () => {
      const { id } = await acts.apply()
      const proposal = await acts.proposeIssue(id)
      await acts.approve(proposal.id)
      expect(await codeOf(acts.approve(proposal.id))).toBe('PROPOSAL_STATE')
      expect(await codeOf(acts.approve(proposal.id, w.agents.head))).toBe('PROPOSAL_STATE')
      expect(await codeOf(acts.approve(w.deps.pki.ids.next()))).toBe('PROPOSAL_NOT_FOUND')
      expect(await acts.count('SELECT count(*) AS n FROM certificate_holder WHERE application_id = $1', [id])).toBe(1)
    })

    it('of an approval and a rejection at once, one holds', async () => {
      const { id } = await acts.apply()
      const proposal = await acts.proposeIssue(id)
      const reject = rejectApplication(w.deps, { applicationId: id, agent: w.agents.head, reason: '材料不全' })
      const results = await codes([acts.approve(proposal.id), reject])
      expect(results).toEqual(['CERTIFICATE_APPLICATION_STATE', 'done'])
      const { status } = need(await w.deps.store.applications.find(id))
      const certificates = await acts.count('SELECT count(*) AS n FROM certificate_holder WHERE application_id = $1', [
        id,
      ])
      expect([status, certificates]).toEqual(status === 'issued' ? ['issued', 1] : ['rejected', 0])
    })

    it('keeps one proposal of a kind open for one application', async () => {
      const { id } = await acts.apply()
      expect(await codes([acts.proposeIssue(id), acts.proposeIssue(id, w.agents.bert)])).toEqual([
        'PROPOSAL_STATE',
        'done',
      ])
      expect(await findProposalsFor(w.deps, { applicationId: id })).toHaveLength(1)
    })

    it('a rejected proposal rejects the application, with the reason', async () => {
      const { id } = await acts.apply()
      const proposal = await acts.proposeIssue(id)
      const no = { proposalId: proposal.id, agent: w.agents.bert, decision: 'reject', reason: '名称有误' } as const
      expect((await decideProposal(w.deps, no)).decision).toMatchObject({ by: w.people.bert, reason: '名称有误' })
      expect(await w.deps.store.applications.find(id)).toMatchObject({ status: 'rejected', reason: '名称有误' })
    })

    it('lets applications and proposals run out', async () => {
      const { id } = await acts.apply()
      const proposal = await acts.proposeIssue(id)
      const after = acts.later(8 * DAY)
      const late = { proposalId: proposal.id, agent: w.agents.bert, decision: 'approve', reason: '同意' } as const
      expect(await codeOf(decideProposal(after, late))).toBe('PROPOSAL_STATE')
      const end = acts.later(15 * DAY)
      const act = { kind: 'issue', applicationId: id } as const
      expect(await codeOf(propose(end, { agent: w.agents.anna, act, reason: '材料齐全' }))).toBe(
        'CERTIFICATE_APPLICATION_STATE',
      )
      expect((await sweepEnrolment(end)).expired).toBeGreaterThanOrEqual(2)
      expect((await w.deps.store.applications.find(id))?.status).toBe('expired')
      expect((await w.deps.store.proposals.find(proposal.id))?.status).toBe('expired')
    })
  })
}
