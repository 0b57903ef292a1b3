/** One seal: its picture, data, history, and the changes of state its managers can make. Chinese only for now. */
import { attributes, html } from '../html.ts'
import type { Html } from '../html.ts'
import { code, groupFours } from '../parts/codes.ts'
import { timeTag } from '../parts/dates.ts'
import type { FieldError, Values } from '../parts/forms.ts'
import { summaryList, tag, timeline } from '../parts/lists.ts'
import type { Moment } from '../parts/lists.ts'
import { formState, page, summaryOf } from '../parts/page.ts'
import type { Chrome } from '../parts/page.ts'
import { statusForms } from '../parts/status-forms.ts'
import type { StatusAction } from '../parts/status-forms.ts'
import { paths } from '../paths.ts'
import { sealKindName, sealLook } from '../words/terms.ts'
import { sealTitle } from './seal-desk.ts'

export interface SealView {
  readonly chrome: Chrome
  readonly seal: {
    readonly id: string
    readonly name: string
    readonly code: string
    readonly kind: string
    readonly line?: string
    readonly status: string
    readonly validFrom: Date
    readonly validTo: Date
    /** Address of its picture, from the same site; or a data: image. */
    readonly pictureUrl: string
    readonly certificateSerial?: string
    /** SM3 of the seal, in hex. */
    readonly digest?: string
  }
  /** Newest first. `what`: made, active, suspended, revoked, or an act's own name. */
  readonly history: readonly {
    readonly what: string
    readonly at: Date
    readonly reason?: string
    readonly who?: string
  }[]
  /** Changes that are possible and permitted now: suspend, resume, revoke. */
  readonly changes: readonly ('suspend' | 'resume' | 'revoke')[]
  readonly action: string
  readonly values?: Values
  readonly errors?: readonly FieldError[]
}

const ACTIONS: Readonly<Record<string, StatusAction>> = {
  suspend: {
    change: 'suspend',
    label: '暂停使用',
    follows: '立即不能盖章，可以恢复。以前盖的章仍然有效。',
  },
  resume: { change: 'resume', label: '恢复使用', follows: '立即可以继续盖章。' },
  revoke: {
    change: 'revoke',
    label: '注销印章',
    follows: '注销后不能恢复，印章证书一并吊销。以前盖的章仍然有效。',
    danger: true,
  },
}

const WHAT: Readonly<Record<string, string>> = {
  made: '制作',
  active: '启用',
  suspended: '暂停',
  resumed: '恢复',
  revoked: '注销',
  applied: '申请',
  approved: '核准',
}

const moment = (step: SealView['history'][number]): Moment => ({
  title: WHAT[step.what] ?? step.what,
  when: timeTag(step.at),
  ...(step.reason === undefined ? {} : { text: step.reason }),
  ...(step.who === undefined ? {} : { who: step.who }),
})

function changes(view: SealView): Html {
  const actions = view.changes.map((change) => ACTIONS[change]).filter((action) => action !== undefined)
  if (actions.length === 0)
    return html`<p class="hint">${view.seal.status === 'revoked' ? '印章已注销，不能再改。' : '您没有管理印章的授权。'}</p>`
  return statusForms(actions, view)
}

export function sealPage(view: SealView): Html {
  const { seal } = view
  const look = sealLook(seal.status)
  const alt = `印迹：${seal.name}${seal.line === undefined ? '' : ` ${seal.line}`}`
  return page(
    view.chrome,
    {
      title: `印章：${sealTitle(seal)}`,
      area: '印章管理',
      ...(view.errors === undefined ? {} : { errors: view.errors }),
    },
    html`<div class="stack g6">
${summaryOf(formState('zh', view))}
<div class="row ends"><div><p class="eyebrow"><a href="${paths.seals}">电子印章</a></p><h1>${sealTitle(seal)}</h1></div>${tag(look.tone, look.word, look.icon)}</div>
<div class="split">
<section class="card stack g6" aria-label="印章信息">
<div class="impression"><img class="picture"${attributes({ src: seal.pictureUrl, alt, width: 176, height: 176 })}>
${summaryList([
  { label: '单位', value: html`<b>${seal.name}</b>` },
  { label: '类型', value: sealKindName(seal.kind) },
  { label: '编码', value: html`<span class="num">${code(groupFours(seal.code))}</span>` },
  { label: '有效期', value: html`${timeTag(seal.validFrom, 'day')} 至 ${timeTag(seal.validTo, 'day')}` },
  seal.certificateSerial !== undefined && { label: '证书序号', value: html`<code>${seal.certificateSerial}</code>` },
  seal.digest !== undefined && {
    label: '印章摘要',
    value: html`<code>SM3 ${seal.digest.slice(0, 8)} … ${seal.digest.slice(-8)}</code>`,
  },
])}</div>
<hr>
<h2>经过</h2>
${timeline(view.history.map(moment))}
</section>
<aside class="card stack g3 sticky" aria-labelledby="c"><h2 id="c">管理</h2>${changes(view)}</aside>
</div></div>`,
  )
}
