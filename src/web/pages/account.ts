/** The account centre: identity level and sign-in strength apart, sessions, enterprises, mandates both ways. Chinese only for now. */
import { attributes, html } from '../html.ts'
import type { Html } from '../html.ts'
import { uscc } from '../parts/codes.ts'
import { daysBetween, timeTag } from '../parts/dates.ts'
import { hidden } from '../parts/forms.ts'
import { icon } from '../parts/icons.ts'
import { emptyState, more, rows, summaryList, tag } from '../parts/lists.ts'
import { page } from '../parts/page.ts'
import type { Chrome } from '../parts/page.ts'
import { paths } from '../paths.ts'
import { LEVELS, entityKindName, functionNames, mandateLook, strengthName } from '../words/terms.ts'

export interface MandateView {
  readonly id: string
  readonly entityName: string
  /** Who may act: the agent's name (given), or who granted it (received). */
  readonly other: string
  readonly functions: readonly string[]
  /** valid, not-yet-valid, expired, revoked, agent-deceased */
  readonly state: string
  /** The last day. */
  readonly validUntil: Date
}

export interface SessionView {
  readonly id: string
  readonly current: boolean
  readonly device: string
  readonly since: Date
  readonly portals: number
}

export interface AccountView {
  readonly chrome: Chrome
  readonly at: Date
  /** What has just been done, said once at the top. */
  readonly done?: 'mandate-granted' | 'mandate-revoked' | 'session-ended'
  readonly person: { readonly name: string; readonly citizenIdMasked: string; readonly loginName: string }
  readonly level: string
  readonly provedAt?: Date
  /** urn:xinyin:acr:1 … 4 */
  readonly strength: string
  readonly sessions: readonly SessionView[]
  readonly entities: readonly {
    readonly id: string
    readonly name: string
    readonly uscc: string
    readonly kind: string
    /** active, revoked, deregistered */
    readonly status: string
  }[]
  readonly received: readonly MandateView[]
  readonly given: readonly MandateView[]
}

const DONE = {
  'mandate-granted': '授权已生效',
  'mandate-revoked': '授权已撤销，对方正在使用的登录也会结束',
  'session-ended': '已结束那一处的登录',
} as const

function ladder(level: string): Html {
  const at = LEVELS.findIndex(([name]) => name === level)
  const state = (i: number): string => (i < at ? '已超过' : i === at ? '现在的等级' : i === at + 1 ? '下一级' : '')
  return html`<ol class="ladder">${LEVELS.map(
    ([name, how], i) =>
      html`<li${attributes({ class: i < at ? 'got' : undefined, 'aria-current': i === at ? 'true' : undefined })}><b>${name}</b><span>${how}</span><small>${state(i)}</small></li>`,
  )}</ol>`
}

const levelSection = (view: AccountView): Html => html`<section class="card stack g6" id="level" aria-labelledby="l1">
<div class="stack g2"><h2 id="l1">实名等级 ${view.level}</h2><p>说明我们有多确定您就是您。${view.provedAt !== undefined && html`<span class="soft">核验于 ${timeTag(view.provedAt, 'day')}。</span>`}</p></div>
${ladder(view.level)}
<hr>
${summaryList([
  {
    label: '本次登录',
    value: html`<b>${strengthName(view.strength)}</b><br><span class="soft">登录强度，与实名等级是两回事：等级看您是谁，强度看这次怎样登录。</span>`,
  },
  { label: '用户名', value: view.person.loginName },
  { label: '登录方式', value: html`<a href="${paths.authenticators}">密码、验证器、恢复码</a>` },
])}
</section>`

function sessionsSection({ sessions }: AccountView): Html {
  const items = sessions.map((session) => ({
    icon: 'desk' as const,
    ...(session.current ? { tone: 'ok' as const } : {}),
    title: html`${session.device}${session.current && tag('ok', '本次使用')}`,
    text: html`${timeTag(session.since)} 登录 · ${session.portals === 0 ? '没有进入门户' : `进入了 ${session.portals} 个门户`}`,
    aside: session.current
      ? html``
      : html`<button class="btn second small" name="sessionId" value="${session.id}">结束<span class="sr">：${session.device}</span></button>`,
  }))
  return html`<section class="card stack g3" id="sessions" aria-labelledby="l2">
<div class="row ends"><h2 id="l2">正在使用</h2><a class="btn danger small" href="${paths.signOut}">全部退出</a></div>
<form method="post" action="${paths.endSession}">${rows(items)}</form>
</section>`
}

const enterprisesSection = ({
  entities,
}: AccountView): Html => html`<section class="card stack g3" id="entities" aria-labelledby="l3">
<div class="row ends"><h2 id="l3">我的企业和单位</h2><a href="${paths.registerEntity}">登记企业</a></div>
${
  entities.length === 0
    ? emptyState(
        '这里会列出您任法定代表人的企业',
        '登记以后可以代表它办理，也可以授权给经办人。',
        html`<a class="btn second" href="${paths.registerEntity}">登记企业</a>`,
      )
    : rows(
        entities.map((entity) => ({
          icon: 'firm',
          title: html`${entity.name}${entity.status !== 'active' && tag('bad', entity.status === 'revoked' ? '已吊销' : '已注销')}`,
          text: html`法定代表人 · ${entityKindName(entity.kind)}<br>${uscc(entity.uscc)}`,
          aside:
            entity.status === 'active'
              ? html`<a class="btn second small" href="${`${paths.grantMandate}?entity=${encodeURIComponent(entity.id)}`}">授权<span class="sr">：${entity.name}</span></a>`
              : html``,
        })),
      )
}
</section>`

const SOON_DAYS = 30

function mandateTag(mandate: MandateView, at: Date): Html {
  const days = daysBetween(at, mandate.validUntil)
  if (mandate.state === 'valid' && days <= SOON_DAYS) return tag('warn', days <= 0 ? '今天到期' : `${days} 天后到期`)
  const look = mandateLook(mandate.state)
  return tag(look.tone, look.word)
}

const revokeForm = (mandate: MandateView): Html =>
  more(
    '撤销',
    html`<form class="stack g3" method="post" action="${paths.revokeMandate}">${hidden({ mandateId: mandate.id })}
<p class="hint">撤销后立即失效，${mandate.other}代表${mandate.entityName}的登录会结束。撤销不能恢复，可以重新授权。</p>
<p><button class="btn danger small">确认撤销</button></p></form>`,
  )

const mandateRows = (mandates: readonly MandateView[], at: Date, given: boolean): Html =>
  rows(
    mandates.map((mandate) => ({
      icon: given ? 'user' : 'firm',
      title: given ? mandate.other : mandate.entityName,
      text: html`${given ? mandate.entityName : `${mandate.other}授权`} · ${functionNames(mandate.functions)}<br>有效至 ${timeTag(mandate.validUntil, 'day')}${
        given && (mandate.state === 'valid' || mandate.state === 'not-yet-valid') && revokeForm(mandate)
      }`,
      aside: mandateTag(mandate, at),
    })),
  )

const mandatesSection = (
  view: AccountView,
): Html => html`<section class="card stack g3" id="mandates" aria-labelledby="l4">
<h2 id="l4">我得到的授权</h2>
${view.received.length === 0 ? emptyState('这里会列出企业给您的授权', '请法定代表人在他的账户中心向您授权。') : mandateRows(view.received, view.at, false)}
</section>
${
  (view.entities.length > 0 || view.given.length > 0) &&
  html`<section class="card stack g3" id="given" aria-labelledby="l5">
<h2 id="l5">我给出的授权</h2>
${view.given.length === 0 ? emptyState('还没有授权给别人', '授权可以限定事项和期限，随时可以撤销。') : mandateRows(view.given, view.at, true)}
</section>`
}`

const SIDE = [
  ['#level', '实名与登录'],
  ['#sessions', '正在使用'],
  ['#entities', '企业'],
  ['#mandates', '授权'],
  [paths.wallet, '证照夹'],
  [paths.certificates, '数字证书'],
] as const

export function accountPage(view: AccountView): Html {
  return page(
    view.chrome,
    { title: '账户中心', area: '账户中心' },
    html`<div class="split lead account">
<nav class="side sticky" aria-label="账户中心"><ul>${SIDE.map(([href, label], i) => html`<li><a${attributes({ href, 'aria-current': i === 0 ? 'true' : undefined })}>${label}</a></li>`)}</ul></nav>
<div class="stack g8">
${view.done !== undefined && html`<p class="note done" role="status">${icon('check')}<span>${DONE[view.done]}</span></p>`}
<div><h1>${view.person.name}</h1><p class="soft num">${view.person.citizenIdMasked}</p></div>
${levelSection(view)}
${sessionsSection(view)}
${enterprisesSection(view)}
${mandatesSection(view)}
</div></div>`,
  )
}
