/** The certificate officers' desk: what waits for this officer, what ends soon, and whether lists and responders are in order. */
import { html } from '../html.ts'
import type { Html } from '../html.ts'
import { daysBetween, timeTag } from '../parts/dates.ts'
import { dataTable, emptyState, note, tag } from '../parts/lists.ts'
import type { Column } from '../parts/lists.ts'
import { page } from '../parts/page.ts'
import type { Chrome } from '../parts/page.ts'
import { paths } from '../paths.ts'
import { caName, crlLook } from '../words/certificates.ts'
import {
  AREA,
  caTabs,
  certificateApplicationColumns,
  certificateColumns,
  lookTag,
  proposalColumns,
} from './ca-frame.ts'
import type { CertificateApplicationLine, CertificateLine, ProposalLine } from './ca-frame.ts'

export interface CrlLine {
  readonly issuerId: string
  /** current, bridged, overdue, missing */
  readonly state: string
  readonly list?: {
    readonly number: number
    readonly thisUpdate: Date
    readonly nextUpdate: Date
    readonly entries?: number
  }
}

export interface ResponderLine {
  readonly issuerId: string
  readonly notAfter: Date
  readonly lastChange?: Date
}

/** The beginning of a list; `more`: there are more than these. */
export interface Beginning<T> {
  readonly lines: readonly T[]
  readonly more: boolean
}

export interface CaDeskView {
  readonly chrome: Chrome
  readonly at: Date
  readonly entityName: string
  readonly review: boolean
  /** Of others, that the viewer may decide. */
  readonly proposals: Beginning<ProposalLine>
  readonly applications: Beginning<CertificateApplicationLine>
  readonly expiring: Beginning<CertificateLine>
  readonly crls: readonly CrlLine[]
  readonly responders: readonly ResponderLine[]
}

const SOON_DAYS = 60

const crlColumns: readonly Column<CrlLine>[] = [
  { label: '签发 CA', cell: (c) => html`<b>${caName(c.issuerId)}</b>` },
  { label: '状态', cell: (c) => lookTag(crlLook(c.state)) },
  { label: '编号', cell: (c) => (c.list === undefined ? '无' : html`<span class="num">${c.list.number}</span>`) },
  { label: '列出', cell: (c) => (c.list?.entries === undefined ? '不详' : `${c.list.entries} 张`) },
  { label: '本次更新', cell: (c) => (c.list === undefined ? '无' : timeTag(c.list.thisUpdate)) },
  { label: '下次更新', cell: (c) => (c.list === undefined ? '无' : timeTag(c.list.nextUpdate)) },
]

const responderState = ({ notAfter }: ResponderLine, at: Date): Html => {
  const days = daysBetween(at, notAfter)
  if (at >= notAfter) return tag('bad', '证书已过期', 'alert')
  return days <= SOON_DAYS ? tag('warn', `${days} 天后到期`) : tag('ok', '正常')
}

const responderColumns = (at: Date): readonly Column<ResponderLine>[] => [
  { label: '应答的 CA', cell: (r) => html`<b>${caName(r.issuerId)}</b>` },
  { label: '状态', cell: (r) => responderState(r, at) },
  { label: '证书到期', cell: (r) => timeTag(r.notAfter, 'day') },
  { label: '最近变更', cell: (r) => (r.lastChange === undefined ? '没有变更' : timeTag(r.lastChange)) },
]

interface Section<T> {
  readonly id: string
  readonly title: string
  readonly columns: readonly Column<T>[]
  readonly list: Beginning<T>
  readonly all: string
  readonly empty: readonly [title: string, text: string]
}

const section = <T>({ id, title, columns, list, all, empty }: Section<T>): Html =>
  html`<section class="card flush" aria-labelledby="${id}"><div class="row ends head"><h2 class="label" id="${id}">${title}${list.lines.length > 0 && html` <span class="soft">${list.lines.length}${list.more && '+'}</span>`}</h2><a href="${all}">全部<span class="sr">：${title}</span></a></div>${
    list.lines.length === 0
      ? html`<div class="head">${emptyState(empty[0], empty[1])}</div>`
      : dataTable(columns, list.lines, title)
  }</section>`

const states = (
  view: CaDeskView,
): Html => html`<section class="card flush" aria-labelledby="crl"><div class="head"><h2 class="label" id="crl">证书吊销列表 CRL</h2></div>${dataTable(crlColumns, view.crls, 'CRL')}</section>
<section class="card flush" aria-labelledby="ocsp"><div class="head"><h2 class="label" id="ocsp">证书状态应答 OCSP</h2></div>${dataTable(responderColumns(view.at), view.responders, 'OCSP')}</section>`

/** Said first: without a list in time nobody can rely on our certificates. */
const alarm = (crls: readonly CrlLine[]): Html | false => {
  const bad = crls.filter(({ state }) => state === 'overdue' || state === 'bridged')
  if (bad.length === 0) return false
  const names = bad.map(({ issuerId, state }) => `${caName(issuerId)}${crlLook(state).word}`).join('、')
  return note(`CRL 需要处理：${names}。请通知系统管理员检查数据库和签名密钥。`, 'alert')
}

export function caDeskPage(view: CaDeskView): Html {
  return page(
    view.chrome,
    { title: '证书机构待办', area: AREA, tabs: caTabs('desk', view.review) },
    html`<div class="stack g6">
<div><h1>证书机构待办</h1><p class="soft">${view.entityName}</p></div>
${alarm(view.crls)}
${section({
  id: 'p',
  title: '等您复核的提议',
  columns: proposalColumns,
  list: view.proposals,
  all: paths.caProposals,
  empty: ['没有等您复核的提议', '别的审核员提出的签发、吊销、冻结会列在这里，由您批准或驳回。'],
})}
${
  view.review &&
  html`${section({
    id: 'a',
    title: '等待审核的申请',
    columns: certificateApplicationColumns((a) => paths.caApplication(a.id)),
    list: view.applications,
    all: paths.caApplications,
    empty: ['没有等待审核的申请', '不能自动签发的证书申请会列在这里。'],
  })}
${section({
  id: 'e',
  title: '30 天内到期的证书',
  columns: certificateColumns(paths.caCertificate),
  list: view.expiring,
  all: paths.caExpiring,
  empty: ['30 天内没有证书到期', '有效而还没有更新的证书快到期时会列在这里。'],
})}
${states(view)}`
}
</div>`,
  )
}
