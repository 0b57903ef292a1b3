/** Long work, item by item: what is done, what is pending, what the person can do about it. The pending stand on top. */
import { attributes, html } from '../html.ts'
import type { Html } from '../html.ts'
import { clockTag } from './dates.ts'
import { icon } from './icons.ts'

/** A strip of as many pieces as there are items, the finished ones first; many items are shown in proportion. */
export function progressBar(done: number, total: number, label: string): Html {
  const pieces = Math.min(total, 60)
  const full = total === 0 ? 0 : Math.floor((done * pieces) / total)
  return html`<div class="bar" role="img" aria-label="${label}">${Array.from(
    { length: pieces },
    (_, i) => html`<i${attributes({ class: i < full ? undefined : 'warn' })}></i>`,
  )}</div>`
}

export const confirmedList = (items: readonly { readonly name: string; readonly at: Date }[]): Html =>
  html`<ul class="confirmed">${items.map(
    (item) =>
      html`<li><span class="line">${icon('check', 'ok')}<span>${item.name}</span></span><span class="soft num">${clockTag(item.at)}</span></li>`,
  )}</ul>`
