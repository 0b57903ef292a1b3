/** The applicant's side takes an application back (撤回) before it is decided. */
import { TrustError } from '../../errors.ts'
import type { Agent } from '../../identity/index.ts'
import { actorOf } from './actor-of.ts'
import type { EnrolmentDeps } from './ports.ts'
import { requireHolderAgent } from './require-holder-agent.ts'

/** @throws TrustError CERTIFICATE_APPLICATION_NOT_FOUND, CERTIFICATE_APPLICATION_STATE, FORBIDDEN, MANDATE_… */
export const withdrawApplication = (
  deps: EnrolmentDeps,
  { applicationId, agent }: { readonly applicationId: string; readonly agent: Agent },
): Promise<void> =>
  deps.pki.work.run(async (tx) => {
    const { pki, store } = deps
    const application = await store.applications.find(applicationId, tx)
    if (application === undefined) throw new TrustError('CERTIFICATE_APPLICATION_NOT_FOUND', 'no such application')
    await requireHolderAgent(deps, { holder: application.holder, agent, tx })
    if (!(await store.applications.change(tx, applicationId, { from: 'open', to: 'withdrawn', at: pki.clock.now() })))
      throw new TrustError('CERTIFICATE_APPLICATION_STATE', 'the application was decided before')
    await pki.audit.record(tx, {
      action: 'enrolment.withdrawn',
      actor: actorOf(agent),
      object: { kind: 'certificate-application', id: applicationId },
    })
  })
