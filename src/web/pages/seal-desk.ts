/** The seal desk: applications and seals of the entity one acts for. Chinese only for now. */
import { html } from '../html.ts'
import type { Html } from '../html.ts'
import { timeTag } from '../parts/dates.ts'
import { icon } from '../parts/icons.ts'
import { dataTable, emptyState, tag } from '../parts/lists.ts'
import type { Column } from '../parts/lists.ts'
import { page } from '../parts/page.ts'
import type { Chrome, PageOptions } from '../parts/page.ts'
import { paths } from '../paths.ts'
import { applicationLook, sealKindName, sealLook } from '../words/terms.ts'

export interface ApplicationLine {
  readonly id: string
  readonly kind: string
  readonly line?: string
  readonly applicant: string
  readonly at: Date
  /** applied, approved, made, refused */
  readonly status: string
  /** The viewer may decide on it: has the mandate and did not apply. */
  readonly decidable: boolean
}

export interface SealLine {
  readonly id: string
  readonly code: string
  readonly kind: string
  readonly line?: string
  /** active, suspended, revoked, expired */
  readonly status: string
  readonly validTo: Date
}

export interface SealDeskView {
  readonly chrome: Chrome
  readonly entityName: string
  readonly mayApply: boolean
  readonly applications: readonly ApplicationLine[]
  readonly seals: readonly SealLine[]
}

export const sealTabs = (current: 'desk' | 'apply'): NonNullable<PageOptions['tabs']> => ({
  label: '电子印章',
  items: [
    { label: '印章和申请', href: paths.seals, current: current === 'desk' },
    { label: '申请新印章', href: paths.applySeal, current: current === 'apply' },
  ],
})

export const sealTitle = (seal: { readonly kind: string; readonly line?: string }): string =>
  seal.line ?? sealKindName(seal.kind)

const applicationColumns: readonly Column<ApplicationLine>[] = [
  {
    label: '印章',
    cell: (a) =>
      html`<a href="${paths.sealApplication(a.id)}">${sealTitle(a)}</a>${sealTitle(a) !== sealKindName(a.kind) && html`<small class="cite">${sealKindName(a.kind)}</small>`}`,
  },
  {
    label: '状态',
    cell: (a) => {
      const look = applicationLook(a.status)
      return a.decidable ? tag('warn', '等您核准') : tag(look.tone, look.word, look.icon)
    },
  },
  { label: '申请人', cell: (a) => a.applicant },
  { label: '申请时间', cell: (a) => timeTag(a.at) },
]

const sealColumns: readonly Column<SealLine>[] = [
  {
    label: '印章',
    cell: (s) =>
      html`<a href="${paths.seal(s.id)}">${sealTitle(s)}</a><small class="cite"><code>${s.code}</code></small>`,
  },
  { label: '类型', cell: (s) => sealKindName(s.kind) },
  {
    label: '状态',
    cell: (s) => {
      const look = sealLook(s.status)
      return tag(look.tone, look.word, look.icon)
    },
  },
  { label: '有效期至', cell: (s) => timeTag(s.validTo, 'day') },
]

const applyButton = html`<a class="btn" href="${paths.applySeal}">${icon('plus')}申请新印章</a>`

function summary(seals: readonly SealLine[]): string {
  const counts = new Map<string, number>()
  for (const seal of seals) counts.set(sealLook(seal.status).word, (counts.get(sealLook(seal.status).word) ?? 0) + 1)
  return [...counts].map(([word, count]) => `${word} ${count}`).join(' · ')
}

export function sealDeskPage(view: SealDeskView): Html {
  const open = view.applications.filter((a) => a.status !== 'made')
  return page(
    view.chrome,
    { title: '电子印章', area: '印章管理', ...(view.mayApply ? { tabs: sealTabs('desk') } : {}) },
    html`<div class="stack g6">
<div class="row ends"><div><h1>电子印章</h1><p class="soft">${view.entityName}</p></div>${view.mayApply && applyButton}</div>
${
  open.length > 0 &&
  html`<section class="card flush" aria-labelledby="a"><div class="row ends head"><h2 class="label" id="a">申请 <span class="soft">${open.length} 份</span></h2></div>${dataTable(applicationColumns, open, '印章申请')}</section>`
}
<section class="card flush" aria-labelledby="s"><div class="row ends head"><h2 class="label" id="s">印章 <span class="soft">${view.seals.length} 枚${view.seals.length > 0 && ` · ${summary(view.seals)}`}</span></h2></div>
${
  view.seals.length > 0
    ? dataTable(sealColumns, view.seals, '印章')
    : html`<div class="head">${emptyState('这里会列出单位的印章', '先由一人申请，再由另一人核准，核准后立即制作。', view.mayApply ? html`<a class="btn second" href="${paths.applySeal}">申请新印章</a>` : undefined)}</div>`
}</section>
</div>`,
  )
}
