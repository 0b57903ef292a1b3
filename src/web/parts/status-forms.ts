/** Changing the state of a seal, licence or certificate: what follows from it, a reason for the audit, and a button. */
import { attributes, html } from '../html.ts'
import type { Html } from '../html.ts'
import { field, hidden } from './forms.ts'
import type { FieldError, FormState, Values } from './forms.ts'
import { icon } from './icons.ts'

export interface StatusAction {
  /** Value of the hidden field `change`. */
  readonly change: string
  readonly label: string
  /** What happens then, and whether it can be undone. */
  readonly follows: string
  readonly danger?: boolean
  /** What is asked besides; stands before the reason. */
  readonly extra?: (state: FormState, tried: boolean) => Html
  /** Nothing is asked for the audit. */
  readonly silent?: boolean
}

export interface StatusFormState {
  readonly action: string
  /** reason, change: kept when the form comes back with errors. */
  readonly values?: Values
  readonly errors?: readonly FieldError[]
}

/** Each action folds; the one that came back with an error is open. */
export const statusForms = (actions: readonly StatusAction[], given: StatusFormState): Html =>
  html`<div class="stack g1">${actions.map((action) => {
    const tried = given.values?.['change'] === action.change
    const state = {
      language: 'zh' as const,
      values: tried ? (given.values ?? {}) : {},
      errors: tried ? (given.errors ?? []) : [],
    }
    return html`<details class="more"${attributes({ open: tried })}><summary>${icon('turn')}<span>${action.label}</span></summary>
<form class="stack g3" method="post" action="${given.action}" novalidate>${hidden({ change: action.change })}
<p>${action.follows}</p>
${action.extra?.(state, tried)}
${action.silent !== true && field(state, { name: 'reason', ...(tried ? {} : { id: `reason-${action.change}` }), label: '原因', hint: '2 到 200 个字，写进审计记录。', rows: 2, required: true, maxlength: 200 })}
<p><button class="btn ${action.danger === true ? 'danger' : 'second'} small">${action.label}</button></p></form></details>`
  })}</div>`
