/** Codes of the domains as the Chinese pages name them. A code not listed is shown as it is, never hidden. */
import type { Tone } from '../parts/lists.ts'
import type { IconName } from '../parts/icons.ts'
import type { Language } from './index.ts'

const named =
  (table: Readonly<Record<string, string>>) =>
  (code: string): string =>
    (Object.hasOwn(table, code) ? table[code] : undefined) ?? code

export const functionName = named({
  'seal.apply': '申请印章',
  'seal.approve': '核准印章',
  'seal.use': '用印',
  'seal.manage': '管理印章',
  'licence.issue': '签发证照',
  'licence.manage': '变更证照状态',
  'licence.read': '查看证照',
  'matter.file': '申报事项',
  'certificate.apply': '申请数字证书',
  'ca.review': '审核证书申请',
  'ca.recover': '恢复加密密钥',
})
const functionNameEn = named({
  'seal.apply': 'apply for seals',
  'seal.approve': 'approve seals',
  'seal.use': 'stamp documents',
  'seal.manage': 'manage seals',
  'licence.issue': 'issue licences',
  'licence.manage': 'change the status of licences',
  'licence.read': 'see licences',
  'matter.file': 'file matters',
  'certificate.apply': 'apply for certificates',
  'ca.review': 'review certificate requests',
  'ca.recover': 'recover encryption keys',
})
export const functionNames = (codes: readonly string[], language: Language = 'zh'): string =>
  language === 'zh' ? codes.map(functionName).join('、') : codes.map(functionNameEn).join(', ')

export const FUNCTION_HINTS: Readonly<Record<string, string>> = {
  'seal.apply': '提出新印章的申请，自己不能核准',
  'seal.approve': '核准或退回别人的印章申请',
  'seal.use': '在文件上盖章',
  'seal.manage': '暂停、恢复、注销印章',
  'licence.issue': '以本单位名义签发证照',
  'licence.manage': '暂停、恢复、撤销已签发的证照',
  'licence.read': '查看和下载本单位的证照',
  'matter.file': '在各门户申报和查询事项',
  'certificate.apply': '为本单位申请、更新数字证书',
  'ca.review': '证书机构审核员：核准或退回别人的证书申请，只对证书机构的运营单位有用',
  'ca.recover': '证书机构恢复员：两人共同恢复托管的加密密钥，只对证书机构的运营单位有用',
}

export const entityKindName = named({
  enterprise: '企业',
  institution: '事业单位',
  'social-organisation': '社会组织',
  'government-office': '机关',
})

export const sealKindName = named({
  'legal-name': '法定名称章',
  finance: '财务专用章',
  invoice: '发票专用章',
  contract: '合同专用章',
  other: '其他专用章',
})

export const SEAL_KIND_HINTS: Readonly<Record<string, string>> = {
  'legal-name': '代表整个单位，用于公文和正式文件；章面没有横排文字',
  finance: '财务往来和银行业务',
  invoice: '开具发票',
  contract: '签订合同',
  other: '行政许可、证照、业务等专门用途，用途写在章面横排文字里',
}

export const strengthName = named({
  'urn:xinyin:acr:1': '一种凭证（密码或短信）',
  'urn:xinyin:acr:2': '两种凭证',
  'urn:xinyin:acr:3': '防钓鱼（通行密钥）',
  'urn:xinyin:acr:4': '硬件密钥或数字证书',
})

export const LEVELS = [
  ['L1', '自行填报'],
  ['L2', '手机核验'],
  ['L3', '人口库比对'],
  ['L4', '真人核验'],
  ['L5', '证书或窗口'],
] as const

/** How a state looks: word, tone, icon. */
export interface StateLook {
  readonly word: string
  readonly tone: Tone
  readonly icon?: IconName
}
const looks =
  (table: Readonly<Record<string, StateLook>>) =>
  (code: string): StateLook =>
    (Object.hasOwn(table, code) ? table[code] : undefined) ?? { word: code, tone: 'off' }

export const applicationLook = looks({
  applied: { word: '等待核准', tone: 'info' },
  approved: { word: '已核准，正在制作', tone: 'info' },
  made: { word: '已制作', tone: 'ok' },
  refused: { word: '已退回', tone: 'bad', icon: 'cross' },
  withdrawn: { word: '已撤回', tone: 'off' },
})
export const sealLook = looks({
  active: { word: '可用', tone: 'ok' },
  suspended: { word: '暂停', tone: 'warn', icon: 'pause' },
  revoked: { word: '已注销', tone: 'bad', icon: 'minus' },
  expired: { word: '已过期', tone: 'off' },
})
export const licenceLook = looks({
  valid: { word: '有效', tone: 'ok' },
  suspended: { word: '暂停使用', tone: 'warn', icon: 'pause' },
  revoked: { word: '已撤销', tone: 'bad', icon: 'minus' },
  cancelled: { word: '已注销', tone: 'off' },
  expired: { word: '已过期', tone: 'off' },
})
export const mandateLook = looks({
  valid: { word: '有效', tone: 'ok' },
  'not-yet-valid': { word: '未开始', tone: 'info' },
  expired: { word: '已到期', tone: 'off' },
  revoked: { word: '已撤销', tone: 'off' },
  'agent-deceased': { word: '经办人已故', tone: 'off' },
})
