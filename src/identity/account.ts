/**
 * An account: how one natural person signs in. One person has one account; enterprises have none, people act for them.
 * The password hash never leaves the store but for comparing.
 */
import { TrustError } from '../errors.ts'
import type { AssuranceLevel } from './assurance.ts'
import type { NaturalPerson } from './natural-person.ts'

export interface Account {
  readonly id: string
  readonly personId: string
  readonly loginName: string
  readonly status: 'active' | 'frozen'
}

/** An account and whose it is, without who that is. */
export interface AccountHolder {
  readonly personId: string
  readonly accountStatus: Account['status']
  readonly personStatus: NaturalPerson['status']
  readonly proofing: AssuranceLevel
}

export const ADMINISTRATOR_ROLES = ['system', 'security', 'audit'] as const
/** Three people, three roles, never two with one person. */
export type AdministratorRole = (typeof ADMINISTRATOR_ROLES)[number]

/** Begins with a letter, so that it is never mistaken for a citizen ID number or a phone number. */
const LOGIN_NAME = /^[a-z][a-z0-9._-]{2,31}$/

export const normaliseLoginName = (typed: string): string => typed.trim().toLowerCase()

/** @throws TrustError INPUT_INVALID */
export const requireLoginName = (typed: string): string => {
  const loginName = normaliseLoginName(typed)
  if (!LOGIN_NAME.test(loginName)) throw new TrustError('INPUT_INVALID', 'not a login name', { field: 'loginName' })
  return loginName
}
