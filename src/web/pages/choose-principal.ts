/** For whom this time: the person, or an entity they represent or have a mandate of. What cannot be chosen says why. */
import { html } from '../html.ts'
import type { Html } from '../html.ts'
import { uscc } from '../parts/codes.ts'
import { daysBetween, timeTag } from '../parts/dates.ts'
import { choiceCards } from '../parts/forms.ts'
import type { Choice, FieldError } from '../parts/forms.ts'
import { icon } from '../parts/icons.ts'
import type { IconName } from '../parts/icons.ts'
import { more, tag } from '../parts/lists.ts'
import { formState, page, summaryOf } from '../parts/page.ts'
import type { Chrome } from '../parts/page.ts'
import { paths } from '../paths.ts'
import { functionNames } from '../words/terms.ts'
import { wordsOf } from '../words/index.ts'
import type { Language } from '../words/index.ts'

export interface PrincipalOption {
  /** What the form sends back. */
  readonly value: string
  readonly kind: 'self' | 'legal-representative' | 'agent'
  readonly name: string
  /** A masked citizen ID number for oneself, the USCC for an entity. */
  readonly code: string
  readonly functions?: readonly string[]
  readonly grantedBy?: string
  /** The last day, not the first moment after. */
  readonly validUntil?: Date
}

export interface UnavailablePrincipal {
  readonly name: string
  /** MANDATE_EXPIRED, MANDATE_REVOKED, MANDATE_NOT_YET_VALID, ENTITY_NOT_ACTIVE or PRINCIPAL_NOT_AVAILABLE. */
  readonly code: string
  readonly on?: Date
}

export interface ChoosePrincipalView {
  readonly chrome: Chrome
  readonly action: string
  readonly at: Date
  readonly portalName?: string
  readonly cancelUrl?: string
  readonly options: readonly PrincipalOption[]
  readonly unavailable: readonly UnavailablePrincipal[]
  readonly chosen?: string
  readonly errors?: readonly FieldError[]
}

const SOON_DAYS = 30

function card(option: PrincipalOption, view: ChoosePrincipalView): Choice {
  const { language } = view.chrome
  const words = wordsOf(language).principal
  const days = option.validUntil === undefined ? undefined : daysBetween(view.at, option.validUntil)
  const role = { self: words.person, 'legal-representative': words.representative, agent: words.agent }[option.kind]
  const soon = days !== undefined && days <= SOON_DAYS ? [tag('warn', words.expiresIn(days))] : []
  return {
    value: option.value,
    title: option.kind === 'self' ? words.self : option.name,
    checked: view.chosen === option.value,
    tags: [...soon, tag('info', role, option.kind === 'self' ? 'user' : 'firm')],
    lines: lines(option, language),
  }
}

function lines(option: PrincipalOption, language: Language): readonly Html[] {
  const words = wordsOf(language).principal
  const small = (text: Html | string): Html => html`<small>${text}</small>`
  if (option.kind === 'self')
    return [html`<span class="soft num">${option.name} ${option.code}</span>`, small(words.selfLine)]
  const functions = option.kind === 'agent' ? functionNames(option.functions ?? [], language) : words.all
  const basis =
    option.kind === 'agent'
      ? html`${words.grantedBy(option.grantedBy ?? '')}${option.validUntil !== undefined && timeTag(option.validUntil, 'day', language)}`
      : html`${words.byRegister}`
  return [
    html`<span class="soft">${uscc(option.code)}</span>`,
    small(words.may(functions)),
    html`<small class="soft">${basis}</small>`,
  ]
}

function unavailableBlock(view: ChoosePrincipalView): Html | undefined {
  const { language } = view.chrome
  const words = wordsOf(language).principal
  if (view.unavailable.length === 0) return undefined
  return more(
    words.unavailable(view.unavailable.length),
    html`<ul class="stack g3">${view.unavailable.map((one) => {
      const [why, next] = words.reasons[one.code] ?? [one.code, '']
      return html`<li><p class="row tight"><b>${one.name}</b>${tag('off', why)}</p><p class="hint">${one.on !== undefined && html`${words.onDate}${timeTag(one.on, 'day', language)}${language === 'zh' ? '。' : '. '}`}${next}</p></li>`
    })}</ul>`,
    true,
  )
}

const THEN_ICONS: readonly IconName[] = ['eye', 'swap', 'file']

export function choosePrincipalPage(view: ChoosePrincipalView): Html {
  const { language } = view.chrome
  const words = wordsOf(language).principal
  return page(
    view.chrome,
    { title: words.title, bilingual: true, ...(view.errors === undefined ? {} : { errors: view.errors }) },
    html`${summaryOf(formState(language, view))}
<form class="split" action="${view.action}" method="post">
<fieldset class="stack g6">
<legend>${view.portalName !== undefined && html`<span class="eyebrow">${words.toward(view.portalName)}</span>`}<h1>${words.title}</h1></legend>
${choiceCards(
  'principal',
  view.options.map((option) => card(option, view)),
)}
${unavailableBlock(view)}
<div class="row actions"><button class="btn">${words.submit}</button>${view.cancelUrl !== undefined && html`<a href="${view.cancelUrl}">${view.portalName === undefined ? words.cancelHere : words.cancel}</a>`}</div>
</fieldset>
<aside class="card stack g3 sticky" aria-labelledby="then">
<h2 id="then">${words.then}</h2>
<ul class="stack g3">${words.thenLines.map((line, i) => html`<li class="line">${icon(THEN_ICONS[i] ?? 'info')}<span>${line}</span></li>`)}</ul>
<hr>
<p class="hint">${words.missing}<br>${words.missingHow} <a href="${paths.registerEntity}">${words.registerEntity}</a></p>
</aside>
</form>`,
  )
}
