/** Sample views of the pages about people: home, sign-in, registration, account, sign-out, errors. */
import type { AssetUrls, Chrome } from '../../src/web/parts/page.ts'
import { accountPage } from '../../src/web/pages/account.ts'
import { choosePrincipalPage } from '../../src/web/pages/choose-principal.ts'
import type { ChoosePrincipalView } from '../../src/web/pages/choose-principal.ts'
import { errorPage, notFoundPage, tooManyRequestsPage, unavailablePage } from '../../src/web/pages/error.ts'
import { grantMandatePage } from '../../src/web/pages/grant-mandate.ts'
import { homePage } from '../../src/web/pages/home.ts'
import { registerEntityPage } from '../../src/web/pages/register-entity.ts'
import { registerPersonPage } from '../../src/web/pages/register-person.ts'
import { signInPage } from '../../src/web/pages/sign-in.ts'
import type { PortalView } from '../../src/web/pages/sign-in.ts'
import { signOutPage, signOutReceiptPage } from '../../src/web/pages/sign-out.ts'
import type { DeliveryView, SignOutReceiptView } from '../../src/web/pages/sign-out.ts'
import { AT, after, inDays, lin, signedIn, visitor } from './sample-chrome.ts'
import type { Sample } from './sample-chrome.ts'

const portals = [
  { name: '云湖省企业开办专区', by: '云湖省样例市场监督管理局', url: 'http://localhost:3101/' },
  { name: '云湖省年度报告', by: '云湖省样例市场监督管理局', url: 'http://localhost:3102/' },
]
const portal: PortalView = {
  name: '云湖省企业开办专区',
  host: 'qykb.yunhu.example',
  by: '云湖省样例市场监督管理局',
  level: 'L3',
  claims: ['name', 'assurance', 'subject', 'entity', 'authority'],
}
const functions = ['seal.apply', 'seal.use', 'licence.read', 'matter.file']

const principals: Omit<ChoosePrincipalView, 'chrome'> = {
  action: '/interaction/1/principal',
  at: AT,
  portalName: portal.name,
  cancelUrl: '/interaction/1/abort',
  chosen: 'b',
  options: [
    { value: 'self', kind: 'self', name: '林小样', code: '9901**********1234' },
    {
      value: 'b',
      kind: 'agent',
      name: '云湖示例科技有限公司',
      code: '91990103MA7KXY0A1U',
      functions,
      grantedBy: '周示范',
      validUntil: inDays(340),
    },
    {
      value: 'c',
      kind: 'agent',
      name: '澄州样本精密制造有限公司',
      code: '91990100MA5QRT2B87',
      functions: ['matter.file'],
      grantedBy: '吴例证',
      validUntil: inDays(12),
    },
    { value: 'd', kind: 'legal-representative', name: '临溪虚构茶业专业合作社', code: '93990111MA3HJK4C6X' },
  ],
  unavailable: [
    { name: '云湖旧例贸易有限公司', code: 'MANDATE_EXPIRED', on: inDays(-52) },
    { name: '澄州待核建材有限公司', code: 'ENTITY_NOT_ACTIVE' },
  ],
}

const NAMES = '企业开办专区 年度报告 社会保险 住房公积金 电子税务 医疗保障 交通出行 教育入学'.split(' ')
const deliveries: readonly DeliveryView[] = [
  ...NAMES.map((name, i): DeliveryView => ({ portal: name, state: 'confirmed', attempts: 1, confirmedAt: after(i) })),
  { portal: '澄州市不动产登记', state: 'retrying', attempts: 2, nextAt: after(58) },
  {
    portal: '临溪区样例停车服务',
    state: 'failed',
    attempts: 7,
    lastsUntil: after(900),
    logoutUrl: 'https://tc.linxi.example/logout',
  },
]
const receipt: Omit<SignOutReceiptView, 'chrome'> = {
  receiptId: 'TC20261121140502',
  at: AT,
  scope: 'session',
  deliveries,
}

const mandate = { functions, state: 'valid', validUntil: inDays(340) }

const choosing = (assets: AssetUrls): Chrome => ({ ...visitor(assets, '/principal'), person: { name: '林小样' } })

const entry: readonly Sample[] = [
  { name: 'home', render: (a) => homePage({ chrome: visitor(a, '/'), functions: [], portals }) },
  { name: 'home-en', render: (a) => homePage({ chrome: visitor(a, '/', 'en'), functions: [], portals }) },
  {
    name: 'home-signed-in',
    render: (a) => homePage({ chrome: signedIn(a, lin), functions: ['seal.apply', 'licence.issue'], portals }),
  },
  {
    name: 'sign-in',
    render: (a) =>
      signInPage({
        chrome: visitor(a, '/sign-in'),
        action: '/interaction/1/login',
        portal,
        cancelUrl: '/interaction/1/abort',
      }),
  },
  {
    name: 'sign-in-wrong',
    render: (a) =>
      signInPage({
        chrome: visitor(a, '/sign-in'),
        action: '/sign-in',
        values: { loginName: 'linxiaoyang' },
        errors: [{ code: 'LOGIN_FAILED', field: 'password' }],
      }),
  },
  {
    name: 'sign-in-en',
    render: (a) => signInPage({ chrome: visitor(a, '/sign-in', 'en'), action: '/sign-in', portal }),
  },
  { name: 'choose-principal', render: (a) => choosePrincipalPage({ ...principals, chrome: choosing(a) }) },
  {
    name: 'choose-principal-en',
    render: (a) => choosePrincipalPage({ ...principals, chrome: { ...choosing(a), language: 'en' } }),
  },
]

const registration: readonly Sample[] = [
  {
    name: 'register-identity',
    render: (a) => registerPersonPage({ step: 'identity', chrome: visitor(a, '/register'), action: '/register' }),
  },
  {
    name: 'register-identity-wrong',
    render: (a) =>
      registerPersonPage({
        step: 'identity',
        chrome: visitor(a, '/register'),
        action: '/register',
        values: { name: '林小样', citizenId: '990103199002301234' },
        errors: [
          { code: 'CITIZEN_ID_INVALID', field: 'citizenId', text: '身份号码里的出生日期不存在，请对照身份证再看一遍' },
        ],
        wrongPart: 'birth-date',
      }),
  },
  {
    name: 'register-outage',
    render: (a) =>
      registerPersonPage({
        step: 'identity',
        chrome: visitor(a, '/register'),
        action: '/register',
        values: { name: '林小样', citizenId: '990103199002281239' },
        errors: [{ code: 'REGISTRY_UNAVAILABLE' }],
      }),
  },
  {
    name: 'register-login',
    render: (a) =>
      registerPersonPage({
        step: 'login',
        chrome: visitor(a, '/register'),
        action: '/register',
        values: { name: '林小样', citizenId: '990103199002281239', loginName: 'lin' },
        errors: [
          { code: 'LOGIN_NAME_TAKEN', field: 'loginName' },
          { code: 'PASSWORD_WEAK', field: 'password' },
        ],
      }),
  },
  {
    name: 'register-done',
    render: (a) =>
      registerPersonPage({
        step: 'done',
        chrome: visitor(a, '/register'),
        name: '林小样',
        level: 'L3',
        continueUrl: '/',
      }),
  },
  {
    name: 'register-entity',
    render: (a) =>
      registerEntityPage({
        step: 'entity',
        chrome: signedIn(a, lin),
        action: '/register/entity',
        representative: { name: '林小样', citizenIdMasked: '9901**********1234' },
        values: { name: '临溪虚构茶业专业合作社', uscc: '93990111MA3HJK4C6Y' },
        errors: [{ code: 'USCC_INVALID', field: 'uscc' }],
      }),
  },
  {
    name: 'register-entity-done',
    render: (a) =>
      registerEntityPage({
        step: 'done',
        chrome: signedIn(a, lin),
        entity: { id: '1', name: '临溪虚构茶业专业合作社', uscc: '93990111MA3HJK4C6X', kind: 'enterprise' },
      }),
  },
]

const account: readonly Sample[] = [
  {
    name: 'account',
    render: (a) =>
      accountPage({
        chrome: signedIn(a, lin),
        at: AT,
        done: 'mandate-granted',
        person: { name: '林小样', citizenIdMasked: '9901**********1234', loginName: 'linxiaoyang' },
        level: 'L3',
        provedAt: inDays(-20),
        strength: 'urn:xinyin:acr:1',
        sessions: [
          { id: '1', current: true, device: '这个浏览器', since: after(-1440), portals: 2 },
          { id: '2', current: false, device: '另一个浏览器', since: inDays(-1), portals: 1 },
        ],
        entities: [
          { id: 'e', name: '临溪虚构茶业专业合作社', uscc: '93990111MA3HJK4C6X', kind: 'enterprise', status: 'active' },
        ],
        received: [
          { id: 'm1', entityName: '云湖示例科技有限公司', other: '周示范', ...mandate },
          {
            id: 'm2',
            entityName: '澄州样本精密制造有限公司',
            other: '吴例证',
            ...mandate,
            functions: ['matter.file'],
            validUntil: inDays(12),
          },
        ],
        given: [
          { id: 'm3', entityName: '临溪虚构茶业专业合作社', other: '何虚', ...mandate },
          { id: 'm4', entityName: '临溪虚构茶业专业合作社', other: '许测', ...mandate, state: 'revoked' },
        ],
      }),
  },
  {
    name: 'account-new',
    render: (a) =>
      accountPage({
        chrome: signedIn(a, lin),
        at: AT,
        person: { name: '林小样', citizenIdMasked: '9901**********1234', loginName: 'linxiaoyang' },
        level: 'L3',
        strength: 'urn:xinyin:acr:1',
        sessions: [{ id: '1', current: true, device: '这个浏览器', since: AT, portals: 0 }],
        entities: [],
        received: [],
        given: [],
      }),
  },
  {
    name: 'grant-mandate',
    render: (a) =>
      grantMandatePage({
        chrome: signedIn(a, lin),
        action: '/account/mandates/grant',
        entity: { id: 'e', name: '临溪虚构茶业专业合作社' },
        functions: ['matter.file', 'licence.read', 'seal.apply', 'seal.approve', 'seal.use', 'seal.manage'],
        chosen: [],
        values: { agentName: '何虚', validFrom: '2026-11-21', validTo: '2027-11-20' },
        errors: [{ code: 'INPUT_INVALID', field: 'functions', text: '请至少选一项' }],
      }),
  },
  {
    name: 'sign-out',
    render: (a) =>
      signOutPage({ chrome: signedIn(a, lin), action: '/sign-out', portals: NAMES.slice(0, 3), offerEverywhere: true }),
  },
  { name: 'sign-out-receipt', render: (a) => signOutReceiptPage({ ...receipt, chrome: visitor(a, '/sign-out/1') }) },
  {
    name: 'sign-out-receipt-en',
    render: (a) => signOutReceiptPage({ ...receipt, chrome: visitor(a, '/sign-out/1', 'en') }),
  },
]

const errors: readonly Sample[] = [
  {
    name: 'error',
    render: (a) => errorPage({ chrome: visitor(a, '/seals/1'), code: 'SEAL_SUSPENDED', reference: '7f0c-1f6a' }),
  },
  {
    name: 'error-en',
    render: (a) => errorPage({ chrome: visitor(a, '/x', 'en'), code: 'REGISTRY_UNAVAILABLE', retryUrl: '/register' }),
  },
  { name: 'not-found', render: (a) => notFoundPage({ chrome: visitor(a, '/x') }) },
  {
    name: 'too-many-requests',
    render: (a) => tooManyRequestsPage({ chrome: visitor(a, '/sign-in'), retryAfterSeconds: 240 }),
  },
  { name: 'unavailable', render: (a) => unavailablePage({ chrome: visitor(a, '/'), retryUrl: '/' }) },
]

export const peopleSamples: readonly Sample[] = [...entry, ...registration, ...account, ...errors]
