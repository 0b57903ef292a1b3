/** Things said in rows: step bar, summary list, status tag, timeline, rows with something to do, empty state, data table. */
import { attributes, html } from '../html.ts'
import type { Html } from '../html.ts'
import { icon } from './icons.ts'
import type { IconName } from './icons.ts'

type Content = Html | string

/** Where one is in a sequence; on phones only the present step is named. `now` counts from 0. */
export const stepBar = (label: string, steps: readonly string[], now: number): Html =>
  html`<nav aria-label="${label}"><ol class="steps">${steps.map((step, i) =>
    i === now
      ? html`<li aria-current="step" data-of="${steps.length}">${step}</li>`
      : html`<li${attributes({ class: i < now ? 'done' : undefined })}>${step}</li>`,
  )}</ol></nav>`

export interface Line {
  readonly label: string
  readonly value: Content | readonly Content[] | undefined
}

/** Label and value; a line without a value is left out. `over`: on phones the label stands over the value. */
export const summaryList = (lines: readonly (Line | false | undefined)[], style = ''): Html =>
  html`<dl class="list${style === '' ? '' : ` ${style}`}">${lines.map(
    (line) =>
      line !== undefined &&
      line !== false &&
      line.value !== undefined &&
      html`<div><dt>${line.label}</dt><dd>${line.value}</dd></div>`,
  )}</dl>`

export type Tone = 'ok' | 'warn' | 'bad' | 'info' | 'off'

const TONE_ICONS: Readonly<Record<Tone, IconName>> = {
  ok: 'check',
  warn: 'clock',
  bad: 'lock',
  info: 'clock',
  off: 'minus',
}

/** Colour, icon and word, always all three. */
export const tag = (tone: Tone, word: string, name: IconName = TONE_ICONS[tone]): Html =>
  html`<span class="tag ${tone}">${icon(name)}${word}</span>`

export interface Moment {
  readonly title: string
  readonly when: Html
  readonly text?: Content
  readonly who?: string
}

/** History, the newest first. */
export const timeline = (moments: readonly Moment[]): Html =>
  html`<ol class="timeline">${moments.map(
    (moment, i) =>
      html`<li${attributes({ class: i === 0 ? 'now' : undefined })}><b>${moment.title}</b> <span class="soft">${moment.when}</span>${
        (moment.text !== undefined || moment.who !== undefined) && html`<br>`
      }${moment.text} ${moment.who !== undefined && html`<span class="soft">${moment.who}</span>`}</li>`,
  )}</ol>`

export interface Row {
  readonly icon: IconName
  readonly tone?: Tone
  readonly title: Content
  readonly text: Content
  readonly aside?: Html | readonly Html[]
}

/** Things, each with something to do or its state at the end. */
export const rows = (items: readonly Row[]): Html =>
  html`<ul class="rows">${items.map(
    (item) =>
      html`<li><span class="disc${item.tone === undefined ? '' : ` ${item.tone}`}">${icon(item.icon)}</span><div><h3 class="row tight">${item.title}</h3><div class="hint">${item.text}</div></div><div class="do">${item.aside}</div></li>`,
  )}</ul>`

/** What will be here, and how to begin. */
export const emptyState = (title: string, text: Content, action?: Html): Html =>
  html`<div class="empty stack g2"><b>${title}</b><p class="center">${text}</p>${action !== undefined && html`<p class="center">${action}</p>`}</div>`

export interface Column<T> {
  readonly label: string
  readonly cell: (row: T) => Content | undefined
  readonly end?: boolean
}

/** Under 640 px a card a row: the first column is the card's heading, the others carry their column's name. */
export function dataTable<T>(columns: readonly Column<T>[], data: readonly T[], caption: string): Html {
  return html`<table class="data"><caption class="sr">${caption}</caption><thead><tr>${columns.map(
    (column) =>
      html`<th${attributes({ scope: 'col', class: column.end === true ? 'end' : undefined })}>${column.label}</th>`,
  )}</tr></thead><tbody>${data.map(
    (row) =>
      html`<tr>${columns.map(
        (column, i) =>
          html`<td${attributes({ 'data-h': i === 0 ? undefined : column.label, class: column.end === true ? 'end num' : undefined })}>${
            i === 0 ? column.cell(row) : html`<div>${column.cell(row)}</div>`
          }</td>`,
      )}</tr>`,
  )}</tbody></table>`
}

export interface Paging {
  readonly from: number
  readonly to: number
  readonly total: number
  readonly previous?: string
  readonly next?: string
}

export const pager = (paging: Paging, unit: string): Html =>
  html`<nav class="pages" aria-label="分页"><span class="soft">第 ${paging.from}–${paging.to} ${unit}，共 ${paging.total} ${unit}</span><span class="row">${
    paging.previous !== undefined && html`<a href="${paging.previous}" rel="prev">上一页</a>`
  }${paging.next !== undefined && html`<a href="${paging.next}" rel="next">下一页</a>`}</span></nav>`

export const note = (content: Content, name: IconName = 'info'): Html =>
  html`<p class="note">${icon(name)}<span>${content}</span></p>`

/** What was done, at the top of the page that follows. */
export const confirmation = (title: string, text?: Content): Html =>
  html`<div class="stack g3"><p class="disc ok">${icon('check')}</p><h1>${title}</h1>${text !== undefined && html`<p>${text}</p>`}</div>`

export const more = (summary: string, content: Content, open = false): Html =>
  html`<details class="more"${attributes({ open })}><summary>${icon('turn')}<span>${summary}</span></summary><div>${content}</div></details>`
