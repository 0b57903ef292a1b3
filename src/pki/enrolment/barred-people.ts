/** Whom an act concerns, so that they neither propose nor decide it: who applied, the holder, the holder's legal representative. */
import { TrustError } from '../../errors.ts'
import type { Tx } from '../../kernel/index.ts'
import type { HeldCertificate } from './application.ts'
import { peopleBehind } from './holder.ts'
import type { EnrolmentDeps } from './ports.ts'
import type { ProposedAct } from './proposal.ts'

type Deps = Pick<EnrolmentDeps, 'store' | 'identity'>

/** @throws TrustError CERTIFICATE_NOT_FOUND */
export const requireHeld = async (
  { store }: Pick<Deps, 'store'>,
  name: { readonly issuerId: string; readonly serialHex: string },
  tx?: Tx,
): Promise<HeldCertificate> => {
  const found = await store.held.find(name, tx)
  if (found === undefined) throw new TrustError('CERTIFICATE_NOT_FOUND', 'no such certificate of a holder')
  return found
}

const concerned = async (deps: Deps, act: ProposedAct, tx: Tx) => {
  if (act.kind !== 'issue') {
    const { holder, applicationId } = await requireHeld(deps, act, tx)
    const application = applicationId === undefined ? undefined : await deps.store.applications.find(applicationId, tx)
    return { holder, appliedBy: application?.appliedBy }
  }
  const application = await deps.store.applications.find(act.applicationId, tx)
  if (application === undefined) throw new TrustError('CERTIFICATE_APPLICATION_NOT_FOUND', 'no such application')
  return application
}

/** Person ids. @throws TrustError CERTIFICATE_NOT_FOUND, CERTIFICATE_APPLICATION_NOT_FOUND */
export const barredPeople = async (deps: Deps, act: ProposedAct, tx: Tx): Promise<string[]> => {
  const { holder, appliedBy } = await concerned(deps, act, tx)
  const applicant = appliedBy?.kind === 'person' ? [appliedBy.personId] : []
  return [...new Set([...applicant, ...(await peopleBehind(deps, holder, tx))])]
}
