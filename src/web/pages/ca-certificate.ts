/** One certificate as officers see it: what it says, all that happened to it, what to propose, and the hold that cannot wait. */
import { attributes, html } from '../html.ts'
import type { Html } from '../html.ts'
import type { FieldError, Values } from '../parts/forms.ts'
import { icon } from '../parts/icons.ts'
import { note } from '../parts/lists.ts'
import { formState, page, summaryOf } from '../parts/page.ts'
import type { Chrome } from '../parts/page.ts'
import { statusForms } from '../parts/status-forms.ts'
import type { StatusAction } from '../parts/status-forms.ts'
import { paths } from '../paths.ts'
import { certificateLook, profileName } from '../words/certificates.ts'
import { AREA, caTabs, lookTag } from './ca-frame.ts'
import { certificateSection, revocationField } from './certificate-facts.ts'
import type { CertificateDetail } from './certificate-facts.ts'

export type OfficerChange = 'revoke' | 'suspend' | 'release' | 'suspend-now'

export interface CaCertificateView {
  readonly chrome: Chrome
  readonly certificate: CertificateDetail
  readonly changes: readonly OfficerChange[]
  readonly revocationReasons: readonly string[]
  /** The viewer applied for it, or it is theirs. */
  readonly concerned: boolean
  readonly values?: Values
  readonly errors?: readonly FieldError[]
}

const actionsOf = ({ revocationReasons }: CaCertificateView): Readonly<Record<OfficerChange, StatusAction>> => ({
  'suspend-now': {
    change: 'suspend-now',
    label: '紧急冻结',
    follows: '您一人即可，立即生效，成对的加密证书一并冻结。解除要由两人办理。',
    danger: true,
  },
  suspend: { change: 'suspend', label: '提议冻结', follows: '另一位审核员批准后生效，可以解除。' },
  release: { change: 'release', label: '提议解除冻结', follows: '另一位审核员批准后，证书恢复有效。' },
  revoke: {
    change: 'revoke',
    label: '提议吊销',
    follows: '另一位审核员批准后生效，不能恢复。成对的加密证书一并吊销。',
    danger: true,
    extra: revocationField(revocationReasons, 'revocationReason'),
  },
})

const manage = (view: CaCertificateView): Html => {
  const { certificate: c, changes } = view
  if (c.state === 'revoked') return html`<p class="hint">证书已吊销，不能再改。</p>`
  const all = actionsOf(view)
  return html`${view.concerned && note('这张证书与您有关：您不能提议变更它。自己的证书请到“数字证书”办理。', 'people')}${statusForms(
    changes.map((change) => all[change]),
    { ...view, action: paths.caCertificate(c) },
  )}`
}

export function caCertificatePage(view: CaCertificateView): Html {
  const { certificate: c } = view
  const others = `${paths.caCertificates}?of=${encodeURIComponent(`${c.issuerId}/${c.serialHex}`)}`
  return page(
    view.chrome,
    {
      title: `证书：${c.holder}`,
      area: AREA,
      tabs: caTabs('certificates', true),
      ...(view.errors === undefined ? {} : { errors: view.errors }),
    },
    html`<div class="stack g6">
${summaryOf(formState('zh', view))}
<div class="row ends"><div><p class="eyebrow"><a href="${paths.caCertificates}">证书</a> · ${profileName(c.profile)}</p><h1>${c.holder}</h1></div>${lookTag(certificateLook(c.state))}</div>
<div class="split">
${certificateSection(c)}
<aside class="card stack g3 sticky" aria-labelledby="c"><h2 id="c">管理</h2>${manage(view)}
<hr><a${attributes({ class: 'btn second', href: paths.caCertificateFile(c) })}>${icon('down')}下载证书 PEM</a>
<p><a href="${others}">这位持有者的全部证书</a></p></aside>
</div></div>`,
  )
}
