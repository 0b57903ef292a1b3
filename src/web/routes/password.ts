/** Changing one's password, and recovering a forgotten one. Neither form shows a password again; both end every session. */
import { TrustError } from '../../errors.ts'
import type { AnyRoute, FormFields, Reply, RouteRequest } from '../../http/index.ts'
import { page, redirect, requirePerson } from '../../http/index.ts'
import { changePassword, recoverPassword } from '../../identity/index.ts'
import { changePasswordPage, passwordRecoveredPage, recoverPasswordPage } from '../pages/password.ts'
import { paths } from '../paths.ts'
import { fieldError, orFormAgain, text } from './form.ts'
import { bareChrome, chromeOf } from './frame.ts'
import type { PageDeps } from './page-deps.ts'
import { getPage, postForm } from './page-route.ts'

const requireSame = (body: FormFields): string => {
  const password = text(body, 'newPassword')
  if (password !== text(body, 'passwordAgain'))
    throw new TrustError('INPUT_INVALID', 'two passwords', { field: 'passwordAgain' })
  return password
}

const INPUTS = { LOGIN_FAILED: 'oldPassword', password: 'newPassword' } as const

const change = (deps: PageDeps, request: RouteRequest<FormFields>): Promise<Reply> => {
  const { accountId } = requirePerson(request.caller)
  const { body, address } = request
  const act = async (): Promise<Reply> => {
    const newPassword = requireSame(body)
    await changePassword(deps.identity, { accountId, oldPassword: text(body, 'oldPassword'), newPassword, address })
    return redirect(`${paths.signIn}?to=${encodeURIComponent(paths.authenticators)}`)
  }
  return orFormAgain(act, async (error) =>
    changePasswordPage({ chrome: await chromeOf(deps, request), errors: [fieldError(error, INPUTS)] }),
  )
}

const recover = (deps: PageDeps, request: RouteRequest<FormFields>): Promise<Reply> => {
  const { body, address } = request
  const chrome = bareChrome(deps, request)
  const loginName = text(body, 'loginName')
  const act = async (): Promise<Reply> => {
    const newPassword = requireSame(body)
    const codes = { code: text(body, 'code'), recoveryCode: text(body, 'recoveryCode') }
    await recoverPassword(deps.identity, { loginName, ...codes, newPassword, address })
    return page(passwordRecoveredPage({ chrome }))
  }
  return orFormAgain(act, (error) =>
    recoverPasswordPage({ chrome, values: { loginName }, errors: [fieldError(error, INPUTS)] }),
  )
}

export const passwordRoutes = (deps: PageDeps): readonly AnyRoute[] => [
  getPage(
    deps,
    { path: paths.changePassword, access: 'person', summary: 'Form to change one’s password' },
    async (request) => page(changePasswordPage({ chrome: await chromeOf(deps, request) })),
  ),
  postForm({ path: paths.changePassword, access: 'person', summary: 'Changes it, and ends every session' }, (request) =>
    change(deps, request),
  ),
  getPage(
    deps,
    { path: paths.recoverPassword, access: 'public', summary: 'Form for a forgotten password' },
    async (request) => page(recoverPasswordPage({ chrome: bareChrome(deps, request) })),
  ),
  postForm(
    { path: paths.recoverPassword, access: 'public', summary: 'Sets a new one for who holds two other things' },
    (request) => recover(deps, request),
  ),
]
