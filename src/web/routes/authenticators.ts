/** The ways in which one signs in: seeing, enrolling and removing them. Every change asks for the password, and for a code where there is one. */
import QRCode from 'qrcode'
import { TrustError } from '../../errors.ts'
import type { AnyRoute, FormFields, Reply, RouteRequest } from '../../http/index.ts'
import { idOf, page, redirect, requirePerson } from '../../http/index.ts'
import type { AuthenticatorKind, OwnerProof, TotpOffer } from '../../identity/index.ts'
import {
  enrolPasskey,
  enrolTotp,
  findAccount,
  findAuthenticators,
  findTotpOffer,
  makeRecoveryCodes,
  offerTotp,
  removeAuthenticator,
} from '../../identity/index.ts'
import type { Html } from '../html.ts'
import {
  authenticatorsPage,
  enrolPasskeyPage,
  enrolTotpPage,
  recoveryCodesMadePage,
  recoveryCodesPage,
  removeAuthenticatorPage,
} from '../pages/authenticators.ts'
import { qrPath } from '../parts/qr-panel.ts'
import type { QrCode } from '../parts/qr-panel.ts'
import { paths } from '../paths.ts'
import { authenticatorWords } from '../words/authenticators.ts'
import { fieldError, orFormAgain, text } from './form.ts'
import { chromeOf } from './frame.ts'
import type { PageDeps } from './page-deps.ts'
import { passkeyCreation, siteOf } from './passkey-options.ts'
import { getPage, postForm } from './page-route.ts'

const RECENT = 12
const REMOVAL = `${paths.authenticators}/:id/remove`
const INPUTS = { LOGIN_FAILED: 'password', CODE_WRONG: 'code', newCode: 'newCode' } as const

const ownerOf = (request: RouteRequest<FormFields>): OwnerProof => ({
  accountId: requirePerson(request.caller).accountId,
  password: text(request.body, 'password'),
  code: text(request.body, 'code'),
  acr: requirePerson(request.caller).acr,
  address: request.address,
})

/** A wrong new code is named at its own input. */
const errorsOf = (error: TrustError | undefined) => {
  if (error === undefined) return {}
  const found = fieldError(error, INPUTS)
  return { errors: [error.field === 'newCode' ? { ...found, field: 'newCode' } : found] }
}

const centreHtml = async (deps: PageDeps, request: RouteRequest<undefined>): Promise<Html> => {
  const { accountId } = requirePerson(request.caller)
  const { authenticators, recoveryCodesLeft, notices } = await findAuthenticators(deps.identity, {
    accountId,
    notices: RECENT,
  })
  const totp = authenticators.find((a) => a.kind === 'totp')
  const done = request.query.get('done')
  const listed = (kind: AuthenticatorKind) =>
    authenticators
      .filter((a) => a.kind === kind)
      .map(({ id, label, createdAt, lastUsedAt }) => ({
        id,
        label,
        since: createdAt,
        ...(lastUsedAt === undefined ? {} : { used: lastUsedAt }),
      }))
  return authenticatorsPage({
    chrome: await chromeOf(deps, request),
    ...(totp?.confirmedAt === undefined
      ? {}
      : {
          totp: {
            id: totp.id,
            since: totp.confirmedAt,
            ...(totp.lastUsedAt === undefined ? {} : { used: totp.lastUsedAt }),
          },
        }),
    passkeys: listed('passkey'),
    certificates: listed('certificate'),
    recoveryLeft: recoveryCodesLeft,
    notices,
    ...(done === null ? {} : { done }),
  })
}

/** The form in which authenticator programs take a secret; the name of the account is its login name, nothing else. */
const qrOf = (
  deps: PageDeps,
  { secret, loginName, label }: { secret: string; loginName: string; label: string },
): QrCode => {
  const issuer = encodeURIComponent(deps.host)
  const uri = `otpauth://totp/${issuer}:${encodeURIComponent(loginName)}?secret=${secret}&issuer=${issuer}`
  const { modules } = QRCode.create(uri, { errorCorrectionLevel: 'M' })
  const { size, data } = modules
  return { size, path: qrPath(size, (row, column) => data[row * size + column] !== 0), label }
}

const enrolHtml = async (
  deps: PageDeps,
  request: RouteRequest<unknown>,
  { offer, error }: { readonly offer: TotpOffer; readonly error?: TrustError },
): Promise<Html> => {
  const { accountId } = requirePerson(request.caller)
  const loginName = (await findAccount(deps.identity, accountId))?.loginName ?? ''
  const chrome = await chromeOf(deps, request)
  const label = authenticatorWords(chrome.language).totp.qr
  return enrolTotpPage({
    chrome,
    ...offer,
    qr: qrOf(deps, { secret: offer.secret, loginName, label }),
    ...errorsOf(error),
  })
}

const enrol = async (deps: PageDeps, request: RouteRequest<FormFields>): Promise<Reply> => {
  const owner = ownerOf(request)
  const authenticatorId = idOf({ id: text(request.body, 'authenticatorId') })
  const offer = await findTotpOffer(deps.identity, { accountId: owner.accountId, authenticatorId })
  if (offer === undefined) return redirect(paths.enrolTotp)
  const act = async (): Promise<Reply> => {
    await enrolTotp(deps.identity, { owner, authenticatorId, newCode: text(request.body, 'newCode') })
    return redirect(`${paths.authenticators}?done=totp-enrolled`)
  }
  return orFormAgain(act, (error) => enrolHtml(deps, request, { offer, error }))
}

const removalHtml = async (
  deps: PageDeps,
  request: RouteRequest<unknown>,
  { id, error }: { readonly id: string; readonly error?: TrustError },
): Promise<Html> => {
  const { accountId } = requirePerson(request.caller)
  const { authenticators } = await findAuthenticators(deps.identity, { accountId, notices: 0 })
  const found = authenticators.find((a) => a.id === id)
  if (found === undefined || found.kind === 'sms')
    throw new TrustError('NOT_FOUND', 'no such authenticator of this account')
  return removeAuthenticatorPage({
    chrome: await chromeOf(deps, request),
    authenticatorId: id,
    kind: found.kind,
    hasFactor: authenticators.some((a) => a.kind === 'totp'),
    ...errorsOf(error),
  })
}

const remove = (deps: PageDeps, request: RouteRequest<FormFields>): Promise<Reply> => {
  const id = idOf(request.params)
  const act = async (): Promise<Reply> => {
    await removeAuthenticator(deps.identity, { owner: ownerOf(request), authenticatorId: id })
    return redirect(`${paths.authenticators}?done=removed`)
  }
  return orFormAgain(act, (error) => removalHtml(deps, request, { id, error }))
}

const passkeyHtml = async (
  deps: PageDeps,
  request: RouteRequest<unknown>,
  { label, error }: { readonly label?: string; readonly error?: TrustError },
): Promise<Html> => {
  const { accountId, sessionUid = '' } = requirePerson(request.caller)
  const { authenticators } = await findAuthenticators(deps.identity, { accountId, notices: 0 })
  const loginName = (await findAccount(deps.identity, accountId))?.loginName ?? ''
  return enrolPasskeyPage({
    chrome: await chromeOf(deps, request),
    options: passkeyCreation(deps, { accountId, loginName, handle: sessionUid }),
    hasFactor: authenticators.some((a) => a.kind === 'totp'),
    ...(label === undefined ? {} : { label }),
    ...errorsOf(error),
  })
}

const addPasskey = (deps: PageDeps, request: RouteRequest<FormFields>): Promise<Reply> => {
  const { sessionUid = '' } = requirePerson(request.caller)
  const label = text(request.body, 'label')
  const act = async (): Promise<Reply> => {
    const made = { site: siteOf(deps), handle: sessionUid, label, response: text(request.body, 'passkey') }
    await enrolPasskey(deps.identity, { owner: ownerOf(request), ...made })
    return redirect(`${paths.authenticators}?done=passkey-enrolled`)
  }
  return orFormAgain(act, (error) => passkeyHtml(deps, request, { label, error }))
}

const makeCodes = (deps: PageDeps, request: RouteRequest<FormFields>): Promise<Reply> => {
  const act = async (): Promise<Reply> => {
    const codes = await makeRecoveryCodes(deps.identity, ownerOf(request))
    return page(recoveryCodesMadePage({ chrome: await chromeOf(deps, request), codes }))
  }
  return orFormAgain(act, async (error) =>
    recoveryCodesPage({ chrome: await chromeOf(deps, request), ...errorsOf(error) }),
  )
}

export const authenticatorRoutes = (deps: PageDeps): readonly AnyRoute[] => [
  getPage(deps, { path: paths.authenticators, access: 'person', summary: 'Ways of signing in' }, async (request) =>
    page(await centreHtml(deps, request)),
  ),
  getPage(
    deps,
    { path: paths.enrolTotp, access: 'person', summary: 'Enrol an authenticator program' },
    async (request) => {
      const offer = await offerTotp(deps.identity, requirePerson(request.caller).accountId)
      return page(await enrolHtml(deps, request, { offer }))
    },
  ),
  postForm({ path: paths.enrolTotp, access: 'person', summary: 'Takes the first code of it' }, (request) =>
    enrol(deps, request),
  ),
  getPage(deps, { path: paths.enrolPasskey, access: 'person', summary: 'Form to add a passkey' }, async (request) =>
    page(await passkeyHtml(deps, request, {})),
  ),
  postForm({ path: paths.enrolPasskey, access: 'person', summary: 'Adds a passkey' }, (request) =>
    addPasskey(deps, request),
  ),
  getPage(
    deps,
    { path: paths.recoveryCodes, access: 'person', summary: 'Form to make recovery codes' },
    async (request) => page(recoveryCodesPage({ chrome: await chromeOf(deps, request) })),
  ),
  postForm({ path: paths.recoveryCodes, access: 'person', summary: 'Makes recovery codes, shown once' }, (request) =>
    makeCodes(deps, request),
  ),
  getPage(deps, { path: REMOVAL, access: 'person', summary: 'Form to remove an authenticator' }, async (request) =>
    page(await removalHtml(deps, request, { id: idOf(request.params) })),
  ),
  postForm({ path: REMOVAL, access: 'person', summary: 'Removes it' }, (request) => remove(deps, request)),
]
