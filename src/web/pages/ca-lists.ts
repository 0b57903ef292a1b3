/** The officers' lists: applications, proposals, certificates, those that end soon. Each by its state, page by page. */
import { attributes, html } from '../html.ts'
import type { Html } from '../html.ts'
import { field } from '../parts/forms.ts'
import type { FieldError, Values } from '../parts/forms.ts'
import { icon } from '../parts/icons.ts'
import { dataTable, emptyState } from '../parts/lists.ts'
import type { Column } from '../parts/lists.ts'
import { formState, page, summaryOf } from '../parts/page.ts'
import type { Chrome } from '../parts/page.ts'
import { paths } from '../paths.ts'
import {
  AREA,
  caTabs,
  certificateApplicationColumns,
  certificateColumns,
  nextPage,
  proposalColumns,
} from './ca-frame.ts'
import type { CertificateApplicationLine, CertificateLine, ProposalLine } from './ca-frame.ts'

export interface ListView<T> {
  readonly chrome: Chrome
  readonly review: boolean
  readonly lines: readonly T[]
  /** Links to other states, the present one marked. */
  readonly states: readonly { readonly label: string; readonly href: string; readonly current: boolean }[]
  readonly next?: string
  /** Present when this is not the first page. */
  readonly first?: string
}

const stateLinks = (states: ListView<unknown>['states'], label: string): Html =>
  html`<nav class="tabs" aria-label="${label}">${states.map(
    ({ label: text, href, current }) =>
      html`<a${attributes({ href, 'aria-current': current ? 'page' : undefined })}>${text}</a>`,
  )}</nav>`

interface Listing<T> {
  readonly title: string
  readonly tab: Parameters<typeof caTabs>[0]
  readonly lead: string
  readonly columns: readonly Column<T>[]
  readonly empty: string
  readonly before?: Html
  readonly errors?: readonly FieldError[]
}

const listPage = <T>(view: ListView<T>, what: Listing<T>): Html =>
  page(
    view.chrome,
    {
      title: what.title,
      area: AREA,
      tabs: caTabs(what.tab, view.review),
      ...(what.errors === undefined ? {} : { errors: what.errors }),
    },
    html`<div class="stack g6">
<div class="stack g2"><h1>${what.title}</h1><p class="soft">${what.lead}</p></div>
${what.before}
<section class="card flush" aria-label="${what.title}"><div class="head">${stateLinks(view.states, '按状态查看')}</div>${
      view.lines.length === 0
        ? html`<div class="head">${emptyState(what.empty, '换一个状态看看，或者回到待办。', html`<a href="${paths.ca}">回到待办</a>`)}</div>`
        : dataTable(what.columns, view.lines, what.title)
    }${nextPage(view.next, view.first)}</section>
</div>`,
  )

export const caApplicationsPage = (view: ListView<CertificateApplicationLine>): Html =>
  listPage(view, {
    title: '证书申请',
    tab: 'applications',
    lead: '一人提议签发，另一人复核；驳回一人即可。',
    columns: certificateApplicationColumns((a) => paths.caApplication(a.id)),
    empty: '这个状态下没有申请',
  })

export const caProposalsPage = (view: ListView<ProposalLine>): Html =>
  listPage(view, {
    title: '提议',
    tab: 'proposals',
    lead: '每项提议由另一位审核员批准或驳回，批准后立即执行。',
    columns: proposalColumns,
    empty: '这个状态下没有提议',
  })

export const caExpiringPage = (view: ListView<CertificateLine>): Html =>
  listPage(view, {
    title: '将到期的证书',
    tab: 'expiring',
    lead: '有效而还没有更新的证书，最先到期的在前。',
    columns: certificateColumns(paths.caCertificate),
    empty: '这段时间内没有证书到期',
  })

export interface CaCertificatesView extends ListView<CertificateLine> {
  /** q: social credit code or serial number. */
  readonly values?: Values
  readonly errors?: readonly FieldError[]
  /** Only those of this holder. */
  readonly holder?: string
}

const search = (view: CaCertificatesView): Html => {
  const state = formState('zh', view)
  return html`${summaryOf(state)}<form class="card stack g3" role="search" method="get" action="${paths.caCertificates}">
${field(state, { name: 'q', label: '查找', hint: '单位的统一社会信用代码，或者证书序列号。个人的证书请从他的申请或任一张证书进入。', type: 'search', autocomplete: 'off', maxlength: 60 })}
<p><button class="btn second">${icon('search')}查找</button></p></form>
${view.holder !== undefined && html`<p>只看 <b>${view.holder}</b> 的证书。<a href="${paths.caCertificates}">看全部</a></p>`}`
}

export const caCertificatesPage = (view: CaCertificatesView): Html =>
  listPage(view, {
    title: '证书',
    tab: 'certificates',
    lead: '签发给个人和单位的全部证书，新的在前。',
    columns: certificateColumns(paths.caCertificate),
    empty: '没有找到证书',
    before: search(view),
    ...(view.errors === undefined ? {} : { errors: view.errors }),
  })
