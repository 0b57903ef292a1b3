/** The legal representative lets a person do named things for a time. Chinese only for now. */
import { html } from '../html.ts'
import type { Html } from '../html.ts'
import { field, fieldId, hidden, ticks } from '../parts/forms.ts'
import type { FieldError, Values } from '../parts/forms.ts'
import { icon } from '../parts/icons.ts'
import { note } from '../parts/lists.ts'
import { formState, page, summaryOf } from '../parts/page.ts'
import type { Chrome } from '../parts/page.ts'
import { errorText } from '../parts/forms.ts'
import { paths } from '../paths.ts'
import { FUNCTION_HINTS, functionName } from '../words/terms.ts'

export interface GrantMandateView {
  readonly chrome: Chrome
  readonly action: string
  readonly entity: { readonly id: string; readonly name: string }
  /** Functions this entity can grant to a person. */
  readonly functions: readonly string[]
  readonly chosen: readonly string[]
  /** agentName, agentCitizenId, validFrom, validTo (yyyy-mm-dd, the last day included). */
  readonly values?: Values
  readonly errors?: readonly FieldError[]
}

function functionTicks(view: GrantMandateView): Html {
  const error = view.errors?.find((e) => e.field === 'functions')
  const id = fieldId('functions')
  return html`<fieldset class="field${error === undefined ? '' : ' wrong'}" id="${id}" tabindex="-1"><legend class="label">可以办哪些事</legend>
${error !== undefined && html`<p class="error">${icon('alert')}<span><span class="sr">错误：</span>${errorText(error, 'zh')}</span></p>`}
${ticks(
  'functions',
  view.functions.map((name) => {
    const hint = FUNCTION_HINTS[name]
    return {
      value: name,
      label: functionName(name),
      checked: view.chosen.includes(name),
      ...(hint === undefined ? {} : { hint }),
    }
  }),
)}</fieldset>`
}

export function grantMandatePage(view: GrantMandateView): Html {
  const state = formState('zh', view)
  return page(
    view.chrome,
    { title: '授权给经办人', area: '账户中心', width: 'slim', errors: state.errors },
    html`<div class="stack g8">${summaryOf(state)}
<form class="stack g6" action="${view.action}" method="post" novalidate>
${hidden({ entityId: view.entity.id })}
<div class="stack g2"><p class="eyebrow">${view.entity.name}</p><h1>授权给经办人</h1><p class="soft">对方要先注册并实名。授权立即生效，您随时可以撤销。</p></div>
${field(state, { name: 'agentName', label: '经办人姓名', required: true, maxlength: 50, autocomplete: 'off' })}
${field(state, { name: 'agentCitizenId', label: '经办人公民身份号码', hint: '只用来找到他的账户。', long: true, required: true, maxlength: 24, autocomplete: 'off' })}
${functionTicks(view)}
<div class="pair">${field(state, { name: 'validFrom', label: '从哪天开始', type: 'date', required: true })}${field(state, { name: 'validTo', label: '到哪天为止', hint: '含这一天。', type: 'date', required: true })}</div>
${note('他办的每件事都会记下企业和他本人，您在账户中心查得到。', 'file')}
<div class="row actions"><button class="btn">授权</button><a href="${paths.account}">取消</a></div>
</form></div>`,
  )
}
