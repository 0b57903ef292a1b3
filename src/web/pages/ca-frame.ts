/** What the pages of certificate officers share: tabs, lists of applications, proposals and certificates. Chinese only for now. */
import { html } from '../html.ts'
import type { Html } from '../html.ts'
import { timeTag } from '../parts/dates.ts'
import { tag } from '../parts/lists.ts'
import type { Column } from '../parts/lists.ts'
import type { PageOptions } from '../parts/page.ts'
import { paths } from '../paths.ts'
import {
  actName,
  certificateApplicationLook,
  certificateLook,
  profileName,
  proposalLook,
} from '../words/certificates.ts'
import type { StateLook } from '../words/terms.ts'

export const AREA = '证书机构'

type TabName = 'desk' | 'applications' | 'proposals' | 'certificates' | 'expiring'

/** `review`: the viewer looks after certificates; without, they only recover keys. */
export const caTabs = (current: TabName | undefined, review: boolean): NonNullable<PageOptions['tabs']> => {
  const all: readonly (readonly [TabName, string, string, boolean])[] = [
    ['desk', '待办', paths.ca, true],
    ['applications', '申请', paths.caApplications, review],
    ['proposals', '提议', paths.caProposals, true],
    ['certificates', '证书', paths.caCertificates, review],
    ['expiring', '将到期', paths.caExpiring, review],
  ]
  const shown = all.filter(([, , , isShown]) => isShown)
  return { label: AREA, items: shown.map(([name, label, href]) => ({ label, href, current: name === current })) }
}

export const lookTag = ({ tone, word, icon }: StateLook): Html => tag(tone, word, icon)

/** Both ends of a long serial number: enough to tell two apart in a list. */
export const shortSerial = (serialHex: string): Html =>
  html`<code>${serialHex.length <= 20 ? serialHex : `${serialHex.slice(0, 8)}…${serialHex.slice(-8)}`}</code>`

export interface CertificateLine {
  readonly issuerId: string
  readonly serialHex: string
  readonly holder: string
  readonly profile: string
  /** in-force, suspended, revoked, expired */
  readonly state: string
  readonly issuedAt: Date
  readonly notAfter: Date
}

export const certificateColumns = (hrefOf: (line: CertificateLine) => string): readonly Column<CertificateLine>[] => [
  {
    label: '证书',
    cell: (c) => html`<a href="${hrefOf(c)}">${c.holder}</a><small class="cite">${shortSerial(c.serialHex)}</small>`,
  },
  { label: '种类', cell: (c) => profileName(c.profile) },
  { label: '状态', cell: (c) => lookTag(certificateLook(c.state)) },
  { label: '签发日期', cell: (c) => timeTag(c.issuedAt, 'day') },
  { label: '有效期至', cell: (c) => timeTag(c.notAfter, 'day') },
]

export interface CertificateApplicationLine {
  readonly id: string
  readonly holder: string
  readonly profile: string
  readonly dual: boolean
  readonly renewal: boolean
  readonly applicant: string
  readonly at: Date
  /** open, approved, issued, rejected, expired, withdrawn */
  readonly status: string
}

/** What is asked for, in a few words. */
export const wish = ({
  profile,
  dual,
  renewal,
}: Pick<CertificateApplicationLine, 'profile' | 'dual' | 'renewal'>): string =>
  `${renewal ? '更新' : '新办'} · ${profileName(profile)}${dual ? ' · 双证书' : ''}`

export const certificateApplicationColumns = (
  hrefOf: (line: CertificateApplicationLine) => string,
): readonly Column<CertificateApplicationLine>[] => [
  { label: '持有者', cell: (a) => html`<a href="${hrefOf(a)}">${a.holder}</a><small class="cite">${wish(a)}</small>` },
  { label: '状态', cell: (a) => lookTag(certificateApplicationLook(a.status)) },
  { label: '申请人', cell: (a) => a.applicant },
  { label: '申请时间', cell: (a) => timeTag(a.at) },
]

export interface ProposalLine {
  readonly id: string
  /** issue, revoke, suspend, release, recover */
  readonly act: string
  readonly holder: string
  readonly proposedBy: string
  readonly at: Date
  /** open, approved, rejected, expired */
  readonly status: string
  /** The viewer may approve it. */
  readonly decidable: boolean
}

export const proposalColumns: readonly Column<ProposalLine>[] = [
  {
    label: '提议',
    cell: (p) => html`<a href="${paths.caProposal(p.id)}">${actName(p.act)}</a><small class="cite">${p.holder}</small>`,
  },
  { label: '状态', cell: (p) => (p.decidable ? tag('warn', '等您复核') : lookTag(proposalLook(p.status))) },
  { label: '提议人', cell: (p) => p.proposedBy },
  { label: '提议时间', cell: (p) => timeTag(p.at) },
]

/** Lists go on after the last one; back to the newest by the tab. */
export const nextPage = (href: string | undefined, first: string | undefined): Html | false =>
  (href !== undefined || first !== undefined) &&
  html`<nav class="pages" aria-label="分页"><span>${first !== undefined && html`<a href="${first}">回到第一页</a>`}</span><span>${
    href !== undefined && html`<a href="${href}" rel="next">下一页</a>`
  }</span></nav>`
