/** The ways in which one signs in: seeing, enrolling and removing them. Every change asks for the password, and for a code where there is one. */
import QRCode from 'qrcode'
import type { TrustError } from '../../errors.ts'
import type { AnyRoute, FormFields, Reply, RouteRequest } from '../../http/index.ts'
import { idOf, page, redirect, requirePerson } from '../../http/index.ts'
import type { OwnerProof, TotpOffer } from '../../identity/index.ts'
import {
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
  enrolTotpPage,
  recoveryCodesMadePage,
  recoveryCodesPage,
  removeTotpPage,
} from '../pages/authenticators.ts'
import { qrPath } from '../parts/qr-panel.ts'
import type { QrCode } from '../parts/qr-panel.ts'
import { paths } from '../paths.ts'
import { authenticatorWords } from '../words/authenticators.ts'
import { fieldError, orFormAgain, text } from './form.ts'
import { chromeOf } from './frame.ts'
import type { PageDeps } from './page-deps.ts'
import { getPage, postForm } from './page-route.ts'

const RECENT = 12
const INPUTS = { LOGIN_FAILED: 'password', CODE_WRONG: 'code', newCode: 'newCode' } as const

const ownerOf = (request: RouteRequest<FormFields>): OwnerProof => ({
  accountId: requirePerson(request.caller).accountId,
  password: text(request.body, 'password'),
  code: text(request.body, 'code'),
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

const remove = (deps: PageDeps, request: RouteRequest<FormFields>): Promise<Reply> => {
  const owner = ownerOf(request)
  const authenticatorId = idOf({ id: text(request.body, 'authenticatorId') })
  const act = async (): Promise<Reply> => {
    await removeAuthenticator(deps.identity, { owner, authenticatorId })
    return redirect(`${paths.authenticators}?done=removed`)
  }
  return orFormAgain(act, async (error) =>
    removeTotpPage({ chrome: await chromeOf(deps, request), authenticatorId, ...errorsOf(error) }),
  )
}

const showRemoval = async (deps: PageDeps, request: RouteRequest<undefined>): Promise<Reply> => {
  const { accountId } = requirePerson(request.caller)
  const { authenticators } = await findAuthenticators(deps.identity, { accountId, notices: 0 })
  const totp = authenticators.find((a) => a.kind === 'totp')
  if (totp === undefined) return redirect(paths.authenticators)
  return page(removeTotpPage({ chrome: await chromeOf(deps, request), authenticatorId: totp.id }))
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
  getPage(deps, { path: paths.removeTotp, access: 'person', summary: 'Form to remove it' }, (request) =>
    showRemoval(deps, request),
  ),
  postForm({ path: paths.removeTotp, access: 'person', summary: 'Removes it' }, (request) => remove(deps, request)),
  getPage(
    deps,
    { path: paths.recoveryCodes, access: 'person', summary: 'Form to make recovery codes' },
    async (request) => page(recoveryCodesPage({ chrome: await chromeOf(deps, request) })),
  ),
  postForm({ path: paths.recoveryCodes, access: 'person', summary: 'Makes recovery codes, shown once' }, (request) =>
    makeCodes(deps, request),
  ),
]
