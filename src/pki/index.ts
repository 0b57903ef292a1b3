export type { AuthoritySource, HierarchyCertificate } from './authorities.ts'
export { crlUrlOf, makeAuthorities, recordCeremony } from './authorities.ts'
export type { CertificateUsage, DraftRequest } from './draft.ts'
export { draftCertificate, keyIdentifier, signatureAlgorithmFor } from './draft.ts'
export { issueCertificate } from './issue-certificate.ts'
export { parsePemCertificates } from './parse-pem-certificates.ts'
export { pathChecks } from './path-checks.ts'
export type {
  Authority,
  CertificateIntent,
  PkiDeps,
  PkiStore,
  RevokedSerial,
  StoredCertificate,
  StoredCrl,
} from './ports.ts'
export type { CertificateRequest } from './prepare.ts'
export type { Profile, Profiles } from './profile.ts'
export { parseProfiles } from './profile.ts'
export { standardProfiles } from './standard-profiles.ts'
export { currentCrl, publishCrls } from './publish-crls.ts'
export type { Revocation, RevocationReason, RevocationRequest } from './revoke-certificate.ts'
export { REVOCATION_REASONS, revokeCertificate } from './revoke-certificate.ts'
export { newSerial } from './serial.ts'
export type { IssuedCertificate } from './sign-prepared.ts'
export type { CertificateSubject } from './subject.ts'
export { subjectFields } from './subject.ts'
export type { AbandonedIntent } from './sweep-intents.ts'
export { sweepIntents } from './sweep-intents.ts'
export { trustChain } from './trust-chain.ts'
