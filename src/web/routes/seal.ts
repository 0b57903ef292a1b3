/** One seal of the organisation one acts for: its data, its picture, and changing its status. */
import { toHex } from '../../../standards/bytes.ts'
import { parseCertificate, serialHex } from '../../../standards/rfc5280-x509/index.ts'
import { TrustError } from '../../errors.ts'
import type { AnyRoute, FormFields, Reply, RouteRequest } from '../../http/index.ts'
import { bytes, idOf, page, redirect } from '../../http/index.ts'
import type { Seal, SealStatusChange, StatusChange } from '../../seal/index.ts'
import { changeSealStatus, findSeal, findSealHistory } from '../../seal/index.ts'
import type { Html } from '../html.ts'
import { sealPage } from '../pages/seal.ts'
import type { SealView } from '../pages/seal.ts'
import { paths } from '../paths.ts'
import type { Desk } from './desk.ts'
import { atDesk } from './desk.ts'
import { fieldError, orFormAgain, text } from './form.ts'
import { chromeOf } from './frame.ts'
import { namesOf } from './names.ts'
import type { PageDeps } from './page-deps.ts'
import { getPage, postForm } from './page-route.ts'
import { sealLook } from './seal-desk.ts'

/** @throws TrustError SEAL_NOT_FOUND, also for one of another organisation */
const sealAt = async (deps: PageDeps, desk: Desk, { params }: RouteRequest<unknown>): Promise<Seal> => {
  const seal = await findSeal(deps.seals, idOf(params))
  if (seal === undefined || seal.entityId !== desk.entity.id) throw new TrustError('SEAL_NOT_FOUND', 'no such seal')
  return seal
}

const POSSIBLE: Readonly<Record<string, SealView['changes']>> = {
  active: ['suspend', 'revoke'],
  suspended: ['resume', 'revoke'],
}

const whatOf = (step: StatusChange, i: number): string =>
  i === 0 ? 'made' : step.status === 'active' ? 'resumed' : step.status

const historyOf = async (deps: PageDeps, seal: Seal): Promise<SealView['history']> => {
  const steps = await findSealHistory(deps.seals, seal.id)
  const who = await namesOf(
    deps,
    steps.flatMap(({ agent }) => (agent.kind === 'system' ? [] : [agent])),
  )
  return steps
    .map((step, i) => ({
      what: whatOf(step, i),
      at: step.from,
      // Making it has no reason of its own: the application has.
      ...(i === 0 ? {} : { reason: step.reason }),
      who: step.agent.kind === 'system' ? '登记机关' : who(step.agent),
    }))
    .reverse()
}

const sealHtml = async (
  deps: PageDeps,
  request: RouteRequest<unknown>,
  { desk, body, error }: { readonly desk: Desk; readonly body?: FormFields; readonly error?: TrustError },
): Promise<Html> => {
  const seal = await sealAt(deps, desk, request)
  const { id, name, code, kind, validFrom, validTo } = seal
  return sealPage({
    chrome: await chromeOf(deps, request),
    seal: {
      ...{ id, name, code, kind, validFrom, validTo },
      ...(seal.line === undefined ? {} : { line: seal.line }),
      status: sealLook(seal, deps.clock.now()),
      pictureUrl: paths.sealPicture(id),
      certificateSerial: serialHex(parseCertificate(seal.sm2.certificate).serial),
      digest: toHex(deps.crypto.digest('sm3', seal.der)),
    },
    history: await historyOf(deps, seal),
    changes: desk.functions.includes('seal.manage') ? (POSSIBLE[seal.status] ?? []) : [],
    action: paths.sealStatus(id),
    ...(body === undefined ? {} : { values: { change: text(body, 'change'), reason: text(body, 'reason') } }),
    ...(error === undefined ? {} : { errors: [fieldError(error)] }),
  })
}

const change = async (deps: PageDeps, request: RouteRequest<FormFields>, desk: Desk): Promise<Reply> => {
  const { body } = request
  const { id: sealId } = await sealAt(deps, desk, request)
  const act = async (): Promise<Reply> => {
    // Whatever it is, the operation refuses what is no change.
    const wanted = text(body, 'change') as SealStatusChange['change']
    await changeSealStatus(deps.seals, { sealId, agent: desk.agent, change: wanted, reason: text(body, 'reason') })
    return redirect(paths.seal(sealId))
  }
  return orFormAgain(act, (error) => sealHtml(deps, request, { desk, body, error }))
}

const PICTURE_TYPES = { PNG: 'image/png', SVG: 'image/svg+xml', OFD: 'application/ofd' } as const

export const sealPageRoutes = (deps: PageDeps): readonly AnyRoute[] => [
  getPage(
    deps,
    { path: '/seals/:id', access: 'person', summary: 'One seal' },
    atDesk(deps, 'seal.', async (desk, request) => page(await sealHtml(deps, request, { desk }))),
  ),
  getPage(
    deps,
    { path: '/seals/:id/picture', access: 'person', summary: 'Its picture' },
    atDesk(deps, 'seal.', async (desk, request) => {
      const { type, data } = (await sealAt(deps, desk, request)).picture
      return bytes(PICTURE_TYPES[type], data)
    }),
  ),
  postForm(
    { path: '/seals/:id/status', access: 'person', summary: 'Suspends, resumes or revokes it' },
    atDesk(deps, 'seal.', (desk, request) => change(deps, request, desk)),
  ),
]
