/** Applying for a seal: its name is the registered one and not asked; kind, line and reason are. Chinese only for now. */
import { html } from '../html.ts'
import type { Html } from '../html.ts'
import { choiceCards, field, fieldId } from '../parts/forms.ts'
import type { FieldError, Values } from '../parts/forms.ts'
import { errorText } from '../parts/forms.ts'
import { icon } from '../parts/icons.ts'
import { note, summaryList } from '../parts/lists.ts'
import { formState, page, summaryOf } from '../parts/page.ts'
import type { Chrome } from '../parts/page.ts'
import { paths } from '../paths.ts'
import { SEAL_KIND_HINTS, sealKindName } from '../words/terms.ts'
import { sealTabs } from './seal-desk.ts'

export interface SealApplyView {
  readonly chrome: Chrome
  readonly action: string
  /** What will stand on the arc. */
  readonly entityName: string
  readonly kinds: readonly string[]
  /** kind, line, diameterMm, reason */
  readonly values?: Values
  readonly errors?: readonly FieldError[]
}

function kindCards(view: SealApplyView): Html {
  const error = view.errors?.find((e) => e.field === 'kind')
  const chosen = view.values?.['kind']
  return html`<fieldset class="field${error === undefined ? '' : ' wrong'}" id="${fieldId('kind')}" tabindex="-1"><legend class="label">哪一种印章</legend>
${error !== undefined && html`<p class="error">${icon('alert')}<span><span class="sr">错误：</span>${errorText(error, 'zh')}</span></p>`}
${choiceCards(
  'kind',
  view.kinds.map((kind) => ({
    value: kind,
    title: sealKindName(kind),
    lines: [html`<small class="soft">${SEAL_KIND_HINTS[kind] ?? ''}</small>`],
    checked: chosen === kind,
  })),
)}</fieldset>`
}

export function sealApplyPage(view: SealApplyView): Html {
  const state = formState('zh', view)
  return page(
    view.chrome,
    { title: '申请新印章', area: '印章管理', tabs: sealTabs('apply'), errors: state.errors },
    html`<div class="split">
<div class="stack g6">
${summaryOf(state)}
<form class="stack g6" method="post" action="${view.action}" novalidate>
<h1>申请新印章</h1>
${kindCards(view)}
${field(state, { name: 'line', label: '章面横排文字', hint: '写在五角星下面，例如“合同专用章”“证照专用章”。法定名称章不填。', maxlength: 12 })}
${field({ ...state, values: { diameterMm: '42', ...state.values } }, { name: 'diameterMm', label: '直径（毫米）', hint: '30 到 50，通常是 42。', inputmode: 'numeric', maxlength: 2 })}
${field(state, { name: 'reason', label: '申请理由', hint: '核准人会看到，写进审计记录。', rows: 2, required: true, maxlength: 200 })}
<div class="row actions"><button class="btn">提交申请</button><a href="${paths.seals}">取消</a></div>
</form></div>
<aside class="card stack g3 sticky" aria-labelledby="w"><h2 id="w">章面</h2>
${summaryList([
  {
    label: '环排文字',
    value: html`<b>${view.entityName}</b><br><span class="soft">登记的法定名称，不能自己写。</span>`,
  },
  { label: '中心', value: '五角星' },
  { label: '编码', value: '制作时自动编号' },
])}
${note('申请人自己不能核准，需要另一位有核准授权的人。', 'people')}</aside>
</div>`,
  )
}
