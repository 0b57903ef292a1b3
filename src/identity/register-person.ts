/**
 * Registers a natural person: check digits, then name and number against the population registry, then account, person and
 * evidence in one transaction. An outage or an undefined answer creates nothing and is never a "no".
 */
import { TrustError } from '../errors.ts'
import { requireLoginName } from './account.ts'
import { noteRegistryAnswer } from './apply-register-event.ts'
import { REGISTER_MATCH_LEVEL } from './assurance.ts'
import { requireCitizenId, requirePersonName, type NaturalPerson } from './natural-person.ts'
import { requireStrongPassword } from './password-policy.ts'
import type { IdentityDeps, PersonAnswer } from './ports.ts'
import { admitRegistration, settleRegistration } from './throttle.ts'

export interface PersonRegistration {
  readonly name: string
  readonly citizenIdNumber: string
  readonly loginName: string
  readonly password: string
  /** Network address of the person's browser; absent: not typed by a stranger (set-up, demonstration). */
  readonly address?: string
}

export interface RegisteredPerson {
  readonly accountId: string
  readonly personId: string
}

type Deps = Pick<IdentityDeps, 'clock' | 'ids' | 'work' | 'store' | 'passwords' | 'populationRegistry' | 'audit'>

const requireMatch = (verdict: PersonAnswer['verdict']): void => {
  if (verdict === 'deceased') throw new TrustError('PERSON_DECEASED', 'the registry says that this person has died')
  if (verdict === 'not-found') throw new TrustError('PERSON_NOT_FOUND', 'the registry does not know this number')
  if (verdict === 'mismatch') throw new TrustError('PERSON_MISMATCH', 'name and number do not belong together')
}

/**
 * @throws TrustError INPUT_INVALID, CITIZEN_ID_INVALID, PASSWORD_WEAK, LOGIN_NAME_TAKEN, PERSON_MISMATCH, PERSON_NOT_FOUND,
 * PERSON_DECEASED, PERSON_ALREADY_REGISTERED, REGISTRY_UNAVAILABLE, REGISTRY_ANSWER_UNDEFINED, TOO_MANY_REQUESTS, TRY_LATER
 */
export const registerPerson = async (deps: Deps, typed: PersonRegistration): Promise<RegisteredPerson> => {
  const name = requirePersonName(typed.name)
  const { number: citizenIdNumber } = requireCitizenId(typed.citizenIdNumber, deps.clock.now())
  const loginName = requireLoginName(typed.loginName)
  requireStrongPassword(typed.password, loginName)
  if ((await deps.store.accounts.findForSignIn({ loginName })) !== undefined)
    throw new TrustError('LOGIN_NAME_TAKEN', 'the login name is taken', { field: 'loginName' })

  const requestId = deps.ids.next()
  const { verdict, at: answeredAt } = await ask(deps, typed.address, { requestId, name, citizenIdNumber })
  requireMatch(verdict)
  // Only now: who knows a number but not the name must not learn whether it is registered.
  if ((await deps.store.persons.findByCitizenId(citizenIdNumber)) !== undefined)
    throw new TrustError('PERSON_ALREADY_REGISTERED', 'this person has an account')

  const passwordHash = await deps.passwords.hash(typed.password)
  const person = { name, citizenIdNumber, requestId, answeredAt }
  return create(deps, { person, account: { loginName, passwordHash } })
}

type Question = Parameters<IdentityDeps['populationRegistry']['matchPerson']>[0]

/** An outage is nobody's guess. */
const ask = async (deps: Deps, address: string | undefined, question: Question): Promise<PersonAnswer> => {
  if (address === undefined) return deps.populationRegistry.matchPerson(question)
  await admitRegistration(deps, address)
  const lift = (): Promise<void> => deps.work.run((tx) => settleRegistration(deps, tx, address))
  try {
    const answer = await deps.populationRegistry.matchPerson(question)
    if (answer.verdict === 'match') await lift()
    return answer
  } catch (error) {
    await lift()
    throw error
  }
}

interface Proven {
  readonly person: {
    readonly name: string
    readonly citizenIdNumber: string
    readonly requestId: string
    readonly answeredAt: Date
  }
  readonly account: { readonly loginName: string; readonly passwordHash: string }
}

const create = (
  deps: Deps,
  { person: { requestId, answeredAt, ...proven }, account }: Proven,
): Promise<RegisteredPerson> => {
  const at = deps.clock.now()
  const level = REGISTER_MATCH_LEVEL
  const person: NaturalPerson = { id: deps.ids.next(), ...proven, status: 'active', proofing: level, provenAt: at }
  const accountId = deps.ids.next()
  return deps.work.run(async (tx) => {
    const answer = { registry: 'population', subject: person.citizenIdNumber, at: answeredAt } as const
    if (!(await noteRegistryAnswer(deps, tx, answer)))
      throw new TrustError('TRY_LATER', 'the registry has told something else since it answered')
    await deps.store.persons.insert(tx, person)
    await deps.store.accounts.insert(tx, { id: accountId, personId: person.id, status: 'active', ...account })
    await deps.store.evidence.insert(tx, {
      id: deps.ids.next(),
      subject: { kind: 'person', id: person.id },
      source: 'population-registry',
      method: 'name-and-number',
      requestId,
      level,
      at,
    })
    await deps.audit.record(tx, {
      action: 'person.registered',
      actor: { kind: 'person', id: person.id },
      object: { kind: 'account', id: accountId },
      detail: { level, requestId },
    })
    return { accountId, personId: person.id }
  })
}
