/**
 * The first three administrators, from a file and three passwords: each is registered as everybody is, against the population
 * registry, then all three are appointed at once. Refuses two roles for one person. Run again after an interruption, it goes on
 * with whoever is registered; after success it refuses (BOOTSTRAP_DONE).
 */
import { z } from 'zod'
import { TrustError, isTrustError } from '../errors.ts'
import type { AdministratorRole, IdentityDeps } from '../identity/index.ts'
import {
  ADMINISTRATOR_ROLES,
  appointAdministrators,
  findAccountOfPerson,
  findPersonByIdentity,
  registerPerson,
  requireCitizenId,
  requireLoginName,
  requirePersonName,
} from '../identity/index.ts'
import { usage } from './exit.ts'
import { parseJson } from './read-json.ts'

const person = z.strictObject({ loginName: z.string(), name: z.string(), citizenIdNumber: z.string() })
const schema = z.strictObject({ system: person, security: person, audit: person })
type Person = z.infer<typeof person>
export type FirstAdministrators = z.infer<typeof schema>

const FORM =
  '{ "system": { "loginName": "…", "name": "…", "citizenIdNumber": "…" }, "security": { … }, "audit": { … } }'

/** @throws UsageError that names fields, never values */
export const parseFirstAdministrators = (text: string): FirstAdministrators => {
  const refuse = (what: string): never => usage(`管理员文件不对 (administrators file): ${what}\n  ${FORM}`)
  // The parser's message quotes the file, and with it names and numbers.
  const json = parseJson(text)
  if (json === undefined) return refuse('不是 JSON (not JSON)')
  const result = schema.safeParse(json)
  if (!result.success) return refuse(result.error.issues[0]?.path.join('.') || '缺少内容 (incomplete)')
  for (const key of ['loginName', 'citizenIdNumber'] as const)
    if (new Set(ADMINISTRATOR_ROLES.map((r) => result.data[r][key].trim().toUpperCase())).size !== 3)
      return refuse(`${key}: 三个角色要三个人 (three roles need three people)`)
  return result.data
}

/** Faults say which role they are about, and nothing of the person. */
const forRole = async <T>(role: AdministratorRole, work: () => Promise<T>): Promise<T> => {
  try {
    return await work()
  } catch (error) {
    if (!isTrustError(error)) throw error
    const field = error.field === undefined ? '' : ` (${error.field})`
    throw new TrustError(error.code, `${role}${field}: ${error.message}`, { cause: error })
  }
}

const accountOf = async (deps: IdentityDeps, typed: Person, password: () => Promise<string>): Promise<string> => {
  const name = requirePersonName(typed.name)
  const { number: citizenIdNumber } = requireCitizenId(typed.citizenIdNumber, deps.clock.now())
  const personId = await findPersonByIdentity(deps, { name, citizenIdNumber })
  if (personId === undefined) return (await registerPerson(deps, { ...typed, password: await password() })).accountId
  const account = await findAccountOfPerson(deps, personId)
  if (account === undefined) throw new TrustError('NOT_FOUND', 'a person without account')
  if (account.loginName !== requireLoginName(typed.loginName))
    throw new TrustError('CONFLICT', 'this person is registered under another login name', { field: 'loginName' })
  return account.id
}

export interface Appointment {
  readonly administrators: FirstAdministrators
  /** Asked only for those who have no account yet. */
  readonly passwordOf: (role: AdministratorRole) => Promise<string>
}

/** @throws TrustError BOOTSTRAP_DONE before anything is asked or registered, and whatever registerPerson throws */
export const appointFirst = async (
  deps: IdentityDeps,
  { administrators, passwordOf }: Appointment,
): Promise<Readonly<Record<AdministratorRole, string>>> => {
  if (await deps.store.administrators.any()) throw new TrustError('BOOTSTRAP_DONE', 'there are administrators already')
  const ids = {} as Record<AdministratorRole, string>
  for (const role of ADMINISTRATOR_ROLES)
    ids[role] = await forRole(role, () => accountOf(deps, administrators[role], () => passwordOf(role)))
  await appointAdministrators(deps, ids)
  return ids
}
