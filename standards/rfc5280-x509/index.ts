export { AlgorithmIdentifier, algorithmIdentifierFor, signatureAlgorithmOf } from './algorithm.ts'
export type { CertificateDraft, CrlDraft, CrlRenewal, SignedBytes } from './build.ts'
export { encodeCertificate, encodeCrl, encodeTbsCertificate, encodeTbsCrl, renewTbsCrl } from './build.ts'
export type { Certificate } from './certificate.ts'
export { CertificateSchema, TBSCertificate, commonName, parseCertificate } from './certificate.ts'
export type { Crl, RevokedEntry } from './crl.ts'
export { CertificateListSchema, TBSCertList, parseCrl } from './crl.ts'
export {
  Extension,
  Extensions,
  KEY_USAGE,
  authorityInfoAccessExtension,
  authorityKeyIdExtension,
  basicConstraintsExtension,
  crlDistributionPointsExtension,
  crlNumberExtension,
  deltaCrlIndicatorExtension,
  expiredCertsOnCrlExtension,
  extKeyUsageExtension,
  freshestCrlExtension,
  keyUsageExtension,
  ocspNoCheckExtension,
  reasonCodeExtension,
  subjectKeyIdExtension,
} from './extension.ts'
export type { OcspAnswers, OcspCertId, OcspResponderId, OcspSingle, OcspStatus } from './ocsp-facts.ts'
export type { NameField } from './name.ts'
export { Name, encodeName, findField, nameFields, nameText, parseName, sameName, textOf } from './name.ts'
export type { PublicKeyKind } from './public-key.ts'
export { SubjectPublicKeyInfo, publicKeyBits, publicKeyKind, rsaModulusBits } from './public-key.ts'
export { positiveInteger, sameSerial, serialHex } from './serial.ts'
export { Time, Validity } from './time.ts'
export type { PathQuestion, PathResult } from './path.ts'
export { validatePath } from './path.ts'
export type { AlgorithmPolicy } from './path-algorithms.ts'
export type { PolicyInputs } from './path-policies.ts'
export { matchesName } from './name-matching.ts'
export type { Purpose } from './path-constraints.ts'
export { PURPOSES } from './path-constraints.ts'
export type { AnchorLimits, TrustAnchor } from './trust-anchor.ts'
export type { PathFinding, PathFindingName, PathOutcome, PathReason } from './path-finding.ts'
export type { SignedObject } from './signature-budget.ts'
export { isSignatureValid } from './signature-budget.ts'
