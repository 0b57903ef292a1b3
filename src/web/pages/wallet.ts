/** My licences, or those of the entity I act for; each with its data and its file. Chinese only for now. */
import { html } from '../html.ts'
import type { Html } from '../html.ts'
import { timeTag } from '../parts/dates.ts'
import { icon } from '../parts/icons.ts'
import { emptyState, note } from '../parts/lists.ts'
import { page } from '../parts/page.ts'
import type { Chrome } from '../parts/page.ts'
import { qrPanel } from '../parts/qr-panel.ts'
import type { QrCode } from '../parts/qr-panel.ts'
import { paths } from '../paths.ts'
import { licenceFacts, statusTag, validTo } from './licence-register.ts'
import type { LicenceDetail } from './licence-register.ts'

export interface WalletCard {
  readonly id: string
  readonly typeName: string
  readonly issuer: string
  readonly number: string
  readonly status: string
  readonly validTo?: Date
}

export interface WalletView {
  readonly chrome: Chrome
  readonly ownerName: string
  readonly licences: readonly WalletCard[]
}

const ROSE_ANGLES = [0, 15, 30, 45, 60, 75, 90, 105, 120, 135, 150, 165]
/** One guilloche for all cards. */
const rose = html`<svg width="0" height="0" class="sprite" aria-hidden="true" focusable="false"><symbol id="rose" viewBox="-100 -100 200 200">${ROSE_ANGLES.map(
  (angle) =>
    html`<ellipse rx="96" ry="34" fill="none" stroke="currentColor" stroke-width="2.2" transform="rotate(${angle})"/>`,
)}</symbol></svg>`

const card = (licence: WalletCard): Html =>
  html`<li><a class="licence" href="${paths.walletLicence(licence.id)}"><svg class="rose" aria-hidden="true"><use href="#rose"/></svg><span class="row tight ends"><b class="line">${icon('licence')}<span>${licence.typeName}</span></b>${statusTag(licence.status)}</span><small class="soft">${licence.issuer}</small><small class="num">${licence.number} · 至 ${validTo(licence.validTo)}</small></a></li>`

export function walletPage(view: WalletView): Html {
  const { licences } = view
  return page(
    view.chrome,
    { title: '证照夹', area: '证照夹' },
    html`${licences.length > 0 && rose}<div class="stack g6">
<div class="row ends"><div><h1>证照夹</h1><p class="soft">${view.ownerName}${licences.length > 0 && `，${licences.length} 本证照，全部来自签发机关，自动更新。`}</p></div><a class="btn second" href="${paths.verify}">${icon('search')}我要核验别人的</a></div>
${
  licences.length > 0
    ? html`<ul class="tiles">${licences.map(card)}</ul>`
    : html`<section class="card">${emptyState('这里会收存电子证照', '签发机关签发以后自动出现，不用申领。代表企业时，看到的是企业的证照。', html`<a class="btn second" href="${paths.choosePrincipal}">换一个代表的主体</a>`)}</section>`
}
</div>`,
  )
}

export interface WalletLicenceView {
  readonly chrome: Chrome
  readonly licence: LicenceDetail
  readonly fileUrl: string
  /** Of the licence's identifier, as printed on its face. */
  readonly qr?: QrCode
  /** Why it is suspended or revoked, and since when. */
  readonly statusReason?: { readonly reason: string; readonly since: Date }
}

export function walletLicencePage(view: WalletLicenceView): Html {
  const { licence, statusReason } = view
  return page(
    view.chrome,
    { title: licence.typeName, area: '证照夹' },
    html`<div class="stack g6">
<div class="row ends"><div><p class="eyebrow"><a href="${paths.wallet}">证照夹</a></p><h1>${licence.typeName}</h1></div>${statusTag(licence.status)}</div>
${statusReason !== undefined && note(html`${timeTag(statusReason.since)} 起：${statusReason.reason}。有疑问请联系${licence.issuer}。`, 'alert')}
<div class="split">
<section class="card" aria-label="证照信息">${licenceFacts(licence)}</section>
<aside class="card stack sticky" aria-labelledby="f"><h2 id="f">证照文件</h2>
${view.qr !== undefined && qrPanel(view.qr)}
<p>OFD 格式，盖有${licence.issuer}的电子印章，可以转交别人。</p>
<div class="stack g2"><a class="btn block" href="${view.fileUrl}">${icon('down')}下载</a><a class="btn second block" href="${paths.verify}">${icon('search')}核验一份文件</a></div>
<p class="hint">收到文件的人可以在本站核验，不用登录。证照被暂停或撤销后，核验结果会立即变化。</p></aside>
</div></div>`,
  )
}
