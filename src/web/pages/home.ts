/** The first page: what one can do here, signed in or not. In both languages. */
import { html } from '../html.ts'
import type { Html } from '../html.ts'
import { icon } from '../parts/icons.ts'
import type { IconName } from '../parts/icons.ts'
import { page } from '../parts/page.ts'
import type { Chrome } from '../parts/page.ts'
import { paths } from '../paths.ts'
import { wordsOf } from '../words/index.ts'
import type { Words } from '../words/index.ts'

export interface HomeView {
  readonly chrome: Chrome
  /** What the person may do for whom they act now; decides which doors are shown. */
  readonly functions: readonly string[]
  readonly portals: readonly { readonly name: string; readonly by: string; readonly url: string }[]
}

type Door = 'account' | 'wallet' | 'seals' | 'licences' | 'certificates' | 'ca' | 'verify' | 'entity' | 'person'

const DOORS: Readonly<Record<Door, readonly [icon: IconName, href: string]>> = {
  account: ['user', paths.account],
  wallet: ['licence', paths.wallet],
  seals: ['seal', paths.seals],
  licences: ['file', paths.licences],
  certificates: ['key', paths.certificates],
  ca: ['check', paths.ca],
  verify: ['search', paths.verify],
  entity: ['firm', paths.registerEntity],
  person: ['user', paths.registerPerson],
}

function doorsFor({ chrome, functions }: HomeView): readonly Door[] {
  if (chrome.person === undefined) return ['verify', 'person', 'entity']
  const may = (prefix: string): boolean => functions.some((name) => name.startsWith(prefix))
  const forEntity = chrome.acting?.kind === 'entity'
  const all: readonly (readonly [Door, boolean])[] = [
    ['wallet', !forEntity || may('licence.read')],
    ['seals', may('seal.')],
    ['licences', may('licence.issue') || may('licence.manage')],
    ['certificates', !forEntity || may('certificate.')],
    ['ca', may('ca.')],
    ['account', true],
    ['verify', true],
    ['entity', !forEntity],
  ]
  return all.filter(([, shown]) => shown).map(([door]) => door)
}

const doorCard = (door: Door, words: Words['home']): Html => {
  const [name, href] = DOORS[door]
  const [title, text] = words[door]
  return html`<li class="card stack g2 door"><h3 class="line">${icon(name)}<a href="${href}">${title}</a></h3><p class="soft">${text}</p></li>`
}

function lead({ chrome }: HomeView, words: Words['home']): Html {
  if (chrome.person !== undefined)
    return html`<div class="stack g2"><h1>${words.hello(chrome.person.name)}</h1><p class="soft">${words.helloLead}</p></div>`
  return html`<div class="stack g6 lead-in"><div class="stack g3"><h1>${words.title}</h1><p class="big">${words.lead}</p></div>
<div class="row actions"><a class="btn" href="${paths.signIn}">${words.signIn}</a><a class="btn second" href="${paths.registerPerson}">${words.register}</a></div></div>`
}

export function homePage(view: HomeView): Html {
  const words = wordsOf(view.chrome.language).home
  const { portals } = view
  return page(
    view.chrome,
    { title: words.title, bilingual: true },
    html`<div class="stack g8">
${lead(view, words)}
<section class="stack" aria-labelledby="services"><h2 id="services">${words.services}</h2>
<ul class="tiles">${doorsFor(view).map((door) => doorCard(door, words))}</ul></section>
${
  portals.length > 0 &&
  html`<section class="stack" aria-labelledby="portals"><h2 id="portals">${words.portals}</h2>
<ul class="tiles">${portals.map(
    (portal) =>
      html`<li><a class="way" href="${portal.url}">${icon('portal')}<span><b>${portal.name}</b><br><small class="soft">${portal.by}</small></span></a></li>`,
  )}</ul></section>`
}
</div>`,
  )
}
