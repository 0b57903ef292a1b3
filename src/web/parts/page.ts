/**
 * The frame of every page: header (platform, who am I, for whom I act, switch, language), main, footer.
 * Nothing in it is inline script or style, and nothing is loaded from elsewhere: a strict policy holds.
 */
import { attributes, html, nothing } from '../html.ts'
import type { Html } from '../html.ts'
import { paths } from '../paths.ts'
import { wordsOf } from '../words/index.ts'
import type { Language } from '../words/index.ts'
import type { FieldError, FormState, Values } from './forms.ts'
import { errorSummary } from './forms.ts'
import { icon, sprite } from './icons.ts'
import type { IconName } from './icons.ts'

/** Addresses with a content hash, from assets.ts. */
export interface AssetUrls {
  readonly stylesheet: string
  readonly script: (name: 'page' | 'verify' | 'passkey') => string
}

/** For whom the person acts in this session. */
export interface Acting {
  readonly kind: 'self' | 'entity'
  readonly name: string
  /** 法定代表人, 经办人, 用印管理员 … */
  readonly role?: string
}

/** What every page needs besides its own view. */
export interface Chrome {
  readonly language: Language
  /** This page without query: the language link comes back to it. Absent: no language link. */
  readonly path?: string
  /** Where the service is reached, for "look at the address": `id.xinyin.example`. */
  readonly host: string
  /** Demonstration world: the footer says that all data are invented. */
  readonly demo: boolean
  /** Name of the platform that runs this service. */
  readonly platform?: string
  readonly assets: AssetUrls
  readonly person?: { readonly name: string }
  readonly acting?: Acting
}

export interface PageOptions {
  readonly title: string
  /** Small line under the platform's name: the part of the service one is in. */
  readonly area?: string
  readonly width?: 'wide' | 'slim'
  readonly tabs?: { readonly label: string; readonly items: readonly Tab[] }
  /** The page stands in both languages; others are Chinese only for now. */
  readonly bilingual?: boolean
  /** Reload without a script, for pages that wait; with one, only the part marked data-live is renewed. */
  readonly refreshSeconds?: number
  readonly scripts?: readonly ('verify' | 'passkey')[]
  /** Icons that a script of the page will need. */
  readonly icons?: readonly IconName[]
  readonly errors?: readonly FieldError[]
}

export interface Tab {
  readonly label: string
  readonly href: string
  readonly current?: boolean
}

const LOGO = html`<svg width="40" height="40" viewBox="0 0 40 40" aria-hidden="true"><rect width="40" height="40" rx="8" fill="currentColor"/><path fill="none" stroke="#fff" stroke-width="2.5" stroke-linecap="square" d="M14 9.5 9.5 17M12 15v16M23.5 8.5l1.5 2M18 14.5h14M20 19.5h10M20 24h10M20.5 28.5h9v4h-9z"/></svg>`

function languageLink(chrome: Chrome): Html | undefined {
  if (chrome.path === undefined) return undefined
  const other = chrome.language === 'zh' ? 'en' : 'zh'
  const tongue = other === 'en' ? 'en' : 'zh-CN'
  return html`<a href="${`${chrome.path}?lang=${other}`}" lang="${tongue}" hreflang="${tongue}">${other === 'en' ? 'English' : '中文'}</a>`
}

function me(chrome: Chrome, bilingual: boolean): Html {
  const words = wordsOf(chrome.language).frame
  const language = bilingual ? languageLink(chrome) : undefined
  if (chrome.person === undefined)
    return html`<nav class="me" aria-label="${words.help}"><a href="${paths.verify}">${words.verify}</a><a href="${paths.signIn}">${words.signIn}</a>${language}</nav>`
  return html`<nav class="me" aria-label="${words.myAccount}"><a class="who" href="${paths.account}">${icon('user')}<span>${chrome.person.name}</span></a><a href="${paths.signOut}">${words.signOut}</a>${language}</nav>`
}

function actingStrip(chrome: Chrome, wrap: string): Html {
  if (chrome.acting === undefined) return nothing
  const words = wordsOf(chrome.language).frame
  const { kind, name, role } = chrome.acting
  const line =
    kind === 'self' ? words.actingSelf : `${role === undefined ? '' : words.roleBefore(role)}${words.actingFor}`
  return html`<div class="acting"><div class="${wrap}">${icon(kind === 'self' ? 'user' : 'firm')}<p><span class="soft">${line}</span> <b>${name}</b></p><a href="${paths.choosePrincipal}">${words.switch}</a></div></div>`
}

const tabBar = (tabs: PageOptions['tabs'], wrap: string): Html =>
  tabs === undefined
    ? nothing
    : html`<nav class="tabs-bar" aria-label="${tabs.label}"><div class="${wrap} tabs">${tabs.items.map(
        (tab) =>
          html`<a${attributes({ href: tab.href, 'aria-current': tab.current === true ? 'page' : undefined })}>${tab.label}</a>`,
      )}</div></nav>`

function head(chrome: Chrome, options: PageOptions): Html {
  const words = wordsOf(chrome.language).frame
  const wrong = (options.errors?.length ?? 0) > 0
  return html`<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${wrong && words.errorTitle}${options.title} - ${words.platform}</title>
<meta name="theme-color" content="#ffffff" media="(prefers-color-scheme: light)">
<meta name="theme-color" content="#171f28" media="(prefers-color-scheme: dark)">
<meta name="referrer" content="same-origin">
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${chrome.assets.stylesheet}">
${options.refreshSeconds !== undefined && html`<noscript><meta http-equiv="refresh" content="${options.refreshSeconds}"></noscript>`}
<script type="module" src="${chrome.assets.script('page')}"></script>
${options.scripts?.map((name) => html`<script type="module" src="${chrome.assets.script(name)}"></script>`)}`
}

/** A whole page. The body is inside `main`; a page that is not bilingual is framed in Chinese. */
export function page(given: Chrome, options: PageOptions, body: Html): Html {
  const bilingual = options.bilingual === true
  const chrome: Chrome = bilingual ? given : { ...given, language: 'zh' }
  const words = wordsOf(chrome.language).frame
  const wrap = options.width === undefined ? 'wrap' : `wrap ${options.width}`
  const frame = html`<header class="top"><div class="${wrap}">
<a class="brand" href="${paths.home}">${LOGO}<span><b>${words.platform}</b><small>${options.area ?? chrome.platform ?? words.place}</small></span></a>
${me(chrome, bilingual)}
</div>${actingStrip(chrome, wrap)}</header>
${tabBar(options.tabs, wrap)}
<main id="main" class="${wrap}" tabindex="-1">
${body}
</main>
<footer class="foot"><div class="${wrap} row ends">
<p>${chrome.platform ?? words.host}${chrome.demo && ` · ${words.demo}`}</p>
<p>${words.hotline}</p>
</div></footer>`
  return html`<!doctype html>
<html lang="${chrome.language === 'zh' ? 'zh-CN' : 'en'}">
<head>
${head(chrome, options)}
</head>
<body>
<a class="skip" href="#main">${words.skip}</a>
${sprite(frame, options.icons)}
${frame}
</body>
</html>`
}

/** The state of a page's form, and its error summary. */
export const formState = (
  language: Language,
  view: { readonly values?: Values; readonly errors?: readonly FieldError[] },
): FormState => ({ language, values: view.values ?? {}, errors: view.errors ?? [] })

export const summaryOf = (state: FormState): Html => errorSummary(state) ?? nothing
