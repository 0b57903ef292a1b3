/**
 * Certificates over the API, for their holders: people for themselves, agents and programs for their organisation. What another holder
 * has is not there. Who may is decided by the operations, from mandates.
 */
import { z } from 'zod'
import { toPem } from '../../../standards/bytes.ts'
import { TrustError } from '../../errors.ts'
import { trustChain } from '../../pki/index.ts'
import type {
  CertificateApplication,
  CertificateHolder,
  EnrolmentDeps,
  HeldCertificate,
} from '../../pki/enrolment/index.ts'
import {
  HOLDER_REASONS,
  applyForCertificate,
  changeOwnCertificate,
  findApplication,
  findApplications,
  findDeliveries,
  findHeldCertificate,
  findHeldCertificates,
  renewCertificate,
  requireChained,
  requireHolderAgent,
  sameHolder,
  withdrawApplication,
} from '../../pki/enrolment/index.ts'
import type { RevocationReason } from '../../pki/index.ts'
import { agentOf, entityOf, strengthOf } from '../acting.ts'
import { jsonBody, noBody } from '../body.ts'
import type { Caller } from '../caller.ts'
import { certificateRequestBody } from '../certificate-request-body.ts'
import { applicationView, certificateView } from '../certificate-views.ts'
import { idOf } from '../path-id.ts'
import type { Reply } from '../reply.ts'
import { bytes, json } from '../reply.ts'
import type { AnyRoute, Route } from '../route.ts'
import { route } from '../route.ts'

const revocationBody = z.strictObject({ reason: z.enum(HOLDER_REASONS as [RevocationReason, ...RevocationReason[]]) })

/** Whom the caller acts for: themselves, or an organisation. @throws TrustError UNAUTHENTICATED, PRINCIPAL_NOT_AVAILABLE */
export const holderOf = (caller: Caller): CertificateHolder =>
  caller.kind === 'person' && caller.principal.kind === 'self'
    ? { kind: 'person', personId: caller.personId }
    : { kind: 'entity', entityId: entityOf(caller) }

type Params = Readonly<Record<string, string>>

/** Issuer and serial number as they stand in the path, of the right shape. @throws TrustError CERTIFICATE_NOT_FOUND */
export const certificateIn = (params: Params): { readonly issuerId: string; readonly serialHex: string } => {
  const { issuer: issuerId = '', serial: serialHex = '' } = params
  if (!/^[a-z0-9-]{1,60}$/.test(issuerId) || !/^[0-9a-f]{2,40}$/.test(serialHex))
    throw new TrustError('CERTIFICATE_NOT_FOUND', 'no such certificate')
  return { issuerId, serialHex }
}

const requireOwn = async (deps: EnrolmentDeps, caller: Caller, params: Params): Promise<HeldCertificate> => {
  const holder = holderOf(caller)
  await requireHolderAgent(deps, { holder, agent: agentOf(caller) })
  const found = await findHeldCertificate(deps, certificateIn(params))
  if (found === undefined || !sameHolder(found.holder, holder))
    throw new TrustError('CERTIFICATE_NOT_FOUND', 'no such certificate')
  return found
}

const requireOwnApplication = async (
  deps: EnrolmentDeps,
  caller: Caller,
  params: Params,
): Promise<CertificateApplication> => {
  const holder = holderOf(caller)
  await requireHolderAgent(deps, { holder, agent: agentOf(caller) })
  const found = await findApplication(deps, idOf(params))
  if (found === undefined || !sameHolder(found.holder, holder))
    throw new TrustError('CERTIFICATE_APPLICATION_NOT_FOUND', 'no such application')
  return found
}

const PEM = 'application/x-pem-file'
const fileName = ({ serialHex }: HeldCertificate, kind: string): string => `${serialHex}.${kind}`

/** Leaf first, the root left out: anchors are the verifier's business. */
const chainPem = ({ pki }: EnrolmentDeps, { issuerId, der }: HeldCertificate): string =>
  [
    der,
    ...trustChain(pki, issuerId)
      .slice(0, -1)
      .map((c) => c.der),
  ]
    .map((d) => toPem(d, 'CERTIFICATE'))
    .join('')

type FileReply = (held: HeldCertificate) => Reply
/** The certificate itself in some form: only when its issue is in the chain. */
const fileOf =
  (deps: EnrolmentDeps, reply: FileReply) =>
  async (held: HeldCertificate): Promise<Reply> => {
    await requireChained(deps, held)
    return reply(held)
  }

type Own = Pick<Route, 'method' | 'path' | 'summary'> & {
  readonly reply: (held: HeldCertificate) => Reply | Promise<Reply>
}
const ownRoute = (deps: EnrolmentDeps, { reply, ...rest }: Own): AnyRoute =>
  route({
    ...rest,
    access: 'certificate.apply',
    kind: 'api',
    body: noBody,
    handler: async ({ caller, params }) => reply(await requireOwn(deps, caller, params)),
  })

const applicationRoutes = (deps: EnrolmentDeps): readonly AnyRoute[] => [
  route({
    method: 'POST',
    path: '/api/certificate-applications',
    access: 'certificate.apply',
    kind: 'api',
    summary:
      'Apply for a certificate with PKCS#10 (application/pkcs10, or JSON with PEM or base64; dual: with an encryption certificate)',
    body: certificateRequestBody,
    handler: async ({ caller, body }) => {
      const who = { holder: holderOf(caller), agent: agentOf(caller), ...strengthOf(caller) }
      return json(applicationView(await applyForCertificate(deps, { ...who, ...body })), 201)
    },
  }),
  route({
    method: 'GET',
    path: '/api/certificate-applications',
    access: 'certificate.apply',
    kind: 'api',
    summary: 'Own applications for certificates, newest first',
    body: noBody,
    handler: async ({ caller }) => {
      const holder = holderOf(caller)
      await requireHolderAgent(deps, { holder, agent: agentOf(caller) })
      return json({ applications: (await findApplications(deps, holder)).map(applicationView) })
    },
  }),
  route({
    method: 'GET',
    path: '/api/certificate-applications/:id',
    access: 'certificate.apply',
    kind: 'api',
    summary: 'One of the own applications',
    body: noBody,
    handler: async ({ caller, params }) => json(applicationView(await requireOwnApplication(deps, caller, params))),
  }),
  route({
    method: 'DELETE',
    path: '/api/certificate-applications/:id',
    access: 'certificate.apply',
    kind: 'api',
    summary: 'Withdraw an application that waits for a decision',
    body: noBody,
    handler: async ({ caller, params }) => {
      const { id } = await requireOwnApplication(deps, caller, params)
      await withdrawApplication(deps, { applicationId: id, agent: agentOf(caller) })
      return json({ id, status: 'withdrawn' })
    },
  }),
]

const readingRoutes = (deps: EnrolmentDeps): readonly AnyRoute[] => [
  route({
    method: 'GET',
    path: '/api/certificates',
    access: 'certificate.apply',
    kind: 'api',
    summary: 'Own certificates, newest first',
    body: noBody,
    handler: async ({ caller }) => {
      const holder = holderOf(caller)
      await requireHolderAgent(deps, { holder, agent: agentOf(caller) })
      const now = deps.pki.clock.now()
      return json({ certificates: (await findHeldCertificates(deps, holder)).map((c) => certificateView(c, now)) })
    },
  }),
  ownRoute(deps, {
    method: 'GET',
    path: '/api/certificates/:issuer/:serial',
    summary: 'One of the own certificates, with every time its escrowed key was handed out',
    reply: async (held) => {
      const deliveries = (await findDeliveries(deps, held)).map(({ id, occasion, at }) => ({
        id,
        occasion,
        at: at.toISOString(),
      }))
      return json({ ...certificateView(held, deps.pki.clock.now()), deliveries })
    },
  }),
  ownRoute(deps, {
    method: 'GET',
    path: '/api/certificates/:issuer/:serial/certificate.cer',
    summary: 'The certificate, DER',
    reply: fileOf(deps, (held) => bytes('application/pkix-cert', held.der, fileName(held, 'cer'))),
  }),
  ownRoute(deps, {
    method: 'GET',
    path: '/api/certificates/:issuer/:serial/certificate.pem',
    summary: 'The certificate, PEM',
    reply: fileOf(deps, (held) => bytes(PEM, toPem(held.der, 'CERTIFICATE'), fileName(held, 'pem'))),
  }),
  ownRoute(deps, {
    method: 'GET',
    path: '/api/certificates/:issuer/:serial/chain.pem',
    summary: 'The certificate and the CAs above it without the root, PEM',
    reply: fileOf(deps, (held) => bytes(PEM, chainPem(deps, held), fileName(held, 'chain.pem'))),
  }),
  ownRoute(deps, {
    method: 'GET',
    path: '/api/certificates/:issuer/:serial/key.der',
    summary:
      'The encryption key for the signing key: SM2EnvelopedKey (GB/T 35276), DER, as delivered last to this holder',
    reply: async (held) => {
      const mine = await Promise.all((await findHeldCertificates(deps, held.holder)).map((c) => c.publicKey))
      const isMine = (key: Uint8Array): boolean => mine.some((m) => Buffer.compare(m, key) === 0)
      const last = (await findDeliveries(deps, held)).find((d) => isMine(d.recipientKey))
      if (last === undefined) throw new TrustError('ESCROW_NOT_FOUND', 'no key is kept for this certificate')
      await requireChained(deps, last)
      return bytes('application/octet-stream', last.envelope, fileName(held, 'key.der'))
    },
  }),
]

const changingRoutes = (deps: EnrolmentDeps): readonly AnyRoute[] => [
  route({
    method: 'POST',
    path: '/api/certificates/:issuer/:serial/renew',
    access: 'certificate.apply',
    kind: 'api',
    summary: 'Renew a signing certificate near its end, with the same key or a new one',
    body: certificateRequestBody,
    handler: async ({ caller, params, body: { csr } }) => {
      const who = { holder: holderOf(caller), agent: agentOf(caller), ...strengthOf(caller) }
      return json(
        applicationView(await renewCertificate(deps, { ...who, csr, certificate: certificateIn(params) })),
        201,
      )
    },
  }),
  ...(['suspend', 'release'] as const).map((kind) =>
    route({
      method: 'POST',
      path: `/api/certificates/:issuer/:serial/${kind}`,
      access: 'certificate.apply',
      kind: 'api',
      summary:
        kind === 'suspend' ? 'Put an own certificate on hold, at once' : 'Lift a hold that the holder’s side put on',
      body: noBody,
      handler: async ({ caller, params }) => {
        const own = { certificate: certificateIn(params), holder: holderOf(caller), agent: agentOf(caller) }
        return json(
          certificateView(await changeOwnCertificate(deps, { ...own, change: { kind } }), deps.pki.clock.now()),
        )
      },
    }),
  ),
  route({
    method: 'POST',
    path: '/api/certificates/:issuer/:serial/revoke',
    access: 'certificate.apply',
    kind: 'api',
    summary: 'Revoke an own certificate, at once and for good',
    body: jsonBody(revocationBody),
    handler: async ({ caller, params, body }) => {
      const own = { certificate: certificateIn(params), holder: holderOf(caller), agent: agentOf(caller) }
      const change = { kind: 'revoke', reason: body.reason } as const
      return json(certificateView(await changeOwnCertificate(deps, { ...own, change }), deps.pki.clock.now()))
    },
  }),
]

export const certificateRoutes = (deps: EnrolmentDeps): readonly AnyRoute[] => [
  ...applicationRoutes(deps),
  ...readingRoutes(deps),
  ...changingRoutes(deps),
]
