/**
 * Registering oneself, and an enterprise as its legal representative. What was typed travels in the form, never in an address; a
 * password is never shown again. Nothing is asked of a registry before the form is complete.
 */
import { FormatError } from '../../../standards/errors.ts'
import { TrustError } from '../../errors.ts'
import type { AnyRoute, FormFields, Reply, RouteRequest } from '../../http/index.ts'
import { page } from '../../http/index.ts'
import { registerPerson, requireCitizenId, requirePersonName } from '../../identity/index.ts'
import type { Html } from '../html.ts'
import { registerPersonPage } from '../pages/register-person.ts'
import type { RegisterPersonView } from '../pages/register-person.ts'
import type { FieldError } from '../parts/forms.ts'
import { paths } from '../paths.ts'
import { fieldError, orFormAgain, text } from './form.ts'
import { chromeOf } from './frame.ts'
import type { PageDeps } from './page-deps.ts'
import { getPage, postForm } from './page-route.ts'

type WrongPart = Extract<RegisterPersonView, { step: 'identity' }>['wrongPart']

interface Typed {
  readonly name: string
  readonly citizenId: string
  readonly loginName: string
}
const typedIn = (body: FormFields): Typed => ({
  name: text(body, 'name'),
  citizenId: text(body, 'citizenId'),
  loginName: text(body, 'loginName'),
})

interface Step {
  readonly typed?: Typed
  readonly errors?: readonly FieldError[]
  readonly wrongPart?: WrongPart
}

const stepHtml = async (
  deps: PageDeps,
  request: RouteRequest<unknown>,
  { step, typed, errors, wrongPart }: Step & { readonly step: 'identity' | 'login' },
): Promise<Html> =>
  registerPersonPage({
    step,
    chrome: await chromeOf(deps, request),
    action: paths.registerPerson,
    ...(typed === undefined ? {} : { values: { ...typed } }),
    ...(errors === undefined ? {} : { errors }),
    ...(step === 'identity' && wrongPart !== undefined ? { wrongPart } : {}),
  })

const PARTS: Readonly<Record<string, NonNullable<WrongPart>>> = {
  CITIZEN_ID_DIVISION: 'division',
  CITIZEN_ID_BIRTHDATE: 'birth-date',
  CITIZEN_ID_CHECK: 'check',
}
const wrongPartOf = (error: unknown): WrongPart =>
  error instanceof TrustError && error.cause instanceof FormatError ? PARTS[error.cause.reason] : undefined

/** Inputs of the first step, by what the domain says of them. */
const IDENTITY_INPUTS = {
  name: 'name',
  citizenIdNumber: 'citizenId',
  PERSON_MISMATCH: 'name',
  PERSON_NOT_FOUND: 'citizenId',
  PERSON_DECEASED: 'citizenId',
  PERSON_ALREADY_REGISTERED: 'citizenId',
} as const

const faultOf = (check: () => unknown): readonly unknown[] => {
  try {
    check()
    return []
  } catch (error) {
    return [error]
  }
}

/** Both inputs at once, so that nobody mends one only to learn of the other. */
const identityFaults = ({ name, citizenId }: Typed, now: Date): readonly unknown[] => [
  ...faultOf(() => requirePersonName(name)),
  ...faultOf(() => requireCitizenId(citizenId, now)),
]

const toLoginStep = async (deps: PageDeps, request: RouteRequest<FormFields>, typed: Typed): Promise<Reply> => {
  const faults = identityFaults(typed, deps.clock.now())
  if (faults.length === 0) return page(await stepHtml(deps, request, { step: 'login', typed }))
  const errors = faults.map((fault) => fieldError(fault, IDENTITY_INPUTS))
  const wrongPart = faults.map(wrongPartOf).find((part) => part !== undefined)
  return page(await stepHtml(deps, request, { step: 'identity', typed, errors, wrongPart }), 400)
}

const requireSame = (password: string, again: string): void => {
  if (password !== again) throw new TrustError('INPUT_INVALID', 'two passwords', { field: 'passwordAgain' })
}

const register = (deps: PageDeps, request: RouteRequest<FormFields>, typed: Typed): Promise<Reply> => {
  const { name, citizenId: citizenIdNumber, loginName } = typed
  const password = text(request.body, 'password')
  const act = async (): Promise<Reply> => {
    requireSame(password, text(request.body, 'passwordAgain'))
    await registerPerson(deps.identity, { name, citizenIdNumber, loginName, password, address: request.address })
    const continueUrl = `${paths.signIn}?to=${encodeURIComponent(paths.account)}`
    const chrome = await chromeOf(deps, request)
    return page(registerPersonPage({ step: 'done', chrome, name, level: 'L3', continueUrl }), 201)
  }
  return orFormAgain(act, (error) => {
    const found = fieldError(error, IDENTITY_INPUTS)
    const step = found.field === 'name' || found.field === 'citizenId' ? 'identity' : 'login'
    const text = found.field === 'passwordAgain' ? { text: '两次输入的密码不一样' } : {}
    return stepHtml(deps, request, { step, typed, errors: [{ ...found, ...text }], wrongPart: wrongPartOf(error) })
  })
}

const answer = async (deps: PageDeps, request: RouteRequest<FormFields>): Promise<Reply> => {
  const typed = typedIn(request.body)
  if (text(request.body, 'back') !== '') return page(await stepHtml(deps, request, { step: 'identity', typed }))
  return Object.hasOwn(request.body, 'password') ? register(deps, request, typed) : toLoginStep(deps, request, typed)
}

export const registrationRoutes = (deps: PageDeps): readonly AnyRoute[] => [
  getPage(deps, { path: paths.registerPerson, access: 'public', summary: 'Register oneself' }, async (request) =>
    page(await stepHtml(deps, request, { step: 'identity' })),
  ),
  postForm({ path: paths.registerPerson, access: 'public', summary: 'One step of registering oneself' }, (request) =>
    answer(deps, request),
  ),
]
