/** Granting a mandate to a registered person, who is named by name and number: both must fit, and a miss does not say which did not. */
import { TrustError } from '../../errors.ts'
import type { AnyRoute, FormFields, Reply, RouteRequest } from '../../http/index.ts'
import { page, redirect, requirePerson } from '../../http/index.ts'
import type { Agent, LegalEntity } from '../../identity/index.ts'
import {
  MANDATE_FUNCTIONS,
  findEntitiesOfRepresentative,
  findPersonByIdentity,
  functionsOf,
  grantMandate,
  requireCitizenId,
  requirePersonName,
} from '../../identity/index.ts'
import type { Html } from '../html.ts'
import { grantMandatePage } from '../pages/grant-mandate.ts'
import { dateInputValue } from '../parts/dates.ts'
import type { FieldError } from '../parts/forms.ts'
import { paths } from '../paths.ts'
import { accountAfter } from './account.ts'
import { fieldError, orFormAgain, text, texts } from './form.ts'
import { chromeOf } from './frame.ts'
import type { PageDeps } from './page-deps.ts'
import { getPage, postForm } from './page-route.ts'

const DAY_MS = 86_400_000
const USUAL_DAYS = 365

/** @throws TrustError NOT_FOUND to everybody but its legal representative */
const entityOf = async (deps: PageDeps, personId: string, entityId: string): Promise<LegalEntity> => {
  const entity = (await findEntitiesOfRepresentative(deps.identity, personId)).find((e) => e.id === entityId)
  if (entity === undefined) throw new TrustError('NOT_FOUND', 'no such entity of this person')
  return entity
}

/** Start of that day in Beijing. @throws TrustError INPUT_INVALID */
const dayOf = (typed: string, field: string): Date => {
  const day = new Date(/^\d{4}-\d\d-\d\d$/.test(typed) ? `${typed}T00:00:00+08:00` : Number.NaN)
  // The parser takes the thirty-first of February for a day in March.
  if (Number.isNaN(day.getTime()) || dateInputValue(day) !== typed)
    throw new TrustError('INPUT_INVALID', 'not a day', { field })
  return day
}

const INPUTS = {
  name: 'agentName',
  citizenIdNumber: 'agentCitizenId',
  agent: 'agentCitizenId',
  PERSON_NOT_FOUND: 'agentCitizenId',
} as const

const errorOf = (error: TrustError): FieldError => {
  const found = fieldError(error, INPUTS)
  return found.code === 'PERSON_NOT_FOUND'
    ? { ...found, text: '没有找到这位已实名注册的人。请核对姓名和号码，或者请他先注册。' }
    : found
}

const agentOf = async (deps: PageDeps, body: FormFields): Promise<Agent> => {
  const name = requirePersonName(text(body, 'agentName'))
  const { number: citizenIdNumber } = requireCitizenId(text(body, 'agentCitizenId'), deps.clock.now())
  const personId = await findPersonByIdentity(deps.identity, { name, citizenIdNumber })
  if (personId === undefined) throw new TrustError('PERSON_NOT_FOUND', 'nobody registered', { field: 'agent' })
  return { kind: 'person', personId }
}

interface Again {
  readonly entity: LegalEntity
  readonly body?: FormFields
  readonly error?: TrustError
}

/** Officers of the CA are appointed by the organisation that runs it; from others such a mandate would mean nothing. */
const OFFICERS: readonly string[] = ['ca.review', 'ca.recover']
const offeredTo = async ({ enrolment }: PageDeps, entity: LegalEntity): Promise<readonly string[]> => {
  const runsTheCa = (await enrolment.operatorEntityId()) === entity.id
  return functionsOf(entity.kind).filter((name) => runsTheCa || !OFFICERS.includes(name))
}

const formHtml = async (
  deps: PageDeps,
  request: RouteRequest<unknown>,
  { entity, body, error }: Again,
): Promise<Html> => {
  const now = deps.clock.now()
  const fresh = {
    validFrom: dateInputValue(now),
    validTo: dateInputValue(new Date(now.getTime() + USUAL_DAYS * DAY_MS)),
  }
  const names = ['agentName', 'agentCitizenId', 'validFrom', 'validTo']
  return grantMandatePage({
    chrome: await chromeOf(deps, request),
    action: paths.grantMandate,
    entity,
    functions: await offeredTo(deps, entity),
    chosen: body === undefined ? [] : texts(body, 'functions'),
    values: body === undefined ? fresh : Object.fromEntries(names.map((name) => [name, text(body, name)])),
    ...(error === undefined ? {} : { errors: [errorOf(error)] }),
  })
}

const grant = async (deps: PageDeps, request: RouteRequest<FormFields>): Promise<Reply> => {
  const { body } = request
  const { personId: actor } = requirePerson(request.caller)
  const entity = await entityOf(deps, actor, text(body, 'entityId'))
  const act = async (): Promise<Reply> => {
    const asked = texts(body, 'functions')
    const functions = MANDATE_FUNCTIONS.filter((name) => asked.includes(name))
    if (functions.length === 0 || functions.length !== asked.length)
      throw new TrustError('INPUT_INVALID', 'no such functions', { field: 'functions' })
    const from = dayOf(text(body, 'validFrom'), 'validFrom')
    const validTo = new Date(dayOf(text(body, 'validTo'), 'validTo').getTime() + DAY_MS)
    const agent = await agentOf(deps, body)
    // A day that has begun counts from now: a mandate never covers what was done before it.
    const later = from > deps.clock.now() ? { validFrom: from } : {}
    await grantMandate(deps.identity, { actor, entityId: entity.id, agent, functions, validTo, ...later })
    return redirect(accountAfter('mandate-granted'))
  }
  return orFormAgain(act, (error) => formHtml(deps, request, { entity, body, error }))
}

export const mandateGrantRoutes = (deps: PageDeps): readonly AnyRoute[] => [
  getPage(
    deps,
    { path: paths.grantMandate, access: 'person', summary: 'Form to let a person act for one’s entity' },
    async (request) => {
      const { personId } = requirePerson(request.caller)
      const entity = await entityOf(deps, personId, request.query.get('entity') ?? '')
      return page(await formHtml(deps, request, { entity }))
    },
  ),
  postForm({ path: paths.grantMandate, access: 'person', summary: 'Lets a person act for one’s entity' }, (request) =>
    grant(deps, request),
  ),
]
