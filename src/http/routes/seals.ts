/** Seals over the API: list, apply for, approve, stamp, change status. Who may is decided by the operations, from mandates. */
import { z } from 'zod'
import { TrustError } from '../../errors.ts'
import { requireAuthority } from '../../identity/index.ts'
import type { Placement } from '../../document/index.ts'
import type { Seal, SealApplication, SealDeps } from '../../seal/index.ts'
import { SEAL_KINDS, applyForSeal, applySeal, approveSeal, changeSealStatus, findSeals } from '../../seal/index.ts'
import { documentBody, jsonBody, noBody } from '../body.ts'
import { actingOf, agentOf, entityOf } from '../acting.ts'
import { bytes, json } from '../reply.ts'
import type { AnyRoute } from '../route.ts'
import { idOf } from '../path-id.ts'
import { route } from '../route.ts'

const applicationBody = z.strictObject({
  kind: z.enum(Object.keys(SEAL_KINDS) as [keyof typeof SEAL_KINDS]),
  line: z.string().max(20).optional(),
  diameterMm: z.int().optional(),
  reason: z.string().max(200),
})
const reasonBody = z.strictObject({ reason: z.string().max(200) })

const sealView = (s: Seal): object => ({
  id: s.id,
  code: s.code,
  name: s.name,
  kind: s.kind,
  ...(s.line === undefined ? {} : { line: s.line }),
  status: s.status,
  validFrom: s.validFrom.toISOString(),
  validTo: s.validTo.toISOString(),
})
const applicationView = (a: SealApplication): object => ({ id: a.id, name: a.name, kind: a.kind, status: a.status })

const number = (query: URLSearchParams, name: string): number => {
  const text = query.get(name) ?? ''
  if (!/^\d{1,5}(\.\d{1,3})?$/.test(text))
    throw new TrustError('INPUT_INVALID', `${name}: a number is needed`, { field: name })
  return Number(text)
}

/** `page`, `x`, `y` in millimetres to the seal's centre; `straddle=right` for a straddling seal. */
const placementOf = (query: URLSearchParams): Placement => {
  const straddle = query.get('straddle')
  if (straddle !== null && straddle !== 'right')
    throw new TrustError('INPUT_INVALID', 'straddle: right or nothing', { field: 'straddle' })
  const place = { page: number(query, 'page'), xMm: number(query, 'x'), yMm: number(query, 'y') }
  return straddle === null ? place : { ...place, straddle }
}

export const sealRoutes = (deps: SealDeps): readonly AnyRoute[] => [
  route({
    method: 'GET',
    path: '/api/seals',
    access: 'seal.use',
    kind: 'api',
    summary: 'Seals of the organisation one acts for',
    body: noBody,
    handler: async ({ caller }) => {
      const entityId = entityOf(caller)
      const may = { entityId, agent: agentOf(caller), function: 'seal.use', at: deps.clock.now() } as const
      await requireAuthority(deps.identity, may)
      return json({ seals: (await findSeals(deps, entityId)).map(sealView) })
    },
  }),
  route({
    method: 'POST',
    path: '/api/seals/applications',
    access: 'seal.apply',
    kind: 'api',
    summary: 'Apply for a seal',
    body: jsonBody(applicationBody),
    handler: async ({ caller, body }) => {
      const { kind, reason, line, diameterMm } = body
      const application = await applyForSeal(deps, {
        entityId: entityOf(caller),
        agent: agentOf(caller),
        kind,
        reason,
        ...(line === undefined ? {} : { line }),
        ...(diameterMm === undefined ? {} : { diameterMm }),
      })
      return json(applicationView(application), 201)
    },
  }),
  route({
    method: 'POST',
    path: '/api/seals/applications/:id/approve',
    access: 'seal.approve',
    kind: 'api',
    summary: 'Approve an application as a second person; the seal is made',
    body: noBody,
    handler: async ({ caller, params }) =>
      json(sealView(await approveSeal(deps, { applicationId: idOf(params), ...actingOf(caller) })), 201),
  }),
  route({
    method: 'POST',
    path: '/api/seals/:id/apply',
    access: 'seal.use',
    kind: 'api',
    summary:
      'Seal a document: ?page=1&x=150&y=230&reason=…, centre of the seal in millimetres; &straddle=right over all pages',
    body: documentBody(['application/ofd', 'application/pdf', 'application/octet-stream']),
    handler: async ({ caller, params, query, body }) => {
      const sealed = await applySeal(deps, {
        sealId: idOf(params),
        ...actingOf(caller),
        reason: query.get('reason') ?? '',
        document: body,
        placements: [placementOf(query)],
      })
      return bytes(sealed.kind === 'ofd' ? 'application/ofd' : 'application/pdf', sealed.document)
    },
  }),
  ...(['suspend', 'resume', 'revoke'] as const).map((change) =>
    route({
      method: 'POST',
      path: `/api/seals/:id/${change}`,
      access: 'seal.manage',
      kind: 'api',
      summary: `${change} a seal, with a reason`,
      body: jsonBody(reasonBody),
      handler: async ({ caller, params, body }) => {
        const step = await changeSealStatus(deps, {
          sealId: idOf(params),
          ...actingOf(caller),
          change,
          reason: body.reason,
        })
        return json({ status: step.status, from: step.from.toISOString() })
      },
    }),
  ),
]
