/** Changing one's password, and recovering a forgotten one. */
import { html } from '../html.ts'
import type { Html } from '../html.ts'
import { field } from '../parts/forms.ts'
import type { FieldError, FormState, Values } from '../parts/forms.ts'
import { confirmation, more } from '../parts/lists.ts'
import { formState, page, summaryOf } from '../parts/page.ts'
import type { Chrome } from '../parts/page.ts'
import { paths } from '../paths.ts'
import { authenticatorWords } from '../words/authenticators.ts'

export interface PasswordView {
  readonly chrome: Chrome
  readonly values?: Values
  readonly errors?: readonly FieldError[]
}

const newPasswordFields = (state: FormState): Html => {
  const words = authenticatorWords(state.language).change
  return html`${field(state, { name: 'newPassword', label: words.fresh, hint: words.freshHint, type: 'password', autocomplete: 'new-password', required: true, maxlength: 256 })}
${field(state, { name: 'passwordAgain', label: words.again, type: 'password', autocomplete: 'new-password', required: true, maxlength: 256 })}`
}

const frame = (view: PasswordView, title: string, content: Html): Html =>
  page(
    view.chrome,
    {
      title,
      area: authenticatorWords(view.chrome.language).centre.area,
      width: 'slim',
      bilingual: true,
      ...(view.errors === undefined ? {} : { errors: view.errors }),
    },
    html`<div class="stack g8">${content}</div>`,
  )

export function changePasswordPage(view: PasswordView): Html {
  const words = authenticatorWords(view.chrome.language).change
  const state = formState(view.chrome.language, view)
  return frame(
    view,
    words.title,
    html`${summaryOf(state)}<div class="stack g2"><h1>${words.title}</h1><p class="soft">${words.after}</p></div>
<form class="stack g6" action="${paths.changePassword}" method="post" novalidate>
${field(state, { name: 'oldPassword', label: words.old, type: 'password', autocomplete: 'current-password', required: true, maxlength: 256 })}
${newPasswordFields(state)}
<div class="row actions"><button class="btn">${words.submit}</button><a href="${paths.authenticators}">${authenticatorWords(view.chrome.language).centre.back}</a></div>
</form>
<p><a href="${paths.recoverPassword}">${words.forgot}</a></p>`,
  )
}

export function recoverPasswordPage(view: PasswordView): Html {
  const words = authenticatorWords(view.chrome.language).recover
  const state = formState(view.chrome.language, view)
  return frame(
    view,
    words.title,
    html`${summaryOf(state)}<div class="stack g2"><h1>${words.title}</h1><p>${words.lead}</p></div>
<form class="stack g6" action="${paths.recoverPassword}" method="post" novalidate>
${field(state, { name: 'loginName', label: words.loginName, autocomplete: 'username', required: true, maxlength: 64 })}
${field(state, { name: 'code', label: words.code, autocomplete: 'one-time-code', inputmode: 'numeric', required: true, maxlength: 12 })}
${field(state, { name: 'recoveryCode', label: words.recoveryCode, autocomplete: 'off', long: true, required: true, maxlength: 24 })}
${newPasswordFields(state)}
<div class="row actions"><button class="btn">${words.submit}</button></div>
</form>
${more(words.hall, html`<p>${words.hallText}</p>`)}`,
  )
}

export function passwordRecoveredPage(view: PasswordView): Html {
  const words = authenticatorWords(view.chrome.language).recover
  return frame(
    view,
    words.doneTitle,
    html`${confirmation(words.doneTitle, words.done)}<p><a class="btn" href="${paths.signIn}">${words.signIn}</a></p>`,
  )
}
