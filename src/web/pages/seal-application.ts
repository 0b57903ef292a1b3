/** One application for a seal, with its decision: whoever applied cannot approve. Chinese only for now. */
import { html } from '../html.ts'
import type { Html } from '../html.ts'
import { timeTag } from '../parts/dates.ts'
import { field } from '../parts/forms.ts'
import type { FieldError, Values } from '../parts/forms.ts'
import { icon } from '../parts/icons.ts'
import { note, summaryList, tag, timeline } from '../parts/lists.ts'
import type { Moment } from '../parts/lists.ts'
import { formState, page, summaryOf } from '../parts/page.ts'
import type { Chrome } from '../parts/page.ts'
import { paths } from '../paths.ts'
import { applicationLook, sealKindName } from '../words/terms.ts'
import { sealTitle } from './seal-desk.ts'

export interface SealApplicationView {
  readonly chrome: Chrome
  readonly action: string
  readonly application: {
    readonly id: string
    readonly name: string
    readonly kind: string
    readonly line?: string
    readonly diameterMm: number
    readonly reason: string
    readonly applicant: string
    readonly at: Date
    readonly status: string
    readonly decidedBy?: string
    readonly decidedAt?: Date
    readonly decisionReason?: string
    /** Of the seal that was made. */
    readonly sealId?: string
  }
  /** Why there are no buttons: the viewer applied, has no mandate, or it is decided. */
  readonly decision: 'may-decide' | 'own-application' | 'no-mandate' | 'decided'
  /** Offer to refuse too; needs a reason. */
  readonly mayRefuse: boolean
  readonly values?: Values
  readonly errors?: readonly FieldError[]
}

function history({ application: a }: SealApplicationView): Html {
  const moments: Moment[] = [{ title: '申请', when: timeTag(a.at), text: a.reason, who: a.applicant }]
  if (a.decidedAt !== undefined) {
    moments.unshift({
      title: a.status === 'refused' ? '退回' : '核准',
      when: timeTag(a.decidedAt),
      ...(a.decisionReason === undefined ? {} : { text: a.decisionReason }),
      ...(a.decidedBy === undefined ? {} : { who: a.decidedBy }),
    })
  }
  return timeline(moments)
}

function decision(view: SealApplicationView): Html {
  const { sealId } = view.application
  if (view.decision === 'own-application') return note('这是您自己提出的申请，要由另一位有核准授权的人核准。', 'people')
  if (view.decision === 'no-mandate') return note('您没有核准印章的授权。', 'lock')
  if (view.decision === 'decided')
    return html`${note('这份申请已经处理过。', 'check')}${sealId !== undefined && html`<p><a class="btn second" href="${paths.seal(sealId)}">看印章</a></p>`}`
  const state = formState('zh', view)
  return html`<form class="stack g3" method="post" action="${view.action}" novalidate>
<p>核准后立即制作，印章数据由制章密钥签名，不能再改。</p>
<button class="btn block" name="decision" value="approve">${icon('seal')}核准并制作</button>
${
  view.mayRefuse &&
  html`<hr>${field(state, { name: 'reason', label: '退回的原因', hint: '退回时要写，申请人看得到。', rows: 2, maxlength: 200 })}
<button class="btn second block" name="decision" value="refuse">退回申请</button>`
}</form>`
}

export function sealApplicationPage(view: SealApplicationView): Html {
  const { application: a } = view
  const look = applicationLook(a.status)
  return page(
    view.chrome,
    {
      title: `印章申请：${sealTitle(a)}`,
      area: '印章管理',
      ...(view.errors === undefined ? {} : { errors: view.errors }),
    },
    html`<div class="stack g6">
${summaryOf(formState('zh', view))}
<div class="row ends"><div><p class="eyebrow"><a href="${paths.seals}">电子印章</a> · 申请</p><h1>${sealTitle(a)}</h1></div>${tag(look.tone, look.word, look.icon)}</div>
<div class="split">
<section class="card stack g6" aria-label="申请内容">
${summaryList([
  { label: '环排文字', value: html`<b>${a.name}</b>` },
  { label: '类型', value: sealKindName(a.kind) },
  { label: '横排文字', value: a.line ?? '无' },
  { label: '直径', value: `${a.diameterMm} 毫米` },
  { label: '申请理由', value: a.reason },
])}
<hr>
<h2>经过</h2>
${history(view)}
</section>
<aside class="card stack g3 sticky" aria-labelledby="d"><h2 id="d">核准</h2>${decision(view)}</aside>
</div></div>`,
  )
}
