/** A form that a passkey fills in: hidden until the script finds that the browser knows passkeys. */
import { attributes, html } from '../html.ts'
import type { Html } from '../html.ts'
import { icon } from './icons.ts'

export interface PasskeyForm {
  readonly kind: 'create' | 'get'
  readonly action: string
  /** WebAuthn's options in JSON. */
  readonly options: string
  /** Said when the browser gave nothing. */
  readonly failed: string
  readonly submit: string
  readonly fields?: Html
}

export const passkeyForm = (form: PasskeyForm): Html =>
  html`<form${attributes({ class: 'stack g6', action: form.action, method: 'post', novalidate: true, hidden: true, 'data-passkey': form.kind, 'data-options': form.options })}><input type="hidden" name="passkey" value="">
${form.fields}
<p class="error" data-failed tabindex="-1" hidden>${icon('alert')}<span>${form.failed}</span></p>
<button class="btn${form.kind === 'get' ? ' second block' : ''}">${icon('key')}${form.submit}</button>
</form>`
