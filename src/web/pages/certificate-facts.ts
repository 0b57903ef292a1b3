/** What a certificate says and what happened to it: the same for its holder and for officers. */
import { html } from '../html.ts'
import type { Html } from '../html.ts'
import { code, groupFours } from '../parts/codes.ts'
import { timeTag } from '../parts/dates.ts'
import { field } from '../parts/forms.ts'
import type { FormState } from '../parts/forms.ts'
import { summaryList, timeline } from '../parts/lists.ts'
import type { Moment } from '../parts/lists.ts'
import { caName, holdOriginName, keyKindName, profileName, reasonName, reasonOfCode } from '../words/certificates.ts'
import type { CertificateLine } from './ca-frame.ts'
import type { CertificateLink } from './ca-application.ts'

/** One step of a certificate's life. */
export interface CertificateStep {
  readonly what: 'issued' | 'suspended' | 'released' | 'revoked' | 'superseded' | 'proposed' | 'delivered' | 'recovered'
  readonly at: Date
  readonly reasonCode?: number
  /** holder, officer, register */
  readonly origin?: string
  readonly text?: string
  readonly who?: string
  /** Of a proposal: its act and its page. */
  readonly proposal?: CertificateLink
}

export interface CertificateDetail extends CertificateLine {
  readonly subject: string
  readonly issuer: string
  readonly notBefore: Date
  readonly keyKind: string
  /** The other certificate of a pair. */
  readonly pair?: CertificateLink
  readonly application?: CertificateLink
  /** Newest first. */
  readonly steps: readonly CertificateStep[]
}

const certificateFacts = (c: CertificateDetail): Html =>
  summaryList(
    [
      { label: '持有者', value: html`<b>${c.holder}</b>` },
      { label: '种类', value: profileName(c.profile) },
      { label: '主体名称', value: html`<code>${c.subject}</code>` },
      { label: '序列号', value: html`<span class="num">${code(groupFours(c.serialHex))}</span>` },
      { label: '签发者', value: html`${caName(c.issuerId)}<br><small class="soft">${c.issuer}</small>` },
      { label: '有效期', value: html`${timeTag(c.notBefore)} 至 ${timeTag(c.notAfter)}` },
      { label: '公钥', value: keyKindName(c.keyKind) },
      c.pair !== undefined && { label: '成对的证书', value: html`<a href="${c.pair.href}">${c.pair.label}</a>` },
      c.application !== undefined && {
        label: '来自申请',
        value: html`<a href="${c.application.href}">${c.application.label}</a>`,
      },
    ],
    'over',
  )

const WHAT: Readonly<Record<CertificateStep['what'], string>> = {
  issued: '签发',
  suspended: '冻结',
  released: '解除冻结',
  revoked: '吊销',
  superseded: '由新证书代替，到这天自动吊销',
  proposed: '提议',
  delivered: '加密密钥已交给持有者',
  recovered: '托管的加密密钥已恢复交出',
}

const titleOf = (step: CertificateStep): string => {
  if (step.what === 'suspended' && step.origin !== undefined) return holdOriginName(step.origin)
  return WHAT[step.what]
}

const textOf = ({ what, reasonCode, text, proposal }: CertificateStep): Html | undefined => {
  if (proposal !== undefined) return html`<a href="${proposal.href}">${proposal.label}</a> ${text}`
  if (what === 'revoked' && reasonCode !== undefined) return html`${reasonOfCode(reasonCode)}`
  return text === undefined ? undefined : html`${text}`
}

const certificateTimeline = (steps: readonly CertificateStep[]): Html =>
  timeline(
    steps.map((step): Moment => {
      const text = textOf(step)
      return {
        title: titleOf(step),
        when: timeTag(step.at),
        ...(text === undefined ? {} : { text }),
        ...(step.who === undefined ? {} : { who: step.who }),
      }
    }),
  )

/** Why it is revoked; what the list says for ever. */
export const revocationField =
  (reasons: readonly string[], name: string): ((state: FormState, tried: boolean) => Html) =>
  (state, tried) =>
    field(state, {
      name,
      ...(tried ? {} : { id: `${name}-revoke` }),
      label: '吊销原因',
      hint: '写进 CRL，任何人都查得到。',
      options: reasons.map((value) => ({ value, label: reasonName(value) })),
    })

/** What it is and what happened to it: the left half of both pages of a certificate. */
export const certificateSection = (c: CertificateDetail): Html =>
  html`<section class="card stack g6" aria-label="证书信息">
${certificateFacts(c)}
<hr>
<h2>经过</h2>
${certificateTimeline(c.steps)}
</section>`
