/** What every suite of enrolment does: apply, propose, approve, look. */
import { TrustError } from '../../../src/errors.ts'
import { sqlState } from '../../../adapters/postgres/db.ts'
import type { ApplicationRequest, CertificateApplication } from '../../../src/pki/enrolment/index.ts'
import { applyForCertificate, decideProposal, findHeldCertificate, propose } from '../../../src/pki/enrolment/index.ts'
import type { EnrolmentWorld } from './enrolment-world.ts'
import { newRequest } from './enrolment-world.ts'

export const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'done',
    (e: unknown) => (e instanceof TrustError ? e.code : (sqlState(e) ?? String(e))),
  )
export const codes = (works: readonly Promise<unknown>[]): Promise<string[]> =>
  Promise.all(works.map(codeOf)).then((all) => all.sort())
export const stateOf = async (work: Promise<unknown>): Promise<string | undefined> =>
  work.then(() => undefined, sqlState)

export const need = <T>(value: T | undefined): T => {
  if (value === undefined) throw new Error('missing')
  return value
}

export const enrolmentActs = (w: EnrolmentWorld) => {
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
  /** The same world so much later. */
  const later = (ms: number): EnrolmentWorld['deps'] => {
    const clock = { now: () => new Date(w.clock.now().getTime() + ms) }
    return { ...w.deps, pki: { ...w.deps.pki, clock } }
  }
  return { wish, apply, proposeIssue, approve, issued, held, count, later }
}
