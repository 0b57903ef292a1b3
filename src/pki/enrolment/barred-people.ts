/**
 * Whom an act concerns, so that they neither propose nor decide it: who applied, the holder; of an entity its legal representative, all who
 * may ask for its certificates, and who set up its programs.
 */
import { TrustError } from '../../errors.ts'
import { mandateState } from '../../identity/index.ts'
import type { Tx } from '../../kernel/index.ts'
import type { HeldCertificate } from './application.ts'
import type { CertificateHolder } from './holder.ts'
import { peopleBehind } from './holder.ts'
import type { EnrolmentDeps } from './ports.ts'
import type { ProposedAct } from './proposal.ts'

type Deps = Pick<EnrolmentDeps, 'store' | 'identity' | 'pki'>

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

/** A program or a colleague who applies is no second person. */
const agentsOf = async ({ identity, pki }: Deps, holder: CertificateHolder, tx: Tx): Promise<string[]> => {
  if (holder.kind === 'person') return []
  const now = pki.clock.now()
  return (await identity.store.mandates.ofEntity(holder.entityId, tx))
    .filter((m) => m.functions.includes('certificate.apply') && mandateState(m, now) === 'valid')
    .map(({ agent, grantedBy }) => (agent.kind === 'person' ? agent.personId : grantedBy))
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
  return [...new Set([...applicant, ...(await peopleBehind(deps, holder, tx)), ...(await agentsOf(deps, holder, tx))])]
}
