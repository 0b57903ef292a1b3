/** One certificate at the officers' desk: propose to revoke, suspend or release it; put it on hold alone where waiting would do harm. */
import { toPem } from '../../../standards/bytes.ts'
import { TrustError } from '../../errors.ts'
import type { AnyRoute, FormFields, Reply, RouteRequest } from '../../http/index.ts'
import { bytes, certificateIn, certificateStateOf, page, redirect, strengthOf } from '../../http/index.ts'
import type { HeldCertificate, Proposal, ProposedAct } from '../../pki/enrolment/index.ts'
import {
  findApplication,
  findHeldCertificate,
  findProposalsFor,
  propose,
  requireChained,
  suspendInEmergency,
} from '../../pki/enrolment/index.ts'
import type { RevocationReason } from '../../pki/index.ts'
import { REVOCATION_REASONS } from '../../pki/index.ts'
import type { Html } from '../html.ts'
import { caCertificatePage } from '../pages/ca-certificate.ts'
import type { OfficerChange } from '../pages/ca-certificate.ts'
import { paths } from '../paths.ts'
import { atCaDesk, concerns, reviews } from './ca-frame.ts'
import { certificateDetail, holdersOf } from './certificate-views.ts'
import type { Desk } from './desk.ts'
import { fieldError, orFormAgain, text } from './form.ts'
import { chromeOf } from './frame.ts'
import type { PageDeps } from './page-deps.ts'
import { getPage, postForm } from './page-route.ts'

/** @throws TrustError CERTIFICATE_NOT_FOUND */
const heldAt = async (deps: PageDeps, { params }: RouteRequest<unknown>): Promise<HeldCertificate> => {
  const found = await findHeldCertificate(deps.enrolment, certificateIn(params))
  if (found === undefined) throw new TrustError('CERTIFICATE_NOT_FOUND', 'no such certificate of a holder')
  return found
}

const POSSIBLE: Readonly<Record<string, readonly OfficerChange[]>> = {
  'in-force': ['suspend-now', 'suspend', 'revoke'],
  suspended: ['release', 'revoke'],
}

/** Whom it concerns proposes nothing about it; a hold that cannot wait is open to every officer. */
const changesOf = (desk: Desk, state: string, isConcerned: boolean): readonly OfficerChange[] => {
  const possible = reviews(desk) ? (POSSIBLE[state] ?? []) : []
  return isConcerned ? possible.filter((change) => change === 'suspend-now') : possible
}

/** About the certificate, and about the application that it came from. */
const proposalsFor = async (
  { enrolment }: PageDeps,
  { issuerId, serialHex, applicationId }: HeldCertificate,
): Promise<readonly Proposal[]> => [
  ...(await findProposalsFor(enrolment, { issuerId, serialHex })),
  ...(applicationId === undefined ? [] : await findProposalsFor(enrolment, { applicationId })),
]

interface Again {
  readonly desk: Desk
  readonly body?: FormFields
  readonly error?: TrustError
}

const INPUTS = ['change', 'reason', 'revocationReason'] as const

const certificateHtml = async (
  deps: PageDeps,
  request: RouteRequest<unknown>,
  { desk, body, error }: Again,
): Promise<Html> => {
  const held = await heldAt(deps, request)
  const { holder, applicationId } = held
  const application = applicationId === undefined ? undefined : await findApplication(deps.enrolment, applicationId)
  const facts = (await holdersOf(deps, [holder]))(holder)
  const concerned = concerns(desk, { holder, facts, appliedBy: application?.appliedBy })
  return caCertificatePage({
    chrome: await chromeOf(deps, request),
    certificate: await certificateDetail(deps, held, {
      certificate: paths.caCertificate,
      application: paths.caApplication,
      proposals: await proposalsFor(deps, held),
    }),
    changes: changesOf(desk, certificateStateOf(held, deps.clock.now()), concerned),
    revocationReasons: Object.keys(REVOCATION_REASONS),
    concerned,
    ...(body === undefined ? {} : { values: Object.fromEntries(INPUTS.map((name) => [name, text(body, name)])) }),
    ...(error === undefined ? {} : { errors: [fieldError(error)] }),
  })
}

/** @throws TrustError INPUT_INVALID */
const actOf = (body: FormFields, { issuerId, serialHex }: HeldCertificate): ProposedAct => {
  const kind = text(body, 'change')
  const name = { issuerId, serialHex }
  // Whatever it is, the operation refuses what is no reason.
  if (kind === 'revoke') return { kind, ...name, revocationReason: text(body, 'revocationReason') as RevocationReason }
  if (kind !== 'suspend' && kind !== 'release')
    throw new TrustError('INPUT_INVALID', 'not a change of a certificate', { field: 'change' })
  return { kind, ...name }
}

const change = async (deps: PageDeps, request: RouteRequest<FormFields>, desk: Desk): Promise<Reply> => {
  const { body } = request
  const held = await heldAt(deps, request)
  const by = { agent: desk.agent, ...strengthOf(request.caller), reason: text(body, 'reason') }
  const act = async (): Promise<Reply> => {
    if (text(body, 'change') === 'suspend-now') {
      await suspendInEmergency(deps.enrolment, { certificate: held, ...by })
      return redirect(paths.caCertificate(held))
    }
    return redirect(paths.caProposal((await propose(deps.enrolment, { ...by, act: actOf(body, held) })).id))
  }
  return orFormAgain(act, (error) => certificateHtml(deps, request, { desk, body, error }))
}

/** @throws TrustError AUDIT_NOT_CHAINED */
export const pemOf = async ({ enrolment }: PageDeps, held: HeldCertificate): Promise<Reply> => {
  await requireChained(enrolment, held)
  return bytes('application/x-pem-file', toPem(held.der, 'CERTIFICATE'), `${held.serialHex}.pem`)
}

export const caCertificateRoutes = (deps: PageDeps): readonly AnyRoute[] => [
  getPage(
    deps,
    { path: '/ca/certificates/:issuer/:serial', access: 'person', summary: 'One certificate, for officers' },
    atCaDesk(deps, 'ca.review', async (desk, request) => page(await certificateHtml(deps, request, { desk }))),
  ),
  getPage(
    deps,
    { path: '/ca/certificates/:issuer/:serial/file', access: 'person', summary: 'The certificate, PEM' },
    atCaDesk(deps, 'ca.review', async (_desk, request) => pemOf(deps, await heldAt(deps, request))),
  ),
  postForm(
    {
      path: '/ca/certificates/:issuer/:serial',
      access: 'person',
      summary: 'Proposes to revoke, suspend or release it; or puts it on hold at once',
    },
    atCaDesk(deps, 'ca.review', (desk, request) => change(deps, request, desk)),
  ),
]
