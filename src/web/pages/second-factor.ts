/** The second step of signing in, and what is said when an account has no second factor where one is needed. Without a script. */
import { html } from '../html.ts'
import type { Html } from '../html.ts'
import { field, hidden } from '../parts/forms.ts'
import type { FieldError } from '../parts/forms.ts'
import { icon } from '../parts/icons.ts'
import { formState, page, summaryOf } from '../parts/page.ts'
import type { Chrome } from '../parts/page.ts'
import { paths } from '../paths.ts'
import { authenticatorWords } from '../words/authenticators.ts'

export interface SecondFactorView {
  readonly chrome: Chrome
  readonly action: string
  readonly method: 'totp' | 'recovery-code'
  /** Recovery codes are left. */
  readonly hasRecovery: boolean
  readonly cancelUrl?: string
  readonly errors?: readonly FieldError[]
}

export function secondFactorPage(view: SecondFactorView): Html {
  const { language } = view.chrome
  const words = authenticatorWords(language).second
  const state = formState(language, view)
  const recovery = view.method === 'recovery-code'
  const other = recovery ? words.useTotp : words.useRecovery
  return page(
    view.chrome,
    { title: words.title, bilingual: true, errors: state.errors },
    html`<div class="alone"><section class="card stack g6 entry" aria-labelledby="h">
<div class="stack g2"><h1 id="h">${words.title}</h1><p class="soft">${words.lead}</p></div>
${summaryOf(state)}
<form class="stack" action="${view.action}" method="post" novalidate>${hidden({ method: view.method })}
${
  recovery
    ? field(state, {
        name: 'code',
        label: words.recovery,
        hint: words.recoveryHint,
        autocomplete: 'off',
        long: true,
        required: true,
        maxlength: 24,
      })
    : field(state, {
        name: 'code',
        label: words.totp,
        hint: words.totpHint,
        autocomplete: 'one-time-code',
        inputmode: 'numeric',
        required: true,
        maxlength: 12,
      })
}
<button class="btn block">${words.submit}</button>
</form>
${(recovery || view.hasRecovery) && html`<p class="center"><a href="${`${view.action}${recovery ? '' : '?with=recovery-code'}`}">${other}</a></p>`}
<form action="${view.action}" method="post" class="center">${hidden({ again: '1' })}<button class="linkish">${words.again}</button></form>
${view.cancelUrl !== undefined && html`<p class="center"><a href="${view.cancelUrl}">${words.cancel}</a></p>`}
</section></div>`,
  )
}

export interface StrongerView {
  readonly chrome: Chrome
  readonly portalName: string
  readonly cancelUrl: string
}

export function strongerPage(view: StrongerView): Html {
  const words = authenticatorWords(view.chrome.language).stronger
  return page(
    view.chrome,
    { title: words.title, bilingual: true },
    html`<div class="alone"><section class="card stack g6 entry" aria-labelledby="h">
<h1 id="h">${words.title}</h1>
<p class="note">${icon('lock')}<span>${words.lead(view.portalName)}</span></p>
<p>${words.how}</p>
<p><a class="btn block" href="${paths.authenticators}">${words.go}</a></p>
<p class="center"><a href="${view.cancelUrl}">${words.cancel}</a></p>
</section></div>`,
  )
}
