/** Registering an enterprise: its legal representative gives name and code, the registry is asked the rest. Chinese only for now. */
import { html } from '../html.ts'
import type { Html } from '../html.ts'
import { uscc } from '../parts/codes.ts'
import { field } from '../parts/forms.ts'
import type { FieldError, Values } from '../parts/forms.ts'
import { confirmation, more, stepBar, summaryList } from '../parts/lists.ts'
import { formState, page, summaryOf } from '../parts/page.ts'
import type { Chrome } from '../parts/page.ts'
import { paths } from '../paths.ts'
import { entityKindName } from '../words/terms.ts'

export type RegisterEntityView =
  | {
      readonly step: 'entity'
      readonly chrome: Chrome
      readonly action: string
      /** The signed-in person, who must be the legal representative. */
      readonly representative: { readonly name: string; readonly citizenIdMasked: string }
      /** name, uscc */
      readonly values?: Values
      readonly errors?: readonly FieldError[]
    }
  | {
      readonly step: 'done'
      readonly chrome: Chrome
      readonly entity: { readonly id: string; readonly name: string; readonly uscc: string; readonly kind: string }
    }

const bar = (now: number): Html => stepBar(`登记进度，共 2 步，现在第 ${now + 1} 步`, ['企业信息', '完成'], now)

function entityStep(view: Extract<RegisterEntityView, { step: 'entity' }>): Html {
  const state = formState('zh', view)
  return html`${bar(0)}
${summaryOf(state)}
<form class="stack g6" action="${view.action}" method="post" novalidate>
<div class="stack g2"><h1>登记您的企业或单位</h1><p class="soft">向省法人库核对一次：名称、代码，以及您是不是它的法定代表人。</p></div>
${summaryList([{ label: '法定代表人', value: html`${view.representative.name} <span class="soft num">${view.representative.citizenIdMasked}</span>` }])}
${field(state, { name: 'name', label: '名称', hint: '和营业执照或登记证书一字不差。', autocomplete: 'organization', required: true, maxlength: 100 })}
${field(state, { name: 'uscc', label: '统一社会信用代码', hint: '营业执照上的 18 位代码。', autocomplete: 'off', long: true, required: true, maxlength: 24 })}
${more('我不是法定代表人', html`<p>请法定代表人本人登记，然后在账户中心授权给您。授权可以限定事项和期限，随时可以撤销。</p>`)}
<div class="row actions"><button class="btn">核对并登记</button><a href="${paths.account}">取消</a></div>
</form>`
}

const doneStep = (view: Extract<RegisterEntityView, { step: 'done' }>): Html => html`${bar(1)}
${confirmation('登记完成', html`法人库已经核对一致，您现在可以代表 <b>${view.entity.name}</b> 办理。`)}
<section class="card" aria-label="登记信息">${summaryList([
  { label: '名称', value: view.entity.name },
  { label: '代码', value: uscc(view.entity.uscc) },
  { label: '类型', value: entityKindName(view.entity.kind) },
])}</section>
<div class="row actions"><a class="btn" href="${`${paths.grantMandate}?entity=${encodeURIComponent(view.entity.id)}`}">授权给经办人</a><a class="btn second" href="${paths.choosePrincipal}">代表它办理</a></div>`

export function registerEntityPage(view: RegisterEntityView): Html {
  const errors = view.step === 'entity' ? (view.errors ?? []) : []
  return page(
    view.chrome,
    { title: '登记企业', area: '实名注册', width: 'slim', errors },
    html`<div class="stack g8">${view.step === 'entity' ? entityStep(view) : doneStep(view)}</div>`,
  )
}
