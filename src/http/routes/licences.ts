/** Licences over the API: types, issue, read, file, change of status. */
import { z } from 'zod'
import { TrustError } from '../../errors.ts'
import type { Licence, LicenceDeps } from '../../licence/index.ts'
import { changeLicenceStatus, findLicence, findLicences, issueLicence, licenceFile } from '../../licence/index.ts'
import { actingOf, agentOf, entityOf } from '../acting.ts'
import { jsonBody, noBody } from '../body.ts'
import type { Caller } from '../caller.ts'
import { bytes, json } from '../reply.ts'
import type { AnyRoute } from '../route.ts'
import { idOf } from '../path-id.ts'
import { route } from '../route.ts'

const issueBody = z.strictObject({
  typeCode: z.string().max(21),
  sealId: z.uuid(),
  holder: z.strictObject({ kind: z.enum(['person', 'entity']), name: z.string().max(60), code: z.string().max(18) }),
  number: z.string().max(40),
  validFrom: z.iso.date().optional(),
  fields: z.record(z.string().max(20), z.string().max(400)),
  caseNumber: z.string().regex(/^[A-Za-z0-9_-]{4,50}$/),
})
const reasonBody = z.strictObject({ reason: z.string().max(200) })

const view = (l: Licence): object => ({
  id: l.id,
  licenceId: l.licenceId,
  typeCode: l.typeCode,
  typeName: l.metadata.typeName,
  number: l.number,
  version: l.version,
  status: l.status,
  holder: { kind: l.holder.kind, name: l.holder.name },
  validFrom: l.metadata.validFrom,
  validTo: l.metadata.validTo,
})

/** Our id, or the licence identifier of GB/T 36904. */
const licenceIdOf = (params: Readonly<Record<string, string>>): string =>
  /^1\.2\.156\./.test(params['id'] ?? '') ? (params['id'] ?? '') : idOf(params)

/** The issuer's own, or the holder's own when an entity asks. @throws TrustError LICENCE_NOT_FOUND to everybody else */
const requireReadable = async (deps: LicenceDeps, caller: Caller, id: string): Promise<Licence> => {
  const { licence } = await findLicence(deps, id)
  const entityId = entityOf(caller)
  if (licence.issuerId !== entityId && licence.holder.code !== (await deps.offices.office(entityId)).uscc)
    throw new TrustError('LICENCE_NOT_FOUND', 'no such licence')
  await deps.requireAuthority({ entityId, agent: agentOf(caller), function: 'licence.read', at: deps.clock.now() })
  return licence
}

export const licenceRoutes = (deps: LicenceDeps): readonly AnyRoute[] => [
  route({
    method: 'GET',
    path: '/api/licence-types',
    access: 'public',
    kind: 'api',
    summary: 'Licence types with their field schemas',
    body: noBody,
    handler: () => Promise.resolve(json({ types: deps.types })),
  }),
  route({
    method: 'POST',
    path: '/api/licences',
    access: 'licence.issue',
    kind: 'api',
    summary: 'Issue a licence; the same case asked again gives the same licence',
    body: jsonBody(issueBody),
    handler: async ({ caller, body: { validFrom, ...body } }) => {
      const { licence } = await issueLicence(deps, {
        ...body,
        ...(validFrom === undefined ? {} : { validFrom }),
        issuerId: entityOf(caller),
        agent: agentOf(caller),
      })
      return json(view(licence), 201)
    },
  }),
  route({
    method: 'GET',
    path: '/api/licences',
    access: 'licence.read',
    kind: 'api',
    summary: 'Licences that the organisation one acts for has issued (?of=issued) or holds (?of=held)',
    body: noBody,
    handler: async ({ caller, query }) => {
      const entityId = entityOf(caller)
      await deps.requireAuthority({ entityId, agent: agentOf(caller), function: 'licence.read', at: deps.clock.now() })
      const by =
        query.get('of') === 'issued'
          ? { issuerId: entityId }
          : { holderCode: (await deps.offices.office(entityId)).uscc }
      return json({ licences: (await findLicences(deps, by)).map(view) })
    },
  }),
  route({
    method: 'GET',
    path: '/api/licences/:id',
    access: 'licence.read',
    kind: 'api',
    summary: 'One licence, by our id or by its licence identifier',
    body: noBody,
    handler: async ({ caller, params }) => json(view(await requireReadable(deps, caller, licenceIdOf(params)))),
  }),
  route({
    method: 'GET',
    path: '/api/licences/:id/file',
    access: 'licence.read',
    kind: 'api',
    summary: 'The sealed OFD',
    body: noBody,
    handler: async ({ caller, params }) =>
      bytes('application/ofd', await licenceFile(deps, await requireReadable(deps, caller, licenceIdOf(params)))),
  }),
  ...(
    [
      ['suspend', 'suspended'],
      ['resume', 'valid'],
      ['revoke', 'revoked'],
    ] as const
  ).map(([change, to]) =>
    route({
      method: 'POST',
      path: `/api/licences/:id/${change}`,
      access: 'licence.manage',
      kind: 'api',
      summary: `${change} a licence, with a reason`,
      body: jsonBody(reasonBody),
      handler: async ({ caller, params, body }) =>
        json(
          view(
            await changeLicenceStatus(deps, {
              id: idOf(params),
              to,
              ...actingOf(caller),
              reason: body.reason,
            }),
          ),
        ),
    }),
  ),
]
