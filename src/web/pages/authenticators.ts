/** The ways in which one signs in: what there is, what was done, and the forms to enrol and remove. Changes ask for the password again. */
import { html } from '../html.ts'
import type { Html } from '../html.ts'
import { code, groupFours } from '../parts/codes.ts'
import { timeTag } from '../parts/dates.ts'
import { field, hidden } from '../parts/forms.ts'
import type { FieldError, FormState } from '../parts/forms.ts'
import { icon } from '../parts/icons.ts'
import { emptyState, note, rows, tag } from '../parts/lists.ts'
import { formState, page, summaryOf } from '../parts/page.ts'
import type { Chrome } from '../parts/page.ts'
import { passkeyForm } from '../parts/passkey-form.ts'
import { qrPanel } from '../parts/qr-panel.ts'
import type { QrCode } from '../parts/qr-panel.ts'
import { paths } from '../paths.ts'
import { authenticatorWords } from '../words/authenticators.ts'
import type { AuthenticatorWords } from '../words/authenticators.ts'

export interface AuthenticatorsView {
  readonly chrome: Chrome
  readonly totp?: { readonly id: string; readonly since: Date; readonly used?: Date }
  readonly passkeys: readonly {
    readonly id: string
    readonly label: string
    readonly since: Date
    readonly used?: Date
  }[]
  readonly certificates: AuthenticatorsView['passkeys']
  readonly recoveryLeft: number
  readonly notices: readonly { readonly what: string; readonly at: Date }[]
  /** A key of words.done. */
  readonly done?: string
}

/** The frame of a page of the account centre. */
export const frame = (
  view: { readonly chrome: Chrome; readonly errors?: readonly FieldError[] },
  ...[title, content, scripts = []]: [string, Html, (readonly 'passkey'[])?]
): Html =>
  page(
    view.chrome,
    {
      title,
      area: authenticatorWords(view.chrome.language).centre.area,
      width: 'slim',
      bilingual: true,
      scripts,
      ...(view.errors === undefined ? {} : { errors: view.errors }),
    },
    html`<div class="stack g8">${content}</div>`,
  )

const totpRow = ({ totp }: AuthenticatorsView, words: AuthenticatorWords['centre']) => ({
  icon: 'key' as const,
  ...(totp === undefined ? {} : { tone: 'ok' as const }),
  title: html`${words.totp}${totp === undefined ? tag('off', words.none) : tag('ok', words.enrolled)}`,
  text:
    totp === undefined
      ? words.totpText
      : html`${words.since}${timeTag(totp.since, 'day')}${totp.used !== undefined && html`${words.used}${timeTag(totp.used)}`}`,
  aside:
    totp === undefined
      ? html`<a class="btn small" href="${paths.enrolTotp}">${words.enrol}<span class="sr"> ${words.totp}</span></a>`
      : html`<a class="btn second small" href="${paths.removeAuthenticator(totp.id)}">${words.remove}<span class="sr"> ${words.totp}</span></a>`,
})

const passkeyRows = ({ passkeys }: AuthenticatorsView, words: AuthenticatorWords['centre']) => [
  ...passkeys.map(({ id, label, since, used }) => ({
    icon: 'key' as const,
    tone: 'ok' as const,
    title: html`${words.passkey} ${label}`,
    text: html`${words.since}${timeTag(since, 'day')}${used !== undefined && html`${words.used}${timeTag(used)}`}`,
    aside: html`<a class="btn second small" href="${paths.removeAuthenticator(id)}">${words.remove}<span class="sr"> ${label}</span></a>`,
  })),
  {
    icon: 'key' as const,
    title: words.passkey,
    text: words.passkeyText,
    aside: html`<a class="btn second small" href="${paths.enrolPasskey}">${words.passkeyNew}<span class="sr"> ${words.passkey}</span></a>`,
  },
]

const certificateRows = ({ certificates }: AuthenticatorsView, words: AuthenticatorWords['centre']) => [
  ...certificates.map(({ id, label, since, used }) => ({
    icon: 'key' as const,
    tone: 'ok' as const,
    title: html`${words.certificate} <code>${label}</code>`,
    text: html`${words.since}${timeTag(since, 'day')}${used !== undefined && html`${words.used}${timeTag(used)}`}`,
    aside: html`<a class="btn second small" href="${paths.removeAuthenticator(id)}">${words.remove}<span class="sr"> ${label}</span></a>`,
  })),
  {
    icon: 'file' as const,
    title: words.certificate,
    text: words.certificateText,
    aside: html`<a class="btn second small" href="${paths.enrolCertificate}">${words.enrol}<span class="sr"> ${words.certificate}</span></a>`,
  },
]

const recoveryRow = ({ totp, recoveryLeft }: AuthenticatorsView, words: AuthenticatorWords['centre']) => ({
  icon: 'file' as const,
  title: html`${words.recovery}${recoveryLeft > 0 && tag(recoveryLeft < 3 ? 'warn' : 'ok', words.left(recoveryLeft))}`,
  text: totp === undefined ? words.recoveryNeeds : words.recoveryText,
  aside:
    totp === undefined
      ? html``
      : html`<a class="btn second small" href="${paths.recoveryCodes}">${recoveryLeft > 0 ? words.renew : words.make}</a>`,
})

export function authenticatorsPage(view: AuthenticatorsView): Html {
  const all = authenticatorWords(view.chrome.language)
  const words = all.centre
  const done = view.done === undefined ? undefined : all.done[view.done]
  return frame(
    view,
    words.title,
    html`${done !== undefined && html`<p class="note done" role="status">${icon('check')}<span>${done}</span></p>`}
<div class="stack g2"><h1>${words.title}</h1><p class="soft">${words.lead}</p></div>
<section class="card" aria-label="${words.title}">${rows([
      {
        icon: 'lock',
        title: words.password,
        text: words.passwordText,
        aside: html`<a class="btn second small" href="${paths.changePassword}">${words.change}</a>`,
      },
      ...passkeyRows(view, words),
      ...certificateRows(view, words),
      totpRow(view, words),
      recoveryRow(view, words),
    ])}</section>
<section class="card stack g3" aria-labelledby="n"><h2 id="n">${words.notices}</h2>
${
  view.notices.length === 0
    ? emptyState(words.noNotices, words.noNoticesText)
    : html`<ol class="timeline">${view.notices.map((n) => html`<li><b>${all.notices[n.what] ?? n.what}</b> <span class="soft">${timeTag(n.at)}</span></li>`)}</ol><p class="hint">${words.noNoticesText}</p>`
}</section>
<p><a href="${paths.account}">${words.back}</a></p>`,
  )
}

/** Password, and a code where there is a second factor. */
export const ownerFields = (state: FormState, hasFactor: boolean): Html => {
  const words = authenticatorWords(state.language).owner
  return html`${field(state, { name: 'password', label: words.password, hint: words.passwordHint, type: 'password', autocomplete: 'current-password', required: true, maxlength: 256 })}
${hasFactor && field(state, { name: 'code', label: words.code, autocomplete: 'one-time-code', required: true, maxlength: 24 })}`
}

export interface EnrolTotpView {
  readonly chrome: Chrome
  readonly authenticatorId: string
  /** Base32. */
  readonly secret: string
  readonly qr: QrCode
  readonly errors?: readonly FieldError[]
}

export function enrolTotpPage(view: EnrolTotpView): Html {
  const words = authenticatorWords(view.chrome.language).totp
  const state = formState(view.chrome.language, view)
  return frame(
    view,
    words.title,
    html`${summaryOf(state)}
<h1>${words.title}</h1>
<section class="card stack g3" aria-labelledby="s"><h2 id="s">${words.scan}</h2><p class="hint">${words.scanText}</p>
${qrPanel(view.qr)}
<p>${words.secret}<br>${code(groupFours(view.secret))}</p></section>
<form class="stack g6" action="${paths.enrolTotp}" method="post" novalidate>${hidden({ authenticatorId: view.authenticatorId })}
${field(state, { name: 'newCode', label: words.newCode, autocomplete: 'one-time-code', inputmode: 'numeric', required: true, maxlength: 12 })}
${ownerFields(state, false)}
<div class="row actions"><button class="btn">${words.submit}</button><a href="${paths.authenticators}">${authenticatorWords(view.chrome.language).centre.back}</a></div>
</form>`,
  )
}

export interface OwnerFormView {
  readonly chrome: Chrome
  readonly errors?: readonly FieldError[]
}

export interface RemovalView extends OwnerFormView {
  readonly authenticatorId: string
  readonly kind: 'totp' | 'passkey' | 'certificate'
  /** A code is asked for too. */
  readonly hasFactor: boolean
}

export function removeAuthenticatorPage(view: RemovalView): Html {
  const all = authenticatorWords(view.chrome.language)
  const words = all.remove
  const state = formState(view.chrome.language, view)
  const title = words.title(all.centre[view.kind])
  return frame(
    view,
    title,
    html`${summaryOf(state)}<div class="stack g2"><h1>${title}</h1><p>${words.lead}</p></div>
<form class="stack g6" action="${paths.removeAuthenticator(view.authenticatorId)}" method="post" novalidate>
${ownerFields(state, view.hasFactor)}
<div class="row actions"><button class="btn danger">${words.submit}</button><a href="${paths.authenticators}">${words.cancel}</a></div>
</form>`,
  )
}

export interface EnrolPasskeyView extends OwnerFormView {
  /** Creation options of WebAuthn, in JSON. */
  readonly options: string
  readonly hasFactor: boolean
  readonly label?: string
}

export function enrolPasskeyPage(view: EnrolPasskeyView): Html {
  const words = authenticatorWords(view.chrome.language).passkey
  const state = formState(view.chrome.language, {
    ...view,
    ...(view.label === undefined ? {} : { values: { label: view.label } }),
  })
  return frame(
    view,
    words.title,
    html`${summaryOf(state)}<div class="stack g2"><h1>${words.title}</h1><p>${words.lead}</p></div>
<noscript>${note(words.none, 'alert')}</noscript>
${passkeyForm({
  kind: 'create',
  action: paths.enrolPasskey,
  options: view.options,
  failed: words.failed,
  submit: words.submit,
  fields: html`${field(state, { name: 'label', label: words.label, hint: words.labelHint, required: true, maxlength: 40 })}
${ownerFields(state, view.hasFactor)}`,
})}
<p><a href="${paths.authenticators}">${authenticatorWords(view.chrome.language).centre.back}</a></p>`,
    ['passkey'],
  )
}

export function recoveryCodesPage(view: OwnerFormView): Html {
  const words = authenticatorWords(view.chrome.language).recovery
  const state = formState(view.chrome.language, view)
  return frame(
    view,
    words.title,
    html`${summaryOf(state)}<div class="stack g2"><h1>${words.title}</h1><p>${words.lead}</p></div>
<form class="stack g6" action="${paths.recoveryCodes}" method="post" novalidate>
${ownerFields(state, true)}
<div class="row actions"><button class="btn">${words.submit}</button><a href="${paths.authenticators}">${authenticatorWords(view.chrome.language).centre.back}</a></div>
</form>`,
  )
}

export function recoveryCodesMadePage(view: { readonly chrome: Chrome; readonly codes: readonly string[] }): Html {
  const words = authenticatorWords(view.chrome.language).recovery
  return frame(
    view,
    words.title,
    html`<h1>${words.shown}</h1>${note(words.shownText, 'alert')}
<section class="card"><ol class="stack g2">${view.codes.map((c) => html`<li><code>${c}</code></li>`)}</ol></section>
<div class="row actions"><a class="btn" href="${paths.authenticators}">${words.done}</a><button class="btn second" type="button" data-print hidden>${words.print}</button></div>`,
  )
}
