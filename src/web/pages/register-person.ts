/**
 * Registering a person, one thing a page: name and number, then login name and password, then done. What was answered stays
 * in the form across errors and steps, never in an address; a password is never filled in again. Chinese only for now.
 */
import { attributes, html } from '../html.ts'
import type { Html } from '../html.ts'
import { groupCitizenId } from '../parts/codes.ts'
import { field, hidden } from '../parts/forms.ts'
import type { FieldError, Values } from '../parts/forms.ts'
import { confirmation, more, note, stepBar, summaryList } from '../parts/lists.ts'
import { formState, page, summaryOf } from '../parts/page.ts'
import type { Chrome } from '../parts/page.ts'
import { paths } from '../paths.ts'

export type RegisterPersonView =
  | {
      readonly step: 'identity'
      readonly chrome: Chrome
      readonly action: string
      /** name, citizenId */
      readonly values?: Values
      readonly errors?: readonly FieldError[]
      /** Which part of the number is impossible, when that is known. */
      readonly wrongPart?: 'division' | 'birth-date' | 'check'
    }
  | {
      readonly step: 'login'
      readonly chrome: Chrome
      readonly action: string
      /** loginName; and name, citizenId, carried along. */
      readonly values?: Values
      readonly errors?: readonly FieldError[]
    }
  | {
      readonly step: 'done'
      readonly chrome: Chrome
      readonly name: string
      readonly level: string
      readonly continueUrl: string
    }

const STEPS = ['姓名和身份号码', '用户名和密码', '完成']

const bar = (now: number): Html => stepBar(`注册进度，共 3 步，现在第 ${now + 1} 步`, STEPS, now)

const PARTS = [
  ['division', '地区'],
  ['birth-date', '出生日期'],
  ['check', '顺序和校验'],
] as const

function echo(number: string, wrong: string | undefined): Html | undefined {
  const groups = groupCitizenId(number)
  if (groups.length !== PARTS.length) return undefined
  return html`<p class="echo">${PARTS.map(
    ([part, name], i) =>
      html`<span${attributes({ class: part === wrong ? 'bad' : undefined })}>${groups[i]}<small>${name}</small></span>`,
  )}</p>`
}

function identityStep(view: Extract<RegisterPersonView, { step: 'identity' }>): Html {
  const state = formState('zh', view)
  const below = view.wrongPart === undefined ? undefined : echo(view.values?.['citizenId'] ?? '', view.wrongPart)
  return html`${bar(0)}
${summaryOf(state)}
<form class="stack g6" action="${view.action}" method="post" novalidate>
<div class="stack g2"><h1>您是谁？</h1><p class="soft">向省人口库核对一次，以后办事都不用再证明。</p></div>
${field(state, { name: 'name', label: '姓名', hint: '和身份证上一样。生僻字、少数民族姓名中的间隔号请照实填写。', autocomplete: 'name', required: true, maxlength: 50 })}
${field(state, {
  name: 'citizenId',
  label: '公民身份号码',
  hint: '居民身份证正面最下方的 18 位号码，最后一位可能是 X。',
  autocomplete: 'off',
  long: true,
  required: true,
  maxlength: 24,
  ...(below === undefined ? {} : { below }),
})}
${more('为什么要问，会怎样保管', html`<p>只用来向省人口库核对“姓名与号码是否一致”。号码加密保存，页面上只显示头尾各四位，门户默认拿不到它。</p>`)}
<div class="row actions"><button class="btn">继续</button><a href="${paths.signIn}">已有账户，去登录</a></div>
</form>`
}

function loginStep(view: Extract<RegisterPersonView, { step: 'login' }>): Html {
  const state = formState('zh', view)
  const { name, citizenId } = view.values ?? {}
  return html`${bar(1)}
${summaryOf(state)}
<form class="stack g6" action="${view.action}" method="post" novalidate>
${hidden({ name, citizenId })}
<div class="stack g2"><h1>以后怎样登录？</h1><p class="soft">用户名和密码由您自己定，也可以用身份号码登录。</p></div>
${field(state, { name: 'loginName', label: '用户名', hint: '字母开头，4 到 32 个字母、数字或下划线。', autocomplete: 'username', required: true, maxlength: 32 })}
${field(state, { name: 'password', label: '密码', hint: '至少 10 个字符，越长越好；几个不相干的词连起来就很好。', type: 'password', autocomplete: 'new-password', required: true, maxlength: 128 })}
${field(state, { name: 'passwordAgain', label: '再输一次密码', type: 'password', autocomplete: 'new-password', required: true, maxlength: 128 })}
<div class="row actions"><button class="btn">注册</button><button class="btn second" name="back" value="1" formnovalidate>上一步</button></div>
</form>`
}

const doneStep = (view: Extract<RegisterPersonView, { step: 'done' }>): Html => html`${bar(2)}
${confirmation('注册完成', html`${view.name}，人口库已经核对一致，您的实名等级是 <b>${view.level}</b>。`)}
<section class="card stack g3" aria-labelledby="next"><h2 id="next">接下来可以</h2>
${summaryList([
  { label: '办个人事项', value: '登录任何一个接入的门户，不用再注册。' },
  {
    label: '登记企业',
    value: html`您是法定代表人，可以<a href="${paths.registerEntity}">登记您的企业</a>，再授权给经办人。`,
  },
  { label: '替企业办事', value: '请企业的法定代表人在账户中心向您授权。' },
])}</section>
<div class="row actions"><a class="btn" href="${view.continueUrl}">继续</a></div>
${note('请记好用户名和密码。工作人员不会向您索要。', 'lock')}`

export function registerPersonPage(view: RegisterPersonView): Html {
  const body = view.step === 'identity' ? identityStep(view) : view.step === 'login' ? loginStep(view) : doneStep(view)
  const errors = view.step === 'done' ? [] : (view.errors ?? [])
  return page(
    view.chrome,
    { title: '注册个人账户', area: '实名注册', width: 'slim', errors },
    html`<div class="stack g8">${body}</div>`,
  )
}
