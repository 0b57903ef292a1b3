/**
 * Enrolment policy: what an operator wrote (policy.json) and what the code trusts are different types. Refuses, at start-up, a policy
 * that would issue to people who are not proven, let officers recover keys with one factor, or whose overlap is longer than the time in which one may renew.
 */
import { TrustError } from '../../errors.ts'
import type { Assurance, AuthenticationStrength } from '../../identity/index.ts'
import { ASSURANCE_LEVELS, AUTHENTICATION_STRENGTHS, levelAtLeast, strengthAtLeast } from '../../identity/index.ts'
import type { HolderClass } from './holder.ts'
import config from './policy.json' with { type: 'json' }

export type OfficerFunction = 'ca.review' | 'ca.recover'

export interface HolderPolicy {
  /** Below this nobody applies. */
  readonly minimum: Assurance
  /** From here on no officer is asked; absent: officers always decide. */
  readonly automatic?: Assurance
  readonly automaticRenewal?: Assurance
  /** Signing certificates that one holder may have in force. */
  readonly certificates: number
}

export interface EnrolmentPolicy {
  /** An application that nobody decides on ends after so many days. */
  readonly applicationDays: number
  readonly proposalDays: number
  /** So long before its end a certificate may be renewed. */
  readonly renewalDays: number
  /** So long the old certificate stays good beside the new one. */
  readonly overlapDays: number
  /** That one holder may have waiting. */
  readonly openApplications: number
  /** How officers must have signed in at least. */
  readonly officerStrength: Readonly<Record<OfficerFunction, AuthenticationStrength>>
  readonly holders: Readonly<Record<HolderClass, HolderPolicy>>
  /** Words that no organisational unit may have in its name. */
  readonly reservedUnits: readonly string[]
}

type Json = Readonly<Record<string, unknown>>

const refuse = (what: string): never => {
  throw new TrustError('CONFIG_INVALID', `enrolment policy: ${what}`)
}
const object = (value: unknown, name: string): Json =>
  typeof value === 'object' && value !== null ? (value as Json) : refuse(`${name} is missing`)
const count = (value: unknown, name: string): number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 1000 ? value : refuse(name)

const strengthIn = (value: unknown, name: string): AuthenticationStrength =>
  AUTHENTICATION_STRENGTHS.find((s) => s === value) ?? refuse(name)

const officerStrength = (value: unknown): EnrolmentPolicy['officerStrength'] => {
  const json = object(value, 'officerStrength')
  const recover = strengthIn(json['ca.recover'], 'officerStrength.ca.recover')
  if (!strengthAtLeast(recover, 'urn:xinyin:acr:2')) refuse('officerStrength: keys are recovered with two factors')
  return { 'ca.review': strengthIn(json['ca.review'], 'officerStrength.ca.review'), 'ca.recover': recover }
}

const assurance = (value: unknown, name: string): Assurance => {
  const json = object(value, name)
  const proofing = ASSURANCE_LEVELS.find((l) => l === json['proofing']) ?? refuse(`${name}.proofing`)
  const strength = strengthIn(json['strength'], `${name}.strength`)
  if (!levelAtLeast(proofing, 'L3')) refuse(`${name}: certificates are for people whom a register knows`)
  return { proofing, strength }
}

const holderPolicy = (value: unknown, name: string): HolderPolicy => {
  const json = object(value, name)
  return {
    minimum: assurance(json['minimum'], `${name}.minimum`),
    ...(json['automatic'] === undefined ? {} : { automatic: assurance(json['automatic'], `${name}.automatic`) }),
    ...(json['automaticRenewal'] === undefined
      ? {}
      : { automaticRenewal: assurance(json['automaticRenewal'], `${name}.automaticRenewal`) }),
    certificates: count(json['certificates'], `${name}.certificates`),
  }
}

/** @throws TrustError CONFIG_INVALID */
export const parseEnrolmentPolicy = (value: unknown): EnrolmentPolicy => {
  const json = object(value, 'policy')
  const holders = object(json['holders'], 'holders')
  const words = json['reservedUnits']
  const policy: EnrolmentPolicy = {
    applicationDays: count(json['applicationDays'], 'applicationDays'),
    proposalDays: count(json['proposalDays'], 'proposalDays'),
    renewalDays: count(json['renewalDays'], 'renewalDays'),
    overlapDays: count(json['overlapDays'], 'overlapDays'),
    openApplications: count(json['openApplications'], 'openApplications'),
    officerStrength: officerStrength(json['officerStrength']),
    holders: {
      person: holderPolicy(holders['person'], 'holders.person'),
      entity: holderPolicy(holders['entity'], 'holders.entity'),
      office: holderPolicy(holders['office'], 'holders.office'),
    },
    reservedUnits:
      Array.isArray(words) && words.every((w): w is string => typeof w === 'string') ? words : refuse('reservedUnits'),
  }
  if (policy.overlapDays > policy.renewalDays) refuse('overlapDays exceed renewalDays')
  return policy
}

/** The policy of this installation. */
export const standardEnrolmentPolicy = parseEnrolmentPolicy(config)
