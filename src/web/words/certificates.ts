/** Certificates, applications, proposals, lists and reasons as the Chinese pages name them. A code not listed is shown as it is. */
import type { StateLook } from './terms.ts'

const named =
  (table: Readonly<Record<string, string>>) =>
  (code: string): string =>
    (Object.hasOwn(table, code) ? table[code] : undefined) ?? code

const looks =
  (table: Readonly<Record<string, StateLook>>) =>
  (code: string): StateLook =>
    (Object.hasOwn(table, code) ? table[code] : undefined) ?? { word: code, tone: 'off' }

export const certificateLook = looks({
  'in-force': { word: '有效', tone: 'ok' },
  suspended: { word: '已冻结', tone: 'warn', icon: 'pause' },
  revoked: { word: '已吊销', tone: 'bad', icon: 'minus' },
  expired: { word: '已过期', tone: 'off' },
})

export const certificateApplicationLook = looks({
  open: { word: '等待审核', tone: 'info' },
  approved: { word: '已批准，正在签发', tone: 'info' },
  issued: { word: '已签发', tone: 'ok' },
  rejected: { word: '已驳回', tone: 'bad', icon: 'cross' },
  expired: { word: '逾期未办', tone: 'off' },
  withdrawn: { word: '已撤回', tone: 'off' },
})

export const proposalLook = looks({
  open: { word: '等待复核', tone: 'info' },
  approved: { word: '已批准', tone: 'ok' },
  rejected: { word: '已驳回', tone: 'bad', icon: 'cross' },
  expired: { word: '逾期未办', tone: 'off' },
})

export const actName = named({
  issue: '签发证书',
  revoke: '吊销证书',
  suspend: '冻结证书',
  release: '解除冻结',
  recover: '恢复加密密钥',
})

/** What follows when a second person approves. */
export const actFollows = named({
  issue: '批准后立即签发，证书发给申请人。',
  revoke: '批准后立即吊销，不能恢复。成对的加密证书一并吊销，下一份 CRL 会列出。',
  suspend: '批准后立即冻结，可以解除。成对的加密证书一并冻结。',
  release: '批准后证书立即恢复有效。',
  recover: '批准后托管的密钥用接收人的公钥加密交出，并记入审计。',
})

export const useName = named({ signing: '签名证书', encryption: '加密证书' })

const PROFILES: Readonly<Record<string, string>> = {
  'person-signing': '个人签名证书',
  'person-encryption': '个人加密证书',
  'entity-signing': '企业签名证书',
  'entity-encryption': '企业加密证书',
  'office-signing': '机关单位签名证书',
  'office-encryption': '机关单位加密证书',
  'seal-signer': '印章签名证书',
  'document-signer': '文件签名证书',
}
export const profileName = named(PROFILES)

const CAS: Readonly<Record<string, string>> = {
  root: '根 CA',
  'person-ca': '个人 CA',
  'entity-ca': '企业 CA',
  'office-ca': '机关单位 CA',
  'seal-maker-ca': '制章 CA',
  'infra-ca': '基础设施 CA',
}
/** `office-ca-sm2` → 机关单位 CA（SM2）. */
export const caName = (issuerId: string): string => {
  const [, ca, key] = /^(.+)-(sm2|p256)$/.exec(issuerId) ?? []
  if (ca === undefined || !Object.hasOwn(CAS, ca)) return issuerId
  return `${CAS[ca] ?? ca}（${key === 'sm2' ? 'SM2' : 'P-256'}）`
}

/** By CRLReason, and by the name that forms use. */
const REASONS: readonly (readonly [code: number, name: string, word: string])[] = [
  [0, 'unspecified', '没有说明'],
  [1, 'keyCompromise', '私钥泄露或可能泄露'],
  [2, 'cACompromise', 'CA 密钥泄露'],
  [3, 'affiliationChanged', '名称或隶属关系变更'],
  [4, 'superseded', '已由新证书代替'],
  [5, 'cessationOfOperation', '不再使用'],
  [6, 'certificateHold', '冻结'],
  [9, 'privilegeWithdrawn', '资格被取消'],
  [10, 'aACompromise', '属性机构密钥泄露'],
]
export const reasonName = named(Object.fromEntries(REASONS.map(([, name, word]) => [name, word])))
export const reasonOfCode = (code: number): string => REASONS.find(([c]) => c === code)?.[2] ?? String(code)

export const holdOriginName = named({ holder: '持有者冻结', officer: '审核员冻结', register: '登记机关变更，自动冻结' })

export const keyKindName = named({
  SM2: 'SM2（256 位）',
  'P-256': 'ECC P-256',
  'P-384': 'ECC P-384',
  RSA: 'RSA（3072 位）',
})

/** How a list of revoked certificates looks to who runs the CA. */
export const crlLook = looks({
  current: { word: '正常', tone: 'ok' },
  bridged: { word: '应急续签', tone: 'warn', icon: 'bang' },
  overdue: { word: '已逾期', tone: 'bad', icon: 'alert' },
  missing: { word: '还没有', tone: 'off' },
})
