/** Reports in plain Chinese and English: checks, reasons, the one sentence on top, the lamps, and what to do next. */
import type { Check, Reason, Verdict } from '../kernel/index.ts'
import { CHECKS_EN, CHECKS_ZH, PARTS_EN, PARTS_ZH } from './check-words.ts'
import { humanValue } from './human-value.ts'
import { lampsOf } from './lamps.ts'
import type { Lamp, LampId, LampInput } from './lamps.ts'
import { REASONS_EN, REASONS_ZH } from './reason-words.ts'

export type ReportLanguage = 'zh' | 'en'

export interface CheckWords {
  readonly title: string
  readonly sentence: string
}

const by = <T>(language: ReportLanguage, zh: T, en: T): T => (language === 'zh' ? zh : en)

/** `{x}` from the detail; a [[part]] whose value is missing is left out. */
export function filled(template: string, detail: Check['detail'] = {}, language: ReportLanguage = 'zh'): string {
  const complete = (part: string): boolean =>
    [...part.matchAll(/\{(\w+)\}/g)].every(([, name]) => detail[name as string] !== undefined)
  return template
    .replace(/\[\[(.*?)\]\]/g, (_, part: string) => (complete(part) ? part : ''))
    .replace(/\{(\w+)\}/g, (_, name: string) => humanValue(detail[name] ?? '', language))
}

export const reasonSentence = (reason: Reason, language: ReportLanguage, detail: Check['detail'] = {}): string =>
  filled(by(language, REASONS_ZH, REASONS_EN)[reason][0], detail, language)
export const nextStep = (reason: Reason, language: ReportLanguage): string =>
  by(language, REASONS_ZH, REASONS_EN)[reason][1]

const NOT_RUN = { zh: '没有可查的材料', en: 'there is nothing to check it by' }
const HOLDER = { zh: '没有收到动态码或本人确认', en: 'no confirmation from the holder was received' }
const SINCE = { zh: '（盖章以后）', en: ' (after sealing)' }

/** `signature.signer.path` is `signer.path`, `seal.maker.path` is `seal.maker-path`. */
const listedName = (name: string): string =>
  name
    .replace(/-since$/, '')
    .replace(/^signature\.signer\./, 'signer.')
    .replace(/^seal\.maker\./, 'seal.maker-')

/** Title and sentence of one check. Every outcome has a sentence, listed name or not. */
export function checkWords(check: Check, language: ReportLanguage): CheckWords {
  const name = listedName(check.name)
  const last = name.split(/[.-]/).at(-1) ?? name
  const [listed, passed] = by(language, CHECKS_ZH, CHECKS_EN)[name] ??
    by(language, PARTS_ZH, PARTS_EN)[last] ?? [check.name, by(language, '通过', 'passed')]
  const title = check.name.endsWith('-since') ? listed + SINCE[language] : listed
  if (check.outcome === 'pass') return { title, sentence: filled(passed, check.detail, language) }
  if (check.reason !== undefined) return { title, sentence: reasonSentence(check.reason, language, check.detail) }
  if (check.outcome === 'notRun') return { title, sentence: /holder/.test(name) ? HOLDER[language] : NOT_RUN[language] }
  return { title, sentence: by(language, '没有通过', 'did not pass') }
}

const LAMPS: Readonly<
  Record<LampId, Readonly<Record<ReportLanguage, Readonly<Record<Lamp['state'] | 'title', string>>>>>
> = {
  authentic: {
    zh: {
      title: '真实性',
      pass: '盖章后没有改动，印章和签名是真的',
      fail: '内容或印章、签名有问题',
      unknown: '缺少证据，不能确定真假',
      dark: '没有可以核对的印章或签名',
    },
    en: {
      title: 'Authentic',
      pass: 'Unchanged since sealed; seal and signature are real',
      fail: 'The content, seal or signature is wrong',
      unknown: 'Evidence is missing',
      dark: 'No seal or signature to check',
    },
  },
  'in-force': {
    zh: {
      title: '有效性',
      pass: '在有效期内，没有被暂停、注销或撤销',
      fail: '已经过期、暂停、注销或撤销',
      unknown: '查不到最新状态，不能确定',
      dark: '没有查状态',
    },
    en: {
      title: 'In force',
      pass: 'Valid, neither suspended nor revoked',
      fail: 'Expired, suspended or revoked',
      unknown: 'The current status cannot be told',
      dark: 'Status not checked',
    },
  },
  competent: {
    zh: {
      title: '签发资格与互认',
      pass: '是登记在册的证照，由有权机关签发',
      fail: '签发机关或证照类型不对',
      unknown: '不能确定签发机关是否有权签发',
      dark: '不是电子证照，没有签发资格要核对',
    },
    en: {
      title: 'Competent and recognised',
      pass: 'A registered licence from a competent authority',
      fail: 'The issuing authority or licence type is wrong',
      unknown: 'Competence cannot be told',
      dark: 'Not a licence, nothing to check here',
    },
  },
  holder: {
    zh: {
      title: '持证人',
      pass: '持证人已经核对',
      fail: '出示的人不是持证人',
      unknown: '不能确定出示的人是谁',
      dark: '未核对：文件本身不能证明出示的人是谁',
    },
    en: {
      title: 'Holder',
      pass: 'The holder is confirmed',
      fail: 'Not shown by its holder',
      unknown: 'Who shows it cannot be told',
      dark: 'Not checked: a file cannot prove who shows it',
    },
  },
}

export const lampWords = (lamp: Pick<Lamp, 'id' | 'state'>, language: ReportLanguage): CheckWords => {
  const words = LAMPS[lamp.id][language]
  return { title: words.title, sentence: words[lamp.state] }
}

/** What the person reads first. */
export interface Headline {
  readonly title: string
  readonly text: string
}

interface HeadlineInput extends LampInput {
  readonly verdict: Verdict
  readonly licence?: unknown
}

function leadingCheck(report: LampInput): Check | undefined {
  const checks = [...report.checks, ...report.reports.flatMap((r) => r.checks)]
  return checks.find((c) => c.outcome === 'fail') ?? checks.find((c) => c.outcome === 'unknown')
}

/** The reason that says most: of a failed check before an unknown one, the first in the order of checking. */
export const leadingReason = (report: LampInput): Reason | undefined => leadingCheck(report)?.reason

/** `印章状态：…`: which check, and what it found. */
function because(check: Check | undefined, language: ReportLanguage): string {
  if (check === undefined) return ''
  const { title, sentence } = checkWords(check, language)
  return language === 'zh' ? `${title}：${sentence}。` : `${title}: ${sentence}.`
}

function validHeadline(report: HeadlineInput, language: ReportLanguage): Headline {
  if (report.licence === undefined)
    return by(
      language,
      { title: '文件真实，没有改动', text: '印章和签名都有效。' },
      { title: 'The file is genuine and unchanged', text: 'Seals and signatures are valid.' },
    )
  const holder = lampsOf(report).find((lamp) => lamp.id === 'holder')?.state === 'pass'
  return by(
    language,
    {
      title: '文件真实，现行有效',
      text: holder ? '持证人已经核对。' : '持证人还没有核对。请核对有照片的证件，或者登记信息。',
    },
    {
      title: 'Genuine and in force',
      text: holder
        ? 'The holder is confirmed.'
        : 'The holder is not confirmed yet: compare with a document that has a photograph.',
    },
  )
}

/** One sentence, and the reason beneath it. Unknown is never told as genuine, nor a missing answer as forgery. */
export function headline(report: HeadlineInput, language: ReportLanguage): Headline {
  if (report.verdict === 'valid') return validHeadline(report, language)
  const leading = leadingCheck(report)
  const text = because(leading, language)
  if (report.verdict === 'indeterminate') {
    const unsigned = leading?.reason === 'NO_SIGNATURE'
    const title = unsigned
      ? by(language, '没有印章或签名，无法核验', 'Nothing to verify: no seal, no signature')
      : by(language, '还不能下结论', 'No conclusion yet')
    return { title, text }
  }
  const lamps = lampsOf(report)
  const genuine = lamps.find((lamp) => lamp.id === 'authentic')?.state === 'pass'
  const lapsed = lamps.find((lamp) => lamp.id === 'in-force')?.state === 'fail'
  if (genuine && lapsed) return { title: by(language, '文件没有改动，但现在无效', 'Unchanged, but not in force'), text }
  return { title: by(language, '核验不通过，请不要使用', 'Not valid: do not rely on it'), text }
}
