export type { AuthoritySource, HierarchyCertificate } from './authorities.ts'
export { addressesOf, makeAuthorities, recordCeremony } from './authorities.ts'
export type { CertificateUsage, DraftRequest, StatusAddresses } from './draft.ts'
export { draftCertificate, keyIdentifier, signatureAlgorithmFor } from './draft.ts'
export { issueCertificate } from './issue-certificate.ts'
export { parsePemCertificates } from './parse-pem-certificates.ts'
export { pathChecks } from './path-checks.ts'
export { bridgeCrls } from './bridge-crls.ts'
export type { DueList } from './lists-due-by-ceremony.ts'
export { listsDueByCeremony } from './lists-due-by-ceremony.ts'
export type {
  Authority,
  CertificateIntent,
  CrlShelf,
  PkiDeps,
  PkiStore,
  RevokedSerial,
  ShelvedList,
  StatusChange,
  StoredCertificate,
  StoredCrl,
  StoredDelta,
} from './ports.ts'
export type { CertificateRequest } from './prepare.ts'
export type { Profile, Profiles } from './profile.ts'
export { parseProfiles } from './profile.ts'
export { standardProfiles } from './standard-profiles.ts'
export { crlTbs } from './crl-tbs.ts'
export { currentCrl, currentDelta, newestCrl, newestDelta } from './current-crl.ts'
export { publishCrls } from './publish-crls.ts'
export { releaseCertificate, releaseCertificateIn } from './release-certificate.ts'
export type { Revocation, RevocationReason, RevocationRequest } from './revoke-certificate.ts'
export { REVOCATION_REASONS, revokeCertificate, revokeCertificateIn } from './revoke-certificate.ts'
export { newSerial } from './serial.ts'
export type { IssuedCertificate } from './sign-prepared.ts'
export type { Suspension } from './suspend-certificate.ts'
export { suspendCertificate, suspendCertificateIn } from './suspend-certificate.ts'
export type { CertificateSubject } from './subject.ts'
export { subjectFields } from './subject.ts'
export type { AbandonedIntent } from './sweep-intents.ts'
export { sweepIntents } from './sweep-intents.ts'
export { trustChain } from './trust-chain.ts'
