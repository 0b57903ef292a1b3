/** A report as lines for a person at a terminal: conclusion, one line for each check, and how old the evidence is. */
import type { Check, Outcome, Verdict } from '../kernel/index.ts'
import type { TrustMaterial } from '../seal/offline.ts'
import type { DocumentReport, LoadedTrust, SignatureReport } from '../verification/index.ts'
import { checkWords, headline, leadingReason, nextStep } from '../verification/index.ts'

const MARKS: Readonly<Record<Outcome, string>> = { pass: '✓', fail: '✗', unknown: '?', notice: '!', notRun: '-' }
export const VERDICTS: Readonly<Record<Verdict, string>> = {
  valid: '✓ 有效 VALID',
  invalid: '✗ 无效 INVALID',
  indeterminate: '? 不能下结论 INDETERMINATE',
}
const KINDS = { ofd: 'OFD', pdf: 'PDF', unknown: '不是 OFD 或 PDF' } as const
const SHANGHAI_MS = 8 * 3_600_000

/** `2026-11-21 10:00:00`, Beijing time. */
const beijing = (at: Date): string => {
  const iso = new Date(at.getTime() + SHANGHAI_MS).toISOString()
  return `${iso.slice(0, 10)} ${iso.slice(11, 19)}`
}

export const checkLine = (check: Check): string => {
  const { title, sentence } = checkWords(check, 'zh')
  const reason = check.reason === undefined ? '' : `  [${check.reason}; ${check.cite}]`
  return `  ${MARKS[check.outcome]} ${title}：${sentence}${reason}`
}

const signatureLines = (r: SignatureReport, index: number, count: number): string[] => [
  '',
  `${r.sealName === undefined ? '签名' : '印章'}${count > 1 ? ` ${index + 1}` : ''}${r.sealName === undefined ? '' : ` ${r.sealName}`}`,
  ...(r.signerName === undefined ? [] : [`    签名证书 ${r.signerName}`]),
  ...(r.signedAt === undefined ? [] : [`    签署时间 ${beijing(r.signedAt)}（签名人自己写的）`]),
  ...r.checks.map(checkLine),
]

const agePhrase = (ms: number): string => {
  const minutes = Math.floor(ms / 60_000)
  if (minutes < 0) return '签发于核验时间之后'
  if (minutes < 120) return `${minutes} 分钟前`
  return minutes < 2_880 ? `${Math.floor(minutes / 60)} 小时前` : `${Math.floor(minutes / 1_440)} 天前`
}

interface Evidence {
  readonly what: string
  readonly from: Date
  readonly until?: Date
}

const LISTS = { seal: '印章状态清单', licence: '证照状态清单' } as const

/** The newest of each kind is what a verdict can rest on; of CRLs the oldest is shown, as every CA needs its own. */
const evidenceIn = ({ crls, statuses }: TrustMaterial): Evidence[] => {
  const oldest = crls.toSorted((a, b) => a.thisUpdate.getTime() - b.thisUpdate.getTime())[0]
  const newest = (['seal', 'licence'] as const).flatMap((kind) =>
    statuses
      .filter((s) => s.kind === kind)
      .toSorted((a, b) => b.issuedAt.getTime() - a.issuedAt.getTime())
      .slice(0, 1),
  )
  return [
    ...(oldest === undefined
      ? []
      : [
          {
            what: `吊销列表（${crls.length} 份，最早的一份）`,
            from: oldest.thisUpdate,
            ...(oldest.nextUpdate === undefined ? {} : { until: oldest.nextUpdate }),
          },
        ]),
    ...newest.map((s) => ({ what: LISTS[s.kind], from: s.issuedAt, until: s.nextUpdate })),
  ]
}

const evidenceLine = ({ what, from, until }: Evidence, at: Date): string => {
  const stale = until !== undefined && at > until ? `，已过期（应在 ${beijing(until)} 前更新）` : ''
  return `    ${what}：${beijing(from)} 签发，${agePhrase(at.getTime() - from.getTime())}${stale}`
}

const trustLines = ({ trust, faults }: LoadedTrust, { folder, at }: Context): string[] => {
  if (folder === undefined)
    return ['', '信任材料', '  ! 没有给出 --trust 文件夹：没有可信的根证书和状态清单，所以最多只能“不能下结论”。']
  return [
    '',
    `信任材料 ${folder}`,
    `    根证书 ${trust.anchors.length} 份，中间证书 ${trust.intermediates.length} 份`,
    ...(trust.anchors.length === 0 ? ['  ! 没有可用的根证书 (no usable anchor)'] : []),
    ...evidenceIn(trust).map((e) => evidenceLine(e, at)),
    ...faults.map((fault) => `  ! 没有采用 ${fault}`),
  ]
}

export interface Context {
  readonly file: string
  readonly folder: string | undefined
  readonly at: Date
}

/** Lines may carry text of the document: print them with `print`, which cleans them. */
export const reportLines = (report: DocumentReport, loaded: LoadedTrust, context: Context): string[] => {
  const { title, text } = headline(report, 'zh')
  const reason = report.verdict === 'valid' ? undefined : leadingReason(report)
  return [
    `${VERDICTS[report.verdict]}　${title}`,
    ...(text === '' ? [] : [`  ${text}`]),
    ...(reason === undefined ? [] : [`  ${nextStep(reason, 'zh')}`]),
    '',
    `文件     ${context.file}（${KINDS[report.kind]}）`,
    `核验时间 ${beijing(report.at)}（北京时间）`,
    ...(report.licence === undefined ? [] : [`证照     ${report.licence.type} ${report.licence.id}`]),
    ...report.checks.map(checkLine),
    ...report.reports.flatMap((r, i) => signatureLines(r, i, report.reports.length)),
    ...(report.leniencies.length === 0 ? [] : ['', `宽松读取（与标准不一致的写法）：${report.leniencies.join(' ')}`]),
    ...trustLines(loaded, context),
  ]
}
