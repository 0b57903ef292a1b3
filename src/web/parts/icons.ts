/** The one family of icons: 24 px grid, stroke only, coloured by the text around them. A page carries those it uses. */
import { attributes, html, raw } from '../html.ts'
import type { Html } from '../html.ts'

const SHAPES = {
  alert: '<path d="M12 3.5 2.5 20h19zM12 10v4.5M12 17.3v.2"/>',
  ask: '<path d="M8.5 9a3.5 3.5 0 1 1 5.2 3c-1.1.7-1.7 1.3-1.7 2.6M12 18.8v.2"/>',
  bang: '<path d="M12 4.5v9.5M12 19v.2"/>',
  check: '<path d="m5 12.5 4.5 4.5L19 7"/>',
  clock: '<circle cx="12" cy="12" r="9"/><path d="M12 7v5.5l3.5 2"/>',
  cross: '<path d="m6.5 6.5 11 11M17.5 6.5l-11 11"/>',
  desk: '<rect x="3" y="4" width="18" height="12" rx="2"/><path d="M8.5 20.5h7M12 16v4.5"/>',
  down: '<path d="M12 3.5v12M7 11l5 5 5-5M4 20.5h16"/>',
  eye: '<path d="M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12Z"/><circle cx="12" cy="12" r="3"/>',
  file: '<path d="M6 2.5h8.5L19 7v14.5H6zM14 2.5V7.5h5M9 12.5h7M9 16.5h7"/>',
  firm: '<path d="M4 21V5l9-2v18M13 9h7v12M2.5 21h19M7.5 8.5h2M7.5 12.5h2M7.5 16.5h2M16 13h1.5M16 17h1.5"/>',
  info: '<circle cx="12" cy="12" r="9"/><path d="M12 11v5.5M12 7.5v.2"/>',
  key: '<circle cx="8" cy="15" r="4.5"/><path d="m11.5 11.5 8-8M16 7l3 3"/>',
  licence:
    '<path d="M3.5 5h17v14h-17zM7 9.5h6M7 13h4"/><circle cx="16.5" cy="13" r="2.2"/><path d="m15.5 15 -.5 2.5 1.5-.8 1.5.8-.5-2.5"/>',
  lock: '<rect x="5" y="11" width="14" height="10" rx="2"/><path d="M8 11V7.5a4 4 0 0 1 8 0V11"/>',
  minus: '<path d="M6 12h12"/>',
  pause: '<path d="M8.5 6v12M15.5 6v12"/>',
  people:
    '<circle cx="9" cy="8.5" r="3.5"/><path d="M2.5 20c0-3.6 2.9-5.5 6.5-5.5s6.5 1.9 6.5 5.5M15.5 5.5a3.5 3.5 0 0 1 0 6M18 15c2.2.7 3.5 2.400 3.5 5"/>',
  play: '<path d="M8 5.5v13l10-6.5z"/>',
  plus: '<path d="M12 5v14M5 12h14"/>',
  portal:
    '<circle cx="12" cy="12" r="9"/><path d="M3 12h18M12 3c2.5 2.5 3.5 5.5 3.5 9s-1 6.5-3.5 9c-2.5-2.5-3.5-5.5-3.5-9s1-6.5 3.5-9Z"/>',
  print:
    '<path d="M7 8V3h10v5M7 17H4.5a1.5 1.5 0 0 1-1.5-1.5V10a2 2 0 0 1 2-2h14a2 2 0 0 1 2 2v5.5a1.5 1.5 0 0 1-1.5 1.5H17M7 14h10v7H7z"/>',
  seal: '<path d="M9.5 13.5c.5-2.5-1.5-3.5-1.5-6a4 4 0 0 1 8 0c0 2.5-2 3.5-1.5 6M5 18v-2.5a2 2 0 0 1 2-2h10a2 2 0 0 1 2 2V18zM5 21.5h14"/>',
  search: '<circle cx="11" cy="11" r="7"/><path d="m16.2 16.2 4.8 4.8"/>',
  swap: '<path d="M4 8.5h15M15 4.5l4 4-4 4M20 15.5H5M9 11.5l-4 4 4 4"/>',
  turn: '<path d="m9 5.5 6.5 6.5L9 18.5"/>',
  upload: '<path d="M12 16.5v-12M7 9l5-5 5 5M4 20.5h16"/>',
  user: '<circle cx="12" cy="8" r="4"/><path d="M4 21c0-4 3.6-6.5 8-6.5s8 2.5 8 6.5"/>',
} as const
export type IconName = keyof typeof SHAPES

/** An icon beside a word; it says nothing by itself to a screen reader. */
export const icon = (name: IconName, tone?: string): Html =>
  html`<svg class="i${tone === undefined ? '' : ` ${tone}`}" aria-hidden="true"><use${attributes({ href: `#i-${name}` })}/></svg>`

const symbol = (name: IconName): string => `<symbol id="i-${name}" viewBox="0 0 24 24">${SHAPES[name]}</symbol>`

/** The symbols that the markup refers to, and those that a script of the page will. */
export function sprite(markup: Html, alsoNeeded: readonly IconName[] = []): Html {
  const used = new Set<string>(alsoNeeded)
  for (const [, name] of markup.text.matchAll(/href="#i-([a-z]+)"/g)) used.add(name as string)
  const symbols = (Object.keys(SHAPES) as IconName[]).filter((name) => used.has(name)).map(symbol)
  return html`<svg width="0" height="0" class="sprite" aria-hidden="true" focusable="false">${raw(symbols.join(''))}</svg>`
}
