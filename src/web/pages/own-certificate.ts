/** One of the own certificates or applications: what it says, what became of it, downloads, and what its holder may change alone. */
import { html } from '../html.ts'
import type { Html } from '../html.ts'
import { nothing } from '../html.ts'
import { timeTag } from '../parts/dates.ts'
import type { FieldError, Values } from '../parts/forms.ts'
import { icon } from '../parts/icons.ts'
import { note, timeline } from '../parts/lists.ts'
import { formState, page, summaryOf } from '../parts/page.ts'
import type { Chrome } from '../parts/page.ts'
import { statusForms } from '../parts/status-forms.ts'
import type { StatusAction } from '../parts/status-forms.ts'
import { paths } from '../paths.ts'
import { certificateApplicationLook, certificateLook, profileName } from '../words/certificates.ts'
import { applicationFacts } from './ca-application.ts'
import type { CertificateApplicationDetail } from './ca-application.ts'
import { lookTag } from './ca-frame.ts'
import { certificateSection, revocationField } from './certificate-facts.ts'
import type { CertificateDetail } from './certificate-facts.ts'

const AREA = '数字证书'

export type HolderChange = 'suspend' | 'release' | 'revoke'

export interface OwnCertificateView {
  readonly chrome: Chrome
  readonly certificate: CertificateDetail
  readonly changes: readonly HolderChange[]
  readonly revocationReasons: readonly string[]
  /** Its escrowed key was handed out and can be had again. */
  readonly hasKey: boolean
  readonly values?: Values
  readonly errors?: readonly FieldError[]
}

const actionsOf = (reasons: readonly string[]): Readonly<Record<HolderChange, StatusAction>> => ({
  suspend: {
    change: 'suspend',
    label: '冻结',
    follows: '立即生效，成对的加密证书一并冻结。自己冻结的，自己可以解除。',
    silent: true,
  },
  release: { change: 'release', label: '解除冻结', follows: '证书立即恢复有效。', silent: true },
  revoke: {
    change: 'revoke',
    label: '吊销',
    follows: '立即生效，不能恢复，需要时重新申请。成对的加密证书一并吊销。',
    danger: true,
    silent: true,
    extra: revocationField(reasons, 'reason'),
  },
})

const manage = (view: OwnCertificateView): Html => {
  const all = actionsOf(view.revocationReasons)
  if (view.certificate.state === 'revoked') return html`<p class="hint">证书已吊销，不能再改。</p>`
  return statusForms(
    view.changes.map((change) => all[change]),
    { ...view, action: paths.certificate(view.certificate) },
  )
}

export function ownCertificatePage(view: OwnCertificateView): Html {
  const { certificate: c } = view
  return page(
    view.chrome,
    { title: profileName(c.profile), area: AREA, ...(view.errors === undefined ? {} : { errors: view.errors }) },
    html`<div class="stack g6">
${summaryOf(formState('zh', view))}
<div class="row ends"><div><p class="eyebrow"><a href="${paths.certificates}">数字证书</a></p><h1>${profileName(c.profile)}</h1></div>${lookTag(certificateLook(c.state))}</div>
<div class="split">
${certificateSection(c)}
<aside class="card stack g3 sticky" aria-labelledby="c"><h2 id="c">下载和管理</h2>
<a class="btn" href="${paths.certificateFile(c)}">${icon('down')}下载证书 PEM</a>
${view.hasKey && html`<a class="btn second" href="${paths.certificateKey(c)}">${icon('key')}下载加密密钥</a><p class="hint">SM2EnvelopedKey（GB/T 35276），用签名证书的私钥打开。</p>`}
<hr>${manage(view)}</aside>
</div></div>`,
  )
}

export interface OwnApplicationView {
  readonly chrome: Chrome
  readonly application: CertificateApplicationDetail
  readonly errors?: readonly FieldError[]
}

const outcome = ({ application: a }: OwnApplicationView): Html => {
  if (a.status !== 'open') return nothing
  return html`<aside class="card stack g3 sticky" aria-labelledby="d"><h2 id="d">等待审核</h2>
${note('由证书机构的两位审核员办理，结果在这里看得到。', 'clock')}
<form method="post" action="${paths.certificateApplication(a.id)}"><button class="btn second block" name="change" value="withdraw">撤回申请</button></form></aside>`
}

export function ownApplicationPage(view: OwnApplicationView): Html {
  const { application: a } = view
  const split = a.status === 'open' ? 'split' : 'stack'
  return page(
    view.chrome,
    { title: '证书申请', area: AREA, ...(view.errors === undefined ? {} : { errors: view.errors }) },
    html`<div class="stack g6">
${summaryOf(formState('zh', view))}
<div class="row ends"><div><p class="eyebrow"><a href="${paths.certificates}">数字证书</a> · 申请</p><h1>${profileName(a.profile)}</h1></div>${lookTag(certificateApplicationLook(a.status))}</div>
<div class="${split}">
<section class="card stack g6" aria-label="申请内容">
${applicationFacts(a)}
<hr>
<h2>经过</h2>
${timeline([
  ...(a.reason === undefined ? [] : [{ title: '驳回', when: nothing, text: a.reason }]),
  { title: '申请', when: timeTag(a.at), who: a.applicant },
])}
</section>
${outcome(view)}
</div></div>`,
  )
}
