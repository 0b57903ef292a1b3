/** A line of text to sign with one's certificate, and where to paste what came of it: to sign in, and to enrol. Without a script. */
import { html } from '../html.ts'
import type { Html } from '../html.ts'
import { field } from '../parts/forms.ts'
import type { FieldError, FormState, Values } from '../parts/forms.ts'
import { formState, page, summaryOf } from '../parts/page.ts'
import type { Chrome } from '../parts/page.ts'
import { paths } from '../paths.ts'
import { authenticatorWords } from '../words/authenticators.ts'
import { frame, ownerFields } from './authenticators.ts'

export interface CertificateView {
  readonly chrome: Chrome
  readonly action: string
  /** One line. */
  readonly challenge: string
  /** certificate */
  readonly values?: Values
  readonly errors?: readonly FieldError[]
}

const challenge = (text: string, label: string): Html =>
  html`<div class="stack g2"><p class="label" id="c">${label}</p><pre class="break" tabindex="0" aria-labelledby="c"><code>${text}</code></pre></div>`

const proofFields = (state: FormState): Html => {
  const words = authenticatorWords(state.language).certificate
  return html`${field(state, { name: 'certificate', label: words.certificate, rows: 5, autocomplete: 'off', required: true, maxlength: 16_000 })}
${field(state, { name: 'signature', label: words.signature, rows: 2, autocomplete: 'off', required: true, maxlength: 2_000 })}`
}

export function certificateSignInPage(view: CertificateView): Html {
  const { language } = view.chrome
  const words = authenticatorWords(language).certificate
  const state = formState(language, view)
  return page(
    view.chrome,
    { title: words.title, bilingual: true, errors: state.errors },
    html`<div class="alone"><section class="card stack g6 entry" aria-labelledby="h">
<div class="stack g2"><h1 id="h">${words.title}</h1><p class="soft">${words.lead}</p></div>
${summaryOf(state)}
${challenge(view.challenge, words.text)}
<form class="stack" action="${view.action}" method="post" novalidate>
${proofFields(state)}
<button class="btn block">${words.submit}</button>
</form>
<p class="center"><a href="${view.action}">${words.back}</a></p>
</section></div>`,
  )
}

export function enrolCertificatePage(view: Omit<CertificateView, 'action'> & { readonly hasFactor: boolean }): Html {
  const all = authenticatorWords(view.chrome.language)
  const words = all.certificate
  const state = formState(view.chrome.language, view)
  return frame(
    view,
    words.enrolTitle,
    html`${summaryOf(state)}<div class="stack g2"><h1>${words.enrolTitle}</h1><p>${words.lead}</p></div>
${challenge(view.challenge, words.text)}
<form class="stack g6" action="${paths.enrolCertificate}" method="post" novalidate>
${proofFields(state)}
${ownerFields(state, view.hasFactor)}
<div class="row actions"><button class="btn">${words.enrolSubmit}</button><a href="${paths.authenticators}">${all.centre.back}</a></div>
</form>`,
  )
}
