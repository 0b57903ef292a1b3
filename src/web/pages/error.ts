/** What happened and what to do next; the stable code small, for the help desk. Never a stack, never "unknown error". Both languages. */
import { html } from '../html.ts'
import type { Html } from '../html.ts'
import { icon } from '../parts/icons.ts'
import { page } from '../parts/page.ts'
import type { Chrome } from '../parts/page.ts'
import { paths } from '../paths.ts'
import { errorWords, wordsOf } from '../words/index.ts'
import type { Language } from '../words/index.ts'

export interface ErrorView {
  readonly chrome: Chrome
  /** A TrustErrorCode; one without words of its own gets the general ones. */
  readonly code: string
  /** Of the request, for the help desk. */
  readonly reference?: string
  readonly retryAfterSeconds?: number
  /** Where "try again" leads; absent: no such link. */
  readonly retryUrl?: string
}

const WAITING = new Set(['TRY_LATER', 'REGISTRY_UNAVAILABLE', 'REGISTRY_ANSWER_UNDEFINED', 'AUDIT_NOT_CHAINED'])

function wordsFor(view: ErrorView): readonly [string, string] {
  const words = wordsOf(view.chrome.language).error
  if (view.code === 'NOT_FOUND') return [words.notFound[0] as string, words.notFound[1] as string]
  if (view.code === 'TOO_MANY_REQUESTS') return [words.tooMany[0] as string, words.tooMany[1] as string]
  if (view.code === 'TRY_LATER') return [words.unavailable[0] as string, words.unavailable[1] as string]
  const { what, next } = errorWords(view.code, view.chrome.language)
  return [what, next]
}

/** Named by where it leads. */
function retryWord(url: string, language: Language): string {
  const words = wordsOf(language).error
  if (url.startsWith(paths.choosePrincipal)) return words.principal
  return url.startsWith(paths.signIn) ? words.signIn : words.again
}

export function errorPage(view: ErrorView): Html {
  const words = wordsOf(view.chrome.language).error
  const [what, next] = wordsFor(view)
  const patient = WAITING.has(view.code) || view.code === 'TOO_MANY_REQUESTS'
  return page(
    view.chrome,
    { title: what, width: 'slim', bilingual: true },
    html`<div class="stack g6">
<div class="stack g3"><p class="disc warn">${icon(patient ? 'clock' : 'alert')}</p>
<h1>${what}</h1>
<p>${next}${view.retryAfterSeconds !== undefined && html` ${words.wait(view.retryAfterSeconds)}`}</p></div>
<div class="row actions">${view.retryUrl !== undefined && html`<a class="btn" href="${view.retryUrl}">${retryWord(view.retryUrl, view.chrome.language)}</a>`}<a class="btn${view.retryUrl === undefined ? '' : ' second'}" href="${paths.home}">${words.back}</a></div>
<p class="hint">${words.code} <code>${view.code}</code>${view.reference !== undefined && html` · ${words.reference} <code>${view.reference}</code>`}</p>
</div>`,
  )
}

type Shortcut = Omit<ErrorView, 'code'>
export const notFoundPage = (view: Shortcut): Html => errorPage({ ...view, code: 'NOT_FOUND' })
export const tooManyRequestsPage = (view: Shortcut): Html => errorPage({ ...view, code: 'TOO_MANY_REQUESTS' })
export const unavailablePage = (view: Shortcut): Html => errorPage({ ...view, code: 'TRY_LATER' })
