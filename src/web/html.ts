/**
 * Auto-escaping template: html`<p title="${x}">${y}</p>`. What a value becomes depends on where its hole stands
 * (html-slots.ts). Refuses objects it cannot print, markup in attributes, and URLs whose scheme is not ours.
 */
import { slotsOf } from './html-slots.ts'
import type { Slot } from './html-slots.ts'

/** Finished markup. Only this module makes one, so that a parsed JSON object never passes for markup. */
export class Html {
  readonly text: string
  private constructor(text: string) {
    this.text = text
  }
  /** For this module; elsewhere `html` and `raw`. */
  static of(text: string): Html {
    return new Html(text)
  }
  toString(): string {
    return this.text
  }
}

/** Attributes made by `attributes()`, for a hole between attributes. */
export class Attributes {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

export type Value = string | number | Html | Attributes | false | null | undefined | readonly Value[]

const SPECIAL = /[&<>"'`\0]/
const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
  '\0': '\uFFFD',
}

/** Text for an element or a quoted attribute. */
export const escape = (text: string): string =>
  SPECIAL.test(text) ? text.replace(/[&<>"'`\0]/g, (c) => ENTITIES[c] as string) : text

const plain = (value: Value, where: Slot): string => {
  if (typeof value === 'string') return value
  if (typeof value === 'number') return String(value)
  if (value === undefined || value === null || value === false) return ''
  throw new TypeError(`html: a value of this kind does not belong in ${where}`)
}

const IMAGE = /^data:image\/(png|jpeg|svg\+xml)[;,]/i

/** A URL that leads nowhere else than to a page: relative, http(s), mailto, tel, or an image given inline. */
export function safeUrl(url: string): string {
  // Browsers drop these before they read the scheme.
  const compact = url.replace(/[\u0000-\u0020]/g, '')
  const scheme = /^([^/?#:]*):/.exec(compact)?.[1]?.toLowerCase()
  const allowed = scheme === undefined || ['http', 'https', 'mailto', 'tel'].includes(scheme) || IMAGE.test(compact)
  return allowed ? url : 'about:invalid'
}

function text(value: Value): string {
  if (value instanceof Html) return value.text
  if (Array.isArray(value)) return (value as readonly Value[]).map(text).join('')
  return escape(plain(value, 'text'))
}

const fill: Readonly<Record<Slot, (value: Value) => string>> = {
  text,
  attribute: (value) => escape(plain(value, 'attribute')),
  url: (value) => escape(safeUrl(plain(value, 'url'))),
  tag: (value) => {
    if (value instanceof Attributes) return value.text
    if (value === undefined || value === false || value === null || value === '') return ''
    throw new TypeError('html: only attributes() belongs between attributes')
  },
}

const slotsByTemplate = new WeakMap<TemplateStringsArray, readonly Slot[]>()

export function html(strings: TemplateStringsArray, ...values: readonly Value[]): Html {
  let slots = slotsByTemplate.get(strings)
  if (slots === undefined) {
    slots = slotsOf(strings)
    slotsByTemplate.set(strings, slots)
  }
  let out = strings[0] as string
  for (let i = 0; i < values.length; i++) out += fill[slots[i] as Slot](values[i]) + (strings[i + 1] as string)
  return Html.of(out)
}

/** Markup as it is. Only for constants of this folder: never for anything that came from outside. */
export const raw = (constant: string): Html => Html.of(constant)

export const nothing: Html = Html.of('')

const NAME = /^(aria-[a-z]+|data-[a-z-]+|[a-z]+)$/
const URLS = new Set(['href', 'src', 'action', 'formaction'])

/** `name="value"` pairs; true gives the bare name, false and undefined give nothing. Refuses handlers and styles. */
export function attributes(pairs: Readonly<Record<string, string | number | boolean | undefined>>): Attributes {
  let out = ''
  for (const [name, value] of Object.entries(pairs)) {
    if (!NAME.test(name) || /^(on.*|style|srcdoc)$/.test(name)) throw new TypeError(`html: no attribute ${name}`)
    if (value === undefined || value === false) continue
    const given = URLS.has(name) ? safeUrl(String(value)) : String(value)
    out += value === true ? ` ${name}` : ` ${name}="${escape(given)}"`
  }
  return new Attributes(out)
}
