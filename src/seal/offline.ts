/** The browser-safe door of src/seal: verification only. */
export type { StatusEntry, StatusSnapshot, StatusStep, TrustMaterial } from './trust-material.ts'
export { makeStatusSnapshot, statusAt } from './trust-material.ts'
export type { SealQuestion } from './verify-seal.ts'
export { verifySeal } from './verify-seal.ts'
export type { Original, SealSignatureQuestion, SealSignatureResult } from './verify-seal-signature.ts'
export { verifySealSignature } from './verify-seal-signature.ts'
export type { CertificateQuestion, Judgement } from './judge-certificate.ts'
export { judgeCertificate } from './judge-certificate.ts'
