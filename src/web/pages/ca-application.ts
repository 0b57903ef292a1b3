/** One application for a certificate as officers see it: who, for whom, which key, why a person decides; propose to issue, or reject. */
import { html } from '../html.ts'
import type { Html } from '../html.ts'
import { code, groupFours, uscc } from '../parts/codes.ts'
import { timeTag } from '../parts/dates.ts'
import { field } from '../parts/forms.ts'
import type { FieldError, Values } from '../parts/forms.ts'
import { icon } from '../parts/icons.ts'
import { note, summaryList, timeline } from '../parts/lists.ts'
import type { Moment } from '../parts/lists.ts'
import { formState, page, summaryOf } from '../parts/page.ts'
import type { Chrome } from '../parts/page.ts'
import { paths } from '../paths.ts'
import { certificateApplicationLook, keyKindName, profileName } from '../words/certificates.ts'
import { AREA, caTabs, lookTag } from './ca-frame.ts'
import type { CertificateApplicationLine } from './ca-frame.ts'

export interface CertificateLink {
  readonly label: string
  readonly href: string
}

export interface CertificateApplicationDetail extends CertificateApplicationLine {
  /** Social credit code; of organisations only. */
  readonly holderCode?: string
  /** Level of a person. */
  readonly proofing?: string
  readonly unit?: string
  readonly keyKind: string
  /** SM3 of the key, in hex. */
  readonly keyDigest: string
  readonly expiresAt: Date
  readonly reason?: string
  /** The certificate that it follows, and those that were made. */
  readonly certificates: readonly CertificateLink[]
}

export interface CaApplicationView {
  readonly chrome: Chrome
  readonly application: CertificateApplicationDetail
  /** Why policy leaves it to people. */
  readonly why: string
  /** concerned: the viewer applied, or it is for them. */
  readonly decision: 'may-decide' | 'concerned' | 'proposed' | 'decided'
  /** Newest first. */
  readonly proposals: readonly {
    readonly id: string
    readonly by: string
    readonly at: Date
    readonly reason: string
  }[]
  readonly values?: Values
  readonly errors?: readonly FieldError[]
}

export const applicationFacts = (a: CertificateApplicationDetail): Html =>
  summaryList(
    [
      {
        label: '持有者',
        value: html`<b>${a.holder}</b>${a.holderCode !== undefined && html`<br><span class="soft num">${uscc(a.holderCode)}</span>`}`,
      },
      a.proofing !== undefined && { label: '实名等级', value: a.proofing },
      a.unit !== undefined && { label: '部门', value: a.unit },
      { label: '申请人', value: a.applicant },
      { label: '证书种类', value: `${profileName(a.profile)}${a.renewal ? '（更新）' : ''}` },
      { label: '双证书', value: a.dual ? '是，同时签发加密证书，密钥由本机构托管' : '否，只要签名证书' },
      {
        label: '公钥',
        value: html`${keyKindName(a.keyKind)}<br><small class="soft">SM3 摘要 ${code(groupFours(a.keyDigest.slice(0, 16)))}</small>`,
      },
      a.status === 'open' && { label: '办理期限', value: timeTag(a.expiresAt) },
      a.certificates.length > 0 && {
        label: '相关证书',
        value: html`${a.certificates.map(({ label, href }, i) => html`${i > 0 && '、'}<a href="${href}">${label}</a>`)}`,
      },
    ],
    'over',
  )

const history = ({ application: a, proposals }: CaApplicationView): Html => {
  const moments: readonly Moment[] = [
    ...(a.reason === undefined ? [] : [{ title: '驳回', when: html``, text: a.reason }]),
    ...proposals.map((p) => ({
      title: '提议签发',
      when: timeTag(p.at),
      text: html`${p.reason} <a href="${paths.caProposal(p.id)}">看提议</a>`,
      who: p.by,
    })),
    { title: '申请', when: timeTag(a.at), who: a.applicant },
  ]
  return timeline(moments)
}

const decision = (view: CaApplicationView): Html => {
  const { application: a, decision: state, proposals } = view
  const [last] = proposals
  if (state === 'decided') return note('这份申请已经处理过。', 'check')
  if (state === 'concerned')
    return note('您是申请人、持有者或其法定代表人，不能审核这份申请，要由别的审核员办理。', 'people')
  const form = formState('zh', view)
  const rejecting = html`<form class="stack g3" method="post" action="${paths.caApplication(a.id)}" novalidate>
${field(form, { name: 'reason', label: '意见', hint: '2 到 200 个字，写进审计记录。驳回时申请人看得到。', rows: 3, required: true, maxlength: 200 })}
${state === 'may-decide' && html`<button class="btn block" name="decision" value="propose">${icon('check')}提议签发</button>`}
<button class="btn danger block" name="decision" value="reject">驳回申请</button></form>`
  if (state === 'proposed')
    return html`${note('已经有人提议签发，等另一位审核员复核。', 'clock')}${last !== undefined && html`<p><a class="btn second" href="${paths.caProposal(last.id)}">看提议</a></p>`}<hr>${rejecting}`
  return html`<p>提议以后还不会签发，要由另一位审核员批准。</p>${rejecting}`
}

export function caApplicationPage(view: CaApplicationView): Html {
  const { application: a } = view
  return page(
    view.chrome,
    {
      title: `证书申请：${a.holder}`,
      area: AREA,
      tabs: caTabs('applications', true),
      ...(view.errors === undefined ? {} : { errors: view.errors }),
    },
    html`<div class="stack g6">
${summaryOf(formState('zh', view))}
<div class="row ends"><div><p class="eyebrow"><a href="${paths.caApplications}">证书申请</a></p><h1>${a.holder}</h1></div>${lookTag(certificateApplicationLook(a.status))}</div>
<div class="split">
<section class="card stack g6" aria-label="申请内容">
${applicationFacts(a)}
${a.status === 'open' && note(view.why, 'info')}
<hr>
<h2>经过</h2>
${history(view)}
</section>
<aside class="card stack g3 sticky" aria-labelledby="d"><h2 id="d">审核</h2>${decision(view)}</aside>
</div></div>`,
  )
}
