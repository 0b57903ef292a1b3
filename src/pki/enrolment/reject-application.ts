/** One officer rejects an application (驳回), with a reason that the applicant reads: nothing is signed, so one is enough. */
import { TrustError } from '../../errors.ts'
import type { Agent, AuthenticationStrength } from '../../identity/index.ts'
import type { CertificateApplication } from './application.ts'
import { barredPeople } from './barred-people.ts'
import type { EnrolmentDeps } from './ports.ts'
import { requireOfficer, requireOperator } from './require-officer.ts'
import { requireReason } from './require-reason.ts'

export interface ApplicationRejection {
  readonly applicationId: string
  readonly agent: Agent
  /** How they signed in. */
  readonly strength?: AuthenticationStrength
  readonly reason: string
}

/** @throws TrustError CERTIFICATE_APPLICATION_NOT_FOUND, CERTIFICATE_APPLICATION_STATE, OFFICER_SAME_PERSON, FORBIDDEN, INPUT_INVALID */
export const rejectApplication = async (
  deps: EnrolmentDeps,
  { applicationId, reason, ...who }: ApplicationRejection,
): Promise<CertificateApplication> => {
  const why = requireReason(reason)
  const { pki, store } = deps
  const operator = await requireOperator(deps)
  return pki.work.run(async (tx) => {
    await requireOfficer(deps, { ...who, function: 'ca.review', within: { tx, operator } })
    const barred = await barredPeople(deps, { kind: 'issue', applicationId }, tx)
    const by = await requireOfficer(deps, { ...who, function: 'ca.review', barred, within: { tx, operator } })
    const change = { from: 'open', to: 'rejected', at: pki.clock.now(), reason: why } as const
    if (!(await store.applications.change(tx, applicationId, change)))
      throw new TrustError('CERTIFICATE_APPLICATION_STATE', 'the application does not wait for a decision')
    await pki.audit.record(tx, {
      action: 'enrolment.rejected',
      actor: { kind: 'person', id: by },
      object: { kind: 'certificate-application', id: applicationId },
    })
    return (await store.applications.find(applicationId, tx)) as CertificateApplication
  })
}
