/**
 * Public verification. Without a script: a form that uploads, and the server shows the report. With one: the file is checked
 * in the browser by the same code and never leaves it; the script puts the same panel into the same place. Both languages.
 */
import { attributes, html } from '../html.ts'
import type { Html } from '../html.ts'
import { licenceIdCode } from '../parts/codes.ts'
import type { FieldError } from '../parts/forms.ts'
import { icon } from '../parts/icons.ts'
import { formState, page, summaryOf } from '../parts/page.ts'
import type { Chrome } from '../parts/page.ts'
import { VERDICT_ICONS, verdictPanel } from '../parts/verdict-panel.ts'
import type { Verification } from '../parts/verdict-panel.ts'
import { paths } from '../paths.ts'
import { headline } from '../../verification/index.ts'
import { wordsOf } from '../words/index.ts'
import type { Language } from '../words/index.ts'

export interface VerifyView {
  readonly chrome: Chrome
  readonly maxBytes: number
  readonly result?: Verification
  readonly errors?: readonly FieldError[]
  /** Somebody scanned the code on a licence: what the register says under that identifier, `unknown` when nothing. */
  readonly asked?: { readonly licenceId?: string; readonly status: string }
}

const MEGABYTE = 1024 * 1024

const drop = (view: VerifyView): Html => {
  const words = wordsOf(view.chrome.language).verify
  const wrong = (view.errors?.length ?? 0) > 0
  return html`<form class="drop no-print" id="drop" method="post" enctype="multipart/form-data" action="${paths.verify}"${attributes({ 'data-manifest': paths.trustManifest, 'data-max': view.maxBytes })}>
<span class="disc">${icon('upload')}</span>
<div class="stack g2"><label class="label" for="f-file">${words.choose}</label><input type="file" id="f-file" name="file" required accept=".ofd,.pdf,application/ofd,application/pdf"${attributes({ 'aria-describedby': 'f-file-h', 'aria-invalid': wrong ? 'true' : undefined })}></div>
<div class="stack g2 start"><p class="hint" id="f-file-h">${words.limit(Math.floor(view.maxBytes / MEGABYTE))}<br><span data-with-script hidden>${words.local}</span><span data-without-script>${words.upload}</span></p>
<p data-without-script><button class="btn">${words.submit}</button></p></div>
</form>`
}

/** A copied code proves nothing, so it is told what the register says and asked for the file. */
function answerTo(asked: NonNullable<VerifyView['asked']>, language: Language): Html {
  const words = wordsOf(language).verify
  const good = asked.status === 'valid'
  return html`<section class="note" role="status" id="asked">${icon(good ? 'info' : 'alert')}<span><b>${words.asked[asked.status] ?? asked.status}</b>${
    asked.licenceId !== undefined && html`<br>${words.licenceId} ${licenceIdCode(asked.licenceId)}`
  }<br>${words.askedNext}</span></section>`
}

const explanation = (language: Language): Html => {
  const words = wordsOf(language).verify
  return html`<section class="card stack g3" aria-labelledby="how"><h2 id="how">${words.how}</h2>
<dl class="list over">${words.howLines.map(([title, text]) => html`<div><dt>${title}</dt><dd>${text}</dd></div>`)}</dl></section>`
}

export function verifyPage(view: VerifyView): Html {
  const { language } = view.chrome
  const words = wordsOf(language).verify
  const state = formState(language, view)
  const title = view.result === undefined ? words.title : headline(view.result.report, language).title
  return page(
    view.chrome,
    { title, area: words.area, bilingual: true, scripts: ['verify'], icons: VERDICT_ICONS, errors: state.errors },
    html`<div class="stack g8 reading">
<div class="stack g2"><h1>${words.title}</h1><p class="soft">${words.lead}</p></div>
${view.asked !== undefined && answerTo(view.asked, language)}
${summaryOf(state)}
${drop(view)}
<div id="outcome" aria-live="polite">${view.result === undefined ? explanation(language) : verdictPanel(view.result, language)}</div>
</div>`,
  )
}
