/** Whose certificates a page is about: one's own, or those of the organisation one acts for with the mandate to apply for them. */
import { TrustError } from '../../errors.ts'
import type { Reply, RouteRequest } from '../../http/index.ts'
import { certificateIn, holderOf, idOf, requirePerson } from '../../http/index.ts'
import type { Agent } from '../../identity/index.ts'
import type { CertificateApplication, CertificateHolder, HeldCertificate } from '../../pki/enrolment/index.ts'
import { findApplication, findHeldCertificate, requireHolderAgent, sameHolder } from '../../pki/enrolment/index.ts'
import { holdersOf } from './certificate-views.ts'
import type { PageDeps } from './page-deps.ts'

export interface Keeper {
  readonly holder: CertificateHolder
  readonly name: string
  readonly agent: Agent
}

/** Runs `work` for who may look after the holder's certificates. @throws TrustError FORBIDDEN, MANDATE_…, ENTITY_… */
export const asHolder =
  <B>(deps: PageDeps, work: (keeper: Keeper, request: RouteRequest<B>) => Promise<Reply>) =>
  async (request: RouteRequest<B>): Promise<Reply> => {
    const { personId } = requirePerson(request.caller)
    const holder = holderOf(request.caller)
    const agent = { kind: 'person', personId } as const
    await requireHolderAgent(deps.enrolment, { holder, agent })
    return work({ holder, agent, name: (await holdersOf(deps, [holder]))(holder).name }, request)
  }

/** @throws TrustError CERTIFICATE_NOT_FOUND, also for one of another holder */
export const ownCertificateAt = async (
  { enrolment }: PageDeps,
  { holder }: Keeper,
  { params }: RouteRequest<unknown>,
): Promise<HeldCertificate> => {
  const found = await findHeldCertificate(enrolment, certificateIn(params))
  if (found === undefined || !sameHolder(found.holder, holder))
    throw new TrustError('CERTIFICATE_NOT_FOUND', 'no such certificate')
  return found
}

/** @throws TrustError CERTIFICATE_APPLICATION_NOT_FOUND, also for one of another holder */
export const ownApplicationAt = async (
  { enrolment }: PageDeps,
  { holder }: Keeper,
  { params }: RouteRequest<unknown>,
): Promise<CertificateApplication> => {
  const found = await findApplication(enrolment, idOf(params))
  if (found === undefined || !sameHolder(found.holder, holder))
    throw new TrustError('CERTIFICATE_APPLICATION_NOT_FOUND', 'no such application')
  return found
}
