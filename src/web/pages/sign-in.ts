/** Sign in with name and password, without a script; says which portal asks, what it gets and what it does not. */
import { html } from '../html.ts'
import type { Html } from '../html.ts'
import { field } from '../parts/forms.ts'
import type { FieldError, Values } from '../parts/forms.ts'
import { icon } from '../parts/icons.ts'
import { more, summaryList } from '../parts/lists.ts'
import { passkeyForm } from '../parts/passkey-form.ts'
import { formState, page, summaryOf } from '../parts/page.ts'
import type { Chrome } from '../parts/page.ts'
import { paths } from '../paths.ts'
import { authenticatorWords } from '../words/authenticators.ts'
import { wordsOf } from '../words/index.ts'
import type { Language } from '../words/index.ts'

/** The portal that asks for the sign-in. */
export interface PortalView {
  readonly name: string
  /** `qykb.yunhu.example` */
  readonly host: string
  /** The authority that runs it, when it was registered with one. */
  readonly by?: string
  /** The proofing level it asks for, `L3`. */
  readonly level?: string
  /** Keys of words.signIn.claims: name, assurance, subject, entity, authority. */
  readonly claims: readonly string[]
}

export interface SignInView {
  readonly chrome: Chrome
  readonly action: string
  /** Absent: signing in to Xinyin itself. */
  readonly portal?: PortalView
  readonly cancelUrl?: string
  /** Request options of WebAuthn, in JSON. */
  readonly passkeyOptions?: string
  readonly values?: Values
  readonly errors?: readonly FieldError[]
}

export function portalAside(portal: PortalView, language: Language): Html {
  const words = wordsOf(language).signIn
  const comma = language === 'zh' ? '、' : ', '
  const claims = portal.claims.map((claim) => words.claims[claim] ?? claim).join(comma)
  return html`<section class="stack" aria-labelledby="to">
<div class="stack g3">
<p class="eyebrow">${words.toward}</p>
<div class="line"><span class="disc">${icon('firm')}</span><div><h2 id="to">${portal.name}</h2><p class="soft"><code>${portal.host}</code></p></div></div>
<p>${words.runBy(portal.by)}</p>
</div>
${more(
  words.whatItGets,
  summaryList([
    portal.level !== undefined && { label: words.requires, value: words.requirement(portal.level) },
    { label: words.gets, value: claims },
    { label: words.getsNot, value: words.never },
  ]),
  true,
)}
<p class="hint">${words.once}</p>
</section>`
}

function form(view: SignInView): Html {
  const { language } = view.chrome
  const words = wordsOf(language).signIn
  const state = formState(language, view)
  return html`${summaryOf(state)}<form class="stack" action="${view.action}" method="post" novalidate>
${field(state, { name: 'loginName', label: words.loginName, autocomplete: 'username', required: true, maxlength: 64 })}
${field(state, { name: 'password', label: words.password, type: 'password', autocomplete: 'current-password', required: true, maxlength: 256 })}
<button class="btn block">${words.submit}</button>
<p class="center"><a href="${paths.recoverPassword}">${words.forgot}</a></p>
<p class="center">${words.noAccount} <a href="${paths.registerPerson}">${words.register}</a></p>
${view.cancelUrl !== undefined && html`<p class="center"><a href="${view.cancelUrl}">${words.cancel}</a></p>`}
</form>`
}

export function signInPage(view: SignInView): Html {
  const { passkey, certificate } = authenticatorWords(view.chrome.language)
  const words = wordsOf(view.chrome.language).signIn
  const card = html`<section class="card stack g6 entry" aria-labelledby="h">
<h1 id="h">${words.title}</h1>
${form(view)}
${
  view.passkeyOptions !== undefined &&
  passkeyForm({
    kind: 'get',
    action: view.action,
    options: view.passkeyOptions,
    failed: passkey.failed,
    submit: passkey.signIn,
  })
}
<p class="center"><a href="${`${view.action}?with=certificate`}">${certificate.use}</a></p>
<p class="note">${icon('lock')}<span>${words.beware[0]}<code>${view.chrome.host}</code>${words.beware[1]}</span></p>
</section>`
  const { portal } = view
  return page(
    view.chrome,
    {
      title: words.title,
      bilingual: true,
      scripts: ['passkey'],
      ...(view.errors === undefined ? {} : { errors: view.errors }),
    },
    portal === undefined
      ? html`<div class="alone">${card}</div>`
      : html`<div class="split lead signin">${portalAside(portal, view.chrome.language)}${card}</div>`,
  )
}
