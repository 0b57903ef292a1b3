/** Forms: field, error summary, choice cards, hidden values. They work without a script; the input is kept across errors. */
import { attributes, html } from '../html.ts'
import type { Html } from '../html.ts'
import { fieldWords } from '../words/fields.ts'
import { errorWords, wordsOf } from '../words/index.ts'
import type { Language } from '../words/index.ts'
import { icon } from './icons.ts'

/** What was refused, by code; `field` is the name of the input at fault, if one is. `text` only where the code's words do not fit. */
export interface FieldError {
  readonly code: string
  readonly field?: string
  readonly text?: string
}

export type Values = Readonly<Record<string, string | undefined>>

/** What a form part needs from its page. */
export interface FormState {
  readonly language: Language
  readonly values: Values
  readonly errors: readonly FieldError[]
}

/** For an input that was left empty or filled in wrongly, what it needs. */
const needOf = ({ code, field }: FieldError, language: Language): string | undefined =>
  code === 'INPUT_INVALID' && field !== undefined ? fieldWords(field, language) : undefined

export const errorText = (error: FieldError, language: Language): string =>
  error.text ?? needOf(error, language) ?? errorWords(error.code, language).what

export interface FieldOptions {
  readonly name: string
  /** Where one page has the same field in several forms. */
  readonly id?: string
  readonly label: string
  readonly hint?: string | Html
  readonly type?: 'text' | 'password' | 'date' | 'search'
  readonly autocomplete?: string
  readonly inputmode?: 'text' | 'numeric' | 'decimal'
  readonly maxlength?: number
  readonly required?: boolean
  /** Codes of many characters get a wide, even face. */
  readonly long?: boolean
  /** The label is the page's heading: one question a page. */
  readonly heading?: boolean
  /** Several lines; the value is their number. */
  readonly rows?: number
  /** Stands beside the label, at the end of its line. */
  readonly beside?: Html
  /** Shown under the input, as the echo of a code in its parts. */
  readonly below?: Html
  readonly options?: readonly { readonly value: string; readonly label: string }[]
}

export const fieldId = (name: string): string => `f-${name.replace(/[^A-Za-z0-9]/g, '-')}`

const describedBy = (id: string, options: FieldOptions, wrong: boolean): string | undefined => {
  const ids = [wrong && `${id}-e`, options.hint !== undefined && `${id}-h`, options.below !== undefined && `${id}-g`]
  const present = ids.filter((x) => x !== false)
  return present.length === 0 ? undefined : present.join(' ')
}

function control(options: FieldOptions, value: string | undefined, wrong: boolean): Html {
  const id = options.id ?? fieldId(options.name)
  const common = {
    id,
    name: options.name,
    required: options.required === true,
    'aria-invalid': wrong ? 'true' : undefined,
    'aria-describedby': describedBy(id, options, wrong),
  }
  if (options.options !== undefined) {
    return html`<select${attributes(common)}>${options.options.map(
      (o) => html`<option${attributes({ value: o.value, selected: o.value === value })}>${o.label}</option>`,
    )}</select>`
  }
  const typing = {
    ...common,
    autocomplete: options.autocomplete,
    maxlength: options.maxlength,
    inputmode: options.inputmode,
  }
  if (options.rows !== undefined)
    return html`<textarea${attributes({ ...typing, rows: options.rows })}>${value ?? ''}</textarea>`
  const secret = options.type === 'password'
  return html`<input${attributes({
    ...typing,
    type: options.type ?? 'text',
    class: options.long === true ? 'long' : undefined,
    spellcheck: options.long === true ? 'false' : undefined,
    value: secret ? undefined : value,
  })}>`
}

/** A password is never filled in again; its eye is added by the script of the page. */
function peek(input: Html, id: string, language: Language): Html {
  const words = wordsOf(language).form
  return html`<div class="peek">${input}<button class="linkish" type="button" hidden data-peek="${id}" data-shown="${words.hide}" aria-pressed="false">${words.show}</button></div>`
}

/** Label, hint, error, input: in this order, tied together for screen readers. */
export function field(state: FormState, options: FieldOptions): Html {
  const id = options.id ?? fieldId(options.name)
  const error = state.errors.find((e) => e.field === options.name)
  const label = html`<label for="${id}">${options.label}</label>`
  const input = control(options, state.values[options.name], error !== undefined)
  const words = wordsOf(state.language).form
  return html`<div class="field${error === undefined ? '' : ' wrong'}">
${options.heading === true ? html`<h1>${label}</h1>` : options.beside === undefined ? label : html`<div class="row ends">${html`<label class="label" for="${id}">${options.label}</label>`}${options.beside}</div>`}
${options.hint !== undefined && html`<p class="hint" id="${id}-h">${options.hint}</p>`}
${error !== undefined && html`<p class="error" id="${id}-e">${icon('alert')}<span><span class="sr">${words.error}</span>${errorText(error, state.language)}</span></p>`}
${options.type === 'password' ? peek(input, id, state.language) : input}
${options.below !== undefined && html`<div id="${id}-g">${options.below}</div>`}
</div>`
}

/** What went wrong, at the top, with links to the fields; the stable code small, for the help desk. Nothing when nothing did. */
export function errorSummary({ errors, language }: Pick<FormState, 'errors' | 'language'>): Html | undefined {
  if (errors.length === 0) return undefined
  const words = wordsOf(language).form
  const codes = [...new Set(errors.map((e) => e.code))].join(' ')
  return html`<div class="errors stack g2" role="alert" aria-labelledby="errors-title" tabindex="-1" autofocus>
<h2 id="errors-title">${words.problems(errors.length)}</h2>
<ul>${errors.map((error) => {
    const { next } = errorWords(error.code, language)
    const what = errorText(error, language)
    return html`<li>${error.field === undefined ? html`<b>${what}</b>` : html`<a href="#${fieldId(error.field)}">${what}</a>`}${
      next !== '' && error.text === undefined && needOf(error, language) === undefined && html`<br><span>${next}</span>`
    }</li>`
  })}</ul>
<p class="hint">${words.tellCode} <code>${codes}</code></p>
</div>`
}

export const hidden = (values: Values): readonly Html[] =>
  Object.entries(values).map(([name, value]) =>
    value === undefined ? html`` : html`<input type="hidden" name="${name}" value="${value}">`,
  )

export interface Choice {
  readonly value: string
  readonly title: string
  readonly tags?: readonly Html[]
  readonly lines?: readonly (Html | string)[]
  readonly checked?: boolean
  readonly disabled?: boolean
}

/** Radio buttons as cards: the whole card is the label, what it means stands in it. */
export const choiceCards = (name: string, choices: readonly Choice[]): Html =>
  html`<div class="choices">${choices.map((choice, i) => {
    const id = `${fieldId(name)}-${i}`
    return html`<label class="choice" for="${id}">
<input${attributes({ type: 'radio', name, id, value: choice.value, checked: choice.checked === true, disabled: choice.disabled === true, required: true, 'aria-describedby': `${id}-d` })}>
<span class="stack g2"><span class="row tight ends"><b>${choice.title}</b>${choice.tags !== undefined && html`<span class="row tight">${choice.tags}</span>`}</span>
<span id="${id}-d" class="stack g1">${choice.lines}</span></span>
</label>`
  })}</div>`

/** Tick boxes in one group. */
export const ticks = (
  name: string,
  boxes: readonly {
    readonly value: string
    readonly label: string
    readonly hint?: string
    readonly checked?: boolean
  }[],
): Html =>
  html`<div class="ticks">${boxes.map(
    (box) =>
      html`<label><input${attributes({ type: 'checkbox', name, value: box.value, checked: box.checked === true })}><span>${box.label}${
        box.hint !== undefined && html`<br><small class="soft">${box.hint}</small>`
      }</span></label>`,
  )}</div>`
