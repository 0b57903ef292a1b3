/** Signing out of everything at once: the question, and the receipt that says which portals confirmed. In both languages. */
import { attributes, html } from '../html.ts'
import type { Html } from '../html.ts'
import { code, groupFours } from '../parts/codes.ts'
import { clockTag, timeTag } from '../parts/dates.ts'
import { choiceCards } from '../parts/forms.ts'
import { icon } from '../parts/icons.ts'
import type { IconName } from '../parts/icons.ts'
import { confirmation, more, rows, summaryList, tag } from '../parts/lists.ts'
import type { Row } from '../parts/lists.ts'
import { page } from '../parts/page.ts'
import type { Chrome } from '../parts/page.ts'
import { confirmedList, progressBar } from '../parts/progress.ts'
import { paths } from '../paths.ts'
import { wordsOf } from '../words/index.ts'
import type { Language } from '../words/index.ts'

export interface SignOutView {
  readonly chrome: Chrome
  readonly action: string
  /** Carried back as they came: the library's own hidden fields. */
  readonly fields?: Readonly<Record<string, string>>
  readonly portals: readonly string[]
  /** Offer to end the sessions on other devices too. */
  readonly offerEverywhere: boolean
  readonly stayUrl?: string
}

export interface DeliveryView {
  readonly portal: string
  /** `failed`: no more tries; `lease`: cannot be told; their own session ends at `lastsUntil`; `lapsed`: it has ended. */
  readonly state: 'pending' | 'retrying' | 'confirmed' | 'failed' | 'lease' | 'lapsed'
  readonly attempts: number
  readonly confirmedAt?: Date
  readonly nextAt?: Date
  readonly lastsUntil?: Date
  readonly logoutUrl?: string
}

export interface SignOutReceiptView {
  readonly chrome: Chrome
  readonly receiptId: string
  readonly at: Date
  readonly scope: 'session' | 'account'
  readonly deliveries: readonly DeliveryView[]
  readonly portalUrl?: string
  /** Where the signed receipt is to be had. */
  readonly signedUrl?: string
}

export function signOutPage(view: SignOutView): Html {
  const words = wordsOf(view.chrome.language).signOut
  const { portals } = view
  return page(
    view.chrome,
    { title: words.askTitle, width: 'slim', bilingual: true },
    html`<form class="stack g6" method="post" action="${view.action}">
${Object.entries(view.fields ?? {}).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}
<div class="stack g2"><h1>${words.askTitle}</h1><p>${words.ask(portals.length)}</p></div>
${
  portals.length > 0 &&
  html`<section class="card stack g2" aria-labelledby="p"><h2 class="label" id="p">${words.portals}</h2><ul class="stack g1">${portals.map(
    (portal) => html`<li class="line">${icon('portal', 'soft')}<span>${portal}</span></li>`,
  )}</ul></section>`
}
${
  view.offerEverywhere &&
  html`<fieldset><legend class="label">${words.scope}</legend>${choiceCards('scope', [
    {
      value: 'session',
      title: words.here,
      lines: [html`<small class="soft">${words.hereHint}</small>`],
      checked: true,
    },
    { value: 'account', title: words.everywhere, lines: [html`<small class="soft">${words.everywhereHint}</small>`] },
  ])}</fieldset>`
}
<div class="row actions"><button class="btn">${words.submit}</button><a href="${view.stayUrl ?? paths.home}">${words.stay}</a></div>
</form>`,
  )
}

const untilTag = ({ lastsUntil }: DeliveryView, language: Language) =>
  lastsUntil !== undefined && timeTag(lastsUntil, 'minute', language)

/** A portal that can neither be called nor fetch: its sessions are short. */
function leaseRow(delivery: DeliveryView, language: Language): Row {
  const words = wordsOf(language).signOut
  const over = delivery.state === 'lapsed'
  return {
    icon: over ? 'check' : 'clock',
    tone: over ? 'ok' : 'warn',
    title: delivery.portal,
    text: html`${over ? words.lapsed : words.onLease}${untilTag(delivery, language)}`,
    aside: tag(over ? 'ok' : 'warn', over ? words.lapsedTag : words.leaseTag),
  }
}

function pendingRow(delivery: DeliveryView, language: Language): Row {
  if (delivery.state === 'lease' || delivery.state === 'lapsed') return leaseRow(delivery, language)
  const words = wordsOf(language).signOut
  const tried = delivery.attempts > 0 && html`${words.tried(delivery.attempts)} · `
  const failed = delivery.state === 'failed'
  const text = failed
    ? html`${words.gaveUp}${untilTag(delivery, language)}<br>${words.manual}`
    : delivery.state === 'pending' || delivery.nextAt === undefined
      ? html`${words.first}`
      : html`${tried}${words.nextTry}${clockTag(delivery.nextAt)}`
  const state = failed
    ? tag('bad', words.failedTag, 'alert')
    : tag('warn', delivery.state === 'pending' ? words.pendingTag : words.retryTag)
  const link = delivery.logoutUrl !== undefined && delivery.state !== 'pending'
  return {
    icon: failed ? 'alert' : 'clock',
    tone: failed ? 'bad' : 'warn',
    title: delivery.portal,
    text,
    aside: html`<div class="stack g2 start">${state}${link && html`<a class="btn second small" href="${delivery.logoutUrl}" rel="noreferrer">${words.toPortal}</a>`}</div>`,
  }
}

function progress(view: SignOutReceiptView): Html {
  const { language } = view.chrome
  const words = wordsOf(language).signOut
  const total = view.deliveries.length
  if (total === 0) return html`<p>${words.done} ${words.none}</p>`
  const confirmed = view.deliveries.filter((d) => d.state === 'confirmed')
  const open = view.deliveries.filter((d) => d.state !== 'confirmed')
  const waiting = open.filter((d) => d.state === 'pending' || d.state === 'retrying').length
  return html`<p>${words.done} <b>${words.progress(confirmed.length, total)}</b>${waiting > 0 ? words.rest(waiting) : words.stop}</p>
<section class="card stack g6" aria-labelledby="s">
<div class="stack g2"><div class="row ends"><h2 id="s">${words.ratio(confirmed.length, total)}</h2>${
    waiting > 0 &&
    html`<span class="hint">${words.leave} · <a href="${view.chrome.path ?? ''}">${words.update}</a></span>`
  }</div>
${progressBar(confirmed.length, total, words.progress(confirmed.length, total))}</div>
${open.length > 0 && rows(open.map((delivery) => pendingRow(delivery, language)))}
${
  confirmed.length > 0 &&
  more(
    words.confirmed(confirmed.length),
    confirmedList(confirmed.map((d) => ({ name: d.portal, at: d.confirmedAt ?? view.at }))),
    true,
  )
}
</section>`
}

/** What the part that renews itself may come to show. */
const LIVE_ICONS: readonly IconName[] = ['check', 'clock', 'alert', 'turn']

export function signOutReceiptPage(view: SignOutReceiptView): Html {
  const { language } = view.chrome
  const words = wordsOf(language).signOut
  const waiting = view.deliveries.some((d) => d.state === 'pending' || d.state === 'retrying')
  return page(
    view.chrome,
    {
      title: words.doneTitle,
      width: 'slim',
      bilingual: true,
      icons: LIVE_ICONS,
      ...(waiting ? { refreshSeconds: 5 } : {}),
    },
    html`<div class="stack g6">
<div class="stack g6"${attributes({ id: 'live', 'data-live': waiting ? '3' : undefined, 'aria-live': 'polite' })}>
${confirmation(words.doneTitle)}
${progress(view)}
</div>
<section class="stack g3" aria-labelledby="r"><h2 id="r" class="label">${words.receipt}</h2>
${summaryList(
  [
    { label: words.receiptId, value: code(groupFours(view.receiptId)) },
    { label: words.at, value: html`${timeTag(view.at, 'second', language)}${words.zone}` },
    { label: words.scopeLine, value: words.scopes[view.scope] },
  ],
  'over',
)}${view.signedUrl !== undefined && html`<p><a href="${view.signedUrl}" download>${words.signed}</a></p>`}</section>
<div class="row actions"><a class="btn" href="${view.portalUrl ?? paths.signIn}">${view.portalUrl === undefined ? words.again : words.backToPortal}</a><button class="btn second" type="button" data-print hidden>${icon('print')}${words.print}</button></div>
</div>`,
  )
}
