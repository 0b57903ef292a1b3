/** Enrolment: who asks for certificates, who decides, and what holders and officers do with them afterwards. */
export type { ApplicationRequest } from './apply-for-certificate.ts'
export { applyForCertificate } from './apply-for-certificate.ts'
export type {
  ApplicationStatus,
  CertificateApplication,
  CertificateUse,
  HeldCertificate,
  HoldOrigin,
} from './application.ts'
export { APPLICATION_STATUSES, isInForce } from './application.ts'
export { makeCertificateReactions } from './certificate-reactions.ts'
export type { OwnChange } from './change-own-certificate.ts'
export { HOLDER_REASONS, changeOwnCertificate } from './change-own-certificate.ts'
export type { ProposalDecision } from './decide-proposal.ts'
export { decideProposal } from './decide-proposal.ts'
export {
  findApplication,
  findApplications,
  findApplicationsWithStatus,
  findCertificateHistory,
  findCertificates,
  findDeliveries,
  findDeliveryOf,
  findExpiring,
  findHeldCertificate,
  findHeldCertificates,
  findProposal,
  findProposals,
  findProposalsFor,
} from './find-certificates.ts'
export type { CertificateHolder, HolderClass } from './holder.ts'
export { sameHolder } from './holder.ts'
export { issueApplication } from './issue-application.ts'
export { issueForHolder } from './issue-for-holder.ts'
export type { EnrolmentPolicy, HolderPolicy } from './policy.ts'
export { parseEnrolmentPolicy, standardEnrolmentPolicy } from './policy.ts'
export type {
  ApplicationStore,
  EnrolmentDeps,
  EnrolmentStore,
  HeldQuery,
  HeldStatusChange,
  HeldStore,
  Hold,
  ListPage,
  ProposalStore,
} from './ports.ts'
export type { ProposedAct, Proposal, ProposalStatus, RecoveryRecipient } from './proposal.ts'
export { PROPOSAL_STATUSES, functionFor, targetOf } from './proposal.ts'
export type { ProposalRequest } from './propose.ts'
export { propose } from './propose.ts'
export type { ApplicationRejection } from './reject-application.ts'
export { rejectApplication } from './reject-application.ts'
export type { RenewalRequest } from './renew-certificate.ts'
export { renewCertificate } from './renew-certificate.ts'
export type { HolderQuestion } from './require-holder-agent.ts'
export { requireHolderAgent } from './require-holder-agent.ts'
export type { OfficerQuestion } from './require-officer.ts'
export { requireChained } from './require-chained.ts'
export { requireOfficer } from './require-officer.ts'
export type { EmergencySuspension } from './suspend-in-emergency.ts'
export { suspendInEmergency } from './suspend-in-emergency.ts'
export type { EnrolmentSweep } from './sweep-enrolment.ts'
export { sweepEnrolment } from './sweep-enrolment.ts'
export { withdrawApplication } from './withdraw-application.ts'
