/** Identity: who somebody is, how they sign in, and for whom they may act. */
export type { Account, AccountHolder, AdministratorRole } from './account.ts'
export { ADMINISTRATOR_ROLES, requireLoginName } from './account.ts'
export type { RegisterDeps } from './apply-register-event.ts'
export { applyRegisterEvent } from './apply-register-event.ts'
export { appointAdministrators } from './appoint-administrators.ts'
export type { Assurance, AssuranceLevel, AuthenticationStrength, ProofingEvidence } from './assurance.ts'
export {
  ASSURANCE_LEVELS,
  AUTHENTICATION_STRENGTHS,
  atLeast,
  combinedAcr,
  levelAtLeast,
  parseAcr,
  strengthAtLeast,
} from './assurance.ts'
export type { Authenticator, AuthenticatorKind, Method } from './authenticators/authenticator.ts'
export { amrOf, strengthOf } from './authenticators/authenticator.ts'
export type { CodeMethod } from './authenticators/check-code.ts'
export type { OwnerProof } from './authenticators/confirm-owner.ts'
export type { TotpEnrolment, TotpOffer } from './authenticators/enrol-totp.ts'
export { enrolTotp, findTotpOffer, offerTotp } from './authenticators/enrol-totp.ts'
export type { OwnAuthenticators } from './authenticators/find-authenticators.ts'
export { findAuthenticators } from './authenticators/find-authenticators.ts'
export type { CertificateProof, CertificateSignIn, CertificateTrust } from './authenticators/certificate.ts'
export { authenticateWithCertificate, certificateChallenge, enrolCertificate } from './authenticators/certificate.ts'
export { makeRecoveryCodes } from './authenticators/make-recovery-codes.ts'
export type { Notice, NoticeKind } from './authenticators/ports.ts'
export { NOTICES } from './authenticators/ports.ts'
export type { PasskeyEnrolment, PasskeyShown, Site } from './authenticators/passkey.ts'
export {
  PASSKEY_ALGORITHMS,
  authenticateWithPasskey,
  enrolPasskey,
  passkeyChallenge,
  relyingPartyId,
} from './authenticators/passkey.ts'
export type { PasswordRecovery } from './authenticators/recover-password.ts'
export { recoverPassword } from './authenticators/recover-password.ts'
export { removeAuthenticator } from './authenticators/remove-authenticator.ts'
export type { NextMethod, NextShown } from './authenticators/sign-in-steps.ts'
export {
  authenticateWith,
  continueSignIn,
  findNextMethods,
  findSignInStep,
  forgetSignInStep,
} from './authenticators/sign-in-steps.ts'
export type { Authentication, Credentials } from './authenticate.ts'
export { authenticate } from './authenticate.ts'
export type { PasswordChange } from './change-password.ts'
export { changePassword } from './change-password.ts'
export type { MandateView, ProvenEntity, ProvenPerson } from './find.ts'
export {
  findAccount,
  findAccountHolder,
  findAccountOfPerson,
  findAdministratorRole,
  findEntitiesOfRepresentative,
  findEntityByUscc,
  findMandate,
  findMandatesGiven,
  findMandatesReceived,
  findPersonByIdentity,
  findProvenEntity,
  findProvenPerson,
} from './find.ts'
export type { AccountFreeze } from './freeze-account.ts'
export { freezeAccount } from './freeze-account.ts'
export type { MandateGrant } from './grant-mandate.ts'
export { grantMandate } from './grant-mandate.ts'
export type { EntityKind, LegalEntity } from './legal-entity.ts'
export { ENTITY_KINDS, requireActive, requireEntityName, requireUscc } from './legal-entity.ts'
export type { AvailablePrincipal, Principals, UnavailablePrincipal } from './list-principals.ts'
export { listPrincipals } from './list-principals.ts'
export type { Agent, Mandate, MandateFunction, MandateState, Principal } from './mandate.ts'
export { MANDATE_FUNCTIONS, functionsOf, mandateState, mayHold } from './mandate.ts'
export type { NaturalPerson } from './natural-person.ts'
export { maskCitizenId, requireCitizenId, requirePersonName } from './natural-person.ts'
export type { PasswordFault } from './password-policy.ts'
export { passwordFault } from './password-policy.ts'
export type {
  AccountChange,
  EntityAnswer,
  EntityChange,
  EntityEvent,
  FieldCipher,
  IdentityDeps,
  IdentityStore,
  LegalEntityRegistry,
  PasswordHasher,
  PersonAnswer,
  PersonChange,
  PersonEvent,
  PopulationRegistry,
  Reaction,
  RegisterFeed,
  RegisterPush,
  RegisterPushGate,
  RegistryCall,
} from './ports.ts'
export type { PollDeps, RegisterPoller } from './poll-register.ts'
export { makeRegisterPoller, pollRegister } from './poll-register.ts'
export type { PushReceiver } from './receive-register-push.ts'
export { PUSH_REMEMBERED_MS, receiveRegisterPush } from './receive-register-push.ts'
export type { ReadEvent, RegisterEvent, RegisterOutcome, RegistryName } from './register-event.ts'
export { REGISTRY_NAMES } from './register-event.ts'
export type { EntityRegistration } from './register-entity.ts'
export { registerEntity } from './register-entity.ts'
export type { PersonRegistration, RegisteredPerson } from './register-person.ts'
export { registerPerson } from './register-person.ts'
export type { Authority, AuthorityQuestion } from './require-authority.ts'
export { requireAuthority } from './require-authority.ts'
export { addressGroup } from './throttle.ts'
export type { MandateRevocation } from './revoke-mandate.ts'
export { revokeMandate } from './revoke-mandate.ts'
