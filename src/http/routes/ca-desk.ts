/**
 * The certificate officers' desk over the API: what waits, what is proposed, what two people decide. For people with a mandate of the CA's
 * operator who act for it; keys are recovered at addresses of their own, under a mandate and a scope of their own.
 */
import { z } from 'zod'
import { fromBase64 } from '../../../standards/bytes.ts'
import { TrustError } from '../../errors.ts'
import type { Agent, AuthenticationStrength } from '../../identity/index.ts'
import type { RevocationReason } from '../../pki/index.ts'
import { REVOCATION_REASONS } from '../../pki/index.ts'
import type {
  EnrolmentDeps,
  HeldQuery,
  ListPage,
  ProposedAct,
  Proposal,
  RecoveryRecipient,
} from '../../pki/enrolment/index.ts'
import {
  APPLICATION_STATUSES,
  PROPOSAL_STATUSES,
  decideProposal,
  findApplication,
  findApplicationsWithStatus,
  findCertificates,
  findDeliveryOf,
  findExpiring,
  findProposal,
  findProposals,
  findProposalsFor,
  functionFor,
  propose,
  rejectApplication,
  requireChained,
  requireOfficer,
  suspendInEmergency,
} from '../../pki/enrolment/index.ts'
import { actingOf, strengthOf } from '../acting.ts'
import { jsonBody, noBody } from '../body.ts'
import type { Caller } from '../caller.ts'
import { applicationView, certificateView, holderView, proposalView } from '../certificate-views.ts'
import { idOf } from '../path-id.ts'
import { bytes, json } from '../reply.ts'
import type { AnyRoute } from '../route.ts'
import { route } from '../route.ts'
import { certificateIn } from './certificates.ts'

const reasonText = z.string().max(200)
const reasonBody = z.strictObject({ reason: reasonText })
const certificateShape = z.strictObject({
  issuer: z.string().regex(/^[a-z0-9-]{1,60}$/),
  serial: z.string().regex(/^[0-9a-f]{2,40}$/),
})
const reasons = Object.keys(REVOCATION_REASONS) as [RevocationReason, ...RevocationReason[]]
const proposalBody = z.strictObject({
  act: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('issue'), application: z.uuid() }),
    z.strictObject({ kind: z.literal('revoke'), certificate: certificateShape, revocationReason: z.enum(reasons) }),
    z.strictObject({ kind: z.literal('suspend'), certificate: certificateShape }),
    z.strictObject({ kind: z.literal('release'), certificate: certificateShape }),
  ]),
  reason: reasonText,
})
const recoveryBody = z.strictObject({
  certificate: certificateShape,
  recipient: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('holder'), certificate: certificateShape }),
    z.strictObject({
      kind: z.literal('order'),
      order: z.string().max(60),
      /** Base64 of a DER SubjectPublicKeyInfo. */
      publicKey: z.base64().max(1000),
    }),
  ]),
  reason: reasonText,
})

type Named = z.infer<typeof certificateShape>
const nameIn = ({ issuer, serial }: Named) => ({ issuerId: issuer, serialHex: serial })

const actIn = ({ act }: z.infer<typeof proposalBody>): ProposedAct => {
  if (act.kind === 'issue') return { kind: 'issue', applicationId: act.application }
  const name = nameIn(act.certificate)
  return act.kind === 'revoke'
    ? { kind: 'revoke', ...name, revocationReason: act.revocationReason }
    : { kind: act.kind, ...name }
}

const recipientIn = ({ recipient }: z.infer<typeof recoveryBody>): RecoveryRecipient =>
  recipient.kind === 'holder'
    ? { kind: 'holder', ...nameIn(recipient.certificate) }
    : { kind: 'order', order: recipient.order, publicKey: fromBase64(recipient.publicKey) }

type Function = 'ca.review' | 'ca.recover'

/** An officer, and how they signed in. */
export interface OfficerAtDesk {
  readonly agent: Agent
  readonly strength?: AuthenticationStrength
}

/** Somebody who acts for the operator at present. @throws TrustError FORBIDDEN, SECOND_FACTOR_NEEDED, MANDATE_… */
export const requireDesk = async (deps: EnrolmentDeps, caller: Caller, fn: Function): Promise<OfficerAtDesk> => {
  const { agent, actingFor } = actingOf(caller)
  if (actingFor !== (await deps.operatorEntityId()))
    throw new TrustError('FORBIDDEN', 'act for the organisation that runs this CA')
  const officer = { agent, ...strengthOf(caller) }
  await requireOfficer(deps, { ...officer, function: fn })
  return officer
}

const LIMIT = 50

const pageIn = (query: URLSearchParams, shape: RegExp): ListPage => {
  const after = query.get('after')
  if (after !== null && !shape.test(after)) throw new TrustError('INPUT_INVALID', 'after', { field: 'after' })
  return { limit: LIMIT, ...(after === null ? {} : { after }) }
}
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
const NAME = /^[a-z0-9-]{1,60}\/[0-9a-f]{2,40}$/

const oneOf = <T extends string>(query: URLSearchParams, name: string, allowed: readonly T[]): T => {
  const value = query.get(name) ?? allowed[0]
  const found = allowed.find((a) => a === value)
  if (found === undefined) throw new TrustError('INPUT_INVALID', `${name}: ${allowed.join(', ')}`, { field: name })
  return found
}

const nextOf = <T>(list: readonly T[], nameOf: (last: T) => string): object => {
  const last = list.at(-1)
  return list.length < LIMIT || last === undefined ? {} : { next: nameOf(last) }
}

/** One of the other kind is not there. */
const requireProposal = async (deps: EnrolmentDeps, id: string, fn: Function): Promise<Proposal> => {
  const found = await findProposal(deps, id)
  if (found === undefined || functionFor(found.act) !== fn)
    throw new TrustError('PROPOSAL_NOT_FOUND', 'no such proposal')
  return found
}

const applicationRoutes = (deps: EnrolmentDeps): readonly AnyRoute[] => [
  route({
    method: 'GET',
    path: '/api/ca/applications',
    access: 'ca.review',
    kind: 'api',
    summary: 'Applications for certificates by ?status=open|approved|issued|rejected|expired|withdrawn, newest first',
    body: noBody,
    handler: async ({ caller, query }) => {
      await requireDesk(deps, caller, 'ca.review')
      const status = oneOf(query, 'status', APPLICATION_STATUSES)
      const found = await findApplicationsWithStatus(deps, status, pageIn(query, UUID))
      const applications = await Promise.all(
        found.map(async (a) => ({ ...applicationView(a), holder: await holderView(deps, a.holder) })),
      )
      return json({ applications, ...nextOf(found, (a) => a.id) })
    },
  }),
  route({
    method: 'GET',
    path: '/api/ca/applications/:id',
    access: 'ca.review',
    kind: 'api',
    summary: 'An application with what was proposed about it',
    body: noBody,
    handler: async ({ caller, params }) => {
      await requireDesk(deps, caller, 'ca.review')
      const found = await findApplication(deps, idOf(params))
      if (found === undefined) throw new TrustError('CERTIFICATE_APPLICATION_NOT_FOUND', 'no such application')
      const proposals = (await findProposalsFor(deps, { applicationId: found.id })).map(proposalView)
      return json({ ...applicationView(found), holder: await holderView(deps, found.holder), proposals })
    },
  }),
  route({
    method: 'POST',
    path: '/api/ca/applications/:id/reject',
    access: 'ca.review',
    kind: 'api',
    summary: 'Reject an application, with a reason that the applicant reads',
    body: jsonBody(reasonBody),
    handler: async ({ caller, params, body }) => {
      const officer = await requireDesk(deps, caller, 'ca.review')
      const rejected = await rejectApplication(deps, { applicationId: idOf(params), ...officer, reason: body.reason })
      return json(applicationView(rejected))
    },
  }),
]

const PLACES = { 'ca.review': '/api/ca/proposals', 'ca.recover': '/api/ca/recoveries' } as const

const decisionRoutes = (deps: EnrolmentDeps, fn: Function): readonly AnyRoute[] => [
  route({
    method: 'GET',
    path: PLACES[fn],
    access: fn,
    kind: 'api',
    summary: 'What officers proposed, by ?status=open|approved|rejected|expired, newest first',
    body: noBody,
    handler: async ({ caller, query }) => {
      await requireDesk(deps, caller, fn)
      const found = await findProposals(deps, oneOf(query, 'status', PROPOSAL_STATUSES), pageIn(query, UUID))
      const proposals = found.filter((p) => functionFor(p.act) === fn).map(proposalView)
      return json({ proposals, ...nextOf(found, (p) => p.id) })
    },
  }),
  ...(['approve', 'reject'] as const).map((decision) =>
    route({
      method: 'POST',
      path: `${PLACES[fn]}/:id/${decision}`,
      access: fn,
      kind: 'api',
      summary: `${decision} what another officer proposed; ${decision === 'approve' ? 'it is done at once' : 'nothing is done'}`,
      body: jsonBody(reasonBody),
      handler: async ({ caller, params, body }) => {
        const officer = await requireDesk(deps, caller, fn)
        const { id } = await requireProposal(deps, idOf(params), fn)
        const decided = await decideProposal(deps, { proposalId: id, ...officer, decision, reason: body.reason })
        const { applicationStatus } = decided
        return json({ ...proposalView(decided), ...(applicationStatus === undefined ? {} : { applicationStatus }) })
      },
    }),
  ),
]

const proposingRoutes = (deps: EnrolmentDeps): readonly AnyRoute[] => [
  route({
    method: 'POST',
    path: '/api/ca/proposals',
    access: 'ca.review',
    kind: 'api',
    summary: 'Propose to issue, revoke, suspend or release; another officer decides',
    body: jsonBody(proposalBody),
    handler: async ({ caller, body }) => {
      const officer = await requireDesk(deps, caller, 'ca.review')
      return json(proposalView(await propose(deps, { ...officer, act: actIn(body), reason: body.reason })), 201)
    },
  }),
  route({
    method: 'POST',
    path: '/api/ca/recoveries',
    access: 'ca.recover',
    kind: 'api',
    summary: 'Propose to recover an escrowed key for its holder or on the order of a court; another officer decides',
    body: jsonBody(recoveryBody),
    handler: async ({ caller, body }) => {
      const officer = await requireDesk(deps, caller, 'ca.recover')
      const act = { kind: 'recover', ...nameIn(body.certificate), recipient: recipientIn(body) } as const
      return json(proposalView(await propose(deps, { ...officer, act, reason: body.reason })), 201)
    },
  }),
  route({
    method: 'GET',
    path: '/api/ca/recoveries/:id/key.der',
    access: 'ca.recover',
    kind: 'api',
    summary: 'The recovered key for its recipient: SM2EnvelopedKey (GB/T 35276), DER',
    body: noBody,
    handler: async ({ caller, params }) => {
      await requireDesk(deps, caller, 'ca.recover')
      const { id } = await requireProposal(deps, idOf(params), 'ca.recover')
      const delivery = await findDeliveryOf(deps, id)
      if (delivery === undefined) throw new TrustError('ESCROW_NOT_FOUND', 'nothing was recovered')
      await requireChained(deps, delivery)
      return bytes('application/octet-stream', delivery.envelope, `${delivery.serialHex}.key.der`)
    },
  }),
]

const STATES = ['in-force', 'suspended', 'revoked', 'expired'] as const satisfies readonly HeldQuery['state'][]

const certificateRoutesOfDesk = (deps: EnrolmentDeps): readonly AnyRoute[] => [
  route({
    method: 'GET',
    path: '/api/ca/certificates',
    access: 'ca.review',
    kind: 'api',
    summary: 'Certificates of all holders by ?state=in-force|suspended|revoked|expired, newest first',
    body: noBody,
    handler: async ({ caller, query }) => {
      await requireDesk(deps, caller, 'ca.review')
      const found = await findCertificates(deps, { state: oneOf(query, 'state', STATES), page: pageIn(query, NAME) })
      const certificates = found.map((c) => certificateView(c, deps.pki.clock.now()))
      return json({ certificates, ...nextOf(found, (c) => `${c.issuerId}/${c.serialHex}`) })
    },
  }),
  route({
    method: 'GET',
    path: '/api/ca/expiring',
    access: 'ca.review',
    kind: 'api',
    summary: 'Certificates that end within ?days=30 and have no successor, the next to end first',
    body: noBody,
    handler: async ({ caller, query }) => {
      await requireDesk(deps, caller, 'ca.review')
      const days = query.get('days') ?? '30'
      if (!/^[1-9]\d{0,2}$/.test(days)) throw new TrustError('INPUT_INVALID', 'days: 1 to 999', { field: 'days' })
      const found = await findExpiring(deps, Number(days), pageIn(query, NAME))
      const certificates = found.map((c) => certificateView(c, deps.pki.clock.now()))
      return json({ certificates, ...nextOf(found, (c) => `${c.issuerId}/${c.serialHex}`) })
    },
  }),
  route({
    method: 'POST',
    path: '/api/ca/certificates/:issuer/:serial/suspend-now',
    access: 'ca.review',
    kind: 'api',
    summary: 'Put a certificate on hold at once, alone; only two officers release it',
    body: jsonBody(reasonBody),
    handler: async ({ caller, params, body }) => {
      const officer = await requireDesk(deps, caller, 'ca.review')
      const held = await suspendInEmergency(deps, {
        certificate: certificateIn(params),
        ...officer,
        reason: body.reason,
      })
      return json(certificateView(held, deps.pki.clock.now()))
    },
  }),
]

export const caDeskRoutes = (deps: EnrolmentDeps): readonly AnyRoute[] => [
  ...applicationRoutes(deps),
  ...proposingRoutes(deps),
  ...decisionRoutes(deps, 'ca.review'),
  ...decisionRoutes(deps, 'ca.recover'),
  ...certificateRoutesOfDesk(deps),
]
