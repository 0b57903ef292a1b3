/**
 * `verified_claims` (OpenID Identity Assurance Schema; the authority claims extension): what a register confirmed about a person,
 * and about the entity they act for together with the power to do so. Complete objects; filter-verified-claims.ts takes away.
 * The citizen ID number is not in them.
 */
import type { HeldAuthority, KnownPerson, RegisterCheck } from './ports.ts'

export const TRUST_FRAMEWORK = 'cn_xinyin'
export const PERSON_CLAIMS = ['name', 'birthdate'] as const
export const ENTITY_CLAIMS = [
  'organization_name',
  'registration_number',
  'organization_type',
  'organization_status',
  'authority',
] as const

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }
export interface VerifiedClaims {
  readonly verification: { readonly [key: string]: Json }
  readonly claims: { readonly [key: string]: Json }
}

const seconds = (at: Date): string => at.toISOString().replace(/\.\d{3}Z$/, 'Z')
const day = (at: Date): string => at.toISOString().slice(0, 10)

interface Register {
  readonly organization: string
  readonly type: string
}
const POPULATION: Register = { organization: 'population-library', type: 'population_register' }
const LEGAL_PERSONS: Register = { organization: 'legal-person-library', type: 'legal_person_register' }

const evidence = (register: Register, { checkId, at }: RegisterCheck): Json => ({
  type: 'electronic_record',
  check_details: [{ check_method: 'data', organization: register.organization, check_id: checkId, time: seconds(at) }],
  record: { type: register.type, source: { name: register.organization, country_code: 'CHN' } },
})

interface Proof {
  readonly level: string
  readonly at: Date
  readonly checks: readonly RegisterCheck[]
}
const verification = (register: Register, { level, at, checks }: Proof): VerifiedClaims['verification'] => ({
  trust_framework: TRUST_FRAMEWORK,
  assurance_level: level,
  time: seconds(at),
  ...(checks.length === 0 ? {} : { evidence: checks.map((c) => evidence(register, c)) }),
})

export const personClaims = (person: KnownPerson): VerifiedClaims => ({
  verification: verification(POPULATION, { level: person.level, at: person.provenAt, checks: person.checks }),
  claims: { name: person.name, birthdate: person.birthdate },
})

const validity = ({ validFrom, validTo }: HeldAuthority): { readonly [key: string]: Json } =>
  validFrom === undefined && validTo === undefined
    ? {}
    : {
        validity: {
          ...(validFrom === undefined ? {} : { start: day(validFrom) }),
          ...(validTo === undefined ? {} : { end: day(validTo) }),
        },
      }

const authority = (held: HeldAuthority): Json => ({
  applies_to: {
    organization_name: held.entity.name,
    registration_number: [{ number: held.entity.uscc, issuer: 'USCC' }],
  },
  permission: [
    {
      role: held.via === 'legal-representative' ? 'legal_representative' : 'agent',
      function: [...held.functions],
      ...validity(held),
      may_delegate: held.via === 'legal-representative',
    },
  ],
  granted_by:
    held.via === 'legal-representative'
      ? { method: 'statutory', granting_body: 'legal_person_register' }
      : { method: 'delegated', granting_body: 'legal_representative' },
})

export const entityClaims = (held: HeldAuthority): VerifiedClaims => ({
  verification: verification(LEGAL_PERSONS, {
    level: held.entity.level,
    at: held.entity.registeredAt,
    checks: held.entity.checks,
  }),
  claims: {
    organization_name: held.entity.name,
    registration_number: held.entity.uscc,
    organization_type: held.entity.kind,
    organization_status: 'active',
    authority: authority(held),
  },
})
