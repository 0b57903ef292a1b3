/** Enrolment on both databases: who may apply, four eyes, and that races and crashes give exactly one certificate. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Db } from '../../../adapters/postgres/db.ts'
import { sqlState } from '../../../adapters/postgres/db.ts'
import { TrustError } from '../../../src/errors.ts'
import { sweepIntents } from '../../../src/pki/index.ts'
import type { ApplicationRequest, CertificateApplication } from '../../../src/pki/enrolment/index.ts'
import {
  applyForCertificate,
  changeOwnCertificate,
  decideProposal,
  findCertificates,
  findExpiring,
  findHeldCertificate,
  findHeldCertificates,
  findProposalsFor,
  issueApplication,
  makeCertificateReactions,
  propose,
  rejectApplication,
  renewCertificate,
  suspendInEmergency,
  sweepEnrolment,
  withdrawApplication,
} from '../../../src/pki/enrolment/index.ts'
import { findUscc } from '../../../standards/gbt-20518-certificate/index.ts'
import { commonName, nameText, parseCertificate } from '../../../standards/rfc5280-x509/index.ts'
import type { PostgresServer } from '../../support/database.ts'
import { freshEmbedded, skipWithoutPostgres, startPostgres } from '../../support/database.ts'
import type { EnrolmentWorld } from '../../unit/pki/enrolment-world.ts'
import { MACHINE, enrolmentWorld, newRequest } from '../../unit/pki/enrolment-world.ts'
import { DAY } from '../../unit/pki/pki-world.ts'

const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'done',
    (e: unknown) => (e instanceof TrustError ? e.code : (sqlState(e) ?? String(e))),
  )
const codes = (works: readonly Promise<unknown>[]): Promise<string[]> =>
  Promise.all(works.map(codeOf)).then((all) => all.sort())
const stateOf = async (work: Promise<unknown>): Promise<string | undefined> => work.then(() => undefined, sqlState)

const need = <T>(value: T | undefined): T => {
  if (value === undefined) throw new Error('missing')
  return value
}

const suite = (open: () => Promise<Db>): void => {
  let w: EnrolmentWorld
  beforeAll(async () => {
    w = await enrolmentWorld(await open())
  })
  afterAll(() => w.db.close())

  const wish = async (more: Partial<ApplicationRequest> = {}): Promise<ApplicationRequest> => ({
    holder: w.of('company'),
    agent: w.agents.clerk,
    strength: 'urn:xinyin:acr:1',
    csr: (await newRequest()).csr,
    dual: false,
    ...more,
  })
  const apply = async (more: Partial<ApplicationRequest> = {}): Promise<CertificateApplication> =>
    applyForCertificate(w.deps, await wish(more))
  const proposeIssue = (applicationId: string, agent = w.agents.anna) =>
    propose(w.deps, { agent, act: { kind: 'issue', applicationId }, reason: '材料齐全' })
  const approve = (proposalId: string, agent = w.agents.bert) =>
    decideProposal(w.deps, { proposalId, agent, decision: 'approve', reason: '同意签发' })
  const issued = async (more: Partial<ApplicationRequest> = {}): Promise<CertificateApplication> => {
    const { id } = await apply(more)
    await approve((await proposeIssue(id)).id)
    return need(await w.deps.store.applications.find(id))
  }
  const held = async (application: CertificateApplication) =>
    need(await findHeldCertificate(w.deps, need(application.signing)))
  const count = async (sql: string, params: readonly string[] = []): Promise<number> =>
    (await w.db.query<{ n: number }>(sql, params))[0]?.n ?? 0
  const later = (ms: number): EnrolmentWorld['deps'] => {
    const clock = { now: () => new Date(w.clock.now().getTime() + ms) }
    return { ...w.deps, pki: { ...w.deps.pki, clock } }
  }

  describe('applying', () => {
    it('issues at once to a person who is proven and signed in well, with the name of the register', async () => {
      const key = await newRequest('P-256', { names: ['别的名字'] })
      const { application } = await w.certify('citizen', { key })
      expect(application).toMatchObject({ status: 'issued', holderClass: 'person' })
      const certificate = parseCertificate((await held(application)).der)
      expect(commonName(certificate)).toBe('周示范')
      expect(nameText(certificate.subjectFields)).toMatch(/^C=CN, SERIALNUMBER=[0-9A-F]{20}, CN=周示范$/)
      expect(certificate.publicKey).toEqual(key.publicKey)
      expect(certificate.extensions.map((e) => e.extnID)).not.toContain('1.2.156.10260.4.1.1')
    })

    it('tells people of one name apart, and gives one person the same number again', async () => {
      const number = async (who: 'citizen' | 'neighbour') =>
        parseCertificate((await held((await w.certify(who)).application)).der).subjectFields[1]?.text
      const [first, again, other] = [await number('citizen'), await number('citizen'), await number('neighbour')]
      expect(again).toBe(first)
      expect(other).not.toBe(first)
    })

    it('waits for officers where the sign-in is weak, or a program asks', async () => {
      const { status } = await apply()
      expect(status).toBe('open')
      const { csr } = await newRequest()
      const weak = { holder: w.own('citizen'), agent: w.agents.citizen, strength: 'urn:xinyin:acr:1', csr } as const
      expect((await applyForCertificate(w.deps, { ...weak, dual: false })).status).toBe('open')
      const { strength: _none, ...machine } = await wish({ agent: MACHINE })
      expect((await applyForCertificate(w.deps, machine)).status).toBe('open')
    })

    it('names an organisation by register and code, with its unit', async () => {
      const application = await issued({ unit: '财务部(一)' })
      const certificate = parseCertificate((await held(application)).der)
      expect(nameText(certificate.subjectFields)).toBe(
        'C=CN, O=云湖示范食品有限公司, OU=财务部（一）, CN=云湖示范食品有限公司',
      )
      expect(findUscc(certificate)).toBe('91990000MA9900001A')
      expect((await held(application)).issuerId).toBe('entity-ca-sm2')
    })

    it('certifies an office under its own CA', async () => {
      const application = await issued({ holder: w.of('bureau'), agent: w.agents.chief })
      expect(await held(application)).toMatchObject({ issuerId: 'office-ca-sm2', profile: 'office-signing' })
    })

    it('refuses who may not: another person, no mandate, another organisation, nobody signed in', async () => {
      const { strength: _none, ...unsigned } = await wish()
      expect(await codeOf(apply({ holder: w.own('citizen') }))).toBe('FORBIDDEN')
      expect(await codeOf(apply({ agent: w.agents.citizen }))).toBe('MANDATE_MISSING')
      expect(await codeOf(apply({ holder: w.of('rival') }))).toBe('MANDATE_MISSING')
      expect(await codeOf(applyForCertificate(w.deps, unsigned))).toBe('ASSURANCE_TOO_LOW')
    })

    it('refuses names that are somebody else’s, hidden or reserved', async () => {
      const csr = async (name: string) => (await newRequest('SM2', { names: [name] })).csr
      expect(await codeOf(apply({ csr: await csr('云湖示范酒业有限公司') }))).toBe('CERTIFICATE_NAME_REFUSED')
      expect(await codeOf(apply({ csr: await csr('11990000MB0990024X') }))).toBe('CERTIFICATE_NAME_REFUSED')
      expect(await codeOf(apply({ csr: await csr('云湖\u202e示范') }))).toBe('CERTIFICATE_NAME_REFUSED')
      expect(await codeOf(apply({ unit: '云湖示范酒业有限公司' }))).toBe('CERTIFICATE_NAME_REFUSED')
      expect(await codeOf(apply({ unit: '信印运营部' }))).toBe('CERTIFICATE_NAME_REFUSED')
      expect(await codeOf(apply({ holder: w.own('clerk'), unit: '财务部' }))).toBe('INPUT_INVALID')
    })

    it('refuses an encryption pair for a key that cannot open the delivery', async () => {
      expect(await codeOf(apply({ csr: (await newRequest('P-256')).csr, dual: true }))).toBe('INPUT_INVALID')
    })

    it('refuses a key that anybody else has shown, and one that has a certificate', async () => {
      const { key } = await w.certify('citizen')
      expect(await codeOf(apply({ csr: key.csr }))).toBe('CERTIFICATE_KEY_REFUSED')
      expect(await codeOf(w.certify('citizen', { key }))).toBe('CERTIFICATE_KEY_REFUSED')
      expect(await codeOf(w.certify('neighbour', { key }))).toBe('CERTIFICATE_KEY_REFUSED')
    })

    it('of one key handed in five times at once, takes one', async () => {
      const { csr } = await newRequest()
      const results = await codes(Array.from({ length: 5 }, () => apply({ csr })))
      expect(results).toEqual([...Array.from({ length: 4 }, () => 'CERTIFICATE_KEY_REFUSED'), 'done'])
    })

    it('of one key handed in by two holders at once, takes one', async () => {
      const { csr } = await newRequest()
      const mine = { holder: w.own('clerk'), agent: w.agents.clerk } as const
      expect(await codes([apply({ csr }), apply({ csr, ...mine })])).toEqual(['CERTIFICATE_KEY_REFUSED', 'done'])
    })

    it('refuses more applications than may wait, also when they come at once', async () => {
      const mine = { holder: w.own('boss'), agent: w.agents.boss } as const
      const results = await codes(Array.from({ length: 12 }, () => apply(mine)))
      expect(results.filter((r) => r === 'done')).toHaveLength(10)
      expect(results.filter((r) => r === 'CERTIFICATE_LIMIT')).toHaveLength(2)
    })

    it('withdraws before the decision, and only then', async () => {
      const { id } = await apply()
      expect(await codeOf(withdrawApplication(w.deps, { applicationId: id, agent: w.agents.citizen }))).toBe(
        'MANDATE_MISSING',
      )
      await withdrawApplication(w.deps, { applicationId: id, agent: w.agents.clerk })
      expect(await codeOf(withdrawApplication(w.deps, { applicationId: id, agent: w.agents.clerk }))).toBe(
        'CERTIFICATE_APPLICATION_STATE',
      )
      expect(await codeOf(proposeIssue(id))).toBe('CERTIFICATE_APPLICATION_STATE')
    })
  })

  describe('four eyes', () => {
    it('refuses to approve what the same person proposed, and lets another do it', async () => {
      const { id } = await apply()
      const proposal = await proposeIssue(id)
      expect(await codeOf(approve(proposal.id, w.agents.anna))).toBe('OFFICER_SAME_PERSON')
      expect((await approve(proposal.id)).status).toBe('approved')
      expect((await w.deps.store.applications.find(id))?.status).toBe('issued')
    })

    it('refuses whoever it concerns: the applicant, the holder, the legal representative', async () => {
      for (const agent of [w.agents.clerk, w.agents.boss, w.agents.neighbour])
        await w.grant(agent, w.entities.operator, ['ca.review'])
      const { id } = await apply()
      expect(await codeOf(proposeIssue(id, w.agents.clerk))).toBe('OFFICER_SAME_PERSON')
      expect(await codeOf(proposeIssue(id, w.agents.boss))).toBe('OFFICER_SAME_PERSON')
      const proposal = await proposeIssue(id)
      expect(await codeOf(approve(proposal.id, w.agents.clerk))).toBe('OFFICER_SAME_PERSON')
      const mine = await apply({ holder: w.own('neighbour'), agent: w.agents.neighbour })
      expect(await codeOf(proposeIssue(mine.id, w.agents.neighbour))).toBe('OFFICER_SAME_PERSON')
      const reject = { applicationId: mine.id, agent: w.agents.neighbour, reason: '不同意' }
      expect(await codeOf(rejectApplication(w.deps, reject))).toBe('OFFICER_SAME_PERSON')
    })

    it('refuses who is no officer: strangers, programs, officers of another kind', async () => {
      const { id } = await apply()
      expect(await codeOf(proposeIssue(id, w.agents.citizen))).toBe('MANDATE_MISSING')
      expect(await codeOf(proposeIssue(id, w.agents.carl))).toBe('MANDATE_MISSING')
      expect(await codeOf(proposeIssue(id, MACHINE))).toBe('FORBIDDEN')
      expect(await codeOf(proposeIssue(id).then((p) => approve(p.id, w.agents.carl)))).toBe('MANDATE_MISSING')
    })

    it('of approvals at once, one wins, and there is one certificate', async () => {
      const { id } = await apply({ dual: true })
      const proposal = await proposeIssue(id)
      const results = await codes([w.agents.bert, w.agents.head, w.agents.bert].map((a) => approve(proposal.id, a)))
      expect(results).toEqual(['PROPOSAL_STATE', 'PROPOSAL_STATE', 'done'])
      expect(await count('SELECT count(*) AS n FROM certificate_holder WHERE application_id = $1', [id])).toBe(2)
    })

    it('an approval that is replayed changes nothing', async () => {
      const { id } = await apply()
      const proposal = await proposeIssue(id)
      await approve(proposal.id)
      expect(await codeOf(approve(proposal.id))).toBe('PROPOSAL_STATE')
      expect(await codeOf(approve(proposal.id, w.agents.head))).toBe('PROPOSAL_STATE')
      expect(await codeOf(approve(w.deps.pki.ids.next()))).toBe('PROPOSAL_NOT_FOUND')
      expect(await count('SELECT count(*) AS n FROM certificate_holder WHERE application_id = $1', [id])).toBe(1)
    })

    it('of an approval and a rejection at once, one holds', async () => {
      const { id } = await apply()
      const proposal = await proposeIssue(id)
      const reject = rejectApplication(w.deps, { applicationId: id, agent: w.agents.head, reason: '材料不全' })
      const results = await codes([approve(proposal.id), reject])
      expect(results).toEqual(['CERTIFICATE_APPLICATION_STATE', 'done'])
      const { status } = need(await w.deps.store.applications.find(id))
      const certificates = await count('SELECT count(*) AS n FROM certificate_holder WHERE application_id = $1', [id])
      expect([status, certificates]).toEqual(status === 'issued' ? ['issued', 1] : ['rejected', 0])
    })

    it('keeps one proposal of a kind open for one application', async () => {
      const { id } = await apply()
      expect(await codes([proposeIssue(id), proposeIssue(id, w.agents.bert)])).toEqual(['PROPOSAL_STATE', 'done'])
      expect(await findProposalsFor(w.deps, { applicationId: id })).toHaveLength(1)
    })

    it('a rejected proposal rejects the application, with the reason', async () => {
      const { id } = await apply()
      const proposal = await proposeIssue(id)
      const no = { proposalId: proposal.id, agent: w.agents.bert, decision: 'reject', reason: '名称有误' } as const
      expect((await decideProposal(w.deps, no)).decision).toMatchObject({ by: w.people.bert, reason: '名称有误' })
      expect(await w.deps.store.applications.find(id)).toMatchObject({ status: 'rejected', reason: '名称有误' })
    })

    it('lets applications and proposals run out', async () => {
      const { id } = await apply()
      const proposal = await proposeIssue(id)
      const after = later(8 * DAY)
      const late = { proposalId: proposal.id, agent: w.agents.bert, decision: 'approve', reason: '同意' } as const
      expect(await codeOf(decideProposal(after, late))).toBe('PROPOSAL_STATE')
      const end = later(15 * DAY)
      const act = { kind: 'issue', applicationId: id } as const
      expect(await codeOf(propose(end, { agent: w.agents.anna, act, reason: '材料齐全' }))).toBe(
        'CERTIFICATE_APPLICATION_STATE',
      )
      expect((await sweepEnrolment(end)).expired).toBeGreaterThanOrEqual(2)
      expect((await w.deps.store.applications.find(id))?.status).toBe('expired')
      expect((await w.deps.store.proposals.find(proposal.id))?.status).toBe('expired')
    })
  })

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
      const { id } = await apply({ dual: true })
      const proposal = await proposeIssue(id)
      const decision = { proposalId: proposal.id, agent: w.agents.bert, decision: 'approve', reason: '同意' } as const
      await expect(decideProposal(dying(), decision)).rejects.toThrow('killed')
      expect((await w.deps.store.applications.find(id))?.status).toBe('approved')
      expect(await codeOf(issueApplication(w.deps, id))).toBe('CERTIFICATE_APPLICATION_STATE')
      const after = later(3 * 60_000)
      const orphans = await sweepIntents(after.pki)
      expect(orphans.map((o) => o.profile)).toEqual(['entity-signing'])
      const [one, two] = await Promise.all([sweepEnrolment(after), sweepEnrolment(after)])
      expect(one.issued + two.issued).toBeGreaterThanOrEqual(1)
      const application = need(await w.deps.store.applications.find(id))
      expect(application.status).toBe('issued')
      expect(application.signing?.serialHex).not.toBe(orphans[0]?.serialHex)
      expect(await count('SELECT count(*) AS n FROM certificate_holder WHERE application_id = $1', [id])).toBe(2)
    })

    it('a second process that makes the same certificates records nothing', async () => {
      const { id } = await apply()
      const proposal = await proposeIssue(id)
      // Approves without making: what a process does that dies right after the decision.
      const decision = { proposalId: proposal.id, agent: w.agents.bert, decision: 'approve', reason: '同意' } as const
      await expect(decideProposal(dying(), decision)).rejects.toThrow('killed')
      const after = later(3 * 60_000)
      const claim = async (tx: never, applicationId: string) => w.deps.store.applications.find(applicationId, tx)
      const blind = { ...after.store, applications: { ...after.store.applications, claim } }
      const results = await codes(Array.from({ length: 4 }, () => issueApplication({ ...after, store: blind }, id)))
      expect(results.filter((r) => r === 'done').length).toBeGreaterThanOrEqual(1)
      expect(results.filter((r) => r !== 'done' && r !== 'CONFLICT')).toEqual([])
      expect(await count('SELECT count(*) AS n FROM certificate_holder WHERE application_id = $1', [id])).toBe(1)
    })

    it('gives up, with the reason, on an application that can never be issued', async () => {
      const { id } = await apply()
      const proposal = await proposeIssue(id)
      const decision = { proposalId: proposal.id, agent: w.agents.bert, decision: 'approve', reason: '同意' } as const
      await expect(decideProposal(dying(), decision)).rejects.toThrow('killed')
      const gone = { ...w.deps.identity.store.entities, find: () => Promise.resolve(undefined) }
      const identity = { store: { ...w.deps.identity.store, entities: gone } }
      const { rejected } = await sweepEnrolment({ ...later(3 * 60_000), identity })
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
      return approve((await propose(w.deps, request)).id)
    }

    it('holders suspend, release and revoke their own at once, the pair with it', async () => {
      const application = await issued({ dual: true })
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
      const application = await issued()
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
      const application = await issued()
      const certificate = need(application.signing)
      await suspendInEmergency(w.deps, { certificate, agent: w.agents.anna, reason: '疑似盗用' })
      expect(await codeOf(change(application, 'release'))).toBe('CERTIFICATE_HELD_BY_OTHERS')
      await change(application, 'suspend')
      expect(await codeOf(change(application, 'release'))).toBe('CERTIFICATE_HELD_BY_OTHERS')
      await officers(application, { kind: 'release' })
      expect((await held(application)).revocation).toBeUndefined()
    })

    it('officers revoke and suspend by two, and never propose what cannot be', async () => {
      const application = await issued()
      await officers(application, { kind: 'suspend' })
      expect((await held(application)).revocation?.reasonCode).toBe(6)
      await officers(application, { kind: 'revoke', revocationReason: 'privilegeWithdrawn' })
      expect((await held(application)).revocation?.reasonCode).toBe(9)
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
      const near = later(1095 * DAY - 40 * DAY)
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
      const beforeEnd = later(1095 * DAY - 11 * DAY)
      expect((await sweepEnrolment(beforeEnd)).superseded).toBe(0)
      const overlapOver = later(1095 * DAY - 9 * DAY)
      expect((await sweepEnrolment(overlapOver)).superseded).toBe(2)
      for (const name of [certificate, need(application.encryption)])
        expect((await findHeldCertificate(w.deps, name))?.revocation?.reasonCode).toBe(4)
    })

    it('refuses to renew another’s certificate, or with another’s key', async () => {
      const { application } = await w.certify('citizen')
      const { key: foreign } = await w.certify('neighbour')
      const near = later(1095 * DAY - 20 * DAY)
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
      const application = await issued({ holder, agent: w.agents.chief, dual: true })
      const open = await apply({ holder, agent: w.agents.chief })
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
      expect((await held(application)).revocation).toBeUndefined()
      await w.deps.pki.work.run((tx) => personChanged(tx, { personId, change: 'deceased' }))
      expect((await held(application)).revocation?.reasonCode).toBe(6)
      expect((await held(other)).revocation).toBeUndefined()
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
    const { id } = await apply()
    const proposal = await proposeIssue(id)
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
    const application = await issued()
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
    const { id } = await apply({ csr })
    const [row] = await w.db.query<{ csr: Uint8Array }>('SELECT csr FROM certificate_application WHERE id = $1', [id])
    expect(Buffer.from(row?.csr ?? []).includes(Buffer.from('秘密姓名甲'))).toBe(false)
    expect((await w.deps.store.applications.find(id))?.csr).toEqual(csr)
    expect(JSON.stringify(w.audit.events)).not.toMatch(/示范|秘密/)
  })
}

describe('enrolment on the embedded database', () => suite(freshEmbedded))
describe.skipIf(skipWithoutPostgres())('enrolment on PostgreSQL', () => {
  let server: PostgresServer
  beforeAll(() => {
    server = startPostgres()
  })
  afterAll(() => server.stop())
  describe('contract', () => suite(() => server.fresh()))
})
