/** Proposals as the officers' pages show them: by the names of holders and officers. */
import type { Proposal } from '../../pki/enrolment/index.ts'
import { findApplication, findHeldCertificate } from '../../pki/enrolment/index.ts'
import type { CertificateLink } from '../pages/ca-application.ts'
import type { ProposalLine } from '../pages/ca-frame.ts'
import { paths } from '../paths.ts'
import { proposalDecision } from './ca-frame.ts'
import { holdersOf } from './certificate-views.ts'
import type { Desk } from './desk.ts'
import { namesOf } from './names.ts'
import type { PageDeps } from './page-deps.ts'

export const officer = (personId: string) => ({ kind: 'person', personId }) as const

/** Name of whom it is about. */
export const holderNameOf = async (deps: PageDeps, { act }: Proposal): Promise<string> => {
  const about =
    act.kind === 'issue'
      ? await findApplication(deps.enrolment, act.applicationId)
      : await findHeldCertificate(deps.enrolment, act)
  return about === undefined ? '' : (await holdersOf(deps, [about.holder]))(about.holder).name
}

export const proposalLines = async (
  deps: PageDeps,
  desk: Desk,
  found: readonly Proposal[],
): Promise<readonly ProposalLine[]> => {
  const who = await namesOf(
    deps,
    found.map((p) => officer(p.proposedBy)),
  )
  const at = deps.clock.now()
  return Promise.all(
    found.map(async (p) => ({
      id: p.id,
      act: p.act.kind,
      holder: await holderNameOf(deps, p),
      proposedBy: who(officer(p.proposedBy)),
      at: p.proposedAt,
      status: p.status,
      decidable: proposalDecision(desk, p, at) === 'may-decide',
    })),
  )
}

export const targetLink = ({ act }: Proposal): CertificateLink =>
  act.kind === 'issue'
    ? { label: '看申请', href: paths.caApplication(act.applicationId) }
    : { label: '看证书', href: paths.caCertificate(act) }
