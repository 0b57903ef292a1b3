/** Licences that one holds, or that the organisation holds for which one acts. A licence of anybody else is not there. */
import QRCode from 'qrcode'
import { TrustError } from '../../errors.ts'
import type { AnyRoute, RouteRequest } from '../../http/index.ts'
import { bytes, idOf, page, requirePerson } from '../../http/index.ts'
import { requireAuthority } from '../../identity/index.ts'
import type { Licence, StatusChange } from '../../licence/index.ts'
import { findLicence, findLicences, licenceFile } from '../../licence/index.ts'
import type { Html } from '../html.ts'
import { walletLicencePage, walletPage } from '../pages/wallet.ts'
import type { WalletCard, WalletLicenceView } from '../pages/wallet.ts'
import type { QrCode } from '../parts/qr-panel.ts'
import { qrPath } from '../parts/qr-panel.ts'
import { paths } from '../paths.ts'
import { deskOf } from './desk.ts'
import { chromeOf, personOf } from './frame.ts'
import { licenceDetail, licenceEnd, licenceStatus } from './licence-view.ts'
import type { PageDeps } from './page-deps.ts'
import { getPage } from './page-route.ts'

interface Owner {
  readonly kind: 'person' | 'entity'
  readonly name: string
  readonly code: string
  /** Acting for an organisation: its licences as issuer may be read too. */
  readonly entityId?: string
}

/** @throws TrustError MANDATE_… without the function licence.read, ENTITY_NOT_ACTIVE, PRINCIPAL_NOT_AVAILABLE */
const ownerOf = async (deps: PageDeps, request: RouteRequest<unknown>): Promise<Owner> => {
  const { principal } = requirePerson(request.caller)
  if (principal.kind === 'self') {
    const { name, citizenIdNumber } = await personOf(deps, request.caller)
    return { kind: 'person', name, code: citizenIdNumber }
  }
  const desk = await deskOf(deps, request)
  if (desk === undefined) throw new TrustError('PRINCIPAL_NOT_AVAILABLE', 'may not act for it any more')
  const { entity, agent } = desk
  await requireAuthority(deps.identity, { entityId: entity.id, agent, function: 'licence.read', at: deps.clock.now() })
  return { kind: 'entity', name: entity.name, code: entity.uscc, entityId: entity.id }
}

const holds = ({ kind, code }: Owner, { holder }: Licence): boolean => holder.kind === kind && holder.code === code

const card = (licence: Licence, at: Date): WalletCard => ({
  id: licence.id,
  typeName: licence.metadata.typeName,
  issuer: licence.metadata.issuingAuthority,
  number: licence.number,
  status: licenceStatus(licence, at),
  ...licenceEnd(licence),
})

const walletHtml = async (deps: PageDeps, request: RouteRequest<undefined>): Promise<Html> => {
  const owner = await ownerOf(deps, request)
  const held = await findLicences(deps.licences, { holderCode: owner.code })
  const at = deps.clock.now()
  return walletPage({
    chrome: await chromeOf(deps, request),
    ownerName: owner.name,
    licences: held.filter((licence) => holds(owner, licence)).map((licence) => card(licence, at)),
  })
}

/** The same address as on the licence's face. */
const qrOf = ({ publicUrl }: PageDeps, { licenceId }: Licence): QrCode => {
  const { size, data } = QRCode.create(`${publicUrl}${paths.verify}?id=${encodeURIComponent(licenceId)}`, {
    errorCorrectionLevel: 'M',
  }).modules
  return { size, path: qrPath(size, (row, column) => data[row * size + column] !== 0), label: '核验这本证照的二维码' }
}

const statusReason = (
  { status }: Licence,
  timeline: readonly StatusChange[],
): Pick<WalletLicenceView, 'statusReason'> => {
  const last = timeline.at(-1)
  return last === undefined || status === 'valid' ? {} : { statusReason: { reason: last.reason, since: last.at } }
}

/** @throws TrustError LICENCE_NOT_FOUND */
const heldAt = async (deps: PageDeps, request: RouteRequest<undefined>) => {
  const owner = await ownerOf(deps, request)
  const found = await findLicence(deps.licences, idOf(request.params))
  if (!holds(owner, found.licence)) throw new TrustError('LICENCE_NOT_FOUND', 'no such licence')
  return found
}

const licenceHtml = async (deps: PageDeps, request: RouteRequest<undefined>): Promise<Html> => {
  const { licence, timeline } = await heldAt(deps, request)
  return walletLicencePage({
    chrome: await chromeOf(deps, request),
    licence: licenceDetail(deps.licences, licence),
    fileUrl: paths.licenceFile(licence.id),
    qr: qrOf(deps, licence),
    ...statusReason(licence, timeline),
  })
}

/** Holder and issuing office fetch the same file. */
const fileOf = async (deps: PageDeps, request: RouteRequest<undefined>) => {
  const owner = await ownerOf(deps, request)
  const { licence } = await findLicence(deps.licences, idOf(request.params))
  if (!holds(owner, licence) && licence.issuerId !== owner.entityId)
    throw new TrustError('LICENCE_NOT_FOUND', 'no such licence')
  return bytes('application/ofd', await licenceFile(deps.licences, licence), `${licence.metadata.typeName}.ofd`)
}

export const walletRoutes = (deps: PageDeps): readonly AnyRoute[] => [
  getPage(deps, { path: paths.wallet, access: 'person', summary: 'Licences that one holds' }, async (request) =>
    page(await walletHtml(deps, request)),
  ),
  getPage(deps, { path: '/wallet/:id', access: 'person', summary: 'One of them' }, async (request) =>
    page(await licenceHtml(deps, request)),
  ),
  getPage(deps, { path: '/wallet/:id/file', access: 'person', summary: 'Its sealed file' }, (request) =>
    fileOf(deps, request),
  ),
]
