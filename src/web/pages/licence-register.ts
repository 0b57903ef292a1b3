/** The licences an office issued: a register to search, and one licence with its data, history and changes of state. Chinese only for now. */
import { attributes, html } from '../html.ts'
import type { Html } from '../html.ts'
import { licenceIdCode, uscc } from '../parts/codes.ts'
import { timeTag } from '../parts/dates.ts'
import { field } from '../parts/forms.ts'
import type { FieldError, Values } from '../parts/forms.ts'
import { icon } from '../parts/icons.ts'
import { dataTable, emptyState, pager, summaryList, tag, timeline } from '../parts/lists.ts'
import type { Column, Paging } from '../parts/lists.ts'
import { formState, page, summaryOf } from '../parts/page.ts'
import type { Chrome } from '../parts/page.ts'
import { statusForms } from '../parts/status-forms.ts'
import type { StatusAction } from '../parts/status-forms.ts'
import { paths } from '../paths.ts'
import { licenceLook } from '../words/terms.ts'

export interface LicenceLine {
  readonly id: string
  readonly typeName: string
  readonly number: string
  readonly holder: string
  /** valid, suspended, revoked, expired */
  readonly status: string
  readonly issuedAt: Date
  /** Absent: without end. */
  readonly validTo?: Date
}

export interface LicenceRegisterView {
  readonly chrome: Chrome
  readonly officeName: string
  /** q, status: of the search, shown again. The search is a GET form: what stands in it is no personal data. */
  readonly values?: Values
  readonly licences: readonly LicenceLine[]
  readonly paging?: Paging
  readonly searched: boolean
}

export const statusTag = (status: string): Html => {
  const look = licenceLook(status)
  return tag(look.tone, look.word, look.icon)
}

export const validTo = (date: Date | undefined): Html => (date === undefined ? html`长期` : timeTag(date, 'day'))

const columns: readonly Column<LicenceLine>[] = [
  {
    label: '证照',
    cell: (l) =>
      html`<a href="${paths.licence(l.id)}">${l.typeName}</a><small class="cite"><code>${l.number}</code></small>`,
  },
  { label: '持证主体', cell: (l) => l.holder },
  { label: '状态', cell: (l) => statusTag(l.status) },
  { label: '签发日期', cell: (l) => timeTag(l.issuedAt, 'day') },
  { label: '有效期至', cell: (l) => validTo(l.validTo) },
]

const STATUSES = [
  { value: '', label: '全部' },
  { value: 'valid', label: '有效' },
  { value: 'suspended', label: '暂停使用' },
  { value: 'revoked', label: '已撤销' },
]

export function licenceRegisterPage(view: LicenceRegisterView): Html {
  const state = formState('zh', view)
  return page(
    view.chrome,
    { title: '证照管理', area: '证照管理' },
    html`<div class="stack g6">
<div><h1>证照管理</h1><p class="soft">${view.officeName}签发的证照</p></div>
<form class="card filters" role="search" method="get" action="${paths.licences}">
${field(state, { name: 'q', label: '证照编号', type: 'search', maxlength: 64 })}
${field(state, { name: 'status', label: '状态', options: STATUSES })}
<div class="row tight"><button class="btn second">${icon('search')}查找</button>${view.searched && html`<a href="${paths.licences}">清除</a>`}</div>
</form>
<section class="card flush" aria-labelledby="c"><div class="head"><h2 class="label" id="c">共 ${view.paging?.total ?? view.licences.length} 本</h2></div>
${
  view.licences.length > 0
    ? dataTable(columns, view.licences, '签发的证照')
    : html`<div class="head">${view.searched ? emptyState('没有找到', '换一个编号，或者清除条件看全部。') : emptyState('这里会列出签发的证照', '审批系统通过接口签发，签发后立即出现在这里。')}</div>`
}
${view.paging !== undefined && pager(view.paging, '本')}</section>
</div>`,
  )
}

export interface LicenceDetail {
  readonly id: string
  /** GB/T 36904. */
  readonly licenceId: string
  readonly typeName: string
  readonly number: string
  readonly holder: string
  /** Masked when it is a person's. */
  readonly holderCode: string
  readonly issuer: string
  readonly status: string
  readonly issuedAt: Date
  readonly validFrom: Date
  readonly validTo?: Date
  readonly fields: readonly { readonly label: string; readonly value: string }[]
}

export interface LicenceView {
  readonly chrome: Chrome
  readonly licence: LicenceDetail
  /** Newest first. */
  readonly history: readonly {
    readonly status: string
    readonly at: Date
    readonly reason?: string
    readonly who?: string
  }[]
  /** Target states that are possible and permitted now. */
  readonly changes: readonly ('valid' | 'suspended' | 'revoked')[]
  readonly action: string
  readonly fileUrl: string
  readonly values?: Values
  readonly errors?: readonly FieldError[]
}

const ACTIONS: Readonly<Record<string, StatusAction>> = {
  suspended: {
    change: 'suspended',
    label: '暂停使用',
    follows: '核验结果立即变为“暂停”，可以恢复。持证主体在证照夹里看得到原因。',
  },
  valid: { change: 'valid', label: '恢复使用', follows: '核验结果立即恢复为“有效”。' },
  revoked: {
    change: 'revoked',
    label: '撤销证照',
    follows: '撤销后不能恢复，需要时可以重新签发一本。',
    danger: true,
  },
}

export const licenceFacts = (licence: LicenceDetail): Html =>
  summaryList([
    {
      label: '持证主体',
      value: html`<b>${licence.holder}</b><br><span class="soft num">${uscc(licence.holderCode)}</span>`,
    },
    { label: '证照编号', value: html`<code>${licence.number}</code>` },
    ...licence.fields,
    { label: '颁发机构', value: licence.issuer },
    { label: '签发日期', value: timeTag(licence.issuedAt, 'day') },
    { label: '有效期', value: html`${timeTag(licence.validFrom, 'day')} 至 ${validTo(licence.validTo)}` },
    { label: '证照标识', value: html`<small>${licenceIdCode(licence.licenceId)}</small>` },
  ])

export function licencePage(view: LicenceView): Html {
  const { licence } = view
  const actions = view.changes.map((change) => ACTIONS[change]).filter((action) => action !== undefined)
  return page(
    view.chrome,
    { title: licence.typeName, area: '证照管理', ...(view.errors === undefined ? {} : { errors: view.errors }) },
    html`<div class="stack g6">
${summaryOf(formState('zh', view))}
<div class="row ends"><div><p class="eyebrow"><a href="${paths.licences}">证照管理</a></p><h1>${licence.typeName}</h1></div>${statusTag(licence.status)}</div>
<div class="split">
<section class="card stack g6" aria-label="证照信息">
${licenceFacts(licence)}
<hr>
<h2>经过</h2>
${timeline(
  view.history.map((step, i) => ({
    title: i === view.history.length - 1 ? '签发' : licenceLook(step.status).word,
    when: timeTag(step.at),
    ...(step.reason === undefined ? {} : { text: step.reason }),
    ...(step.who === undefined ? {} : { who: step.who }),
  })),
)}
</section>
<aside class="card stack g3 sticky" aria-labelledby="c"><h2 id="c">管理</h2>
${actions.length === 0 ? html`<p class="hint">${licence.status === 'revoked' ? '证照已撤销，不能再改。' : '您没有变更证照状态的授权。'}</p>` : statusForms(actions, view)}
<hr><a${attributes({ class: 'btn second', href: view.fileUrl })}>${icon('down')}下载证照文件</a></aside>
</div></div>`,
  )
}
