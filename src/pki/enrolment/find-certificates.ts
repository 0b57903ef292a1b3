/** Questions that pages and routes ask. They read, and decide nothing; who may ask is the caller's business. */
import type { CertificateName } from '../change-status.ts'
import type { KeyDelivery } from '../escrow/ports.ts'
import type { CertificateApplication, HeldCertificate } from './application.ts'
import type { CertificateHolder } from './holder.ts'
import type { EnrolmentDeps, HeldQuery, HeldStatusChange, ListPage } from './ports.ts'
import type { ApplicationStatus } from './application.ts'
import type { Proposal, ProposalStatus } from './proposal.ts'
import { targetOf } from './proposal.ts'

type Deps = Pick<EnrolmentDeps, 'store' | 'pki' | 'escrow'>

/** Newest first. */
export const findApplications = ({ store }: Deps, holder: CertificateHolder): Promise<CertificateApplication[]> =>
  store.applications.ofHolder(holder)

export const findApplication = ({ store }: Deps, id: string): Promise<CertificateApplication | undefined> =>
  store.applications.find(id)

/** Newest first. */
export const findApplicationsWithStatus = (
  { store }: Deps,
  status: ApplicationStatus,
  page: ListPage,
): Promise<CertificateApplication[]> => store.applications.withStatus(status, page)

/** All certificates of this holder, newest first. */
export const findHeldCertificates = ({ store }: Deps, holder: CertificateHolder): Promise<HeldCertificate[]> =>
  store.held.ofHolder(holder)

export const findHeldCertificate = ({ store }: Deps, name: CertificateName): Promise<HeldCertificate | undefined> =>
  store.held.find(name)

/** What happened to its status, newest first. */
export const findCertificateHistory = ({ store }: Deps, name: CertificateName): Promise<HeldStatusChange[]> =>
  store.held.history(name)

/** Of all holders, newest first. */
export const findCertificates = ({ store, pki }: Deps, query: HeldQuery): Promise<HeldCertificate[]> =>
  store.held.list({ ...query, at: pki.clock.now() })

const DAY = 86_400_000

/** In force, ending within so many days, without a successor; the next to end first. */
export const findExpiring = ({ store, pki }: Deps, days: number, page: ListPage): Promise<HeldCertificate[]> => {
  const at = pki.clock.now()
  return store.held.expiring({ at, before: new Date(at.getTime() + days * DAY) }, page)
}

/** Newest first. */
export const findProposals = ({ store }: Deps, status: ProposalStatus, page: ListPage): Promise<Proposal[]> =>
  store.proposals.withStatus(status, page)

export const findProposal = ({ store }: Deps, id: string): Promise<Proposal | undefined> => store.proposals.find(id)

/** What officers proposed about this application or certificate, newest first. */
export const findProposalsFor = (
  { store }: Deps,
  about: { readonly applicationId: string } | CertificateName,
): Promise<Proposal[]> =>
  store.proposals.forTarget(
    'applicationId' in about
      ? targetOf({ kind: 'issue', applicationId: about.applicationId })
      : targetOf({ kind: 'suspend', ...about }),
  )

/** Every time an escrowed key was handed out, newest first: the holder sees each. */
export const findDeliveries = ({ escrow }: Deps, name: CertificateName): Promise<KeyDelivery[]> =>
  escrow.store.deliveries(name)

export const findDeliveryOf = ({ escrow }: Deps, proposalId: string): Promise<KeyDelivery | undefined> =>
  escrow.store.deliveryOf(proposalId)
