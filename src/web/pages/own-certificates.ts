/** Certificates of whom one acts for, with the applications that led to them, and the form to apply. Chinese only for now. */
import { html } from '../html.ts'
import type { Html } from '../html.ts'
import { field, fieldId, ticks } from '../parts/forms.ts'
import type { FieldError, Values } from '../parts/forms.ts'
import { icon } from '../parts/icons.ts'
import { dataTable, emptyState, note } from '../parts/lists.ts'
import { formState, page, summaryOf } from '../parts/page.ts'
import type { Chrome, PageOptions } from '../parts/page.ts'
import { paths } from '../paths.ts'
import { certificateApplicationColumns, certificateColumns } from './ca-frame.ts'
import type { CertificateApplicationLine, CertificateLine } from './ca-frame.ts'

export interface OwnCertificatesView {
  readonly chrome: Chrome
  readonly holderName: string
  readonly certificates: readonly CertificateLine[]
  readonly applications: readonly CertificateApplicationLine[]
}

const TITLE = '数字证书'

const tabs = (current: 'list' | 'apply'): NonNullable<PageOptions['tabs']> => ({
  label: TITLE,
  items: [
    { label: '证书和申请', href: paths.certificates, current: current === 'list' },
    { label: '申请证书', href: paths.applyCertificate, current: current === 'apply' },
  ],
})

const apply = html`<a class="btn" href="${paths.applyCertificate}">${icon('plus')}申请证书</a>`

export function ownCertificatesPage(view: OwnCertificatesView): Html {
  const { certificates, applications } = view
  return page(
    view.chrome,
    { title: TITLE, area: TITLE, tabs: tabs('list') },
    html`<div class="stack g6">
<div class="row ends"><div><h1>${TITLE}</h1><p class="soft">${view.holderName}</p></div>${apply}</div>
<section class="card flush" aria-labelledby="c"><div class="head"><h2 class="label" id="c">证书${certificates.length > 0 && html` <span class="soft">${certificates.length} 张</span>`}</h2></div>${
      certificates.length === 0
        ? html`<div class="head">${emptyState('这里会列出签发的证书', '用自己生成的密钥申请。私钥留在您手里，不要上传。')}</div>`
        : dataTable(certificateColumns(paths.certificate), certificates, '证书')
    }</section>
${
  applications.length > 0 &&
  html`<section class="card flush" aria-labelledby="a"><div class="head"><h2 class="label" id="a">申请 <span class="soft">${applications.length} 份</span></h2></div>${dataTable(
    certificateApplicationColumns((a) => paths.certificateApplication(a.id)),
    applications,
    '申请',
  )}</section>`
}
</div>`,
  )
}

export interface ApplyCertificateView {
  readonly chrome: Chrome
  readonly holderName: string
  /** Organisations may name a unit. */
  readonly forEntity: boolean
  /** request, dual, unit */
  readonly values?: Values
  readonly errors?: readonly FieldError[]
}

const upload = (): Html =>
  html`<div class="field"><label for="${fieldId('file')}">或者选择申请文件</label><p class="hint" id="f-file-h">.csr、.p10、.pem 或 .der，不超过 96 KB。选了文件就用文件。</p><input type="file" id="${fieldId('file')}" name="file" accept=".csr,.p10,.pem,.der" aria-describedby="f-file-h"></div>`

export function applyCertificatePage(view: ApplyCertificateView): Html {
  const state = formState('zh', view)
  return page(
    view.chrome,
    { title: '申请证书', area: TITLE, tabs: tabs('apply'), errors: state.errors },
    html`<div class="split">
<div class="stack g6">
${summaryOf(state)}
<form class="stack g6" method="post" action="${paths.applyCertificate}" enctype="multipart/form-data" novalidate>
<h1>申请证书</h1>
${field(state, { name: 'request', label: '证书申请 PKCS#10', hint: '粘贴 PEM，从 -----BEGIN CERTIFICATE REQUEST----- 开始。', rows: 8, autocomplete: 'off', maxlength: 98_304 })}
${upload()}
<fieldset class="field" id="${fieldId('dual')}" tabindex="-1"><legend class="label">双证书</legend>
${ticks('dual', [{ value: 'yes', label: '同时要一张加密证书', hint: '只有 SM2 密钥可以。加密密钥由证书机构生成和托管，用您的签名公钥加密后交给您。', checked: state.values['dual'] === 'yes' }])}</fieldset>
${view.forEntity && field(state, { name: 'unit', label: '部门（可以不填）', hint: '写进证书的部门名称，例如“财务部”。', maxlength: 64 })}
<div class="row actions"><button class="btn">提交申请</button><a href="${paths.certificates}">取消</a></div>
</form></div>
<aside class="card stack g3 sticky" aria-labelledby="w"><h2 id="w">证书写什么</h2>
<p>持有者：<b>${view.holderName}</b></p>
<p class="soft">名称取自登记信息，申请文件里写的名称不采用。</p>
${note('私钥自己保管，不要上传。申请文件要用同一把私钥签名。', 'key')}
<p class="soft">实名等级和登录强度够高的个人立即签发，其他申请由两位审核员办理。</p></aside>
</div>`,
  )
}
