/** One of the own certificates: what it says, its downloads; suspending, releasing and revoking it, at once. */
import { TrustError } from '../../errors.ts'
import type { AnyRoute, FormFields, Reply, RouteRequest } from '../../http/index.ts'
import { bytes, certificateStateOf, page, redirect } from '../../http/index.ts'
import type { HeldCertificate, OwnChange } from '../../pki/enrolment/index.ts'
import {
  HOLDER_REASONS,
  changeOwnCertificate,
  findDeliveries,
  findHeldCertificates,
  requireChained,
} from '../../pki/enrolment/index.ts'
import type { RevocationReason } from '../../pki/index.ts'
import type { Html } from '../html.ts'
import { ownCertificatePage } from '../pages/own-certificate.ts'
import type { HolderChange } from '../pages/own-certificate.ts'
import { paths } from '../paths.ts'
import { pemOf } from './ca-certificate.ts'
import { certificateDetail } from './certificate-views.ts'
import { fieldError, orFormAgain, text } from './form.ts'
import { chromeOf } from './frame.ts'
import type { Keeper } from './own-certificate-frame.ts'
import { asHolder, ownCertificateAt } from './own-certificate-frame.ts'
import type { PageDeps } from './page-deps.ts'
import { getPage, postForm } from './page-route.ts'

/** As delivered last to a key of this holder; what a court was given is the court's. */
const deliveryOf = async ({ enrolment }: PageDeps, held: HeldCertificate) => {
  if (held.use !== 'encryption') return undefined
  const mine = (await findHeldCertificates(enrolment, held.holder)).map((c) => c.publicKey)
  const deliveries = await findDeliveries(enrolment, held)
  return deliveries.find((d) => mine.some((key) => Buffer.compare(key, d.recipientKey) === 0))
}

const POSSIBLE: Readonly<Record<string, readonly HolderChange[]>> = {
  'in-force': ['suspend', 'revoke'],
  suspended: ['release', 'revoke'],
}

interface Again {
  readonly keeper: Keeper
  readonly body?: FormFields
  readonly error?: TrustError
}

const certificateHtml = async (
  deps: PageDeps,
  request: RouteRequest<unknown>,
  { keeper, body, error }: Again,
): Promise<Html> => {
  const held = await ownCertificateAt(deps, keeper, request)
  return ownCertificatePage({
    chrome: await chromeOf(deps, request),
    certificate: await certificateDetail(deps, held, {
      certificate: paths.certificate,
      application: paths.certificateApplication,
      proposals: [],
    }),
    changes: POSSIBLE[certificateStateOf(held, deps.clock.now())] ?? [],
    revocationReasons: HOLDER_REASONS,
    hasKey: (await deliveryOf(deps, held)) !== undefined,
    ...(body === undefined ? {} : { values: { change: text(body, 'change'), reason: text(body, 'reason') } }),
    ...(error === undefined ? {} : { errors: [fieldError(error)] }),
  })
}

/** @throws TrustError INPUT_INVALID */
const changeIn = (body: FormFields): OwnChange['change'] => {
  const kind = text(body, 'change')
  // Whatever it is, the operation refuses what is no reason of a holder.
  if (kind === 'revoke') return { kind, reason: text(body, 'reason') as RevocationReason }
  if (kind === 'suspend' || kind === 'release') return { kind }
  throw new TrustError('INPUT_INVALID', 'not a change of a certificate', { field: 'change' })
}

const change = async (deps: PageDeps, request: RouteRequest<FormFields>, keeper: Keeper): Promise<Reply> => {
  const { body } = request
  const certificate = await ownCertificateAt(deps, keeper, request)
  const { holder, agent } = keeper
  const act = async (): Promise<Reply> => {
    await changeOwnCertificate(deps.enrolment, { certificate, holder, agent, change: changeIn(body) })
    return redirect(paths.certificate(certificate))
  }
  return orFormAgain(act, (error) => certificateHtml(deps, request, { keeper, body, error }))
}

const keyReply = async (deps: PageDeps, held: HeldCertificate): Promise<Reply> => {
  const delivery = await deliveryOf(deps, held)
  if (delivery === undefined) throw new TrustError('ESCROW_NOT_FOUND', 'no key is kept for this certificate')
  await requireChained(deps.enrolment, delivery)
  return bytes('application/octet-stream', delivery.envelope, `${held.serialHex}.key.der`)
}

const ONE = '/certificates/:issuer/:serial'

export const ownCertificateRoutes = (deps: PageDeps): readonly AnyRoute[] => [
  getPage(
    deps,
    { path: ONE, access: 'person', summary: 'One of the own certificates' },
    asHolder(deps, async (keeper, request) => page(await certificateHtml(deps, request, { keeper }))),
  ),
  getPage(
    deps,
    { path: `${ONE}/file`, access: 'person', summary: 'The own certificate, PEM' },
    asHolder(deps, async (keeper, request) => pemOf(deps, await ownCertificateAt(deps, keeper, request))),
  ),
  getPage(
    deps,
    { path: `${ONE}/key`, access: 'person', summary: 'The encryption key for the signing key: SM2EnvelopedKey, DER' },
    asHolder(deps, async (keeper, request) => keyReply(deps, await ownCertificateAt(deps, keeper, request))),
  ),
  postForm(
    { path: ONE, access: 'person', summary: 'Suspends, releases or revokes it' },
    asHolder(deps, (keeper, request) => change(deps, request, keeper)),
  ),
]
