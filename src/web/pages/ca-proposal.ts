/** One proposal: what would be done, to what, why; a second person decides, and whoever may not is told plainly why. */
import { html } from '../html.ts'
import type { Html } from '../html.ts'
import { timeTag } from '../parts/dates.ts'
import { field } from '../parts/forms.ts'
import type { FieldError, Values } from '../parts/forms.ts'
import { icon } from '../parts/icons.ts'
import { note, summaryList, timeline } from '../parts/lists.ts'
import type { Moment } from '../parts/lists.ts'
import { formState, page, summaryOf } from '../parts/page.ts'
import type { Chrome } from '../parts/page.ts'
import { paths } from '../paths.ts'
import { actFollows, actName, proposalLook, reasonName } from '../words/certificates.ts'
import type { CertificateLink } from './ca-application.ts'
import { AREA, caTabs, lookTag } from './ca-frame.ts'
import type { ProposalLine } from './ca-frame.ts'

export interface CaProposalView {
  readonly chrome: Chrome
  readonly review: boolean
  readonly proposal: Omit<ProposalLine, 'decidable'> & {
    readonly reason: string
    readonly expiresAt: Date
    /** Of a revocation. */
    readonly revocationReason?: string
    /** Of a recovery: for whom. */
    readonly recipient?: string
    /** The application or certificate that it is about. */
    readonly target?: CertificateLink
    readonly decision?: { readonly by: string; readonly at: Date; readonly reason: string }
  }
  readonly decision: 'may-decide' | 'own-proposal' | 'concerned' | 'decided'
  readonly values?: Values
  readonly errors?: readonly FieldError[]
}

const facts = ({ proposal: p }: CaProposalView): Html =>
  summaryList(
    [
      { label: '要做什么', value: html`<b>${actName(p.act)}</b>` },
      { label: '持有者', value: p.holder },
      p.target !== undefined && { label: '对象', value: html`<a href="${p.target.href}">${p.target.label}</a>` },
      p.revocationReason !== undefined && { label: '吊销原因', value: reasonName(p.revocationReason) },
      p.recipient !== undefined && { label: '交给', value: p.recipient },
      { label: '理由', value: p.reason },
      { label: '提议人', value: p.proposedBy },
      p.status === 'open' && { label: '办理期限', value: timeTag(p.expiresAt) },
    ],
    'over',
  )

const history = ({ proposal: p }: CaProposalView): Html => {
  const decided: readonly Moment[] =
    p.decision === undefined
      ? []
      : [
          {
            title: p.status === 'approved' ? '批准' : '驳回',
            when: timeTag(p.decision.at),
            text: p.decision.reason,
            who: p.decision.by,
          },
        ]
  return timeline([...decided, { title: '提议', when: timeTag(p.at), text: p.reason, who: p.proposedBy }])
}

const decision = (view: CaProposalView): Html => {
  const { proposal: p, decision: state } = view
  if (state === 'decided')
    return note(p.status === 'expired' ? '这项提议逾期没有复核，需要时请重新提议。' : '这项提议已经处理过。', 'check')
  if (state === 'concerned')
    return note('您是申请人、持有者或其法定代表人，不能决定与自己有关的事，要由别的审核员复核。', 'people')
  const form = formState('zh', view)
  const own = state === 'own-proposal'
  return html`${
    own
      ? note('这是您自己的提议，要由另一位审核员批准：提议和批准必须是两个人。您可以收回它。', 'people')
      : html`<p>${actFollows(p.act)}</p>`
  }<form class="stack g3" method="post" action="${paths.caProposal(p.id)}" novalidate>
${field(form, { name: 'reason', label: own ? '收回的原因' : '复核意见', hint: '2 到 200 个字，写进审计记录。', rows: 3, required: true, maxlength: 200 })}
${!own && html`<button class="btn block" name="decision" value="approve">${icon('check')}批准并执行</button>`}
<button class="btn danger block" name="decision" value="reject">${own ? '收回提议' : '驳回提议'}</button>
${p.act === 'issue' && html`<p class="hint">${own ? '收回' : '驳回'}签发的提议，申请也一并驳回，申请人看得到原因。</p>`}</form>`
}

export function caProposalPage(view: CaProposalView): Html {
  const { proposal: p } = view
  return page(
    view.chrome,
    {
      title: `提议：${actName(p.act)}`,
      area: AREA,
      tabs: caTabs('proposals', view.review),
      ...(view.errors === undefined ? {} : { errors: view.errors }),
    },
    html`<div class="stack g6">
${summaryOf(formState('zh', view))}
<div class="row ends"><div><p class="eyebrow"><a href="${paths.caProposals}">提议</a></p><h1>${actName(p.act)}：${p.holder}</h1></div>${lookTag(proposalLook(p.status))}</div>
<div class="split">
<section class="card stack g6" aria-label="提议内容">
${facts(view)}
<hr>
<h2>经过</h2>
${history(view)}
</section>
<aside class="card stack g3 sticky" aria-labelledby="d"><h2 id="d">复核</h2>${decision(view)}</aside>
</div></div>`,
  )
}
