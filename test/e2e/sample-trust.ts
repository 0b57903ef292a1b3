/** Sample views of the pages about seals, licences and verification. */
import { fail, notRun, notice, pass, unknown, verdictOf } from '../../src/kernel/index.ts'
import type { Check } from '../../src/kernel/index.ts'
import type { DocumentReport, LicenceSummary } from '../../src/verification/index.ts'
import { licencePage, licenceRegisterPage } from '../../src/web/pages/licence-register.ts'
import type { LicenceDetail } from '../../src/web/pages/licence-register.ts'
import { sealApplicationPage } from '../../src/web/pages/seal-application.ts'
import type { SealApplicationView } from '../../src/web/pages/seal-application.ts'
import { sealApplyPage } from '../../src/web/pages/seal-apply.ts'
import { sealDeskPage } from '../../src/web/pages/seal-desk.ts'
import { sealPage } from '../../src/web/pages/seal.ts'
import { verifyPage } from '../../src/web/pages/verify.ts'
import { walletLicencePage, walletPage } from '../../src/web/pages/wallet.ts'
import { qrPath } from '../../src/web/parts/qr-panel.ts'
import { AT, company, inDays, office, signedIn, visitor } from './sample-chrome.ts'
import type { Sample } from './sample-chrome.ts'

const OFFICE = office.name
const application: SealApplicationView['application'] = {
  id: 'a1',
  name: OFFICE,
  kind: 'other',
  line: '证照专用章',
  diameterMm: 42,
  reason: '签发电子证照，替换到期的旧章。',
  applicant: '许测',
  at: inDays(-1),
  status: 'applied',
}

const ring = encodeURIComponent(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="-210 -210 420 420"><circle r="204" fill="none" stroke="#d0111b" stroke-width="11"/><path fill="#d0111b" d="M0 -62L13.9 -19.2L59 -19.2L22.5 7.3L36.4 50.2L0 23.7L-36.4 50.2L-22.5 7.3L-59 -19.2L-13.9 -19.2Z"/></svg>',
)

const seals: readonly Sample[] = [
  {
    name: 'seal-desk',
    render: (a) =>
      sealDeskPage({
        chrome: signedIn(a, office, '陈例'),
        entityName: OFFICE,
        mayApply: true,
        applications: [
          {
            id: 'a1',
            kind: 'other',
            line: '证照专用章',
            applicant: '许测',
            at: inDays(-1),
            status: 'applied',
            decidable: true,
          },
          {
            id: 'a2',
            kind: 'contract',
            line: '合同专用章',
            applicant: '陈例',
            at: inDays(-2),
            status: 'applied',
            decidable: false,
          },
        ],
        seals: [
          { id: 's1', code: '99010000000128', kind: 'legal-name', status: 'active', validTo: inDays(860) },
          {
            id: 's2',
            code: '99010000000129',
            kind: 'other',
            line: '行政许可专用章',
            status: 'suspended',
            validTo: inDays(130),
          },
          {
            id: 's3',
            code: '99010000000077',
            kind: 'other',
            line: '旧行政许可专用章',
            status: 'revoked',
            validTo: inDays(-10),
          },
        ],
      }),
  },
  {
    name: 'seal-desk-empty',
    render: (a) =>
      sealDeskPage({
        chrome: signedIn(a, company),
        entityName: company.name,
        mayApply: true,
        applications: [],
        seals: [],
      }),
  },
  {
    name: 'seal-apply',
    render: (a) =>
      sealApplyPage({
        chrome: signedIn(a, office, '许测'),
        action: '/seals/apply',
        entityName: OFFICE,
        kinds: ['legal-name', 'finance', 'invoice', 'contract', 'other'],
        values: { kind: 'other', line: '𠮷专用章', reason: '签发电子证照' },
        errors: [{ code: 'SEAL_NAME_UNDRAWABLE', field: 'line' }],
      }),
  },
  {
    name: 'seal-application',
    render: (a) =>
      sealApplicationPage({
        chrome: signedIn(a, office, '陈例'),
        action: '/seals/applications/a1',
        application,
        decision: 'may-decide',
        mayRefuse: true,
      }),
  },
  {
    name: 'seal-application-own',
    render: (a) =>
      sealApplicationPage({
        chrome: signedIn(a, office, '许测'),
        action: '/seals/applications/a1',
        application,
        decision: 'own-application',
        mayRefuse: false,
      }),
  },
  {
    name: 'seal',
    render: (a) =>
      sealPage({
        chrome: signedIn(a, office, '陈例'),
        seal: {
          id: 's1',
          name: OFFICE,
          code: '99010000000129',
          kind: 'other',
          line: '行政许可专用章',
          status: 'active',
          validFrom: inDays(-960),
          validTo: inDays(130),
          pictureUrl: `data:image/svg+xml,${ring}`,
          certificateSerial: '4A1C 09F2 77D0',
          digest: '51d09f2277aa11cc51d09f2277aa11cc51d09f2277aa11cc51d09f2277aa77aa',
        },
        history: [
          { what: 'active', at: inDays(-960), reason: '核对印模与备案一致', who: '陈例' },
          { what: 'made', at: inDays(-961), who: '云湖省样例印章中心' },
          { what: 'applied', at: inDays(-965), reason: '新设专用章', who: '何虚' },
        ],
        changes: ['suspend', 'revoke'],
        action: '/seals/s1/status',
        values: { change: 'suspend', reason: '交' },
        errors: [{ code: 'INPUT_INVALID', field: 'reason', text: '原因至少写 2 个字' }],
      }),
  },
]

const licence: LicenceDetail = {
  id: 'l1',
  licenceId: '1.2.156.3005.2.11990000MB09900163009.11990100MB0X2Y374F.JY19901110000012.001.B',
  typeName: '食品经营许可证',
  number: 'JY19901110000012',
  holder: '临溪虚构茶业专业合作社',
  holderCode: '93990111MA3HJK4C6X',
  issuer: OFFICE,
  status: 'valid',
  issuedAt: inDays(-549),
  validFrom: inDays(-549),
  validTo: inDays(1276),
  fields: [
    { label: '法定代表人', value: '林小样' },
    { label: '经营场所', value: '云湖省澄州市临溪区样本街 1 号' },
    { label: '主体业态', value: '食品销售经营者' },
    { label: '经营项目', value: '预包装食品、散装食品（茶叶）' },
  ],
}
const line = {
  id: 'l1',
  typeName: '食品经营许可证',
  number: 'JY19901110000012',
  holder: '临溪虚构茶业专业合作社',
  issuer: OFFICE,
  status: 'valid',
  issuedAt: inDays(-549),
  validTo: inDays(1276),
}
const checker = {
  size: 25,
  path: qrPath(25, (row, column) => (row * 7 + column * 3 + row * column) % 5 < 2),
  label: '证照标识二维码',
}

const licences: readonly Sample[] = [
  {
    name: 'licence-register',
    render: (a) =>
      licenceRegisterPage({
        chrome: signedIn(a, office, '陈例'),
        officeName: OFFICE,
        licences: [
          line,
          { ...line, id: 'l2', number: 'JY19901110000013', status: 'suspended' },
          { ...line, id: 'l3', number: 'JY19901110000014', status: 'revoked', holder: '云湖示例科技有限公司' },
        ],
        paging: { from: 1, to: 3, total: 43, next: '/licences?page=2' },
        searched: true,
      }),
  },
  {
    name: 'licence-register-empty',
    render: (a) =>
      licenceRegisterPage({ chrome: signedIn(a, office, '陈例'), officeName: OFFICE, licences: [], searched: false }),
  },
  {
    name: 'licence',
    render: (a) =>
      licencePage({
        chrome: signedIn(a, office, '陈例'),
        licence,
        history: [
          { status: 'valid', at: inDays(-3), reason: '整改完成', who: '陈例' },
          { status: 'suspended', at: inDays(-30), reason: '现场检查不合格，限期整改', who: '陈例' },
          { status: 'valid', at: inDays(-549), who: '审批系统' },
        ],
        changes: ['suspended', 'revoked'],
        action: '/licences/l1/status',
        fileUrl: '/wallet/l1/file',
      }),
  },
  {
    name: 'wallet',
    render: (a) =>
      walletPage({
        chrome: signedIn(a, company),
        ownerName: company.name,
        licences: [
          line,
          { ...line, id: 'l2', typeName: '集群注册托管备案证', status: 'suspended' },
          { ...line, id: 'l3', typeName: '药品经营许可证', status: 'revoked' },
        ],
      }),
  },
  {
    name: 'wallet-empty',
    render: (a) =>
      walletPage({ chrome: signedIn(a, { kind: 'self', name: '林小样' }), ownerName: '林小样', licences: [] }),
  },
  {
    name: 'wallet-licence',
    render: (a) =>
      walletLicencePage({
        chrome: signedIn(a, company),
        licence: { ...licence, status: 'suspended' },
        fileUrl: '/wallet/l1/file',
        qr: checker,
        statusReason: { reason: '现场检查不合格，限期整改', since: inDays(-30) },
      }),
  },
]

const OFD = 'GB/T 33190-2016 18'
const SEAL = 'GB/T 38540-2020 7.3'
const fileChecks: readonly Check[] = [
  pass('ofd.container', OFD),
  pass('ofd.references', OFD, { detail: { count: 38 } }),
  pass('ofd.coverage', OFD),
  pass('ofd.seal-embedded', `${SEAL} a`),
]
const sealChecks: readonly Check[] = [
  pass('seal.maker-signature', 'GB/T 38540-2020 6.3 b'),
  pass('seal.maker.path', 'GB/T 38540-2020 6.3 c', { detail: { certificate: '云湖省样例印章中心' } }),
  pass('signature.value', `${SEAL} b`),
  pass('signature.signer-in-seal', `${SEAL} c`),
  notRun('signature.proof-of-time', `${SEAL} f`),
  pass('seal.validity', `${SEAL} d`, { detail: { from: '2024-04-01', to: '2029-04-01' } }),
  pass('signature.signer.revocation', `${SEAL} e`),
  pass('seal.status', `${SEAL} d`),
]
const licenceChecks: readonly Check[] = [
  pass('licence.identifier', 'GB/T 36904-2018'),
  pass('licence.issuer', 'GB/T 36905-2018', { detail: { authority: OFFICE } }),
  pass('licence.face', 'GB/T 36905-2018'),
  pass('licence.register', 'GB/T 36906-2018'),
  pass('licence.status', 'GB/T 36906-2018', { detail: { listedAt: AT.toISOString() } }),
  pass('licence.validity', 'GB/T 36903-2018', { detail: { from: '2025-05-21', to: '2030-05-20' } }),
  notRun('licence.holder', 'GB/T 36901-2018'),
]
const summary: LicenceSummary = {
  id: licence.licenceId,
  type: licence.typeName,
  holder: licence.holder,
  issuer: OFFICE,
}

const reportOf = (
  checks: readonly Check[],
  seal: readonly Check[],
  extra: Partial<DocumentReport> = {},
): DocumentReport => ({
  kind: 'ofd',
  verdict: verdictOf([...checks, ...seal]),
  at: AT,
  checks,
  reports:
    seal.length === 0
      ? []
      : [
          {
            verdict: verdictOf(seal),
            checks: seal,
            sealName: `${OFFICE}证照专用章`,
            signerName: OFFICE,
            signedAt: inDays(-549),
          },
        ],
  leniencies: [],
  ...extra,
})
const swap = (checks: readonly Check[], ...changed: readonly Check[]): Check[] =>
  checks.map((check) => changed.find((other) => other.name === check.name) ?? check)

const valid = reportOf([...fileChecks, ...licenceChecks], sealChecks, { licence: summary })
const tampered = reportOf(swap(fileChecks, fail('ofd.references', 'HASH_FAILURE', OFD)), sealChecks)
const stale = reportOf(
  fileChecks,
  swap(
    sealChecks,
    unknown('seal.status', 'STALE_EVIDENCE', `${SEAL} d`, {
      detail: { listedAt: inDays(-3).toISOString(), ageHours: 72 },
    }),
  ),
  { leniencies: ['签章时间写作 GeneralizedTime'] },
)
const revoked = reportOf(
  [
    ...fileChecks,
    ...swap(
      licenceChecks,
      fail('licence.status', 'REVOKED', 'GB/T 36906-2018', { detail: { since: inDays(-9).toISOString() } }),
    ),
  ],
  [...sealChecks, notice('seal.validity-since', 'EXPIRED', `${SEAL} d`)],
  { licence: summary },
)
const unsigned = reportOf([pass('ofd.container', OFD), unknown('file.signature', 'NO_SIGNATURE', OFD)], [])

export const reports = { valid, tampered, stale, revoked, unsigned }

const MAX = 50 * 1024 * 1024
const verified = (name: string, report: DocumentReport, language: 'zh' | 'en' = 'zh'): Sample => ({
  name,
  render: (a) =>
    verifyPage({
      chrome: visitor(a, '/verify', language),
      maxBytes: MAX,
      result: { report, fileName: '食品经营许可证.ofd', where: 'server', tookMs: 312 },
    }),
})

const verify: readonly Sample[] = [
  { name: 'verify', render: (a) => verifyPage({ chrome: visitor(a, '/verify'), maxBytes: MAX }) },
  {
    name: 'verify-error',
    render: (a) =>
      verifyPage({
        chrome: visitor(a, '/verify'),
        maxBytes: MAX,
        errors: [{ code: 'INPUT_TOO_LARGE', field: 'file' }],
      }),
  },
  verified('verify-valid', valid),
  verified('verify-valid-en', valid, 'en'),
  verified('verify-tampered', tampered),
  verified('verify-stale', stale),
  verified('verify-revoked', revoked),
  verified('verify-unsigned', unsigned),
]

export const trustSamples: readonly Sample[] = [...seals, ...licences, ...verify]
