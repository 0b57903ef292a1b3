/** Issues a certificate: check and write down what we are about to sign, then touch the key, then record the result. */
import type { PkiDeps } from './ports.ts'
import type { CertificateRequest } from './prepare.ts'
import { prepareCertificate } from './prepare.ts'
import type { IssuedCertificate } from './sign-prepared.ts'
import { signPrepared } from './sign-prepared.ts'

/** @throws TrustError CERTIFICATE_PROFILE_UNKNOWN, CERTIFICATE_REQUEST_REFUSED, KEY_NOT_FOUND, KEY_UNUSABLE, AUDIT_NOT_CHAINED */
export const issueCertificate = async (deps: PkiDeps, request: CertificateRequest): Promise<IssuedCertificate> =>
  signPrepared(deps, await prepareCertificate(deps, request))
