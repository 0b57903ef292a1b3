/** Which data a portal asks for, said before it goes there. The version of this text is recorded with the answer. */
import { html } from '../html.ts'
import type { Html } from '../html.ts'
import { icon } from '../parts/icons.ts'
import { page } from '../parts/page.ts'
import type { Chrome } from '../parts/page.ts'
import { wordsOf } from '../words/index.ts'

export interface ConsentView {
  readonly chrome: Chrome
  readonly action: string
  readonly portalName: string
  readonly organisation?: string
  /** `profile`, `entity`. */
  readonly scopes: readonly string[]
  readonly textVersion: string
  readonly cancelUrl: string
}

export function consentPage(view: ConsentView): Html {
  const words = wordsOf(view.chrome.language).consent
  return page(
    view.chrome,
    { title: words.title, width: 'slim', bilingual: true },
    html`<form class="stack g6" method="post" action="${view.action}">
<div class="stack g2"><h1>${words.title}</h1><p>${words.lead(view.portalName, view.organisation)}</p></div>
<section class="card stack g2" aria-labelledby="d"><h2 class="label" id="d">${words.data}</h2><ul class="stack g1">${view.scopes.map(
      (scope) => html`<li class="line">${icon('check', 'soft')}<span>${words.scopes[scope] ?? scope}</span></li>`,
    )}</ul></section>
<p>${words.rights}</p>
<p class="hint">${words.version(view.textVersion)}</p>
<div class="row actions"><button class="btn" name="consent" value="yes">${words.agree}</button><a href="${view.cancelUrl}">${words.refuse}</a></div>
</form>`,
  )
}
