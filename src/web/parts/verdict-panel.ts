/**
 * The verdict: one sentence, then four lamps; each opens its checks with reason and clause. The server and the browser
 * script render it with this same code. An unknown is amber and says so; what was not checked is dark, never green.
 */
import { attributes, html } from '../html.ts'
import type { Html } from '../html.ts'
import { checkWords, headline, lampWords, lampsOf, leadingReason, nextStep } from '../../verification/index.ts'
import type { DocumentReport, Lamp, LampCheck, LampState } from '../../verification/index.ts'
import type { Outcome, Verdict } from '../../kernel/index.ts'
import { wordsOf } from '../words/index.ts'
import type { Language } from '../words/index.ts'
import { licenceIdCode } from './codes.ts'
import { dateText, timeTag } from './dates.ts'
import { icon } from './icons.ts'
import type { IconName } from './icons.ts'
import { more, summaryList } from './lists.ts'

export interface Verification {
  readonly report: DocumentReport
  readonly fileName?: string
  readonly where: 'local' | 'server'
  readonly tookMs?: number
  /** Address of the report as JSON, where the server keeps none: absent. The browser makes one of its own. */
  readonly download?: string
}

const VERDICTS: Readonly<Record<Verdict, readonly [tone: string, icon: IconName]>> = {
  valid: ['ok', 'check'],
  indeterminate: ['warn', 'bang'],
  invalid: ['bad', 'cross'],
}
const LAMPS: Readonly<Record<LampState, readonly [tone: string, icon: IconName]>> = {
  pass: ['ok', 'check'],
  unknown: ['warn', 'bang'],
  fail: ['bad', 'cross'],
  dark: ['none', 'ask'],
}
const OUTCOMES: Readonly<Record<Outcome, readonly [tone: string, icon: IconName]>> = {
  pass: ['ok', 'check'],
  fail: ['bad', 'cross'],
  unknown: ['warn', 'bang'],
  notice: ['warn', 'info'],
  notRun: ['soft', 'minus'],
}
/** All that the panel may show: a page that renders it by script carries these. */
export const VERDICT_ICONS: readonly IconName[] = [
  'check',
  'bang',
  'cross',
  'ask',
  'info',
  'minus',
  'turn',
  'down',
  'print',
  'seal',
  'alert',
]

function checkLine({ check, signature }: LampCheck, language: Language, several: boolean): Html {
  const { title, sentence } = checkWords(check, language)
  const words = wordsOf(language).verify
  const [tone, name] = OUTCOMES[check.outcome]
  const cite = [
    check.reason,
    check.cite,
    signature !== undefined && several ? words.signature(signature + 1) : undefined,
  ]
  const cites = cite.filter((part) => part !== undefined && part !== '').join(' · ')
  const colon = language === 'zh' ? '：' : ': '
  // Titles say what should be; whatever else was found must be read as such without its colour.
  const outcome =
    check.outcome === 'pass'
      ? html`<span class="sr">${colon}${words.outcomes.pass}</span>`
      : html` <b class="${tone}">${words.outcomes[check.outcome]}</b>`
  return html`<li>${icon(name, tone)}<div><b>${title}</b>${outcome} <span class="soft">${sentence}</span>${
    cites !== '' && html`<small class="cite">${cites}</small>`
  }</div></li>`
}

const RANK: Readonly<Record<Outcome, number>> = { fail: 0, unknown: 1, pass: 2, notice: 2, notRun: 2 }

/** What went wrong is read first; the rest keeps the order of checking. */
const worstFirst = (checks: readonly LampCheck[]): readonly LampCheck[] =>
  checks.toSorted((a, b) => RANK[a.check.outcome] - RANK[b.check.outcome])

/** Where something is wrong only that stands open, and the rest folds: nobody should search for it among thirty ticks. */
function checkLists(lamp: Lamp, language: Language, several: boolean): Html {
  const words = wordsOf(language).verify
  const list = (checks: readonly LampCheck[]): Html =>
    html`<ul class="checks">${checks.map((check) => checkLine(check, language, several))}</ul>`
  if (lamp.checks.length === 0)
    return html`<ul class="checks"><li>${icon('minus', 'soft')}<div class="soft">${words.noChecks}</div></li></ul>`
  const checks = worstFirst(lamp.checks)
  const troubles = checks.filter(({ check }) => check.outcome === 'fail' || check.outcome === 'unknown')
  const rest = checks.slice(troubles.length)
  if (troubles.length === 0 || rest.length < 4) return list(checks)
  return html`${list(troubles)}<div class="others">${more(words.others(rest.length), list(rest))}</div>`
}

function lampBlock(lamp: Lamp, language: Language, several: boolean): Html {
  const { title, sentence } = lampWords(lamp, language)
  const [tone, name] = LAMPS[lamp.state]
  const troubled = lamp.state === 'fail' || lamp.state === 'unknown'
  return html`<details class="lamp" id="lamp-${lamp.id}"${attributes({ open: troubled })}><summary><span class="bulb ${tone}">${icon(name)}</span><h3>${title}</h3><span class="hint">${sentence}</span>${icon('turn', 'turn')}</summary>
${checkLists(lamp, language, several)}</details>`
}

function facts(given: Verification, language: Language): Html {
  const { report } = given
  const words = wordsOf(language).verify
  const took = given.tookMs === undefined ? '' : words.took((given.tookMs / 1000).toFixed(1))
  const seals = report.reports.map((one, i) => ({
    label: words.signature(i + 1),
    value: html`${one.sealName ?? words.plainSignature}${one.signerName !== undefined && html`<br><span class="soft">${words.signedBy(one.signerName)}</span>`}${
      one.signedAt !== undefined && html`<br><span class="soft">${dateText(one.signedAt, 'second', language)}</span>`
    }`,
  }))
  return summaryList(
    [
      { label: words.file, value: given.fileName },
      { label: words.licenceType, value: report.licence?.type },
      report.licence !== undefined && { label: words.licenceId, value: licenceIdCode(report.licence.id) },
      { label: words.holder, value: report.licence?.holder },
      { label: words.issuer, value: report.licence?.issuer },
      ...seals,
      {
        label: words.at,
        value: html`${timeTag(report.at, 'second', language)}${language === 'zh' ? '，' : ', '}${words.where[given.where]}${took}`,
      },
      report.leniencies.length > 0 && {
        label: words.lenient,
        value: html`<code>${report.leniencies.join(' ')}</code>`,
      },
    ],
    'pad over',
  )
}

/** Answers `role=status` so that a screen reader hears the sentence when a script puts it in. */
export function verdictPanel(given: Verification, language: Language): Html {
  const { report } = given
  const words = wordsOf(language).verify
  const { title, text } = headline(report, language)
  const [tone, name] = VERDICTS[report.verdict]
  const reason = report.verdict === 'valid' ? undefined : leadingReason(report)
  const several = report.reports.length > 1
  return html`<article class="card flush" aria-labelledby="verdict" id="result">
<div class="verdict ${tone}"><span class="bulb ${tone}">${icon(name)}</span><div class="stack g1"><h2 id="verdict" tabindex="-1">${title}</h2><p>${text}</p>${
    reason !== undefined &&
    html`<p><b>${words.nextStep}</b>${language === 'zh' ? '：' : ': '}${nextStep(reason, language)}</p>`
  }</div></div>
${lampsOf(report).map((lamp) => lampBlock(lamp, language, several))}
${facts(given, language)}
<div class="pages no-print"><div class="row">${
    given.download !== undefined &&
    html`<a class="btn second small" href="${given.download}" download>${icon('down')}${words.download}</a>`
  }<button class="btn second small" type="button" data-print hidden>${icon('print')}${words.print}</button></div></div>
</article>`
}
