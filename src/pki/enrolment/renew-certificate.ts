/**
 * Renews a signing certificate, with the same key or a new one (更新). The old one stays good for the overlap and is then revoked as
 * superseded; a pair is renewed as a pair, with a new encryption key, and the old one stays in escrow.
 */
import { TrustError } from '../../errors.ts'
import type { CertificateName } from '../change-status.ts'
import type { ApplicationRequest } from './apply-for-certificate.ts'
import { checkApplication, recordApplication } from './apply-for-certificate.ts'
import type { CertificateApplication, HeldCertificate } from './application.ts'
import { isInForce } from './application.ts'
import { sameHolder } from './holder.ts'
import { issueApplication } from './issue-application.ts'
import type { EnrolmentDeps } from './ports.ts'
import { requireHolderAgent } from './require-holder-agent.ts'

export interface RenewalRequest extends Omit<ApplicationRequest, 'dual' | 'unit'> {
  readonly certificate: CertificateName
}

const DAY = 86_400_000

const requireRenewable = async (
  { pki, store, policy }: EnrolmentDeps,
  { certificate, holder }: RenewalRequest,
): Promise<HeldCertificate> => {
  const held = await store.held.find(certificate)
  if (held === undefined || !sameHolder(held.holder, holder))
    throw new TrustError('CERTIFICATE_NOT_FOUND', 'no such certificate')
  const now = pki.clock.now()
  const from = new Date(held.notAfter.getTime() - policy.renewalDays * DAY)
  const isTime = now >= from && isInForce(held, now) && held.supersededAt === undefined
  if (held.use !== 'signing' || held.applicationId === undefined || !isTime)
    throw new TrustError('CERTIFICATE_RENEWAL_REFUSED', 'not a signing certificate in the last part of its life')
  return held
}

/** As applying. @throws TrustError CERTIFICATE_NOT_FOUND, CERTIFICATE_RENEWAL_REFUSED, and those of applyForCertificate */
export const renewCertificate = async (
  deps: EnrolmentDeps,
  request: RenewalRequest,
): Promise<CertificateApplication> => {
  await requireHolderAgent(deps, request)
  const { issuerId, serialHex, applicationId } = await requireRenewable(deps, request)
  const before = await deps.store.applications.find(applicationId ?? '')
  const { certificate: _old, ...rest } = request
  const dual = before?.dual === true
  const checked = await checkApplication(deps, {
    ...rest,
    dual,
    ...(before?.unit === undefined ? {} : { unit: before.unit }),
  })
  const application = await recordApplication(deps, { ...checked, replaces: { issuerId, serialHex } })
  return application.status === 'approved' ? issueApplication(deps, application.id) : application
}
